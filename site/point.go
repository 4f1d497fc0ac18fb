package site

import (
	"math"
	"math/big"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// Kind says how a point's readings become an amount.
type Kind string

// The kinds of a point.
const (
	Counter Kind = "counter" // cumulative: the amount is a difference
	Gauge   Kind = "gauge"   // a momentary value, held until the next
	Delta   Kind = "delta"   // one amount per interval
)

// Point is one measured series: a register of a meter, or a sensor.
type Point struct {
	ID     string
	Name   lang.Text
	Org    string
	Source string // "" where it belongs to none
	Kind   Kind
	Unit   quantity.Unit // of the reading, before CT and PT
	Step   time.Duration // expected interval
	// MaxHold is how long a gauge's value may stand for itself; 0 leaves it to
	// the rule of reading: two steps.
	MaxHold time.Duration
	CT, PT  *big.Rat // transformers at the first day; nil is 1
	Digits  int      // of the register, before the point; it rolls over at 10^Digits; 0 never
	// MaxRate is the steepest rise of a counter in its own unit per hour,
	// before CT and PT; 0 is unknown.
	MaxRate float64
	Range   *Range // of a sensor: what lies beyond is a bad reading
	// MaxStep is how fast the thing measured can change, before CT and PT; the
	// zero value is unknown.
	MaxStep reading.MaxStep
	// FlatAfter is how long a value may stay the same while the machine runs,
	// as FlatWhile tells; 0 never doubts it.
	FlatAfter time.Duration
	FlatWhile []Running
	// Uncertainty is the relative half-width of the 95 % interval of an amount;
	// nil is not known.
	Uncertainty  *big.Rat
	Stamp        string // of a delta: "end" or "start" of its interval
	Meter        Meter
	Calibrations []Calibration
	Changes      []Change
	Replacements []Replacement
	Attrs        map[string]string // where it is found: station, shaft, feeder
	At           fault.Place
}

// Range is what a sensor can say, in the point's unit.
type Range struct{ Low, High float64 }

// Contains tells whether a reading lies within the sensor's range; a point
// without one takes any.
func (r *Range) Contains(v float64) bool { return r == nil || v >= r.Low && v <= r.High }

func (s *Site) readPoints(r *Reader) {
	s.points = map[string]int{}
	var signals []func(*Point)
	for i, t := range r.Tables("point") {
		t.Need("id", "name", "org", "kind", "unit", "step")
		p := Point{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), Source: s.sourceOf(t),
			Kind: Kind(t.Choice("kind", string(Counter), string(Gauge), string(Delta))),
			Step: t.Duration("step"), MaxHold: t.Duration("max_hold"), Digits: int(t.Int("digits", 1, 15)),
			CT: t.Ratio("ct"), PT: t.Ratio("pt"), Uncertainty: t.Share("uncertainty"),
			Attrs: t.Pairs("attrs"), At: t.Place(""),
		}
		readUnit(t, &p)
		readRange(t, &p)
		signals = append(signals, s.readFlat(t, &p))
		readMeter(t, &p)
		checkKind(t, &p)
		t.register(p.ID, i, s.points)
		s.Points = append(s.Points, p)
		t.Close()
	}
	for i, read := range signals {
		read(&s.Points[i])
	}
}

// readUnit reads the unit and what is told in it.
func readUnit(t *Section, p *Point) {
	var ok bool
	if p.Unit, ok = t.Unit("unit"); !ok {
		t.Has("max_rate")
		t.Has("max_step")
		return
	}
	readStep(t, p)
	if q, ok := t.Quantity("max_rate", p.Unit.Div(quantity.MustUnit("h"))); ok {
		if p.MaxRate = q.Float(); q.Sign() <= 0 {
			t.Wrong("max_rate", lang.T("正数", "a positive rate"))
		}
	}
	if p.Kind != Gauge && isRate(p.Unit) {
		t.Fail("unit", fault.Invalid.Say(lang.T("%s 点的单位 %s 是速率", "a %s cannot have the unit %s, which is a rate"), p.Kind, p.Unit).
			Do(lang.T("累计量用 kWh、m3;瞬时量把 kind 写成 gauge", "an amount is told in kWh or m3; a momentary value is of kind gauge")))
	}
}

// rates are what only a momentary value is told in.
var rates = []string{"kW", "t/h", "m3/h", "GJ/h", "Nm3/h", "m3@work/h", "m3@work:wet/h", "m3@work:dry/h", //nolint:gochecknoglobals // constant table
	"Nm3:wet/h", "Nm3:dry/h", "m3@20C/h", "m3@20C:wet/h", "m3@20C:dry/h", "degC", "kPa", "kPa(g)", "%:wet", "%:dry"}

func isRate(u quantity.Unit) bool {
	for _, r := range rates {
		if u.Same(quantity.MustUnit(r)) {
			return true
		}
	}
	return false
}

func readRange(t *Section, p *Point) {
	v, has := t.ask("range")
	if !has {
		return
	}
	list, ok := v.([]any)
	bounds := make([]float64, 0, 2)
	for _, e := range list {
		switch e := e.(type) {
		case int64:
			bounds = append(bounds, float64(e))
		case float64:
			bounds = append(bounds, e)
		}
	}
	if !ok || len(list) != 2 || len(bounds) != 2 {
		t.Wrong("range", lang.T("[下限, 上限]", "[low, high]"))
		return
	}
	if !(bounds[0] < bounds[1]) || math.IsInf(bounds[1], 0) {
		t.Fail("range", fault.Invalid.Say(lang.T("量程颠倒:读到 [%v, %v],下限须小于上限", "range inverted: read [%v, %v], the low end must be below the high end"), bounds[0], bounds[1]).
			Do(lang.T("对调两个数", "swap the two numbers")))
		return
	}
	p.Range = &Range{bounds[0], bounds[1]}
}

// checkKind faults what only another kind of point can have.
func checkKind(t *Section, p *Point) {
	only := func(kind Kind, keys ...string) {
		for _, key := range keys {
			if t.Has(key) && p.Kind != kind {
				t.Fail(key, fault.Invalid.Say(lang.T("%s 只用于 kind = %q 的点,这里是 %q", "%s is for points of kind %q, this is a %q"), key, kind, p.Kind).
					Do(lang.T("删去该项,或改正 kind", "remove it, or mend the kind")))
			}
		}
	}
	only(Counter, "digits", "max_rate", "replacements")
	only(Gauge, "max_hold", "max_step")
	only(Delta, "stamp")
	if p.Kind == Delta {
		t.Need("stamp")
	}
	p.Stamp = t.Choice("stamp", "end", "start")
}
