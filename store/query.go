package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// scanner is a row.
type scanner interface{ Scan(into ...any) error }

// maxPage bounds a list that is read page by page, maxAll one that is only of
// use when it is complete: some 60 parameters a month filed over ten years fit.
const (
	maxPage = 1000
	maxAll  = 100_000
)

// pageOf bounds a page: 0 and more than maxPage are maxPage.
func pageOf(limit int) int {
	if limit <= 0 || limit > maxPage {
		return maxPage
	}
	return limit
}

// collect reads the rows of a query. Its last parameter is its LIMIT.
func collect[T any](ctx context.Context, db querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// all is collect for a list that must be complete: it fails, rather than
// leave rows out of what will be added up.
func all[T any](ctx context.Context, db querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	out, err := collect(ctx, db, scan, query, append(args, maxAll+1)...)
	if err != nil {
		return nil, err
	}
	if len(out) > maxAll {
		return nil, fault.Conflict.Say(lang.T("超过 %d 行", "more than %d rows"), maxAll).
			Do(lang.T("缩小查询范围", "ask for less"))
	}
	return out, nil
}

// values writes the places of so many rows: ($1, $2), ($3, $4).
func values(rows, columns int) string {
	out := make([]string, rows)
	for r := range out {
		places := make([]string, columns)
		for c := range places {
			places[c] = "$" + strconv.Itoa(r*columns+c+1)
		}
		out[r] = "(" + strings.Join(places, ", ") + ")"
	}
	return strings.Join(out, ", ")
}

// millis is the column of an instant; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant reads it back.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// stamp is an instant as it will be read back.
func stamp(t time.Time) time.Time { return instant(millis(t)) }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
