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
	upsertActor = `INSERT INTO actors (id, name, role, sites, changed_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, sites = excluded.sites, changed_ms = excluded.changed_ms`
	selectActor  = `SELECT id, name, role, sites FROM actors WHERE id = $1`
	selectActors = `SELECT id, name, role, sites FROM actors WHERE id > $1 ORDER BY id LIMIT $2`
)

// PutActor records a person, or what they now may do: a change of rights is an
// entry of the platform's chain.
func (s *Store) PutActor(ctx context.Context, a access.Actor, by string) error {
	if err := a.Validate(); err != nil {
		return err
	}
	sites, err := json.Marshal(a.Sites)
	if err != nil {
		return err
	}
	d, err := draft(by, access.Platform, ledger.ActorPut, a.ID, a)
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, upsertActor, a.ID, a.Name, string(a.Role), string(sites), millis(s.Now()))
		return err
	})
	return err
}

// Actor gives a person.
func (s *Store) Actor(ctx context.Context, id string) (access.Actor, error) {
	a, err := scanActor(s.reader.QueryRowContext(ctx, selectActor, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, missing(lang.T("人员", "actor"), id)
	}
	return a, s.tell(err)
}

// Actors lists people by id.
func (s *Store) Actors(ctx context.Context, after string, limit int) ([]access.Actor, error) {
	out, err := collect(ctx, s.reader, scanActor, selectActors, after, pageOf(limit))
	return out, s.tell(err)
}

func scanActor(row scanner) (a access.Actor, err error) {
	var sites string
	if err := row.Scan(&a.ID, &a.Name, &a.Role, &sites); err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(sites), &a.Sites); err != nil {
		return a, fmt.Errorf("actor %s: sites: %w", a.ID, err)
	}
	return a, nil
}
