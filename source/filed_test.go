package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/quantity"
)

// drawer keeps what is filed, or refuses it.
type drawer struct {
	filed []filing.Filing
	err   error
}

func (d *drawer) File(_ context.Context, all []filing.Filing) error {
	if d.err == nil {
		d.filed = append(d.filed, all...)
	}
	return d.err
}

// boiler is a plan with one source: its fuel in t, its calorific value in GJ/t.
func boiler(c filing.Cell) (quantity.Unit, error) {
	units := map[string]string{"boiler fuel": "t", "boiler ncv": "GJ/t"}
	u, known := units[c.Source+" "+c.Parameter]
	if !known {
		return quantity.One, fault.NotFound.Say(lang.T("计划没有参数 %s 的 %s", "the plan has no %s of %s"), c.Parameter, c.Source).
			Do(lang.T("改正排放源或参数", "correct the source or the parameter"))
	}
	return quantity.MustUnit(u), nil
}

func file(tb testing.TB, text string, to *drawer) (Report, error) {
	tb.Helper()
	return Import{
		Path: write(tb, "filed.csv", text), Mapping: mappingFile(tb, "filings.toml"), Filer: to, Cells: boiler,
		Site: "qingling", By: "wang", Lang: lang.EN, Now: func() time.Time { return time.Date(2024, 7, 3, 0, 0, 0, 0, time.UTC) },
	}.Run(tb.Context())
}

const filedHead = "月份,排放源,参数,数值,单位,方式,说明,凭证\n"

func TestFilings(t *testing.T) {
	to := &drawer{}
	r, err := file(t, filedHead+
		"2024年6月,boiler,fuel,\"1,250.5\",t,,六月地磅,YD-2024-06；YD-2024-06b\n"+
		"2024/7,boiler,ncv,20.304 GJ/t,,laboratory,,\n"+
		"202408,boiler,fuel,１２００,kg,filing,,\n"+
		"2024-09,boiler,fuel,--,t,,,\n", to)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(to.filed))
	for _, f := range to.filed {
		got = append(got, strings.Join([]string{f.Month, f.Source, f.Parameter, f.Quantity.String(), string(f.How)}, " "))
		if f.Site != "qingling" || f.By != "wang" || len(f.ID) != 32 || f.At.IsZero() {
			t.Errorf("filed as %+v", f)
		}
	}
	want := []string{"2024-06 boiler fuel 1250.5 t filing", "2024-07 boiler ncv 20.304 GJ/t laboratory", "2024-08 boiler fuel 1200 kg filing"}
	if !slices.Equal(got, want) || r.Filings != 3 || r.Missing != 1 || r.Rejected != 0 {
		t.Errorf("filed %q, %+v, want %q and one missing", got, r.Tally, want)
	}
	first := to.filed[0]
	if len(first.Evidence) != 3 || first.Evidence[1].ID != "YD-2024-06b" || first.Evidence[2] != (activity.Evidence{Kind: "file", ID: "filed.csv", SHA256: r.SHA256, Note: "row 2"}) {
		t.Errorf("evidence %+v, want two vouchers and the row of the file", first.Evidence)
	}
}

// TestFilingRejects: each bad row is told with its place, the good one is filed.
func TestFilingRejects(t *testing.T) {
	for _, c := range []struct{ name, row, column, expected string }{
		{"month", "June,boiler,fuel,1,t,,,", "月份", "a month such as 2024-06"},
		{"month 13", "2024-13,boiler,fuel,1,t,,,", "月份", "a month such as 2024-06"},
		{"number", "2024-05,boiler,fuel,much,t,,,", "数值", "expected a number"},
		{"number in groups of two", "2024-05,boiler,fuel,\"12,50\",t,,,", "数值", "expected a number"},
		{"unit", "2024-05,boiler,fuel,1,tonn,,,", "数值", "unknown unit"},
		{"GJ for t", "2024-05,boiler,fuel,1,GJ,,,", "数值", "wrong dimension: read GJ, expected t"},
		{"no unit", "2024-05,boiler,fuel,1,,,,", "数值", "wrong dimension"},
		{"negative", "2024-05,boiler,fuel,-1,t,,,", "数值", "is negative"},
		{"how", "2024-05,boiler,fuel,1,t,guess,,", "数值", "guess"},
		{"source", "2024-05,kiln,fuel,1,t,,,", "参数", "the plan has no fuel of kiln"},
		{"told twice", "2024-06,boiler,fuel,1,t,,,", "参数", "row 2 has it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := &drawer{}
			r, err := file(t, filedHead+"2024-06,boiler,fuel,1,t,,,\n"+c.row+"\n", to)
			if err != nil {
				t.Fatal(err)
			}
			listed := listOf(t, r.RejectsFile)
			if len(to.filed) != 1 || len(listed) != 2 || listed[1][1] != "3" || listed[1][2] != c.column || !strings.Contains(listed[1][4], c.expected) {
				t.Errorf("filed %d, listed %q, want row 3, column %s, %q", len(to.filed), listed, c.column, c.expected)
			}
		})
	}
}

// TestFilingTwice gives a second try the ids of the first.
func TestFilingTwice(t *testing.T) {
	text := filedHead + "2024-06,boiler,fuel,1,t,,,\n2024-06,boiler,ncv,20,GJ/t,,,\n"
	a, b := &drawer{}, &drawer{}
	for _, to := range []*drawer{a, b} {
		if _, err := file(t, text, to); err != nil {
			t.Fatal(err)
		}
	}
	if a.filed[0].ID != b.filed[0].ID || a.filed[0].ID == a.filed[1].ID {
		t.Errorf("ids %s and %s of one row, %s of the next", a.filed[0].ID, b.filed[0].ID, a.filed[1].ID)
	}
	sink := &book{}
	again := Import{
		Path: write(t, "filed.csv", text), Mapping: mappingFile(t, "filings.toml"), Filer: a, Cells: boiler, Site: "qingling", By: "wang",
		Lang: lang.EN, Now: time.Now, Sink: sink, Marks: sink,
	}
	if _, err := again.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Run(t.Context()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a file that was filed: %v, want a conflict", err)
	}
	locked := errors.New("locked")
	if r, err := file(t, text, &drawer{err: locked}); !errors.Is(err, locked) || r.Delivered != 0 {
		t.Errorf("a filer that refuses: %v, %d delivered", err, r.Delivered)
	}
}

// TestExamples reads every example mapping.
func TestExamples(t *testing.T) {
	for name, kind := range map[string]string{
		"steel_15min.toml": KindReadings, "methane_arff.toml": KindReadings, "long_xlsx.toml": KindReadings, "filings.toml": KindFilings,
	} {
		if m := mappingFile(t, name); m.Kind != kind {
			t.Errorf("%s is of %s, want %s", name, m.Kind, kind)
		}
	}
}

// TestDocumentedMapping reads the mapping that docs/formats.md shows.
func TestDocumentedMapping(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Mapping file\n")
	_, block, _ := strings.Cut(section, "```toml\n")
	block, _, _ = strings.Cut(block, "```")
	if m := mapping(t, block); len(m.Columns) != 1 || m.Time.Interval != 15*time.Minute {
		t.Errorf("read as %+v", m)
	}
}
