package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/ledger"
)

const (
	actorColumns = `id, name, email, subject, duties, disabled`
	upsertActor  = `INSERT INTO actors (` + actorColumns + `, changed_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, subject = excluded.subject, duties = excluded.duties,
disabled = excluded.disabled, changed_ms = excluded.changed_ms`
	selectActor     = `SELECT ` + actorColumns + ` FROM actors WHERE id = $1`
	selectActors    = `SELECT ` + actorColumns + ` FROM actors WHERE id > $1 ORDER BY id LIMIT $2`
	actorOfSubject  = `SELECT ` + actorColumns + ` FROM actors WHERE subject = $1`
	actorOfEmail    = `SELECT ` + actorColumns + ` FROM actors WHERE email = $1`
	selectAdmitters = `SELECT ` + actorColumns + ` FROM actors WHERE disabled = 0 AND duties LIKE '%administrator%' ORDER BY id LIMIT $1`
)

// PutActor records a person, or what they now may do: a change of rights is an
// entry of the platform's chain with what it was and what it is, and ends the
// sessions that were begun with other rights.
func (s *Store) PutActor(ctx context.Context, a access.Actor, by string) error {
	if err := a.Validate(); err != nil {
		return err
	}
	if a.Duties == nil {
		a.Duties = []access.Duty{}
	}
	duties, err := json.Marshal(a.Duties)
	if err != nil {
		return err
	}
	d := ledger.Draft{Actor: by, Site: access.Platform, Kind: ledger.ActorPut, Subject: a.ID}
	return s.recordChange(ctx, d, func(tx *sql.Tx) (change, error) {
		before, c, err := judge(ctx, tx, a, by)
		if err != nil {
			return change{}, err
		}
		if _, err := tx.ExecContext(ctx, upsertActor, a.ID, a.Name, a.Email, a.Subject, string(duties), flag(a.Disabled), millis(s.Now())); err != nil {
			return change{}, err
		}
		out := change{After: a}
		if before != nil {
			out.Before = before
		}
		if before != nil && c.Moves() {
			_, err = tx.ExecContext(ctx, endSessionsOf, a.ID, millis(s.Now()), "")
		}
		return out, err
	})
}

// judge asks the rules of access about a change, under the platform's lock.
func judge(ctx context.Context, tx *sql.Tx, a access.Actor, by string) (before *access.Actor, c access.Change, err error) {
	c = access.Change{After: a, By: by}
	switch c.Before, err = scanActor(tx.QueryRowContext(ctx, selectActor, a.ID)); {
	case err == nil:
		before = &c.Before
	case !errors.Is(err, sql.ErrNoRows):
		return nil, c, err
	}
	admitters, err := all(ctx, tx, scanActor, selectAdmitters)
	if err != nil {
		return nil, c, err
	}
	for _, o := range admitters {
		c.Others = c.Others || o.ID != a.ID && o.Administers()
	}
	return before, c, c.Validate()
}

// Administered tells whether the platform has an administrator.
func (s *Store) Administered(ctx context.Context) (bool, error) {
	list, err := all(ctx, s.reader, scanActor, selectAdmitters)
	for _, a := range list {
		if a.Administers() {
			return true, nil
		}
	}
	return false, s.tell(err)
}

// Actor gives a person.
func (s *Store) Actor(ctx context.Context, id string) (access.Actor, error) {
	return s.oneActor(ctx, selectActor, id)
}

// ActorOfSubject gives the person who is somebody at the provider of OpenID Connect.
func (s *Store) ActorOfSubject(ctx context.Context, subject string) (access.Actor, error) {
	return s.oneActor(ctx, actorOfSubject, subject)
}

// ActorOfEmail gives the person with an address of mail.
func (s *Store) ActorOfEmail(ctx context.Context, email string) (access.Actor, error) {
	return s.oneActor(ctx, actorOfEmail, email)
}

func (s *Store) oneActor(ctx context.Context, query, key string) (access.Actor, error) {
	a, err := scanActor(s.reader.QueryRowContext(ctx, query, key))
	if errors.Is(err, sql.ErrNoRows) {
		return a, missing(lang.T("人员", "actor"), key)
	}
	return a, s.tell(err)
}

// Actors lists people by id.
func (s *Store) Actors(ctx context.Context, after string, limit int) ([]access.Actor, error) {
	out, err := collect(ctx, s.reader, scanActor, selectActors, after, pageOf(limit))
	return out, s.tell(err)
}

func scanActor(row scanner) (a access.Actor, err error) {
	var duties string
	var disabled int64
	if err := row.Scan(&a.ID, &a.Name, &a.Email, &a.Subject, &duties, &disabled); err != nil {
		return a, err
	}
	a.Disabled = disabled != 0
	if err := json.Unmarshal([]byte(duties), &a.Duties); err != nil {
		return a, fmt.Errorf("actor %s: duties: %w", a.ID, err)
	}
	return a, nil
}
