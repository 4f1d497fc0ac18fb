package reading

import "math/bits"

// run is a stretch of a bucket without a break.
type run struct {
	hour        int64
	first, last Point
	n           int32
	gapMS       int64
}

// runs lists the runs of the buckets in order.
func runs(buckets []Bucket) []run {
	out := make([]run, 0, len(buckets))
	for _, c := range buckets {
		if c.N == 0 {
			continue
		}
		first, before, gap := c.First, int32(0), int64(0)
		for _, k := range c.Breaks {
			out = append(out, run{c.Hour, first, Point{k.Prev, k.From}, k.At - before, k.GapMS - gap})
			first, before, gap = Point{k.T, k.To}, k.At, k.GapMS
		}
		out = append(out, run{c.Hour, first, c.Last, c.N - before, c.GapMS - gap})
	}
	return out
}

// counter walks the runs. A run that does not follow from the one before is
// believed once three readings in a row say so; until then the one before
// stays, so that a spike is left out and nothing is lost by it.
func (b *book) counter(buckets []Bucket) {
	all := runs(buckets)
	for i, at := 0, -1; i < len(all); i++ {
		r := all[i]
		if at >= 0 {
			l := b.rule.link(all[at].last, r.first)
			confirmed := l.ok() || b.rule.confirmed(all[i:])
			if !l.ok() {
				b.tell(l, confirmed, all[i:])
			}
			if !confirmed {
				continue
			}
			b.bookLink(l)
		}
		b.bookRun(r)
		at = i
	}
}

// tell records why an interval did not simply count.
func (b *book) tell(l link, confirmed bool, rest []run) {
	kind := Reset
	if l.jump {
		kind = Jump
	}
	if !confirmed && len(rest) > 1 {
		kind = Spike
	}
	b.events = append(b.events, Event{
		Series: b.series, Kind: kind, Prev: l.from.T, T: l.to.T, From: l.from.V, To: l.to.V, Confirmed: confirmed,
	})
}

// confirmed tells whether the runs begin with three readings in a row.
func (r Rule) confirmed(rest []run) bool {
	n := rest[0].n
	for i := 1; i < len(rest) && n < Counter.settled(); i++ {
		if l := r.link(rest[i-1].last, rest[i].first); !l.ok() {
			return false
		}
		n += rest[i].n
	}
	return n >= Counter.settled()
}

// bookRun books what a run counted inside its bucket.
func (b *book) bookRun(r run) {
	if r.last.T == r.first.T {
		return
	}
	s := stretch{from: r.first.T, to: r.last.T, raw: Nano(r.last.V).Sub(Nano(r.first.V))}
	b.spread(s, r.first, r.last, s.to-s.from-r.gapMS, 0)
}

// bookLink books the interval between two runs.
func (b *book) bookLink(l link) {
	flags, covered := l.flags, l.to.T-l.from.T
	if covered > b.rule.holdMS() {
		flags, covered = flags|Estimated, 0
	}
	if l.jump {
		flags |= Doubtful
	}
	for _, s := range l.stretches {
		b.spread(s, l.from, l.to, min(covered, s.to-s.from), flags)
	}
}

// spread books a stretch linearly over its hours and factors. The counter at a
// boundary is rounded to nano once and both neighbours use it, so the parts
// add up to the difference exactly. The factor's denominator, nearly always 1,
// rounds each part once more.
func (b *book) spread(s stretch, from, to Point, coveredMS int64, flags Flags) {
	raw, ok := s.raw.Int64()
	if !ok {
		b.overflow(from, to)
		return
	}
	if s.from == s.to && raw == 0 {
		return
	}
	length, done := s.to-s.from, int64(0)
	for t := s.from; ; {
		hour := HourOf(t)
		f, until := b.rule.factor(t)
		until = min(until, (hour+1)*HourMS, s.to)
		sum := raw
		if until < s.to {
			sum = share(raw, until-s.from, length)
		}
		if h := b.at(hour); h != nil {
			amount, fits := WideOf(sum-done).ratio(f.Num, f.Den)
			total, holds := WideOf(h.Amount).Add(WideOf(amount)).Int64()
			if !fits || !holds {
				b.overflow(from, to)
				b.lost = append(b.lost, hour)
			}
			h.Amount = total
			h.CoveredMS += max(0, min(until-t, coveredMS))
			h.Flags |= flags
		}
		if t, done = until, sum; t >= s.to {
			return
		}
	}
}

// share gives raw × part / whole for 0 ≤ part ≤ whole, rounded half away.
func share(raw, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(raw), uint64(part))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	quo, _ := bits.Div64(hi+carry, lo, uint64(whole))
	return int64(quo)
}
