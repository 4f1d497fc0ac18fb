package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// attacks are what somebody may have typed into a note.
var attacks = []string{
	`=cmd|' /C calc'!A0`, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "plain", `"quoted", with a comma`, "二〇二六 <b>", "", strings.Repeat("矿", 20_000),
}

func listOf(rows ...[]string) List {
	return List{Sheet: "acts", Columns: []string{"seq", "text"}, Widths: []float64{8, 60}, Rows: func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}}
}

func attacked() List {
	var rows [][]string
	for _, a := range attacks {
		rows = append(rows, []string{"1", a})
	}
	return listOf(rows...)
}

func TestListCSV(t *testing.T) {
	var out bytes.Buffer
	if err := EncodeList(&out, attacked(), "csv"); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(out.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != len(attacks)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, a := range attacks {
		got := rows[i+1][1]
		if strings.HasPrefix(got, "=") || strings.HasPrefix(got, "+") || strings.HasPrefix(got, "-") || strings.HasPrefix(got, "@") || strings.HasPrefix(got, "\t") || strings.HasPrefix(got, "＝") {
			t.Errorf("%q came out as %.40q", a, got)
		}
		if i > 6 && got != a {
			t.Errorf("%.40q was changed to %.40q", a, got)
		}
	}
}

func TestListXLSX(t *testing.T) {
	var out bytes.Buffer
	if err := EncodeList(&out, attacked(), "xlsx"); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("acts")
	if err != nil || len(rows) != len(attacks)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i := range attacks {
		cell, err := excelize.CoordinatesToCellName(2, i+2)
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := book.GetCellFormula("acts", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %s, %v", cell, formula, err)
		}
	}
	if got := rows[1][1]; got != attacks[0] {
		t.Errorf("a text is told as %q, want it as it was typed", got)
	}
	if long := rows[len(rows)-1][1]; !strings.HasSuffix(long, "…") || len(long) > maxCell {
		t.Errorf("a long text has %d bytes and ends in %q", len(long), long[len(long)-3:])
	}
}

func TestListFails(t *testing.T) {
	var broken iter.Seq2[[]string, error] = func(yield func([]string, error) bool) { yield(nil, errors.New("the chain ends")) }
	for _, format := range []string{"csv", "xlsx"} {
		if err := EncodeList(&bytes.Buffer{}, List{Sheet: "a", Columns: []string{"x"}, Rows: broken}, format); err == nil || !strings.Contains(err.Error(), "the chain ends") {
			t.Errorf("%s: %v", format, err)
		}
	}
	if EncodeList(&bytes.Buffer{}, listOf(), "pdf") == nil {
		t.Error("wrote a list as pdf")
	}
}
