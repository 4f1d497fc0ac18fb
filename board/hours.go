package board

import (
	"context"
	"iter"
	"math/big"
	"slices"

	"lingtan/plan"
	"lingtan/reading"
)

// hours are the stored hours of a stretch added up by the day, asked of the
// engine once and told from memory to whoever asks for days or months.
type hours struct {
	plan.Meters
	bounds []int64                        // of the days, ms UTC
	days   map[reading.ID][]reading.Total // by day; a day without an hour has no amount
	upto   int64                          // of a month that still runs: the end of the last full hour; else 0
	means  map[reading.ID]bool            // series of which the plan takes a mean
}

var _ plan.Meters = (*hours)(nil)

// load asks for the days of some series.
func load(ctx context.Context, m plan.Meters, ids []reading.ID, bounds []int64) (*hours, error) {
	h := &hours{Meters: m, bounds: bounds, days: map[reading.ID][]reading.Total{}}
	if len(ids) == 0 {
		return h, nil
	}
	totals, err := m.Totals(ctx, reading.Query{Series: ids, From: bounds[0], To: bounds[len(bounds)-1]}, bounds)
	if err != nil {
		return nil, err
	}
	for _, t := range totals {
		of, ok := h.days[t.Series]
		if !ok {
			of = make([]reading.Total, len(bounds)-1)
			h.days[t.Series] = of
		}
		if i, found := slices.BinarySearch(bounds, t.From); found {
			of[i] = t
		}
	}
	return h, nil
}

// between gives the days of a series from one instant to another, both among
// the bounds.
func (h *hours) between(id reading.ID, from, to int64) []reading.Total {
	first, _ := slices.BinarySearch(h.bounds, from)
	end, _ := slices.BinarySearch(h.bounds, to)
	if of := h.days[id]; len(of) > 0 && first < end {
		return of[first:end]
	}
	return nil
}

// sum adds the days of a series up; ok is false where not an hour is known.
func (h *hours) sum(id reading.ID, from, to int64) (t reading.Total, ok bool) {
	t = reading.Total{Series: id, From: from, To: to, Amount: new(big.Int)}
	for _, d := range h.between(id, from, to) {
		if d.Amount == nil {
			continue
		}
		t.Amount.Add(t.Amount, d.Amount)
		t.CoveredMS, t.Hours, t.Flags = t.CoveredMS+d.CoveredMS, t.Hours+d.Hours, t.Flags|d.Flags
		t.Estimated, t.Substituted = t.Estimated+d.Estimated, t.Substituted+d.Substituted
	}
	return t, t.Hours > 0
}

// Totals answers a plan that gathers a month. Of a month that still runs it
// tells what there is as if that were all: nothing is put in for days to come,
// and a mean is that of the time gone by.
func (h *hours) Totals(_ context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	var out []reading.Total
	for _, id := range q.Series {
		for i := range bounds[1:] {
			t, ok := h.sum(id, bounds[i], bounds[i+1])
			if !ok {
				continue
			}
			if h.upto > 0 {
				whole := (bounds[i+1] - bounds[i]) / reading.HourMS
				if h.means[id] {
					t.Amount.Quo(t.Amount.Mul(t.Amount, big.NewInt(whole)), big.NewInt(t.Hours))
				}
				t.Hours, t.CoveredMS = whole, whole*reading.HourMS
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// Hours are the engine's own; a month that still runs has none that could be
// substituted.
func (h *hours) Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	if h.upto > 0 {
		return func(func(reading.Hour, error) bool) {}
	}
	return h.Meters.Hours(ctx, q)
}

// day is what a series counted in the day that begins at an instant; without an
// amount where no hour of it is known.
func (h *hours) day(id reading.ID, from int64) reading.Total {
	i, found := slices.BinarySearch(h.bounds, from)
	if of := h.days[id]; found && i < len(of) {
		return of[i]
	}
	return reading.Total{}
}

// sums adds every series up; one of which not an hour is known is not there.
func (h *hours) sums(from, to int64) map[reading.ID]reading.Total {
	out := make(map[reading.ID]reading.Total, len(h.days))
	for id := range h.days {
		if t, ok := h.sum(id, from, to); ok {
			out[id] = t
		}
	}
	return out
}
