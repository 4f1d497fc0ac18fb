package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// The schema, step by step. A step that was ever released is never edited. A
// step in which the engines differ has one file for each, NNNN_name.engine.sql.
// Numbers rise and need not be dense: rooms that are built beside each other
// have numbers of their own, and a step that comes in later is taken then.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version   int
	name, sql string
	sha256    string
}

func (e engine) migrations() ([]migration, error) {
	files, err := migrationFiles.ReadDir("migrations") // sorted by name, so by number
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".sql")
		base, only, _ := strings.Cut(name, ".")
		if only != "" && only != e.name {
			continue
		}
		number, _, _ := strings.Cut(base, "_")
		version, err := strconv.Atoi(number)
		if err != nil || len(out) > 0 && version <= out[len(out)-1].version {
			return nil, fmt.Errorf("migration %s: want a number above that of the step before", f.Name())
		}
		text, err := migrationFiles.ReadFile("migrations/" + f.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		out = append(out, migration{version, base, string(text), hex.EncodeToString(sum[:])})
	}
	return out, nil
}

const (
	createMigrations = `CREATE TABLE IF NOT EXISTS migrations (
  version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_ms BIGINT NOT NULL)`
	selectMigrations = `SELECT version, sha256 FROM migrations ORDER BY version`
	insertMigration  = `INSERT INTO migrations (version, name, sha256, applied_ms) VALUES ($1, $2, $3, $4)`
)

// migrate takes all missing steps in one transaction, which both engines allow
// for DDL: a crash or a fault on the way leaves the database as it was.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := s.engine.migrations()
	if err != nil {
		return err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.engine.lock != "" {
		if _, err := tx.ExecContext(ctx, s.engine.lock); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, createMigrations); err != nil {
		return err
	}
	done, err := s.taken(ctx, tx, steps)
	if err != nil {
		return err
	}
	if err := s.take(ctx, tx, slices.DeleteFunc(steps, func(m migration) bool { return done[m.version] })); err != nil {
		return err
	}
	return tx.Commit()
}

// take takes steps of the schema, and notes that they were taken.
func (s *Store) take(ctx context.Context, tx *sql.Tx, steps []migration) error {
	for _, m := range steps {
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		if _, err := tx.ExecContext(ctx, insertMigration, m.version, m.name, m.sha256, s.Now().UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// taken tells which steps were taken, and refuses a database that another
// program has brought elsewhere.
func (s *Store) taken(ctx context.Context, tx *sql.Tx, steps []migration) (map[int]bool, error) {
	known, last := map[int]string{}, 0
	for _, m := range steps {
		known[m.version], last = m.sha256, m.version
	}
	rows, err := tx.QueryContext(ctx, selectMigrations)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	done := map[int]bool{}
	for rows.Next() {
		var version int
		var sum string
		if err := rows.Scan(&version, &sum); err != nil {
			return nil, err
		}
		switch {
		case version > last:
			return nil, fault.Conflict.Say(lang.T("数据库 %s 是第 %d 版,本程序只认识到第 %d 版", "database %s is of version %d, this program knows up to %d"),
				s.name, version, last).Do(lang.T("请用更新的程序打开它", "open it with a newer program"))
		case sum != known[version]:
			return nil, fault.Conflict.Say(lang.T("数据库 %s 的第 %d 版结构与本程序的不同", "version %[2]d of the schema of database %[1]s is not this program's"),
				s.name, version).Do(lang.T("请用建立它的程序打开,或从备份恢复", "open it with the program that made it, or restore a backup"))
		}
		done[version] = true
	}
	return done, rows.Err()
}
