package store

import (
	"context"

	"lingtan/filing"
)

const selectReminders = `SELECT month, node, step, told_ms FROM reminders WHERE site = $1 AND month BETWEEN $2 AND $3
ORDER BY month, node, step LIMIT $4`

// Reminders lists the reminders given of the months from first to last.
func (s *Store) Reminders(ctx context.Context, site, first, last string) ([]filing.Reminded, error) {
	out, err := all(ctx, s.reader, func(row scanner) (r filing.Reminded, err error) {
		var ms int64
		err = row.Scan(&r.Month, &r.Node, &r.Step, &ms)
		r.At = instant(ms)
		return r, err
	}, selectReminders, site, first, last)
	return out, s.tell(err)
}
