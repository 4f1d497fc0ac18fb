package form_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/quantity"
)

// TestRules files a case for every rule, at its limit and just beyond.
func TestRules(t *testing.T) {
	for _, tt := range []struct {
		name  string
		file  []string
		cell  string
		found string
	}{
		{"a fifth more is no more than a fifth", []string{"gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 120 万Nm3"}, "gas/vent 2025-02", ""},
		{"a hair more than a fifth", []string{"gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 120.0001 万Nm3"}, "gas/vent 2025-02", "change_month:explain"},
		{"told in another unit", []string{"gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 1190000 Nm3"}, "gas/vent 2025-02", ""},
		{"a fifth less than last year", []string{"gas/vent 2024-02 = 100 万Nm3", "gas/vent 2025-02 = 79 万Nm3"}, "gas/vent 2025-02", "change_year:explain"},
		{"the value of last month", []string{"gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 100.0 万Nm3"}, "gas/vent 2025-02", "repeated:note"},
		{"from nothing to something", []string{"gas/flared 2025-01 = 0 万Nm3", "gas/flared 2025-02 = 3 万Nm3"}, "gas/flared 2025-02", "change_month:explain"},
		{"nothing twice is no copy", []string{"gas/flared 2025-01 = 0 万Nm3", "gas/flared 2025-02 = 0 万Nm3"}, "gas/flared 2025-02", ""},
		{"more used than drained", []string{"gas/drain 2025-02 = 50 万Nm3", "gas/utilised 2025-02 = 40 万Nm3", "gas/flared 2025-02 = 10.1 万Nm3"}, "gas/utilised 2025-02", "utilised:hard"},
		{"as much used as drained", []string{"gas/drain 2025-02 = 50 万Nm3", "gas/utilised 2025-02 = 40 万Nm3", "gas/flared 2025-02 = 10 万Nm3"}, "gas/utilised 2025-02", ""},
		{"not known what was drained", []string{"gas/utilised 2025-02 = 40 万Nm3", "gas/flared 2025-02 = 10 万Nm3"}, "gas/utilised 2025-02", ""},
		{"a stock that balances", []string{"boiler/opening 2025-02 = 10 t", "boiler/bought 2025-02 = 100 t", "boiler/amount 2025-02 = 90 t", "boiler/closing 2025-02 = 20 t"}, "boiler/closing 2025-02", ""},
		{"a stock that does not", []string{"boiler/opening 2025-02 = 10 t", "boiler/bought 2025-02 = 100 t", "boiler/amount 2025-02 = 90 t", "boiler/closing 2025-02 = 20.2 t"}, "boiler/closing 2025-02", "coal-stock:hard"},
		{"an opening that is not the closing before", []string{"boiler/closing 2025-01 = 12 t", "boiler/opening 2025-02 = 10 t"}, "boiler/opening 2025-02", "coal-stock:hard"},
		{"kcal taken for kJ", []string{"boiler/ncv 2025-02 = 5.5 GJ/t"}, "boiler/ncv 2025-02", "calorific:explain"},
		{"a good coal", []string{"boiler/ncv 2025-02 = 22.6 GJ/t"}, "boiler/ncv 2025-02", ""},
		{"a bill as the meter says", []string{"grid/bill 2025-02 = 104.9 MWh"}, "grid/bill 2025-02", ""},
		{"a bill that the meter contradicts", []string{"grid/bill 2025-02 = 105.1 MWh"}, "grid/bill 2025-02", "meter:explain"},
		{"a wider limit, and a note", []string{"boiler/bought 2025-01 = 100 t", "boiler/bought 2025-02 = 170 t"}, "boiler/bought 2025-02", ""},
		{"beyond it", []string{"boiler/bought 2025-01 = 100 t", "boiler/bought 2025-02 = 181 t"}, "boiler/bought 2025-02", "change_month:note"},
		{"a rule that is off", []string{"boiler/bought 2024-02 = 100 t", "boiler/bought 2025-02 = 500 t"}, "boiler/bought 2025-02", ""},
		{"empty, though asked for", nil, "gas/vent 2025-02", "missing:explain"},
		{"empty, and the default serves", nil, "boiler/ncv 2025-02", ""},
		{"empty, and the meter serves", nil, "grid/purchased 2025-02", ""},
		{"empty, of a month that runs", nil, "gas/vent 2025-03", ""},
		{"empty, of a month before the plan", nil, "gas/vent 2023-12", ""},
	} {
		d := open(t, "2025-03-05 08:00")
		d.file(tt.file...)
		row, month, _ := strings.Cut(tt.cell, " ")
		if got := d.found(row, month); got != tt.found {
			t.Errorf("%s: %s has %q, want %q", tt.name, tt.cell, got, tt.found)
		}
	}
}

// TestSigma: what lies beyond three deviations of two years is found, once
// there are enough months.
func TestSigma(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	year := []string{"2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09", "2024-10", "2024-11"}
	for i, month := range year {
		d.file("gas/vent " + month + " = " + []string{"100", "102"}[i%2] + " 万Nm3")
	}
	d.file("gas/vent 2025-01 = 115 万Nm3")
	if got := d.found("gas/vent", "2025-01"); got != "" {
		t.Errorf("of eleven months %q is found", got)
	}
	d.file("gas/vent 2024-12 = 100 万Nm3")
	if got := d.found("gas/vent", "2025-01"); got != "sigma:explain" {
		t.Errorf("of twelve months %q is found", got)
	}
}

// TestPapers: the kinds of evidence the plan asks for, by the files handed in.
func TestPapers(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	files := map[string]form.Paper{"a": {SHA256: "a", Name: "磅单.pdf", Kind: "weighbill"}, "b": {SHA256: "b", Name: "照片.png", Kind: "photo"}}
	d.Papers = func(context.Context, string, []string) (map[string]form.Paper, error) { return files, nil }
	d.file("boiler/amount 2025-01 = 100 t", "boiler/amount 2025-02 = 101 t")
	for _, tt := range []struct{ sha, found string }{{"", "papers:explain"}, {"b", "papers:explain"}, {"a", "reused:explain"}} {
		d.filings[0].Evidence = []activity.Evidence{{Kind: "file", SHA256: "a"}}
		d.filings[1].Evidence = nil
		if tt.sha != "" {
			d.filings[1].Evidence = []activity.Evidence{{Kind: "file", SHA256: tt.sha}}
		}
		d.Memory = form.NewMemory()
		if got := d.found("boiler/amount", "2025-02"); got != tt.found {
			t.Errorf("proved by %q: %q, want %q", tt.sha, got, tt.found)
		}
	}
	if p := d.cell("boiler/amount", "2025-02").Evidence[0]; p.Name != "磅单.pdf" || p.Kind != "weighbill" {
		t.Errorf("the file is told as %+v", p)
	}
}

// TestExplained: a reason holds for the value it was given for.
func TestExplained(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	d.file("gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 150 万Nm3")
	vent := filing.Cell{Site: "small", Source: "gas", Parameter: "vent", Month: "2025-02"}
	d.remarks = append(d.remarks,
		filing.Remark{ID: "1", Cell: vent, Kind: filing.Explained, Rule: "change_month", Filing: d.filings[1].ID, Text: "二采区投产", By: "zhang", At: d.now},
		filing.Remark{ID: "2", Cell: vent, Kind: filing.Commented, Text: "请附通知", By: "wang", At: d.now})
	if got := d.found("gas/vent", "2025-02"); got != "change_month:explain cleared" {
		t.Errorf("explained: %q", got)
	}
	if c := d.cell("gas/vent", "2025-02"); len(c.Comments) != 1 || c.Previous != "100" {
		t.Errorf("the cell is %+v", c)
	}
	again := d.filings[1]
	again.ID, again.Supersedes, again.Note, again.Quantity = "again", again.ID, "附通知", quantity.MustParse("1500000 Nm3")
	d.filings = append(d.filings, again)
	if got := d.found("gas/vent", "2025-02"); got != "change_month:explain cleared" {
		t.Errorf("the same quantity with a note: %q", got)
	}
	d.file("gas/vent 2025-02 = 151 万Nm3")
	if got := d.found("gas/vent", "2025-02"); got != "change_month:explain" {
		t.Errorf("after the value changed: %q", got)
	}
	tried, err := d.Try(t.Context(), filler, []filing.Filing{{Cell: vent, Quantity: quantity.MustParse("101 万Nm3")}})
	if err != nil || len(tried) != 1 || len(tried[0].Findings) != 0 {
		t.Errorf("tried: %+v, %v", tried, err)
	}
	if got := d.cell("gas/vent", "2025-02").Value; got != "151" {
		t.Errorf("what was tried was kept: %s", got)
	}
}

// TestCheck: what keeps a month from being submitted is told with its cell.
func TestCheck(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	ready, err := d.Check(t.Context(), "2025-02")
	if err != nil || ready.Filed != 0 || len(ready.Faults) != 9 {
		t.Fatalf("an empty month: %+v, %v", ready, err)
	}
	var f *fault.Fault
	if f, _ = ready.Faults[0].(*fault.Fault); f == nil || f.Place != (fault.Place{File: "2025-02", Column: "boiler/amount"}) || f.Kind != fault.Conflict { //nolint:errorlint // a list of faults
		t.Errorf("the first is %v", ready.Faults[0])
	}
}

// TestEyes: somebody with a duty at one unit sees its rows and files no other.
func TestEyes(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	stoker := access.Actor{ID: "li", Duties: []access.Duty{{Role: access.Filler, Site: "small", Node: "heating"}}}
	g := d.grid(stoker, "2025-01", "2025-02")
	if len(g.Rows) != 5 || len(g.Cells) != 10 || slices.ContainsFunc(g.Rows, func(r form.Row) bool { return r.Node != "heating" || !r.MayFill }) {
		t.Errorf("%d rows, %d cells", len(g.Rows), len(g.Cells))
	}
	if _, err := d.Find(stoker, access.WriteFiling, filing.Cell{Source: "gas", Parameter: "vent"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another unit's row: %v", err)
	}
	viewer := access.Actor{ID: "he", Duties: access.As(access.Auditor, "small")}
	if g := d.grid(viewer, "2025-01", "2025-01"); len(g.Rows) != 11 || g.Rows[0].MayFill || len(g.Months[0].May) != 0 {
		t.Errorf("an auditor: %d rows, may %v", len(g.Rows), g.Months[0].May)
	}
	if _, err := d.Find(viewer, access.WriteFiling, filing.Cell{Source: "gas", Parameter: "vent"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an auditor files: %v", err)
	}
	under, err := d.Grid(t.Context(), form.Ask{From: "2025-01", To: "2025-01", Node: "drainage", Actor: viewer})
	if err != nil || len(under.Rows) != 4 {
		t.Errorf("below drainage are %d rows, %v", len(under.Rows), err)
	}
}

func TestAsk(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	for _, ask := range []form.Ask{{From: "2025-13", To: "2025-01"}, {From: "2025-02", To: "2025-01"}, {From: "2020-01", To: "2025-01"}, {From: "2025-01", To: "x"}} {
		if _, err := d.Grid(t.Context(), ask); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Grid(%+v) = %v", ask, err)
		}
	}
	if _, err := d.Grid(t.Context(), form.Ask{From: "2025-01", To: "2025-01", Node: "moon"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of a unit there is not: %v", err)
	}
}

// TestMemory: a month is read again when somebody has filed into it, and only then.
func TestMemory(t *testing.T) {
	d := open(t, "2025-03-05 08:00")
	d.file("gas/vent 2025-01 = 100 万Nm3", "gas/vent 2025-02 = 101 万Nm3")
	d.grid(filler, "2025-01", "2025-02")
	d.grid(filler, "2025-01", "2025-02")
	if d.reads != 1 {
		t.Errorf("read %d times, want once", d.reads)
	}
	d.file("gas/vent 2025-02 = 102 万Nm3")
	if got := d.cell("gas/vent", "2025-02").Value; got != "102" || d.reads != 2 {
		t.Errorf("after a correction %s, read %d times", got, d.reads)
	}
	d.filings = append(d.filings, filing.Filing{ID: "w", Cell: d.filings[2].Cell, Supersedes: d.filings[2].ID, Withdrawn: true, By: "zhang", At: d.now})
	if c := d.cell("gas/vent", "2025-02"); c.Value != "" || c.Filing != "w" {
		t.Errorf("taken back it is %+v", c)
	}
}
