package alarm

import (
	"math"
	"strconv"
	"time"

	"lingtan/lang"
	"lingtan/period"
	"lingtan/site"
)

// mood is what an observation says of a rule's condition.
type mood uint8

const (
	unknown mood = iota // nothing can be said: no data, or none that counts
	calm                // the condition is over
	between             // neither: within the hysteresis
	holds               // the condition holds
)

// verdict is a mood with what was seen.
type verdict struct {
	mood mood
	says lang.Text
}

// judge tells whether a watch's condition holds. It is a function of what is
// seen now and, for points, of the last value that counted.
func (t *track) judge(now time.Time, c period.Calendar, v View) verdict {
	switch t.rule.Kind {
	case site.Threshold:
		return t.threshold(now, v)
	case site.SteepRate:
		return t.rate(now, v)
	case site.Silence:
		return t.silence(now, v)
	case site.Vented:
		return t.vented(now, v)
	case site.OverBudget:
		return t.budget(now, c, v)
	case site.FailedCheck:
		return t.check(v)
	case site.SourceHealth:
		return t.device(v)
	case site.Deadline: // no rule of a site file
	}
	return verdict{}
}

func (t *track) threshold(now time.Time, v View) verdict {
	if t.watch.IsGas {
		g, ok := v.Gas(t.watch.ID)
		if !ok || !g.Q.Counts() || stale(now, g.T, t.watch.Hold) {
			return verdict{}
		}
		return t.against(g.Pure)
	}
	value, ok := v.Point(t.watch.ID)
	return t.standing(now, value, ok)
}

func (t *track) rate(now time.Time, v View) verdict {
	if t.watch.Node {
		n, ok := v.Node(t.watch.ID)
		if !ok {
			return verdict{}
		}
		return t.against(n.Rate)
	}
	if t.watch.Slope {
		return t.slope(now, v)
	}
	value, ok := v.Rate(t.watch.ID)
	return t.standing(now, value, ok)
}

// standing judges the last value that counted, as long as it stands for
// itself. A bad or a quarantined reading is as if it had not come: it raises
// nothing, and it ends nothing either.
func (t *track) standing(now time.Time, value Value, ok bool) verdict {
	if ok && value.Q.Counts() && !value.T.Before(t.last.T) {
		t.last = value
	}
	if t.last.T.IsZero() || stale(now, t.last.T, t.watch.Hold) {
		return verdict{}
	}
	return t.against(t.last.V)
}

// stale tells whether a value is too old to stand for itself; a watch that
// does not say how long one does takes any.
func stale(now, at time.Time, hold time.Duration) bool { return hold > 0 && now.Sub(at) > hold }

// against compares a value with the watch's limit.
func (t *track) against(v float64) verdict {
	l := t.watch.Limit
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return verdict{}
	}
	at, end := l.At.Float(), l.Clear.Float()
	sign, beyond, over := "<", v < at, v >= end
	if l.Over {
		sign, beyond, over = ">", v > at, v <= end
	}
	switch unit := " " + t.watch.Unit.String(); {
	case beyond:
		return verdict{holds, lang.Same(number(v) + unit + " " + sign + " " + number(at) + unit)}
	case over:
		return verdict{mood: calm}
	}
	return verdict{mood: between}
}

// silence judges how long a point has said nothing: any reading breaks it, also
// a bad one, but not one stamped in the future, which would end it for as long.
func (t *track) silence(now time.Time, v View) verdict {
	value, ok := v.Point(t.watch.ID)
	if ok && !value.T.After(now.Add(clockSlack)) && value.T.After(t.last.T) {
		t.last = value
	}
	since := t.last.T
	if since.Before(t.begun) { // what was missed while nobody looked is no silence
		since = t.begun
	}
	if age := now.Sub(since); age > t.rule.For {
		last := lang.T("从未收到读数", "no reading was ever had")
		if !t.last.T.IsZero() {
			last = lang.T("最后一条读数在 %s", "the last reading is of %s").Format(t.last.T.UTC().Format(time.RFC3339))
		}
		return verdict{holds, lang.T("超过 %s 无读数;%s", "no reading for more than %s; %s").Format(t.rule.For, last)}
	}
	if t.last.T.Before(t.begun) {
		return verdict{} // not heard of yet, and not for long
	}
	return verdict{mood: calm}
}

// clockSlack is how far ahead a device's clock may be.
const clockSlack = 5 * time.Minute

func (t *track) check(v View) verdict {
	c, ok := v.Check(t.watch.ID)
	if !ok || math.IsNaN(c.Deviation) {
		return verdict{}
	}
	if t.watch.Limit != nil {
		return t.against(100 * math.Abs(c.Deviation))
	}
	if c.Failing {
		return verdict{holds, lang.T("偏差 %s %%", "a difference of %s %%").Format(number(100 * math.Abs(c.Deviation)))}
	}
	return verdict{mood: calm}
}

func (t *track) device(v View) verdict {
	h, ok := v.Device(t.watch.ID)
	switch {
	case !ok:
		return verdict{}
	case h.Up:
		return verdict{mood: calm}
	case h.Why.IsZero():
		h.Why = lang.T("连接中断", "not connected")
	}
	return verdict{holds, h.Why}
}

// number prints a value for a reader: five digits tell a reading from its limit.
func number(v float64) string {
	const digits = 5
	text := strconv.FormatFloat(v, 'g', digits, 64)
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return text
}
