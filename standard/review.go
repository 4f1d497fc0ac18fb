package standard

import (
	"slices"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
)

// Review looks at a run as a whole: what single formulas cannot see.
type Review struct{ run *run }

// Activities gives the activities of a kind (all when empty).
func (r *Review) Activities(kind string) []activity.Activity {
	var out []activity.Activity
	for _, a := range r.run.acts {
		if kind == "" || a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Lines gives the lines of a category.
func (r *Review) Lines(category string) []Line {
	return slices.DeleteFunc(slices.Clone(r.run.lines), func(l Line) bool { return l.Category != category })
}

// Find records a finding about an activity.
func (r *Review) Find(a activity.Activity, code string, severity activity.Severity, text, hint lang.Text) {
	owner := ""
	for _, name := range a.Names() {
		if o := a.Values[name].Owner; o != "" && owner == "" {
			owner = o
		}
	}
	r.run.findings = append(r.run.findings, activity.Finding{
		Code: code, Severity: severity, Owner: owner, Source: a.Source,
		Period: r.run.periodName(a), Text: text, Hint: hint,
	})
}

// Sum adds a value over the activities of a kind; what an activity does not
// tell is not there, and ok says whether any told it.
func (r *Review) Sum(kind, name, unit string) (sum quantity.Quantity, ok bool) {
	sum = quantity.Int(0, quantity.MustUnit(unit))
	for _, a := range r.Activities(kind) {
		v, has := a.Values[name]
		if !has {
			continue
		}
		if s, err := sum.Add(v.Quantity); err == nil {
			sum, ok = s, true
		}
	}
	return sum, ok
}

// Tally gives a sum the formulas kept; ok says whether any added to it.
func (r *Review) Tally(name, unit string) (t Term, ok bool) {
	terms := r.run.tallies[name]
	t = Term{Symbol: "Σ " + name, Quantity: quantity.Int(0, quantity.MustUnit(unit)), From: fromSum, confidence: factor.Read}
	for _, add := range terms {
		q, err := t.Quantity.Add(add.Quantity)
		if err != nil {
			return t, false
		}
		t.Quantity, t.confidence = q, t.confidence.Worse(add.confidence)
	}
	return t, len(terms) > 0
}

// Calculation begins workings that belong to no single activity.
func (r *Review) Calculation() *Calculation {
	return r.run.calculation(Kind{}, &activityView{})
}

// Figure records a quotient of two sums as a figure, with its workings.
func (r *Review) Figure(f Figure, unit string, over, under Term) {
	c := r.Calculation()
	c.Figure(f, c.Quotient(f.ID, unit, over, under))
}

// Total makes a term of a total for a figure, as surely known as its lines.
func (*Review) Total(symbol string, t Total) Term {
	return Term{Symbol: symbol, Quantity: t.CO2e, From: fromSum, confidence: t.Confidence}
}

// Term makes a term of a sum for a figure.
func (*Review) Term(symbol string, q quantity.Quantity) Term {
	return Term{Symbol: symbol, Quantity: q, From: fromSum, confidence: factor.Read}
}

// reviewUnused notes the values that were told and that no formula asked for:
// the way of telling chosen does not need them, or they were meant otherwise.
func (c *Calculation) reviewUnused() {
	r := &Review{run: c.run}
	for _, name := range c.act.Names() {
		if f, ok := c.kind.Field(name); ok && !c.read[name] {
			r.Find(c.act.Activity, "input.unused", activity.Notice,
				lang.T("给出了%s(%s),所用公式没有用到", "%s (%s) is told, but the formula used does not ask for it").Format(f.Title, name),
				lang.T("核对是否与另一种写法重复", "check whether it repeats another way of telling the same"))
		}
	}
}
