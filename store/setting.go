package store

import (
	"context"
	"database/sql"
	"errors"

	"lingtan/access"
	"lingtan/ledger"
)

const (
	upsertSetting = `INSERT INTO settings (name, value, actor, changed_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, actor = excluded.actor, changed_ms = excluded.changed_ms`
	selectSetting  = `SELECT value FROM settings WHERE name = $1`
	selectSettings = `SELECT name, value FROM settings ORDER BY name LIMIT $1`
)

// PutSetting records a setting of the platform, which is no secret: its value
// stands in the ledger.
func (s *Store) PutSetting(ctx context.Context, name, value, by string) error {
	d, err := draft(by, access.Platform, ledger.SettingPut, name, map[string]string{"value": value})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, upsertSetting, name, value, by, millis(s.Now()))
		return err
	})
	return err
}

// Setting gives a setting; false when it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, bool, error) {
	value, err := scanText(s.reader.QueryRowContext(ctx, selectSetting, name))
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return value, err == nil, s.tell(err)
}

// Settings gives all of them.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	type setting struct{ name, value string }
	scan := func(row scanner) (v setting, err error) { return v, row.Scan(&v.name, &v.value) }
	list, err := all(ctx, s.reader, scan, selectSettings)
	out := make(map[string]string, len(list))
	for _, v := range list {
		out[v.name] = v.value
	}
	return out, s.tell(err)
}
