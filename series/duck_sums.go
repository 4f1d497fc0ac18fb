//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
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
			for b, err := range d.Hourly(ctx, reading.Query{Series: q.Series, From: q.From, To: q.To}) {
				if err == nil && b.N == 0 {
					continue
				}
				if !yield(Sum{b.Series, b.Hour, int64(b.N), b.Sum}, err) || err != nil {
					return
				}
			}
			return
		}
		for _, s := range sums {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// cleanSums is nil unless everything in the stretch is clean. Nano-units are
// added as two doubles, x = hi·2^27 + lo, which is exact while every partial
// sum is an integer below 2^53: narrow values make |hi| < 2^36, so that holds
// to 2^17 readings an hour. It takes half the time of 128-bit sums. Sorting
// the answer here is cheaper than in the engine.
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
		query := "SELECT series, t // 3600000 AS hour, count(*), sum(hi), sum(x - hi * 134217728.0) FROM " +
			"(SELECT series, t, x, round(x * " + twoToMinus27 + ") AS hi FROM (SELECT series, t, round(v * 1e9) AS x FROM " +
			d.files(segments) + " WHERE " + where(q, 0) + ")) GROUP BY series, hour"
		sums, err = c.sums(ctx, query)
		return err
	})
	return sums, err
}

// twoToMinus27 is 2^-27, exactly.
const twoToMinus27 = "7.450580596923828125e-9"

func (c conn) sums(ctx context.Context, query string) ([]Sum, error) {
	sums := make([]Sum, 0, 1<<16)
	crowded := false
	err := c.each(ctx, query, func(row []driver.Value) error {
		hi, lo := int64(row[3].(float64)), int64(row[4].(float64))
		s := Sum{Series: reading.ID(row[0].(int64)), Hour: row[1].(int64), N: row[2].(int64)}
		s.Sum = wideHalves(hi, lo)
		crowded = crowded || s.N >= 1<<17
		sums = append(sums, s)
		return nil
	})
	if err != nil || crowded {
		return nil, err
	}
	slices.SortFunc(sums, func(a, b Sum) int {
		if a.Series != b.Series {
			return int(a.Series - b.Series)
		}
		return int(a.Hour - b.Hour)
	})
	return sums, nil
}

// wideHalves gives hi·2^27 + lo.
func wideHalves(hi, lo int64) reading.Wide {
	return reading.Wide{Hi: hi >> 37, Lo: uint64(hi) << 27}.Add(reading.WideOf(lo))
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
