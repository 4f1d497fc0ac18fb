package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lingtan/reading"
)

// pads are how many hours before its last reading's a point's buckets are
// asked for, until they decide what a further reading can change: dense data
// needs two, hourly data days, and a few readings all there is.
var pads = []int64{2, 2 * 24, 62 * 24, reading.Forever / reading.HourMS / 2} //nolint:gochecknoglobals // a constant list

// errand is what the slow way is gone for: late points and gases, the months
// gone by where they may have changed, and the filings in any case.
type errand struct {
	cut    *cut
	points []*point
	gases  []*gas
	bases  map[reading.ID]int64 // of the gases
	past   bool
}

// renew brings right by the slow way what is late: the store's own hours first,
// then what the points need of them.
func (h *Hall) renew(ctx context.Context) error {
	e := h.errand()
	err := h.run(ctx, e)
	if err == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range e.points {
		p.late = true
	}
	for _, g := range e.gases {
		g.late = true
	}
	h.pastStale = h.pastStale || e.past
	return fmt.Errorf("take in late readings of %s: %w", h.Site.ID, err)
}

func (h *Hall) run(ctx context.Context, e errand) error {
	var gone past
	if e.past {
		anchors, err := h.anchors(ctx, e.points)
		if err != nil {
			return err
		}
		if err := h.Refresh(ctx); err != nil {
			return err
		}
		if err := h.loadGases(ctx, e.gases, e.bases); err != nil {
			return err
		}
		if err := h.load(ctx, e.points, anchors, e.cut.hour()); err != nil {
			return err
		}
		if gone, err = h.gather(ctx, e.cut); err != nil {
			return err
		}
	}
	filed, err := h.file(ctx, e.cut)
	if err != nil {
		return err
	}
	h.keep(e, gone, filed)
	return nil
}

// keep puts what was gathered in place, unless the month has ended meanwhile.
func (h *Hall) keep(e errand, gone past, filed papers) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.cut.periods[month].Equal(e.cut.periods[month]) {
		h.pastStale = true
		return
	}
	if h.papers = filed; e.past {
		h.past = gone
	}
	for _, s := range h.sources {
		s.moved = true
	}
}

// errand takes the marks off: what comes late from now on is marked anew.
func (h *Hall) errand() errand {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fold()
	e := errand{cut: h.cut, bases: map[reading.ID]int64{}}
	for _, p := range h.points {
		if p.late {
			p.late, p.floor, e.points = false, always, append(e.points, p)
		}
	}
	for _, g := range h.gases {
		if !g.late {
			continue
		}
		g.late, e.gases = false, append(e.gases, g)
		if e.bases[g.series] = g.base; g.base == none {
			e.bases[g.series] = h.cut.hour() - 1
		}
	}
	e.past = h.pastStale || len(e.points)+len(e.gases) > 0
	h.pastStale = false
	return e
}

// anchors are the hours of the points' last readings before the stored hours
// are brought up: later readings in order change nothing that the stored hours
// before them are built on, and others are marked.
func (h *Hall) anchors(ctx context.Context, points []*point) (map[reading.ID]int64, error) {
	ids := []reading.ID{}
	shift := map[reading.ID]int64{}
	for _, p := range points {
		ids = append(ids, p.series)
		shift[p.series] = p.limit.Shift
	}
	slices.Sort(ids)
	last, err := h.Meters.Latest(ctx, ids)
	out := map[reading.ID]int64{}
	for _, r := range last {
		out[r.Series] = reading.HourOf(r.T - shift[r.Series])
	}
	return out, err
}

// load asks the store for all of some points.
func (h *Hall) load(ctx context.Context, points []*point, anchors map[reading.ID]int64, hour int64) error {
	if len(points) == 0 {
		return nil
	}
	h.asking.Lock()
	defer h.asking.Unlock()
	chosen := map[*point]bool{}
	for _, p := range points {
		chosen[p] = true
	}
	all := h.begin(func(p *point) (fetch, bool) {
		anchor, ok := anchors[p.series]
		if !ok {
			anchor = hour - lateHours
		}
		return fetch{point: p, anchor: min(anchor, hour), blank: !ok, base: hour - lateHours, whole: !ok}, chosen[p]
	})
	asked := h.now()
	err := h.ask(ctx, asked, all)
	h.end(asked, all, err)
	return err
}

// ask asks for buckets, points that went silent in the same hour together, then
// for what the hours before them add up to.
func (h *Hall) ask(ctx context.Context, c *cut, all []*fetch) error {
	slices.SortStableFunc(all, func(a, b *fetch) int { return cmp.Compare(a.anchor, b.anchor) })
	for rest := all; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].anchor == rest[0].anchor && rest[n].blank == rest[0].blank {
			n++
		}
		if err := h.askHour(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	if err := h.askBefore(ctx, c, all); err != nil {
		return err
	}
	return h.trails(ctx, c, all)
}

// askHour asks for the buckets of points with one anchor, further back until
// they decide all that a reading in its hour or later changes.
func (h *Hall) askHour(ctx context.Context, some []*fetch) error {
	anchor := some[0].anchor
	if some[0].blank {
		return h.hourly(ctx, some, anchor, reading.Forever/reading.HourMS)
	}
	if err := h.hourly(ctx, some, anchor-pads[0], reading.Forever/reading.HourMS); err != nil {
		return err
	}
	for i, pad := range pads {
		last := i == len(pads)-1
		some = slices.DeleteFunc(slices.Clone(some), func(f *fetch) bool { return f.settled(last) })
		if len(some) == 0 {
			return nil
		}
		if err := h.hourly(ctx, some, anchor-pads[i+1], anchor-pad); err != nil {
			return err
		}
		for _, f := range some {
			slices.SortFunc(f.buckets, byBucketHour)
		}
	}
	return nil
}

// settled finds the base, if the buckets are enough or are all there is.
func (f *fetch) settled(all bool) bool {
	spans, reach := reading.Window(f.rule, f.buckets, []reading.Span{{Series: f.series, From: f.anchor, To: f.anchor + 1}})
	f.base, f.whole = min(f.anchor, spans[0].From), all
	return all || !reach.Left
}

// askBefore asks what the hours before the bases add up to in each stretch.
func (h *Hall) askBefore(ctx context.Context, c *cut, all []*fetch) error {
	bases := make(map[reading.ID]int64, len(all))
	for _, f := range all {
		bases[f.series] = f.base
	}
	sums, err := h.sums(ctx, c, bases)
	for _, f := range all {
		f.before = sums[f.series]
	}
	return err
}

// sums adds the stored hours up, of each series those before its base.
func (h *Hall) sums(ctx context.Context, c *cut, bases map[reading.ID]int64) (map[reading.ID][stretches]sum, error) {
	out := map[reading.ID][stretches]sum{}
	bounds, ids := []int64{c.from[year], c.from[month], c.from[day]}, make([]reading.ID, 0, len(bases))
	for id, base := range bases {
		bounds, ids = append(bounds, base), append(ids, id)
	}
	slices.Sort(ids)
	if bounds = hoursFrom(bounds, c.from[year], maxBase(bases)); len(bounds) < 2 {
		return out, nil
	}
	totals, err := h.Meters.Totals(ctx, reading.Query{Series: ids, From: bounds[0], To: bounds[len(bounds)-1]}, bounds)
	if err != nil {
		return nil, err
	}
	for _, t := range totals {
		if t.To > bases[t.Series]*reading.HourMS {
			continue
		}
		s := out[t.Series]
		for k := range s {
			if t.From >= c.from[k]*reading.HourMS && !s[k].plus(t) {
				return nil, fmt.Errorf("series %d adds up to more than 128 bits hold", t.Series)
			}
		}
		out[t.Series] = s
	}
	return out, nil
}

func maxBase(bases map[reading.ID]int64) int64 {
	top := int64(never)
	for _, base := range bases {
		top = max(top, base)
	}
	return top
}

// hoursFrom gives the different hours within [from, to], ascending, in ms.
func hoursFrom(hours []int64, from, to int64) []int64 {
	hours = slices.DeleteFunc(hours, func(h int64) bool { return h < from || h > to })
	slices.Sort(hours)
	hours = slices.Compact(hours)
	for i := range hours {
		hours[i] *= reading.HourMS
	}
	return hours
}

// loadGases takes what the hours before the gases' bases add up to. The hours
// since are integrated from the inputs' readings.
func (h *Hall) loadGases(ctx context.Context, gases []*gas, bases map[reading.ID]int64) error {
	c := h.now()
	sums, err := h.sums(ctx, c, bases)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range gases {
		if g.base != none && g.base != bases[g.series] { // an hour ended meanwhile
			g.late = true
			continue
		}
		g.base, g.before = bases[g.series], sums[g.series]
		g.roll(c, h.cut)
		g.anew()
	}
	return nil
}
