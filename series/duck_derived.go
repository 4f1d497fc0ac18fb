//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"math/big"

	"lingtan/reading"
)

// Dirty tells the hours of the arrivals behind the watermark.
func (d *Duck) Dirty(ctx context.Context, limit int) (reading.Dirty, error) {
	var out reading.Dirty
	d.swap.RLock() // between the two questions no hot row may become a stale one
	defer d.swap.RUnlock()
	err := d.read(ctx, func(c conn) error {
		var mark, last int64
		const state = "SELECT watermark, (SELECT coalesce(max(arr), 0) FROM hot WHERE arr > watermark), (SELECT coalesce(max(arr), 0) FROM stale WHERE arr > watermark) FROM state"
		err := c.each(ctx, state, func(row []driver.Value) error {
			mark, last = row[0].(int64), max(row[1].(int64), row[2].(int64))
			return nil
		})
		if err != nil || last <= mark {
			return err
		}
		out.Upto = min(last, mark+int64(max(limit, 1)))
		out.More = out.Upto < last
		query := fmt.Sprintf(`SELECT DISTINCT series, (t + %[1]d) // 3600000 - %[2]d AS hour FROM hot WHERE arr > %[3]d AND arr <= %[4]d
UNION SELECT series, hour FROM stale WHERE arr > %[3]d AND arr <= %[4]d ORDER BY series, hour`,
			int64(epoch)*reading.HourMS, int64(epoch), mark, out.Upto)
		return c.each(ctx, query, func(row []driver.Value) error {
			out.Spans = grow(out.Spans, reading.ID(row[0].(int64)), row[1].(int64))
			return nil
		})
	})
	if err != nil {
		return reading.Dirty{}, fmt.Errorf("dirty hours: %w", err)
	}
	return out, nil
}

// PutHours replaces derived hours and moves the watermark in one transaction.
func (d *Duck) PutHours(ctx context.Context, w reading.Write) error {
	d.write.Lock()
	defer d.write.Unlock()
	err := d.transact(ctx, func(c conn) error {
		if err := c.erase(ctx, w.Erase); err != nil {
			return err
		}
		if len(w.Hours) > 0 {
			if err := c.fill("hour", len(w.Hours), hourRow(w.Hours)); err != nil {
				return err
			}
		}
		if w.Upto == 0 {
			return nil
		}
		if err := c.exec(ctx, fmt.Sprintf("UPDATE state SET watermark = %d WHERE watermark < %[1]d", w.Upto)); err != nil {
			return err
		}
		return c.exec(ctx, fmt.Sprintf("DELETE FROM stale WHERE arr <= %d", w.Upto))
	})
	if err != nil {
		return fmt.Errorf("put %d hours: %w", len(w.Hours), err)
	}
	return nil
}

// erase deletes the hours of spans, joined by series so that one pass over the
// table does for all.
func (c conn) erase(ctx context.Context, spans []reading.Span) error {
	if len(spans) == 0 {
		return nil
	}
	if err := c.exec(ctx, "CREATE OR REPLACE TEMP TABLE erase (series BIGINT, lo BIGINT, hi BIGINT)"); err != nil {
		return err
	}
	lo, hi := spans[0].From, spans[0].To
	err := c.fill("erase", len(spans), func(i int, into []driver.Value) {
		s := spans[i]
		lo, hi = min(lo, s.From), max(hi, s.To)
		into[0], into[1], into[2] = int64(s.Series), s.From, s.To
	})
	if err != nil {
		return err
	}
	return c.exec(ctx, fmt.Sprintf("DELETE FROM hour USING erase e WHERE hour.hour >= %d AND hour.hour < %d AND hour.series = e.series AND hour.hour >= e.lo AND hour.hour < e.hi", lo, hi))
}

func hourRow(hours []reading.Hour) func(int, []driver.Value) {
	return func(i int, into []driver.Value) {
		h := &hours[i]
		into[0], into[1], into[2] = int64(h.Series), h.Hour, h.Amount
		into[3], into[4], into[5] = int32(h.CoveredMS), h.N, uint8(h.Flags)
	}
}

// Hours yields derived hours by series and hour.
func (d *Duck) Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		stopped := false
		query := "SELECT series, hour, amount, covered, n, flags FROM hour WHERE " + whereHours(q) + " ORDER BY series, hour"
		err := d.read(ctx, func(c conn) error {
			return c.each(ctx, query, func(row []driver.Value) error {
				h := reading.Hour{
					Series: reading.ID(row[0].(int64)), Hour: row[1].(int64), Amount: row[2].(int64),
					CoveredMS: int64(row[3].(int32)), N: row[4].(int32), Flags: reading.Flags(row[5].(uint8)),
				}
				if stopped = !yield(h, nil); stopped {
					return errStop
				}
				return nil
			})
		})
		if err != nil && !stopped {
			yield(reading.Hour{}, fmt.Errorf("read hours: %w", err))
		}
	}
}

// Totals adds hours up exactly in one pass: 64-bit amounts into 128-bit sums.
func (d *Duck) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	if err := checkBounds(bounds); err != nil {
		return nil, err
	}
	q.From, q.To = max(q.From, bounds[0]), min(q.To, bounds[len(bounds)-1])
	query := fmt.Sprintf(`SELECT series, %s AS b, sum(amount)::HUGEINT, sum(covered)::BIGINT, count(*),
  count(*) FILTER (flags & %d <> 0), count(*) FILTER (flags & %d <> 0), bit_or(flags) FROM hour WHERE %s GROUP BY series, b ORDER BY series, b`,
		stretchOf(bounds), reading.Estimated, reading.Substituted, whereHours(q))
	var out []reading.Total
	err := d.read(ctx, func(c conn) error {
		return c.each(ctx, query, func(row []driver.Value) error {
			i := row[1].(int32)
			out = append(out, reading.Total{
				Series: reading.ID(row[0].(int64)), From: bounds[i], To: bounds[i+1],
				Amount: bigOf(row[2]), CoveredMS: row[3].(int64), Hours: row[4].(int64),
				Estimated: row[5].(int64), Substituted: row[6].(int64),
				Flags: reading.Flags(row[7].(uint8)),
			})
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("total hours: %w", err)
	}
	return out, nil
}

func bigOf(v driver.Value) *big.Int {
	if n, ok := v.(*big.Int); ok {
		return n
	}
	return wideOf(v).Big()
}

// stretchOf numbers the stretch an hour lies in, by a tree of comparisons:
// every hour is compared log2(n) times.
func stretchOf(bounds []int64) string {
	var tree func(lo, hi int) string
	tree = func(lo, hi int) string {
		if hi-lo == 1 {
			return fmt.Sprintf("%d::INTEGER", lo)
		}
		mid := (lo + hi) / 2
		return fmt.Sprintf("CASE WHEN hour < %d THEN %s ELSE %s END", bounds[mid]/reading.HourMS, tree(lo, mid), tree(mid, hi))
	}
	return tree(0, len(bounds)-1)
}
