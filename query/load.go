package query

import (
	"context"
	"math/big"
	"slices"

	"lingtan/reading"
)

// loadReadings reads what was sent: one value an instant, as reading settles
// contradictions, and nothing that does not count.
func loadReadings(ctx context.Context, v *view, entries []entry, from, to int64, most int) (map[reading.ID][]sample, error) {
	out, rows := map[reading.ID][]sample{}, 0
	for r, err := range reading.Settle(v.mine.Readings.Scan(ctx, within(entries, from, to+1)), nil) {
		if err != nil {
			return nil, err
		}
		if rows == most {
			return out, errTooLarge
		}
		out[r.Series] = append(out[r.Series], sample{r.T, r.V})
		rows++
	}
	return out, nil
}

func within(entries []entry, from, to int64) reading.Query {
	q := reading.Query{From: from, To: to}
	for _, e := range entries {
		q.Series = append(q.Series, e.id)
	}
	return q
}

// nano is how many counts of an hour's amount make a unit.
const nano = 1e9

// telling turns the hours of one series into samples. before is what was known
// before the stretch, for those that need it: adding up years takes longer than
// the stretch itself.
type telling struct {
	needs func(hours []reading.Hour, s span) bool
	tell  func(hours []reading.Hour, before reading.Total, s span) []sample
}

// span is the stretch of full hours that is told.
type span struct{ from, to int64 }

// loadHours reads derived hours. An hour is told at its end.
func loadHours(t telling) loader {
	return func(ctx context.Context, v *view, entries []entry, from, to int64, _ int) (map[reading.ID][]sample, error) {
		if err := v.refresh(ctx); err != nil {
			return nil, err
		}
		// The hour that is not over yet is left out: half an amount looks like a fall.
		s := span{from: reading.HourOf(from - 1), to: min(reading.HourOf(to), reading.HourOf(v.mine.Now.UnixMilli()))}
		q := within(entries, s.from*reading.HourMS, s.to*reading.HourMS)
		hours := map[reading.ID][]reading.Hour{}
		for h, err := range v.mine.Readings.Hours(ctx, q) {
			if err != nil {
				return nil, err
			}
			hours[h.Series] = append(hours[h.Series], h)
		}
		q.Series = slices.DeleteFunc(q.Series, func(id reading.ID) bool { return !t.needs(hours[id], s) })
		before, err := past(ctx, v, q)
		if err != nil {
			return nil, err
		}
		out := map[reading.ID][]sample{}
		for _, e := range entries {
			out[e.id] = t.tell(hours[e.id], before[e.id], s)
		}
		return out, nil
	}
}

// past adds up the hours before a query.
func past(ctx context.Context, v *view, q reading.Query) (map[reading.ID]reading.Total, error) {
	out := map[reading.ID]reading.Total{}
	begin := reading.HourOf(reading.Oldest) * reading.HourMS
	if q.From <= begin || len(q.Series) == 0 {
		return out, nil
	}
	q.From, q.To = begin, q.From
	totals, err := v.mine.Readings.Totals(ctx, q, []int64{q.From, q.To})
	for _, t := range totals {
		out[t.Series] = t
	}
	return out, err
}

func always([]reading.Hour, span) bool { return true }
func never([]reading.Hour, span) bool  { return false }

// begins tells that the stretch does not begin with an hour that is known.
func begins(hours []reading.Hour, s span) bool { return len(hours) == 0 || hours[0].Hour > s.from }

func endOf(hour int64) int64 { return (hour + 1) * reading.HourMS }

// amounts tells each hour's own amount.
func amounts(hours []reading.Hour, _ reading.Total, _ span) []sample {
	out := make([]sample, 0, len(hours))
	for _, h := range hours {
		out = append(out, sample{endOf(h.Hour), float64(h.Amount) / nano})
	}
	return out
}

// running tells the sum of all hours up to each.
func running(hours []reading.Hour, before reading.Total, _ span) []sample {
	sum := new(big.Int)
	if before.Amount != nil {
		sum.Set(before.Amount)
	}
	out := make([]sample, 0, len(hours))
	for _, h := range hours {
		v, _ := new(big.Float).SetInt(sum.Add(sum, big.NewInt(h.Amount))).Float64()
		out = append(out, sample{endOf(h.Hour), v / nano})
	}
	return out
}

// coverage tells how much of each hour was measured. From the first hour on
// that is known, an hour that is not known was covered not at all.
func coverage(hours []reading.Hour, before reading.Total, s span) []sample {
	first := s.from
	if before.Hours == 0 {
		if len(hours) == 0 {
			return nil
		}
		first = hours[0].Hour
	}
	var out []sample
	for h, i := first, 0; h < s.to; h++ {
		if i < len(hours) && hours[i].Hour == h {
			out = append(out, sample{endOf(h), float64(hours[i].CoveredMS) / reading.HourMS})
			i++
		} else {
			out = append(out, sample{endOf(h), 0})
		}
	}
	return out
}
