package report_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"lingtan/calc"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/report"
	"lingtan/standard"
)

// TestEveryExample lays out the worked examples of every edition in every form
// that is for it: whatever an edition can compute, a report can tell.
func TestEveryExample(t *testing.T) {
	files, err := filepath.Glob("../standard/testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		inv, ok := example(t, file)
		if !ok {
			continue
		}
		seen[inv.Content.Edition] = true
		for _, form := range report.Forms(inv.Content.Edition) {
			for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
				d, err := report.Build(form.ID, inv, tag)
				if err != nil {
					t.Errorf("%s as %s: %v", file, form.ID, err)
					continue
				}
				for _, complaint := range untranslated(d) {
					t.Errorf("%s as %s, %s", file, form.ID, complaint)
				}
				encode(t, d, "docx")
				encode(t, d, "json")
				for _, x := range d.Figures() {
					for _, id := range x.IDs {
						if err := open(inv, id); err != nil {
							t.Errorf("%s as %s: %v", file, form.ID, err)
						}
					}
				}
			}
		}
	}
	for _, e := range standard.Editions() {
		if !seen[e.ID] {
			t.Errorf("no example of %s was laid out", e.ID)
		}
	}
}

var expects = regexp.MustCompile(`(?m)^edition\s*=\s*"(.*)"`)

// example computes a worked example; ok is false for one that is to be refused.
func example(t *testing.T, file string) (inventory.Inventory, bool) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "fails" {
			return inventory.Inventory{}, false
		}
	}
	if !expects.Match(archive.Files[0].Data) {
		t.Fatalf("%s does not begin with a calculation", file)
	}
	req, err := calc.Read(archive.Files[0].Name, archive.Files[0].Data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	result, err := standard.Compute(req)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return inventory.Inventory{
		ID: "qingling.2024." + req.Edition + ".v1", Version: 1, Hash: strings.Repeat("0", 64),
		Content: inventory.Content{
			Site:   inventory.Site{ID: "qingling", Name: lang.T("青岭矿", "Qingling Mine"), Entity: lang.T("青岭煤业有限公司", "Qingling Coal Co., Ltd.")},
			Period: "2024", Edition: req.Edition, GWP: result.GWP, Province: req.Province, Choices: req.Choices,
			FactorSet: factor.BuiltinID, FactorSHA: factor.Builtin().SHA256(), Activities: req.Activities, Result: result,
		},
	}, true
}
