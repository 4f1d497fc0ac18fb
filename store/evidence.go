package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
)

const (
	evidenceColumns = `site, sha256, name, type, size, kind, actor, recorded_ms, state, virus, flags`
	insertEvidence  = `INSERT INTO evidence (` + evidenceColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	updateEvidence  = `UPDATE evidence SET name = $3, kind = $4, state = $5, virus = $6, type = $7, flags = $8 WHERE site = $1 AND sha256 = $2`
	selectEvidence  = `SELECT ` + evidenceColumns + ` FROM evidence WHERE site = $1 AND sha256 = $2`
	listEvidence    = `SELECT ` + evidenceColumns + ` FROM evidence WHERE site = $1 ORDER BY recorded_ms DESC, sha256 LIMIT $2`
	waitingEvidence = `SELECT ` + evidenceColumns + ` FROM evidence WHERE state = 'quarantined' ORDER BY recorded_ms, site, sha256 LIMIT $1`
	totalEvidence   = `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM evidence WHERE site = $1`
	keptEvidence    = `SELECT COUNT(*) FROM evidence WHERE sha256 = $1 AND state <> 'refused'`
	// Filings of other evidence than files say no sha256.
	filingsWithFiles = `SELECT ` + filingColumns + ` FROM filings f WHERE site = $1 AND month BETWEEN $2 AND $3 AND evidence LIKE '%"sha256"%'
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.supersedes = f.id AND g.supersedes <> '' AND g.site = f.site) ORDER BY month, source, parameter, id LIMIT $4`
)

var _ evidence.Catalog = (*Store)(nil)

// evidenceEntry is what the ledger keeps of a file.
type evidenceEntry struct {
	Before *evidence.File `json:"before,omitempty"`
	After  evidence.File  `json:"after"`
}

// PutEvidence records that a mine has a file. Handed in again it is the file
// that is there: under another name or kind it has those from now on, which the
// book tells; who handed it in first stays. All files of a mine together stay
// within quota.
func (s *Store) PutEvidence(ctx context.Context, f evidence.File, quota int64) (evidence.File, error) {
	f.At, f.Known = stamp(f.At), false
	known := false
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, f.Site)
		if err != nil {
			return err
		}
		old, err := scanEvidence(tx.QueryRowContext(ctx, selectEvidence, f.Site, f.SHA256))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if err := withinQuota(ctx, tx, f, quota); err != nil {
				return err
			}
			return s.enterEvidence(ctx, tx, head, insertEvidenceRow, ledger.EvidencePut, f.By, evidenceEntry{After: f})
		case err != nil:
			return err
		}
		by := f.By
		known = true
		if f = again(old, f); same(old, f) {
			return nil
		}
		return s.enterEvidence(ctx, tx, head, updateEvidenceRow, ledger.EvidencePut, by, evidenceEntry{Before: &old, After: f})
	})
	if err != nil {
		return f, during(ledger.EvidencePut+" "+f.SHA256, err)
	}
	f.Known = known
	return f, nil
}

// again is a file that is there, handed in once more. What a scanner let
// through before does not wait again.
func again(old, f evidence.File) evidence.File {
	f.By, f.At = old.By, old.At
	if old.State == evidence.Clean && f.State == evidence.Quarantined {
		f.State = old.State
	}
	return f
}

func same(a, b evidence.File) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.State == b.State && a.Virus == b.Virus && a.Type == b.Type && slices.Equal(a.Flags, b.Flags)
}

func withinQuota(ctx context.Context, tx *sql.Tx, f evidence.File, quota int64) error {
	var total int64
	if err := tx.QueryRowContext(ctx, totalEvidence, f.Site).Scan(&total); err != nil {
		return err
	}
	if total+f.Size <= quota {
		return nil
	}
	return fault.Conflict.Say(lang.T("证据文件已有 %d MB,再加 %d MB 超过上限 %d MB", "%d MB of evidence are kept, %d MB more are beyond the limit of %d MB"),
		total>>20, (f.Size+1<<20-1)>>20, quota>>20).
		Do(lang.T("请管理员提高 evidence-quota-gb", "ask an administrator to raise evidence-quota-gb"))
}

// ScannedEvidence records what a scanner said of a file that waited for it. One
// that waits no more is left as it is.
func (s *Store) ScannedEvidence(ctx context.Context, f evidence.File) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, f.Site)
		if err != nil {
			return err
		}
		old, err := scanEvidence(tx.QueryRowContext(ctx, selectEvidence, f.Site, f.SHA256))
		if err != nil || old.State != evidence.Quarantined {
			return err
		}
		now := old
		now.State, now.Virus = f.State, f.Virus
		return s.enterEvidence(ctx, tx, head, updateEvidenceRow, ledger.EvidenceScan, System, evidenceEntry{&old, now})
	})
	if err != nil {
		return during(ledger.EvidenceScan+" "+f.SHA256, err)
	}
	return nil
}

// RefusedEvidence records that somebody handed in a file in which a scanner
// found a virus; the file itself is not kept.
func (s *Store) RefusedEvidence(ctx context.Context, f evidence.File) error {
	d, err := draft(f.By, f.Site, ledger.EvidenceRefuse, f.SHA256, evidenceEntry{After: f})
	if err != nil {
		return err
	}
	_, err = s.Append(ctx, d)
	return err
}

func (s *Store) enterEvidence(ctx context.Context, tx *sql.Tx, head ledger.Head, put func(context.Context, *sql.Tx, evidence.File) error, kind, by string, e evidenceEntry) error {
	if err := put(ctx, tx, e.After); err != nil {
		return err
	}
	d, err := draft(by, e.After.Site, kind, e.After.SHA256, e)
	if err != nil {
		return err
	}
	d.At, d.Address = s.Now(), ledger.AddressOf(ctx)
	entry, err := ledger.Chain(head, d)
	if err != nil {
		return err
	}
	return appendEntry(ctx, tx, entry)
}

func insertEvidenceRow(ctx context.Context, tx *sql.Tx, f evidence.File) error {
	flags, err := json.Marshal(f.Flags)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertEvidence, f.Site, f.SHA256, f.Name, f.Type, f.Size, string(f.Kind), f.By, millis(f.At), string(f.State), f.Virus, string(flags))
	return err
}

func updateEvidenceRow(ctx context.Context, tx *sql.Tx, f evidence.File) error {
	flags, err := json.Marshal(f.Flags)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, updateEvidence, f.Site, f.SHA256, f.Name, string(f.Kind), string(f.State), f.Virus, f.Type, string(flags))
	return err
}

// Evidence gives a file of a mine. One that only another mine has is none.
func (s *Store) Evidence(ctx context.Context, site, sha256 string) (evidence.File, error) {
	f, err := scanEvidence(s.reader.QueryRowContext(ctx, selectEvidence, site, sha256))
	if errors.Is(err, sql.ErrNoRows) {
		return f, missing(lang.T("证据文件", "evidence file"), sha256)
	}
	return f, s.tell(err)
}

// EvidenceFiles gives those of the files that the mine has.
func (s *Store) EvidenceFiles(ctx context.Context, site string, sha256s []string) ([]evidence.File, error) {
	var out []evidence.File
	for _, sum := range sha256s {
		f, err := s.Evidence(ctx, site, sum)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return nil, err
		default:
			out = append(out, f)
		}
	}
	return out, nil
}

// AllEvidence lists a mine's files, the newest first.
func (s *Store) AllEvidence(ctx context.Context, site string) ([]evidence.File, error) {
	out, err := all(ctx, s.reader, scanEvidence, listEvidence, site)
	if err != nil {
		return nil, fmt.Errorf("evidence of %s: %w", site, s.tell(err))
	}
	return out, nil
}

// QuarantinedEvidence lists files of all mines that wait for a scanner, the
// longest waiting first.
func (s *Store) QuarantinedEvidence(ctx context.Context, limit int) ([]evidence.File, error) {
	out, err := collect(ctx, s.reader, scanEvidence, waitingEvidence, pageOf(limit))
	return out, s.tell(err)
}

// KeepsEvidence tells whether any mine has a file, whose bytes then stay.
func (s *Store) KeepsEvidence(ctx context.Context, sha256 string) (bool, error) {
	var n int64
	err := s.reader.QueryRowContext(ctx, keptEvidence, sha256).Scan(&n)
	return n > 0, s.tell(err)
}

// FilingsWithFiles lists the filings that stand in the months from first to
// last and name files.
func (s *Store) FilingsWithFiles(ctx context.Context, site, first, last string) ([]filing.Filing, error) {
	out, err := all(ctx, s.reader, scanFiling, filingsWithFiles, site, first, last)
	if err != nil {
		return nil, fmt.Errorf("filings with files of %s: %w", site, s.tell(err))
	}
	return out, nil
}

func scanEvidence(row scanner) (f evidence.File, err error) {
	var ms int64
	var flags string
	if err := row.Scan(&f.Site, &f.SHA256, &f.Name, &f.Type, &f.Size, &f.Kind, &f.By, &ms, &f.State, &f.Virus, &flags); err != nil {
		return f, err
	}
	f.At = instant(ms)
	if err := json.Unmarshal([]byte(flags), &f.Flags); err != nil {
		return f, fmt.Errorf("evidence %s: flags: %w", f.SHA256, err)
	}
	return f, nil
}
