package reading

// leastRateMS is over how long at least a counter's rise is taken: with a
// shorter stretch the rate shows the register's last digit.
const leastRateMS = 60_000

// RateSpanMS is how far back before its last reading the readings lie that
// Rate looks at; only a counter needs any but the last.
func (r Rule) RateSpanMS() int64 {
	if r.Kind != Counter {
		return 0
	}
	return max(2*r.stepMS(), leastRateMS)
}

// HoldMS is how long a reading stands for itself.
func (r Rule) HoldMS() int64 { return r.holdMS() }

// Rate is the momentary amount per hour, for a board and never for an account:
// a gauge's value, a delta by its step, a counter's rise over the last minute
// or two steps, or since it last did anything but rise. The readings are settled
// and ascending. ok is false where they are too few.
func (r Rule) Rate(trail []Reading) (perHour float64, ok bool) {
	if len(trail) == 0 {
		return 0, false
	}
	last := trail[len(trail)-1]
	f, _ := r.factor(last.T - r.shiftMS())
	times := float64(f.Num) / float64(f.Den)
	switch r.Kind {
	case Gauge:
		return last.V * times, true
	case Delta:
		return last.V * times * HourMS / float64(r.stepMS()), true
	case Counter:
	}
	first, span, least := last, r.RateSpanMS(), r.RateSpanMS()/2
	for i := len(trail) - 2; i >= 0 && trail[i].T >= last.T-span; i-- {
		rise, ok := r.risen(Point{trail[i].T, trail[i].V}, Point{first.T, first.V})
		if !ok {
			least = leastRateMS
			break
		}
		perHour, first = perHour+rise, trail[i]
	}
	length := last.T - first.T
	return perHour * times * HourMS / float64(max(1, length)), length > 0 && length >= least
}

// risen is by how much a counter rose between two readings; ok is false where
// they do not follow. Nearly always it simply rose, for which no link is made.
func (r Rule) risen(a, b Point) (raw float64, ok bool) {
	if b.V >= a.V && len(r.Replacements) == 0 {
		return b.V - a.V, !(Limit{MaxRate: r.MaxRate}).steep(a, b)
	}
	l := r.link(a, b)
	for _, s := range l.stretches {
		raw += float64(s.raw.Hi)*(1<<64) + float64(s.raw.Lo)
	}
	return raw / 1e9, l.ok()
}

// Rate is the product's amount per hour at an instant, each input held; ok is
// false where one is not known.
func (p Product) Rate(inputs map[ID][]Reading, t int64) (perHour float64, ok bool) {
	tracks := p.tracks(inputs)
	known := true
	for _, k := range tracks {
		known = k.seek(t) && known
	}
	if !known {
		return 0, false
	}
	v, ok := p.value(tracks)
	return v * HourMS / float64(p.flowPerMS()), ok
}
