package reading

// stretch is a part of an interval over which the counter rose evenly.
type stretch struct {
	from, to int64
	raw      Wide // nano of the raw unit, never negative
}

// link is the interval between two consecutive readings of a counter, judged.
type link struct {
	from, to  Point
	stretches []stretch // empty: the counter fell, and nothing explains it
	flags     Flags
	jump      bool // it rose faster than it can
}

func (l link) ok() bool { return len(l.stretches) > 0 && !l.jump }

// link judges the interval from a to b: declared replacements first, then a
// rollover, then the plain difference.
func (r Rule) link(a, b Point) link {
	l := link{from: a, to: b}
	at := a
	for _, p := range r.Replacements {
		if p.At <= a.T || p.At > b.T {
			continue
		}
		l.flags |= Replaced
		if !r.rise(&l, at, Point{p.At, p.Final}) {
			return link{from: a, to: b}
		}
		at = Point{p.At, p.First}
	}
	if !r.rise(&l, at, b) {
		return link{from: a, to: b}
	}
	return l
}

// rise adds the stretch from a to b; false where the counter fell.
func (r Rule) rise(l *link, a, b Point) bool {
	raw := Nano(b.V).Sub(Nano(a.V))
	rolled := false
	if b.V < a.V {
		if !r.rollsOver(a, b) {
			return false
		}
		raw, rolled = raw.Add(Nano(r.Modulus)), true
	}
	if raw.Sign() < 0 {
		return false
	}
	if rolled {
		l.flags |= Rollover
	} else if (Limit{MaxRate: r.MaxRate}).steep(a, b) && b.T > a.T {
		l.jump = true
	}
	l.stretches = append(l.stretches, stretch{from: a.T, to: b.T, raw: raw})
	return true
}

// rollsOver tells whether a fall is the counter passing its modulus: both ends
// lie as near to it as the meter can have run in the time. Where its maximum
// rate is unknown, as near as a tenth of the modulus.
func (r Rule) rollsOver(a, b Point) bool {
	if r.Modulus <= 0 || a.V >= r.Modulus || b.V < 0 {
		return false
	}
	near := r.Modulus / 10
	if r.MaxRate > 0 {
		near = min(r.MaxRate*float64(b.T-a.T)/HourMS, r.Modulus/2)
	}
	return a.V > r.Modulus-near && b.V < near
}
