package site

import (
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// Running is a signal that tells whether the machine behind a point runs: it
// does while the value of a gauge lies above a threshold.
type Running struct {
	Point string
	Above float64 // in that point's unit
}

// Judgement tells by what the point's readings are judged. The numbers of the
// series are given by id, which the store hands out.
func (s *Site) Judgement(p Point, id func(string) reading.ID) reading.Judgement {
	j := reading.Judgement{MaxStep: p.MaxStep, FlatAfter: p.FlatAfter, Hold: p.holds()}
	if p.Range != nil {
		j.Range = &reading.Range{Low: p.Range.Low, High: p.Range.High}
	}
	for _, r := range p.FlatWhile {
		signal, _ := s.Point(r.Point) // checked by Parse
		j.FlatWhile = append(j.FlatWhile, reading.Running{Series: id(r.Point), Above: r.Above, Hold: signal.holds()})
	}
	return j
}

// readStep reads the largest change: in the point's unit from one reading to
// the next, or in the unit by a time.
func readStep(t *Section, p *Point) {
	q, ok := t.Amount("max_step")
	if !ok {
		return
	}
	minute, zero := quantity.MustUnit("min"), quantity.Int(0, q.Unit())
	for _, unit := range differences(p.Unit) {
		if change, err := q.In(unit); err == nil && zero.MustIn(unit).IsZero() { // 2 °C is a temperature and no change of one
			p.MaxStep = reading.MaxStep{Change: change.Float()}
		} else if change, err := q.In(unit.Div(minute)); err == nil {
			p.MaxStep = reading.MaxStep{Change: change.Float(), Per: time.Minute}
		}
	}
	if p.MaxStep.Change <= 0 {
		unit := differences(p.Unit)[0]
		t.Wrong("max_step", lang.T("正的变化量,如 \"1 %[1]s\"(相邻两次)或 \"1 %[1]s/min\"", "a positive change such as \"1 %[1]s\", from one reading to the next, or \"1 %[1]s/min\"").Format(unit))
	}
}

// differences are the units that a change of a value is told in: of a
// temperature K, of a gauge pressure and a basis also those that name neither.
func differences(u quantity.Unit) []quantity.Unit {
	kelvin := quantity.MustUnit("K")
	if u.Same(kelvin) {
		return []quantity.Unit{kelvin}
	}
	plain, err := quantity.ParseUnit(strings.NewReplacer("(g)", "", ":wet", "", ":dry", "").Replace(u.String()))
	if err != nil || plain.Same(u) {
		return []quantity.Unit{u}
	}
	return []quantity.Unit{u, plain}
}

// readFlat reads how long a value may stay the same. The signals may stand
// further down in the file; what is given back reads them when all points are.
func (s *Site) readFlat(t *Section, p *Point) (signals func(*Point)) {
	p.FlatAfter = t.Duration("flat_after")
	tables := t.Tables("flat_while")
	if t.Has("flat_after") && p.Kind == Delta {
		t.Fail("flat_after", fault.Invalid.Say(lang.T("delta 点每个间隔一个量,相同并不可疑", "a delta is an amount for each interval, and equal ones are nothing doubtful")).
			Do(lang.T("删去该项", "remove it")))
	}
	if len(tables) > 0 && !t.Has("flat_after") {
		t.Fail("flat_while", fault.Invalid.Say(lang.T("写了 flat_while 而没有 flat_after", "flat_while without flat_after")).
			Do(lang.T("补上时长,如 flat_after = \"6 h\"", "write how long, such as flat_after = \"6 h\"")))
	}
	return func(p *Point) {
		for _, r := range tables {
			r.Need("point", "above")
			if signal, ok := s.signalOf(r, p.ID); ok {
				above, _ := r.Quantity("above", signal.Unit)
				p.FlatWhile = append(p.FlatWhile, Running{Point: signal.ID, Above: above.Float()})
			}
			r.Has("above")
			r.Close()
		}
	}
}

// signalOf gives the gauge that tells whether a machine runs.
func (s *Site) signalOf(r *Section, of string) (Point, bool) {
	id := r.Text("point")
	p, ok := s.Point(id)
	switch {
	case !r.Has("point"):
	case !ok:
		r.refer("point", id, lang.T("点", "point"), false, keys(s.points))
	case p.Kind != Gauge:
		r.Fail("point", fault.Invalid.Say(lang.T("点 %s 是 %s,不能表示机器在运行", "point %s is a %s, which does not tell that a machine runs"), id, p.Kind).
			Do(lang.T("用瞬时量 gauge,如风量、功率、转速", "name a gauge such as an air flow, a power or a speed")))
		return p, false
	case id == of:
		r.Fail("point", fault.Invalid.Say(lang.T("点 %s 不能作自己的运行信号", "point %s cannot be its own signal"), id).
			Do(lang.T("写另一个测点", "name another point")))
		return p, false
	}
	return p, ok
}
