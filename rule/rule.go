// Package rule owns the checks of what is filed: which rules hold for a row of
// the plan, and what each finds in a cell beside its history, its meter, its
// papers and the rows it has to balance with. A rule never changes a number.
package rule

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/site"
)

// Missing is the rule of a cell that is asked for and empty.
const Missing plan.CheckKind = "missing"

// Month counts months from the year 0, so that a month before is one less.
type Month int

// MonthOf reads "2024-06".
func MonthOf(name string) Month {
	var year, month int
	if _, err := fmt.Sscanf(name, "%4d-%2d", &year, &month); err != nil {
		return 0
	}
	return Month(12*year + month - 1)
}

// String names the month: "2024-06".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m/12, m%12+1) }

// Amount is what stands in a cell, in its row's unit. The float is the same
// number for statistics, which are no accounting.
type Amount struct {
	quantity.Quantity
	Float float64
}

// Paper is one piece of evidence, as a rule sees it.
type Paper struct {
	SHA256 string // empty for a paper that is named and kept elsewhere
	Kind   string
}

// Facts is what rules ask of a mine's cells. A row is named as the plan does.
type Facts interface {
	Amount(row string, month Month) (Amount, bool)
	Beside(row string, month Month) (plan.Beside, bool)
	Papers(row string, month Month) []Paper
}

// Finding is what a rule says of a cell.
type Finding struct {
	Rule     string
	Severity activity.Severity
	Text     lang.Text
	Hint     lang.Text
}

// check is a rule ready to be asked about one row.
type check struct {
	id       string
	severity activity.Severity
	limit    *big.Rat
	plan     plan.Check
	find     func(c cell) (lang.Text, lang.Text, bool)
}

// Set is the rules of a plan, row by row.
type Set struct {
	site   *site.Site
	rows   map[string]plan.Parameter
	checks map[string][]check
}

// cell is one cell under a check.
type cell struct {
	Facts
	check
	set   *Set
	row   plan.Parameter
	month Month
	now   Amount
}

// usual are the kinds that hold for every row, with their own severity and
// limit: a fifth against the month before and the year before, three standard
// deviations, a twentieth against the meter (platform rules, design choices: no
// rule of coal mines names a number; a plan writes its own).
//
//nolint:gochecknoglobals // a table that is read only
var usual = []struct {
	kind     plan.CheckKind
	severity activity.Severity
	limit    string
	find     func(c cell) (lang.Text, lang.Text, bool)
}{
	{plan.ChangeMonth, activity.Explain, "20 %", changeMonth},
	{plan.ChangeYear, activity.Explain, "20 %", changeYear},
	{plan.Sigma, activity.Explain, "3", sigma},
	{plan.Against, activity.Explain, "5 %", against},
	{plan.Calorific, activity.Explain, "0", calorific},
	{plan.Papers, activity.Explain, "0", papers},
	{plan.Reused, activity.Explain, "0", reused},
	{plan.Repeated, activity.Notice, "0", repeated},
}

// Of makes the rules of a plan ready.
func Of(p *plan.Plan, s *site.Site) *Set {
	set := &Set{site: s, rows: map[string]plan.Parameter{}, checks: map[string][]check{}}
	rows := p.Rows()
	for _, row := range rows {
		set.rows[row.ID()] = row
	}
	for _, row := range rows {
		if !row.Filed() {
			continue
		}
		for _, u := range usual {
			c := check{string(u.kind), u.severity, quantity.MustParse(u.limit).MustIn(quantity.One).Rat(), plan.Check{Kind: u.kind}, u.find}
			on := override(&c, p.Checks, row.ID())
			if u.kind == plan.Calorific && heatOf(c.plan, row, s) == nil {
				continue
			}
			if on {
				set.checks[row.ID()] = append(set.checks[row.ID()], c)
			}
		}
	}
	for _, c := range slices.Concat(p.Checks, gasBalance(p, s)) {
		set.between(c)
	}
	return set
}

// override changes a rule by what the plan writes of its kind, a check that
// names the row before one that names none. It is false where the plan turns
// the rule off.
func override(c *check, written []plan.Check, row string) bool {
	for _, named := range []bool{false, true} {
		for _, w := range written {
			if w.Kind != c.plan.Kind || (len(w.For) > 0) != named || named && !slices.Contains(w.For, row) {
				continue
			}
			c.plan = w
			if w.Severity != "" {
				c.severity = activity.Severity(w.Severity)
			}
			if w.Limit != nil {
				c.limit = w.Limit
			}
		}
	}
	return c.severity != "off"
}

// Row gives a row of the plan.
func (s *Set) Row(id string) (plan.Parameter, bool) {
	row, ok := s.rows[id]
	return row, ok
}

// Check asks every rule of a row about a cell that holds a value.
func (s *Set) Check(f Facts, id string, month Month) []Finding {
	now, ok := f.Amount(id, month)
	if !ok {
		return nil
	}
	var out []Finding
	for _, rule := range s.checks[id] {
		c := cell{Facts: f, check: rule, set: s, row: s.rows[id], month: month, now: now}
		if text, hint, found := rule.find(c); found {
			out = append(out, Finding{rule.id, rule.severity, text, hint})
		}
	}
	return out
}

// Absent is the finding of a cell that is asked for and empty; false where the
// edition's default or the meter serves.
func (s *Set) Absent(f Facts, id string, month Month) (Finding, bool) {
	row := s.rows[id]
	if !row.Filed() || row.Fallback == plan.ByDefault {
		return Finding{}, false
	}
	if b, ok := f.Beside(id, month); ok && row.Metered() && b.Coverage >= covered {
		return Finding{}, false
	}
	return Finding{
		string(Missing), activity.Explain,
		lang.T("没有填报", "nothing is filed"),
		lang.T("填报,或说明为什么没有;缺失不按零计,没有发生请填 0", "file it, or say why there is none; missing is not zero: file 0 where there was none"),
	}, true
}

// Asked tells whether a row is asked for in a month: what is taken once a year
// belongs to December, once a quarter to its last month.
func Asked(row plan.Parameter, month Month) bool {
	if !row.Filed() {
		return false
	}
	switch strings.TrimSpace(row.Frequency) {
	case "year":
		return month%12 == 11
	case "quarter":
		return month%3 == 2
	}
	return true
}
