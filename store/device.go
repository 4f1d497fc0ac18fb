package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lingtan/ledger"
)

// deviceEntry is what the ledger keeps of a device's file: a file says which
// register is which point, so a verifier must find the one that was in force.
type deviceEntry struct {
	SHA256 string `json:"sha256,omitempty"`
	File   string `json:"file,omitempty"` // the text
}

// lastAbout is the last entry about a subject; the ledger's order is its number.
const lastAbout = `SELECT kind, body FROM ledger WHERE site = $1 AND subject = $2 ORDER BY seq DESC LIMIT 1`

// AdoptDevice puts a device's file on record, unless it is the one recorded
// last; fresh tells which. An empty file records that the device was taken away.
func (s *Store) AdoptDevice(ctx context.Context, site, device, sha256 string, file []byte, by string) (fresh bool, err error) {
	subject, kind := "device/"+device, ledger.DeviceAdopt
	if len(file) == 0 {
		kind = ledger.DeviceRemove
	}
	d, err := draft(by, site, kind, subject, deviceEntry{SHA256: sha256, File: string(file)})
	if err != nil {
		return false, err
	}
	fresh = true
	err = s.recordOnce(ctx, d, func(tx *sql.Tx) error {
		var was, body string
		switch err := tx.QueryRowContext(ctx, lastAbout, site, subject).Scan(&was, &body); {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return err
		}
		var last deviceEntry
		if err := json.Unmarshal([]byte(body), &last); err != nil {
			return fmt.Errorf("ledger entry about %s: %w", subject, err)
		}
		if was == kind && last.SHA256 == sha256 {
			fresh = false
			return errSame
		}
		return nil
	})
	return fresh, err
}
