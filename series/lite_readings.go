package series

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"slices"

	"lingtan/reading"
)

// Append stores a batch and its marks in one transaction.
func (l *Lite) Append(ctx context.Context, b reading.Batch) error {
	l.write.Lock()
	defer l.write.Unlock()
	err := l.transact(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, "INSERT INTO hot (arr, series, t, recv, v, q, seq, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, r := range b.Readings {
			_, err := insert.ExecContext(ctx, l.arrived+1+int64(i), int64(r.Series), r.T, r.Recv, int64(math.Float64bits(r.V)), int64(r.Q), r.Seq, int64(r.Why))
			if err != nil {
				return err
			}
		}
		for _, m := range b.Marks {
			const query = "INSERT INTO mark (key, pos, note) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET pos = excluded.pos, note = excluded.note"
			if _, err := tx.ExecContext(ctx, query, m.Key, m.Pos, m.Note); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append %d readings: %w", len(b.Readings), err)
	}
	l.arrived += int64(len(b.Readings))
	l.latest.see(b.Readings...)
	return nil
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows reads readings of a query.
func (l *Lite) rows(ctx context.Context, db querier, query string) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			yield(reading.Reading{}, err)
			return
		}
		defer func() { _ = rows.Close() }() // rows.Err tells
		for rows.Next() {
			var r reading.Reading
			var bits int64
			if err := rows.Scan(&r.Series, &r.T, &r.Recv, &bits, &r.Q, &r.Seq, &r.Why); err != nil {
				yield(reading.Reading{}, err)
				return
			}
			r.V = math.Float64frombits(uint64(bits))
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(reading.Reading{}, err)
		}
	}
}

// Scan merges the hot table with the segments.
func (l *Lite) Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		sources, done, err := l.sources(ctx, q)
		if err != nil {
			yield(reading.Reading{}, fmt.Errorf("scan readings: %w", err))
			return
		}
		defer done()
		for r, err := range merge(sources) {
			if err != nil {
				yield(reading.Reading{}, fmt.Errorf("scan readings: %w", err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// sources opens one moment of the data: a transaction that has looked at the
// table, and the segments that belong to it.
func (l *Lite) sources(ctx context.Context, q reading.Query) ([]iter.Seq2[reading.Reading, error], func(), error) {
	l.swap.RLock()
	defer l.swap.RUnlock()
	segments, err := l.vault.segments(q.From, q.To)
	if err != nil {
		return nil, nil, err
	}
	tx, err := l.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = tx.Rollback() } // nothing was written
	var some int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM hot LIMIT 1)").Scan(&some); err != nil {
		done()
		return nil, nil, err
	}
	query := "SELECT series, t, recv, v, q, seq, why FROM hot WHERE " + whereLite(q) + " ORDER BY series, t"
	sources := []iter.Seq2[reading.Reading, error]{ordered(l.rows(ctx, tx, query))}
	for _, s := range segments {
		sources = append(sources, l.vault.scan(s, q))
	}
	return sources, done, nil
}

func whereLite(q reading.Query) string {
	return fmt.Sprintf("t >= %d AND t < %d", q.From, q.To) + whereSeries(q.Series)
}

// ordered puts readings that come by series and instant fully in order; the
// table holds the value's bits, which SQL cannot compare as numbers.
func ordered(in iter.Seq2[reading.Reading, error]) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		var same []reading.Reading
		flush := func() bool {
			slices.SortFunc(same, reading.Compare)
			for _, r := range same {
				if !yield(r, nil) {
					return false
				}
			}
			same = same[:0]
			return true
		}
		for r, err := range in {
			if err != nil {
				yield(reading.Reading{}, err)
				return
			}
			if len(same) > 0 && (same[0].Series != r.Series || same[0].T != r.T) && !flush() {
				return
			}
			same = append(same, r)
		}
		flush()
	}
}

// Hourly folds the scan. Shifted stamps make buckets of readings outside the
// stretch, so the scan is wider and only the buckets asked for are kept.
func (l *Lite) Hourly(ctx context.Context, q reading.Query) iter.Seq2[reading.Bucket, error] {
	return func(yield func(reading.Bucket, error) bool) {
		wide := q
		for _, id := range q.Series {
			shift := q.LimitOf(id).Shift
			wide.From, wide.To = min(wide.From, q.From+shift), max(wide.To, q.To+shift)
		}
		from, to := reading.HourOf(q.From+reading.HourMS-1), reading.HourOf(q.To+reading.HourMS-1)
		for b, err := range reading.Fold(l.Scan(ctx, wide), q.LimitOf) {
			if err == nil && (b.Hour < from || b.Hour >= to) {
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// Sums adds up the counted values of every hour of the query.
func (l *Lite) Sums(ctx context.Context, q reading.Query) iter.Seq2[Sum, error] {
	return sumBuckets(l.Hourly(ctx, reading.Query{Series: q.Series, From: q.From, To: q.To}))
}
