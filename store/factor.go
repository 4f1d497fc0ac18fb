package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

const (
	insertFactorSet = `INSERT INTO factor_sets (id, version, sha256, csv, actor, adopted_ms) VALUES ($1, $2, $3, $4, $5, $6)`
	selectFactorSet = `SELECT id, version, sha256, csv, actor, adopted_ms FROM factor_sets WHERE id = $1 AND version = $2`
	// A constant would have no one type in both engines, hence the table cut to nothing.
	selectFactorSets = `SELECT id, version, sha256, substr(csv, 1, 0), actor, adopted_ms FROM factor_sets
ORDER BY adopted_ms, id, version LIMIT $1`
)

// AdoptFactors keeps a table of factors. The same table again is nothing new;
// another one under its id and version is a conflict, because inventories name
// their factors by these.
func (s *Store) AdoptFactors(ctx context.Context, f factor.Adopted) error {
	sum := sha256.Sum256(f.CSV)
	f.SHA256, f.AdoptedAt = hex.EncodeToString(sum[:]), stamp(s.Now())
	d, err := draft(f.By, "", ledger.FactorAdopt, f.ID+"@"+f.Version, f)
	if err != nil {
		return err
	}
	return s.recordOnce(ctx, d, func(tx *sql.Tx) error {
		old, err := scanFactorSet(tx.QueryRowContext(ctx, selectFactorSet, f.ID, f.Version))
		switch {
		case err == nil && old.SHA256 == f.SHA256:
			return errSame
		case err == nil:
			return fault.Conflict.Say(lang.T("因子表 %s 第 %s 版已采用,内容不同", "factor table %s, version %s, is adopted with other content"), f.ID, f.Version).
				Do(lang.T("给新表另一个版本号", "give the new table another version"))
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err = tx.ExecContext(ctx, insertFactorSet, f.ID, f.Version, f.SHA256, f.CSV, f.By, millis(f.AdoptedAt))
		return err
	})
}

// FactorSet gives an adopted table.
func (s *Store) FactorSet(ctx context.Context, id, version string) (factor.Adopted, error) {
	f, err := scanFactorSet(s.reader.QueryRowContext(ctx, selectFactorSet, id, version))
	if errors.Is(err, sql.ErrNoRows) {
		return f, missing(lang.T("因子表", "factor table"), id+"@"+version)
	}
	return f, s.tell(err)
}

// FactorSets lists the adopted tables without their rows, oldest first.
func (s *Store) FactorSets(ctx context.Context) ([]factor.Adopted, error) {
	out, err := all(ctx, s.reader, scanFactorSet, selectFactorSets)
	return out, s.tell(err)
}

func scanFactorSet(row scanner) (f factor.Adopted, err error) {
	var ms int64
	err = row.Scan(&f.ID, &f.Version, &f.SHA256, &f.CSV, &f.By, &ms)
	f.AdoptedAt = instant(ms)
	return f, err
}
