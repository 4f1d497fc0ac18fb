package site

import (
	"math/big"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Gas is a derived point: the pure gas in a stream, from its flow and
// concentration, multiplied at every common step and then summed, never mean
// by mean.
type Gas struct {
	ID     string
	Name   lang.Text
	Org    string
	Source string
	Gas    string // "CH4" or "CO2"
	Flow   string // point: mixed gas, in its state and basis
	// Concentration is the volume share, dry or wet. A constant serves the gas
	// that fresh air brings in, which the plan subtracts.
	Concentration Signal
	// Temperature and Pressure are at the flow meter; nil where the meter
	// already tells a reference state. A gauge pressure is added to the site's
	// barometer.
	Temperature, Pressure *Signal
	// Humidity is the relative humidity, needed to tell a wet flow as the dry
	// volume that a dry concentration is a share of.
	Humidity    *Signal
	State       quantity.State // of the result
	Uncertainty *big.Rat       // relative, 95 %, of the product
	Attrs       map[string]string
	At          fault.Place
}

// Signal is a measured point or a constant.
type Signal struct {
	Point    string // "" for a constant
	Constant quantity.Quantity
}

// Unit gives the unit of the pure gas.
func (g Gas) Unit() quantity.Unit {
	return quantity.MustUnit(volumes[g.State])
}

// Inputs names the points the gas is made of.
func (g Gas) Inputs() []string {
	in := []string{g.Flow}
	for _, s := range []*Signal{&g.Concentration, g.Temperature, g.Pressure, g.Humidity} {
		if s != nil && s.Point != "" {
			in = append(in, s.Point)
		}
	}
	return in
}

// UnitOf gives the unit of a signal.
func (s *Site) UnitOf(sig Signal) quantity.Unit {
	if p, ok := s.Point(sig.Point); ok {
		return p.Unit
	}
	return sig.Constant.Unit()
}

func (s *Site) readGases(r *Reader) {
	s.gases = map[string]int{}
	for i, t := range r.Tables("gas") {
		t.Need("id", "name", "org", "flow", "concentration")
		g := Gas{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), Source: s.sourceOf(t),
			Gas: t.Choice("gas", "CH4", "CO2"), Flow: t.Text("flow"), Concentration: s.concentration(t),
			Temperature: s.signal(t, "temperature", "degC"), Pressure: s.pressure(t), Humidity: s.signal(t, "humidity", "%"),
			Uncertainty: t.Share("uncertainty"), Attrs: t.Pairs("attrs"), At: t.Place(""),
		}
		s.checkStream(t, &g)
		t.register(g.ID, i, s.gases, s.points)
		s.Gases = append(s.Gases, g)
		t.Close()
	}
}

// signal reads a point's id or a constant with its unit; nil where not written.
func (s *Site) signal(t *Section, key, unit string) *Signal {
	if !t.Has(key) {
		return nil
	}
	text := t.Text(key)
	want := quantity.MustUnit(unit)
	if p, ok := s.Point(text); ok {
		if !sameScale(p.Unit, want) {
			t.Fail(key, fault.Invalid.Say(lang.T("点 %s 的单位读到 %s,应为 %s", "point %s: read the unit %s, expected %s"), text, p.Unit, want).
				Do(lang.T("气体换算只认该单位:改由采集端换算,或改正单位", "gases are converted from that unit alone: let the source convert, or mend the unit")))
		}
		s.gauge(t, key, text)
		return &Signal{Point: text}
	}
	if identPattern.MatchString(text) {
		t.known(key, text, lang.T("点", "point"), false)
		return nil
	}
	q, ok := t.Quantity(key, want)
	if !ok {
		return nil
	}
	return &Signal{Constant: q}
}

// sameScale tells whether numbers told in both units are the same numbers.
func sameScale(u, v quantity.Unit) bool {
	zero, err0 := quantity.Int(0, u).In(v)
	one, err1 := quantity.Int(1, u).In(v)
	return err0 == nil && err1 == nil && zero.IsZero() && one.Rat().Cmp(big.NewRat(1, 1)) == 0
}

// concentration reads a share's point or a constant, in its own basis.
func (s *Site) concentration(t *Section) Signal {
	const key = "concentration"
	unit := "%"
	u := quantity.One
	if p, ok := s.Point(t.Text(key)); ok {
		u = p.Unit
	} else if q, err := quantity.Parse(t.Text(key)); err == nil {
		u = q.Unit()
	}
	if basis, ok := ShareBasis(u); ok {
		unit += string(basis)
	}
	if sig := s.signal(t, key, unit); sig != nil {
		return *sig
	}
	return Signal{}
}

// pressure reads the gas pressure: absolute in kPa, or gauge in kPa(g), which
// needs the barometer.
func (s *Site) pressure(t *Section) *Signal {
	const key, gaugeUnit = "pressure", "kPa(g)"
	unit := "kPa"
	if p, ok := s.Point(t.Text(key)); ok && p.Unit.Same(quantity.MustUnit(gaugeUnit)) {
		unit = gaugeUnit
	} else if q, err := quantity.Parse(t.Text(key)); err == nil && q.Unit().Same(quantity.MustUnit(gaugeUnit)) {
		unit = gaugeUnit
	}
	if unit == gaugeUnit && s.Barometer == nil {
		t.Fail(key, fault.Invalid.Say(lang.T("压力是表压 kPa(g),但 [site] 没有写 barometer", "the pressure is a gauge pressure, kPa(g), and [site] has no barometer")).
			Do(lang.T(`在 [site] 写上当地平均大气压,如 barometer = "90.2 kPa";若实为绝对压力,单位写 kPa`,
				`write the mean air pressure of the place in [site], such as barometer = "90.2 kPa"; if it is absolute, its unit is kPa`)))
	}
	return s.signal(t, key, unit)
}
