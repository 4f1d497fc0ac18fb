package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lingtan/access"
	"lingtan/ledger"
	"lingtan/people"
)

const (
	credentialColumns = `actor, password, once, changed_ms, totp, totp_on, totp_step, recovery`
	upsertCredential  = `INSERT INTO credentials (` + credentialColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (actor) DO UPDATE SET password = excluded.password, once = excluded.once, changed_ms = excluded.changed_ms,
totp = excluded.totp, totp_on = excluded.totp_on, totp_step = excluded.totp_step, recovery = excluded.recovery`
	selectCredential = `SELECT ` + credentialColumns + ` FROM credentials WHERE actor = $1`
	// A code is spent by whoever writes first: the condition is the lock.
	spendStep     = `UPDATE credentials SET totp_step = $2 WHERE actor = $1 AND totp_step < $2`
	spendRecovery = `UPDATE credentials SET recovery = $3 WHERE actor = $1 AND recovery = $2`
)

// Credential gives what somebody shows; the zero one where there is nothing.
func (s *Store) Credential(ctx context.Context, actor string) (people.Credential, error) {
	c, err := scanCredential(s.reader.QueryRowContext(ctx, selectCredential, actor))
	if errors.Is(err, sql.ErrNoRows) {
		return people.Credential{}, nil
	}
	return c, s.tell(err)
}

// PutCredential keeps what somebody shows from now on. The book learns that it
// changed and nothing of what it is.
func (s *Store) PutCredential(ctx context.Context, c people.Credential, n people.Note) error {
	recovery, err := json.Marshal(append([]string{}, c.Recovery...))
	if err != nil {
		return err
	}
	keep := func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, upsertCredential, c.Actor, c.Password, flag(c.Once), millis(c.Changed), c.TOTP, flag(c.TOTPOn), c.Step, string(recovery)); err != nil || !n.Ends {
			return err
		}
		_, err := tx.ExecContext(ctx, endSessionsOf, c.Actor, millis(s.Now()), n.Keep)
		return err
	}
	if n.Kind == "" {
		return s.write(ctx, keep)
	}
	d, err := draft(n.By, access.Platform, n.Kind, c.Actor, struct{}{})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, keep)
	return err
}

// SpendStep uses a code up; false when it was used before.
func (s *Store) SpendStep(ctx context.Context, actor string, step int64) (spent bool, err error) {
	return spent, s.write(ctx, func(tx *sql.Tx) error {
		spent, err = changed(tx.ExecContext(ctx, spendStep, actor, step))
		return err
	})
}

// SpendRecovery uses a recovery code up; false when it was used before.
func (s *Store) SpendRecovery(ctx context.Context, actor, hash string) (spent bool, err error) {
	d, err := draft(actor, access.Platform, ledger.RecoverySpend, actor, struct{}{})
	if err != nil {
		return false, err
	}
	err = s.recordOnce(ctx, d, func(tx *sql.Tx) error {
		c, err := scanCredential(tx.QueryRowContext(ctx, selectCredential, actor))
		if err != nil {
			return err
		}
		i := slices.Index(c.Recovery, hash)
		if i < 0 {
			return errSame
		}
		old, err := json.Marshal(c.Recovery)
		if err != nil {
			return err
		}
		left, err := json.Marshal(slices.Delete(c.Recovery, i, i+1))
		if err != nil {
			return err
		}
		if spent, err = changed(tx.ExecContext(ctx, spendRecovery, actor, string(old), string(left))); err == nil && !spent {
			return errSame
		}
		return err
	})
	return spent && err == nil, err
}

// changed tells whether a statement changed a row.
func changed(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func scanCredential(row scanner) (c people.Credential, err error) {
	var once, on, ms int64
	var recovery string
	if err := row.Scan(&c.Actor, &c.Password, &once, &ms, &c.TOTP, &on, &c.Step, &recovery); err != nil {
		return c, err
	}
	c.Once, c.TOTPOn, c.Changed = once != 0, on != 0, instant(ms)
	if err := json.Unmarshal([]byte(recovery), &c.Recovery); err != nil {
		return c, fmt.Errorf("credential of %s: recovery codes: %w", c.Actor, err)
	}
	return c, nil
}
