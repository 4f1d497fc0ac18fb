package quantity

import (
	"math"
	"math/big"

	"lingtan/fault"
	"lingtan/lang"
)

// State is the reference state of a gas volume.
type State uint8

// The states in which gas volumes are told. Their pressure is 101.325 kPa.
const (
	Working State = iota // as it flows
	At0C                 // 0 °C: Nm³
	At60F                // 60 °F: scf
	At20C                // 20 °C
)

// kelvins are the temperatures of the reference states, exact.
func (s State) kelvins() *big.Rat {
	switch s {
	case At0C:
		return rat("273.15")
	case At60F:
		return new(big.Rat).Mul(rat("519.67"), rat("5/9"))
	case At20C:
		return rat("293.15")
	case Working:
	}
	return nil
}

func (s State) axis() int { return working + int(s) }

// ParseState reads "work", "0C", "60F" or "20C".
func ParseState(s string) (State, error) {
	for i, name := range []string{"work", "0C", "60F", "20C"} {
		if s == name {
			return State(i), nil
		}
	}
	return 0, fault.Invalid.Say(lang.T("气体状态 %q 不认识", "unknown gas state %q"), s).
		Do(lang.T("写 work、0C、60F 或 20C", "write work, 0C, 60F or 20C"))
}

// AtState tells a gas volume, or a flow of it, of one reference state in
// another: V2 = V1 × T2 / T1, exact (ideal gas). The result's unit names the
// new state. A working volume needs Normal, which asks for T and P.
func (q Quantity) AtState(to State) (Quantity, error) {
	for _, from := range []State{At0C, At60F, At20C} {
		if q.u.dim[from.axis()] != 1 {
			continue
		}
		if to == Working {
			break
		}
		ratio := new(big.Rat).Quo(to.kelvins(), from.kelvins())
		return Quantity{new(big.Rat).Mul(q.rat(), ratio), q.u.moved(from, to)}, nil
	}
	return Quantity{}, fault.Invalid.Say(lang.T("%s 没有可换算的参比状态", "%s has no reference state to convert from"), q.u.shown()).
		Do(lang.T("工况体积须给出温度、压力", "a working volume needs its temperature and pressure"))
}

// moved renames the unit's volume symbol from one state to the other: the
// same symbols, scales and other tags.
func (u Unit) moved(from, to State) Unit {
	v := MustUnit(volumeName(from)).Div(MustUnit(volumeName(to)))
	w := u
	w.dim = u.dim.plus(v.dim, -1)
	w.factors = append([]factor(nil), u.factors...)
	for i, f := range w.factors {
		prefix, _, rest := cutMultiplier(f.sym)
		if s, ok := symbols[rest]; ok && s.dim[from.axis()] == 1 && f.exp == 1 {
			t := s.dim
			t[from.axis()], t[to.axis()] = 0, 1
			if name := symbolOf(s.scale, t); name != "" {
				w.factors[i].sym = prefix + name
			}
		}
	}
	return w
}

func volumeName(s State) string { return [...]string{"m3@work", "Nm3", "m3@60F", "m3@20C"}[s] }

// symbolOf finds the canonical symbol of a scale and dimension.
func symbolOf(scale *big.Rat, d dimension) string {
	for _, name := range sortedSymbols() {
		if s := symbols[name]; s.name == "" && s.offset == nil && s.dim == d && s.scale.Cmp(scale) == 0 {
			return name
		}
	}
	return ""
}

// Conditions are what a gas meter sees beside its flow.
type Conditions struct {
	Temperature Quantity // of the gas
	Pressure    Quantity // absolute
	// Moisture is the volume share of water vapour, 0 for a dry gas. It serves
	// to tell a wet volume as a dry one; nil leaves the basis as it is.
	Moisture *Quantity
}

// Absolute adds the site's barometer to a gauge pressure (suction negative);
// an absolute pressure stays as it is.
func Absolute(p, barometer Quantity) (Quantity, error) {
	if p.u.dim[gauge] == 0 {
		return p, nil
	}
	abs := p
	abs.u = MustUnit("Pa")
	abs.r = new(big.Rat).Mul(p.rat(), p.u.scaleRat())
	sum, err := barometer.Add(abs)
	if err == nil && sum.Sign() <= 0 {
		return Quantity{}, fault.Invalid.Say(lang.T("表压 %s 低于真空", "gauge pressure %s is below vacuum"), p)
	}
	return sum, err
}

// Normal converts a working volume or flow to a reference state:
//
//	V_std = V_work × (P_abs / 101.325 kPa) × (T_std / T_gas)
//
// and to its dry volume when a moisture is given: V_dry = V_wet × (1 − x_H2O).
func (q Quantity) Normal(c Conditions, to State) (Quantity, error) {
	if q.u.dim[working] != 1 || to == Working {
		return Quantity{}, mismatch(q.u, MustUnit("m3@work"))
	}
	p, err := c.Pressure.In(MustUnit("kPa"))
	if err != nil {
		return Quantity{}, err
	}
	t, err := c.Temperature.In(MustUnit("K"))
	if err != nil {
		return Quantity{}, err
	}
	if t.Sign() <= 0 || p.Sign() <= 0 {
		return Quantity{}, fault.Invalid.Say(lang.T("温度、压力须为正:%s,%s", "temperature and pressure must be positive: %s, %s"), c.Temperature, c.Pressure)
	}
	ratio := new(big.Rat).Quo(p.rat(), rat("101.325"))
	ratio.Mul(ratio, to.kelvins()).Quo(ratio, t.rat())
	out := Quantity{new(big.Rat).Mul(q.rat(), ratio), q.u.moved(Working, to)}
	if c.Moisture == nil {
		return out, nil
	}
	return out.dried(*c.Moisture)
}

// dried takes the water vapour out of a wet volume.
func (q Quantity) dried(x Quantity) (Quantity, error) {
	if q.u.dim[wet] != 1 {
		return Quantity{}, mismatch(q.u, MustUnit("Nm3:wet"))
	}
	share := new(big.Rat).Sub(big.NewRat(1, 1), x.MustIn(One).rat())
	return q.Mul(Quantity{share, MustUnit("Nm3:dry").Div(MustUnit("Nm3:wet"))}), nil
}

// Saturation is the saturation pressure of water by Magnus' formula,
// 0.61094 exp(17.625 t / (t + 243.04)) kPa, t in °C: a float result, kept to
// nine decimals of a kPa so that workings print what was computed with.
func Saturation(t Quantity) (Quantity, error) {
	c, err := t.In(MustUnit("degC"))
	if err != nil {
		return Quantity{}, err
	}
	f := c.Float()
	return fromFloatPlaces(0.61094*math.Exp(17.625*f/(f+243.04)), 9, MustUnit("kPa"))
}

// Pow raises a plain number to a plain power in floating point, kept to twelve
// decimals: decay curves have irrational values (IPCC 2006 vol. 2, 4.1.5).
func Pow(base, exponent Quantity) (Quantity, error) {
	b, err := base.In(One)
	if err != nil {
		return Quantity{}, err
	}
	e, err := exponent.In(One)
	if err != nil {
		return Quantity{}, err
	}
	return fromFloatPlaces(math.Pow(b.Float(), e.Float()), 12, One)
}

func fromFloatPlaces(f float64, places int, u Unit) (Quantity, error) {
	q, err := FromFloat(f, u)
	if err != nil {
		return Quantity{}, err
	}
	return q.Round(places, HalfUp), nil
}
