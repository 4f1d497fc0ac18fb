package query

import (
	"context"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// view is a mine as Prometheus' engine sees it.
type view struct {
	mine Mine
	*catalog
	now  []entry // known of this moment alone
	tray int     // how many samples are read together

	fresh bool // the hours were brought up to date, once for the query
}

var (
	_ storage.Queryable = (*view)(nil)
	_ storage.Querier   = (*querier)(nil)
)

// match gives all series that fit.
func (v *view) match(matchers []*labels.Matcher) []entry {
	out := v.find(matchers)
	for _, e := range v.now {
		if matches(e.labels, matchers) {
			out = append(out, e)
		}
	}
	return out
}

// refresh brings the hours up to date. A query is worked out by one goroutine.
func (v *view) refresh(ctx context.Context) error {
	if v.fresh {
		return nil
	}
	v.fresh = true
	return v.mine.Refresh(ctx)
}

// Querier opens a stretch, both ends included.
func (v *view) Querier(from, to int64) (storage.Querier, error) { return &querier{v, from, to}, nil }

type querier struct {
	*view
	from, to int64
}

// Select gives the series that match. None of their samples is read before the
// engine comes to it.
func (q *querier) Select(ctx context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := q.match(matchers)
	if sorted {
		slices.SortFunc(found, func(a, b entry) int { return labels.Compare(a.labels, b.labels) })
	}
	s := &selection{ctx: ctx, view: q.view, entries: found, from: q.from, to: q.to, at: -1}
	if hints != nil {
		s.from, s.to = hints.Start, hints.End
		s.instants = hints.Range == 0
		s.abreast = hints.Func == "timestamp" // the one function that does so
		s.alone = s.abreast
	}
	return s
}

// LabelNames lists the labels of the series that match.
func (q *querier) LabelNames(_ context.Context, _ *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return names(q.match(matchers)), nil, nil
}

// LabelValues lists what a label of the series that match says.
func (q *querier) LabelValues(_ context.Context, name string, _ *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return values(q.match(matchers), name), nil, nil
}

// Close has nothing to close: no sample is read but whole pages at once.
func (*querier) Close() error { return nil }
