package testkit

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"lingtan/reading"
)

// Series is the conformance suite of engines that keep readings. open opens
// the engine in a folder, again after it was closed; the suite closes it.
func Series(t *testing.T, open func(t *testing.T, dir string) reading.Series) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, *bench)
	}{
		{"duplicates and clashes are kept", keepsClashes},
		{"disorder, old and future instants", takesAnyInstant},
		{"values are kept bit for bit", keepsBits},
		{"reasons are kept beside the value", keepsReasons},
		{"reopened, nothing is lost", survivesReopen},
		{"a mark is written with its batch", marksWithBatch},
		{"buckets equal the fold of the scan", foldsAlike},
		{"the watermark tells what is dirty", tellsDirty},
		{"derived hours are replaced and added up", replacesHours},
		{"sealing changes no answer", sealsUnseen},
		{"late for a sealed month", takesLate},
		{"what was dirty stays dirty when sealed", sealsDirty},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{t: t, open: open, dir: t.TempDir()}
			b.Series = open(t, b.dir)
			defer func() { b.ok(b.Close()) }()
			c.test(t, b)
		})
	}
}

// bench is an engine under test.
type bench struct {
	reading.Series
	t    *testing.T
	open func(*testing.T, string) reading.Series
	dir  string
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) reopen() {
	b.t.Helper()
	b.ok(b.Close())
	b.Series = b.open(b.t, b.dir)
}

func (b *bench) append(rs ...reading.Reading) {
	b.t.Helper()
	b.ok(b.Append(b.t.Context(), reading.Batch{Readings: rs}))
}

func (b *bench) scan(q reading.Query) []reading.Reading {
	b.t.Helper()
	var out []reading.Reading
	for r, err := range b.Scan(b.t.Context(), q) {
		b.ok(err)
		out = append(out, r)
	}
	return out
}

func (b *bench) hourly(q reading.Query) []reading.Bucket {
	b.t.Helper()
	var out []reading.Bucket
	for c, err := range b.Hourly(b.t.Context(), q) {
		b.ok(err)
		out = append(out, c)
	}
	return out
}

func (b *bench) hours() []reading.Hour {
	b.t.Helper()
	var out []reading.Hour
	for h, err := range b.Hours(b.t.Context(), reading.All()) {
		b.ok(err)
		out = append(out, h)
	}
	return out
}

// want compares what was stored with a sorted copy of the readings, bit by bit.
func (b *bench) want(q reading.Query, rs []reading.Reading) {
	b.t.Helper()
	want := slices.Clone(rs)
	slices.SortFunc(want, reading.Compare)
	got := b.scan(q)
	if len(got) != len(want) {
		b.t.Fatalf("Scan gives %d readings, want %d", len(got), len(want))
	}
	for i := range got {
		g, w := got[i], want[i]
		if math.Float64bits(g.V) != math.Float64bits(w.V) {
			b.t.Fatalf("reading %d: value %x, want %x", i, math.Float64bits(g.V), math.Float64bits(w.V))
		}
		if g.V, w.V = 0, 0; g != w {
			b.t.Fatalf("reading %d: %+v, want %+v", i, g, w)
		}
	}
}

var winter = time.Date(2025, 1, 15, 7, 0, 0, 0, time.UTC).UnixMilli() //nolint:gochecknoglobals // a constant; an instant is computed

func sample(id reading.ID, t int64, v float64) reading.Reading {
	return reading.Reading{Series: id, T: t, Recv: t + 1500, V: v, Seq: 1}
}

// month is a stretch of readings of every sort: two series a minute apart over
// 40 days across a month's end, with gaps, falls, duplicates and clashes.
func month() []reading.Reading {
	var rs []reading.Reading
	v := 1000.0
	for i := range int64(40 * 24 * 4) {
		at := winter + i*15*60_000
		v += float64(i%7) / 8
		if i%500 == 499 {
			v -= 900
		}
		if i%97 != 0 {
			rs = append(rs, sample(1, at, v), sample(2, at+i%60_000, math.Sin(float64(i))*20))
		}
		if i%211 == 0 {
			rs = append(rs, sample(1, at+60_000, v+0.125), sample(1, at+60_000, v+0.25))
			again := sample(2, at+i%60_000, math.Sin(float64(i))*20)
			again.Recv += 99
			rs = append(rs, again)
		}
		if i%301 == 0 {
			bad := sample(2, at+7, math.NaN())
			bad.Q = reading.Bad
			doubt := sample(1, at+8, v)
			doubt.Q = reading.Suspect
			rs = append(rs, bad, doubt)
		}
	}
	return rs
}

// dense is two days of two series twenty times an hour, with falls, gaps, bad
// and doubtful readings, contradictions and values beyond 64-bit nano: an
// engine may fold these in another way than thin ones.
func dense() []reading.Reading {
	var rs []reading.Reading
	v := 1000.0
	for i := range int64(48 * 20) {
		at := winter + i*180_000
		if v += float64(i%7) / 8; i%300 == 299 {
			v -= 900
		}
		counter, gauge := sample(5, at, v), sample(6, at+i%1000, math.Cos(float64(i))*float64(i-400))
		if i%333 == 0 {
			gauge.V = 1e12
		}
		if i%50 != 0 {
			rs = append(rs, counter, gauge)
		}
		if i%70 == 3 {
			counter.V += 0.5
			gauge.Q, gauge.T = reading.Suspect, gauge.T+1
			rs = append(rs, counter, gauge)
		}
		if i%130 == 7 {
			gauge.Q, gauge.T = reading.Bad, gauge.T+2
			rs = append(rs, gauge, gauge)
		}
	}
	return rs
}

// limits folds series 1 and 5 as counters with a factor change, the others as
// held values; series 3 stamps its intervals at their end.
func limits(id reading.ID) reading.Limit {
	switch id {
	case 1, 5:
		return reading.Limit{Cumulative: true, MaxHold: 20 * 60_000, MaxRate: 30, Cuts: []int64{winter + 5*reading.HourMS + 1}}
	case 3:
		return reading.Limit{Shift: 30 * 60_000, MaxHold: reading.HourMS}
	}
	return reading.Limit{MaxHold: 25 * 60_000}
}

func keepsClashes(_ *testing.T, b *bench) {
	one := sample(1, winter, 5)
	other, better := one, one
	other.V, better.Seq, better.V = 6, 2, 4
	zero, minus := sample(1, winter+1, 0), sample(1, winter+1, math.Copysign(0, -1))
	rs := []reading.Reading{one, one, other, better, minus, zero}
	b.append(rs...)
	b.want(reading.All(), rs)
	got := b.hourly(reading.Query{From: winter, To: winter + reading.HourMS})
	if len(got) != 1 || got[0].N != 2 || got[0].First.V != 4 || got[0].Clashes != 2 {
		b.t.Fatalf("Hourly = %+v, want 2 instants, the first worth 4, 2 clashes", got)
	}
}

func takesAnyInstant(_ *testing.T, b *bench) {
	future := sample(1, time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli(), 9)
	future.Q = reading.Quarantined
	rs := []reading.Reading{
		future, sample(1, winter, 1), sample(2, winter-5, 2), sample(1, winter-60_000, 3),
		sample(1, time.Date(2009, 3, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), 4), sample(1, winter+1, 5), sample(1, -7_200_001, 6),
	}
	for _, r := range rs {
		b.append(r)
	}
	b.want(reading.All(), rs)
	b.want(reading.Query{Series: []reading.ID{1}, From: winter, To: winter + 1}, rs[1:2])
	b.want(reading.Query{Series: []reading.ID{}, From: winter, To: winter + 1}, nil)
	last, err := b.Latest(b.t.Context(), []reading.ID{2, 1, 77})
	b.ok(err)
	if len(last) != 2 || last[0] != rs[5] || last[1] != rs[2] {
		b.t.Fatalf("Latest = %+v, want %+v and %+v", last, rs[5], rs[2])
	}
	if got := b.hourly(reading.Query{Series: []reading.ID{1}, From: -3 * reading.HourMS, To: 0}); len(got) != 1 || got[0].Hour != -3 {
		b.t.Fatalf("Hourly before 1970 = %+v, want hour -3", got)
	}
}

func keepsBits(_ *testing.T, b *bench) {
	var rs []reading.Reading
	for i, bits := range []uint64{
		0, 1 << 63, 1, 1<<63 | 1, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff0000000000002, 0x7ff8000000000001, 0xfff8dead00000000,
		math.Float64bits(0.1 + 0.2), math.Float64bits(math.MaxFloat64), math.Float64bits(-1e15), math.Float64bits(123456789.01),
	} {
		r := sample(1, winter+int64(i/3), math.Float64frombits(bits))
		r.Seq = math.MaxInt64 - int64(i)
		rs = append(rs, r)
	}
	b.append(rs...)
	b.want(reading.All(), rs)
	_, err := b.Seal(b.t.Context(), winter+40*24*reading.HourMS)
	b.ok(err)
	b.want(reading.All(), rs)
}

func survivesReopen(_ *testing.T, b *bench) {
	rs := month()
	for chunk := range slices.Chunk(rs, 1000) {
		b.append(chunk...)
	}
	b.reopen()
	b.want(reading.All(), rs)
	last, err := b.Latest(b.t.Context(), []reading.ID{1})
	b.ok(err)
	if len(last) != 1 || last[0].T != rs[len(rs)-2].T {
		b.t.Fatalf("Latest after reopening = %+v, want %+v", last, rs[len(rs)-2])
	}
}

func marksWithBatch(_ *testing.T, b *bench) {
	ctx := b.t.Context()
	if _, found, err := b.Mark(ctx, "file"); err != nil || found {
		b.t.Fatalf("Mark before any = %v, %v", found, err)
	}
	b.ok(b.Append(ctx, reading.Batch{
		Readings: []reading.Reading{sample(1, winter, 1)},
		Marks:    []reading.Mark{{Key: "file", Pos: 1}, {Key: "file", Pos: 7, Note: "a.csv"}},
	}))
	b.ok(b.Append(ctx, reading.Batch{Marks: []reading.Mark{{Key: "topic", Pos: 3}}}))
	stopped, stop := context.WithCancel(ctx)
	stop()
	err := b.Append(stopped, reading.Batch{
		Readings: []reading.Reading{sample(1, winter+1, 1)}, Marks: []reading.Mark{{Key: "file", Pos: 8}},
	})
	b.reopen()
	m, found, errMark := b.Mark(ctx, "file")
	b.ok(errMark)
	rows := int64(len(b.scan(reading.All())))
	if want := map[bool]int64{true: 8, false: 7}[err == nil]; !found || m.Pos != want || rows != want-6 {
		b.t.Fatalf("after a batch that ended with %v: mark %d, %d readings; both must tell the same", err, m.Pos, rows)
	}
}

func foldsAlike(_ *testing.T, b *bench) {
	rs := append(month(), dense()...)
	for i := range int64(200) {
		rs = append(rs, sample(3, winter+i*reading.HourMS, float64(i)/3), sample(4, winter+i*reading.HourMS/3, 1e12*float64(i%5)-1e12))
	}
	b.append(rs...)
	for _, q := range []reading.Query{
		reading.All(),
		{Series: []reading.ID{1, 2, 3, 4, 5, 6}, From: winter + 30, To: winter + 48*reading.HourMS},
		{Series: []reading.ID{3}, From: winter + 2*reading.HourMS, To: winter + 3*reading.HourMS},
	} {
		q.Limit = limits
		got := b.hourly(q)
		var want []reading.Bucket
		for _, c := range reading.FoldSlice(slices.Clone(rs), limits) {
			at := c.Hour * reading.HourMS
			if at >= q.From && at < q.To && (q.Series == nil || slices.Contains(q.Series, c.Series)) {
				want = append(want, c)
			}
		}
		if len(got) != len(want) || len(got) == 0 {
			b.t.Fatalf("Hourly gives %d buckets, want %d", len(got), len(want))
		}
		for i := range got {
			if !reflect.DeepEqual(got[i], want[i]) {
				b.t.Fatalf("Hourly:\n%+v, want\n%+v", got[i], want[i])
			}
		}
	}
}

func tellsDirty(_ *testing.T, b *bench) {
	ctx := b.t.Context()
	h := winter / reading.HourMS
	b.append(sample(2, winter, 1), sample(1, winter+reading.HourMS, 1), sample(1, winter, 1))
	b.append(sample(1, winter-50*reading.HourMS, 1))
	d, err := b.Dirty(ctx, 3)
	b.ok(err)
	want := []reading.Span{{Series: 1, From: h, To: h + 2}, {Series: 2, From: h, To: h + 1}}
	if !slices.Equal(d.Spans, want) || !d.More {
		b.t.Fatalf("Dirty = %+v, want %+v and more", d, want)
	}
	b.ok(b.PutHours(ctx, reading.Write{Upto: d.Upto}))
	b.reopen()
	d, err = b.Dirty(ctx, 3)
	b.ok(err)
	want = []reading.Span{{Series: 1, From: h - 50, To: h - 49}}
	if !slices.Equal(d.Spans, want) || d.More {
		b.t.Fatalf("Dirty after the first = %+v, want %+v and no more", d, want)
	}
	b.ok(b.PutHours(ctx, reading.Write{Upto: d.Upto}))
	if d, err = b.Dirty(ctx, 3); err != nil || d.Upto != 0 || d.More {
		b.t.Fatalf("Dirty at the end = %+v, %v, want nothing", d, err)
	}
}
