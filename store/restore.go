package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lingtan/dump"
	"lingtan/fault"
	"lingtan/lang"
)

// atOnce bounds the values of one statement of a restore: SQLite takes 32,766
// of them, and more gain nothing.
const atOnce = 6000

// Restore brings the tables of a backup into an empty database: the schema as
// it was when the backup was made, then all rows in one transaction, then the
// steps that came since. What fails leaves an empty database behind.
func Restore(ctx context.Context, dsn string, d dump.Relations, open func(table string) (io.ReadCloser, error), tell func(table string, rows int64)) error {
	s, err := connect(dsn)
	if err != nil {
		return err
	}
	err = s.restore(ctx, d, open, tell)
	return errors.Join(err, s.Close())
}

func (s *Store) restore(ctx context.Context, d dump.Relations, open func(string) (io.ReadCloser, error), tell func(string, int64)) error {
	s.Now = time.Now //nolint:forbidigo // the steps of the schema are noted with the machine's own clock
	if err := s.empty(ctx); err != nil {
		return s.opening(err)
	}
	tables, err := s.Tables()
	if err != nil {
		return err
	}
	for _, t := range d.Tables {
		if !slices.Contains(tables, t) {
			return fault.Conflict.Say(lang.T("本程序没有表 %q", "this program has no table %q"), t).Do(lang.T("用更新的程序恢复", "restore it with a newer program"))
		}
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.tell(err)
	}
	defer tx.Rollback()
	then, since, err := s.steps(d)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, createMigrations); err != nil {
		return s.tell(err)
	}
	if err := s.take(ctx, tx, then); err != nil {
		return s.tell(err)
	}
	for _, table := range d.Tables {
		if err := s.load(ctx, tx, table, open, tell); err != nil {
			return fmt.Errorf("restore table %s: %w", table, s.tell(err))
		}
	}
	if err := s.take(ctx, tx, since); err != nil {
		return s.tell(err)
	}
	return s.tell(tx.Commit())
}

// steps parts the schema's steps into those of when the backup was made and
// those that came since.
func (s *Store) steps(d dump.Relations) (then, since []migration, err error) {
	steps, err := s.engine.migrations()
	if err != nil {
		return nil, nil, err
	}
	for _, step := range steps {
		if slices.ContainsFunc(d.Schema, func(taken dump.Step) bool { return taken.Version == step.version }) {
			then = append(then, step)
		} else {
			since = append(since, step)
		}
	}
	if len(then) != len(d.Schema) {
		return nil, nil, fault.Conflict.Say(lang.T("备份的数据库结构比本程序的新", "the backup is of a newer schema than this program's")).
			Do(lang.T("用更新的程序恢复", "restore it with a newer program"))
	}
	return then, since, nil
}

// empty refuses a database that somebody uses.
func (s *Store) empty(ctx context.Context) error {
	var n int
	query := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`
	if s.engine.name == postgres.name {
		query = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'migrations'`
	}
	if err := s.reader.QueryRowContext(ctx, query).Scan(&n); err != nil || n == 0 {
		return err
	}
	return fault.Conflict.Say(lang.T("数据库 %s 不是空的", "database %s is not empty"), s.name).
		Do(lang.T("恢复到一个空的数据库", "restore into an empty database"))
}

// load reads a table's rows into the database.
func (s *Store) load(ctx context.Context, tx *sql.Tx, table string, open func(string) (io.ReadCloser, error), tell func(string, int64)) error {
	file, err := open(table)
	if err != nil {
		return err
	}
	defer file.Close()
	from, err := dump.OpenTable(file)
	if err != nil {
		return err
	}
	if from.Table != table {
		return fault.Conflict.Say(lang.T("文件里是表 %q", "the file is of table %q"), from.Table)
	}
	if err := s.hasColumns(ctx, tx, table, from.Columns); err != nil {
		return err
	}
	insert := `INSERT INTO ` + table + ` (` + strings.Join(from.Columns, ", ") + `) VALUES `
	var rows int64
	args := make([]any, 0, atOnce)
	flush := func() error {
		n := len(args) / len(from.Columns)
		if n == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, insert+values(n, len(from.Columns)), args...)
		args, rows = args[:0], rows+int64(n)
		if tell != nil {
			tell(table, rows)
		}
		return err
	}
	for {
		row, err := from.Read()
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return err
		}
		if args = append(args, row...); len(args)+len(row) > atOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// hasColumns refuses names that the table has not: they come from a file, and
// go into a statement.
func (s *Store) hasColumns(ctx context.Context, tx *sql.Tx, table string, names []string) error {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table+` LIMIT 0`) //nolint:gosec // G202: the table is one of Tables
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.Contains(columns, name) {
			return fault.Conflict.Say(lang.T("表 %s 没有列 %.40q", "table %s has no column %.40q"), table, name)
		}
	}
	return rows.Err()
}
