package alarm

import (
	"slices"
	"time"
)

// A slope is taken over as long as a value stands for itself, at least a
// minute: between two seconds it would be the sensor's noise. A value is kept
// for it each twentieth of that.
const (
	leastSpan = time.Minute
	grains    = 20
)

// slope judges how fast a gauge rises, from its values that counted.
func (t *track) slope(now time.Time, v View) verdict {
	span := max(t.watch.Hold, leastSpan)
	value, ok := v.Point(t.watch.ID)
	if ok && value.Q.Counts() && t.fresh(value, span/grains) {
		t.trail = append(t.trail, value)
	}
	t.trail = slices.DeleteFunc(t.trail, func(old Value) bool { return now.Sub(old.T) > span || old.T.After(now.Add(clockSlack)) })
	if len(t.trail) < 2 {
		return verdict{}
	}
	first, last := t.trail[0], t.trail[len(t.trail)-1]
	if dt := last.T.Sub(first.T); dt >= span/2 {
		return t.against((last.V - first.V) / dt.Hours())
	}
	return verdict{}
}

// fresh tells whether a value is so much later than the last one kept.
func (t *track) fresh(v Value, grain time.Duration) bool {
	return len(t.trail) == 0 || v.T.Sub(t.trail[len(t.trail)-1].T) >= max(grain, time.Millisecond)
}
