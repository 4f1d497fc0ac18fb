package standard_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"lingtan/activity"
	"lingtan/calc"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

const (
	examples = "testdata"
	lastYear = 2026 // up to which open factors must serve
)

var update = flag.Bool("update", false, "write the messages of refused and flagged examples")

// vectors are the reference's test vectors. Each has an example whose name
// begins with its id, so that a listing of testdata shows the coverage.
const vectors = `tv01 tv02 tv02b tv03 tv04 tv05 tv06 tv07 tv07b tv08 tv09 tv10 tv11 tv12 tv12b tv13 tv14
	tv15 tv16 tv16b tv17 tv17b tv18 tv18b tv19 tv20 tv21 tv22 tv22b tv23 tv23b tv24 tv25 tv26 tv27 tv28 tv29`

func TestVectorsArePresent(t *testing.T) {
	have := map[string]bool{}
	for _, name := range exampleFiles(t) {
		id, _, _ := strings.Cut(filepath.Base(name), "-")
		have[id] = true
	}
	want := strings.Fields(vectors)
	if len(want) != 37 {
		t.Fatalf("%d vectors are listed, the reference has 37", len(want))
	}
	for _, id := range want {
		if !have[id] {
			t.Errorf("no example of %s", id)
		}
	}
}

func TestEveryEditionHasANumber(t *testing.T) {
	for _, e := range standard.Editions() {
		names, err := filepath.Glob(filepath.Join(examples, e.ID, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return section(open(t, name), "want") != "" }) {
			t.Errorf("%s has no worked example with a number", e.ID)
		}
	}
}

func exampleFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(examples, "*", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return names
}

// TestExamples computes every worked example: the answers to all digits its
// source prints, or the exact messages in both languages.
func TestExamples(t *testing.T) {
	for _, name := range exampleFiles(t) {
		short, err := filepath.Rel(examples, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.ToSlash(short), ".txtar"), func(t *testing.T) {
			archive := open(t, name)
			if len(bytes.TrimSpace(archive.Comment)) == 0 {
				t.Error("the example does not say where it is from")
			}
			req, err := calc.Read("calc.toml", []byte(section(archive, "calc.toml")))
			var result standard.Result
			if err == nil {
				result, err = standard.Compute(req)
			}
			if fails := section(archive, "fails"); fails != "" || err != nil {
				golden(t, name, archive, "fails", messages(err))
				return
			}
			if !strings.Contains(name, req.Edition) {
				t.Errorf("an example of %s lies in another edition's folder", req.Edition)
			}
			checkLines(t, result)
			checkAnswers(t, req, result, section(archive, "want"))
			if section(archive, "findings") != "" {
				golden(t, name, archive, "findings", findings(result, ""))
			} else if hard := findings(result, activity.Hard); hard != "" {
				t.Errorf("unexpected findings:\n%s", hard)
			}
		})
	}
}

// checkLines asks of every line that it cites its clause, shows workings that
// end in its mass, names its inputs, and that each factor it used is there for
// every year it is in force.
func checkLines(t *testing.T, result standard.Result) {
	t.Helper()
	for _, l := range result.Lines {
		if l.Clause == "" || len(l.Inputs) == 0 || l.Confidence == "" || len(l.Steps) == 0 {
			t.Errorf("%s: clause %q, inputs %v, mark %q, %d steps", l.ID, l.Clause, l.Inputs, l.Confidence, len(l.Steps))
			continue
		}
		if last := l.Steps[len(l.Steps)-1].Result; !last.Equal(l.Mass) {
			t.Errorf("%s: the workings end in %v, the line is %v", l.ID, last, l.Mass)
		}
		for _, f := range l.Factors {
			last := lastYear
			if f.To != "" {
				if _, err := fmt.Sscanf(f.To, "%4d", &last); err != nil {
					t.Fatal(err)
				}
			}
			for year := max(f.Year(), last-50); year <= last; year++ {
				if _, err := factor.Builtin().Find(f.Kind, f.Key, year); err != nil {
					t.Errorf("%s: %v", l.ID, err)
				}
			}
		}
	}
}

// checkAnswers reads "line diesel/2023:combustion = 3869.887047 tCO2" and its kin.
func checkAnswers(t *testing.T, req standard.Request, result standard.Result, want string) {
	t.Helper()
	if strings.TrimSpace(want) == "" {
		t.Error("the example expects nothing")
	}
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		what, value, ok := strings.Cut(line, " = ")
		if !ok {
			t.Fatalf("no value in %q", line)
		}
		got, err := answer(req, result, strings.Fields(what))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if err := agrees(got, value); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// answer finds "line ID", "step LINE SYMBOL", "figure ID", "gas TOTAL GAS" or
// "total ID [GWP]".
func answer(req standard.Request, result standard.Result, what []string) (quantity.Quantity, error) {
	switch what[0] {
	case "line":
		l, err := result.Line(what[1])
		return l.Mass, err
	case "figure":
		f, err := result.Figure(what[1])
		return f.Value, err
	case "step":
		return stepOf(result, what[1], what[2])
	case "gas":
		total, err := result.Total(what[1])
		if err != nil {
			return quantity.Quantity{}, err
		}
		return quantity.Parse(total.Gases[what[2]])
	case "total":
		if len(what) == 3 {
			req.GWP = what[2]
			var err error
			if result, err = standard.Compute(req); err != nil {
				return quantity.Quantity{}, err
			}
		}
		total, err := result.Total(what[1])
		return total.CO2e, err
	}
	return quantity.Quantity{}, fault.Invalid.Errorf("an example cannot ask for a %s", what[0])
}

func stepOf(result standard.Result, id, symbol string) (quantity.Quantity, error) {
	var steps []standard.Step
	if l, err := result.Line(id); err == nil {
		steps = l.Steps
	} else if f, err := result.Figure(id); err == nil {
		steps = f.Steps
	}
	i := slices.IndexFunc(steps, func(s standard.Step) bool { return s.Symbol == symbol })
	if i < 0 {
		return quantity.Quantity{}, fault.NotFound.Errorf("no step %s in %s", symbol, id)
	}
	return steps[i].Result, nil
}

// agrees asks that the number is the printed one to every digit printed.
func agrees(got quantity.Quantity, printed string) error {
	want, err := quantity.Parse(printed)
	if err != nil {
		return err
	}
	in, err := got.In(want.Unit())
	if err != nil {
		return err
	}
	number, _, _ := strings.Cut(printed, " ")
	_, decimals, _ := strings.Cut(number, ".")
	if rounded := in.Round(len(decimals), quantity.HalfUp); !rounded.Equal(want) {
		return fault.Invalid.Errorf("= %s %s, want %s", in.Significant(16), in.Unit(), printed)
	}
	return nil
}

func findings(result standard.Result, only activity.Severity) string {
	var b strings.Builder
	for _, f := range result.Findings {
		if only != "" && f.Severity != only {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s %s\n", f.Code, f.Severity, f.Source, f.Period)
		for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSuffix(f.Text.In(tag)+lang.T("。", "; ").In(tag)+f.Hint.In(tag), lang.T("。", "; ").In(tag)))
		}
	}
	return b.String()
}

func messages(err error) string {
	if err == nil {
		return "nothing failed\n"
	}
	return fault.Tell(err, lang.ZH) + "\n" + fault.Tell(err, lang.EN) + "\n"
}

func open(t *testing.T, name string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// golden compares a section of the example with what came, or writes it.
func golden(t *testing.T, file string, a *txtar.Archive, name, got string) {
	t.Helper()
	if want := section(a, name); got == want || *update {
		if got != want {
			write(t, file, a, name, got)
		}
		return
	}
	t.Errorf("%s:\n%swant:\n%s", name, got, cmp.Or(section(a, name), "none\n"))
}

func write(t *testing.T, file string, a *txtar.Archive, name, data string) {
	t.Helper()
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("%s: the example has no section %s to write\n%s", file, name, data)
	}
	a.Files[i].Data = []byte(data)
	if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
		t.Fatal(err)
	}
}
