package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/report"
)

// TestEveryFigureOpens follows each figure of each encoding to what it says
// opens it, and asks the inventory for that.
func TestEveryFigureOpens(t *testing.T) {
	inv := restated(t, nil)
	for _, form := range report.Forms("") {
		d := build(t, form.ID, inv, lang.ZH)
		want := len(d.Figures())
		if want < 60 {
			t.Fatalf("%s has %d figures", form.ID, want)
		}
		for format, read := range map[string]func(*testing.T, []byte) [][]string{
			"json": jsonIDs, "csv": csvIDs, "xlsx": xlsxIDs, "docx": docxIDs,
		} {
			figures := read(t, encode(t, d, format))
			if len(figures) != want {
				t.Errorf("%s.%s has %d figures, want %d", form.ID, format, len(figures), want)
			}
			for _, ids := range figures {
				if len(ids) == 0 {
					t.Errorf("%s.%s: a figure opens nothing", form.ID, format)
				}
				for _, id := range ids {
					if err := open(inv, id); err != nil {
						t.Errorf("%s.%s: %s: %v", form.ID, format, id, err)
					}
				}
			}
		}
	}
}

// open asks the inventory for what an id names.
func open(inv inventory.Inventory, id string) error {
	r := inv.Content.Result
	kind, name, ok := strings.Cut(id, ":")
	var err error
	switch {
	case !ok:
		err = fmt.Errorf("no kind in %q", id)
	case kind == "total":
		_, err = r.Total(name)
	case kind == "figure":
		_, err = r.Figure(name)
	case kind == "input":
		for _, a := range inv.Content.Activities {
			for _, n := range a.Names() {
				if a.InputID(n) == name {
					return nil
				}
			}
		}
		err = fmt.Errorf("no input %q", name)
	case kind == "factor":
		for _, l := range r.Lines {
			for _, f := range l.Factors {
				if f.ID() == name {
					return nil
				}
			}
		}
		err = fmt.Errorf("no factor %q", name)
	case kind == "bridge":
		if !slices.ContainsFunc(inv.Bridge.Steps, func(s inventory.BridgeStep) bool { return string(s.Cause) == name }) {
			err = fmt.Errorf("no cause %q", name)
		}
	default:
		_, err = r.Line(id)
	}
	return err
}

func jsonIDs(t *testing.T, data []byte) [][]string {
	t.Helper()
	type cell struct {
		Figure *struct {
			Ref string
			IDs []string
		}
	}
	var doc struct {
		Chapters []struct {
			Blocks []struct {
				Table *struct{ Rows []struct{ Cells []cell } }
			}
		}
		Index []struct {
			Ref string
			IDs []string
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	index := map[string][]string{}
	for _, e := range doc.Index {
		index[e.Ref] = e.IDs
	}
	var out [][]string
	for _, c := range doc.Chapters {
		for _, b := range c.Blocks {
			if b.Table == nil {
				continue
			}
			for _, r := range b.Table.Rows {
				for _, x := range r.Cells {
					if x.Figure == nil {
						continue
					}
					if !slices.Equal(index[x.Figure.Ref], x.Figure.IDs) {
						t.Errorf("%s is %v in the index, %v at its figure", x.Figure.Ref, index[x.Figure.Ref], x.Figure.IDs)
					}
					out = append(out, x.Figure.IDs)
				}
			}
		}
	}
	return out
}

func csvIDs(t *testing.T, data []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]string, 0, len(rows))
	for _, row := range rows[1:] {
		out = append(out, strings.Split(row[9], "; "))
	}
	return out
}

// xlsxIDs follows the link of every number to the index sheet.
func xlsxIDs(t *testing.T, data []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	for _, sheet := range f.GetSheetList() {
		notes := comments(t, f, sheet)
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				kind, err := f.GetCellType(sheet, cell)
				if err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber || row[j] == "" {
					continue
				}
				_, target, _ := f.GetCellHyperLink(sheet, cell)
				index, at, _ := strings.Cut(target, "!")
				ref, err := f.GetCellValue(strings.Trim(index, "'"), at)
				ids, idsErr := f.GetCellValue(strings.Trim(index, "'"), strings.Replace(at, "A", "B", 1))
				if err != nil || idsErr != nil || !strings.HasPrefix(notes[cell], ref+"\n") {
					t.Errorf("%s %s leads to %s (%s), its comment is %q", sheet, cell, target, ref, notes[cell])
				}
				out = append(out, expand(ids))
			}
		}
	}
	return out
}

// docxIDs follows the reference beside every number to its bookmark.
func docxIDs(t *testing.T, data []byte) [][]string {
	t.Helper()
	index := map[string]string{}
	paragraphs := docxParagraphs(t, data)
	for i, p := range paragraphs {
		if p.bookmark != "" {
			index[p.bookmark] = paragraphs[i+1].text
		}
	}
	var out [][]string
	for _, p := range paragraphs {
		if p.style == "TableNumber" {
			out = append(out, expand(index[p.anchor]))
		}
	}
	return out
}

var bracesOf = regexp.MustCompile(`^(.*)\{([^}]*)\}(.*)$`)

// expand writes the ids out that Short wrote as one.
func expand(lines string) []string {
	var out []string
	for id := range strings.SplitSeq(lines, "\n") {
		m := bracesOf.FindStringSubmatch(id)
		if m == nil {
			out = append(out, id)
			continue
		}
		months := strings.Split(m[2], ",")
		var first, last int
		if n, _ := fmt.Sscanf(m[2], "%d..%d", &first, &last); n == 2 {
			months = nil
			for month := first; month <= last; month++ {
				months = append(months, fmt.Sprintf("%02d", month))
			}
		}
		for _, month := range months {
			out = append(out, m[1]+month+m[3])
		}
	}
	return out
}
