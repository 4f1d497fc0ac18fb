package board_test

import (
	"cmp"
	"context"
	"iter"
	"math/big"
	"slices"
	"sync"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/board"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/testkit/mine"
)

// stage is a mine whose hours and papers are in memory, as an engine and a
// store would have them.
type stage struct {
	described *inventory.Mine
	ids       map[string]reading.ID
	hours     map[reading.ID][]reading.Hour // ascending
	raw       map[reading.ID][]reading.Reading
	filings   []filing.Filing
	months    []filing.Month
	closed    map[string]inventory.Inventory
	revision  uint64
	clock     time.Time
	asked     int // questions to the engine for totals
	shelf     *board.Shelf
}

var (
	_ board.Meters = (*stage)(nil)
	_ board.Papers = (*stage)(nil)
)

func (s *stage) number(point string) (reading.ID, bool) { id, ok := s.ids[point]; return id, ok }

// desk sets the boards of the stage up.
func (s *stage) desk() *board.Desk {
	if s.shelf == nil {
		s.shelf = board.NewShelf()
	}
	return &board.Desk{
		Mine: s.described, Series: s.number, Meters: s, Papers: s, Shelf: s.shelf,
		Revision: func(int64, int64) uint64 { return s.revision },
		Refresh:  func(ctx context.Context) error { return ctx.Err() },
		Factors:  func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
		Now:      func() time.Time { return s.clock },
	}
}

// within cuts the hours of a series.
func (s *stage) within(id reading.ID, from, to int64) []reading.Hour {
	all := s.hours[id]
	find := func(ms int64) int {
		i, _ := slices.BinarySearchFunc(all, ms, func(h reading.Hour, ms int64) int { return cmp.Compare(h.Hour*reading.HourMS, ms) })
		return i
	}
	return all[find(from):find(to)]
}

func (s *stage) Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		for _, id := range q.Series {
			for _, h := range s.within(id, q.From, q.To) {
				if ctx.Err() != nil {
					yield(h, ctx.Err())
					return
				}
				if !yield(h, nil) {
					return
				}
			}
		}
	}
}

func (s *stage) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	s.asked++
	return reading.TotalOf(s.Hours(ctx, q), bounds)
}

func (s *stage) Scan(_ context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		for _, id := range q.Series {
			for _, r := range s.raw[id] {
				if r.T >= q.From && r.T < q.To && !yield(r, nil) {
					return
				}
			}
		}
	}
}

func (s *stage) Latest(_ context.Context, ids []reading.ID) ([]reading.Reading, error) {
	var out []reading.Reading
	for _, id := range ids {
		if hours := s.hours[id]; len(hours) > 0 {
			out = append(out, reading.Reading{Series: id, T: (hours[len(hours)-1].Hour + 1) * reading.HourMS})
		}
	}
	return out, nil
}

func (s *stage) Filings(_ context.Context, _, first, last string) ([]filing.Filing, error) {
	var out []filing.Filing
	for _, f := range s.filings {
		if f.Month >= first && f.Month <= last {
			out = append(out, f)
		}
	}
	return out, nil
}

func (s *stage) Months(context.Context, string, string, string) ([]filing.Month, error) {
	return s.months, nil
}

func (s *stage) Inventories(context.Context, string) ([]inventory.Head, error) {
	var out []inventory.Head
	for _, inv := range s.closed {
		out = append(out, inv.Head())
	}
	return out, nil
}

func (s *stage) Inventory(_ context.Context, id string) (inventory.Inventory, error) {
	if inv, ok := s.closed[id]; ok {
		return inv, nil
	}
	return inventory.Inventory{}, fault.NotFound.Say(lang.Same("none"))
}

// demonstration is the mine of two years, made once: it takes seconds.
var demonstration = sync.OnceValues(func() (*stage, error) {
	m := mine.New(mine.Seed)
	described, err := inventory.OpenMine("qingling.toml", m.File())
	if err != nil {
		return nil, err
	}
	s := &stage{described: described, ids: map[string]reading.ID{}, hours: map[reading.ID][]reading.Hour{}, filings: m.Filings()}
	for _, p := range described.Site.Points {
		s.ids[p.ID] = reading.ID(len(s.ids) + 1)
	}
	for _, g := range described.Site.Gases {
		s.ids[g.ID] = reading.ID(len(s.ids) + 1)
	}
	s.fold(m)
	return s, nil
})

// watched are the points that boards look at.
func watched(s *site.Site) map[string]site.Point {
	out := map[string]site.Point{}
	for _, p := range s.Points {
		switch p.Attrs["system"] {
		case "generation", "solar", "coal", "grid", "ventilation", "drainage", "utilisation":
			out[p.ID] = p
		}
	}
	return out
}

func (s *stage) id(point string) reading.ID { return s.ids[point] }

// fold turns the mine's readings into hours.
func (s *stage) fold(m *mine.Mine) {
	kept := map[reading.ID]site.Point{}
	for id, p := range watched(s.described.Site) {
		kept[s.ids[id]] = p
	}
	raw := map[reading.ID][]reading.Reading{}
	for _, stream := range []iter.Seq[[]reading.Reading]{m.Readings(s.id), m.Late(s.id)} {
		for batch := range stream {
			for _, r := range batch {
				if _, ok := kept[r.Series]; ok {
					raw[r.Series] = append(raw[r.Series], r)
				}
			}
		}
	}
	from, to := m.Period().Millis()
	first, last := reading.HourOf(from), reading.HourOf(to)
	settled := map[reading.ID][]reading.Reading{}
	for id, p := range kept {
		rule := p.Rule()
		buckets := reading.FoldSlice(raw[id], func(reading.ID) reading.Limit { return rule.Limit() })
		s.hours[id], _ = reading.Amounts(rule, buckets, first, last)
		for r := range reading.Settle(reading.Each(raw[id]), func(reading.Clash) {}) {
			settled[id] = append(settled[id], r)
		}
	}
	for _, g := range s.described.Site.Gases {
		s.hours[s.ids[g.ID]] = s.described.Site.Product(g, s.id).Hours(settled, first, last)
	}
}

// qingling gives a test its own view of the demonstration, at an instant.
func qingling(tb testing.TB, at string) *stage {
	tb.Helper()
	made, err := demonstration()
	if err != nil {
		tb.Fatal(err)
	}
	own := *made
	own.shelf, own.closed = nil, map[string]inventory.Inventory{}
	own.clock = instant(tb, made.described.Site, at)
	return &own
}

func instant(tb testing.TB, s *site.Site, at string) time.Time {
	tb.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", at, s.Calendar.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// rat reads a figure's value.
func rat(tb testing.TB, v *string) *big.Rat {
	tb.Helper()
	if v == nil {
		tb.Fatal("the value is not known")
	}
	r, ok := new(big.Rat).SetString(*v)
	if !ok {
		tb.Fatalf("%q is no number", *v)
	}
	return r
}

// filings give a stage's filings as a plan asks for them.
type filings struct{ *stage }

func (f filings) Filed(_ context.Context, _, source, parameter, month string) (activity.Value, bool, error) {
	for _, one := range f.filings {
		if one.Source == source && one.Parameter == parameter && one.Month == month {
			return one.Value(), true, nil
		}
	}
	return activity.Value{}, false, nil
}
