package series

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver

	"lingtan/reading"
)

// Lite keeps readings in SQLite without cgo: the same hot table, the same
// segments, all arithmetic by reading.Fold. It is slower on a year and is the
// oracle the other engine is tested against.
type Lite struct {
	dir    string
	db     *sql.DB // readers and the writer; SQLite lets one write
	lock   *sql.DB // held open: keeps other processes out
	vault  *vault
	latest latest

	write   sync.Mutex
	arrived int64
	swap    sync.RWMutex
}

var _ reading.Series = (*Lite)(nil)

// schemaLite: values are kept as their bits, for SQLite stores −0 as 0 and NaN
// as NULL.
const schemaLite = `
CREATE TABLE IF NOT EXISTS hot (arr INTEGER PRIMARY KEY, series INTEGER NOT NULL, t INTEGER NOT NULL, recv INTEGER NOT NULL,
  v INTEGER NOT NULL, q INTEGER NOT NULL, seq INTEGER NOT NULL, why INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS hour (series INTEGER NOT NULL, hour INTEGER NOT NULL, amount INTEGER NOT NULL, covered INTEGER NOT NULL,
  n INTEGER NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY (series, hour)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stale (arr INTEGER NOT NULL, series INTEGER NOT NULL, hour INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS last (series INTEGER PRIMARY KEY, t INTEGER NOT NULL, recv INTEGER NOT NULL, v INTEGER NOT NULL, q INTEGER NOT NULL,
  seq INTEGER NOT NULL, why INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS mark (key TEXT PRIMARY KEY, pos INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS state (watermark INTEGER NOT NULL);
INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);`

// OpenLite opens or creates the engine in a folder. A crash while sealing is
// healed from the catalogue.
func OpenLite(ctx context.Context, o Options) (*Lite, error) {
	v, err := o.prepare(ctx)
	if err != nil {
		return nil, err
	}
	l := &Lite{dir: filepath.Dir(v.dir), vault: v}
	if err := l.connect(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if err := l.recover(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open readings: %w", err), l.Close())
	}
	return l, nil
}

// connect takes the folder and sets the database up. FULL, for NORMAL lost an
// acknowledged commit at a power cut.
func (l *Lite) connect(ctx context.Context) error {
	var err error
	if l.lock, err = sql.Open("sqlite", dsn(filepath.Join(l.dir, "lock.sqlite"), "locking_mode(EXCLUSIVE)", "journal_mode(DELETE)")); err != nil {
		return unusable(l.dir, err)
	}
	l.lock.SetMaxOpenConns(1)
	if _, err := l.lock.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS held (x); DELETE FROM held"); err != nil {
		if strings.Contains(err.Error(), "locked") {
			return inUse(l.dir, err)
		}
		return full(l.dir, unusable(l.dir, err))
	}
	if l.db, err = sql.Open("sqlite", dsn(filepath.Join(l.dir, "readings.sqlite"), "journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)")); err != nil {
		return unusable(l.dir, err)
	}
	if _, err := l.db.ExecContext(ctx, schemaLite); err != nil {
		return full(l.dir, unusable(l.dir, err))
	}
	for _, table := range []string{"hot", "last"} {
		if err := l.addReasons(ctx, table); err != nil {
			return full(l.dir, unusable(l.dir, err))
		}
	}
	return nil
}

// addReasons gives a table of before reasons were kept its column: what came
// then has none.
func (l *Lite) addReasons(ctx context.Context, table string) error {
	var columns int
	const query = "SELECT count(*) FROM pragma_table_info(?) WHERE name = 'why'"
	if err := l.db.QueryRowContext(ctx, query, table).Scan(&columns); err != nil || columns > 0 {
		return err
	}
	_, err := l.db.ExecContext(ctx, "ALTER TABLE "+table+" ADD COLUMN why INTEGER NOT NULL DEFAULT 0")
	return err
}

func dsn(path string, pragmas ...string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?_txlock=deferred&" + url.Values{"_pragma": pragmas}.Encode()
}

// recover finishes seals a crash interrupted and restores what memory holds.
func (l *Lite) recover(ctx context.Context) error {
	const arrived = "SELECT max(coalesce((SELECT max(arr) FROM hot), 0), watermark) FROM state"
	if err := l.db.QueryRowContext(ctx, arrived).Scan(&l.arrived); err != nil {
		return err
	}
	l.arrived = max(l.arrived, l.vault.upto())
	for _, query := range []string{
		"SELECT series, t, recv, v, q, seq, why FROM last",
		"SELECT series, t, recv, v, q, seq, why FROM hot",
	} {
		for r, err := range l.rows(ctx, l.db, query) {
			if err != nil {
				return err
			}
			l.latest.see(r)
		}
	}
	for _, s := range l.vault.list {
		if err := l.forget(ctx, s); err != nil {
			return fmt.Errorf("heal %s: %w", s.Name, err)
		}
	}
	return nil
}

// transact runs f in a transaction; one at a time.
func (l *Lite) transact(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return full(l.dir, err)
	}
	if err := f(tx); err != nil {
		return full(l.dir, errors.Join(err, tx.Rollback()))
	}
	return full(l.dir, tx.Commit())
}

// Latest gives the last counted reading of each series that has one.
func (l *Lite) Latest(_ context.Context, ids []reading.ID) ([]reading.Reading, error) {
	return l.latest.list(ids), nil
}

// Mark gives the last mark written under a key.
func (l *Lite) Mark(ctx context.Context, key string) (reading.Mark, bool, error) {
	m := reading.Mark{Key: key}
	err := l.db.QueryRowContext(ctx, "SELECT pos, note FROM mark WHERE key = ?", key).Scan(&m.Pos, &m.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return reading.Mark{}, false, nil
	}
	if err != nil {
		return reading.Mark{}, false, fmt.Errorf("mark %s: %w", key, err)
	}
	return m, true, nil
}

// Close lets the folder go.
func (l *Lite) Close() error {
	var errs []error
	for _, db := range []*sql.DB{l.db, l.lock} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close readings: %w", err)
	}
	return nil
}
