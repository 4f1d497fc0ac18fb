package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/report"
)

var update = flag.Bool("update", false, "write the golden files")

func build(tb testing.TB, form string, inv inventory.Inventory, tag lang.Tag) report.Document {
	tb.Helper()
	d, err := report.Build(form, inv, tag)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func encode(tb testing.TB, d report.Document, format string) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := report.Encode(&b, d, format); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestGolden compares every form in every format and language with the file a
// person has read. Binary formats are compared by their text.
func TestGolden(t *testing.T) {
	inv := restated(t, nil)
	for _, form := range report.Forms("") {
		for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
			d := build(t, form.ID, inv, tag)
			for _, format := range report.Formats() {
				name := strings.Join([]string{form.ID, string(tag), format.ID}, ".")
				t.Run(name, func(t *testing.T) {
					got := encode(t, d, format.ID)
					switch format.ID {
					case "xlsx":
						got, name = xlsxText(t, got), name+".txt"
					case "docx":
						got, name = docxText(t, got), name+".txt"
					}
					golden(t, filepath.Join("testdata", name), got)
				})
			}
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s, line %d:\n got %q\nwant %q", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d", file, len(g), len(w))
}

func TestEncodeIsDeterministic(t *testing.T) {
	d := build(t, "cn-coal", restated(t, nil), lang.ZH)
	for _, format := range report.Formats() {
		if !bytes.Equal(encode(t, d, format.ID), encode(t, d, format.ID)) {
			t.Errorf("%s: one document gives two encodings", format.ID)
		}
	}
}

func TestFormsOfAnEdition(t *testing.T) {
	f := func(edition, want string) {
		t.Helper()
		var got strings.Builder
		for _, form := range report.Forms(edition) {
			got.WriteString(" " + form.ID)
		}
		if got.String() != " "+want {
			t.Errorf("Forms(%q) = %s, want %s", edition, got.String(), want)
		}
	}
	f("cn-coal-2014", "cn-coal lines")
	f("gbt-32151.11-2018", "cn-coal lines")
	f("ipcc-2006", "lines")
}

func TestRefuses(t *testing.T) {
	inv := restated(t, nil)
	f := func(kind fault.Kind, err error) {
		t.Helper()
		if fault.KindOf(err) != kind || strings.TrimSpace(fault.Tell(err, lang.ZH)) == "" {
			t.Errorf("got %v, want %v", err, kind)
		}
	}
	_, err := report.Build("nothing", inv, lang.ZH)
	f(fault.NotFound, err)
	f(fault.NotFound, report.Encode(&bytes.Buffer{}, report.Document{}, "pdf"))
	broken := inv
	broken.Content.Edition = "nothing"
	_, err = report.Build("", broken, lang.ZH)
	f(fault.NotFound, err)
}

// TestRowsThatDoNotAddUpAreNotPrinted moves a frozen line under its total.
func TestRowsThatDoNotAddUpAreNotPrinted(t *testing.T) {
	inv := restated(t, nil)
	l := &inv.Content.Result.Lines[0]
	l.Mass = l.Mass.Neg()
	if _, err := report.Build("", inv, lang.EN); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Build = %v, want a conflict", err)
	}
}

func TestYearOfMonths(t *testing.T) {
	d := build(t, "cn-coal", restated(t, nil), lang.EN)
	f := func(table string, row, column int, want string, ids int) {
		t.Helper()
		for _, x := range d.Tables() {
			if x.ID != table {
				continue
			}
			got := x.Rows[row].Cells[column].Figure
			if got == nil || got.Shown() != want || len(got.IDs) != ids {
				t.Errorf("table %s (%d, %d) = %+v, want %s by %d ids", table, row, column, got, want, ids)
			}
			return
		}
		t.Errorf("no table %s", table)
	}
	// Σ(1480 − 61 m) = 13,002 t; Σ(AD × NCV)/Σ AD with NCV = 22.4 + 0.031 m
	// is 22.4 + 0.031 × 75,790/13,002, for Σ m(1480 − 61 m) = 75,790.
	f("2", 0, 2, "13,002.00", 12)
	f("2", 0, 5, "22.581", 24)
	// Σ(86 + 0.7 m) over twelve months, September being 95.1 instead of 92.3.
	f("2", 1, 2, "1,089.40", 12)
	f("2", 1, 5, "42.652", 1)
}

// TestNothingMeasuredIsLeftOut looks for every input of the year in the
// guideline's own tables.
func TestNothingMeasuredIsLeftOut(t *testing.T) {
	inv := restated(t, nil)
	shown := map[string]bool{}
	for _, x := range build(t, "cn-coal", inv, lang.EN).Tables() {
		for _, r := range x.Rows {
			for _, c := range r.Cells {
				if len(x.ID) == 1 && c.Figure != nil {
					for _, id := range c.Figure.IDs {
						shown[id] = true
					}
				}
			}
		}
	}
	for _, a := range inv.Content.Activities {
		for _, n := range a.Names() {
			// Table 7 tells the heat that steps compute, table 1 the slip as a memo.
			computed := a.Kind == "heat" || n == "slip"
			if id := "input:" + a.InputID(n); !shown[id] && !computed {
				t.Errorf("tables 1 to 7 do not show %s", id)
			}
		}
	}
}

func TestShort(t *testing.T) {
	f := func(want string, ids ...string) {
		t.Helper()
		if got := strings.Join(report.Short(ids), " "); got != want {
			t.Errorf("Short(%v) = %s, want %s", ids, got, want)
		}
	}
	f("total:total", "total:total")
	f("gas/2024-06:ch4", "gas/2024-06:ch4")
	f("gas/2024-{01,02}:ch4", "gas/2024-01:ch4", "gas/2024-02:ch4")
	f("gas/2024-{01..03}:ch4", "gas/2024-01:ch4", "gas/2024-02:ch4", "gas/2024-03:ch4")
	f("gas/2024-{01,02,04}:ch4", "gas/2024-01:ch4", "gas/2024-02:ch4", "gas/2024-04:ch4")
	f("input:a/2023-{11,12}#x input:a/2024-01#x", "input:a/2023-11#x", "input:a/2023-12#x", "input:a/2024-01#x")
	f("2024-{01,02}-diesel-amount", "2024-01-diesel-amount", "2024-02-diesel-amount")
	f("a/2024:x", "a/2024:x")
}

func BenchmarkEncode(b *testing.B) {
	d := build(b, "cn-coal", restated(b, nil), lang.ZH)
	for _, format := range report.Formats() {
		b.Run(format.ID, func(b *testing.B) {
			for b.Loop() {
				encode(b, d, format.ID)
			}
		})
	}
}

// TestWorkbookPrints looks at what a person would set by hand before printing:
// A4, one page wide, the header frozen on the screen and repeated on paper.
func TestWorkbookPrints(t *testing.T) {
	d := build(t, "cn-coal", restated(t, nil), lang.ZH)
	f, err := excelize.OpenReader(bytes.NewReader(encode(t, d, "xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if props, err := f.GetDocProps(); err != nil || props.Created != "2025-02-14T01:30:00Z" || props.Title != d.Title.ZH || props.Identifier != d.Hash {
		t.Errorf("properties = %+v, %v", props, err)
	}
	repeated := map[string]bool{}
	for _, n := range f.GetDefinedName() {
		repeated[n.Scope] = n.Name == "_xlnm.Print_Titles" && strings.HasSuffix(n.RefersTo, "!$3:$3")
	}
	for _, x := range d.Tables() {
		sheet := x.Short.ZH
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Size != 9 || *layout.FitToWidth != 1 {
			t.Errorf("%s: layout = %+v, %v, want A4, one page wide", sheet, layout, err)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 3 || !repeated[sheet] {
			t.Errorf("%s: panes = %+v, %v, repeated %v, want the header frozen and repeated", sheet, panes, err, repeated[sheet])
		}
	}
}

// TestChinesePunctuation sets what the rooms below write in ASCII.
func TestChinesePunctuation(t *testing.T) {
	inv := restated(t, nil)
	f := func(reason, want string) {
		t.Helper()
		inv.Reason = reason
		d := build(t, "lines", inv, lang.ZH)
		found := false
		wordings(d, func(_ string, x lang.Text) { found = found || strings.HasSuffix(x.ZH, "原因："+want) })
		if !found {
			t.Errorf("%q is not set as %q", reason, want)
		}
	}
	f("更正(3 月,9 月)", "更正（3 月，9 月）")
	f("GWP-100(AR2), 09:30", "GWP-100(AR2), 09:30")
	f("甲烷; 二氧化碳(CO2)", "甲烷；二氧化碳（CO2）")
}
