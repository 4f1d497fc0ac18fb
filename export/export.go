// Package export owns readings and hours as they leave: any stretch of any
// points as one Parquet file, written as it is read.
package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// What says what a file holds.
type What string

// What a file can hold.
const (
	Readings What = "readings" // all that was sent: duplicates, contradictions and bad ones too
	Settled  What = "settled"  // the one reading of every instant that counts
	Hours    What = "hours"    // the amounts that follow from them
)

// Request asks for a stretch of some points.
type Request struct {
	What     What
	Points   []string // points and gases
	From, To int64    // ms UTC, half-open; Hours takes those that begin within
}

// Mine is what is exported from.
type Mine struct {
	Site   *site.Site
	Number func(point string) (reading.ID, bool)
	Series Series
}

// Series is where readings and hours are kept. It is a part of reading.Series.
type Series interface {
	Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error]
	Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error]
}

var _ Series = reading.Series(nil)

// Progress is how far an export has come.
type Progress struct {
	Point    string
	Done, Of int // points
	Rows     int64
}

// Write writes the file and tells how many rows it has. What is wrong with the
// request is told before a byte is written. progress may be nil.
func (m Mine) Write(ctx context.Context, w io.Writer, r Request, progress func(Progress)) (rows int64, err error) {
	parts, err := m.parts(r)
	if err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	if r.What == Hours {
		return fill(ctx, r, parts, newTable[HourRow](w, r), m.hours, progress)
	}
	return fill(ctx, r, parts, newTable[Row](w, r), m.readings, progress)
}

// together is how many points are read at once: so many share a row group of a
// sealed month.
const together = 20

// fill writes the rows by point, in the order of their series, and instant.
func fill[R any](ctx context.Context, r Request, parts []part, t *table[R], put func(context.Context, []part, Request, *table[R]) error, progress func(Progress)) (int64, error) {
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.id, b.id) })
	done := 0
	for some := range slices.Chunk(parts, together) {
		progress(Progress{some[0].name, done, len(parts), t.rows})
		if err := put(ctx, some, r, t); err != nil {
			return 0, fmt.Errorf("export %s of %s and on: %w", r.What, some[0].name, err)
		}
		done += len(some)
	}
	if err := t.Close(); err != nil {
		return 0, fmt.Errorf("export %s: %w", r.What, err)
	}
	return t.rows, nil
}

// part is one point of a file.
type part struct {
	name string
	id   reading.ID
	unit string
}

// of asks for parts, and gives them back by their series.
func (r Request) of(parts []part) (reading.Query, map[reading.ID]part) {
	q, by := reading.Query{From: r.From, To: r.To}, map[reading.ID]part{}
	for _, p := range parts {
		q.Series, by[p.id] = append(q.Series, p.id), p
	}
	return q, by
}

// parts looks the points up, and tells all that is wrong with the request.
func (m Mine) parts(r Request) ([]part, error) {
	var faults []error
	refuse := func(column, zh, en string, args ...any) {
		faults = append(faults, fault.Invalid.Say(lang.T(zh, en), args...).At(fault.Place{Column: column}))
	}
	if r.What != Readings && r.What != Settled && r.What != Hours {
		refuse("of", "不能导出 %.40q,可选 readings、settled、hours", "cannot export %.40q; choose readings, settled or hours", string(r.What))
	}
	if r.From >= r.To {
		refuse("to", "止不晚于起", "the end is not after the beginning")
	}
	if len(r.Points) == 0 {
		refuse("point", "没有测点", "no point is named")
	}
	var out []part
	seen := map[string]bool{}
	for _, name := range r.Points {
		p, err := m.part(name, r.What)
		if err != nil {
			faults = append(faults, err)
		} else if seen[name] {
			refuse("point", "测点 %s 写了两次", "point %s is named twice", name)
		}
		seen[name] = true
		out = append(out, p)
	}
	return out, errors.Join(faults...)
}

func (m Mine) part(name string, what What) (part, error) {
	id, numbered := m.Number(name)
	point, measured := m.Site.Point(name)
	gas, derived := m.Site.Gas(name)
	at := fault.Place{Column: "point"}
	switch {
	case !numbered || !measured && !derived:
		return part{}, fault.NotFound.Say(lang.T("没有测点 %.80q", "there is no point %.80q"), name).
			Do(lang.T("核对测点编号", "check the id of the point")).At(at)
	case derived && what == Hours:
		return part{name, id, gas.Unit().String()}, nil
	case derived:
		return part{}, fault.Invalid.Say(lang.T("%s 是由其他测点算出的,没有读数", "%s is worked out from other points and has no readings"), name).
			Do(lang.T("导出它的小时量 hours,或导出其输入测点", "export its hours, or the points it is made of")).At(at)
	case what == Hours:
		return part{name, id, point.AmountUnit().String()}, nil
	}
	return part{name, id, point.Unit.String()}, nil
}

// Name is what a file of a request is called.
func (r Request) Name(site string) string {
	day := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("20060102T1504Z") }
	return fmt.Sprintf("%s.%s.%s-%s.parquet", site, r.What, day(r.From), day(r.To))
}
