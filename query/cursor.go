package query

import (
	"math"
	"sort"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// cursor goes through the samples of one series. A sample stands for itself as
// long as its point may hold it; where the next one comes later, a stale
// marker ends it, so that a panel shows a gap and not a straight line.
type cursor struct {
	page   []sample
	more   func() ([]sample, error) // the next page; an empty one is the end; nil: there is none
	i      int                      // of page, not given yet
	holdMS int64
	end    int64 // of the stretch
	last   sample
	begun  bool // last was given
	marked bool // and ended
	at     sample
	fault  error
}

var _ chunkenc.Iterator = (*cursor)(nil)

// peek gives the next real sample.
func (c *cursor) peek() (sample, bool) {
	for c.i >= len(c.page) {
		if c.fault != nil || c.more == nil {
			return sample{}, false
		}
		c.i = 0
		if c.page, c.fault = c.more(); len(c.page) == 0 {
			c.more = nil
			return sample{}, false
		}
	}
	return c.page[c.i], true
}

// Next goes on by one sample or marker.
func (c *cursor) Next() chunkenc.ValueType {
	next, ok := c.peek()
	if c.fault != nil {
		return chunkenc.ValNone
	}
	if ends := c.last.t + c.holdMS; c.begun && !c.marked && (ok && ends < next.t || !ok && ends <= c.end) {
		c.marked, c.at = true, sample{ends, math.Float64frombits(value.StaleNaN)}
		return chunkenc.ValFloat
	}
	if !ok {
		return chunkenc.ValNone
	}
	c.begun, c.marked, c.last, c.at = true, false, next, next
	c.i++
	return chunkenc.ValFloat
}

// ms is an instant in milliseconds UTC. With a name of its own, go vet does not
// take Seek for io.Seeker's.
type ms = int64

// Seek goes on to the first sample or marker at or after an instant.
func (c *cursor) Seek(t ms) chunkenc.ValueType {
	if c.begun && c.at.t >= t {
		return chunkenc.ValFloat
	}
	c.skip(t)
	for c.Next() != chunkenc.ValNone {
		if c.at.t >= t {
			return chunkenc.ValFloat
		}
	}
	return chunkenc.ValNone
}

// skip leaves out what lies before the last sample before an instant. That one
// may still end in a marker behind it.
func (c *cursor) skip(t int64) {
	for {
		if _, ok := c.peek(); !ok {
			return
		}
		n := c.i + sort.Search(len(c.page)-c.i, func(i int) bool { return c.page[c.i+i].t >= t })
		if n < len(c.page) || c.more == nil {
			c.i = max(c.i, n-1)
			return
		}
		c.begun, c.marked, c.last, c.i = true, false, c.page[n-1], n
	}
}

// At gives the sample.
func (c *cursor) At() (int64, float64) { return c.at.t, c.at.v }

// AtT gives its instant.
func (c *cursor) AtT() int64 { return c.at.t }

// AtST gives 0: a sample has no start.
func (*cursor) AtST() int64 { return 0 }

// AtHistogram gives nil: no point tells a histogram.
func (*cursor) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	return math.MinInt64, nil
}

// AtFloatHistogram gives nil, likewise.
func (*cursor) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return math.MinInt64, nil
}

// Err tells what ended the reading.
func (c *cursor) Err() error { return c.fault }
