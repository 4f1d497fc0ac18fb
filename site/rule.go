package site

import (
	"math"
	"math/big"
	"time"

	"lingtan/quantity"
	"lingtan/reading"
)

// Rule tells how the point's readings become amounts: its own unit times its
// transformers, and for a gauge times hours.
func (p Point) Rule() reading.Rule {
	r := reading.Rule{Kind: p.Kind.reading(), Step: p.Step, MaxHold: p.MaxHold, MaxRate: p.MaxRate, Factors: p.factors()}
	if p.Digits > 0 {
		r.Modulus = math.Pow10(p.Digits)
	}
	if p.Stamp == "start" {
		r.Stamp = reading.Start
	}
	for _, c := range p.Replacements {
		r.Replacements = append(r.Replacements, reading.Replacement{At: c.At.UnixMilli(), Final: c.Final, First: c.First})
	}
	return r
}

func (k Kind) reading() reading.Kind {
	switch k {
	case Delta:
		return reading.Delta
	case Gauge:
		return reading.Gauge
	case Counter:
	}
	return reading.Counter
}

// factors gives CT × PT from the first day on and after each change.
func (p Point) factors() []reading.Factor {
	if p.CT == nil && p.PT == nil && len(p.Changes) == 0 {
		return nil
	}
	ct, pt := p.CT, p.PT
	out := []reading.Factor{factor(0, ct, pt)}
	for _, c := range p.Changes {
		if c.CT != nil {
			ct = c.CT
		}
		if c.PT != nil {
			pt = c.PT
		}
		out = append(out, factor(c.At.UnixMilli(), ct, pt))
	}
	return out
}

func factor(from int64, ratios ...*big.Rat) reading.Factor {
	product := big.NewRat(1, 1)
	for _, r := range ratios {
		if r != nil {
			product.Mul(product, r)
		}
	}
	return reading.Factor{From: from, Num: product.Num().Int64(), Den: product.Denom().Int64()}
}

// AmountUnit is the unit of the amounts that Rule gives.
func (p Point) AmountUnit() quantity.Unit {
	if p.Kind == Gauge {
		return p.Unit.Mul(quantity.MustUnit("h"))
	}
	return p.Unit
}

// holds is how long a value of the point stands for itself: two steps unless
// its entry says otherwise, so that one reading may be lost.
func (p Point) holds() time.Duration {
	if p.MaxHold > 0 {
		return p.MaxHold
	}
	return 2 * p.Step
}

// Product tells reading how the gas is made of its signals. The numbers of the
// series are given by id, which the store hands out.
func (s *Site) Product(g Gas, id func(string) reading.ID) reading.Product {
	signal := func(sig *Signal) *reading.Signal {
		if sig == nil {
			return nil
		}
		p, ok := s.Point(sig.Point)
		if !ok {
			return &reading.Signal{Constant: sig.Constant.Float()}
		}
		return &reading.Signal{Series: id(p.ID), MaxHold: p.holds()}
	}
	flow, _ := s.Point(g.Flow) // checked by Parse, as are the units
	state, flowOn, _ := FlowState(flow.Unit)
	shareOn, _ := ShareBasis(s.UnitOf(g.Concentration))
	p := reading.Product{
		ID: id(g.ID), Flow: *signal(&Signal{Point: g.Flow}), FlowPer: flowPer(flow.Unit),
		Percent: signal(&g.Concentration), Working: state == quantity.Working, To: reference(g.State),
		Celsius: signal(g.Temperature), KPa: signal(g.Pressure), Humidity: signal(g.Humidity),
		FlowOn: flowOn.reading(), PercOn: shareOn.reading(),
	}
	if g.Pressure != nil && s.UnitOf(*g.Pressure).Same(quantity.MustUnit("kPa(g)")) {
		p.Pressure = reading.GaugeSigned
		p.Baro = &reading.Signal{Constant: s.Barometer.Float()}
	}
	return p
}

// flowPer is the time in which a flow of one unit brings one m³.
func flowPer(u quantity.Unit) time.Duration {
	state, basis, ok := FlowState(u)
	if !ok {
		return 0
	}
	perMS := quantity.Int(1, u).MustIn(quantity.MustUnit(volumes[state] + string(basis) + "/ms"))
	ms, _ := new(big.Rat).Inv(perMS.Rat()).Float64()
	return time.Duration(math.Round(ms)) * time.Millisecond
}

func reference(s quantity.State) reading.Reference {
	switch s {
	case quantity.At20C:
		return reading.At20C
	case quantity.At60F:
		return reading.At60F
	case quantity.Working, quantity.At0C:
	}
	return reading.At0C
}

func (b Basis) reading() reading.Basis {
	if b == Dry {
		return reading.OnDry
	}
	return reading.OnWet
}
