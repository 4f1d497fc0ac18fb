package series

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"lingtan/reading"
)

var _ Imaged = (*Lite)(nil)

// Still keeps writers waiting.
func (l *Lite) Still() func() {
	l.write.Lock()
	return l.write.Unlock
}

// liteImage is a read transaction of the write-ahead log.
type liteImage struct {
	tx    *sql.Tx
	l     *Lite
	state imageState
}

// Image begins it.
func (l *Lite) Image(ctx context.Context) (Image, error) {
	tx, err := l.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("hold readings: %w", err)
	}
	m := &liteImage{tx, l, imageState{Arrived: l.arrived}}
	if err := m.hold(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("hold readings: %w", err), tx.Rollback())
	}
	return m, nil
}

// hold asks the first question, from which on nothing changes.
func (m *liteImage) hold(ctx context.Context) error {
	if err := m.tx.QueryRowContext(ctx, "SELECT watermark FROM state").Scan(&m.state.Watermark); err != nil {
		return err
	}
	return eachRow(ctx, m.tx, "SELECT key, pos, note FROM mark ORDER BY key", func(scan func(...any) error) error {
		var k reading.Mark
		err := scan(&k.Key, &k.Pos, &k.Note)
		m.state.Marks = append(m.state.Marks, k)
		return err
	})
}

// eachRow runs a query and hands its rows on.
func eachRow(ctx context.Context, db querier, query string, row func(scan func(...any) error) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Arrived is the number of the last reading.
func (m *liteImage) Arrived() int64 { return m.state.Arrived }

// Close ends the transaction.
func (m *liteImage) Close() error { return m.tx.Rollback() }

// Write writes one of the files.
func (m *liteImage) Write(ctx context.Context, name string, w io.Writer) error {
	switch name {
	case stateFile:
		return writeState(w, m.state)
	case hotFile:
		out := newRows[hotRow](w)
		err := eachRow(ctx, m.tx, "SELECT arr, series, t, v, q, seq, recv, why FROM hot ORDER BY arr", func(scan func(...any) error) error {
			var r hotRow
			var bits int64
			err := scan(&r.Arr, &r.Series, &r.T, &bits, &r.Q, &r.Seq, &r.Recv, &r.Why)
			r.V = math.Float64frombits(uint64(bits))
			return errors.Join(err, out.add(r))
		})
		return errors.Join(err, out.close())
	case hourFile:
		out := newRows[derivedRow](w)
		err := eachRow(ctx, m.tx, "SELECT series, hour, amount, covered, n, flags FROM hour ORDER BY series, hour", func(scan func(...any) error) error {
			var r derivedRow
			err := scan(&r.Series, &r.Hour, &r.Amount, &r.Covered, &r.N, &r.Flags)
			return errors.Join(err, out.add(r))
		})
		return errors.Join(err, out.close())
	case staleFile:
		out := newRows[staleRow](w)
		err := eachRow(ctx, m.tx, "SELECT arr, series, hour FROM stale ORDER BY arr, series, hour", func(scan func(...any) error) error {
			var r staleRow
			err := scan(&r.Arr, &r.Series, &r.Hour)
			return errors.Join(err, out.add(r))
		})
		return errors.Join(err, out.close())
	case lastFile:
		out := newRows[row](w)
		for r, err := range m.l.rows(ctx, m.tx, "SELECT series, t, recv, v, q, seq, why FROM last ORDER BY series") {
			if err == nil {
				err = out.add(row{int64(r.Series), r.T, r.V, int32(r.Q), r.Seq, r.Recv, uint32(r.Why)})
			}
			if err != nil {
				return errors.Join(err, out.close())
			}
		}
		return out.close()
	}
	return noSuchImage(name)
}

// LoadLite makes an engine's database of an image, in a folder that has none:
// all of it or nothing. The segments lie in the folder already.
func LoadLite(ctx context.Context, o Options, open func(name string) (ImageFile, error)) (err error) {
	v, err := o.prepare(ctx)
	if err != nil {
		return err
	}
	l := &Lite{dir: filepath.Dir(v.dir), vault: v}
	if err := l.connect(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	state, err := readState(open)
	if err != nil {
		return err
	}
	return l.transact(ctx, func(tx *sql.Tx) error { return loadLite(ctx, tx, open, state) })
}

func loadLite(ctx context.Context, tx *sql.Tx, open opener, state imageState) error {
	err := loadRows(ctx, tx, open, hotFile, "INSERT INTO hot (arr, series, t, v, q, seq, recv, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", func(r hotRow) []any {
		return []any{r.Arr, r.Series, r.T, bitsOf(r.V), r.Q, r.Seq, r.Recv, r.Why}
	})
	if err != nil {
		return err
	}
	err = loadRows(ctx, tx, open, hourFile, "INSERT INTO hour (series, hour, amount, covered, n, flags) VALUES (?, ?, ?, ?, ?, ?)", func(r derivedRow) []any {
		return []any{r.Series, r.Hour, r.Amount, r.Covered, r.N, r.Flags}
	})
	if err != nil {
		return err
	}
	err = loadRows(ctx, tx, open, staleFile, "INSERT INTO stale (arr, series, hour) VALUES (?, ?, ?)", func(r staleRow) []any {
		return []any{r.Arr, r.Series, r.Hour}
	})
	if err != nil {
		return err
	}
	err = loadRows(ctx, tx, open, lastFile, "INSERT INTO last (series, t, v, q, seq, recv, why) VALUES (?, ?, ?, ?, ?, ?, ?)", func(r row) []any {
		return []any{r.Series, r.T, bitsOf(r.V), r.Q, r.Seq, r.Recv, r.Why}
	})
	if err != nil {
		return err
	}
	for _, m := range state.Marks {
		if _, err := tx.ExecContext(ctx, "INSERT INTO mark (key, pos, note) VALUES (?, ?, ?)", m.Key, m.Pos, m.Note); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "UPDATE state SET watermark = ?", state.Watermark)
	return err
}

func bitsOf(v float64) int64 { return int64(math.Float64bits(v)) }

func loadRows[T any](ctx context.Context, tx *sql.Tx, open opener, name, insert string, values func(T) []any) error {
	into, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return err
	}
	defer func() { _ = into.Close() }() // each execution told its own
	return eachChunk(open, name, func(rows []T) error {
		for _, r := range rows {
			if _, err := into.ExecContext(ctx, values(r)...); err != nil {
				return err
			}
		}
		return nil
	})
}
