//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lingtan/reading"
)

// partRows bounds what one query of a scan may bring into memory: some 300 MB
// with its sort.
const partRows = 4 << 20

// view is one moment of the data: a connection inside a transaction and the
// segments that belong to it.
type view struct {
	conn
	source string // SQL of everything in the stretch, with readingColumns
}

// view runs f on one moment of the stretch.
func (d *Duck) view(ctx context.Context, q reading.Query, by int64, f func(view) error) error {
	return d.read(ctx, func(c conn) error {
		return d.snapshot(ctx, c, q, by, func(segments []reading.Segment) error {
			return f(view{conn: c, source: d.source(q, by, segments)})
		})
	})
}

// snapshot runs f in a transaction whose moment is fixed by a first look at the
// table, together with the list of segments.
func (d *Duck) snapshot(ctx context.Context, c conn, q reading.Query, by int64, f func([]reading.Segment) error) error {
	return c.moment(ctx, func() error {
		segments, err := d.firstLook(ctx, c, q, by)
		if err != nil {
			return err
		}
		return f(segments)
	})
}

func (d *Duck) firstLook(ctx context.Context, c conn, q reading.Query, by int64) ([]reading.Segment, error) {
	d.swap.RLock()
	defer d.swap.RUnlock()
	segments, err := d.vault.segments(q.From-by, q.To+by)
	if err != nil {
		return nil, err
	}
	return segments, c.exec(ctx, "SELECT arr FROM hot LIMIT 1")
}

// readingColumns are those of readingOf.
const readingColumns = "series, t, recv, v, q, seq, why"

// source selects the stretch from the hot table and the segments.
func (d *Duck) source(q reading.Query, by int64, segments []reading.Segment) string {
	var sql strings.Builder
	sql.WriteString("SELECT " + readingColumns + " FROM hot WHERE " + where(q, by))
	with, without := d.vault.reasoned(segments)
	for _, part := range []struct {
		segments []reading.Segment
		why      string
	}{{with, "why"}, {without, "0::UINTEGER"}} {
		if len(part.segments) > 0 {
			sql.WriteString(" UNION ALL SELECT series, t, recv, v, q::UTINYINT AS q, seq, " + part.why + " AS why FROM " + d.files(part.segments) + " WHERE " + where(q, by))
		}
	}
	return "(" + sql.String() + ")"
}

func (d *Duck) files(segments []reading.Segment) string {
	names := make([]string, len(segments))
	for i, s := range segments {
		names[i] = quote(d.vault.path(s))
	}
	return "read_parquet([" + strings.Join(names, ", ") + "])"
}

// part is a piece of a query that fits into memory.
type part struct {
	reading.Query
	rows int64
}

// parts cuts the stretch by series, and a series too large for one part by
// time, on full hours.
func (v view) parts(ctx context.Context, q reading.Query) ([]part, error) {
	var out []part
	query := "SELECT series, count(*), min(t), max(t) FROM " + v.source + " GROUP BY series ORDER BY series"
	err := v.each(ctx, query, func(row []driver.Value) error {
		p := part{Query: q, rows: row[1].(int64)}
		p.Series = []reading.ID{reading.ID(row[0].(int64))}
		if n := len(out); n > 0 && out[n-1].rows+p.rows <= partRows {
			out[n-1].Series = append(out[n-1].Series, p.Series...)
			out[n-1].rows += p.rows
			return nil
		}
		out = append(out, p.cut(row[2].(int64), row[3].(int64))...)
		return nil
	})
	return out, err
}

// cut cuts a part whose readings lie between two instants so that, evenly
// spread, each piece is small enough.
func (p part) cut(first, last int64) []part {
	pieces := p.rows/partRows + 1
	step := (last-first)/pieces/reading.HourMS*reading.HourMS + reading.HourMS
	var out []part
	at := reading.HourOf(first) * reading.HourMS
	for range pieces - 1 {
		if at += step; at >= last {
			break
		}
		before := p
		before.To, before.rows = at, partRows
		out = append(out, before)
		p.From, p.rows = at, partRows
	}
	return append(out, p)
}

// scan hands the readings of a query over, part by part, until no more are wanted.
func (v view) scan(ctx context.Context, q reading.Query, yield func(reading.Reading, error) bool) (stopped bool, err error) {
	parts, err := v.parts(ctx, q)
	for _, p := range parts {
		if err != nil || stopped {
			break
		}
		err = v.rows(ctx, readingColumns, p.Query, func(r reading.Reading) bool {
			stopped = !yield(r, nil)
			return !stopped
		})
	}
	return stopped, err
}

// Scan yields readings in Compare order.
func (d *Duck) Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		stopped := false
		err := d.view(ctx, q, 0, func(v view) error {
			var err error
			stopped, err = v.scan(ctx, q, yield)
			return err
		})
		if err != nil && !stopped {
			yield(reading.Reading{}, fmt.Errorf("scan readings: %w", err))
		}
	}
}

// rows yields a part in order. DuckDB orders −0 beside 0 and one NaN beside
// another, so readings of one instant are put in order here.
func (v view) rows(ctx context.Context, columns string, q reading.Query, yield func(reading.Reading) bool) error {
	var same []reading.Reading
	stopped := false
	flush := func() bool {
		if len(same) > 1 {
			slices.SortFunc(same, reading.Compare)
		}
		for _, r := range same {
			if stopped = stopped || !yield(r); stopped {
				return false
			}
		}
		same = same[:0]
		return true
	}
	query := "SELECT " + columns + " FROM " + v.source + " WHERE " + where(q, 0) + " ORDER BY series, t"
	err := v.each(ctx, query, func(row []driver.Value) error {
		r := readingOf(row)
		if len(same) > 0 && (same[0].Series != r.Series || same[0].T != r.T) && !flush() {
			return errStop
		}
		same = append(same, r)
		return nil
	})
	if err == nil {
		flush()
	}
	return err
}
