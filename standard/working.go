package standard

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/quantity"
)

const significant = 12 // digits of a number in workings; the exact value stands beside it

// Step is one line of workings: a symbol, the expression in symbols, the same
// with the numbers in it, and the exact result.
type Step struct {
	Symbol     string            `json:"symbol"`
	Expression string            `json:"expression"`
	Numbers    string            `json:"numbers"`
	Result     quantity.Quantity `json:"result"`
	Terms      []Term            `json:"terms,omitempty"`
}

// Term is one number in a step, and where it came from: "input:<id>",
// "factor:<id>", "constant" or "step".
type Term struct {
	Symbol   string            `json:"symbol"`
	Quantity quantity.Quantity `json:"quantity"`
	From     string            `json:"from"`

	confidence factor.Confidence
	slope      map[string]float64 // d term / d ln input, in the term's unit
}

// Calculation is one activity on its way through a kind's formula. A fault
// sticks: after it the formula's steps do nothing, so a formula reads straight
// through as the standard prints it.
type Calculation struct {
	run      *run
	kind     Kind
	act      *activityView
	steps    []Step
	factors  []factor.Factor
	err      error
	Province string
}

// Fail records a fault of the activity.
func (c *Calculation) Fail(err error) {
	if c.err == nil {
		c.err = fault.At(err, c.act.At)
	}
}

// Const is a number the formula itself prints, such as 44/12.
func (c *Calculation) Const(symbol, value string) Term {
	return Term{Symbol: symbol, Quantity: quantity.MustParse(value), From: "constant", confidence: factor.Read}
}

// Factor looks a number up by the activity's data year.
func (c *Calculation) Factor(symbol, kind, key string) Term {
	return c.use(symbol, func() (factor.Factor, error) { return c.run.set.Find(kind, key, year(c.act.Activity)) })
}

// Table looks a number up that the edition itself names, whatever its year.
func (c *Calculation) Table(symbol, kind, key string) Term {
	return c.use(symbol, func() (factor.Factor, error) { return c.run.set.Latest(kind, key) })
}

func (c *Calculation) use(symbol string, find func() (factor.Factor, error)) Term {
	if c.err != nil {
		return Term{}
	}
	f, err := find()
	if err != nil {
		c.Fail(err)
		return Term{}
	}
	if !slices.ContainsFunc(c.factors, func(g factor.Factor) bool { return g.ID() == f.ID() }) {
		c.factors = append(c.factors, f)
	}
	id := "factor:" + f.ID()
	return Term{Symbol: symbol, Quantity: f.Value, From: id, confidence: f.Confidence, slope: map[string]float64{id: f.Value.Float()}}
}

// Product multiplies terms, tells the result in a unit and records the step.
func (c *Calculation) Product(symbol, unit string, terms ...Term) Term {
	return c.record(symbol, unit, " × ", terms, func() (quantity.Quantity, error) {
		q := quantity.Int(1, quantity.One)
		for _, t := range terms {
			q = q.Mul(t.Quantity)
		}
		return q.In(quantity.MustUnit(unit))
	}, func(result float64, t Term, key string) float64 {
		if t.Quantity.IsZero() {
			return 0
		}
		return result * t.slope[key] / t.Quantity.Float()
	})
}

// Quotient divides a by b and records the step.
func (c *Calculation) Quotient(symbol, unit string, a, b Term) Term {
	return c.record(symbol, unit, " ÷ ", []Term{a, b}, func() (quantity.Quantity, error) {
		q, err := a.Quantity.Div(b.Quantity)
		if err != nil {
			return q, err
		}
		return q.In(quantity.MustUnit(unit))
	}, func(result float64, t Term, key string) float64 {
		if t.Quantity.IsZero() {
			return 0
		}
		s := result * t.slope[key] / t.Quantity.Float()
		if t.Symbol == b.Symbol && t.From == b.From {
			return -s
		}
		return s
	})
}

// Sum adds the terms; a term made by Minus is subtracted. A single term of the
// unit is itself: it makes no step.
func (c *Calculation) Sum(symbol, unit string, terms ...Term) Term {
	if len(terms) == 1 && terms[0].Quantity.Unit().String() == unit {
		return terms[0]
	}
	return c.record(symbol, unit, " + ", terms, func() (quantity.Quantity, error) {
		qs := make([]quantity.Quantity, len(terms))
		for i, t := range terms {
			qs[i] = t.Quantity
		}
		return quantity.Sum(quantity.MustUnit(unit), qs...)
	}, func(_ float64, t Term, key string) float64 {
		scale, err := quantity.Int(1, t.Quantity.Unit()).In(quantity.MustUnit(unit))
		if err != nil {
			return 0
		}
		return t.slope[key] * scale.Float()
	})
}

// Minus is a term to be subtracted in a Sum.
func Minus(t Term) Term {
	t.Symbol = "−" + t.Symbol
	t.Quantity = t.Quantity.Neg()
	slope := make(map[string]float64, len(t.slope))
	for k, v := range t.slope {
		slope[k] = -v
	}
	t.slope = slope
	return t
}

// Power raises a plain number to a plain power (a decay curve).
func (c *Calculation) Power(symbol string, base, exponent Term) Term {
	return c.record(symbol, "", " ^ ", []Term{base, exponent}, func() (quantity.Quantity, error) {
		return quantity.Pow(base.Quantity, exponent.Quantity)
	}, func(result float64, t Term, key string) float64 {
		if t.Symbol == exponent.Symbol {
			return result * math.Log(base.Quantity.Float()) * t.slope[key]
		}
		return result * exponent.Quantity.Float() * t.slope[key] / base.Quantity.Float()
	})
}

// record computes one step, keeps its workings and carries the terms' slopes.
func (c *Calculation) record(symbol, unit, op string, terms []Term, compute func() (quantity.Quantity, error), slope func(result float64, t Term, key string) float64) Term {
	if c.err != nil {
		return Term{}
	}
	q, err := compute()
	if err != nil {
		c.Fail(err)
		return Term{}
	}
	out := Term{Symbol: symbol, Quantity: q, From: "step", confidence: factor.Read, slope: map[string]float64{}}
	symbols, numbers := make([]string, len(terms)), make([]string, len(terms))
	for i, t := range terms {
		symbols[i], numbers[i] = t.Symbol, t.shown()
		out.confidence = out.confidence.Worse(t.confidence)
		for _, key := range slices.Sorted(maps.Keys(t.slope)) {
			out.slope[key] += slope(q.Float(), t, key)
		}
	}
	c.steps = append(c.steps, Step{
		Symbol: symbol, Expression: join(symbols, op), Numbers: join(numbers, op) + " = " + shown(q), Result: q, Terms: terms,
	})
	return out
}

// shown prints a term's number; a constant fraction as the formula writes it.
func (t Term) shown() string {
	if _, fraction := new(big.Rat).SetString(t.Symbol); fraction && t.From == "constant" {
		return strings.TrimSpace(t.Symbol + " " + t.Quantity.Unit().String())
	}
	return shown(t.Quantity)
}

// join writes "a + b − c" for a sum with a subtracted term.
func join(parts []string, op string) string {
	s := strings.Join(parts, op)
	s = strings.ReplaceAll(s, " + −", " − ")
	return strings.ReplaceAll(s, " + -", " − ")
}

// Emit records the calculation's answer: t of a gas.
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
	inputs := make([]string, 0, len(mass.slope))
	for _, key := range slices.Sorted(maps.Keys(mass.slope)) {
		inputs = append(inputs, key)
	}
	c.run.lines = append(c.run.lines, Line{
		ID: id, Activity: a.ID, Source: a.Source, Name: a.Name, Item: a.Item,
		Period: c.run.calendar(a).Name(a.Period), Category: category, Basis: basis, Gas: gas, Mass: q, Clause: clause,
		Steps: c.steps, Inputs: inputs, Factors: c.factors, Confidence: mass.confidence, Sensitivity: mass.slope,
	})
	c.steps, c.factors = nil, nil
}

// Figure records a result that is not a mass of gas.
func (c *Calculation) Figure(f Figure, value Term) {
	if c.err != nil {
		return
	}
	f.Value, f.Steps, f.Confidence = value.Quantity, c.steps, value.confidence
	c.run.figures = append(c.run.figures, f)
	c.steps, c.factors = nil, nil
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

// OK tells whether no fault has been met so far.
func (c *Calculation) OK() bool { return c.err == nil }
