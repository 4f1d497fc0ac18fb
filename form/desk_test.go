package form_test

import (
	"context"
	"iter"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/inventory"
	"lingtan/quantity"
	"lingtan/reading"
)

// book keeps forms in memory, as the store does.
type book struct {
	filings []filing.Filing
	months  map[string]filing.Month
	remarks []filing.Remark
	given   []filing.Reminded
	reads   int // how often filings were read
}

func within[T any](list []T, first, last string, month func(T) string) []T {
	var out []T
	for _, v := range list {
		if m := month(v); m >= first && m <= last {
			out = append(out, v)
		}
	}
	return out
}

func (b *book) Filings(_ context.Context, _, first, last string) ([]filing.Filing, error) {
	b.reads++
	return within(b.filings, first, last, func(f filing.Filing) string { return f.Month }), nil
}

func (b *book) FilingCounts(_ context.Context, _, first, last string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, f := range within(b.filings, first, last, func(f filing.Filing) string { return f.Month }) {
		out[f.Month]++
	}
	return out, nil
}

func (b *book) Months(_ context.Context, _, first, last string) ([]filing.Month, error) {
	var all []filing.Month
	for _, m := range b.months {
		all = append(all, m)
	}
	return within(all, first, last, func(m filing.Month) string { return m.Month }), nil
}

func (*book) MonthSteps(context.Context, string, string, string) ([]filing.Passed, error) {
	return nil, nil
}

func (b *book) Remarks(_ context.Context, _, first, last string) ([]filing.Remark, error) {
	return within(b.remarks, first, last, func(r filing.Remark) string { return r.Month }), nil
}

func (b *book) Reminders(_ context.Context, _, first, last string) ([]filing.Reminded, error) {
	return within(b.given, first, last, func(r filing.Reminded) string { return r.Month }), nil
}

// meters say 100 MWh of every month, of which they cover a share.
type meters struct{ covered float64 }

func (m meters) Totals(_ context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	var out []reading.Total
	for _, id := range q.Series {
		for i, from := range bounds[:len(bounds)-1] {
			ms := float64(bounds[i+1]-from) * m.covered
			out = append(out, reading.Total{Series: id, From: from, To: bounds[i+1], Amount: big.NewInt(100_000_000_000_000), CoveredMS: int64(ms)})
		}
	}
	return out, nil
}

func (meters) Hours(context.Context, reading.Query) iter.Seq2[reading.Hour, error] { return nil }

// desk opens the forms of the mine of testdata at an instant.
type desk struct {
	*form.Desk
	*book
	tb  testing.TB
	now time.Time
}

func open(tb testing.TB, now string) *desk {
	tb.Helper()
	text, err := os.ReadFile("testdata/mine.toml")
	if err != nil {
		tb.Fatal(err)
	}
	mine, err := inventory.OpenMine("mine.toml", text)
	if err != nil {
		tb.Fatal(fault.Tell(err, "en"))
	}
	d := &desk{book: &book{months: map[string]filing.Month{}}, tb: tb}
	if d.now, err = time.ParseInLocation("2006-01-02 15:04", now, mine.Site.Calendar.Zone); err != nil {
		tb.Fatal(err)
	}
	d.Desk = &form.Desk{
		Site: mine.Site, Plan: mine.Plan, Meters: meters{1}, Book: d.book, Memory: form.NewMemory(), Now: func() time.Time { return d.now },
		Series: func(string) (reading.ID, bool) { return 1, true },
	}
	return d
}

// file puts a value into a cell: "boiler/amount 2025-01 = 120 t".
func (d *desk) file(lines ...string) {
	d.tb.Helper()
	for _, line := range lines {
		at, amount, _ := strings.Cut(line, " = ")
		row, month, _ := strings.Cut(at, " ")
		source, parameter, _ := strings.Cut(row, "/")
		f := filing.Filing{
			ID: line, Cell: filing.Cell{Site: "small", Source: source, Parameter: parameter, Month: month}, How: activity.Filed, By: "zhang",
			At: d.now, Quantity: quantity.MustParse(amount), Evidence: []activity.Evidence{{Kind: "file", ID: "archive"}},
		}
		for _, old := range filing.Last(d.filings) {
			if old.Cell == f.Cell {
				f.Supersedes = old.ID
			}
		}
		d.filings = append(d.filings, f)
	}
}

var filler = access.Actor{ID: "zhang", Duties: access.As(access.Filler, "small")}

func (d *desk) grid(a access.Actor, from, to string) form.Grid {
	d.tb.Helper()
	g, err := d.Grid(d.tb.Context(), form.Ask{From: from, To: to, Actor: a})
	if err != nil {
		d.tb.Fatal(err)
	}
	return g
}

func (d *desk) cell(row, month string) form.Cell {
	d.tb.Helper()
	for _, c := range d.grid(filler, month, month).Cells {
		if c.Row == row {
			return c
		}
	}
	d.tb.Fatalf("no cell %s %s", row, month)
	return form.Cell{}
}

// found lists the rules that found something in a cell, with how strict they are.
func (d *desk) found(row, month string) string {
	d.tb.Helper()
	var out []string
	for _, f := range d.cell(row, month).Findings {
		if f.Text.ZH == "" || f.Text.EN == "" || f.Hint.IsZero() {
			d.tb.Errorf("%s of %s is not told in both languages: %+v", f.Rule, row, f)
		}
		open := ""
		if f.Cleared != nil {
			open = " cleared"
		}
		out = append(out, f.Rule+":"+string(f.Severity)+open)
	}
	return strings.Join(out, " ")
}
