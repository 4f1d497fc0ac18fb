package series

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"lingtan/reading"
)

// Dirty tells the hours of the arrivals behind the watermark.
func (l *Lite) Dirty(ctx context.Context, limit int) (reading.Dirty, error) {
	l.swap.RLock()
	defer l.swap.RUnlock()
	var mark, last int64
	const state = "SELECT watermark, max(coalesce((SELECT max(arr) FROM hot), 0), coalesce((SELECT max(arr) FROM stale), 0)) FROM state"
	if err := l.db.QueryRowContext(ctx, state).Scan(&mark, &last); err != nil {
		return reading.Dirty{}, fmt.Errorf("dirty hours: %w", err)
	}
	if last <= mark {
		return reading.Dirty{}, nil
	}
	out := reading.Dirty{Upto: min(last, mark+int64(max(limit, 1)))}
	out.More = out.Upto < last
	const query = `SELECT DISTINCT series, (t + ?3) / 3600000 - ?4 AS hour FROM hot WHERE arr > ?1 AND arr <= ?2
UNION SELECT series, hour FROM stale WHERE arr > ?1 AND arr <= ?2 ORDER BY series, hour`
	rows, err := l.db.QueryContext(ctx, query, mark, out.Upto, int64(epoch)*reading.HourMS, int64(epoch))
	if err != nil {
		return reading.Dirty{}, fmt.Errorf("dirty hours: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var id reading.ID
		var hour int64
		if err := rows.Scan(&id, &hour); err != nil {
			return reading.Dirty{}, fmt.Errorf("dirty hours: %w", err)
		}
		out.Spans = grow(out.Spans, id, hour)
	}
	return out, rows.Err()
}

// PutHours replaces derived hours and moves the watermark in one transaction.
func (l *Lite) PutHours(ctx context.Context, w reading.Write) error {
	l.write.Lock()
	defer l.write.Unlock()
	err := l.transact(ctx, func(tx *sql.Tx) error {
		for _, e := range w.Erase {
			if _, err := tx.ExecContext(ctx, "DELETE FROM hour WHERE series = ? AND hour >= ? AND hour < ?", int64(e.Series), e.From, e.To); err != nil {
				return err
			}
		}
		for _, h := range w.Hours {
			const query = "INSERT INTO hour (series, hour, amount, covered, n, flags) VALUES (?, ?, ?, ?, ?, ?)"
			if _, err := tx.ExecContext(ctx, query, int64(h.Series), h.Hour, h.Amount, h.CoveredMS, h.N, int64(h.Flags)); err != nil {
				return err
			}
		}
		if w.Upto == 0 {
			return nil
		}
		if _, err := tx.ExecContext(ctx, "UPDATE state SET watermark = ?1 WHERE watermark < ?1", w.Upto); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM stale WHERE arr <= ?", w.Upto)
		return err
	})
	if err != nil {
		return fmt.Errorf("put %d hours: %w", len(w.Hours), err)
	}
	return nil
}

// Hours yields derived hours by series and hour.
func (l *Lite) Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		query := "SELECT series, hour, amount, covered, n, flags FROM hour WHERE " + whereHours(q) + " ORDER BY series, hour" //nolint:gosec // the condition is made of numbers
		rows, err := l.db.QueryContext(ctx, query)
		if err != nil {
			yield(reading.Hour{}, fmt.Errorf("read hours: %w", err))
			return
		}
		defer func() { _ = rows.Close() }() // rows.Err tells
		for rows.Next() {
			var h reading.Hour
			if err := rows.Scan(&h.Series, &h.Hour, &h.Amount, &h.CoveredMS, &h.N, &h.Flags); err != nil {
				yield(reading.Hour{}, fmt.Errorf("read hours: %w", err))
				return
			}
			if !yield(h, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(reading.Hour{}, fmt.Errorf("read hours: %w", err))
		}
	}
}

// Totals adds hours up one by one, in big integers.
func (l *Lite) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	if err := checkBounds(bounds); err != nil {
		return nil, err
	}
	q.From, q.To = max(q.From, bounds[0]), min(q.To, bounds[len(bounds)-1])
	return reading.TotalOf(l.Hours(ctx, q), bounds)
}
