//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"maps"
	"slices"

	"lingtan/reading"
)

// Sums adds up the counted values of every hour of the query, by series and
// hour. A month that is one clean segment and has nothing hot is summed in one
// pass; the others go by Hourly.
func (d *Duck) Sums(ctx context.Context, q reading.Query) iter.Seq2[Sum, error] {
	return func(yield func(Sum, error) bool) {
		sums, err := d.cleanSums(ctx, q)
		if err != nil {
			yield(Sum{}, fmt.Errorf("sum hours: %w", err))
			return
		}
		if sums == nil {
			sumBuckets(d.Hourly(ctx, reading.Query{Series: q.Series, From: q.From, To: q.To}))(yield)
			return
		}
		for _, s := range sums {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// cleanSums is nil unless everything in the stretch is clean.
func (d *Duck) cleanSums(ctx context.Context, q reading.Query) ([]Sum, error) {
	var sums []Sum
	err := d.read(ctx, func(c conn) error {
		segments, err := d.snapshot(ctx, c, q, 0)
		if err != nil {
			return err
		}
		defer func() { _ = c.exec(context.WithoutCancel(ctx), "ROLLBACK") }() // nothing was written
		clean := allClean(segments)
		err = c.each(ctx, "SELECT arr FROM hot WHERE "+where(q, 0)+" LIMIT 1", func([]driver.Value) error {
			clean = false
			return nil
		})
		if err != nil || !clean {
			return err
		}
		query := "SELECT series, t // 3600000 AS hour, count(*), TRY_CAST(sum(round(v * 1e9)::BIGINT) AS BIGINT) FROM " +
			d.files(segments) + " WHERE " + where(q, 0) + " GROUP BY series, hour"
		sums, err = c.sums(ctx, query)
		return err
	})
	return sums, err
}

// sums reads sums in any order and sorts them, series by series, which is
// cheaper here than in the engine. It gives nil where a sum needs more than 64
// bits: nearly none does, and 128 bits take a third longer to hand over.
func (c conn) sums(ctx context.Context, query string) ([]Sum, error) {
	of, total, large := map[reading.ID][]Sum{}, 0, false
	err := c.each(ctx, query, func(row []driver.Value) error {
		n, ok := row[3].(int64)
		if large = !ok; large {
			return errStop
		}
		id := reading.ID(row[0].(int64))
		of[id] = append(of[id], Sum{Series: id, Hour: row[1].(int64), N: row[2].(int64), Sum: reading.WideOf(n)})
		total++
		return nil
	})
	if err != nil || large {
		return nil, err
	}
	out := make([]Sum, 0, total)
	for _, id := range slices.Sorted(maps.Keys(of)) {
		out = appendSorted(out, of[id])
	}
	return out, nil
}

// appendSorted appends one series' sums by hour. Hours are different and
// nearly all there, so each is put where it belongs: a quarter of the time of
// comparing them.
func appendSorted(out, sums []Sum) []Sum {
	first, last := sums[0].Hour, sums[0].Hour
	for _, s := range sums {
		first, last = min(first, s.Hour), max(last, s.Hour)
	}
	if last-first >= 4*int64(len(sums)) {
		slices.SortFunc(sums, func(a, b Sum) int { return int(a.Hour - b.Hour) })
		return append(out, sums...)
	}
	at := make([]int32, last-first+1) // 1 + the index of the hour's sum
	for i, s := range sums {
		at[s.Hour-first] = int32(i + 1)
	}
	for _, i := range at {
		if i > 0 {
			out = append(out, sums[i-1])
		}
	}
	return out
}

// allClean tells whether the segments are clean and of different months.
func allClean(segments []reading.Segment) bool {
	var months []string
	for _, s := range segments {
		if !s.Clean || slices.Contains(months, s.Month) {
			return false
		}
		months = append(months, s.Month)
	}
	return len(segments) > 0
}
