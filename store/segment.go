package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/reading"
)

// Segments is the catalogue of the sealed months of one engine of readings,
// kept in the chain of a site.
type Segments struct {
	store *Store
	site  string
}

var _ reading.Catalog = (*Segments)(nil)

// Segments gives the catalogue of a site; the empty site's is that of an
// engine which holds several.
func (s *Store) Segments(site string) *Segments { return &Segments{s, site} }

const (
	insertSegment = `INSERT INTO segments (site, name, sha256, month, from_ms, to_ms, readings, series, upto_arrival, clean)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	selectSegment = `SELECT name, sha256, month, from_ms, to_ms, readings, series, upto_arrival, clean FROM segments
WHERE site = $1 AND name = $2`
	selectSegments = `SELECT name, sha256, month, from_ms, to_ms, readings, series, upto_arrival, clean FROM segments
WHERE site = $1 ORDER BY month, upto_arrival, name LIMIT $2`
)

// Add records a segment and, in the same transaction, its hash in the ledger.
// The same segment again is nothing new, so an engine that fell between
// sealing and adding may add again; another file under its name is a conflict.
func (c *Segments) Add(ctx context.Context, g reading.Segment) error {
	d, err := draft(System, c.site, ledger.SegmentSeal, g.Name, g)
	if err != nil {
		return err
	}
	return c.store.recordOnce(ctx, d, func(tx *sql.Tx) error {
		old, err := scanSegment(tx.QueryRowContext(ctx, selectSegment, c.site, g.Name))
		switch {
		case err == nil && old == g:
			return errSame
		case err == nil:
			return fault.Conflict.Say(lang.T("分段 %s 已登记,内容不同(SHA-256 %s)", "segment %s is recorded with other content (SHA-256 %s)"), g.Name, old.SHA256)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err = tx.ExecContext(ctx, insertSegment, c.site, g.Name, g.SHA256, g.Month, g.From, g.To, g.Rows, g.Series,
			g.UptoArrival, flag(g.Clean))
		return err
	})
}

// List gives all segments, by month and arrival.
func (c *Segments) List(ctx context.Context) ([]reading.Segment, error) {
	out, err := all(ctx, c.store.reader, scanSegment, selectSegments, c.site)
	if err != nil {
		return nil, fmt.Errorf("list segments: %w", c.store.tell(err))
	}
	return out, nil
}

func scanSegment(row scanner) (g reading.Segment, err error) {
	var clean int64
	err = row.Scan(&g.Name, &g.SHA256, &g.Month, &g.From, &g.To, &g.Rows, &g.Series, &g.UptoArrival, &clean)
	g.Clean = clean != 0
	return g, err
}
