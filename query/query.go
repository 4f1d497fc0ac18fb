// Package query owns the reading of a mine in PromQL, for panels: its points as
// Prometheus' series, under Prometheus' own engine, answered as its HTTP API
// answers. Nothing that is accounted for is ever computed here.
package query

import (
	"context"
	"iter"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"

	"lingtan/reading"
	"lingtan/site"
)

// Usual are limits for panels: a screen has two thousand pixels across, and a
// year of two points at 1 Hz is 63 million readings.
//
//nolint:gochecknoglobals // a constant; Go has no constant structs
var Usual = Limits{Series: 5_000, Read: 50_000_000, Held: 5_000_000, Timeout: time.Minute, AtOnce: 4}

// Limits are the most that one query may take.
type Limits struct {
	Series  uint64        // that its selectors name
	Read    uint64        // samples that it reads
	Held    int           // samples of its answer and of what it holds meanwhile: 16 bytes each
	Timeout time.Duration // of one query
	AtOnce  int           // queries; the others wait for their turn
}

// Mine is what is asked of.
type Mine struct {
	Site     *site.Site
	Number   func(point string) (reading.ID, bool) // of a point's or gas' series
	Readings Readings
	Refresh  func(context.Context) error // brings the hours up to date
	Moments  []Moment                    // what is known of this moment alone
	Now      time.Time
}

// Readings is where readings and hours are kept. It is a part of reading.Series.
type Readings interface {
	Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error]
	Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error]
	Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error)
}

var _ Readings = reading.Series(nil)

// Engine answers queries of every mine.
type Engine struct {
	limits Limits
	engine *promql.Engine
	parser parser.Parser
	turns  chan struct{}
	tray   int // trayRows

	mu       sync.Mutex
	catalogs map[string]*catalog // by site, of its current file
}

// New makes an engine.
func New(l Limits) *Engine {
	p := parser.NewParser(parser.Options{})
	e := promql.NewEngine(promql.EngineOpts{
		MaxSamples: l.Held, Timeout: l.Timeout, Parser: p, EnableQueryCost: true,
		EnableAtModifier: true, EnableNegativeOffset: true,
		// The step of a subquery that says none. Prometheus takes its evaluation interval.
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() },
	})
	e.SetQueryLimits(l.Series, l.Read, l.Timeout)
	return &Engine{limits: l, engine: e, parser: p, tray: trayRows, turns: make(chan struct{}, l.AtOnce), catalogs: map[string]*catalog{}}
}

// Instant tells what an expression is worth at one instant.
func (e *Engine) Instant(ctx context.Context, m Mine, form url.Values) (*Answer, error) {
	f := asked{Values: form}
	at := f.instant("time", m.Now)
	return e.run(ctx, m, &f, func(ctx context.Context, q storage.Queryable, opts promql.QueryOpts) (promql.Query, error) {
		return e.engine.NewInstantQuery(ctx, q, opts, form.Get("query"), at)
	})
}

// Range tells what an expression was worth at every step of a stretch.
func (e *Engine) Range(ctx context.Context, m Mine, form url.Values) (*Answer, error) {
	f := asked{Values: form}
	start, end, step := f.instant("start", time.Time{}), f.instant("end", time.Time{}), f.duration("step", 0)
	f.stretch(start, end, step)
	return e.run(ctx, m, &f, func(ctx context.Context, q storage.Queryable, opts promql.QueryOpts) (promql.Query, error) {
		return e.engine.NewRangeQuery(ctx, q, opts, form.Get("query"), start, end, step)
	})
}

// run evaluates a query when it is its turn.
func (e *Engine) run(ctx context.Context, m Mine, f *asked, begin func(context.Context, storage.Queryable, promql.QueryOpts) (promql.Query, error)) (*Answer, error) {
	limit, timeout := f.limit(), f.duration("timeout", e.limits.Timeout)
	if err := f.err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, min(timeout, e.limits.Timeout))
	defer cancel()
	select {
	case e.turns <- struct{}{}:
		defer func() { <-e.turns }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return nil, e.limits.failed(err)
	}
	v := e.view(m)
	q, err := begin(ctx, v, promql.NewPrometheusQueryOpts(false, time.Duration(v.lookbackMS)*time.Millisecond, nil))
	if err != nil {
		return nil, unreadable(err)
	}
	res := q.Exec(ctx)
	if res.Err != nil {
		q.Close()
		return nil, e.limits.failed(res.Err)
	}
	return valueAnswer(res, f.Get("query"), limit, q.Close), nil
}

// view gives the series of a mine with those of this moment.
func (e *Engine) view(m Mine) *view {
	return &view{mine: m, catalog: e.catalogOf(m), now: momentary(m.Site.ID, m.Moments), tray: e.tray}
}

// catalogOf gives the series of a mine, made once for each version of its
// file.
func (e *Engine) catalogOf(m Mine) *catalog {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.catalogs[m.Site.ID]
	if c == nil || c.sha256 != m.Site.SHA256 {
		c = newCatalog(m.Site, m.Number)
		e.catalogs[m.Site.ID] = c
	}
	return c
}

// Format writes an expression as one would.
func (e *Engine) Format(form url.Values) (*Answer, error) {
	expr, err := e.parser.ParseExpr(form.Get("query"))
	if err != nil {
		return nil, unreadable(err)
	}
	return plain(expr.Pretty(0)), nil
}

// Exemplars answers that there are none, to what is an expression.
func (e *Engine) Exemplars(form url.Values) (*Answer, error) {
	if _, err := e.parser.ParseExpr(form.Get("query")); err != nil {
		return nil, unreadable(err)
	}
	return plain([]string{}), nil
}
