package alarm

import (
	"time"

	"lingtan/lang"
)

// vented judges drained gas that is let go: its concentration and the pure flow
// of what is left of it after use, both at or above their limits
// (GB 21522-2024; the clause that joins the two is known from papers about it
// only, mark C). Streams in one balance are as rich as they are together.
func (t *track) vented(now time.Time, v View) verdict {
	w := t.watch
	pure, mixed, ok := sum(now, v, w.Gas, w.Hold)
	used, _, okUsed := sum(now, v, w.Used, w.Hold)
	if !ok || !okUsed {
		return verdict{}
	}
	if mixed <= 0 {
		return verdict{mood: calm} // nothing flows
	}
	percent, left := 100*pure/mixed, pure-used
	limit, end, least := w.Limit.At.Float(), w.Limit.Clear.Float(), w.Pure.Float()
	switch {
	case percent >= limit && left >= least:
		return verdict{holds, lang.T("浓度 %s %% ≥ %s %%,排空纯量 %s Nm³/min ≥ %s Nm³/min", "%s %% ≥ %s %%, and %s Nm³/min of pure gas vented ≥ %s Nm³/min").
			Format(number(percent), number(limit), number(left), number(least))}
	case percent < end || left < least:
		return verdict{mood: calm}
	}
	return verdict{mood: between}
}

// sum adds up the pure and the mixed flow of streams; ok is false where one of
// them is not known, is old or is bad.
func sum(now time.Time, v View, ids []string, hold time.Duration) (pure, mixed float64, ok bool) {
	for _, id := range ids {
		g, known := v.Gas(id)
		if !known || !g.Q.Counts() || stale(now, g.T, hold) {
			return 0, 0, false
		}
		pure += g.Pure
		if g.Percent > 0 {
			mixed += 100 * g.Pure / g.Percent
		}
	}
	return pure, mixed, true
}
