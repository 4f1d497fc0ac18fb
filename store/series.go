package store

import (
	"context"
	"database/sql"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Series is a number given to a point of a site.
type Series struct {
	ID    reading.ID `json:"id"`
	Site  string     `json:"site"`
	Point string     `json:"point"`
}

const (
	selectSeries = `SELECT id, site, point FROM series WHERE site = $1 ORDER BY id LIMIT $2`
	insertSeries = `INSERT INTO series (id, site, point) VALUES ($1, $2, $3)`
	// takeCounter gives a counter's last number and locks it, as takeHead does.
	takeCounter = `INSERT INTO counters (name, last) VALUES ($1, 0)
ON CONFLICT (name) DO UPDATE SET last = counters.last RETURNING last`
	moveCounter = `UPDATE counters SET last = $2 WHERE name = $1`
)

// SeriesID gives the numbers of a site's points, in their order. A point that
// has none gets the next one: numbers are dense from 1 over all sites, and a
// point keeps its number for ever.
func (s *Store) SeriesID(ctx context.Context, site string, points ...string) ([]reading.ID, error) {
	if site == "" {
		return nil, fault.Invalid.Errorf("series: no site")
	}
	known, err := s.seriesOf(ctx, s.reader, site)
	if err != nil {
		return nil, err
	}
	if ids := idsOf(known, points); ids != nil {
		return ids, nil
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		known, err = s.addSeries(ctx, tx, site, points)
		return err
	})
	if err != nil {
		return nil, err
	}
	return idsOf(known, points), nil
}

// Series lists the points of a site that have a number, by number.
func (s *Store) Series(ctx context.Context, site string) ([]Series, error) {
	out, err := all(ctx, s.reader, scanSeries, selectSeries, site)
	return out, s.tell(err)
}

// addSeries numbers the points that have no number, under the counter's lock.
func (s *Store) addSeries(ctx context.Context, tx *sql.Tx, site string, points []string) (map[string]reading.ID, error) {
	const counter = "series"
	var last int64
	if err := tx.QueryRowContext(ctx, takeCounter, counter).Scan(&last); err != nil {
		return nil, err
	}
	known, err := s.seriesOf(ctx, tx, site) // again: another may have numbered them before we had the lock
	if err != nil {
		return nil, err
	}
	for _, point := range points {
		if point == "" {
			return nil, fault.Invalid.Say(lang.T("测点编号为空", "a point's id is empty"))
		}
		if known[point] != 0 {
			continue
		}
		if len(known) == maxAll {
			return nil, fault.Invalid.Say(lang.T("一个站点至多 %d 个测点", "a site has at most %d points"), maxAll)
		}
		last++
		if _, err := tx.ExecContext(ctx, insertSeries, last, site, point); err != nil {
			return nil, err
		}
		known[point] = reading.ID(last)
	}
	_, err = tx.ExecContext(ctx, moveCounter, counter, last)
	return known, err
}

func (s *Store) seriesOf(ctx context.Context, db querier, site string) (map[string]reading.ID, error) {
	list, err := all(ctx, db, scanSeries, selectSeries, site)
	if err != nil {
		return nil, s.tell(err)
	}
	out := make(map[string]reading.ID, len(list))
	for _, row := range list {
		out[row.Point] = row.ID
	}
	return out, nil
}

// idsOf is nil unless every point has a number.
func idsOf(known map[string]reading.ID, points []string) []reading.ID {
	out := make([]reading.ID, len(points))
	for i, point := range points {
		if out[i] = known[point]; out[i] == 0 {
			return nil
		}
	}
	return out
}

func scanSeries(row scanner) (r Series, err error) { return r, row.Scan(&r.ID, &r.Site, &r.Point) }
