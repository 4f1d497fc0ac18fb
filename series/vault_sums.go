package series

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// sums adds up clean segments of different months, on all processors. Their
// rows lie by series and instant, so an hour is one stretch of rows: neither a
// table of hours nor a sort is needed, and two thirds of the time of a GROUP BY
// is saved.
func (v *vault) sums(ctx context.Context, segments []reading.Segment, q reading.Query) ([]Sum, error) {
	segments = slices.Clone(segments)
	slices.SortFunc(segments, func(a, b reading.Segment) int { return int(min(max(a.From-b.From, -1), 1)) })
	of, faults := make([][]Sum, len(segments)), make([]error, len(segments))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, s := range segments {
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			of[i], faults[i] = v.sumSegment(ctx, s, q)
		})
	}
	all.Wait()
	for i, err := range faults {
		if err != nil {
			return nil, fmt.Errorf("sum %s: %w", segments[i].Name, err)
		}
	}
	return joinSums(of), nil
}

// joinSums puts months one after the other, series by series.
func joinSums(months [][]Sum) []Sum {
	total := 0
	for _, m := range months {
		total += len(m)
	}
	out := make([]Sum, 0, total)
	for len(out) < total {
		var id reading.ID
		for _, m := range months {
			if len(m) > 0 && (id == 0 || m[0].Series < id) {
				id = m[0].Series
			}
		}
		for i, m := range months {
			n := 0
			for n < len(m) && m[n].Series == id {
				n++
			}
			out, months[i] = append(out, m[:n]...), m[n:]
		}
	}
	return out
}

func (v *vault) sumSegment(ctx context.Context, s reading.Segment, q reading.Query) ([]Sum, error) {
	in, err := os.Open(v.path(s))
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(in, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	at, err := layoutOf(file)
	if err != nil {
		return nil, err
	}
	from, _ := hourSpan(q)
	a := adder{at: at, wanted: wantedSeries(q.Series), from: from * reading.HourMS, to: q.To}
	for _, g := range file.RowGroups() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := a.group(g); err != nil {
			return nil, err
		}
	}
	return a.out, nil
}

// adder adds up rows that come by series and instant.
type adder struct {
	at       layout
	wanted   func(reading.ID) bool
	from, to int64 // ms
	ids, ts  []int64
	out      []Sum
}

// group adds a row group. An hour may go on from the group before.
func (a *adder) group(g parquet.RowGroup) error {
	chunks := g.ColumnChunks()
	var err error
	if a.ids, err = appendIntegers(a.ids[:0], chunks[a.at.series]); err != nil {
		return err
	}
	if a.ts, err = appendIntegers(a.ts[:0], chunks[a.at.t]); err != nil {
		return err
	}
	ids, ts := a.ids, a.ts
	return pages(chunks[a.at.v], func(p parquet.Page) error {
		data := p.Data()
		vs := data.Double()
		if len(vs) > min(len(ids), len(ts)) {
			return fmt.Errorf("read segment: columns of unequal length")
		}
		a.rows(ids[:len(vs)], ts[:len(vs)], vs)
		ids, ts = ids[len(vs):], ts[len(vs):]
		return nil
	})
}

// rows adds rows, stretch by stretch.
func (a *adder) rows(ids, ts []int64, vs []float64) {
	for i := 0; i < len(vs); {
		id, hour := ids[i], reading.HourOf(ts[i])
		begin, end := max(a.from, hour*reading.HourMS), min(a.to, (hour+1)*reading.HourMS)
		last := (hour + 1) * reading.HourMS
		sum, n := reading.Wide{}, int64(0)
		for ; i < len(vs) && ids[i] == id && ts[i] < last; i++ {
			if ts[i] >= begin && ts[i] < end {
				sum, n = sum.Add(reading.Nano(vs[i])), n+1
			}
		}
		if n > 0 && a.wanted(reading.ID(id)) {
			a.add(Sum{Series: reading.ID(id), Hour: hour, N: n, Sum: sum})
		}
	}
}

// add adds a stretch to the sum before it, whose hour it may go on with.
func (a *adder) add(s Sum) {
	if n := len(a.out); n > 0 && a.out[n-1].Series == s.Series && a.out[n-1].Hour == s.Hour {
		a.out[n-1].N += s.N
		a.out[n-1].Sum = a.out[n-1].Sum.Add(s.Sum)
		return
	}
	a.out = append(a.out, s)
}

// allClean tells whether the segments are clean and of different months.
func allClean(segments []reading.Segment) bool {
	var months []string
	for _, s := range segments {
		if !s.Clean || slices.Contains(months, s.Month) {
			return false
		}
		months = append(months, s.Month)
	}
	return len(segments) > 0
}
