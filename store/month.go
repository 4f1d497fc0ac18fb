package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
)

const (
	monthColumns = `site, month, state, submitter, approver, group_approver, verifier, actor, moved_ms, submitted_ms, reviewed_ms, reason`
	upsertMonth  = `INSERT INTO months (` + monthColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (site, month) DO UPDATE SET state = excluded.state, submitter = excluded.submitter, approver = excluded.approver,
group_approver = excluded.group_approver, verifier = excluded.verifier, actor = excluded.actor, moved_ms = excluded.moved_ms,
submitted_ms = excluded.submitted_ms, reviewed_ms = excluded.reviewed_ms, reason = excluded.reason`
	selectMonth  = `SELECT ` + monthColumns + ` FROM months WHERE site = $1 AND month = $2`
	selectMonths = `SELECT ` + monthColumns + ` FROM months WHERE site = $1 AND month BETWEEN $2 AND $3 ORDER BY month LIMIT $4`
	selectFilers = `SELECT DISTINCT actor FROM filings f WHERE site = $1 AND month = $2 AND withdrawn = 0
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.supersedes = f.id AND g.supersedes <> '') ORDER BY actor LIMIT $3`
	countOfMonth = `SELECT COUNT(*) FROM filings WHERE site = $1 AND month = $2`

	insertStep = `INSERT INTO month_steps (site, month, n, step, from_state, to_state, actor, recorded_ms, reason)
SELECT $1, $2, COALESCE(MAX(n), 0) + 1, $3, $4, $5, $6, $7, $8 FROM month_steps WHERE site = $1 AND month = $2`
	selectSteps = `SELECT month, step, from_state, to_state, actor, recorded_ms, reason FROM month_steps
WHERE site = $1 AND month BETWEEN $2 AND $3 ORDER BY month, n LIMIT $4`
)

// Month gives the document of a site's month; one that was never moved is a draft.
func (s *Store) Month(ctx context.Context, site, month string) (filing.Month, error) {
	m, err := readMonth(ctx, s.reader, site, month)
	return m, s.tell(err)
}

// Months lists the months from first to last that were ever moved.
func (s *Store) Months(ctx context.Context, site, first, last string) ([]filing.Month, error) {
	out, err := all(ctx, s.reader, scanMonth, selectMonths, site, first, last)
	return out, s.tell(err)
}

// MonthSteps lists the steps that the months from first to last have taken.
func (s *Store) MonthSteps(ctx context.Context, site, first, last string) ([]filing.Passed, error) {
	out, err := all(ctx, s.reader, scanPassed, selectSteps, site, first, last)
	return out, s.tell(err)
}

// stateOf is what an entry tells of a month before and after.
type stateOf struct {
	Step   filing.Step  `json:"step,omitempty"`
	State  filing.State `json:"state"`
	Reason string       `json:"reason,omitempty"`
}

// MoveMonth takes a step with a month. Who filed the standing values and what
// was given back is read here, under the site's lock, and replaces the move's.
func (s *Store) MoveMonth(ctx context.Context, site, month string, w filing.Move) (filing.Month, error) {
	if err := filing.CheckMonth(month); err != nil {
		return filing.Month{}, err
	}
	w.At = stamp(w.At)
	var moved filing.Month
	d := ledger.Draft{Actor: w.Actor.ID, Site: site, Kind: ledger.FilingMove, Subject: month}
	err := s.recordChange(ctx, d, func(tx *sql.Tx) (change, error) {
		m, err := readMonth(ctx, tx, site, month)
		if err != nil {
			return change{}, err
		}
		if err := standing(ctx, tx, m, &w); err != nil {
			return change{}, err
		}
		if moved, err = m.Move(w); err != nil {
			return change{}, err
		}
		return change{stateOf{State: m.State}, stateOf{w.Step, moved.State, w.Reason}}, writeMonth(ctx, tx, m, moved, w.Step)
	})
	return moved, err
}

// standing reads what a step is decided by, beside the month itself.
func standing(ctx context.Context, tx *sql.Tx, m filing.Month, w *filing.Move) error {
	var err error
	if w.Filers, err = all(ctx, tx, scanText, selectFilers, m.Site, m.Month); err != nil {
		return err
	}
	if w.Back, err = readBack(ctx, tx, m.Site, m.Month); err != nil || w.Filed == 0 {
		return err
	}
	var filed int64
	if err := tx.QueryRowContext(ctx, countOfMonth, m.Site, m.Month).Scan(&filed); err != nil {
		return err
	}
	if filed != w.Filed {
		return fault.Conflict.Say(lang.T("%s 刚有人填报,校验结果已不是现状", "somebody has filed into %s since it was checked"), m.Month).
			Do(lang.T("再试一次", "try again"))
	}
	return nil
}

// Filers lists who filed the values of a month that stand.
func (s *Store) Filers(ctx context.Context, site, month string) ([]string, error) {
	out, err := all(ctx, s.reader, scanText, selectFilers, site, month)
	return slices.Clip(out), s.tell(err)
}

// writeMonth keeps a month with the step that brought it there.
func writeMonth(ctx context.Context, tx *sql.Tx, from, m filing.Month, step filing.Step) error {
	if _, err := tx.ExecContext(ctx, upsertMonth, m.Site, m.Month, string(m.State), m.Submitter, m.Approver, m.GroupApprover, m.Verifier,
		m.MovedBy, millis(m.MovedAt), millis(m.SubmittedAt), millis(m.ReviewedAt), m.Reason); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, insertStep, m.Site, m.Month, string(step), string(from.State), string(m.State), m.MovedBy, millis(m.MovedAt), m.Reason)
	return err
}

func readMonth(ctx context.Context, db querier, site, month string) (filing.Month, error) {
	m, err := scanMonth(db.QueryRowContext(ctx, selectMonth, site, month))
	if errors.Is(err, sql.ErrNoRows) {
		return filing.Month{Site: site, Month: month, State: filing.Draft}, nil
	}
	return m, err
}

func scanMonth(row scanner) (m filing.Month, err error) {
	var moved, submitted, reviewed int64
	err = row.Scan(&m.Site, &m.Month, &m.State, &m.Submitter, &m.Approver, &m.GroupApprover, &m.Verifier, &m.MovedBy,
		&moved, &submitted, &reviewed, &m.Reason)
	m.MovedAt, m.SubmittedAt, m.ReviewedAt = instant(moved), instant(submitted), instant(reviewed)
	return m, err
}

func scanPassed(row scanner) (p filing.Passed, err error) {
	var ms int64
	err = row.Scan(&p.Month, &p.Step, &p.From, &p.To, &p.By, &ms, &p.Reason)
	p.At = instant(ms)
	return p, err
}

func scanText(row scanner) (text string, err error) { return text, row.Scan(&text) }
