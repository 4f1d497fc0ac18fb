//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"lingtan/reading"
)

// Sums adds up the counted values of every hour of the query, by series and
// hour. A month that is one clean segment and has nothing hot is summed from its
// file in one pass; the others go by Hourly.
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
	var segments []reading.Segment
	err := d.read(ctx, func(c conn) error {
		return d.snapshot(ctx, c, q, 0, func(found []reading.Segment) error {
			segments = found
			return c.each(ctx, "SELECT arr FROM hot WHERE "+where(q, 0)+" LIMIT 1", func([]driver.Value) error {
				segments = nil
				return nil
			})
		})
	})
	if err != nil || !allClean(segments) {
		return nil, err
	}
	return d.vault.sums(ctx, segments, q)
}
