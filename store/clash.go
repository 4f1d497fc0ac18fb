package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/reading"
)

const (
	clashColumns = `series, t_ms, value, quality, source_seq, recv_ms, kept_value, kept_quality, kept_source_seq, kept_recv_ms,
settled_by, settled_ms, note`
	// The site is looked up, so that a finding can not land with another one. A
	// clash told again may name another reading as kept: a better one came.
	insertClash = `INSERT INTO clashes (site, ` + clashColumns + `)
SELECT site, id, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, '' FROM series WHERE id = $1
ON CONFLICT (site, series, t_ms, value) DO UPDATE SET kept_value = excluded.kept_value, kept_quality = excluded.kept_quality,
kept_source_seq = excluded.kept_source_seq, kept_recv_ms = excluded.kept_recv_ms`
	selectClashes = `SELECT ` + clashColumns + ` FROM clashes WHERE site = $1 AND t_ms >= $2 AND t_ms < $3
AND (t_ms, series, value) > ($4, $5, $6) ORDER BY t_ms, series, value LIMIT $7`
	settleClash = `UPDATE clashes SET settled_by = $5, settled_ms = $6, note = $7
WHERE site = $1 AND series = $2 AND t_ms = $3 AND value = $4 AND settled_by = ''`
)

// PutClashes remembers contradictions; one that is known already stays one.
// It is what reading.Service calls.
func (s *Store) PutClashes(ctx context.Context, list []reading.Clash) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertClash)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, c := range list {
			done, err := insert.ExecContext(ctx, int64(c.Series), c.T, exact(c.Other.V), int64(c.Other.Q), c.Other.Seq, c.Other.Recv,
				exact(c.Kept.V), int64(c.Kept.Q), c.Kept.Seq, c.Kept.Recv)
			if err := one(done, err, missing(lang.T("测点序号", "series"), strconv.FormatInt(int64(c.Series), 10))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Clashes lists a site's contradictions at instants [from, to) in ms UTC, by
// instant, a page at a time; after is the last one had.
func (s *Store) Clashes(ctx context.Context, site string, from, to int64, after reading.Clash, limit int) ([]reading.Dispute, error) {
	value := exact(after.Other.V)
	if after.Series == 0 {
		after.T = math.MinInt64
	}
	out, err := collect(ctx, s.reader, scanClash, selectClashes, site, from, to, after.T, int64(after.Series), value, pageOf(limit))
	return out, s.tell(err)
}

// Settlement is what a person says to a contradiction. The rule has settled
// which value counts; a person who wants another one sends a reading with a
// higher sequence, and says here why.
type Settlement struct {
	Site   string     `json:"-"`
	Series reading.ID `json:"series"`
	T      int64      `json:"t"` // ms UTC
	Value  float64    `json:"value"`
	By     string     `json:"-"`
	Note   string     `json:"note"`
}

// SettleClash notes that a person has dealt with a contradiction, once.
func (s *Store) SettleClash(ctx context.Context, w Settlement) error {
	subject := strconv.FormatInt(int64(w.Series), 10) + "/" + strconv.FormatInt(w.T, 10) + "/" + exact(w.Value)
	d, err := draft(w.By, w.Site, ledger.ClashSettle, subject, w)
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, settleClash, w.Site, int64(w.Series), w.T, exact(w.Value), w.By, millis(s.Now()), w.Note)
		return one(done, err, fault.Conflict.Say(lang.T("矛盾 %s 不存在或已处理", "contradiction %s is not there or was dealt with"), subject))
	})
	return err
}

// one makes sure that a statement changed a row.
func one(done sql.Result, err, otherwise error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// exact prints a float64 so that it reads back the same, and −0 as the 0 it
// counts as.
func exact(v float64) string { return strconv.FormatFloat(v+0, 'g', -1, 64) }

func inexact(texts ...string) ([]float64, error) {
	out := make([]float64, len(texts))
	var faults []error
	for i, text := range texts {
		var err error
		if out[i], err = strconv.ParseFloat(text, 64); err != nil {
			faults = append(faults, err)
		}
	}
	return out, errors.Join(faults...)
}

func scanClash(row scanner) (c reading.Dispute, err error) {
	var other, kept string
	var ms int64
	if err := row.Scan(&c.Series, &c.T, &other, &c.Other.Q, &c.Other.Seq, &c.Other.Recv, &kept, &c.Kept.Q, &c.Kept.Seq, &c.Kept.Recv,
		&c.SettledBy, &ms, &c.Note); err != nil {
		return c, err
	}
	values, err := inexact(other, kept)
	c.Other.Series, c.Other.T, c.Other.V = c.Series, c.T, values[0]
	c.Kept.Series, c.Kept.T, c.Kept.V = c.Series, c.T, values[1]
	c.SettledAt = instant(ms)
	return c, err
}
