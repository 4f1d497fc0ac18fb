//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"lingtan/reading"
)

// conn is a driver connection used without database/sql's row conversion,
// which costs four times as much as the row itself. Text is built of integers
// and file names of this package's own making only.
type conn struct {
	driver.Conn
}

// read runs f on a connection of its own.
func (d *Duck) read(ctx context.Context, f func(conn) error) error {
	c, err := d.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return c.Raw(func(dc any) error { return f(conn{dc.(driver.Conn)}) })
}

// transact runs f in a transaction on the writer.
func (d *Duck) transact(ctx context.Context, f func(conn) error) error {
	err := d.writer.Raw(func(dc any) error {
		c := conn{dc.(driver.Conn)}
		err := c.exec(ctx, "BEGIN TRANSACTION")
		if err == nil {
			err = f(c)
		}
		if err == nil {
			err = c.exec(ctx, "COMMIT")
		}
		if err != nil {
			_ = c.rollback(ctx) // the first error is the one to tell
		}
		return err
	})
	return full(d.dir, err)
}

// moment runs f in a transaction in which nothing is written.
func (c conn) moment(ctx context.Context, f func() error) error {
	err := c.exec(ctx, "BEGIN TRANSACTION")
	if err == nil {
		err = f()
	}
	if e := c.rollback(ctx); e != nil {
		return errors.Join(err, e)
	}
	return err
}

// rollback ends the transaction, if there is one: whoever gives up at BEGIN may
// have begun it and be told the contrary. What does not end makes the connection
// a bad one, which is not given to anybody else.
func (c conn) rollback(ctx context.Context) error {
	err := c.exec(context.WithoutCancel(ctx), "ROLLBACK")
	if e, ok := errors.AsType[*duckdb.Error](err); ok && e.Type == duckdb.ErrorTypeTransaction {
		return nil
	}
	if err != nil {
		return errors.Join(err, driver.ErrBadConn)
	}
	return nil
}

func (c conn) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, named(args))
	return err
}

func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

var errStop = errors.New("stop")

// each runs a query and hands its rows on; the slice is reused. errStop ends
// it early without an error.
func (c conn) each(ctx context.Context, query string, row func([]driver.Value) error) error {
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := row(values); errors.Is(err, errStop) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// fill appends rows to a table.
func (c conn) fill(table string, n int, row func(i int, into []driver.Value)) error {
	a, err := duckdb.NewAppenderFromConn(c.Conn, "", table)
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	var into [8]driver.Value
	width := map[string]int{"hot": 8, "hour": 6, "erase": 3, "stale": 3, "last": 7}[table]
	for i := range n {
		row(i, into[:width])
		if err := a.AppendRow(into[:width]...); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	return a.Close()
}

func readingOf(row []driver.Value) reading.Reading {
	return reading.Reading{
		Series: reading.ID(row[0].(int64)), T: row[1].(int64), Recv: row[2].(int64),
		V: row[3].(float64), Q: reading.Quality(row[4].(uint8)), Seq: row[5].(int64), Why: reading.Reason(row[6].(uint32)),
	}
}

// wideOf reads a HUGEINT.
func wideOf(v driver.Value) reading.Wide {
	switch n := v.(type) {
	case *big.Int:
		w, _ := reading.WideOfBig(n) // a HUGEINT fits
		return w
	case int64:
		return reading.WideOf(n)
	}
	return reading.Wide{}
}

// where tells a query's stretch in SQL, the instants widened by ms.
func where(q reading.Query, by int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "t >= %d AND t < %d", q.From-by, q.To+by)
	b.WriteString(whereSeries(q.Series))
	return b.String()
}

// quote makes a string literal of a file's name.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
