package standard

import (
	"maps"
	"math"
	"slices"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

const significant = 12 // digits of a number in workings; the exact value stands beside it

// Where a term comes from, when it is neither an input nor a factor.
const (
	fromConstant = "constant" // the formula prints it
	fromStep     = "step"     // a step above made it
	fromPeriod   = "period"   // the length of the activity's period
	fromSum      = "sum"      // added up over activities
)

const opPlus = " + "

// Calculation is one activity on its way through a kind's formula. A fault
// sticks: after it the formula's steps do nothing, so a formula reads straight
// through as the standard prints it.
type Calculation struct {
	run       *run
	kind      Kind
	act       *activityView
	steps     []Step
	converted map[string]int  // inputs told in another gas state: their step
	read      map[string]bool // inputs a formula asked for
	factors   []factor.Factor
	err       error
	Province  string
}

func (r *run) calculation(k Kind, v *activityView) *Calculation {
	return &Calculation{run: r, kind: k, act: v, converted: map[string]int{}, read: map[string]bool{}, Province: r.province}
}

// Fail records a fault of the activity.
func (c *Calculation) Fail(err error) {
	if c.err == nil {
		c.err = fault.At(err, c.act.At)
	}
}

// OK tells whether no fault has been met so far.
func (c *Calculation) OK() bool { return c.err == nil }

// Const is a number the formula itself prints, such as 44/12.
func (*Calculation) Const(symbol, value string) Term {
	return Term{Symbol: symbol, Quantity: quantity.MustParse(value), From: fromConstant, confidence: factor.Read}
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

// PeriodIn gives the length of the activity's period, "h" or "d".
func (c *Calculation) PeriodIn(symbol, unit string) Term {
	q := quantity.Int(c.act.Period.Hours(), quantity.MustUnit("h")).MustIn(quantity.MustUnit(unit))
	return Term{Symbol: symbol, Quantity: q, From: fromPeriod, confidence: factor.Read}
}

// Product multiplies terms, tells the result in a unit and records the step.
func (c *Calculation) Product(symbol, unit string, terms ...Term) Term {
	terms = kelvins(terms)
	u, made := quantity.MustUnit(unit), quantity.One
	for _, t := range terms {
		made = made.Mul(t.Quantity.Unit())
	}
	return c.record(symbol, " × ", terms, func() (quantity.Quantity, error) {
		q := quantity.Int(1, quantity.One)
		for _, t := range terms {
			q = q.Mul(t.Quantity)
		}
		return q.In(u)
	}, func(i int, _ float64) float64 {
		rest := perUnitOf(made, u)
		for j, t := range terms {
			if j != i {
				rest *= t.Quantity.Float()
			}
		}
		return rest
	})
}

// Quotient divides a by b and records the step.
func (c *Calculation) Quotient(symbol, unit string, a, b Term) Term {
	terms := kelvins([]Term{a, b})
	u := quantity.MustUnit(unit)
	return c.record(symbol, " ÷ ", terms, func() (quantity.Quantity, error) {
		q, err := terms[0].Quantity.Div(terms[1].Quantity)
		if err != nil {
			return q, err
		}
		return q.In(u)
	}, func(i int, result float64) float64 {
		if i == 1 {
			return -result / terms[1].Quantity.Float()
		}
		return perUnitOf(terms[0].Quantity.Unit().Div(terms[1].Quantity.Unit()), u) / terms[1].Quantity.Float()
	})
}

// Sum adds the terms; a term made by Minus is subtracted. A single term of the
// unit is itself: it makes no step.
func (c *Calculation) Sum(symbol, unit string, terms ...Term) Term {
	u := quantity.MustUnit(unit)
	if len(terms) == 1 && terms[0].Quantity.Unit().String() == u.String() {
		return terms[0]
	}
	terms = kelvins(terms)
	return c.record(symbol, opPlus, terms, func() (quantity.Quantity, error) {
		qs := make([]quantity.Quantity, len(terms))
		for i, t := range terms {
			qs[i] = t.Quantity
		}
		return quantity.Sum(u, qs...)
	}, func(i int, _ float64) float64 { return perUnitOf(terms[i].Quantity.Unit(), u) })
}

// Power raises a positive plain number to a plain power (a decay curve).
func (c *Calculation) Power(symbol string, base, exponent Term) Term {
	if c.err == nil && base.Quantity.Sign() <= 0 {
		c.Fail(fault.Invalid.Say(lang.T("%s 读到 %s,须为正数", "%s read %s, expected a positive number"), base.Symbol, base.Quantity))
	}
	return c.record(symbol, " ^ ", []Term{base, exponent}, func() (quantity.Quantity, error) {
		return quantity.Pow(base.Quantity, exponent.Quantity)
	}, func(i int, result float64) float64 {
		if i == 1 {
			return result * math.Log(base.Quantity.Float())
		}
		return result * exponent.Quantity.Float() / base.Quantity.Float()
	})
}

// Least takes the smaller of two: a value and the limit a rule sets to it.
func (c *Calculation) Least(symbol string, value, limit Term) Term {
	capped := false
	out := c.record(symbol, ", ", []Term{value, limit}, func() (quantity.Quantity, error) {
		over, err := value.Quantity.Cmp(limit.Quantity)
		if capped = over > 0; capped {
			return limit.Quantity, err
		}
		return value.Quantity, err
	}, func(i int, _ float64) float64 {
		if (i == 1) == capped {
			return 1
		}
		return 0
	})
	c.express("min(" + value.Symbol + ", " + limit.Symbol + ")")
	return out
}

// perUnitOf is how many of unit u one of unit from is; 0 where they differ in
// kind, which the step itself refuses.
func perUnitOf(from, u quantity.Unit) float64 {
	one, err := quantity.Int(1, from).In(u)
	if err != nil {
		return 0
	}
	return one.Float()
}

// record computes one step, keeps its workings and carries the terms' slopes:
// partial is the derivative of the result by its i-th term.
func (c *Calculation) record(symbol, op string, terms []Term, compute func() (quantity.Quantity, error), partial func(i int, result float64) float64) Term {
	if c.err != nil {
		return Term{}
	}
	q, err := compute()
	if err != nil {
		c.Fail(err)
		return Term{}
	}
	out := Term{Symbol: symbol, Quantity: q, From: fromStep, confidence: factor.Read, slope: map[string]float64{}}
	symbols, numbers := make([]string, len(terms)), make([]string, len(terms))
	for i, t := range terms {
		symbols[i], numbers[i] = t.written(op)
		out.confidence = out.confidence.Worse(t.confidence)
		out.made = union(out.made, t.made)
		if len(t.slope) == 0 {
			continue
		}
		p := partial(i, q.Float())
		for _, key := range slices.Sorted(maps.Keys(t.slope)) {
			out.slope[key] += p * t.slope[key]
		}
	}
	out.made = append(out.made, len(c.steps))
	c.steps = append(c.steps, Step{
		Symbol: symbol, Expression: join(symbols, op), Numbers: join(numbers, op) + " = " + shown(q), Result: q, Terms: terms,
	})
	return out
}
