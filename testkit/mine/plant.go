package mine

import (
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"lingtan/reading"
)

// Plant is the mine at work: what every instrument shows at any instant, also
// after the data end. At a full hour, for gases at a full quarter, it is what
// the data have or would have; between them values go over into each other, with
// a flicker made of the second. Registers only ever go up.
type Plant struct {
	m *Mine

	mu       sync.Mutex
	recorder *recorder
	n        int           // the hour at whose beginning the recorder stands
	spans    map[int]*span // of the last hours
}

// Remembered is how far back a plant can be asked: loggers that were cut off
// tell later what they measured.
const Remembered = 48 * time.Hour

// span is an hour: the registers at both its ends, and what lies between.
type span struct {
	n             int
	before, after []int64
	last          []float64 // amounts of the hour before
	quarters      [5]gas    // of the hour, and the next one's first
	now, to       hour
}

// Plant puts the mine to work at an instant after its data begin. It counts the
// registers up from there, which takes a fraction of a second.
func (m *Mine) Plant(at time.Time) *Plant {
	p := &Plant{m: m, recorder: m.recorder(func(string) reading.ID { return 0 }), spans: map[int]*span{}}
	for ; p.n < int(at.Sub(m.start)/time.Hour); p.n++ {
		p.recorder.skip(p.n)
	}
	p.pass()
	return p
}

// Mine is the mine at work.
func (p *Plant) Mine() *Mine { return p.m }

// pass lets an hour go by.
func (p *Plant) pass() {
	s := &span{n: p.n, before: slices.Clone(p.recorder.registers), last: slices.Clone(p.recorder.amounts)}
	p.recorder.skip(p.n)
	s.after = slices.Clone(p.recorder.registers)
	for k := range s.quarters {
		s.quarters[k] = p.m.gasAt(4*p.n + k)
	}
	s.now, s.to = p.m.hourAt(p.n, 0, 0), p.m.hourAt(p.n+1, 0, 0)
	p.spans[p.n] = s
	delete(p.spans, p.n-int(Remembered/time.Hour)-1)
	p.n++
}

// PointIDs lists the measured points, in the site file's order.
func (m *Mine) PointIDs() []string {
	out := make([]string, len(m.series))
	for i := range m.series {
		out[i] = m.series[i].id
	}
	return out
}

// At tells what the instruments show, by point. An amount by the hour is there
// at the full hour only. An instant before the hour the plant was put to work
// in, or of more than two days ago, shows what the first hour known began with.
func (p *Plant) At(t time.Time) map[string]float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	ms := max(0, t.UnixMilli()-p.m.start.UnixMilli())
	n := int(ms / reading.HourMS)
	for p.n <= n {
		p.pass()
	}
	s := p.spans[n]
	if s == nil {
		n = slices.Min(slices.Collect(maps.Keys(p.spans)))
		s, ms = p.spans[n], int64(n)*reading.HourMS
	}
	out := make(map[string]float64, len(p.m.series))
	for i := range p.m.series {
		if point := &p.m.series[i]; point.kind != "delta" || ms%reading.HourMS == 0 {
			out[point.id] = p.value(s, i, ms)
		}
	}
	return out
}

func (p *Plant) value(h *span, i int, ms int64) float64 {
	s := &p.m.series[i]
	share := float64(ms-int64(h.n)*reading.HourMS) / reading.HourMS
	switch {
	case s.kind == "counter":
		return p.register(h, i, share)
	case s.rate != nil:
		return s.shown(h.last[i])
	case s.ofGas != nil:
		const quarters = 4
		k := int(share * quarters)
		a, b := s.ofGas(&h.quarters[k]), s.ofGas(&h.quarters[k+1])
		return s.shown(p.flicker(i, ms, a+(b-a)*(share*quarters-float64(k))))
	}
	a := s.ofHour(&h.now, noise(p.m.seed, 1000+i, h.n, 0))
	b := s.ofHour(&h.to, noise(p.m.seed, 1000+i, h.n+1, 0))
	return s.shown(p.flicker(i, ms, a+(b-a)*share))
}

// register goes up within the hour faster and slower as machines start and
// stop, six digits behind the point, which meters hold though they show two.
func (p *Plant) register(h *span, i int, share float64) float64 {
	s := &p.m.series[i]
	waves := float64(4 + noise(p.m.seed, 2000+i, h.n, 0)%9)
	share += 0.12 * math.Sin(2*math.Pi*waves*share) / (2 * math.Pi * waves)
	amount := h.after[i] - h.before[i]
	if amount < 0 && s.replaced == nil {
		amount += powers[s.digits] * million
	}
	at := h.before[i] + int64(share*float64(max(0, amount)))
	return float64(at%(powers[s.digits]*million)) / million
}

// flicker moves a value by less than a percent, or by a digit, from one second
// to the next. What stands still at zero has no flicker, nor has a full quarter
// of an hour, which the data know.
func (p *Plant) flicker(i int, ms int64, v float64) float64 {
	const quarterMS = reading.HourMS / 4
	if v == 0 || ms%quarterMS == 0 {
		return v
	}
	s := &p.m.series[i]
	size := max(0.004*math.Abs(v), 1.2/scales[s.places])
	return min(max(v+size*spread(noise(p.m.seed, 3000+i, int(ms/1000), 0)), s.low), s.high)
}
