//go:build cgo

package series

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"lingtan/reading"
)

// Duck keeps readings in DuckDB: a hot table in arrival order, never
// clustered, and sealed months as Parquet segments beside it.
type Duck struct {
	dir    string
	db     *sql.DB
	vault  *vault
	latest latest

	write   sync.Mutex // one writer
	writer  *sql.Conn
	arrived int64 // the last arrival number

	swap sync.RWMutex // held while hot rows become a segment, so that no reader sees them twice or never
}

var (
	_ reading.Series = (*Duck)(nil)
	_ Summer         = (*Duck)(nil)
)

// schemaDuck: arr numbers arrivals; stale keeps what was dirty when its
// readings were sealed; last keeps the latest readings over a seal. Folders of
// before reasons were kept get their column: what came then has none.
const schemaDuck = `
CREATE TABLE IF NOT EXISTS hot (arr BIGINT NOT NULL, series BIGINT NOT NULL, t BIGINT NOT NULL, recv BIGINT NOT NULL,
  v DOUBLE NOT NULL, q UTINYINT NOT NULL, seq BIGINT NOT NULL, why UINTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS hour (series BIGINT NOT NULL, hour BIGINT NOT NULL, amount BIGINT NOT NULL, covered INTEGER NOT NULL,
  n INTEGER NOT NULL, flags UTINYINT NOT NULL);
CREATE TABLE IF NOT EXISTS stale (arr BIGINT NOT NULL, series BIGINT NOT NULL, hour BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS last (series BIGINT NOT NULL, t BIGINT NOT NULL, recv BIGINT NOT NULL, v DOUBLE NOT NULL, q UTINYINT NOT NULL,
  seq BIGINT NOT NULL, why UINTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS mark (key VARCHAR PRIMARY KEY, pos BIGINT NOT NULL, note VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS state (watermark BIGINT NOT NULL);
INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
ALTER TABLE hot ADD COLUMN IF NOT EXISTS why UINTEGER DEFAULT 0;
ALTER TABLE last ADD COLUMN IF NOT EXISTS why UINTEGER DEFAULT 0;`

// OpenDuck opens or creates the engine in a folder. A crash while sealing is
// healed from the catalogue.
func OpenDuck(ctx context.Context, o Options) (*Duck, error) {
	v, err := o.prepare(ctx)
	if err != nil {
		return nil, err
	}
	d := &Duck{dir: filepath.Dir(v.dir), vault: v}
	if err := d.connect(ctx, o); err != nil {
		return nil, errors.Join(d.openFault(err), d.Close())
	}
	if err := d.recover(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open readings: %w", err), d.Close())
	}
	return d, nil
}

// connect sets the engine up: nothing is downloaded, nothing can be changed
// later. The log is folded into the file every 256 MB, for the default of
// 16 MB does it in the midst of every import.
func (d *Duck) connect(ctx context.Context, o Options) error {
	settings := []string{
		fmt.Sprintf("SET memory_limit = '%dMB'", o.memoryMB()),
		fmt.Sprintf("SET threads = %d", o.threads()),
		"SET temp_directory = " + quote(filepath.Join(d.dir, "spill")),
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET preserve_insertion_order = false",
		"SET checkpoint_threshold = '256MB'",
		"SET lock_configuration = true",
	}
	once := sync.Once{}
	connector, err := duckdb.NewConnector(filepath.Join(d.dir, "readings.duckdb"), func(c driver.ExecerContext) error {
		var err error
		once.Do(func() {
			for _, s := range settings {
				if _, e := c.ExecContext(ctx, s, nil); e != nil {
					err = fmt.Errorf("%s: %w", s, e)
					return
				}
			}
		})
		return err
	})
	if err != nil {
		return err
	}
	d.db = sql.OpenDB(connector)
	if d.writer, err = d.db.Conn(ctx); err != nil {
		return err
	}
	_, err = d.writer.ExecContext(ctx, schemaDuck)
	return err
}

func (d *Duck) openFault(err error) error {
	if text := err.Error(); strings.Contains(text, "Conflicting lock") || strings.Contains(text, "set lock on file") {
		return inUse(d.dir, err)
	}
	return full(d.dir, unusable(d.dir, err))
}

// recover finishes seals a crash interrupted and restores what memory holds.
func (d *Duck) recover(ctx context.Context) error {
	if err := d.writer.QueryRowContext(ctx, "SELECT greatest(coalesce((SELECT max(arr) FROM hot), 0), watermark) FROM state").Scan(&d.arrived); err != nil {
		return err
	}
	d.arrived = max(d.arrived, d.vault.upto())
	if err := d.remember(ctx); err != nil {
		return err
	}
	for _, s := range d.vault.list {
		if err := d.forget(ctx, s); err != nil {
			return fmt.Errorf("heal %s: %w", s.Name, err)
		}
	}
	return nil
}

// remember fills the latest readings from the hot table and what seals kept.
func (d *Duck) remember(ctx context.Context) error {
	const query = `
SELECT h.series, h.t, h.recv, h.v, h.q, h.seq, h.why FROM hot h
JOIN (SELECT series, max(t) AS t FROM hot WHERE ` + counts + ` GROUP BY series) m ON h.series = m.series AND h.t = m.t
UNION ALL SELECT ` + readingColumns + ` FROM last`
	return d.read(ctx, func(c conn) error {
		return c.each(ctx, query, func(row []driver.Value) error {
			d.latest.see(readingOf(row))
			return nil
		})
	})
}

// counts is Reading.Counts; abs(NaN) is the largest value in DuckDB.
const counts = "(q < 3 AND abs(v) <= 1e15)"

// Latest gives the last counted reading of each series that has one.
func (d *Duck) Latest(_ context.Context, ids []reading.ID) ([]reading.Reading, error) {
	return d.latest.list(ids), nil
}

// Mark gives the last mark written under a key.
func (d *Duck) Mark(ctx context.Context, key string) (reading.Mark, bool, error) {
	m := reading.Mark{Key: key}
	err := d.db.QueryRowContext(ctx, "SELECT pos, note FROM mark WHERE key = ?", key).Scan(&m.Pos, &m.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return reading.Mark{}, false, nil
	}
	if err != nil {
		return reading.Mark{}, false, fmt.Errorf("mark %s: %w", key, err)
	}
	return m, true, nil
}

// Close folds the log into the file and lets it go.
func (d *Duck) Close() error {
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.Close())
	}
	if d.db != nil {
		errs = append(errs, d.db.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close readings: %w", err)
	}
	return nil
}
