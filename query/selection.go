package query

import (
	"context"
	"errors"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"

	"lingtan/reading"
)

// How samples are read. The engine goes through a selection series by series,
// so that short ones are read together and long ones by the page; a page of
// one series, or one tray of several, is all that is in memory.
const (
	trayRows     = 1 << 20 // 16 MiB
	pagesPerTray = 8       // a page is of one series; 2 MiB
)

// sample is a value at an instant, in ms UTC.
type sample struct {
	t int64
	v float64
}

// loader reads the samples of entries of one metric within [from, to], by
// series. At most so many: then errTooLarge.
type loader func(ctx context.Context, v *view, entries []entry, from, to int64, most int) (map[reading.ID][]sample, error)

var errTooLarge = errors.New("more samples than were expected")

// selection is a storage.SeriesSet over entries of the catalogue.
type selection struct {
	// ctx is kept against the rule, because storage.Series asks for its samples
	// without one; it is the query's.
	ctx context.Context //nolint:containedctx // see above
	*view
	entries  []entry
	from, to int64 // both included
	instants bool  // the engine looks one lookback back from every step
	abreast  bool  // the engine holds all series open at once
	alone    bool  // series are not read together
	at       int
	on       tray
}

// tray holds the samples of the entries [first, last) of a selection.
type tray struct {
	first, last int
	samples     map[reading.ID][]sample
}

var _ storage.SeriesSet = (*selection)(nil)

// Next goes on to the next series.
func (s *selection) Next() bool {
	s.at++
	return s.at < len(s.entries)
}

// At gives the series.
func (s *selection) At() storage.Series { return oneOf{s, s.at} }

// Err is nil: what fails, fails where samples are read.
func (*selection) Err() error { return nil }

// Warnings gives none.
func (*selection) Warnings() annotations.Annotations { return nil }

// oneOf is a series of a selection.
type oneOf struct {
	*selection
	place int
}

// Labels are those of the series.
func (o oneOf) Labels() labels.Labels { return o.entries[o.place].labels }

// Iterator reads the samples of the series.
func (o oneOf) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	e := o.entries[o.place]
	c := &cursor{holdMS: e.holdMS, end: o.to}
	if e.metric.load == nil {
		c.page = o.thisMoment(e)
		return c
	}
	if !o.alone && e.rows(o.since(e), o.to) <= o.tray {
		c.page, c.fault = o.ofTray(o.place)
		if !errors.Is(c.fault, errTooLarge) {
			return c
		}
		o.alone = true // a point sends more often than its step says
	}
	c.fault, c.more = nil, o.pages(e)
	return c
}

// since is where the samples of an entry begin to matter. The engine looks as
// far back as the longest-lived sample of the mine needs; this one's may not.
func (s *selection) since(e entry) int64 {
	if s.instants {
		return s.from + s.lookbackMS - e.holdMS
	}
	return s.from
}

// rows is how many samples are to be expected.
func (e entry) rows(from, to int64) int { return int((to-from)/e.stepMS) + 1 }

// thisMoment shows a value at the end of the stretch, if that is now.
func (s *selection) thisMoment(e entry) []sample {
	now := s.mine.Now.UnixMilli()
	if s.to < now-momentMS || s.from > now {
		return nil
	}
	return []sample{{min(s.to, now), e.moment}}
}

// ofTray gives the samples of an entry and reads them together with those of
// its neighbours.
func (s *selection) ofTray(place int) ([]sample, error) {
	if t := s.on; place >= t.first && place < t.last {
		return t.samples[s.entries[place].id], nil
	}
	first, last, rows, from := place, place, 0, s.to
	for ; last < len(s.entries); last++ {
		e := s.entries[last]
		begin := s.since(e)
		if rows += e.rows(begin, s.to); e.metric.name != s.entries[first].metric.name || rows > s.tray {
			break
		}
		from = min(from, begin)
	}
	s.on = tray{}
	samples, err := s.entries[first].metric.load(s.ctx, s.view, s.entries[first:last], from, s.to, 4*s.tray)
	if err != nil {
		return nil, err
	}
	s.on = tray{first, last, samples}
	return samples[s.entries[place].id], nil
}

// pages reads an entry by the page.
func (s *selection) pages(e entry) func() ([]sample, error) {
	rows := s.tray / pagesPerTray
	if s.abreast {
		rows = max(s.tray/len(s.entries), 1<<8)
	}
	from := s.since(e)
	return func() ([]sample, error) {
		for from <= s.to {
			to := min(from+int64(rows)*e.stepMS, s.to)
			all, err := e.metric.load(s.ctx, s.view, []entry{e}, from, to, 2*rows)
			page := all[e.id]
			if errors.Is(err, errTooLarge) { // cut after the last instant that is whole
				page, to = slices.Clip(page), page[len(page)-1].t
			} else if err != nil {
				return nil, err
			}
			if from = to + 1; len(page) > 0 {
				return page, nil
			}
		}
		return nil, nil
	}
}
