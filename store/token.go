package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/ledger"
)

//nolint:gosec // G101 sees credentials where there are the names of columns
const (
	tokenColumns    = `id, hash, actor, name, created_ms, expires_ms, revoked_ms, scope`
	insertToken     = `INSERT INTO tokens (` + tokenColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	selectToken     = `SELECT ` + tokenColumns + ` FROM tokens WHERE id = $1`
	selectTokens    = `SELECT ` + tokenColumns + ` FROM tokens WHERE actor = $1 ORDER BY created_ms, id LIMIT $2`
	selectAllTokens = `SELECT ` + tokenColumns + ` FROM tokens ORDER BY actor, created_ms, id LIMIT $1`
	revokeToken     = `UPDATE tokens SET revoked_ms = $2 WHERE id = $1`
)

// PutToken records an issued token; only its hash is kept.
func (s *Store) PutToken(ctx context.Context, t access.Token, by string) error {
	d, err := draft(by, access.Platform, ledger.TokenCreate, t.ID, t)
	if err != nil {
		return err
	}
	scope, err := json.Marshal(t.Scope)
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		if _, err := scanActor(tx.QueryRowContext(ctx, selectActor, t.Actor)); errors.Is(err, sql.ErrNoRows) {
			return missing(lang.T("人员", "actor"), t.Actor)
		} else if err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, insertToken, t.ID, hex.EncodeToString(t.Hash[:]), t.Actor, t.Name,
			millis(t.Created), millis(t.Expires), millis(t.Revoked), string(scope))
		return err
	})
	return err
}

// RevokeToken ends a token.
func (s *Store) RevokeToken(ctx context.Context, id, by string) error {
	d, err := draft(by, access.Platform, ledger.TokenRevoke, id, struct{}{})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		t, err := scanToken(tx.QueryRowContext(ctx, selectToken, id))
		if errors.Is(err, sql.ErrNoRows) {
			return missing(lang.T("令牌", "token"), id)
		}
		if err != nil {
			return err
		}
		if t, err = t.Revoke(s.Now()); err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, revokeToken, id, millis(t.Revoked)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, endSessionsOfToken, id, millis(t.Revoked)) // what it opened goes with it
		return err
	})
	return err
}

// Authenticate gives the actor whom a secret opens for now. Every secret that
// does not open has the one answer access.ErrRefused.
func (s *Store) Authenticate(ctx context.Context, secret string, now time.Time) (access.Actor, access.Token, error) {
	id, err := access.TokenID(secret)
	if err != nil {
		return access.Actor{}, access.Token{}, err
	}
	t, err := scanToken(s.reader.QueryRowContext(ctx, selectToken, id))
	if errors.Is(err, sql.ErrNoRows) {
		return access.Actor{}, access.Token{}, access.ErrRefused
	}
	if err != nil {
		return access.Actor{}, access.Token{}, s.tell(err)
	}
	if err := t.Check(secret, now); err != nil {
		return access.Actor{}, access.Token{}, err
	}
	a, err := s.Actor(ctx, t.Actor)
	if err != nil || a.Disabled {
		return access.Actor{}, access.Token{}, cmp.Or[error](err, access.ErrRefused)
	}
	return a.Narrowed(t.Scope), t, nil
}

// Token gives a token by its id.
func (s *Store) Token(ctx context.Context, id string) (access.Token, error) {
	t, err := scanToken(s.reader.QueryRowContext(ctx, selectToken, id))
	if errors.Is(err, sql.ErrNoRows) {
		return t, missing(lang.T("令牌", "token"), id)
	}
	return t, s.tell(err)
}

// Everybody's tokens are listed under this name, which nobody has.
const everybody = "*"

// Tokens lists an actor's tokens, oldest first.
func (s *Store) Tokens(ctx context.Context, actor string) ([]access.Token, error) {
	if actor == everybody {
		out, err := all(ctx, s.reader, scanToken, selectAllTokens)
		return out, s.tell(err)
	}
	out, err := all(ctx, s.reader, scanToken, selectTokens, actor)
	return out, s.tell(err)
}

func scanToken(row scanner) (t access.Token, err error) {
	var hash, scope string
	var created, expires, revoked int64
	if err := row.Scan(&t.ID, &hash, &t.Actor, &t.Name, &created, &expires, &revoked, &scope); err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(scope), &t.Scope); err != nil {
		return t, fmt.Errorf("token %s: scope: %w", t.ID, err)
	}
	t.Created, t.Expires, t.Revoked = instant(created), instant(expires), instant(revoked)
	if n, err := hex.Decode(t.Hash[:], []byte(hash)); err != nil || n != len(t.Hash) {
		return t, fmt.Errorf("token %s: its hash is damaged", t.ID)
	}
	return t, nil
}
