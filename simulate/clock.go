package simulate

import (
	"context"
	"time"
)

// clock is the play's own time: it runs from since at its speed until it has
// caught up with ours, and with ours from then on.
type clock struct {
	now          func() time.Time
	began, since time.Time
	speed        float64
}

func (c *clock) at() time.Time {
	now := c.now()
	played := c.since.Add(time.Duration(float64(now.Sub(c.began)) * c.speed))
	if played.After(now) {
		return now
	}
	return played
}

// behind tells whether the play is still in the past.
func (c *clock) behind() bool { return c.speed > 1 && c.at().Before(c.now()) }

// wait waits until an instant of the play has come.
func (c *clock) wait(ctx context.Context, t time.Time) error {
	for {
		left := t.Sub(c.at())
		if left <= 0 {
			return ctx.Err()
		}
		if c.behind() {
			left = time.Duration(float64(left) / c.speed)
		}
		select {
		case <-time.After(max(left, time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// steps are the distances in time that divide a quarter of an hour, so that full
// quarters are always told.
var steps = [...]time.Duration{ //nolint:gochecknoglobals // a constant table
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, 15 * time.Minute,
}

// fastest is how soon, in our time, an instrument tells again: below it a
// machine does nothing else.
const fastest = 50 * time.Millisecond

// long is how much a logger has to catch up with before it tells minutes only.
const long = 10 * time.Minute

// step is the distance of two readings in the play's time, for an instrument
// that has so much to catch up with.
func (c *clock) step(every, missed time.Duration) time.Duration {
	if c.behind() {
		every = max(every, time.Duration(float64(fastest)*c.speed))
	}
	if missed > long {
		every = max(every, time.Minute)
	}
	for _, s := range steps {
		if s >= every {
			return s
		}
	}
	return steps[len(steps)-1]
}
