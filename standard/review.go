package standard

import (
	"slices"

	"lingtan/activity"
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
		Period: r.run.calendar(a).Name(a.Period), Text: text, Hint: hint,
	})
}

// Sum adds a value over the activities of a kind, converting gas states; what
// an activity does not tell is not there, and ok says whether any told it.
func (r *Review) Sum(kind, name, unit string) (sum quantity.Quantity, ok bool) {
	u := quantity.MustUnit(unit)
	sum = quantity.Int(0, u)
	for _, a := range r.Activities(kind) {
		v, has := a.Values[name]
		if !has {
			continue
		}
		q, err := v.Quantity.In(u)
		if err != nil {
			var converted bool
			if q, converted = toState(v.Quantity, u); !converted {
				continue
			}
		}
		if s, err := sum.Add(q); err == nil {
			sum, ok = s, true
		}
	}
	return sum, ok
}

// Figure records a quotient of two sums as a figure, with its workings.
func (r *Review) Figure(f Figure, unit string, over, under Term) {
	c := &Calculation{run: r.run}
	value := c.Quotient(f.ID, unit, over, under)
	if c.err == nil {
		c.Figure(f, value)
	}
}

// Term makes a term of a sum for a figure.
func (*Review) Term(symbol string, q quantity.Quantity) Term {
	return Term{Symbol: symbol, Quantity: q, From: "sum", confidence: "A"}
}
