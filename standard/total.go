package standard

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
)

// Total is a sum of lines under a GWP set, with its gases beside it.
type Total struct {
	ID    string            `json:"id"`
	Title lang.Text         `json:"title"`
	Gases map[string]string `json:"gases"` // t of each gas, exact
	CO2e  quantity.Quantity `json:"co2e"`
	// Confidence is the weakest of the lines counted.
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
	// Interval is the 95 % interval; what it is made of stands beside it.
	Interval Interval `json:"interval"`
}

// Interval is a 95 % interval by error propagation: inputs are independent, an
// input used by several lines moves them together.
type Interval struct {
	Low  float64 `json:"low"`  // tCO2e
	High float64 `json:"high"` // tCO2e
	// Stated is the share of the total's gross tCO2e all whose inputs state an
	// uncertainty; the rest is taken as exact here and said to be so.
	Stated float64 `json:"stated"`
	// Narrowing lists inputs by how much of the interval's width they cause:
	// which instrument to mend first.
	Narrowing []Contribution `json:"narrowing,omitempty"`
}

// Contribution is one input's part of an interval, over all its months.
type Contribution struct {
	Input   string   `json:"input"`   // "input:shafts#vent", "factor:…"
	Members []string `json:"members"` // the input of each month
	Low     float64  `json:"low"`     // tCO2e below, had only this input been uncertain
	High    float64  `json:"high"`
	Share   float64  `json:"share"` // of the variance
}

// overMonths takes the period out of an input's id: "input:shafts/2024-06#vent"
// is "input:shafts#vent" in every month.
func overMonths(key string) string {
	source, name, isInput := strings.Cut(key, "#")
	if at := strings.LastIndex(source, "/"); isInput && at > 0 {
		return source[:at] + "#" + name
	}
	return key
}

// Headline is the total with most in it, the one to show where there is room
// for one: what is emitted on site and what stands behind purchased power, by
// the grid's average where the edition knows one. An edition that counts no
// power has its first.
func (e Edition) Headline() (rule TotalRule, ok bool) {
	for _, power := range []string{Location, Market} {
		for _, rule := range e.Totals {
			if rule.Sign(Line{Basis: Direct}) == 1 && rule.Sign(Line{Basis: power}) == 1 {
				return rule, true
			}
		}
	}
	if len(e.Totals) == 0 {
		return rule, false
	}
	return e.Totals[0], true
}

const narrowingShown = 10 // inputs listed; the rest is noise to a reader

func (r *run) totals(gwp factor.GWP) ([]Total, error) {
	spreads := r.spreads()
	out := make([]Total, 0, len(r.edition.Totals))
	for _, rule := range r.edition.Totals {
		if !r.complete(rule) {
			continue
		}
		t, err := r.total(rule, gwp, spreads)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (r *run) total(rule TotalRule, gwp factor.GWP, spreads map[string]Spread) (Total, error) {
	t := Total{ID: rule.ID, Title: rule.Title, Gases: map[string]string{}, Confidence: r.confidence(rule)}
	gases, err := r.gases(rule)
	if err != nil {
		return t, err
	}
	for _, gas := range slices.Sorted(maps.Keys(gases)) {
		t.Gases[gas] = gases[gas].String()
	}
	if t.CO2e, err = weigh(gases, gwp, r.set); err != nil {
		return t, err
	}
	t.Interval, err = r.interval(rule, gwp, t.CO2e.Float(), spreads)
	return t, err
}

// confidence is the weakest mark of the lines a rule counts.
func (r *run) confidence(rule TotalRule) factor.Confidence {
	worst := factor.Read
	for _, l := range r.lines {
		if rule.Sign(l) != 0 {
			worst = worst.Worse(l.Confidence)
		}
	}
	return worst
}

// gases adds the lines a rule counts, gas by gas.
func (r *run) gases(rule TotalRule) (map[string]quantity.Quantity, error) {
	sums := map[string]quantity.Quantity{}
	for _, l := range r.lines {
		mass := l.Mass
		switch sign := rule.Sign(l); {
		case sign == 0:
			continue
		case sign < 0:
			mass = mass.Neg()
		}
		sum, ok := sums[l.Gas]
		if !ok {
			sum = quantity.Int(0, mass.Unit())
		}
		sum, err := sum.Add(mass)
		if err != nil {
			return nil, err
		}
		sums[l.Gas] = sum
	}
	return sums, nil
}

// interval carries the lines' slopes to the total: an input used by several
// lines moves them together, and a line is stated when all its inputs are.
func (r *run) interval(rule TotalRule, gwp factor.GWP, total float64, spreads map[string]Spread) (Interval, error) {
	moves := map[string]float64{}
	var gross, stated float64
	for _, l := range r.lines {
		sign := rule.Sign(l)
		if sign == 0 {
			continue
		}
		weight, err := gwp.Of(r.set, l.Gas)
		if err != nil {
			return Interval{}, err
		}
		w, known := weight.Value.Float(), true
		for key, slope := range l.Sensitivity {
			moves[key] += float64(sign) * w * slope
			_, told := spreads[key]
			known = known && told
		}
		size := math.Abs(l.Mass.Float()) * w
		gross += size
		if known {
			stated += size
		}
	}
	interval := propagate(total, moves, spreads)
	if gross > 0 {
		interval.Stated = stated / gross
	}
	return interval, nil
}

// weigh applies a GWP set to masses of gases.
func weigh(gases map[string]quantity.Quantity, gwp factor.GWP, set *factor.Set) (quantity.Quantity, error) {
	unit := quantity.MustUnit("tCO2e")
	sum := quantity.Int(0, unit)
	for _, gas := range slices.Sorted(maps.Keys(gases)) {
		f, err := gwp.Of(set, gas)
		if err != nil {
			return sum, err
		}
		part, err := gases[gas].Mul(f.Value).In(unit)
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(part); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// propagate combines the inputs' intervals by root-sum-square, the lower and
// upper sides apart because some defaults are lopsided (a factor of three).
// The months of one input are added before they are squared: what a meter is
// out by in one month it is out by in the next.
func propagate(total float64, moves map[string]float64, spreads map[string]Spread) Interval {
	at := map[string]int{}
	var parts []Contribution
	for _, key := range slices.Sorted(maps.Keys(moves)) {
		s, ok := spreads[key]
		if !ok || s.Low == 0 && s.High == 0 {
			continue
		}
		low, high := math.Abs(moves[key]*s.Low), math.Abs(moves[key]*s.High)
		if moves[key] < 0 {
			low, high = high, low
		}
		name := overMonths(key)
		i, known := at[name]
		if !known {
			i, at[name] = len(parts), len(parts)
			parts = append(parts, Contribution{Input: name})
		}
		parts[i].Members = append(parts[i].Members, key)
		parts[i].Low += low
		parts[i].High += high
	}
	var low, high float64
	for _, c := range parts {
		low, high = low+c.Low*c.Low, high+c.High*c.High
	}
	for i, c := range parts {
		if low+high > 0 {
			parts[i].Share = (c.Low*c.Low + c.High*c.High) / (low + high)
		}
	}
	slices.SortStableFunc(parts, func(a, b Contribution) int { return cmp.Compare(b.Share, a.Share) })
	return Interval{Low: total - math.Sqrt(low), High: total + math.Sqrt(high), Narrowing: parts[:min(len(parts), narrowingShown)]}
}

// Spread is the relative 95 % interval of one input.
type Spread struct {
	Low, High  float64 // 0.15 is 15 % below, 15 % above
	Confidence factor.Confidence
}

// spreads gathers what is known of the uncertainty of every input and factor.
func (r *run) spreads() map[string]Spread {
	out := map[string]Spread{}
	for _, a := range r.acts {
		kind, err := r.edition.Kind(a.Kind)
		if err != nil {
			continue
		}
		for _, name := range a.Names() {
			key := "input:" + a.InputID(name)
			if u := a.Values[name].Uncertainty; u != nil {
				f, _ := u.Float64()
				out[key] = Spread{Low: f, High: f, Confidence: factor.Read}
				continue
			}
			if f, ok := kind.Field(name); ok && f.Uncertainty != "" {
				u := quantity.MustParse(f.Uncertainty).MustIn(quantity.One).Float()
				out[key] = Spread{Low: u, High: u, Confidence: factor.Unverified}
			}
		}
	}
	for _, l := range r.lines {
		for _, f := range l.Factors {
			if s, ok := factorSpread(f); ok {
				out["factor:"+f.ID()] = s
			}
		}
	}
	return out
}

// factorSpread gives what is known of the spread of a factor; GWP and physical
// constants are conventions and carry none.
func factorSpread(f factor.Factor) (Spread, bool) {
	for _, s := range factorSpreads {
		if f.Kind == s.kind && strings.HasPrefix(f.Key, s.prefix) {
			return s.spread, true
		}
	}
	return Spread{}, false
}

// factorSpreads are the IPCC 2006 guidelines' own words on their factors
// (vol. 2, 4.1.3.4), read in second hand, hence C: a factor of two for Tier 1
// underground mining, a factor of three for surface and post-mining; and the
// conventions, which are exact by definition.
var factorSpreads = []struct { //nolint:gochecknoglobals // constant table
	kind, prefix string
	spread       Spread
}{
	{"ch4_ef", "", Spread{Low: 2.0 / 3, High: 2, Confidence: factor.Unverified}},
	{"ipcc_ef", "ug_mining", Spread{Low: 0.5, High: 1, Confidence: factor.Unverified}},
	{"ipcc_ef", "ug_post", Spread{Low: 2.0 / 3, High: 2, Confidence: factor.Unverified}},
	{"ipcc_ef", "surf", Spread{Low: 2.0 / 3, High: 2, Confidence: factor.Unverified}},
	{"density", "", Spread{Confidence: factor.Read}},
	{"constant", "", Spread{Confidence: factor.Read}},
}
