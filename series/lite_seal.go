package series

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"

	"lingtan/reading"
)

// Seal writes every UTC month that ended at or before an instant into a
// segment, then takes its readings out of the hot table.
func (l *Lite) Seal(ctx context.Context, before int64) ([]reading.Segment, error) {
	months, err := l.months(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var sealed []reading.Segment
	for _, m := range months {
		s, err := l.vault.write(ctx, m.name, m.upto, l.hot(ctx, m))
		if err != nil {
			return sealed, fmt.Errorf("seal %s: %w", m.name, err)
		}
		if err := l.drop(ctx, s); err != nil {
			return sealed, fmt.Errorf("seal %s: %w", m.name, err)
		}
		sealed = append(sealed, s)
	}
	return sealed, nil
}

func (l *Lite) months(ctx context.Context, before int64) ([]month, error) {
	// What lies before year 1 or after the asked instant has no month to be sealed.
	const query = "SELECT strftime('%Y-%m', (t + ?3) / 1000 - ?3 / 1000, 'unixepoch') AS m, max(arr) FROM hot WHERE t >= ?1 AND t < ?2 GROUP BY m ORDER BY m"
	rows, err := l.db.QueryContext(ctx, query, int64(yearOne), before, int64(epoch)*reading.HourMS)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	var out []month
	for rows.Next() {
		var m month
		if err := rows.Scan(&m.name, &m.upto); err != nil {
			return nil, err
		}
		if m.from, m.to, err = monthSpan(m.name); err != nil {
			return nil, err
		}
		if m.to <= before {
			out = append(out, m)
		}
	}
	return out, rows.Err()
}

// hot scans a month of the hot table alone, in order.
func (l *Lite) hot(ctx context.Context, m month) iter.Seq2[reading.Reading, error] {
	q := reading.Query{From: m.from, To: m.to}
	query := fmt.Sprintf("SELECT series, t, recv, v, q, seq, why FROM hot WHERE %s AND arr <= %d ORDER BY series, t", whereLite(q), m.upto)
	return ordered(l.rows(ctx, l.db, query))
}

// drop lets a segment take the place of its hot rows.
func (l *Lite) drop(ctx context.Context, s reading.Segment) error {
	l.write.Lock()
	defer l.write.Unlock()
	l.swap.Lock()
	defer l.swap.Unlock()
	if err := l.forget(ctx, s); err != nil {
		return err
	}
	l.vault.include(s)
	return nil
}

// forget deletes the hot rows of a segment, keeping what was dirty of them and
// the latest readings. Where they are gone already it changes nothing.
func (l *Lite) forget(ctx context.Context, s reading.Segment) error {
	from, to, err := monthSpan(s.Month)
	if err != nil {
		return err
	}
	return l.transact(ctx, func(tx *sql.Tx) error {
		const held = "t >= ?1 AND t < ?2 AND arr <= ?3"
		_, err := tx.ExecContext(ctx, `INSERT INTO stale SELECT max(arr), series, (t + ?4) / 3600000 - ?5 AS hour FROM hot, state
WHERE `+held+` AND arr > watermark GROUP BY series, hour`, from, to, s.UptoArrival, int64(epoch)*reading.HourMS, int64(epoch))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM hot WHERE "+held, from, to, s.UptoArrival); err != nil {
			return err
		}
		for _, r := range l.latest.list(nil) {
			_, err := tx.ExecContext(ctx, "REPLACE INTO last (series, t, recv, v, q, seq, why) VALUES (?, ?, ?, ?, ?, ?, ?)",
				int64(r.Series), r.T, r.Recv, int64(math.Float64bits(r.V)), int64(r.Q), r.Seq, int64(r.Why))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
