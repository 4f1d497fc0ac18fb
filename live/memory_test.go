package live_test

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"sync"

	"lingtan/reading"
)

// memory is a reading.Series in memory, by reading's own definitions.
type memory struct {
	mu       sync.Mutex
	readings map[reading.ID][]reading.Reading
	dirty    []reading.Span
	hours    map[reading.ID]map[int64]reading.Hour
	arrived  int64
	onHourly func() // called before buckets are given; may be nil
}

var _ reading.Series = (*memory)(nil)

func newMemory() *memory {
	return &memory{readings: map[reading.ID][]reading.Reading{}, hours: map[reading.ID]map[int64]reading.Hour{}}
}

func (m *memory) Append(_ context.Context, b reading.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range b.Readings {
		m.readings[r.Series] = append(m.readings[r.Series], r)
		h := reading.HourOf(r.T)
		m.dirty = append(m.dirty, reading.Span{Series: r.Series, From: h, To: h + 1})
	}
	m.arrived += int64(len(b.Readings))
	return nil
}

func (m *memory) ids(q reading.Query) []reading.ID {
	if q.Series != nil {
		return slices.Sorted(slices.Values(q.Series))
	}
	var ids []reading.ID
	for id := range m.readings {
		ids = append(ids, id)
	}
	for id := range m.hours {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (m *memory) Scan(_ context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return m.scan(q, func(reading.ID) int64 { return 0 })
}

func (m *memory) scan(q reading.Query, shift func(reading.ID) int64) iter.Seq2[reading.Reading, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []reading.Reading
	for _, id := range m.ids(q) {
		for _, r := range m.readings[id] {
			if t := r.T - shift(id); t >= q.From && t < q.To {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, reading.Compare)
	return reading.Each(out)
}

func (m *memory) Hourly(_ context.Context, q reading.Query) iter.Seq2[reading.Bucket, error] {
	if m.onHourly != nil {
		m.onHourly()
	}
	q.From, q.To = ceil(q.From), ceil(q.To)
	return reading.Fold(m.scan(q, func(id reading.ID) int64 { return q.LimitOf(id).Shift }), q.LimitOf)
}

// ceil is the first full hour, for a bucket belongs where its hour begins.
func ceil(ms int64) int64 { return (reading.HourOf(ms-1) + 1) * reading.HourMS }

func (m *memory) Latest(_ context.Context, ids []reading.ID) ([]reading.Reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []reading.Reading
	for _, id := range m.ids(reading.Query{Series: ids}) {
		last := reading.Reading{T: math.MinInt64}
		for _, r := range m.readings[id] {
			if r.Counts() && (r.T > last.T || r.T == last.T && reading.Compare(r, last) < 0) {
				last = r
			}
		}
		if last.Series != 0 {
			out = append(out, last)
		}
	}
	return out, nil
}

func (m *memory) Dirty(context.Context, int) (reading.Dirty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.dirty) == 0 {
		return reading.Dirty{}, nil
	}
	slices.SortFunc(m.dirty, func(a, b reading.Span) int {
		return cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(a.From, b.From))
	})
	m.dirty = slices.Compact(m.dirty)
	return reading.Dirty{Spans: slices.Clone(m.dirty), Upto: m.arrived}, nil
}

func (m *memory) PutHours(_ context.Context, w reading.Write) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range w.Erase {
		for h := range m.hours[s.Series] {
			if h >= s.From && h < s.To {
				delete(m.hours[s.Series], h)
			}
		}
	}
	for _, h := range w.Hours {
		if m.hours[h.Series] == nil {
			m.hours[h.Series] = map[int64]reading.Hour{}
		}
		m.hours[h.Series][h.Hour] = h
	}
	if w.Upto == m.arrived {
		m.dirty = nil
	}
	return nil
}

func (m *memory) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []reading.Hour
	for _, id := range m.ids(q) {
		for _, h := range m.hours[id] {
			if t := h.Hour * reading.HourMS; t >= q.From && t < q.To {
				out = append(out, h)
			}
		}
	}
	slices.SortFunc(out, func(a, b reading.Hour) int {
		return cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(a.Hour, b.Hour))
	})
	return func(yield func(reading.Hour, error) bool) {
		for _, h := range out {
			if !yield(h, nil) {
				return
			}
		}
	}
}

func (m *memory) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	q.From, q.To = max(q.From, bounds[0]), min(q.To, bounds[len(bounds)-1])
	return reading.TotalOf(m.Hours(ctx, q), bounds)
}

func (*memory) Mark(context.Context, string) (reading.Mark, bool, error) {
	return reading.Mark{}, false, nil
}
func (*memory) Seal(context.Context, int64) ([]reading.Segment, error) { return nil, nil }
func (*memory) Close() error                                           { return nil }
