package store

import (
	"context"
	"database/sql"
	"strings"

	"lingtan/alarm"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/site"
)

const (
	selectReminders = `SELECT month, node, step, told_ms FROM reminders WHERE site = $1 AND month BETWEEN $2 AND $3
ORDER BY month, node, step LIMIT $4`
	insertReminder = `INSERT INTO reminders (site, month, node, step, told_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
)

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

// Remind writes reminders down and puts what is to be told into the outbox, in
// one transaction. One that was given before is not given again, however often
// it is asked for and whatever the clock did.
func (s *Store) Remind(ctx context.Context, site string, list []filing.Reminder) (given int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		given = 0
		head, err := lockHead(ctx, tx, site)
		if err != nil {
			return err
		}
		for _, r := range list {
			done, err := tx.ExecContext(ctx, insertReminder, site, r.Month, r.Node, r.Step, millis(r.At))
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 || r.Silent {
				if err != nil {
					return err
				}
				continue
			}
			given++
			if head, err = s.giveReminder(ctx, tx, head, r); err != nil {
				return err
			}
		}
		return nil
	})
	return given, err
}

func (s *Store) giveReminder(ctx context.Context, tx *sql.Tx, head ledger.Head, r filing.Reminder) (ledger.Head, error) {
	subject := strings.Join([]string{r.Month, r.Node, r.Step}, "/")
	d, err := draft(System, r.Site, filing.ActRemind, subject, map[string]any{"about": r.About, "says": r.Says, "to": r.To})
	if err != nil {
		return head, err
	}
	if head, err = s.chain(ctx, tx, head, d); err != nil {
		return head, err
	}
	for _, channel := range r.To {
		if err := insertMessage(ctx, tx, messageOf(r, subject, channel)); err != nil {
			return head, err
		}
	}
	return head, nil
}

// messageOf tells a reminder as the channels tell alarms: they are the same
// people's.
func messageOf(r filing.Reminder, subject, channel string) alarm.Message {
	a := alarm.Alarm{
		ID: "form/" + subject, Site: r.Site, Rule: "deadline", Subject: r.Node, Kind: site.Deadline, Severity: site.Note,
		Name: lang.T("填报提醒", "a form is due"), About: r.About, Says: r.Says, State: alarm.Raised,
		OpenedAt: r.At, RaisedAt: r.At, Times: 1, Version: 1, Told: r.To,
	}
	step := alarm.Raise
	if r.Late {
		a.Severity, a.Name, step = site.Warn, lang.T("填报逾期", "a form is overdue"), alarm.Escalate
	}
	return alarm.Message{
		ID: strings.Join([]string{r.Site, a.ID, channel}, "/"), Channel: channel, At: r.At, Step: step, Actor: alarm.Platform, Alarm: a,
		Sending: alarm.Sending{Next: r.At},
	}
}
