package store

import (
	"context"
	"database/sql"
	"log/slog"
)

// MaxAll bounds a complete list.
const MaxAll = maxAll

// Raw gives the database behind the methods: what somebody with a password
// and bad intentions has.
func (s *Store) Raw() *sql.DB { return s.writer }

// Numbers lists 1 … n as a complete list does.
func (s *Store) Numbers(ctx context.Context, n int) ([]string, error) {
	const query = `WITH RECURSIVE n (i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i - 1 FROM n WHERE i > 1) SELECT i FROM n LIMIT $2`
	return all(ctx, s.reader, scanText, query, n)
}

// LookAll is one look of WatchLedger.
func (s *Store) LookAll(ctx context.Context, log *slog.Logger, whole bool) error {
	return s.lookAll(ctx, log, whole)
}
