package bundle

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/reading"
)

const hoursHeader = "series,hour,amount_nano,covered_ms,n,flags\n"

func writeHour(b *bytes.Buffer, h reading.Hour) {
	fmt.Fprintf(b, "%d,%d,%d,%d,%d,%d\n", h.Series, h.Hour, h.Amount, h.CoveredMS, h.N, h.Flags)
}

// meters are hours recomputed in memory from raw readings: what a database
// would have, made again without one.
type meters struct {
	hours map[reading.ID][]reading.Hour
}

// together is how many series are loaded at once: a row group of a segment
// holds about as many, so that none is decoded for one series alone.
const together = 20

// loader gives readings of some series, in Compare order.
type loader func(ids []reading.ID) (map[reading.ID][]reading.Reading, error)

// recompute folds the readings of every point of the plan to hours of [from, to).
func recompute(mine *inventory.Mine, points map[string]reading.ID, from, to int64, load loader) (*meters, error) {
	m := &meters{hours: map[reading.ID][]reading.Hour{}}
	first, last := reading.HourOf(from), reading.HourOf(to-1)+1
	rules := map[reading.ID]reading.Rule{}
	for _, p := range mine.Site.Points {
		if id, ok := points[p.ID]; ok {
			rules[id] = p.Rule()
		}
	}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(rules)), together) {
		loaded, err := load(chunk)
		if err != nil {
			return nil, err
		}
		for _, id := range chunk {
			rule := rules[id]
			buckets := reading.FoldSlice(loaded[id], func(reading.ID) reading.Limit { return rule.Limit() })
			m.hours[id], _ = reading.Amounts(rule, buckets, first, last)
			for i := range m.hours[id] {
				m.hours[id][i].Series = id
			}
		}
	}
	return m, m.gases(mine, points, first, last, load)
}

// gases integrates the gas streams, a few at once.
func (m *meters) gases(mine *inventory.Mine, points map[string]reading.ID, first, last int64, load loader) error {
	var products []reading.Product
	for _, g := range mine.Site.Gases {
		if _, ok := points[g.ID]; ok {
			products = append(products, mine.Site.Product(g, func(point string) reading.ID { return points[point] }))
		}
	}
	const inputsEach = 4
	for chunk := range slices.Chunk(products, together/inputsEach) {
		var inputs []reading.ID
		for _, p := range chunk {
			inputs = append(inputs, p.Inputs()...)
		}
		slices.Sort(inputs)
		loaded, err := load(slices.Compact(inputs))
		if err != nil {
			return err
		}
		for id, rs := range loaded {
			loaded[id] = settled(rs)
		}
		for _, p := range chunk {
			m.hours[p.ID] = p.Hours(loaded, first, last)
		}
	}
	return nil
}

func settled(rs []reading.Reading) []reading.Reading {
	out := make([]reading.Reading, 0, len(rs))
	for r, err := range reading.Settle(reading.Each(rs), nil) {
		if err == nil { // Each has none
			out = append(out, r)
		}
	}
	return out
}

// Hours yields the recomputed hours.
func (m *meters) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		for _, id := range slices.Sorted(slices.Values(q.Series)) {
			for _, h := range m.hours[id] {
				if at := h.Hour * reading.HourMS; at >= q.From && at < q.To && !yield(h, nil) {
					return
				}
			}
		}
	}
}

// Totals adds the hours up between bounds, as an engine does.
func (m *meters) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	q.From, q.To = max(q.From, bounds[0]), min(q.To, bounds[len(bounds)-1])
	q.Series = slices.Compact(slices.Sorted(slices.Values(q.Series)))
	return reading.TotalOf(m.Hours(ctx, q), bounds)
}

// differs compares the packed hours with the recomputed ones and tells the
// first that is not the same.
func (m *meters) differs(csv []byte, from, to int64) (rows int, err error) {
	want := map[[2]int64]reading.Hour{}
	for id, hours := range m.hours {
		for _, h := range hours {
			if at := h.Hour * reading.HourMS; at >= from && at < to {
				want[[2]int64{int64(id), h.Hour}] = h
			}
		}
	}
	for line := range strings.Lines(string(bytes.TrimPrefix(csv, []byte(hoursHeader)))) {
		h, err := parseHour(strings.TrimSpace(line))
		if err != nil {
			return rows, err
		}
		rows++
		key := [2]int64{int64(h.Series), h.Hour}
		if got, ok := want[key]; !ok || got != h {
			return rows, fault.Conflict.Say(lang.T("序列 %d 第 %d 小时:包内 %d,由读数重算 %d(纳单位)", "series %d, hour %d: packed %d, recomputed from readings %d (nano units)"),
				h.Series, h.Hour, h.Amount, got.Amount)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		return rows, fault.Conflict.Say(lang.T("由读数重算多出 %d 个小时量", "%d hours come out of the readings that are not packed"), len(want))
	}
	return rows, nil
}

func parseHour(line string) (reading.Hour, error) {
	const columns = 6
	f := strings.Split(line, ",")
	bad := fault.Invalid.Say(lang.T("小时量行读不懂:%.60q", "an hour's row is not understood: %.60q"), line)
	if len(f) != columns {
		return reading.Hour{}, bad
	}
	var n [columns]int64
	for i, s := range f {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return reading.Hour{}, bad
		}
		n[i] = v
	}
	return reading.Hour{
		Series: reading.ID(n[0]), Hour: n[1], Amount: n[2], CoveredMS: n[3], N: int32(n[4]), Flags: reading.Flags(n[5]), //nolint:gosec // compared with what was recomputed
	}, nil
}
