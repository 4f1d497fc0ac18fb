package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"lingtan/dump"
	"lingtan/ledger"
	"lingtan/reading"
)

// left are the tables that no backup holds: who is signed in is signed in here,
// and the schema's steps are taken anew where it is restored.
//
//nolint:gochecknoglobals // a constant
var left = []string{"migrations", "sessions"}

const selectHeads = `SELECT site, seq, hash FROM ledger_heads WHERE seq > 0 ORDER BY site LIMIT $1`

// Snapshot is the database as it stood at one instant, while others go on
// writing: a read transaction of SQLite's write-ahead log, or a repeatable read
// of PostgreSQL.
type Snapshot struct {
	store *Store
	tx    *sql.Tx
}

// Snapshot takes the instant. It is to be closed soon: SQLite's log grows while
// it is open.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	options := &sql.TxOptions{ReadOnly: true}
	if s.engine.name == postgres.name {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := s.reader.BeginTx(ctx, options)
	if err != nil {
		return nil, s.tell(err)
	}
	var n int // both engines take the instant of the first question
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM ledger_heads`).Scan(&n); err != nil {
		return nil, errors.Join(s.tell(err), tx.Rollback())
	}
	return &Snapshot{s, tx}, nil
}

// Close lets the instant go.
func (p *Snapshot) Close() error { return p.tx.Rollback() }

// Schema lists the steps that had been taken.
func (p *Snapshot) Schema(ctx context.Context) ([]dump.Step, error) {
	scan := func(row scanner) (s dump.Step, err error) { return s, row.Scan(&s.Version, &s.Name) }
	out, err := all(ctx, p.tx, scan, `SELECT version, name FROM migrations ORDER BY version LIMIT $1`)
	return out, p.store.tell(err)
}

// Heads are the last places of all chains.
func (p *Snapshot) Heads(ctx context.Context) (map[string]ledger.Head, error) {
	out := map[string]ledger.Head{}
	scan := func(row scanner) (string, error) {
		var site, hash string
		var h ledger.Head
		if err := row.Scan(&site, &h.Seq, &hash); err != nil {
			return "", err
		}
		var err error
		h.Hash, err = ledger.ParseHash(hash)
		out[site] = h
		return site, err
	}
	_, err := all(ctx, p.tx, scan, selectHeads)
	return out, p.store.tell(err)
}

// Segments lists the sealed months of readings of every mine.
func (p *Snapshot) Segments(ctx context.Context) (map[string][]reading.Segment, error) {
	out := map[string][]reading.Segment{}
	scan := func(row scanner) (site string, err error) { return site, row.Scan(&site) }
	sites, err := all(ctx, p.tx, scan, `SELECT DISTINCT site FROM segments ORDER BY site LIMIT $1`)
	if err != nil {
		return nil, p.store.tell(err)
	}
	for _, site := range sites {
		if out[site], err = all(ctx, p.tx, scanSegment, selectSegments, site); err != nil {
			return nil, p.store.tell(err)
		}
	}
	return out, nil
}

// Evidence lists the files of evidence of all mines, each once, by their hash.
func (p *Snapshot) Evidence(ctx context.Context) ([]string, error) {
	scan := func(row scanner) (sum string, err error) { return sum, row.Scan(&sum) }
	out, err := all(ctx, p.tx, scan, `SELECT DISTINCT sha256 FROM evidence WHERE state <> 'refused' ORDER BY sha256 LIMIT $1`)
	return out, p.store.tell(err)
}

// made finds what a step makes, changes the name of or takes away.
var made = regexp.MustCompile(`(?m)^(CREATE TABLE|DROP TABLE) (?:IF (?:NOT )?EXISTS )?(\w+)|^ALTER TABLE (\w+) RENAME TO (\w+)`)

// Tables lists the tables of this program's schema in the order in which they
// were made, so that what a row refers to comes before it.
func (s *Store) Tables() ([]string, error) {
	steps, err := s.engine.migrations()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, step := range steps {
		for _, m := range made.FindAllStringSubmatch(step.sql, -1) {
			switch {
			case m[3] != "":
				if i := slices.Index(out, m[3]); i >= 0 {
					out[i] = m[4]
				}
			case strings.HasPrefix(m[1], "CREATE"):
				out = append(out, m[2])
			default:
				out = slices.DeleteFunc(out, func(t string) bool { return t == m[2] })
			}
		}
	}
	return slices.DeleteFunc(out, func(t string) bool { return slices.Contains(left, t) }), nil
}

// WriteTable writes a table's rows in the order of its key, which is the same
// on both engines.
func (p *Snapshot) WriteTable(ctx context.Context, w io.Writer, table string) (int64, error) {
	key, err := p.store.key(ctx, p.tx, table)
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", table, p.store.tell(err))
	}
	// The name is one of Tables, and no text of anybody's.
	rows, err := p.tx.QueryContext(ctx, `SELECT * FROM `+table+` ORDER BY `+strings.Join(key, ", ")) //nolint:gosec // G202: both are of this schema
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", table, p.store.tell(err))
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	out, err := dump.NewTable(w, table, columns)
	if err != nil {
		return 0, err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		if err := out.Write(row); err != nil {
			return 0, fmt.Errorf("table %s: %w", table, err)
		}
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("table %s: %w", table, p.store.tell(err))
	}
	return out.Close()
}

const (
	keySQLite   = `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk LIMIT $2`
	keyPostgres = `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = CAST($1 AS regclass) AND i.indisprimary ORDER BY array_position(CAST(i.indkey AS int2[]), a.attnum) LIMIT $2`
)

// key lists the columns of a table's primary key. Every table has one.
func (s *Store) key(ctx context.Context, db querier, table string) ([]string, error) {
	query := keySQLite
	if s.engine.name == postgres.name {
		query = keyPostgres
	}
	scan := func(row scanner) (name string, err error) { return name, row.Scan(&name) }
	key, err := all(ctx, db, scan, query, table)
	if err == nil && len(key) == 0 {
		err = fmt.Errorf("it has no primary key")
	}
	return key, err
}
