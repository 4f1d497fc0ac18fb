package store

import (
	"context"
	"database/sql"
	"math"
	"strconv"

	"lingtan/lang"
	"lingtan/reading"
)

const (
	insertEvent = `INSERT INTO events (site, series, kind, t_ms, prev_ms, from_value, to_value, confirmed)
SELECT site, id, $2, $3, $4, $5, $6, $7 FROM series WHERE id = $1
ON CONFLICT (site, series, kind, t_ms) DO UPDATE SET prev_ms = excluded.prev_ms, from_value = excluded.from_value,
to_value = excluded.to_value, confirmed = excluded.confirmed`
	selectEvents = `SELECT series, kind, t_ms, prev_ms, from_value, to_value, confirmed FROM events
WHERE site = $1 AND t_ms >= $2 AND t_ms < $3 AND (t_ms, series, kind) > ($4, $5, $6) ORDER BY t_ms, series, kind LIMIT $7`
)

// PutEvents remembers what counters did that no rule explains; an event told
// again replaces what was known of it. It is what reading.Service calls.
func (s *Store) PutEvents(ctx context.Context, list []reading.Event) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertEvent)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, e := range list {
			done, err := insert.ExecContext(ctx, int64(e.Series), int64(e.Kind), e.T, e.Prev, exact(e.From), exact(e.To), flag(e.Confirmed))
			if err := one(done, err, missing(lang.T("测点序号", "series"), strconv.FormatInt(int64(e.Series), 10))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Events lists a site's events at instants [from, to) in ms UTC, by instant, a
// page at a time; after is the last event had.
func (s *Store) Events(ctx context.Context, site string, from, to int64, after reading.Event, limit int) ([]reading.Event, error) {
	if after.Series == 0 {
		after.T = math.MinInt64
	}
	out, err := collect(ctx, s.reader, scanEvent, selectEvents, site, from, to, after.T, int64(after.Series), int64(after.Kind), pageOf(limit))
	return out, s.tell(err)
}

func scanEvent(row scanner) (e reading.Event, err error) {
	var from, to string
	var confirmed int64
	if err := row.Scan(&e.Series, &e.Kind, &e.T, &e.Prev, &from, &to, &confirmed); err != nil {
		return e, err
	}
	values, err := inexact(from, to)
	e.From, e.To, e.Confirmed = values[0], values[1], confirmed != 0
	return e, err
}
