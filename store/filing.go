package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/quantity"
)

const (
	filingColumns = `id, site, source, parameter, month, quantity, how, actor, recorded_ms, note, evidence, supersedes, withdrawn`
	insertFiling  = `INSERT INTO filings (` + filingColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	selectFiling  = `SELECT ` + filingColumns + ` FROM filings WHERE site = $1 AND id = $2`
	selectFilings = `SELECT ` + filingColumns + ` FROM filings WHERE site = $1 AND month BETWEEN $2 AND $3
ORDER BY month, source, parameter, recorded_ms, id LIMIT $4`
	selectCell = `SELECT ` + filingColumns + ` FROM filings WHERE site = $1 AND source = $2 AND parameter = $3 AND month = $4
ORDER BY recorded_ms DESC, id DESC LIMIT $5`
	currentOfCell = `SELECT ` + filingColumns + ` FROM filings f WHERE site = $1 AND source = $2 AND parameter = $3 AND month = $4
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.supersedes = f.id AND g.supersedes <> '')`
)

// PutFiling records a filing that its caller validated. The month must be open,
// and the filing must supersede the value that stands now: who saw an older one
// is told, and overwrites nobody. The same filing again, as a retry sends it,
// is nothing new.
func (s *Store) PutFiling(ctx context.Context, f filing.Filing) error {
	f.At = stamp(f.At)
	d, err := draft(f.By, f.Site, ledger.FilingPut, f.ID, f)
	if err != nil {
		return err
	}
	return s.recordOnce(ctx, d, func(tx *sql.Tx) error {
		if old, err := scanFiling(tx.QueryRowContext(ctx, selectFiling, f.Site, f.ID)); err == nil {
			return sameFiling(old, f)
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := newSheet(tx, f.Site, 1).may(ctx, f); err != nil {
			return err
		}
		return insert(ctx, tx, f)
	})
}

// sameFiling tells a retry from another filing under a used id.
func sameFiling(old, f filing.Filing) error {
	a, errA := ledger.Body(old)
	b, errB := ledger.Body(f)
	switch {
	case errA != nil || errB != nil:
		return errors.Join(errA, errB)
	case string(a) == string(b):
		return errSame
	}
	return fault.Conflict.Say(lang.T("填报编号 %s 已用于另一条记录", "filing id %s is used by another record"), f.ID)
}

// Filings lists everything filed for a site in the months from first to last
// ("2024-01", "2024-12"), corrected values included; filing.Current picks those
// that stand.
func (s *Store) Filings(ctx context.Context, site, first, last string) ([]filing.Filing, error) {
	out, err := all(ctx, s.reader, scanFiling, selectFilings, site, first, last)
	if err != nil {
		return nil, fmt.Errorf("filings of %s: %w", site, s.tell(err))
	}
	return out, nil
}

// CellHistory lists everything ever filed for a cell, newest first, with the
// address that the book knows of each.
func (s *Store) CellHistory(ctx context.Context, c filing.Cell) ([]filing.Entered, error) {
	list, err := all(ctx, s.reader, scanFiling, selectCell, c.Site, c.Source, c.Parameter, c.Month)
	if err != nil {
		return nil, fmt.Errorf("history of %s %s: %w", c.Row(), c.Month, s.tell(err))
	}
	out := make([]filing.Entered, len(list))
	for i, f := range list {
		entries, err := s.EntriesAbout(ctx, c.Site, f.ID, 0, 1)
		if err != nil {
			return nil, err
		}
		out[i].Filing = f
		if len(entries) > 0 {
			out[i].Address = entries[0].Address
		}
	}
	return out, nil
}

// Filing gives one filing of a site.
func (s *Store) Filing(ctx context.Context, site, id string) (filing.Filing, error) {
	f, err := scanFiling(s.reader.QueryRowContext(ctx, selectFiling, site, id))
	if errors.Is(err, sql.ErrNoRows) {
		return f, missing(lang.T("填报", "filing"), id)
	}
	return f, s.tell(err)
}

func insert(ctx context.Context, tx *sql.Tx, f filing.Filing) error {
	evidence, err := json.Marshal(f.Evidence)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertFiling, f.ID, f.Site, f.Source, f.Parameter, f.Month, f.Quantity.String(), string(f.How),
		f.By, millis(f.At), f.Note, string(evidence), f.Supersedes, flag(f.Withdrawn))
	return err
}

func scanFiling(row scanner) (f filing.Filing, err error) {
	var amount, how, evidence string
	var ms, withdrawn int64
	if err := row.Scan(&f.ID, &f.Site, &f.Source, &f.Parameter, &f.Month, &amount, &how, &f.By, &ms, &f.Note, &evidence, &f.Supersedes, &withdrawn); err != nil {
		return f, err
	}
	f.At, f.How, f.Withdrawn = instant(ms), activity.How(how), withdrawn == 1
	if f.Quantity, err = quantity.Parse(amount); err != nil {
		return f, fmt.Errorf("filing %s: %w", f.ID, err)
	}
	if err := json.Unmarshal([]byte(evidence), &f.Evidence); err != nil {
		return f, fmt.Errorf("filing %s: evidence: %w", f.ID, err)
	}
	return f, nil
}
