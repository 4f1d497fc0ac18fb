package reading

import (
	"cmp"
	"slices"
)

// Reach tells on which side Window ran out of buckets before it was sure. The
// caller hands in more, or knows that there are none.
type Reach struct{ Left, Right bool }

// Window tells which hours a reading in one of the dirty hours can have
// changed: its own, and those up to the neighbouring non-empty bucket on both
// sides, nothing else. A counter's neighbour is three readings in a row, for as
// many decide whether a jump is believed; with more than two readings an hour
// that is the next bucket. The dirty spans ascend and do not overlap.
//
// The buckets must also hold what decides the outermost of those hours; where
// they may not, reach is set.
func Window(rule Rule, buckets []Bucket, dirty []Span) (spans []Span, reach Reach) {
	if len(dirty) == 0 {
		return nil, reach
	}
	w := window{rule: rule, need: rule.Kind.settled(), runs: runs(buckets)}
	for _, d := range dirty {
		if w.need > 0 {
			d = w.around(d, &reach)
		}
		spans = append(spans, d)
	}
	return merge(spans), reach
}

// merge joins spans that touch: a later one may begin before an earlier.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

type window struct {
	rule Rule
	need int32
	runs []run
}

// around widens a span to the first and last hour that depend on it, and asks
// for what decides those. Neither moves back when its hour moves on, so the
// span's ends speak for every hour between them.
func (w window) around(d Span, reach *Reach) Span {
	from, found := w.before(d.From)
	if found {
		_, found = w.before(from)
	}
	reach.Left = reach.Left || !found
	to, found := w.after(d.To - 1)
	if found {
		_, found = w.after(to)
	}
	reach.Right = reach.Right || !found
	return Span{Series: d.Series, From: from, To: to + 1}
}

// at finds the first run of hour h or a later one.
func (w window) at(h int64) int {
	i, _ := slices.BinarySearchFunc(w.runs, h, func(r run, h int64) int { return cmp.Compare(r.hour, h) })
	return i
}

// before finds the settled stretch that lies wholly before hour h: the hour it
// begins in. The whole stretch is computed again, not its end alone, because
// some of its readings may be as new as the one in h: then no stretch between
// the two was there before, and every hour between them must be covered.
func (w window) before(h int64) (hour int64, found bool) {
	n := int32(0)
	for i := w.at(h) - 1; i >= 0; i-- {
		if n > 0 && !w.follows(i) {
			n = 0
		}
		if n += w.runs[i].n; n >= w.need {
			return w.runs[i].hour, true
		}
	}
	if len(w.runs) > 0 {
		h = min(h, w.runs[0].hour)
	}
	return h, false
}

// after finds the settled stretch that lies wholly after hour h: the hour it
// is settled in. Where there is none, a gauge's last value is still held.
func (w window) after(h int64) (hour int64, found bool) {
	n := int32(0)
	for i := w.at(h + 1); i < len(w.runs); i++ {
		if n > 0 && !w.follows(i-1) {
			n = 0
		}
		if n += w.runs[i].n; n >= w.need {
			return w.runs[i].hour, true
		}
	}
	if len(w.runs) > 0 {
		h = max(h, w.runs[len(w.runs)-1].hour)
	}
	if w.rule.Kind == Gauge {
		h += w.rule.holdMS()/HourMS + 1
	}
	return h, false
}

// follows tells whether run i+1 simply goes on from run i.
func (w window) follows(i int) bool {
	if w.rule.Kind != Counter {
		return true
	}
	l := w.rule.link(w.runs[i].last, w.runs[i+1].first)
	return l.ok()
}
