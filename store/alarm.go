package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// alarmKinds stands before an alarm's step in the kind of its entry.
const alarmKinds = "alarm."

const (
	// A step that does not follow the one kept changes no row.
	insertAlarm = `INSERT INTO alarms (site, id, rule, subject, severity, state, opened_ms, until_ms, version, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	updateAlarm = `UPDATE alarms SET severity = $3, state = $4, until_ms = $5, version = $6, body = $7
WHERE site = $1 AND id = $2 AND version = $6 - 1`
	selectAlarm    = `SELECT body FROM alarms WHERE site = $1 AND id = $2`
	selectStanding = `SELECT body FROM alarms WHERE site = $1 AND until_ms >= $2 ORDER BY id LIMIT $3`
	// Newest first. A filter that is not asked for is the empty text.
	selectAlarms = `SELECT body FROM alarms WHERE site = $1 AND ($2 = '' OR state <> 'cleared') AND ($3 = '' OR severity = $3)
AND opened_ms >= $4 AND (opened_ms, id) < ($5, $6) ORDER BY opened_ms DESC, id DESC LIMIT $7`
)

var _ alarm.Book = (*Store)(nil)

// StandingAlarms gives a site's alarms that stand at an instant: those open,
// and those whose return would be the same alarm.
func (s *Store) StandingAlarms(ctx context.Context, site string, now time.Time) ([]alarm.Alarm, error) {
	out, err := all(ctx, s.reader, scanAlarm, selectStanding, site, millis(now))
	if err != nil {
		return nil, fmt.Errorf("standing alarms of %s: %w", site, s.tell(err))
	}
	return out, nil
}

// SaveSteps keeps what happened to a site's alarms: each step with its entry,
// and with the messages that are to tell of it, in one transaction.
func (s *Store) SaveSteps(ctx context.Context, site string, steps []alarm.Step) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, site)
		if err != nil {
			return err
		}
		for _, step := range steps {
			if head, err = s.saveStep(ctx, tx, head, step); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save %d steps of alarms of %s: %w", len(steps), site, err)
	}
	return nil
}

// ActOnAlarm does what a person wants done to an alarm.
func (s *Store) ActOnAlarm(ctx context.Context, site, id string, w alarm.Act) (alarm.Alarm, error) {
	var step alarm.Step
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, site)
		if err != nil {
			return err
		}
		a, err := readAlarm(ctx, tx, site, id)
		if err != nil {
			return err
		}
		if step, err = a.Act(w); err != nil {
			return err
		}
		_, err = s.saveStep(ctx, tx, head, step)
		return err
	})
	if err != nil {
		return alarm.Alarm{}, during(alarmKinds+string(w.Kind)+" "+id, err)
	}
	return step.After, nil
}

// saveStep keeps one step, and gives the chain's new head.
func (s *Store) saveStep(ctx context.Context, tx *sql.Tx, head ledger.Head, step alarm.Step) (ledger.Head, error) {
	a := step.After
	if err := step.Check(); err != nil {
		return head, err
	}
	if err := putAlarm(ctx, tx, a); err != nil {
		return head, err
	}
	for _, m := range step.Messages() {
		if err := insertMessage(ctx, tx, m); err != nil {
			return head, err
		}
	}
	return s.enter(ctx, tx, head, step.Actor, a, string(step.Kind), step)
}

// enter writes an entry about an alarm.
func (s *Store) enter(ctx context.Context, tx *sql.Tx, head ledger.Head, actor string, a alarm.Alarm, kind string, body any) (ledger.Head, error) {
	d, err := draft(actor, a.Site, alarmKinds+kind, a.ID, body)
	if err != nil {
		return head, err
	}
	d.At, d.Address = s.Now(), ledger.AddressOf(ctx)
	entry, err := ledger.Chain(head, d)
	if err != nil {
		return head, err
	}
	return entry.Head(), appendEntry(ctx, tx, entry)
}

func putAlarm(ctx context.Context, tx *sql.Tx, a alarm.Alarm) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	until := int64(math.MaxInt64)
	if end, ends := a.Until(); ends {
		until = millis(end)
	}
	if a.Version == 1 {
		_, err = tx.ExecContext(ctx, insertAlarm, a.Site, a.ID, a.Rule, a.Subject, string(a.Severity), string(a.State),
			millis(a.OpenedAt), until, a.Version, string(body))
		return err
	}
	done, err := tx.ExecContext(ctx, updateAlarm, a.Site, a.ID, string(a.Severity), string(a.State), until, a.Version, string(body))
	return one(done, err, fault.Conflict.Say(lang.T("报警 %s 已被他人改动", "alarm %s has moved on meanwhile"), a.ID).
		Do(lang.T("重新查看后再操作", "look at it again")))
}

// Alarm gives one alarm of a site.
func (s *Store) Alarm(ctx context.Context, site, id string) (alarm.Alarm, error) {
	a, err := readAlarm(ctx, s.reader, site, id)
	return a, s.tell(err)
}

// Alarms lists a site's alarms, the newest first.
func (s *Store) Alarms(ctx context.Context, site string, f alarm.Filter) ([]alarm.Alarm, error) {
	open, before, id := "", int64(math.MaxInt64), ""
	if f.Open {
		open = "open"
	}
	if !f.After.OpenedAt.IsZero() {
		before, id = millis(f.After.OpenedAt), f.After.ID
	}
	out, err := collect(ctx, s.reader, scanAlarm, selectAlarms, site, open, string(f.Severity), millis(f.Since), before, id, pageOf(f.Limit))
	if err != nil {
		return nil, fmt.Errorf("alarms of %s: %w", site, s.tell(err))
	}
	return out, nil
}

func readAlarm(ctx context.Context, db querier, site, id string) (alarm.Alarm, error) {
	a, err := scanAlarm(db.QueryRowContext(ctx, selectAlarm, site, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, missing(lang.T("报警", "alarm"), id)
	}
	return a, err
}

func scanAlarm(row scanner) (a alarm.Alarm, err error) {
	var body string
	if err := row.Scan(&body); err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		return a, fmt.Errorf("alarm: %w", err)
	}
	return a, nil
}
