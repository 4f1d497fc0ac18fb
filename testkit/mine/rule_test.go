package mine_test

import (
	"slices"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/plan"
	"lingtan/rule"
)

// facts are the filings of the mine as rules ask for them, without its meters.
type facts struct {
	rules *rule.Set
	cells map[plan.Row]filing.Filing
}

func (f facts) Amount(row string, m rule.Month) (rule.Amount, bool) {
	v, ok := f.cells[plan.Row{ID: row, Month: m.String()}]
	par, _ := f.rules.Row(row)
	q, err := par.In(v.Quantity)
	if !ok || err != nil {
		return rule.Amount{}, false
	}
	return rule.Amount{Quantity: q, Float: q.Float()}, true
}

func (facts) Beside(string, rule.Month) (plan.Beside, bool) { return plan.Beside{}, false }

func (facts) Papers(string, rule.Month) []rule.Paper { return []rule.Paper{{Kind: "file"}} }

// TestPlausible holds the mine's filings to its own rules: stocks balance in
// every month, and little has to be explained.
func TestPlausible(t *testing.T) {
	b := open(t)
	p, err := plan.Parse(b.doc, b.site, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := facts{rule.Of(p, b.site), map[plan.Row]filing.Filing{}}
	list := slices.Concat(b.mine.Filings(), b.mine.FilingsSince(time.Date(2026, 11, 23, 8, 0, 0, 0, b.site.Calendar.Zone)))
	for _, one := range list {
		f.cells[plan.Row{ID: one.Cell.ID(), Month: one.Month}] = one
	}
	explain := 0
	for _, one := range list {
		for _, found := range f.rules.Check(f, one.Cell.ID(), rule.MonthOf(one.Month)) {
			switch found.Severity {
			case activity.Hard:
				t.Errorf("%s %s = %s: %s", one.Cell.ID(), one.Month, one.Quantity, found.Text.EN)
			case activity.Explain:
				explain++
				t.Logf("%s %s = %s: %s %s", one.Cell.ID(), one.Month, one.Quantity, found.Rule, found.Text.EN)
			case activity.Notice:
			}
		}
	}
	if most := len(list) / 40; explain > most {
		t.Errorf("%d of %d cells want a reason, at most %d should", explain, len(list), most)
	}
}
