package standard

import (
	"maps"
	"slices"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/quantity"
)

// Emit records an answer of the calculation: t of a gas. The line keeps the
// steps and factors its mass stands on, and no others.
func (c *Calculation) Emit(category, basis, gas, clause string, mass Term) {
	if c.err != nil {
		return
	}
	q, err := mass.Quantity.In(quantity.MustUnit("t" + gas))
	if err != nil {
		c.Fail(err)
		return
	}
	a := c.act.Activity
	id := a.ID + ":" + category
	if basis == Market {
		id += ".market"
	}
	if c.run.emitted[id] {
		c.Fail(fault.Internal.Errorf("standard: %s emits %s twice", c.run.edition.ID, id))
		return
	}
	c.run.emitted[id] = true
	c.run.lines = append(c.run.lines, Line{
		ID: id, Activity: a.ID, Source: a.Source, Name: a.Name, Item: a.Item,
		Period: c.run.periodName(a), Category: category, Basis: basis, Gas: gas, Mass: q, Clause: clause,
		Steps: c.stepsOf(category, mass), Inputs: slices.Sorted(maps.Keys(mass.slope)), Factors: c.factorsOf(mass),
		Confidence: mass.confidence, Sensitivity: mass.slope,
	})
}

// Figure records a result that is not a mass of gas.
func (c *Calculation) Figure(f Figure, value Term) {
	if c.err != nil {
		return
	}
	f.Value, f.Steps, f.Confidence = value.Quantity, c.stepsOf(f.ID, value), value.confidence
	c.run.figures = append(c.run.figures, f)
}

// Tally adds a term to a sum that runs over the activities; the review reads it.
func (c *Calculation) Tally(name string, t Term) {
	if c.err == nil {
		c.run.tallies[name] = append(c.run.tallies[name], t)
	}
}

// stepsOf gives the steps a term stands on; what a formula computed twice, such
// as a pressure, is told once. A term that is an answer as it stands, such as a
// sum over activities, is one step by the answer's name.
func (c *Calculation) stepsOf(name string, t Term) []Step {
	out := make([]Step, 0, len(t.made))
	for _, n := range t.made {
		s := c.steps[n]
		if !slices.ContainsFunc(out, func(o Step) bool {
			return o.Symbol == s.Symbol && o.Expression == s.Expression && o.Numbers == s.Numbers
		}) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		out = append(out, Step{Symbol: name, Expression: t.Symbol, Numbers: shown(t.Quantity), Result: t.Quantity, Terms: []Term{t}})
	}
	return out
}

func (c *Calculation) factorsOf(t Term) []factor.Factor {
	var out []factor.Factor
	for _, f := range c.factors {
		if _, used := t.slope["factor:"+f.ID()]; used {
			out = append(out, f)
		}
	}
	return out
}

// Has tells whether the activity names a value.
func (c *Calculation) Has(name string) bool {
	_, ok := c.act.Values[name]
	return ok
}

// Attr gives an attribute; empty when it was not given.
func (c *Calculation) Attr(name string) string { return c.act.Attrs[name] }

// Item gives the activity's item, such as its fuel.
func (c *Calculation) Item() string { return c.act.Item }

// Choice gives the table or rule chosen for the run.
func (c *Calculation) Choice(name string) string { return c.run.choices[name] }
