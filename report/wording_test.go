package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/report"
)

var chinese = regexp.MustCompile(`\p{Han}`)

// wordings calls f with every text of a document.
func wordings(d report.Document, f func(where string, t lang.Text)) {
	f("title", d.Title)
	f("subtitle", d.Subtitle)
	for _, x := range d.Front {
		f("front", x.Label)
		f("front", x.Value)
	}
	for _, c := range d.Chapters {
		f("chapter", c.Title)
		for _, b := range c.Blocks {
			f("heading", b.Heading)
			f("text", b.Text)
		}
	}
	for _, t := range d.Tables() {
		where := "table " + t.ID
		f(where, t.Title)
		f(where, t.Short)
		f(where, t.Note)
		for _, c := range t.Columns {
			f(where, c.Title)
		}
		for _, r := range t.Rows {
			for _, c := range r.Cells {
				f(where, c.Text)
			}
		}
	}
}

// names are what the mine wrote in one language: it reads the same in both.
var names = []string{"环境中心", "通风区", "山西省"}

// TestEveryWordingIsThere looks for a text with one wording, or with the
// wording of the other language.
func TestEveryWordingIsThere(t *testing.T) {
	for _, form := range report.Forms("") {
		d := build(t, form.ID, restated(t, map[string]string{"fuel_table": "G"}), lang.ZH)
		for _, complaint := range untranslated(d) {
			t.Errorf("%s, %s", form.ID, complaint)
		}
	}
}

var words = regexp.MustCompile(`[a-z]{4,} [a-z]{3,}`)

// untranslated lists what a document says in one language only.
func untranslated(d report.Document) (complaints []string) {
	wordings(d, func(where string, x lang.Text) {
		en := x.EN
		for _, n := range names {
			en = strings.ReplaceAll(en, n, "")
		}
		switch {
		case x.IsZero():
		case x.ZH == "" || x.EN == "":
			complaints = append(complaints, fmt.Sprintf("%s: one wording is missing in %+v", where, x))
		case chinese.MatchString(en):
			complaints = append(complaints, fmt.Sprintf("%s: Chinese in the English wording %q", where, x.EN))
		case x.ZH != x.EN && words.MatchString(x.EN) && !chinese.MatchString(x.ZH):
			complaints = append(complaints, fmt.Sprintf("%s: no Chinese in the Chinese wording %q", where, x.ZH))
		}
	})
	return complaints
}

// TestEnglishHasNoChinese reads what the encoders add by themselves, such as
// units, marks and page numbers. JSON and CSV tell units as programs read them.
func TestEnglishHasNoChinese(t *testing.T) {
	inv := restated(t, map[string]string{"fuel_table": "G"})
	f := func(where string, text []byte) {
		t.Helper()
		for line := range strings.SplitSeq(string(text), "\n") {
			for _, n := range names {
				line = strings.ReplaceAll(line, n, "")
			}
			if chinese.MatchString(line) {
				t.Errorf("%s: %s", where, line)
			}
		}
	}
	for _, form := range report.Forms("") {
		d := build(t, form.ID, inv, lang.EN)
		word := encode(t, d, "docx")
		f("docx", docxText(t, word))
		f("header", part(t, word, "word/header1.xml"))
		f("footer", part(t, word, "word/footer1.xml"))
		f("xlsx", xlsxText(t, encode(t, d, "xlsx")))
		for _, format := range []string{"json", "csv"} {
			f(format, bytes.ReplaceAll(encode(t, d, format), []byte("万Nm3"), nil))
		}
	}
}

// TestUnverifiedIsMarked computes with a table of defaults whose numbers are
// not verified: whatever rests on them says so in every encoding.
func TestUnverifiedIsMarked(t *testing.T) {
	inv := restated(t, map[string]string{"fuel_table": "G"})
	for tag, mark := range map[lang.Tag]string{lang.ZH: "待核实", lang.EN: "unverified"} {
		d := build(t, "cn-coal", inv, tag)
		want := 0
		for _, x := range d.Figures() {
			if x.Unverified() {
				want++
			}
		}
		if want < 12 {
			t.Fatalf("%d figures are unverified; fuels, totals and intensities should be", want)
		}
		got := strings.Count(string(xlsxText(t, encode(t, d, "xlsx"))), " "+mark+" \t→")
		if got != want {
			t.Errorf("xlsx %s: %d numbers are marked, want %d", tag, got, want)
		}
		got = 0
		for _, p := range docxParagraphs(t, encode(t, d, "docx")) {
			if p.style == "TableNumber" && strings.Contains(p.text, "\u00a0"+mark) {
				got++
			}
		}
		if got != want {
			t.Errorf("docx %s: %d numbers are marked, want %d", tag, got, want)
		}
		if got := strings.Count(string(encode(t, d, "json")), `"confidence": "C"`); got != want {
			t.Errorf("json %s: %d numbers are marked, want %d", tag, got, want)
		}
		rows, err := csv.NewReader(bytes.NewReader(encode(t, d, "csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got = 0
		for _, r := range rows {
			if r[8] == "C" {
				got++
			}
		}
		if got != want {
			t.Errorf("csv %s: %d numbers are marked, want %d", tag, got, want)
		}
	}
}

// TestTextIsNoFormula gives the mine names that a spreadsheet would compute.
func TestTextIsNoFormula(t *testing.T) {
	for _, lead := range []string{"=", "+", "-", "@"} {
		evil := lead + `HYPERLINK("http://example.org","x")`
		inv := restated(t, nil)
		inv.Content.Site.Entity = lang.Same(evil)
		for i := range inv.Content.Result.Lines {
			inv.Content.Result.Lines[i].Name = lang.Same(evil)
		}
		d := build(t, "cn-coal", inv, lang.EN)
		f, err := excelize.OpenReader(bytes.NewReader(encode(t, d, "xlsx")))
		if err != nil {
			t.Fatal(err)
		}
		if err := noFormula(f); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(encode(t, d, "csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		guarded := false
		for _, row := range rows {
			for i, text := range row {
				guarded = guarded || strings.HasPrefix(text, "'"+lead)
				number := i == 5 || i == 7
				if !number && text != "" && strings.ContainsAny(text[:1], "=+-@") {
					t.Errorf("csv has %q", text)
				}
			}
		}
		if !guarded {
			t.Errorf("csv does not hold the guarded name %q", evil)
		}
	}
}

func noFormula(f *excelize.File) error {
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			return err
		}
		for i, row := range rows {
			for j := range row {
				cell, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					return err
				}
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					return fmt.Errorf("%s %s is the formula %q, %w", sheet, cell, formula, err)
				}
			}
		}
	}
	return nil
}

// TestMineWithOneSource builds the report of a mine with a single source: the
// tables that have no row say so.
func TestMineWithOneSource(t *testing.T) {
	acts := activities(6, 6)
	one := acts[:0]
	for _, a := range acts {
		if a.Source == "diesel" {
			one = append(one, a)
		}
	}
	c := content(t, one, nil)
	inv := inventory.Inventory{ID: "qingling.2024-06.cn-coal-2014.v1", Version: 1, Hash: strings.Repeat("0", 64), Content: c}
	inv.Content.Period = "2024-06"
	d := build(t, "", inv, lang.ZH)
	if d.Title.ZH != "青岭煤业有限公司 2024 年 6 月温室气体排放报告" {
		t.Errorf("title = %q", d.Title.ZH)
	}
	empty := 0
	for _, x := range d.Tables() {
		if len(x.Rows) == 0 {
			t.Errorf("table %s is empty and does not say so", x.ID)
		} else if x.Rows[0].Weight == report.Span {
			empty++
		}
	}
	if empty < 6 {
		t.Errorf("%d tables say that they have no row, want those of six sources at least", empty)
	}
	for _, f := range d.Figures() {
		if f.Value.IsZero() && f.Value.Unit().Same(quantity.MustUnit("tCO2")) {
			t.Errorf("a source that does not exist is told as zero: %+v", f)
		}
	}
	for _, format := range report.Formats() {
		encode(t, d, format.ID)
	}
}
