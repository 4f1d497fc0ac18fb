//go:build cgo

package series

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lingtan/reading"
)

// Hourly yields buckets, folded in the engine where an hour is plain: one
// counted reading an instant, no other, and a counter that only goes on. The
// other hours are few and are folded by reading.Fold, so both ways agree.
func (d *Duck) Hourly(ctx context.Context, q reading.Query) iter.Seq2[reading.Bucket, error] {
	return func(yield func(reading.Bucket, error) bool) {
		stopped := false
		err := d.hourly(ctx, q, func(b reading.Bucket) bool {
			stopped = !yield(b, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(reading.Bucket{}, fmt.Errorf("fold hours: %w", err))
		}
	}
}

func (d *Duck) hourly(ctx context.Context, q reading.Query, yield func(reading.Bucket) bool) error {
	limits, shift, err := d.limits(ctx, q)
	if err != nil {
		return err
	}
	return d.view(ctx, q, shift, func(v view) error {
		parts, err := v.parts(ctx, q)
		if err != nil {
			return err
		}
		for _, p := range parts {
			buckets, err := v.fold(ctx, p, limits, shift)
			if err != nil {
				return err
			}
			for _, one := range buckets {
				for _, b := range one {
					if !yield(b) {
						return nil
					}
				}
			}
		}
		return nil
	})
}

// limits asks for the limit of every series of the query, and by how much the
// instants may be shifted.
func (d *Duck) limits(ctx context.Context, q reading.Query) (map[reading.ID]reading.Limit, int64, error) {
	limits, shift := map[reading.ID]reading.Limit{}, int64(0)
	ids := q.Series
	if ids == nil && q.Limit != nil {
		err := d.view(ctx, reading.All(), 0, func(v view) error {
			return v.each(ctx, "SELECT DISTINCT series FROM "+v.source, func(row []driver.Value) error {
				ids = append(ids, reading.ID(row[0].(int64)))
				return nil
			})
		})
		if err != nil {
			return nil, 0, err
		}
	}
	for _, id := range ids {
		l := q.LimitOf(id)
		limits[id] = l
		shift = max(shift, l.Shift, -l.Shift)
	}
	return limits, shift, nil
}

// fold folds one part: series by series, in their order. Each way hands back
// its own in order.
func (v view) fold(ctx context.Context, p part, limits map[reading.ID]reading.Limit, shift int64) ([][]reading.Bucket, error) {
	var out [][]reading.Bucket
	for _, way := range []func(context.Context, part, map[reading.ID]reading.Limit, int64) ([]reading.Bucket, error){v.thin, v.counters, v.values} {
		buckets, err := way(ctx, p, limits, shift)
		if err != nil {
			return nil, err
		}
		out = append(out, bySeries(buckets)...)
	}
	slices.SortFunc(out, func(a, b []reading.Bucket) int { return cmp.Compare(a[0].Series, b[0].Series) })
	return out, nil
}

// bySeries cuts buckets where another series begins.
func bySeries(buckets []reading.Bucket) [][]reading.Bucket {
	var out [][]reading.Bucket
	for first, i := 0, 1; i <= len(buckets); i++ {
		if i == len(buckets) || buckets[i].Series != buckets[first].Series {
			out = append(out, buckets[first:i])
			first = i
		}
	}
	return out
}

// thin folds the series with few readings an hour here, where nothing is odd.
func (v view) thin(ctx context.Context, p part, limits map[reading.ID]reading.Limit, shift int64) ([]reading.Bucket, error) {
	if len(p.thin) == 0 {
		return nil, nil
	}
	q := reading.Query{Series: p.thin, From: p.From - shift, To: p.To + shift}
	from, to := hourSpan(p.Query)
	out := make([]reading.Bucket, 0, int64(len(p.thin))*min(to-from, p.rows/int64(len(p.Series))))
	for b, err := range reading.Fold(v.iterate(ctx, q), func(id reading.ID) reading.Limit { return limits[id] }) {
		if err != nil {
			return nil, err
		}
		if b.Hour >= from && b.Hour < to {
			out = append(out, b)
		}
	}
	return out, nil
}

// counters folds the dense series that only go on.
func (v view) counters(ctx context.Context, p part, limits map[reading.ID]reading.Limit, shift int64) ([]reading.Bucket, error) {
	return v.dense(ctx, p, limits, shift, true)
}

// values folds the other dense series.
func (v view) values(ctx context.Context, p part, limits map[reading.ID]reading.Limit, shift int64) ([]reading.Bucket, error) {
	return v.dense(ctx, p, limits, shift, false)
}

// dense lets the engine fold what it can, the few other hours are folded from
// their readings.
func (v view) dense(ctx context.Context, p part, limits map[reading.ID]reading.Limit, shift int64, cumulative bool) ([]reading.Bucket, error) {
	p.Series = slices.DeleteFunc(slices.Clone(p.Series), func(id reading.ID) bool {
		_, thin := slices.BinarySearch(p.thin, id)
		return thin || limits[id].Cumulative != cumulative
	})
	if len(p.Series) == 0 {
		return nil, nil
	}
	var buckets []reading.Bucket
	var odd []int
	err := v.each(ctx, foldQuery(v.source, p, limits, cumulative, shift), func(row []driver.Value) error {
		b, plain := bucketOf(row, cumulative)
		if !plain || cutWithin(limits[b.Series], b.Hour) {
			odd = append(odd, len(buckets))
		}
		buckets = append(buckets, b)
		return nil
	})
	if err == nil {
		err = v.exact(ctx, buckets, odd, limits)
	}
	return buckets, err
}

func compareBuckets(a, b reading.Bucket) int {
	if a.Series != b.Series {
		return int(a.Series - b.Series)
	}
	return int(a.Hour - b.Hour)
}

// cutWithin tells whether a factor or meter changes within a bucket's hour.
func cutWithin(l reading.Limit, hour int64) bool {
	i, _ := slices.BinarySearch(l.Cuts, hour*reading.HourMS)
	return i < len(l.Cuts) && l.Cuts[i] < (hour+1)*reading.HourMS
}

// exact folds the odd buckets again from their readings. Odd hours of a series
// not a day apart share a scan.
func (v view) exact(ctx context.Context, buckets []reading.Bucket, odd []int, limits map[reading.ID]reading.Limit) error {
	limit := func(id reading.ID) reading.Limit { return limits[id] }
	for len(odd) > 0 {
		first := buckets[odd[0]]
		n := 1
		for n < len(odd) && buckets[odd[n]].Series == first.Series && buckets[odd[n]].Hour-buckets[odd[n-1]].Hour <= 24 {
			n++
		}
		last := buckets[odd[n-1]]
		shift := limits[first.Series].Shift
		scan := reading.Query{Series: []reading.ID{first.Series}, From: first.Hour*reading.HourMS + shift, To: (last.Hour+1)*reading.HourMS + shift}
		again, err := collect(reading.Fold(v.iterate(ctx, scan), limit))
		if err != nil {
			return err
		}
		for _, i := range odd[:n] {
			at, found := slices.BinarySearchFunc(again, buckets[i], compareBuckets)
			if !found {
				return fmt.Errorf("series %d has lost hour %d", buckets[i].Series, buckets[i].Hour)
			}
			buckets[i] = again[at]
		}
		odd = odd[n:]
	}
	return nil
}

func collect(in iter.Seq2[reading.Bucket, error]) ([]reading.Bucket, error) {
	var out []reading.Bucket
	for b, err := range in {
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func (v view) iterate(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		if err := v.rows(ctx, q, func(r reading.Reading) bool { return yield(r, nil) }); err != nil {
			yield(reading.Reading{}, err)
		}
	}
}

// foldQuery asks for the buckets of a part. Products and sums are of integers,
// so the order in which the threads add does not matter; the one float step,
// round(v * 1e9), is reading.Nano's. In a plain hour a counter's least value
// is its first, its largest its last, and nothing is summed.
func foldQuery(source string, p part, limits map[reading.ID]reading.Limit, cumulative bool, shift int64) string {
	integer := "BIGINT"
	if p.wide {
		integer = "HUGEINT"
	}
	nano := "CASE WHEN " + counts + " THEN round(v * 1e9)::" + integer + " ELSE 0 END"
	held, steep := "l.hold", "l.rate > 0 AND (v - pv) * 3600000.0 > l.rate * (t - pt)::DOUBLE"
	var sums string
	if cumulative {
		sums = ", count(*) FILTER (v < pv OR (" + steep + "))"
		nano = "0"
	} else {
		sums = ", min(v), max(v), sum(nano)::HUGEINT, coalesce(sum(CASE WHEN v > pv THEN nano - pn ELSE 0 END), 0)::HUGEINT" +
			", coalesce(sum(pn::HUGEINT * least(t - pt, " + held + ")), 0)::HUGEINT"
	}
	from, to := hourSpan(p.Query)
	rows, on := limitRows(p.Series, limits)
	return fmt.Sprintf(`
WITH l(id, shift, hold, rate) AS (%s),
r AS (SELECT series, t, v, q, %s AS nano, l.hold, l.rate, (t - l.shift + %d) // 3600000 - %d AS hour FROM %s s JOIN l ON %s WHERE %s),
w AS (SELECT *, lag(t) OVER p AS pt, lag(v) OVER p AS pv, lag(nano) OVER p AS pn FROM r WHERE hour >= %d AND hour < %d WINDOW p AS (PARTITION BY series, hour ORDER BY t))
SELECT series, hour, count(*), min(t), max(t), arg_min(v, t), arg_max(v, t),
  coalesce(sum(CASE WHEN pt IS NOT NULL THEN least(t - pt, l.hold) END), 0)::BIGINT, coalesce(sum(CASE WHEN t - pt > l.hold THEN t - pt ELSE 0 END), 0)::BIGINT,
  count(*) FILTER (q = 2), count(*) FILTER (pt = t OR NOT %s)%s
FROM w AS l GROUP BY series, hour ORDER BY series, hour`,
		rows, nano, int64(epoch)*reading.HourMS, int64(epoch), source, on, where(p.Query, shift), from, to, counts, sums)
}

// limitRows tells the limits and how a series finds its own. Where all have
// the same one row does: to parse thousands takes longer than to fold an hour.
func limitRows(ids []reading.ID, limits map[reading.ID]reading.Limit) (rows, on string) {
	row := func(id reading.ID, l reading.Limit) string {
		return fmt.Sprintf("(%d::BIGINT, %d::BIGINT, %d::BIGINT, %.17g::DOUBLE)", id, l.Shift, l.MaxHold, l.MaxRate)
	}
	one := limits[ids[0]]
	all := make([]string, len(ids))
	same := true
	for i, id := range ids {
		l := limits[id]
		same = same && l.Shift == one.Shift && l.MaxHold == one.MaxHold && l.MaxRate == one.MaxRate
		all[i] = row(id, l)
	}
	if same {
		return "VALUES " + row(ids[0], one), "true"
	}
	return "VALUES " + strings.Join(all, ", "), "s.series = l.id"
}

// bucketOf reads a row of foldQuery; plain is false where the engine's answer
// is not the bucket.
func bucketOf(row []driver.Value, cumulative bool) (b reading.Bucket, plain bool) {
	b = reading.Bucket{
		Series: reading.ID(row[0].(int64)), Hour: row[1].(int64), N: int32(row[2].(int64)),
		First:  reading.Point{T: row[3].(int64), V: row[5].(float64)},
		Last:   reading.Point{T: row[4].(int64), V: row[6].(float64)},
		HeldMS: row[7].(int64), GapMS: row[8].(int64), Suspect: int32(row[9].(int64)),
	}
	plain = row[10].(int64) == 0
	if cumulative {
		b.Min, b.Max = b.First.V+0, b.Last.V+0
		if plain = plain && row[11].(int64) == 0; plain {
			b.Rise = reading.Nano(b.Last.V).Sub(reading.Nano(b.First.V))
		}
		return b, plain
	}
	b.Min, b.Max = row[11].(float64)+0, row[12].(float64)+0
	b.Sum, b.Rise, b.Held = wideOf(row[13]), wideOf(row[14]), wideOf(row[15])
	return b, plain
}
