package mine

import (
	"iter"
	"math"

	"lingtan/reading"
)

// delayMS is how long after its instant a reading arrives.
const delayMS = 1500

// Readings yields what arrived in time, a batch for each day, in order of the
// instants: with gaps, duplicates, a contradiction and a bad sensor in it. id
// gives the number of a point's series. Each batch is the receiver's own.
func (m *Mine) Readings(id func(point string) reading.ID) iter.Seq[[]reading.Reading] {
	return func(yield func([]reading.Reading) bool) {
		r := m.recorder(id)
		for d := range m.hours() / 24 {
			r.batch = make([]reading.Reading, 0, r.perDay)
			for n := d * 24; n < (d+1)*24; n++ {
				r.hour(n)
			}
			if d == m.hours()/24-1 {
				r.instant(m.hours())
				r.quarter(m.hours() * 4)
			}
			if !yield(r.batch) {
				return
			}
		}
	}
}

// recorder plays the loggers of the mine.
type recorder struct {
	m         *Mine
	ids       []reading.ID
	flaws     []flaw    // by series; most have none
	registers []int64   // millionths, so that adding up forgets nothing on any machine
	amounts   []float64 // of the last hour, for deltas
	gas       [4]gas    // of the hour's quarters
	batch     []reading.Reading
	perDay    int
	start     int64
	after     []int64 // by series: instants up to this one are on record; nil: none is
	until     int64
}

func (m *Mine) recorder(id func(string) reading.ID) *recorder {
	r := &recorder{
		m: m, ids: make([]reading.ID, len(m.series)), flaws: make([]flaw, len(m.series)),
		registers: make([]int64, len(m.series)), amounts: make([]float64, len(m.series)), start: m.start.UnixMilli(),
	}
	for i := range m.series {
		s := &m.series[i]
		r.ids[i], r.registers[i], r.flaws[i] = id(s.id), s.first*million, m.flawOf(s.id)
		r.perDay += 24
		if s.ofGas != nil {
			r.perDay += 72
		}
	}
	r.perDay += 1024 // duplicates, and the last day's end
	return r
}

// hour records the readings from one full hour to before the next, and moves
// the registers over it.
func (r *recorder) hour(n int) {
	r.instant(n)
	for k := range r.gas {
		r.quarter(4*n + k)
	}
	r.turn(n)
}

// turn moves the registers over the hour whose quarters stand in r.gas.
func (r *recorder) turn(n int) {
	engine, boiler := 0.0, 0.0
	for _, g := range r.gas {
		engine, boiler = engine+g.engine/4, boiler+g.boiler/4
	}
	h := r.m.hourAt(n, engine, boiler)
	for i := range r.m.series {
		if s := &r.m.series[i]; s.rate != nil {
			x := noise(r.m.seed, 1000+i, n, 0)
			r.amounts[i] = s.rate(&h, x) / s.ratio(n)
			r.registers[i] = s.turned(r.registers[i], r.amounts[i], n)
		}
	}
}

const million = 1_000_000

// turned gives the register after an hour, in millionths.
func (s *series) turned(register int64, amount float64, n int) int64 {
	if p := s.replaced; p != nil && p.hour == n {
		register, amount = 0, amount*(1-float64(p.minute)/60) // the new meter begins at zero
	}
	register += int64(math.Round(amount * million))
	if s.digits > 0 {
		register %= powers[s.digits] * million
	}
	return register
}

// face is what is recorded of a register: what it shows, and all that it holds
// where the record goes on from readings of the wire, which has no fewer digits.
func (r *recorder) face(i int) float64 {
	if r.after != nil {
		return float64(r.registers[i]) / million
	}
	return r.m.series[i].face(r.registers[i])
}

// face is what a register shows: its last digit never shown too early.
func (s *series) face(register int64) float64 {
	return float64(register/(million/powers[s.places])) / scales[s.places]
}

var powers = [...]int64{1, 10, 100, 1000, 10_000, 100_000, million, 10 * million, 100 * million} //nolint:gochecknoglobals // a constant table

// quarter records the gas streams at a quarter.
func (r *recorder) quarter(q int) {
	g := &r.gas[q%4]
	*g = r.m.gasAt(q)
	t := r.start + int64(q)*15*60_000
	for i := range r.m.series {
		s := &r.m.series[i]
		if s.ofGas == nil {
			continue
		}
		r.record(i, t, s.shown(s.ofGas(g)))
	}
}

// instant records registers, amounts and hourly gauges at a full hour.
func (r *recorder) instant(n int) {
	t := r.start + int64(n)*reading.HourMS
	h := r.m.hourAt(n, 0, 0)
	for i := range r.m.series {
		s := &r.m.series[i]
		switch {
		case s.kind == "counter":
			r.record(i, t, r.face(i))
		case s.rate != nil && n > 0:
			r.record(i, t, s.shown(r.amounts[i]))
		case s.ofHour != nil:
			r.record(i, t, s.shown(s.ofHour(&h, noise(r.m.seed, 1000+i, n, 0))))
		}
	}
}

// record adds a reading as its flaws let it through.
func (r *recorder) record(i int, t int64, v float64) {
	if r.after != nil && (t <= r.after[i] || t > r.until) {
		return
	}
	out := reading.Reading{Series: r.ids[i], T: t, Recv: t + delayMS, V: v}
	if r.flaws[i] == nil {
		r.batch = append(r.batch, out)
		return
	}
	r.batch = r.flaws[i].spoil(r.batch, out)
}
