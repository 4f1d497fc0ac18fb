package live

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// The paces of Run.
const (
	// tick is how often readings are folded and viewers told: well under the
	// second in which a reading has to be on the wall.
	tick = 200 * time.Millisecond
	// restFold is between two requests for recalled hours.
	restFold = 500 * time.Millisecond
	// restStore is at least between two recomputations of stored hours; a
	// longer one is followed by restTimes its own length, so that it takes no
	// more than a third of one core.
	restStore = 2 * time.Second
	restTimes = 2
	// minute is how often filings are read again, and stored hours follow: at
	// a small mine every minute, at a large one as restQuiet allows.
	minute    = time.Minute
	restQuiet = 20
)

// Run folds what Touch brings until the context ends. What the store failed to
// answer it tells, if there is somebody to tell, and goes on.
func (h *Hall) Run(ctx context.Context, tell func(error)) error {
	var all sync.WaitGroup
	all.Go(func() {
		every(ctx, restFold, func() time.Duration { return h.attempt(ctx, h.refold, tell) })
	})
	all.Go(func() { h.keepUp(ctx, tell) })
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for ctx.Err() == nil {
		select {
		case <-clock.C:
			h.tick(false)
		case <-ctx.Done():
		}
	}
	all.Wait()
	return ctx.Err()
}

// attempt does a piece of work and tells how long it took.
func (h *Hall) attempt(ctx context.Context, work func(context.Context) error, tell func(error)) time.Duration {
	began := h.Now()
	if err := work(ctx); err != nil && ctx.Err() == nil && tell != nil {
		tell(err)
	}
	return max(h.Now().Sub(began), 0)
}

// every does work again and again, resting as long as it took, at least rest.
func every(ctx context.Context, rest time.Duration, work func() time.Duration) {
	pause := time.NewTimer(rest)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		pause.Reset(max(rest, work()))
	}
}

// keepUp goes the slow way when something is late, and else each minute or so.
func (h *Hall) keepUp(ctx context.Context, tell func(error)) {
	next := h.Now().Add(minute)
	every(ctx, restStore, func() time.Duration {
		if h.overdue() {
			return restTimes * h.attempt(ctx, h.renew, tell)
		}
		if h.Now().Before(next) {
			return 0
		}
		h.mark()
		took := h.attempt(ctx, h.renew, tell)
		next = h.Now().Add(max(minute, restQuiet*took))
		return 0
	})
}

// overdue tells whether anything has to go the slow way.
func (h *Hall) overdue() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pastStale {
		return true
	}
	for _, p := range h.points {
		if p.late {
			return true
		}
	}
	for _, g := range h.gases {
		if g.late {
			return true
		}
	}
	return false
}

// mark says that the months gone by are to be gathered again.
func (h *Hall) mark() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pastStale = true
}

// recalled tells whether hours wait to be folded anew.
func (h *Hall) recalled() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.points {
		if len(p.again) > 0 {
			return true
		}
	}
	return false
}

// mostRounds bounds Sync: under a feed that never rests something is always
// new, and what is left Run does in its turn.
const mostRounds = 20

// Sync does at once all that Run does in its time, until nothing is left.
func (h *Hall) Sync(ctx context.Context) error {
	h.tick(true)
	h.mark()
	for range mostRounds {
		if err := h.renew(ctx); err != nil {
			return err
		}
		if err := h.refold(ctx); err != nil {
			return err
		}
		if h.tick(true); !h.overdue() && !h.recalled() {
			break
		}
	}
	return nil
}

// tick folds what came in, and tells the viewers; at once also works out what
// otherwise waits for the next second.
func (h *Hall) tick(atOnce bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turn()
	h.fold()
	h.reckon()
	second := h.cut.now / 1000
	if whole := second != h.second; whole || atOnce {
		h.second = second
		h.eachSecond(atOnce)
	}
	h.tellPoints()
}

// mostSeconds is how long a source that does not move goes without its shares
// of the time being told anew.
const mostSeconds = 30

// eachSecond works out gases, rates and sources that moved.
func (h *Hall) eachSecond(all bool) {
	for _, g := range h.gases {
		moved := g.low < always
		if g.reckon(h.cut); moved || g.rated && g.stale(h.cut) || all {
			g.pace(h.cut)
			g.moved = true
		}
	}
	for _, p := range h.points {
		if p.moved || p.rated && p.stale(h.cut) || all {
			p.pace(h.cut)
			p.moved = true
		}
	}
	for _, m := range h.meters() {
		for _, s := range m.sources {
			s.moved = s.moved || m.moved
		}
	}
	changed := map[*source]bool{}
	for _, s := range h.sources {
		if s.moved || all || h.cut.now-s.second >= mostSeconds*1000 {
			h.reckonSource(s)
			changed[s] = true
		}
	}
	h.tellNodes(changed)
	if m := h.cut.now / minute.Milliseconds(); m != h.minute && len(h.crossings) > 0 {
		h.minute = m
		h.tellChecks()
	}
}

// tellChecks sends all checks.
func (h *Hall) tellChecks() {
	if data, err := json.Marshal(h.checks()); err == nil { // of names and finite numbers: it always is
		h.ring.post(Event{Kind: Checks, Data: data})
	}
}
