package filing

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/quantity"
)

var july = time.Date(2024, 7, 2, 9, 30, 0, 0, time.UTC)

func coal(id, amount string) Filing {
	return Filing{
		ID: id, Cell: Cell{Site: "qingling", Source: "boiler", Parameter: "fuel", Month: "2024-06"},
		Quantity: quantity.MustParse(amount), How: activity.Filed, By: "zhang", At: july,
	}
}

func TestValidate(t *testing.T) {
	tonnes := quantity.MustUnit("t")
	for _, amount := range []string{"0 t", "1250.5 t", "1.2 万t"} {
		if err := coal("f1", amount).Validate(tonnes); err != nil {
			t.Errorf("%s: %v", amount, err)
		}
	}
	for _, tt := range []struct {
		name, column string
		spoil        func(*Filing)
	}{
		{"energy for mass", "quantity", func(f *Filing) { f.Quantity = quantity.MustParse("5 GJ") }},
		{"no unit", "quantity", func(f *Filing) { f.Quantity = quantity.MustParse("5") }},
		{"negative", "quantity", func(f *Filing) { f.Quantity = quantity.MustParse("-0.001 t") }},
		{"month 13", "month", func(f *Filing) { f.Month = "2024-13" }},
		{"a day", "month", func(f *Filing) { f.Month = "2024-06-01" }},
		{"short month", "month", func(f *Filing) { f.Month = "2024-6" }},
		{"line after the month", "month", func(f *Filing) { f.Month = "2024-06\n" }},
		{"metered", "how", func(f *Filing) { f.How = activity.Metered }},
		{"no id", "id", func(f *Filing) { f.ID = "" }},
		{"no site", "site", func(f *Filing) { f.Site = "" }},
		{"no source", "source", func(f *Filing) { f.Source = "" }},
		{"no parameter", "parameter", func(f *Filing) { f.Parameter = "" }},
		{"nobody", "by", func(f *Filing) { f.By = "" }},
		{"no instant", "at", func(f *Filing) { f.At = time.Time{} }},
		{"long note", "note", func(f *Filing) { f.Note = strings.Repeat("x", MaxNote+1) }},
		{"not text", "note", func(f *Filing) { f.Note = "\xff" }},
		{"a heap of evidence", "evidence", func(f *Filing) { f.Evidence = make([]activity.Evidence, MaxEvidence+1) }},
	} {
		f := coal("f1", "5 t")
		tt.spoil(&f)
		err := f.Validate(tonnes)
		if fault.KindOf(err) != fault.Invalid || len(fault.Split(err)) != 1 || !strings.Contains(fault.Tell(err, "en"), tt.column) {
			t.Errorf("%s: %v, want one fault at %s", tt.name, err, tt.column)
		}
	}
	if faults := fault.Split(Filing{}.Validate(tonnes)); len(faults) < 8 {
		t.Errorf("an empty filing has %d faults: %v", len(faults), faults)
	}
}

func TestStateOfGas(t *testing.T) {
	f := coal("f1", "120 万Nm3")
	if err := f.Validate(quantity.MustUnit("m3@20C")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("gas at 0 °C filed for gas at 20 °C: %v", err)
	}
}

// TestCurrent: whatever the order of the list, a line of corrections stands at
// its end.
func TestCurrent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.SliceOfNDistinct(rapid.IntRange(1, 9), 1, 4, rapid.ID).Draw(t, "months")
		list, want := make([]Filing, 0, 4*len(months)), make([]Filing, 0, len(months))
		for _, month := range months {
			var last Filing
			for i := range rapid.IntRange(1, 4).Draw(t, "corrections") {
				f := coal(fmt.Sprintf("m%d.%d", month, i), "5 t")
				f.Month, f.Supersedes = fmt.Sprintf("2024-0%d", month), last.ID
				f.At = july.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "hours")) * time.Hour) // clocks go wrong
				list, last = append(list, f), f
			}
			want = append(want, last)
		}
		slices.SortFunc(want, func(a, b Filing) int { return strings.Compare(a.Month, b.Month) })
		if got := Current(rapid.Permutation(list).Draw(t, "order")); !reflect.DeepEqual(got, want) {
			t.Errorf("Current = %v, want %v", got, want)
		}
	})
}

func TestCurrentOfMergedLists(t *testing.T) {
	a, b, c := coal("a", "1 t"), coal("b", "2 t"), coal("c", "3 t")
	b.At = july.Add(time.Hour)
	c.At = b.At
	for _, list := range [][]Filing{{a, b, c}, {c, b, a}, {b, a, c}} {
		if got := Current(list); len(got) != 1 || got[0].ID != "c" {
			t.Errorf("Current(%v) = %v, want c: recorded last, the larger id", list, got)
		}
	}
	if got := Current(nil); len(got) != 0 {
		t.Errorf("Current of nothing is %v", got)
	}
}

func TestFilingJSON(t *testing.T) {
	f := coal("f1", "44/12 t")
	f.Evidence = []activity.Evidence{{Kind: "file", ID: "weigh.pdf"}}
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back Filing
	if err := json.Unmarshal(raw, &back); err != nil || !back.Quantity.Equal(f.Quantity) || back.Cell != f.Cell {
		t.Errorf("%s reads back as %+v, %v", raw, back, err)
	}
	if !strings.Contains(string(raw), `"month":"2024-06"`) {
		t.Errorf("the cell is not flat: %s", raw)
	}
}
