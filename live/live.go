// Package live owns the open hour of one mine: it folds readings as they come,
// keeps rates and the totals of the open day, month and year at every node of
// the mine's tree, and tells viewers what moves. What it says equals what the
// store's own recomputation says of the same readings.
package live

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"lingtan/factor"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/standard"
)

// Meters is what the hall asks of the readings; a reading.Series gives it.
type Meters interface {
	plan.Meters
	Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error]
	Hourly(ctx context.Context, q reading.Query) iter.Seq2[reading.Bucket, error]
	Latest(ctx context.Context, ids []reading.ID) ([]reading.Reading, error)
}

// Inputs is what a hall is made of.
type Inputs struct {
	Site    *site.Site
	Plan    *plan.Plan
	Series  func(point string) (reading.ID, bool) // the number of a point's or gas' series
	Meters  Meters
	Refresh func(ctx context.Context) error // brings the stored hours up to the last reading
	Filings plan.Filings
	Edition string
	GWP     string // empty is the edition's own
	Choices map[string]string
	Factors *factor.Set
	Now     func() time.Time
}

// Hall is one mine's open hour. Everything may be called from any goroutine.
type Hall struct {
	Inputs
	edition standard.Edition
	ring    *ring
	inbox   inbox

	asking sync.Mutex // held by who asks the store for points

	mu        sync.Mutex
	cut       *cut
	points    []*point
	gases     []*gas
	bySeries  map[reading.ID]*point
	sources   []*source
	tree      []*branch
	crossings []crossing
	papers    papers
	past      past
	pastStale bool  // an hour before the open month changed
	second    int64 // in which rates were last worked out
	minute    int64 // in which checks were last told
	all       []*meter
}

// Open brings the store's hours up to date and takes the mine's state from it.
func Open(ctx context.Context, in Inputs) (*Hall, error) {
	edition, err := standard.Find(in.Edition)
	if err != nil {
		return nil, err
	}
	now := in.Now()
	h := &Hall{
		Inputs: in, edition: edition, ring: newRing(now.UnixMilli()), cut: cutAt(in.Site.Calendar, now),
		bySeries: map[reading.ID]*point{},
	}
	if err := h.furnish(); err != nil {
		return nil, fmt.Errorf("open %s live: %w", in.Site.ID, err)
	}
	if err := errors.Join(h.renew(ctx), h.Sync(ctx)); err != nil {
		return nil, fmt.Errorf("open %s live: %w", in.Site.ID, err)
	}
	return h, nil
}

// furnish makes the points, gases, sources and the tree, empty.
func (h *Hall) furnish() error {
	meters := map[string]*meter{}
	for _, p := range h.Site.Points {
		id, err := h.number(p.ID)
		if err != nil {
			return err
		}
		made := newPoint(p, id)
		h.points, h.bySeries[id], meters[p.ID] = append(h.points, made), made, &made.meter
	}
	for _, g := range h.Site.Gases {
		if _, err := h.number(g.ID); err != nil {
			return err
		}
		made := newGas(h.Site, g, func(id string) reading.ID { n, _ := h.Series(id); return n })
		for _, in := range made.product.Inputs() {
			p := h.bySeries[in]
			made.inputs, p.gases = append(made.inputs, p), append(p.gases, made)
		}
		h.gases, meters[g.ID] = append(h.gases, made), &made.meter
	}
	h.newCrossings(meters)
	return h.plant(meters)
}

func (h *Hall) number(point string) (reading.ID, error) {
	id, ok := h.Series(point)
	if !ok {
		return 0, fmt.Errorf("point %s has no series", point)
	}
	return id, nil
}

// Touch hands readings on that are durable. It copies them and returns at
// once; Run folds them at its next tick.
func (h *Hall) Touch(rs []reading.Reading) { h.inbox.put(rs) }

// mostWaiting is how many readings wait at most for a tick: 150 MB. Of what
// comes beyond, only the points are remembered, and asked of the store.
const mostWaiting = 2 << 20

// inbox is the readings that wait for the next tick.
type inbox struct {
	mu    sync.Mutex
	rs    []reading.Reading
	spare []reading.Reading
	lost  map[reading.ID]bool
}

func (b *inbox) put(rs []reading.Reading) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rs)+len(rs) <= mostWaiting {
		b.rs = append(b.rs, rs...)
		return
	}
	if b.lost == nil {
		b.lost = map[reading.ID]bool{}
	}
	for _, r := range rs {
		b.lost[r.Series] = true
	}
}

// take empties the inbox. What it gives is the caller's until back.
func (b *inbox) take() ([]reading.Reading, map[reading.ID]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rs, lost := b.rs, b.lost
	b.rs, b.spare, b.lost = b.spare[:0], nil, nil
	return rs, lost
}

// back returns a slice for the next tick but one; a huge one is let go.
func (b *inbox) back(rs []reading.Reading) {
	if cap(rs) > 1<<17 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = rs[:0]
}

// fold takes what came in since the last time into the points.
func (h *Hall) fold() {
	rs, lost := h.inbox.take()
	for _, r := range rs {
		if p, ok := h.bySeries[r.Series]; ok {
			p.take(r, h.cut)
		}
	}
	for id := range lost {
		if p, ok := h.bySeries[id]; ok {
			p.beLate()
		}
	}
	h.inbox.back(rs)
}

// reckon works out what the folded readings mean for the points.
func (h *Hall) reckon() {
	for _, p := range h.points {
		p.reckon(h.cut)
		h.pastStale = h.pastStale || p.past
		p.past = false
	}
}

// turn begins a new day, month or year when the clock has come to one.
func (h *Hall) turn() {
	now := cutAt(h.Site.Calendar, h.Now())
	old := h.cut
	if now.now < old.now {
		h.back(now)
		return
	}
	h.cut = now
	if slices.Equal(old.periods[:], now.periods[:]) {
		return
	}
	if !old.periods[month].Equal(now.periods[month]) {
		h.close(old)
	}
	for _, p := range h.points {
		p.roll(old, now)
		p.moved = true
	}
	for _, g := range h.gases {
		g.roll(old, now)
		g.moved = true
	}
	for _, s := range h.sources {
		s.moved = true
	}
}

// mostBackMS is how far a clock may be set back without anybody minding.
const mostBackMS = 60_000

// back is for a clock that was set back: a little is waited out; where it had
// run ahead by more, all is taken from the store again, for the days that were
// opened are not those of the right clock.
func (h *Hall) back(now *cut) {
	if h.cut.now-now.now <= mostBackMS {
		return
	}
	h.cut, h.pastStale = now, true
	for _, p := range h.points {
		p.late, p.moved = true, true
	}
	for _, g := range h.gases {
		g.tally, g.late, g.moved = tally{base: none}, true, true
	}
}
