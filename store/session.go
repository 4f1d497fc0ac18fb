package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/people"
)

const (
	sessionColumns = `id, hash, actor, token, way, address, agent, began_ms, seen_ms, idle_ms, expires_ms, ended_ms`
	insertSession  = `INSERT INTO sessions (` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	selectSession  = `SELECT ` + sessionColumns + ` FROM sessions WHERE id = $1`
	selectSessions = `SELECT ` + sessionColumns + ` FROM sessions WHERE actor = $1 AND ended_ms = 0 ORDER BY began_ms DESC, id LIMIT $2`
	touchSession   = `UPDATE sessions SET seen_ms = $2 WHERE id = $1 AND ended_ms = 0`
	endSession     = `UPDATE sessions SET ended_ms = $2 WHERE id = $1 AND ended_ms = 0`
	// endSessionsOf ends what somebody has open, but for one session.
	endSessionsOf      = `UPDATE sessions SET ended_ms = $2 WHERE actor = $1 AND ended_ms = 0 AND id <> $3`
	endSessionsOfToken = `UPDATE sessions SET ended_ms = $2 WHERE token = $1 AND ended_ms = 0`
	dropSessions       = `DELETE FROM sessions WHERE expires_ms < $1`
)

// sessionsKept is how long what was open is still known. That somebody signed
// in stands in the book for ever.
const sessionsKept = 90 * 24 * time.Hour

// PutSession records that somebody has signed in; only the hash of what the
// cookie holds is kept.
func (s *Store) PutSession(ctx context.Context, v people.Session) error {
	d, err := draft(v.Actor, access.Platform, ledger.SessionBegin, v.ID, map[string]string{"way": string(v.Way), "agent": v.Agent})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, dropSessions, millis(s.Now().Add(-sessionsKept))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, insertSession, v.ID, hex.EncodeToString(v.Hash[:]), v.Actor, v.Token, string(v.Way), v.Address, v.Agent,
			millis(v.Began), millis(v.Seen), v.Idle.Milliseconds(), millis(v.Expires), millis(v.Ended))
		return err
	})
	return err
}

// OpenSession gives a session with whose it is, as far as the token that began
// it lets them.
func (s *Store) OpenSession(ctx context.Context, id string) (people.Opened, error) {
	var o people.Opened
	var err error
	if o.Session, err = scanSession(s.reader.QueryRowContext(ctx, selectSession, id)); errors.Is(err, sql.ErrNoRows) {
		return o, missing(lang.T("会话", "session"), id)
	} else if err != nil {
		return o, s.tell(err)
	}
	if o.Actor, err = s.Actor(ctx, o.Session.Actor); err != nil {
		return o, err
	}
	c, err := s.Credential(ctx, o.Actor.ID)
	if err != nil {
		return o, err
	}
	o.Once = c.Once
	if o.Session.Token == "" {
		return o, nil
	}
	t, err := scanToken(s.reader.QueryRowContext(ctx, selectToken, o.Session.Token))
	if err != nil {
		return o, s.tell(err)
	}
	o.Actor, o.Over = o.Actor.Narrowed(t.Scope), !t.Revoked.IsZero()
	return o, nil
}

// TouchSession notes when a session was last used.
func (s *Store) TouchSession(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, touchSession, id, millis(at))
		return err
	})
}

// EndSession ends one.
func (s *Store) EndSession(ctx context.Context, id, by string) error {
	d, err := draft(by, access.Platform, ledger.SessionEnd, id, struct{}{})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, endSession, id, millis(s.Now()))
		return one(done, err, fault.Conflict.Say(lang.T("会话已结束", "the session is over")))
	})
	return err
}

// EndSessions ends all that somebody has open, but for one.
func (s *Store) EndSessions(ctx context.Context, actor, keep, by string) error {
	d, err := draft(by, access.Platform, ledger.SessionsEnd, actor, struct{}{})
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, endSessionsOf, actor, millis(s.Now()), keep)
		return err
	})
	return err
}

// Sessions lists what somebody has not ended, newest first.
func (s *Store) Sessions(ctx context.Context, actor string) ([]people.Session, error) {
	out, err := all(ctx, s.reader, scanSession, selectSessions, actor)
	return out, s.tell(err)
}

func scanSession(row scanner) (v people.Session, err error) {
	var hash string
	var began, seen, idle, expires, ended int64
	if err := row.Scan(&v.ID, &hash, &v.Actor, &v.Token, &v.Way, &v.Address, &v.Agent, &began, &seen, &idle, &expires, &ended); err != nil {
		return v, err
	}
	v.Began, v.Seen, v.Expires, v.Ended = instant(began), instant(seen), instant(expires), instant(ended)
	v.Idle = time.Duration(idle) * time.Millisecond
	if n, err := hex.Decode(v.Hash[:], []byte(hash)); err != nil || n != len(v.Hash) {
		return v, fmt.Errorf("session %s: its hash is damaged", v.ID)
	}
	return v, nil
}
