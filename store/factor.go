package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/quantity"
)

const (
	insertFactorSet = `INSERT INTO factor_sets (id, version, sha256, csv, actor, adopted_ms) VALUES ($1, $2, $3, $4, $5, $6)`
	selectFactorSet = `SELECT id, version, sha256, csv, actor, adopted_ms FROM factor_sets WHERE id = $1 AND version = $2`
	// A constant would have no one type in both engines, hence the table cut to nothing.
	selectFactorSets = `SELECT id, version, sha256, substr(csv, 1, 0), actor, adopted_ms FROM factor_sets
ORDER BY adopted_ms, id, version LIMIT $1`

	insertMeasurement = `INSERT INTO factor_measurements (site, source, parameter, month, version, value, report, confidence, actor, recorded_ms)
VALUES ($1, $2, $3, $4,
  (SELECT COALESCE(MAX(version), 0) + 1 FROM factor_measurements WHERE site = $1 AND source = $2 AND parameter = $3 AND month = $4),
  $5, $6, $7, $8, $9)`
	selectMeasurements = `SELECT m.site, m.source, m.parameter, m.month, m.value, m.report, m.confidence FROM factor_measurements m
WHERE m.site = $1 AND m.month BETWEEN $2 AND $3 AND m.version = (SELECT MAX(n.version) FROM factor_measurements n
  WHERE n.site = m.site AND n.source = m.source AND n.parameter = m.parameter AND n.month = m.month)
ORDER BY m.month, m.source, m.parameter LIMIT $4`
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

// PutMeasurement records a site's own factor for a month. A later one for the
// same month corrects it; both stay.
func (s *Store) PutMeasurement(ctx context.Context, m factor.Measurement, by string) error {
	d, err := draft(by, m.Site, ledger.FactorMeasure, m.Source+"/"+m.Parameter+"/"+m.Month, m)
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, insertMeasurement, m.Site, m.Source, m.Parameter, m.Month, m.Value.String(), m.Report,
			string(m.Confidence), by, millis(s.Now()))
		return err
	})
	return err
}

// Measurements lists the standing measured factors of a site for the months
// from first to last.
func (s *Store) Measurements(ctx context.Context, site, first, last string) ([]factor.Measurement, error) {
	out, err := all(ctx, s.reader, scanMeasurement, selectMeasurements, site, first, last)
	return out, s.tell(err)
}

func scanFactorSet(row scanner) (f factor.Adopted, err error) {
	var ms int64
	err = row.Scan(&f.ID, &f.Version, &f.SHA256, &f.CSV, &f.By, &ms)
	f.AdoptedAt = instant(ms)
	return f, err
}

func scanMeasurement(row scanner) (m factor.Measurement, err error) {
	var value string
	if err := row.Scan(&m.Site, &m.Source, &m.Parameter, &m.Month, &value, &m.Report, &m.Confidence); err != nil {
		return m, err
	}
	if m.Value, err = quantity.Parse(value); err != nil {
		return m, fmt.Errorf("measurement %s/%s/%s: %w", m.Source, m.Parameter, m.Month, err)
	}
	return m, nil
}
