package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"lingtan/alarm"
)

const (
	insertOutbox = `INSERT INTO outbox (id, site, channel, created_ms, body, tries, next_ms, fault, done_ms, lost)
VALUES ($1, $2, $3, $4, $5, 0, $6, '', 0, 0)`
	selectDue = `SELECT body, tries, next_ms FROM outbox WHERE done_ms = 0 AND next_ms <= $1 ORDER BY next_ms, created_ms, id LIMIT $2`
	// A message that has been sent once stays sent.
	updateOutbox = `UPDATE outbox SET tries = $2, next_ms = $3, fault = $4, done_ms = $5, lost = $6 WHERE id = $1 AND done_ms = 0`
	forgetOutbox = `DELETE FROM outbox WHERE done_ms > 0 AND done_ms < $1`
)

// outboxKeeps is how long a message that has been sent can still be looked up.
const outboxKeeps = 30 * 24 * time.Hour

// DueMessages gives what is to be told by now, the longest due first.
func (s *Store) DueMessages(ctx context.Context, now time.Time, limit int) ([]alarm.Message, error) {
	out, err := collect(ctx, s.reader, scanMessage, selectDue, millis(now), pageOf(limit))
	if err != nil {
		return nil, fmt.Errorf("due messages: %w", s.tell(err))
	}
	return out, nil
}

// PutMessages remembers how far messages have come, all or none. One that was
// given up is an entry of its mine's book: somebody was not told.
func (s *Store) PutMessages(ctx context.Context, list []alarm.Message) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, m := range list {
			if err := s.putMessage(ctx, tx, m); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, forgetOutbox, millis(s.Now().Add(-outboxKeeps)))
		return err
	})
	if err != nil {
		return fmt.Errorf("%d messages: %w", len(list), err)
	}
	return nil
}

func (s *Store) putMessage(ctx context.Context, tx *sql.Tx, m alarm.Message) error {
	w := m.Sending
	done, err := tx.ExecContext(ctx, updateOutbox, m.ID, w.Tries, millis(w.Next), w.Fault, millis(w.Done), flag(w.Lost))
	if err != nil || !w.Lost {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	head, err := lockHead(ctx, tx, m.Alarm.Site)
	if err != nil {
		return err
	}
	body := map[string]any{"message": m.ID, "channel": m.Channel, "step": m.Step, "tries": w.Tries, "fault": w.Fault}
	_, err = s.enter(ctx, tx, head, alarm.Platform, m.Alarm, "untold", body)
	return err
}

func insertMessage(ctx context.Context, tx *sql.Tx, m alarm.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertOutbox, m.ID, m.Alarm.Site, m.Channel, millis(m.At), string(body), millis(m.Sending.Next))
	return err
}

func scanMessage(row scanner) (m alarm.Message, err error) {
	var body string
	var next int64
	if err := row.Scan(&body, &m.Sending.Tries, &next); err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return m, fmt.Errorf("message: %w", err)
	}
	m.Sending.Next = instant(next)
	return m, nil
}
