package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lingtan/reading"
)

// fetch is one point asked of the store. While it is under way the point's
// readings are folded as ever, and kept, to be folded into the answer.
type fetch struct {
	*point
	again   []int64 // hours to fold anew; nil: the whole point
	anchor  int64   // the hour of the last reading when the stored hours were brought up
	blank   bool    // there was none
	buckets []reading.Bucket
	whole   bool
	base    int64
	before  [stretches]sum
	last    reading.Reading
	trail   []reading.Reading
}

// begin keeps what comes in for the points from now on. The inbox is emptied
// first, so that hardly a reading is both in the answer and among those kept.
func (h *Hall) begin(pick func(*point) (fetch, bool)) []*fetch {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fold()
	var out []*fetch
	for _, p := range h.points {
		if f, ok := pick(p); ok {
			if p.asked, p.held = true, nil; f.again != nil {
				p.again = nil
			}
			out = append(out, &f)
		}
	}
	return out
}

// end puts the answers in place, or on a fault marks the points again.
func (h *Hall) end(asked *cut, all []*fetch, fault error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range all {
		p := f.point
		held := p.held
		p.asked, p.held, p.moved = false, nil, true
		switch {
		case fault != nil && f.again == nil:
			p.late = true
			continue
		case fault != nil:
			for _, hour := range f.again {
				p.recall(hour)
			}
			continue
		case f.again == nil:
			p.load(f, asked, h.cut)
		default:
			p.amend(f)
		}
		for _, r := range held {
			p.take(r, h.cut)
		}
	}
}

// load replaces all the point knows by the answer.
func (p *point) load(f *fetch, asked, c *cut) {
	p.tally = tally{base: f.base, before: f.before}
	p.roll(asked, c)
	p.buckets, p.whole = f.buckets, f.whole
	p.lo, p.hi = 1, 0
	p.hours, _ = reading.Amounts(p.rule, p.buckets, p.base, always)
	// What came meanwhile for an hour before the anchor may have changed an
	// hour before base that the store had added up by then.
	p.late = p.late || p.floor < f.anchor
	p.resume(f)
}

// amend replaces the buckets that were folded anew.
func (p *point) amend(f *fetch) {
	p.flush()
	for _, hour := range f.again {
		for _, g := range p.gases { // an hour may have settled meanwhile
			g.touch(hour * reading.HourMS)
		}
		if hour < p.base {
			p.late = true
			continue
		}
		p.buckets = slices.DeleteFunc(p.buckets, func(b reading.Bucket) bool { return b.Hour == hour })
		p.touch(hour)
	}
	for _, b := range f.buckets {
		if b.Hour >= p.base {
			i, _ := slices.BinarySearchFunc(p.buckets, b.Hour, func(b reading.Bucket, h int64) int { return cmp.Compare(b.Hour, h) })
			p.buckets = slices.Insert(p.buckets, i, b)
		}
	}
	p.resume(f)
}

// resume goes on folding where the buckets end.
func (p *point) resume(f *fetch) {
	p.folder, p.newest = reading.NewFolder(p.limit), never
	if n := len(p.buckets); n > 0 {
		p.folder, p.newest = reading.Reopen(p.buckets[n-1], p.limit), p.buckets[n-1].Last.T
	}
	p.last, p.trail, p.tip = f.last, f.trail, reading.Reading{}
	for _, g := range p.gases {
		g.anew()
	}
}

// refold folds the recalled hours anew: few, of the last hours.
func (h *Hall) refold(ctx context.Context) error {
	h.asking.Lock()
	defer h.asking.Unlock()
	all := h.begin(func(p *point) (fetch, bool) { return fetch{point: p, again: p.again}, len(p.again) > 0 })
	if len(all) == 0 {
		return nil
	}
	asked := h.now()
	err := h.askAgain(ctx, asked, all)
	h.end(asked, all, err)
	if err != nil {
		return fmt.Errorf("fold late readings: %w", err)
	}
	return nil
}

// now gives the cut in force.
func (h *Hall) now() *cut {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cut
}

// askAgain asks for the recalled hours, each hour of all points at once.
func (h *Hall) askAgain(ctx context.Context, c *cut, all []*fetch) error {
	byHour := map[int64][]*fetch{}
	for _, f := range all {
		for _, hour := range f.again {
			byHour[hour] = append(byHour[hour], f)
		}
	}
	for hour, some := range byHour {
		if err := h.hourly(ctx, some, hour, hour+1); err != nil {
			return err
		}
	}
	for _, f := range all {
		slices.SortFunc(f.buckets, byBucketHour)
	}
	return h.trails(ctx, c, all)
}

func byBucketHour(a, b reading.Bucket) int { return cmp.Compare(a.Hour, b.Hour) }

// hourly adds the buckets of the hours [from, to) to some fetches.
func (h *Hall) hourly(ctx context.Context, some []*fetch, from, to int64) error {
	of := byID(some)
	q := reading.Query{
		Series: numbers(some), From: from * reading.HourMS, To: to * reading.HourMS,
		Limit: func(id reading.ID) reading.Limit { return of[id].limit },
	}
	for b, err := range h.Meters.Hourly(ctx, q) {
		if err != nil {
			return err
		}
		if b.N > 0 {
			f := of[b.Series]
			f.buckets = append(f.buckets, b)
		}
	}
	return nil
}

// scanMS is how far apart the beginnings of two scans are at least.
const scanMS = 60_000

// trails asks for the last reading of each, and those before it that rates and
// gases look back at; points that look equally far back share a scan.
func (h *Hall) trails(ctx context.Context, c *cut, all []*fetch) error {
	of := byID(all)
	last, err := h.Meters.Latest(ctx, numbers(all))
	if err != nil {
		return err
	}
	for _, r := range last {
		of[r.Series].last = r
	}
	scans := map[int64][]*fetch{}
	for _, f := range all {
		switch {
		case f.last.Series == 0:
		case !f.trails():
			f.trail = []reading.Reading{f.last}
		default:
			from := f.trailFrom(f.last.T, c)
			from -= from % scanMS // a little more than is needed, for the sake of company
			scans[from] = append(scans[from], f)
		}
	}
	for from, some := range scans {
		q := reading.Query{Series: numbers(some), From: from, To: reading.Forever}
		for r, err := range reading.Settle(h.Meters.Scan(ctx, q), nil) {
			if err != nil {
				return err
			}
			of[r.Series].trail = append(of[r.Series].trail, r)
		}
	}
	return nil
}

func byID(all []*fetch) map[reading.ID]*fetch {
	of := make(map[reading.ID]*fetch, len(all))
	for _, f := range all {
		of[f.series] = f
	}
	return of
}

func numbers(all []*fetch) []reading.ID {
	ids := make([]reading.ID, 0, len(all))
	for _, f := range all {
		ids = append(ids, f.series)
	}
	slices.Sort(ids)
	return ids
}
