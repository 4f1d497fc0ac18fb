// Package store owns all SQL: what the product remembers besides readings, in
// SQLite by default and in PostgreSQL by DSN, and the transaction in which a
// change and the entry of the book that proves it become one.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lingtan/fault"
	"lingtan/ledger"
)

// System is the actor of what the program does by itself.
const System = "system"

// Store is an open database.
type Store struct {
	// Now is the clock for what is recorded; tests set their own before use.
	Now func() time.Time

	engine engine
	name   string  // for messages; never holds a password
	writer *sql.DB // SQLite: one connection, so that writers queue here and not in the file's lock
	reader *sql.DB
	watch  watch
}

// Open opens or creates a database and brings it to this program's version.
// dsn is a path, "sqlite:path" or "postgres://user:password@host:port/name".
func Open(ctx context.Context, dsn string) (*Store, error) {
	s, err := connect(dsn)
	if err != nil {
		return nil, err
	}
	s.Now = time.Now //nolint:forbidigo // the edge meets the clock here, and its caller may put another in
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(s.opening(err), s.Close())
	}
	return s, nil
}

// Engine names the engine: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name }

// Name tells which database this is, without its password.
func (s *Store) Name() string { return s.name }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.reader.PingContext(ctx); err != nil {
		return s.opening(err)
	}
	return nil
}

// Close waits for running statements and closes the database.
func (s *Store) Close() error {
	if s.reader == s.writer {
		return s.writer.Close()
	}
	return errors.Join(s.reader.Close(), s.writer.Close())
}

// write runs fn in one transaction: all of it or nothing.
func (s *Store) write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.tell(err)
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return s.tell(err)
	}
	return s.tell(tx.Commit())
}

// record runs fn and appends the entry that proves it, in one transaction. The
// chain's head is locked before fn runs, so whatever belongs to one site is
// written by one at a time, on both engines.
func (s *Store) record(ctx context.Context, d ledger.Draft, fn func(tx *sql.Tx) error) (ledger.Entry, error) {
	if d.At.IsZero() {
		d.At = s.Now()
	}
	d.Address = ledger.AddressOf(ctx)
	var entry ledger.Entry
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, d.Site)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		if entry, err = ledger.Chain(head, d); err != nil {
			return err
		}
		return appendEntry(ctx, tx, entry)
	})
	if err != nil {
		return ledger.Entry{}, during(d.Kind+" "+d.Subject, err)
	}
	return entry, nil
}

// during says in front of each of an error's parts what was being done, so
// that each can still be told by itself.
func during(act string, err error) error {
	parts := fault.Split(err)
	for i, part := range parts {
		parts[i] = fmt.Errorf("%s: %w", act, part)
	}
	return errors.Join(parts...)
}

// errSame is how fn tells recordOnce that there is nothing new to record.
var errSame = errors.New("recorded already")

// recordOnce is record for what may be sent twice.
func (s *Store) recordOnce(ctx context.Context, d ledger.Draft, fn func(tx *sql.Tx) error) error {
	_, err := s.record(ctx, d, fn)
	if errors.Is(err, errSame) {
		return nil
	}
	return err
}

// draft makes the entry of an act whose body is a value of the product.
func draft(actor, site, kind, subject string, body any) (ledger.Draft, error) {
	raw, err := ledger.Body(body)
	if err != nil {
		return ledger.Draft{}, fmt.Errorf("%s %s: %w", kind, subject, err)
	}
	return ledger.Draft{Actor: actor, Site: site, Kind: kind, Subject: subject, Body: raw}, nil
}
