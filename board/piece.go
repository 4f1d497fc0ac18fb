package board

import (
	"math/big"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// The groups of the stack, by the names of their colours.
const (
	groupVAM   = "c-vam"
	groupDrain = "c-drain"
	groupS1    = "c-s1"
	groupPower = "c-power"
	groupHeat  = "c-heat"
)

// The colours of what is no part of the stack.
const (
	colourContext = "c-ctx"
	colourGreen   = "c-green"
	colourPV      = "c-pv"
)

// groups gives the stack from the ground up.
func groups() []Group {
	return []Group{
		{groupVAM, lang.T("乏风 CH₄", "Ventilation air CH₄"), scope1},
		{groupDrain, lang.T("抽采排空 CH₄", "Drained CH₄ vented"), scope1},
		{groupS1, lang.T("其他范围一", "Other scope 1"), scope1},
		{groupPower, lang.T("外购电力", "Purchased power"), scope2},
		{groupHeat, lang.T("外购热力", "Purchased heat"), scope2},
	}
}

func groupTitle(key string) lang.Text {
	for _, g := range groups() {
		if g.Key == key {
			return g.Title
		}
	}
	return lang.Same(key)
}

// The scopes of the GHG Protocol, which the bases of an edition fall under.
const (
	scope1 = "1" // emitted on site
	scope2 = "2" // behind purchased power and heat
)

func scopeOf(basis string) string {
	switch basis {
	case standard.Direct:
		return scope1
	case standard.Location, standard.Market, standard.Energy:
		return scope2
	}
	return "" // a project's baseline, a memo
}

// categories that are methane of ventilation air or of drained gas. One that
// balances both in one line is split by the terms of its balance.
var categories = map[string]string{ //nolint:gochecknoglobals // a constant table
	"ch4_ventilation": groupVAM, "ch4_shaft": groupVAM,
	"ch4_degasification": groupDrain, "ch4_destroyed": groupDrain, "ch4_station_vented": groupDrain, "ch4_station_flared": groupDrain,
}

func groupOf(l standard.Line) string {
	switch l.Basis {
	case standard.Energy:
		return groupHeat
	case standard.Location, standard.Market:
		return groupPower
	}
	if g, ok := categories[l.Category]; ok {
		return g
	}
	return groupS1
}

// piece is a line, or the part of one that falls into a group: the exact mass
// of one gas, and what it moves with from day to day.
type piece struct {
	line  *standard.Line
	group string
	sign  int      // in the total that is shown
	mass  *big.Rat // t of the gas
	// moves are the inputs, "input:underground/2025-01#vent", with the mass that
	// each contributes, to first order. What they leave over is spread evenly.
	moves map[string]*big.Rat
	days  []*big.Int // of the gas in each day of the month that has begun, 10⁻⁹ t; they add up to mass
}

// split cuts the month's lines into pieces.
func (m *month) split(e standard.Edition) {
	rule, err := headline(e)
	if err != nil {
		return // refused before
	}
	for i := range m.content.Result.Lines {
		l := &m.content.Result.Lines[i]
		parts := balanced(l)
		if parts == nil {
			parts = []*piece{{group: groupOf(*l), mass: l.Mass.Rat(), moves: slopes(l)}}
		}
		for _, p := range parts {
			p.line, p.sign = l, rule.Sign(*l)
			m.pieces = append(m.pieces, p)
		}
	}
}

// slopes are what the line's inputs move it by.
func slopes(l *standard.Line) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for key, s := range l.Sensitivity {
		if r := new(big.Rat).SetFloat64(s); r != nil && strings.HasPrefix(key, "input:") {
			out[key] = r
		}
	}
	return out
}

// balanced splits a line of underground methane, which is one balance (vented
// + drained − flared − used) times a density, by the balance's terms: the return
// air's are one piece, those of drained gas the other. nil where the line is no
// such balance.
func balanced(l *standard.Line) []*piece {
	if l.Gas != "CH4" || len(l.Steps) < 2 {
		return nil
	}
	last := l.Steps[len(l.Steps)-1]
	for _, s := range l.Steps {
		if !slices.ContainsFunc(s.Terms, ofAir) || !slices.ContainsFunc(last.Terms, func(t standard.Term) bool { return t.Symbol == s.Symbol }) {
			continue
		}
		per, ok := perUnit(last, s.Symbol)
		if !ok {
			return nil
		}
		vam := &piece{group: groupVAM, mass: new(big.Rat), moves: map[string]*big.Rat{}}
		drain := &piece{group: groupDrain, mass: new(big.Rat), moves: map[string]*big.Rat{}}
		for _, t := range s.Terms {
			q, err := t.Quantity.In(s.Result.Unit())
			if err != nil {
				return nil
			}
			part := drain
			if ofAir(t) {
				part = vam
			}
			mass := new(big.Rat).Mul(q.Rat(), per)
			part.mass.Add(part.mass, mass)
			if strings.HasPrefix(t.From, "input:") {
				part.moves[t.From] = mass
			}
		}
		if sum := new(big.Rat).Add(vam.mass, drain.mass); sum.Cmp(l.Mass.Rat()) != 0 {
			return nil // the line has more in it than this balance
		}
		return []*piece{vam, drain}
	}
	return nil
}

// ofAir tells whether a term of a methane balance is of the return air.
func ofAir(t standard.Term) bool {
	_, name, _ := strings.Cut(t.From, "#")
	symbol := strings.TrimPrefix(t.Symbol, "−")
	return name == "vent" || name == "vam_utilised" || symbol == "Q_vent" || symbol == "Q_vam" || symbol == "V_vent"
}

// perUnit is what one unit of a factor of a product makes of its result.
func perUnit(product standard.Step, symbol string) (*big.Rat, bool) {
	i := slices.IndexFunc(product.Terms, func(t standard.Term) bool { return t.Symbol == symbol })
	q := product.Terms[i].Quantity
	if q.IsZero() {
		return nil, false
	}
	return new(big.Rat).Quo(product.Result.Rat(), q.Rat()), true
}

// value finds an input, "input:underground/2025-01#vent".
func (m *month) value(key string) (activity.Value, bool) {
	id, name, _ := strings.Cut(strings.TrimPrefix(key, "input:"), "#")
	i := slices.IndexFunc(m.content.Activities, func(a activity.Activity) bool { return a.ID == id })
	if i < 0 {
		return activity.Value{}, false
	}
	v, ok := m.content.Activities[i].Values[name]
	return v, ok
}

// weigh gives the potentials of the gases: those asked for, else the ones the
// edition prescribes for a year.
func weigh(e standard.Edition, id string, set *factor.Set, year int) (map[string]*big.Rat, factor.GWP, error) {
	switch {
	case id != "":
	case e.GWPOf != nil:
		id = e.GWPOf(year)
	default:
		id = e.GWP
	}
	gwp, err := factor.FindGWP(id)
	if err != nil {
		return nil, gwp, fault.At(err, fault.Place{Column: "gwp"})
	}
	out := map[string]*big.Rat{}
	for _, gas := range []string{"CO2", "CH4", "N2O"} {
		if f, err := gwp.Of(set, gas); err == nil {
			out[gas] = f.Value.Rat()
		}
	}
	return out, gwp, nil
}

// finest is to how many decimals of a tonne a piece's CO2e is kept: what comes
// of 44/12 does not end, and sums of such fractions are dear. A thousand pieces
// are then out by 10⁻¹⁵ t at most, a million times less than what is shown.
const finest = 18

// co2e is what a piece adds to the total that is shown, in tCO2e; one that the
// total does not count stands as it is. The gases were looked through before.
func (v *view) co2e(p *piece) *big.Rat {
	if x, ok := v.worth[p]; ok {
		return x
	}
	x := new(big.Rat).Mul(v.weights[p.line.Gas], p.mass)
	if p.sign < 0 {
		x.Neg(x)
	}
	x = quantity.New(x, quantity.One).Round(finest, quantity.HalfUp).Rat()
	v.worth[p] = x
	return x
}

// weighed refuses lines of a gas that has no potential in the set: left out it
// would be zero.
func (v *view) weighed() error {
	for _, m := range v.months {
		for _, p := range m.pieces {
			if v.weights[p.line.Gas] == nil {
				return fault.Invalid.Say(lang.T("GWP 集 %s 没有气体 %s", "the GWP set %s has no gas %s"), v.gwp.ID, p.line.Gas).
					Do(lang.T("换一个 GWP 集", "choose another set")).At(fault.Place{Column: "gwp"})
			}
		}
	}
	return nil
}
