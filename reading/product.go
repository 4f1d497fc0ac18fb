package reading

import (
	"slices"
	"time"
)

// Signal is one input of a product: a series, or a constant where Series is 0.
type Signal struct {
	Series   ID
	Constant float64
	MaxHold  time.Duration // how long a value stands for itself; 0 means two minutes
}

func (s Signal) holdMS() int64 {
	if s.MaxHold <= 0 {
		return 2 * time.Minute.Milliseconds()
	}
	return s.MaxHold.Milliseconds()
}

// Basis says whether a volume or a concentration counts the water vapour.
type Basis uint8

// The bases. A methane sensor in the gas reads wet, an analyser behind a
// cooler dry.
const (
	OnWet Basis = iota
	OnDry
)

// Product derives a series from several: flow × concentration × state, taken
// at the shortest common step and then summed. A product of means would be
// wrong wherever flow and concentration move together.
type Product struct {
	ID       ID            // the derived series
	Flow     Signal        // volume per FlowPer
	FlowPer  time.Duration // 0 means a minute: m³/min
	Percent  *Signal       // methane in vol-%; nil integrates the flow alone
	Working  bool          // the flow is in working state and is converted
	To       Reference     // state of the result where Working
	Celsius  *Signal
	KPa      *Signal
	Baro     *Signal // kPa; needed unless Pressure is Absolute
	Pressure Pressure
	Humidity *Signal // relative, %; nil means dry gas, so that bases do not matter
	FlowOn   Basis
	PercOn   Basis
}

// signals lists the inputs in the fixed order of evaluation.
func (p Product) signals() []*Signal {
	return []*Signal{&p.Flow, p.Percent, p.Celsius, p.KPa, p.Baro, p.Humidity}
}

// Inputs lists the series the product reads.
func (p Product) Inputs() []ID {
	var ids []ID
	for _, s := range p.signals() {
		if s != nil && s.Series != 0 {
			ids = append(ids, s.Series)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// HoldMS is the longest any input is held: a reading of one hour may change
// the product that much later.
func (p Product) HoldMS() int64 {
	var ms int64
	for _, s := range p.signals() {
		if s != nil && s.Series != 0 {
			ms = max(ms, s.holdMS())
		}
	}
	return ms
}

func (p Product) flowPerMS() int64 {
	if p.FlowPer <= 0 {
		return time.Minute.Milliseconds()
	}
	return p.FlowPer.Milliseconds()
}

// Hours integrates over the hours [from, to). Each input's readings are
// settled, ascending, and begin HoldMS before the first hour. Between two
// instants of any input every signal is left-held; where one is not known the
// time is not covered. Each step is rounded to nano once and added as an
// integer, so cutting the time in chunks changes nothing.
func (p Product) Hours(inputs map[ID][]Reading, from, to int64) []Hour {
	tracks := p.tracks(inputs)
	var out []Hour
	for hour := from; hour < to; {
		h, next := p.hour(tracks, hour)
		if h.CoveredMS > 0 {
			out = append(out, h)
		}
		hour = next
	}
	return out
}

// tracks puts each signal at the beginning of its readings.
func (p Product) tracks(inputs map[ID][]Reading) []*track {
	var tracks []*track
	for _, s := range p.signals() {
		if s == nil {
			s = &Signal{}
		}
		tracks = append(tracks, &track{signal: *s, rs: inputs[s.Series], holdMS: s.holdMS()})
	}
	return tracks
}

// hour integrates one hour and tells the next one that can have anything.
func (p Product) hour(tracks []*track, hour int64) (Hour, int64) {
	h, sum := Hour{Series: p.ID, Hour: hour}, Wide{}
	end := (hour + 1) * HourMS
	next := int64(maxMS)
	for t := hour * HourMS; t < end; {
		known, doubtful, until := true, false, end
		for _, k := range tracks {
			known = k.seek(t) && known
			doubtful = doubtful || k.doubtful()
			until = min(until, k.until(t))
		}
		if v, ok := p.value(tracks); known && ok {
			sum = sum.Add(Nano(v).Times(until - t))
			h.CoveredMS += until - t
			if doubtful {
				h.Flags |= Doubtful
			}
		}
		if tracks[0].begins(t) {
			h.N++
		}
		t = until
	}
	for _, k := range tracks {
		if k.signal.Series != 0 {
			next = min(next, HourOf(k.until(end-1)))
		}
	}
	amount, ok := sum.ratio(1, p.flowPerMS())
	if !ok {
		return Hour{}, hour + 1
	}
	h.Amount = amount
	if h.CoveredMS > 0 {
		next = hour + 1
	}
	return h, max(next, hour+1)
}

// value evaluates the product at the instant the tracks stand at.
func (p Product) value(tracks []*track) (float64, bool) {
	v := tracks[0].value()
	s := State{Celsius: tracks[2].value()}
	s.AbsoluteKPa = p.Pressure.AbsoluteKPa(tracks[3].value(), tracks[4].value())
	s.Humidity = tracks[5].value() / 100
	if p.Working || p.Humidity != nil {
		if !s.Possible() {
			return 0, false
		}
	}
	if p.Working {
		v = s.To(p.To, v)
	}
	if p.Percent != nil {
		switch {
		case p.FlowOn == OnWet && p.PercOn == OnDry:
			v = s.Dry(v)
		case p.FlowOn == OnDry && p.PercOn == OnWet:
			v = s.Wet(v)
		}
		v = Pure(v, tracks[1].value())
	}
	return v, Reading{V: v}.Counts()
}

// track walks one signal's readings.
type track struct {
	signal Signal
	rs     []Reading
	i      int // readings at or before the instant
	holdMS int64
}

// seek moves to an instant, never backwards; false where nothing is held.
func (k *track) seek(t int64) bool {
	if k.signal.Series == 0 {
		return true
	}
	for k.i < len(k.rs) && k.rs[k.i].T <= t {
		k.i++
	}
	return k.i > 0 && t < k.rs[k.i-1].T+k.holdMS
}

// until tells how long what seek found stays so.
func (k *track) until(t int64) int64 {
	if k.signal.Series == 0 {
		return maxMS
	}
	next := int64(maxMS)
	if k.i < len(k.rs) {
		next = k.rs[k.i].T
	}
	if k.i > 0 {
		if end := k.rs[k.i-1].T + k.holdMS; end > t {
			next = min(next, end)
		}
	}
	return next
}

func (k *track) value() float64 {
	if k.signal.Series == 0 || k.i == 0 {
		return k.signal.Constant
	}
	return k.rs[k.i-1].V
}

func (k *track) doubtful() bool {
	return k.signal.Series != 0 && k.i > 0 && k.rs[k.i-1].Q == Suspect
}

func (k *track) begins(t int64) bool { return k.i > 0 && k.rs[k.i-1].T == t }
