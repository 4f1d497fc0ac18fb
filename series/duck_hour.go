//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"lingtan/reading"
)

// Hourly yields buckets: reading.Fold over readings that DuckDB has put in
// order. Folding in SQL was measured slower, for it needs a window function.
func (d *Duck) Hourly(ctx context.Context, q reading.Query) iter.Seq2[reading.Bucket, error] {
	return func(yield func(reading.Bucket, error) bool) {
		stopped := false
		err := d.hourly(ctx, q, func(b reading.Bucket) bool {
			stopped = !yield(b, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(reading.Bucket{}, fmt.Errorf("fold hours: %w", err))
		}
	}
}

func (d *Duck) hourly(ctx context.Context, q reading.Query, yield func(reading.Bucket) bool) error {
	shift, err := d.shift(ctx, q)
	if err != nil {
		return err
	}
	return d.view(ctx, q, shift, func(v view) error {
		parts, err := v.parts(ctx, q)
		if err != nil {
			return err
		}
		for _, p := range parts {
			from, to := hourSpan(p.Query)
			p.From, p.To = p.From-shift, p.To+shift
			for b, err := range reading.Fold(v.iterate(ctx, p.Query), q.LimitOf) {
				if err != nil {
					return err
				}
				if b.Hour >= from && b.Hour < to && !yield(b) {
					return nil
				}
			}
		}
		return nil
	})
}

// shift tells by how much the limits may shift an instant of the query.
func (d *Duck) shift(ctx context.Context, q reading.Query) (ms int64, err error) {
	ids := q.Series
	if ids == nil && q.Limit != nil {
		err = d.view(ctx, reading.All(), 0, func(v view) error {
			return v.each(ctx, "SELECT DISTINCT series FROM "+v.source, func(row []driver.Value) error {
				ids = append(ids, reading.ID(row[0].(int64)))
				return nil
			})
		})
	}
	for _, id := range ids {
		l := q.LimitOf(id)
		ms = max(ms, l.Shift, -l.Shift)
	}
	return ms, err
}

// iterate yields readings in order. A fold asks for neither the instant of
// arrival nor the reason, which are not fetched.
func (v view) iterate(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		stopped := false
		err := v.rows(ctx, "series, t, 0::BIGINT, v, q, seq, 0::UINTEGER", q, func(r reading.Reading) bool {
			stopped = !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(reading.Reading{}, err)
		}
	}
}
