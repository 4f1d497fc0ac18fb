package mine_test

import (
	"context"
	"iter"
	"math/big"
	"slices"
	"sync"
	"testing"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/testkit/mine"
)

// book is the mine with its readings worked out in memory, as an engine would
// have them.
type book struct {
	mine  *mine.Mine
	doc   *site.Document
	site  *site.Site
	ids   map[string]reading.ID
	hours map[reading.ID][]reading.Hour
	event map[reading.ID][]reading.Event
	clash []reading.Clash
	count int // readings that came in time
}

var (
	_ plan.Meters  = (*book)(nil)
	_ plan.Filings = (*book)(nil)
)

// opened is made once: two years of readings take a few seconds.
var opened = sync.OnceValues(func() (*book, error) {
	b := &book{mine: mine.New(mine.Seed), ids: map[string]reading.ID{}, hours: map[reading.ID][]reading.Hour{}, event: map[reading.ID][]reading.Event{}}
	var err error
	if b.doc, err = site.Open("qingling.toml", b.mine.File()); err != nil {
		return nil, err
	}
	if b.site, err = b.doc.Site(); err != nil {
		return nil, err
	}
	for _, p := range b.site.Points {
		b.ids[p.ID] = reading.ID(len(b.ids) + 1)
	}
	for _, g := range b.site.Gases {
		b.ids[g.ID] = reading.ID(len(b.ids) + 1)
	}
	b.fold(b.keep())
	return b, nil
})

func open(t *testing.T) *book {
	t.Helper()
	b, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *book) id(point string) reading.ID { return b.ids[point] }

// kept are the points whose readings the tests look at; all of them would not
// fit a small machine's memory.
func (b *book) kept() map[reading.ID]site.Point {
	kept := map[reading.ID]site.Point{}
	add := func(ids ...string) {
		for _, id := range ids {
			if p, ok := b.site.Point(id); ok {
				kept[b.ids[id]] = p
			}
		}
	}
	add("main-1-import", "main-2-import", "flare-q", "surface-07", "compressor-03", "engine-06", "engine-05", "prep-12", "scale-1")
	for _, g := range b.site.Gases {
		add(g.Inputs()...)
	}
	return kept
}

// keep collects the readings of the kept points, late ones last.
func (b *book) keep() map[reading.ID][]reading.Reading {
	kept := b.kept()
	out := map[reading.ID][]reading.Reading{}
	for batch := range b.mine.Readings(b.id) {
		b.count += len(batch)
		for _, r := range batch {
			if _, ok := kept[r.Series]; ok {
				out[r.Series] = append(out[r.Series], r)
			}
		}
	}
	for batch := range b.mine.Late(b.id) {
		for _, r := range batch {
			out[r.Series] = append(out[r.Series], r)
		}
	}
	return out
}

// fold turns the readings into hours.
func (b *book) fold(raw map[reading.ID][]reading.Reading) {
	from, to := b.mine.Period().Millis()
	first, last := reading.HourOf(from), reading.HourOf(to)
	settled := map[reading.ID][]reading.Reading{}
	for id, p := range b.kept() {
		rs := raw[id]
		rule := p.Rule()
		buckets := reading.FoldSlice(rs, func(reading.ID) reading.Limit { return rule.Limit() })
		b.hours[id], b.event[id] = reading.Amounts(rule, buckets, first, last)
		for r := range reading.Settle(reading.Each(rs), func(c reading.Clash) { b.clash = append(b.clash, c) }) {
			settled[id] = append(settled[id], r)
		}
	}
	for _, g := range b.site.Gases {
		b.hours[b.ids[g.ID]] = b.site.Product(g, b.id).Hours(settled, first, last)
	}
}

// Hours yields the hours of the series asked for.
func (b *book) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		for _, id := range q.Series {
			for _, h := range b.hours[id] {
				if at := h.Hour * reading.HourMS; at >= q.From && at < q.To && !yield(h, nil) {
					return
				}
			}
		}
	}
}

// Totals adds the hours up between the bounds.
func (b *book) Totals(_ context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	var out []reading.Total
	for _, id := range q.Series {
		for i := range bounds[1:] {
			t := reading.Total{Series: id, From: bounds[i], To: bounds[i+1], Amount: new(big.Int)}
			for _, h := range b.hours[id] {
				at := h.Hour * reading.HourMS
				if at < t.From || at >= t.To {
					continue
				}
				t.Amount.Add(t.Amount, big.NewInt(h.Amount))
				t.CoveredMS += h.CoveredMS
				t.Flags |= h.Flags
				t.Hours++
				if h.Flags.Has(reading.Estimated) {
					t.Estimated++
				}
			}
			if t.Hours > 0 {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// Filed gives the month's filing of a parameter.
func (b *book) Filed(_ context.Context, _, source, parameter, month string) (activity.Value, bool, error) {
	all := b.mine.Filings()
	i := slices.IndexFunc(all, func(f filing.Filing) bool {
		return f.Source == source && f.Parameter == parameter && f.Month == month
	})
	if i < 0 {
		return activity.Value{}, false, nil
	}
	return activity.Value{Quantity: all[i].Quantity, How: all[i].How, Evidence: all[i].Evidence, Note: all[i].Note}, true, nil
}

// sum adds a series' amounts over a stretch of ms.
func (b *book) sum(point string, from, to int64) float64 {
	total := new(big.Int)
	for h := range b.Hours(context.Background(), reading.Query{Series: []reading.ID{b.ids[point]}, From: from, To: to}) {
		total.Add(total, big.NewInt(h.Amount))
	}
	f, _ := new(big.Rat).SetFrac(total, big.NewInt(1_000_000_000)).Float64()
	return f
}
