package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"lingtan/filing"
	"lingtan/ledger"
)

const (
	monthColumns = `site, month, state, submitter, approver, actor, moved_ms, reason`
	upsertMonth  = `INSERT INTO months (` + monthColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (site, month) DO UPDATE SET state = excluded.state, submitter = excluded.submitter, approver = excluded.approver,
actor = excluded.actor, moved_ms = excluded.moved_ms, reason = excluded.reason`
	selectMonth  = `SELECT ` + monthColumns + ` FROM months WHERE site = $1 AND month = $2`
	selectMonths = `SELECT ` + monthColumns + ` FROM months WHERE site = $1 AND month BETWEEN $2 AND $3 ORDER BY month LIMIT $4`
	selectFilers = `SELECT DISTINCT actor FROM filings f WHERE site = $1 AND month = $2
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.supersedes = f.id) ORDER BY actor LIMIT $3`
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

// MoveMonth brings a month into another state. Who filed the standing values
// is read here, under the site's lock, and replaces the move's Filers.
func (s *Store) MoveMonth(ctx context.Context, site, month string, w filing.Move) (filing.Month, error) {
	if err := filing.CheckMonth(month); err != nil {
		return filing.Month{}, err
	}
	w.At = stamp(w.At)
	d, err := draft(w.Actor.ID, site, ledger.FilingMove, month, map[string]string{"to": string(w.To), "reason": w.Reason})
	if err != nil {
		return filing.Month{}, err
	}
	var moved filing.Month
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		m, err := readMonth(ctx, tx, site, month)
		if err != nil {
			return err
		}
		if w.Filers, err = all(ctx, tx, scanText, selectFilers, site, month); err != nil {
			return err
		}
		if moved, err = m.Move(w); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, upsertMonth, moved.Site, moved.Month, string(moved.State), moved.Submitter, moved.Approver,
			moved.MovedBy, millis(moved.MovedAt), moved.Reason)
		return err
	})
	return moved, err
}

// Filers lists who filed the values of a month that stand.
func (s *Store) Filers(ctx context.Context, site, month string) ([]string, error) {
	out, err := all(ctx, s.reader, scanText, selectFilers, site, month)
	return slices.Clip(out), s.tell(err)
}

func readMonth(ctx context.Context, db querier, site, month string) (filing.Month, error) {
	m, err := scanMonth(db.QueryRowContext(ctx, selectMonth, site, month))
	if errors.Is(err, sql.ErrNoRows) {
		return filing.Month{Site: site, Month: month, State: filing.Draft}, nil
	}
	return m, err
}

func scanMonth(row scanner) (m filing.Month, err error) {
	var ms int64
	err = row.Scan(&m.Site, &m.Month, &m.State, &m.Submitter, &m.Approver, &m.MovedBy, &ms, &m.Reason)
	m.MovedAt = instant(ms)
	return m, err
}

func scanText(row scanner) (text string, err error) { return text, row.Scan(&text) }
