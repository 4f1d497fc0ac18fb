//go:build cgo

package series

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"lingtan/reading"
)

var _ Imaged = (*Duck)(nil)

// Still keeps writers waiting.
func (d *Duck) Still() func() {
	d.write.Lock()
	return d.write.Unlock
}

// duckImage is a transaction that sees what was there when it began, on a
// connection of its own.
type duckImage struct {
	db    *sql.Conn
	state imageState
}

// Image begins it.
func (d *Duck) Image(ctx context.Context) (Image, error) {
	db, err := d.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold readings: %w", err)
	}
	m := &duckImage{db: db, state: imageState{Arrived: d.arrived}}
	// The instant is that of the first question, not of BEGIN.
	err = m.raw(func(c conn) error {
		if err := c.exec(ctx, "BEGIN TRANSACTION"); err != nil {
			return err
		}
		err := c.each(ctx, "SELECT watermark FROM state", func(row []driver.Value) error {
			m.state.Watermark = row[0].(int64)
			return nil
		})
		if err != nil {
			return err
		}
		return c.each(ctx, "SELECT key, pos, note FROM mark ORDER BY key", func(row []driver.Value) error {
			m.state.Marks = append(m.state.Marks, reading.Mark{Key: row[0].(string), Pos: row[1].(int64), Note: row[2].(string)})
			return nil
		})
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("hold readings: %w", err), m.Close())
	}
	return m, nil
}

func (m *duckImage) raw(f func(conn) error) error {
	return m.db.Raw(func(dc any) error { return f(conn{dc.(driver.Conn)}) })
}

// Arrived is the number of the last reading.
func (m *duckImage) Arrived() int64 { return m.state.Arrived }

// Close ends the transaction.
func (m *duckImage) Close() error {
	err := m.raw(func(c conn) error { return c.rollback(context.Background()) })
	return errors.Join(err, m.db.Close())
}

// Write writes one of the files.
func (m *duckImage) Write(ctx context.Context, name string, w io.Writer) error {
	return m.raw(func(c conn) error {
		switch name {
		case stateFile:
			return writeState(w, m.state)
		case hotFile:
			return c.hotRows(ctx, w, m.state.Arrived)
		case hourFile:
			return c.hourRows(ctx, w)
		case staleFile:
			out := newRows[staleRow](w)
			err := c.each(ctx, "SELECT arr, series, hour FROM stale ORDER BY arr, series, hour", func(row []driver.Value) error {
				return out.add(staleRow{row[0].(int64), row[1].(int64), row[2].(int64)})
			})
			return errors.Join(err, out.close())
		case lastFile:
			out := newRows[row](w)
			err := c.each(ctx, "SELECT "+readingColumns+" FROM last ORDER BY series", func(values []driver.Value) error {
				return out.add(rowOf(readingOf(values)))
			})
			return errors.Join(err, out.close())
		}
		return noSuchImage(name)
	})
}

func rowOf(r reading.Reading) row {
	return row{int64(r.Series), r.T, r.V, int32(r.Q), r.Seq, r.Recv, uint32(r.Why)}
}

// A result is whole in memory before its first row is seen, so that long tables
// are read piece by piece.
const (
	arrivalsAtOnce = 1 << 19
	seriesAtOnce   = 64
)

func (c conn) hotRows(ctx context.Context, w io.Writer, arrived int64) error {
	out := newRows[hotRow](w)
	first := arrived + 1
	err := c.each(ctx, "SELECT coalesce(min(arr), 9223372036854775807) FROM hot", func(row []driver.Value) error {
		first = min(first, row[0].(int64))
		return nil
	})
	for at := first; err == nil && at <= arrived; at += arrivalsAtOnce {
		query := fmt.Sprintf("SELECT "+readingColumns+", arr FROM hot WHERE arr >= %d AND arr < %d ORDER BY arr", at, at+arrivalsAtOnce)
		err = c.each(ctx, query, func(row []driver.Value) error { return out.add(hotRow{row[7].(int64), rowOf(readingOf(row))}) })
	}
	return errors.Join(err, out.close())
}

func (c conn) hourRows(ctx context.Context, w io.Writer) error {
	var ids []reading.ID
	err := c.each(ctx, "SELECT DISTINCT series FROM hour ORDER BY series", func(row []driver.Value) error {
		ids = append(ids, reading.ID(row[0].(int64)))
		return nil
	})
	out := newRows[derivedRow](w)
	for len(ids) > 0 && err == nil {
		n := min(len(ids), seriesAtOnce)
		query := fmt.Sprintf("SELECT series, hour, amount, covered, n, flags FROM hour WHERE series >= %d AND series <= %d ORDER BY series, hour", ids[0], ids[n-1])
		err = c.each(ctx, query, func(row []driver.Value) error {
			return out.add(derivedRow{row[0].(int64), row[1].(int64), row[2].(int64), int64(row[3].(int32)), row[4].(int32), int32(row[5].(uint8))})
		})
		ids = ids[n:]
	}
	return errors.Join(err, out.close())
}

// LoadDuck makes an engine's database of an image, in a folder that has none:
// all of it or nothing. The segments lie in the folder already.
func LoadDuck(ctx context.Context, o Options, open func(name string) (ImageFile, error)) (err error) {
	v, err := o.prepare(ctx)
	if err != nil {
		return err
	}
	d := &Duck{dir: filepath.Dir(v.dir), vault: v}
	if err := d.connect(ctx, o); err != nil {
		return errors.Join(d.openFault(err), d.Close())
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	state, err := readState(open)
	if err != nil {
		return err
	}
	return d.transact(ctx, func(c conn) error { return c.load(ctx, open, state) })
}

func (c conn) load(ctx context.Context, open opener, state imageState) error {
	err := eachChunk(open, hotFile, func(rows []hotRow) error {
		return c.fill("hot", len(rows), func(i int, into []driver.Value) {
			r := &rows[i]
			into[0], into[1], into[2], into[3] = r.Arr, r.Series, r.T, r.Recv
			into[4], into[5], into[6], into[7] = r.V, uint8(r.Q), r.Seq, r.Why
		})
	})
	if err != nil {
		return err
	}
	err = eachChunk(open, hourFile, func(rows []derivedRow) error {
		return c.fill("hour", len(rows), func(i int, into []driver.Value) {
			r := &rows[i]
			into[0], into[1], into[2], into[3], into[4], into[5] = r.Series, r.Hour, r.Amount, int32(r.Covered), r.N, uint8(r.Flags)
		})
	})
	if err != nil {
		return err
	}
	err = eachChunk(open, staleFile, func(rows []staleRow) error {
		return c.fill("stale", len(rows), func(i int, into []driver.Value) {
			into[0], into[1], into[2] = rows[i].Arr, rows[i].Series, rows[i].Hour
		})
	})
	if err != nil {
		return err
	}
	err = eachChunk(open, lastFile, func(rows []row) error {
		return c.fill("last", len(rows), func(i int, into []driver.Value) {
			r := &rows[i]
			into[0], into[1], into[2], into[3], into[4], into[5], into[6] = r.Series, r.T, r.Recv, r.V, uint8(r.Q), r.Seq, r.Why
		})
	})
	if err != nil {
		return err
	}
	for _, m := range state.Marks {
		if err := c.exec(ctx, "INSERT INTO mark VALUES (?, ?, ?)", m.Key, m.Pos, m.Note); err != nil {
			return err
		}
	}
	return c.exec(ctx, fmt.Sprintf("UPDATE state SET watermark = %d", state.Watermark))
}
