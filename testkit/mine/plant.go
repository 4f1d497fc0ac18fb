package mine

import (
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
	n        int // the hour the registers stand at the beginning of
	next     []int64
	last     []float64 // amounts of the hour before
	quarters [5]gas    // of the hour, and the next one's first
	now, to  hour
}

// Plant puts the mine to work at an instant after its data begin. It counts the
// registers up from there, which takes a fraction of a second.
func (m *Mine) Plant(at time.Time) *Plant {
	p := &Plant{m: m, recorder: m.recorder(func(string) reading.ID { return 0 })}
	hour := max(0, int(at.Sub(m.start)/time.Hour))
	for n := range hour {
		p.pass(n)
	}
	p.stand(hour)
	return p
}

// pass lets an hour go by.
func (p *Plant) pass(n int) {
	p.last = append(p.last[:0], p.recorder.amounts...)
	p.recorder.skip(n)
}

// stand works an hour out: its registers at both ends, and what lies between.
func (p *Plant) stand(n int) {
	p.n = n
	before := slices.Clone(p.recorder.registers)
	p.pass(n)
	p.next = p.recorder.registers
	p.recorder.registers = before
	for k := range p.quarters {
		p.quarters[k] = p.m.gasAt(4*n + k)
	}
	p.now, p.to = p.m.hourAt(n, 0, 0), p.m.hourAt(n+1, 0, 0)
}

// PointIDs lists the measured points, in the site file's order.
func (m *Mine) PointIDs() []string {
	out := make([]string, len(m.series))
	for i := range m.series {
		out[i] = m.series[i].id
	}
	return out
}

// At tells what the instruments show, by point: of a counter its register, and
// of an amount by the hour that of the last full one. An instant before the
// hour of the last call is answered for that hour's beginning: time goes on.
func (p *Plant) At(t time.Time) map[string]float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	ms := t.UnixMilli() - p.m.start.UnixMilli()
	for ms >= int64(p.n+1)*reading.HourMS {
		p.recorder.registers = p.next
		p.stand(p.n + 1)
	}
	ms = max(ms, int64(p.n)*reading.HourMS)
	out := make(map[string]float64, len(p.m.series))
	for i := range p.m.series {
		out[p.m.series[i].id] = p.value(i, ms)
	}
	return out
}

func (p *Plant) value(i int, ms int64) float64 {
	s := &p.m.series[i]
	share := float64(ms-int64(p.n)*reading.HourMS) / reading.HourMS
	switch {
	case s.kind == "counter":
		return p.register(i, share)
	case s.rate != nil:
		return s.shown(p.last[i])
	case s.ofGas != nil:
		const quarters = 4
		k := int(share * quarters)
		a, b := s.ofGas(&p.quarters[k]), s.ofGas(&p.quarters[k+1])
		return s.shown(p.flicker(i, ms, a+(b-a)*(share*quarters-float64(k))))
	}
	a := s.ofHour(&p.now, noise(p.m.seed, 1000+i, p.n, 0))
	b := s.ofHour(&p.to, noise(p.m.seed, 1000+i, p.n+1, 0))
	return s.shown(p.flicker(i, ms, a+(b-a)*share))
}

// register goes up within the hour faster and slower as machines start and
// stop, six digits behind the point, which meters hold though they show two.
func (p *Plant) register(i int, share float64) float64 {
	s := &p.m.series[i]
	waves := float64(4 + noise(p.m.seed, 2000+i, p.n, 0)%9)
	share += 0.12 * math.Sin(2*math.Pi*waves*share) / (2 * math.Pi * waves)
	span := p.next[i] - p.recorder.registers[i]
	if span < 0 && s.replaced == nil {
		span += powers[s.digits] * million
	}
	at := p.recorder.registers[i] + int64(share*float64(max(0, span)))
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
