// Package quantity owns exact numbers with their unit and, for a gas, its
// reference state: parsing, conversion, arithmetic, rounding and printing.
//
// Dimensions carry more than physics: the substance of a mass (carbon, CO2,
// CH4), the state of a gas volume (working, 0 °C, 60 °F, 20 °C; dry or wet) and
// the datum of a pressure (gauge) are tags of the dimension, so that adding
// Nm³ to m³ at 20 °C, carbon to CO2, or gauge to absolute pressure fails as
// adding tonnes to gigajoules does, and a formula whose tags do not cancel
// has no tonnes as its answer.
package quantity

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// The axes of a dimension: physical bases first, then tags.
const (
	mass = iota
	length
	duration
	temperature
	amount
	carbon  // mass counted as carbon
	co2     // mass of carbon dioxide
	ch4     // mass of methane
	n2o     // mass of nitrous oxide
	sf6     // mass of sulphur hexafluoride
	co2e    // mass weighted by a global warming potential
	working // gas as it flows: T and P must be known to say more
	at0C    // 0 °C, 101.325 kPa ("N", 标准状态)
	at60F   // 60 °F, 1 atm (scf)
	at20C   // 20 °C, 101.325 kPa (mine-safety practice, IPCC)
	dry     // water vapour removed
	wet     // with its water vapour
	gauge   // pressure above the barometer
	axes
)

type dimension [axes]int8

func (d dimension) plus(e dimension, sign int8) dimension {
	for i := range d {
		d[i] += sign * e[i]
	}
	return d
}

// factor is one symbol of a unit with its power: "h" with -1 in "kW/h".
type factor struct {
	sym string
	exp int
}

// Unit is a product of powers of symbols. The zero Unit is the number one.
type Unit struct {
	factors []factor // in the order written
	scale   *big.Rat // base units in one of this unit; nil is 1
	offset  *big.Rat // added before scaling, for °C and °F; nil is 0
	dim     dimension
}

// One is the unit of a plain number.
var One = Unit{} //nolint:gochecknoglobals // a constant; Go has no constant structs

func (u Unit) scaleRat() *big.Rat {
	if u.scale == nil {
		return big.NewRat(1, 1)
	}
	return u.scale
}

// Same tells whether two units measure the same thing: equal dimension,
// substance, gas state and datum.
func (u Unit) Same(v Unit) bool { return u.dim == v.dim }

// IsOne tells whether the unit is the plain number.
func (u Unit) IsOne() bool { return len(u.factors) == 0 }

// Mul multiplies units; equal symbols merge.
func (u Unit) Mul(v Unit) Unit { return u.combine(v, 1) }

// Div divides units; equal symbols cancel.
func (u Unit) Div(v Unit) Unit { return u.combine(v, -1) }

func (u Unit) combine(v Unit, sign int) Unit {
	factors := slices.Clone(u.factors)
	for _, f := range v.factors {
		i := slices.IndexFunc(factors, func(g factor) bool { return g.sym == f.sym })
		if i < 0 {
			factors = append(factors, factor{f.sym, sign * f.exp})
			continue
		}
		if factors[i].exp += sign * f.exp; factors[i].exp == 0 {
			factors = slices.Delete(factors, i, i+1)
		}
	}
	scale := new(big.Rat)
	if sign > 0 {
		scale.Mul(u.scaleRat(), v.scaleRat())
	} else {
		scale.Quo(u.scaleRat(), v.scaleRat())
	}
	// A product of temperatures is one of differences: the offset goes.
	return Unit{factors: factors, scale: scale, dim: u.dim.plus(v.dim, int8(sign))} //nolint:gosec // sign is 1 or -1
}

func (u Unit) pow(n int) Unit {
	out := One
	for range max(n, -n) {
		if n > 0 {
			out = out.Mul(u)
		} else {
			out = out.Div(u)
		}
	}
	return out
}

// String prints the unit as ParseUnit reads it: "GJ/t", "tCO2/万Nm3", "kJ/(kg.K)".
func (u Unit) String() string { return u.write(false) }

func (u Unit) write(pretty bool) string {
	over, under := u.halves(pretty)
	switch {
	case len(under) == 0:
		return strings.Join(over, ".")
	case len(over) == 0:
		over = []string{"1"}
	}
	below := strings.Join(under, ".")
	if len(under) > 1 {
		below = "(" + below + ")"
	}
	return strings.Join(over, ".") + "/" + below
}

func (u Unit) halves(pretty bool) (over, under []string) {
	for _, f := range u.factors {
		s := f.sym
		if pretty {
			s = prettySymbol(s)
		}
		if n := max(f.exp, -f.exp); n > 1 {
			s += "^" + strconv.Itoa(n)
		}
		if f.exp > 0 {
			over = append(over, s)
		} else {
			under = append(under, s)
		}
	}
	return over, under
}

// In prints the unit for a reader: 万Nm³ in Chinese, 10⁴ Nm³ in English.
func (u Unit) In(tag lang.Tag) string {
	s := u.write(true)
	if tag == lang.EN {
		s = strings.NewReplacer("万", "10⁴ ", "亿", "10⁸ ").Replace(s)
	}
	return s
}

func prettySymbol(sym string) string {
	return strings.NewReplacer("m3", "m³", "ft3", "ft³", "CO2", "CO₂", "CH4", "CH₄", "N2O", "N₂O", "SF6", "SF₆",
		"@work", "(工况)", "@20C", "(20 °C)", "@60F", "(60 °F)", "degC", "°C", "degF", "°F", "degR", "°R").Replace(sym)
}

// mismatch tells why a cannot be told in b: by gas state, moisture, datum,
// substance, or plainly by dimension.
func mismatch(a, b Unit) error {
	diff := a.dim.plus(b.dim, -1)
	only := func(from, to int) bool {
		for i := range diff {
			if diff[i] != 0 && (i < from || i > to) {
				return false
			}
		}
		return true
	}
	read, want := lang.Same(a.shown()), lang.Same(b.shown())
	switch {
	case only(working, at20C):
		return fault.Invalid.Say(lang.T("气体状态不符:读到 %s,需要 %s", "wrong gas state: read %s, expected %s"), read, want).
			Do(lang.T("写明参比状态(工况 m3@work、0 ℃ Nm3、60 ℉ m3@60F、20 ℃ m3@20C),0 ℃ 与 20 ℃ 相差 7 %",
				"state the reference state (m3@work, Nm3 at 0 °C, m3@60F, m3@20C); 0 °C and 20 °C differ by 7 %"))
	case only(working, wet):
		return fault.Invalid.Say(lang.T("气体干湿基不符:读到 %s,需要 %s", "dry and wet gas mixed: read %s, expected %s"), read, want).
			Do(lang.T("流量与浓度须同为干基(:dry)或同为湿基(:wet)", "flow and concentration must both be dry (:dry) or both wet (:wet)"))
	case only(gauge, gauge):
		return fault.Invalid.Say(lang.T("表压与绝对压力混用:读到 %s,需要 %s", "gauge and absolute pressure mixed: read %s, expected %s"), read, want).
			Do(lang.T("表压写作 kPa(g),并给出当地大气压", "write gauge pressure as kPa(g) and give the local barometer"))
	case only(carbon, co2e):
		return fault.Invalid.Say(lang.T("物质不符:读到 %s,需要 %s", "wrong substance: read %s, expected %s"), read, want).
			Do(lang.T("碳与二氧化碳相差 44/12", "carbon and CO2 differ by 44/12"))
	}
	return fault.Invalid.Say(lang.T("量纲不符:读到 %s,需要 %s", "wrong dimension: read %s, expected %s"), read, want).
		Do(lang.T("改用同一量纲的单位", "use a unit of the same dimension"))
}

func (u Unit) shown() string {
	if u.IsOne() {
		return "1"
	}
	return u.String()
}

// sortedSymbols lists what the parser knows, for suggestions.
func sortedSymbols() []string {
	out := make([]string, 0, len(symbols))
	for s := range symbols {
		out = append(out, s)
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}
