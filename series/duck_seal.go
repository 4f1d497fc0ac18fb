//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"lingtan/reading"
)

// Seal writes every UTC month that ended at or before an instant into a
// segment, then takes its readings out of the hot table. In between, answers
// come from the hot table; a crash there is healed at the next open.
func (d *Duck) Seal(ctx context.Context, before int64) ([]reading.Segment, error) {
	months, err := d.months(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var sealed []reading.Segment
	for _, m := range months {
		s, err := d.vault.write(ctx, m.name, m.upto, d.hot(ctx, m))
		if err != nil {
			return sealed, fmt.Errorf("seal %s: %w", m.name, err)
		}
		if err := d.drop(ctx, s); err != nil {
			return sealed, fmt.Errorf("seal %s: %w", m.name, err)
		}
		sealed = append(sealed, s)
	}
	return sealed, nil
}

func (d *Duck) months(ctx context.Context, before int64) ([]month, error) {
	var out []month
	// What lies before year 1 or after the asked instant has no month to be sealed.
	query := fmt.Sprintf("SELECT strftime(make_timestamp_ms(t), '%%Y-%%m') AS m, max(arr) FROM hot WHERE t >= %d AND t < %d GROUP BY m ORDER BY m", yearOne, before)
	err := d.read(ctx, func(c conn) error {
		return c.each(ctx, query, func(row []driver.Value) error {
			m := month{name: row[0].(string), upto: row[1].(int64)}
			var err error
			if m.from, m.to, err = monthSpan(m.name); err == nil && m.to <= before {
				out = append(out, m)
			}
			return err
		})
	})
	return out, err
}

// hot scans a month of the hot table alone, in order.
func (d *Duck) hot(ctx context.Context, m month) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		stopped := false
		err := d.read(ctx, func(c conn) error {
			q := reading.Query{From: m.from, To: m.to}
			v := view{conn: c, source: fmt.Sprintf("(SELECT * FROM hot WHERE %s AND arr <= %d)", where(q, 0), m.upto)}
			var err error
			stopped, err = v.scan(ctx, q, yield)
			return err
		})
		if err != nil && !stopped {
			yield(reading.Reading{}, err)
		}
	}
}

// drop lets a segment take the place of its hot rows.
func (d *Duck) drop(ctx context.Context, s reading.Segment) error {
	d.write.Lock()
	defer d.write.Unlock()
	d.swap.Lock()
	defer d.swap.Unlock()
	if err := d.forget(ctx, s); err != nil {
		return err
	}
	d.vault.include(s)
	return nil
}

// forget deletes the hot rows of a segment, keeping what was dirty of them and
// the latest readings. Where they are gone already it changes nothing.
func (d *Duck) forget(ctx context.Context, s reading.Segment) error {
	from, to, err := monthSpan(s.Month)
	if err != nil {
		return err
	}
	held := fmt.Sprintf("t >= %d AND t < %d AND arr <= %d", from, to, s.UptoArrival)
	return d.transact(ctx, func(c conn) error {
		some := false
		err := c.each(ctx, "SELECT arr FROM hot WHERE "+held+" LIMIT 1", func([]driver.Value) error {
			some = true
			return nil
		})
		if err != nil || !some {
			return err
		}
		err = c.exec(ctx, fmt.Sprintf(`INSERT INTO stale SELECT max(arr), series, (t + %d) // 3600000 - %d AS hour FROM hot, state
WHERE %s AND arr > watermark GROUP BY series, hour`, int64(epoch)*reading.HourMS, int64(epoch), held))
		if err != nil {
			return err
		}
		if err := c.exec(ctx, "DELETE FROM hot WHERE "+held); err != nil {
			return err
		}
		if err := c.exec(ctx, "DELETE FROM last"); err != nil {
			return err
		}
		return c.fill("last", len(d.latest.of), lastRow(d.latest.list(nil)))
	})
}

func lastRow(rs []reading.Reading) func(int, []driver.Value) {
	return func(i int, into []driver.Value) {
		r := &rs[i]
		into[0], into[1], into[2], into[3] = int64(r.Series), r.T, r.Recv, r.V
		into[4], into[5], into[6] = uint8(r.Q), r.Seq, uint32(r.Why)
	}
}
