package store

import (
	"context"
	"database/sql"
	"errors"

	"lingtan/filing"
	"lingtan/ledger"
)

// File records the filings of a file, all or none. A value that stands already
// is left as it is, another one is corrected: each with an entry of its own.
// Their months must be open.
func (s *Store) File(ctx context.Context, list []filing.Filing) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		heads := map[string]ledger.Head{}
		for _, f := range list {
			head, known := heads[f.Site]
			if !known {
				var err error
				if head, err = lockHead(ctx, tx, f.Site); err != nil {
					return err
				}
			}
			head, err := s.fileOne(ctx, tx, f, head)
			if err != nil {
				return during(ledger.FilingPut+" "+f.ID, err)
			}
			heads[f.Site] = head
		}
		return nil
	})
}

// fileOne records one filing behind head and gives the new head.
func (s *Store) fileOne(ctx context.Context, tx *sql.Tx, f filing.Filing, head ledger.Head) (ledger.Head, error) {
	f.At = stamp(f.At)
	now, err := scanFiling(tx.QueryRowContext(ctx, currentOfCell, f.Site, f.Source, f.Parameter, f.Month))
	switch {
	case err == nil && now.Says(f):
		return head, nil
	case err == nil:
		f.Supersedes = now.ID
	case !errors.Is(err, sql.ErrNoRows):
		return head, err
	}
	if err := newSheet(tx, f.Site, 1).may(ctx, f); err != nil {
		return head, err
	}
	d, err := draft(f.By, f.Site, ledger.FilingPut, f.ID, f)
	if err != nil {
		return head, err
	}
	d.At = s.Now()
	entry, err := ledger.Chain(head, d)
	if err != nil {
		return head, err
	}
	return entry.Head(), errors.Join(insert(ctx, tx, f), appendEntry(ctx, tx, entry))
}
