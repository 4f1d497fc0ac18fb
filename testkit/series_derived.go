package testkit

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"lingtan/reading"
)

func replacesHours(_ *testing.T, b *bench) {
	ctx, h := b.t.Context(), winter/reading.HourMS
	var hours []reading.Hour
	for id := reading.ID(1); id <= 2; id++ {
		for i := range int64(100) {
			f := reading.Flags(0)
			if i%10 == 0 {
				f = reading.Estimated
			}
			hours = append(hours, reading.Hour{Series: id, Hour: h + i, Amount: math.MaxInt64 / 10, CoveredMS: 1000, N: 4, Flags: f})
		}
	}
	b.ok(b.PutHours(ctx, reading.Write{Hours: hours}))
	kept := slices.Concat(hours[:10], hours[20:])
	again := reading.Hour{Series: 1, Hour: h + 12, Amount: -5, CoveredMS: reading.HourMS, N: 60, Flags: reading.Substituted}
	b.ok(b.PutHours(ctx, reading.Write{Erase: []reading.Span{{Series: 1, From: h + 10, To: h + 20}, {Series: 7, From: 0, To: 9}}, Hours: []reading.Hour{again}}))
	want := slices.Insert(kept, 10, again)
	if got := b.hours(); !slices.Equal(got, want) {
		b.t.Fatalf("Hours = %d rows, want %d", len(got), len(want))
	}
	bounds := []int64{h * reading.HourMS, (h + 12) * reading.HourMS, (h + 50) * reading.HourMS, (h + 200) * reading.HourMS, (h + 300) * reading.HourMS}
	got, err := b.Totals(ctx, reading.All(), bounds)
	b.ok(err)
	compareTotals(b.t, got, want, bounds)
	if _, err := b.Totals(ctx, reading.All(), []int64{1, 2}); err == nil {
		b.t.Fatal("Totals across an hour: no error")
	}
}

// compareTotals adds the hours up by hand.
func compareTotals(t *testing.T, got []reading.Total, hours []reading.Hour, bounds []int64) {
	t.Helper()
	n := 0
	for id := reading.ID(1); id <= 2; id++ {
		for i := range len(bounds) - 1 {
			sum, count, estimated, substituted := new(big.Int), int64(0), int64(0), int64(0)
			for _, h := range hours {
				if at := h.Hour * reading.HourMS; h.Series != id || at < bounds[i] || at >= bounds[i+1] {
					continue
				}
				sum.Add(sum, big.NewInt(h.Amount))
				count++
				estimated += int64(h.Flags & reading.Estimated)
				substituted += int64(h.Flags&reading.Substituted) / int64(reading.Substituted)
			}
			if count == 0 {
				continue
			}
			g := got[n]
			if g.Series != id || g.From != bounds[i] || g.Amount.Cmp(sum) != 0 || g.Hours != count || g.Estimated != estimated || g.Substituted != substituted {
				t.Fatalf("Totals[%d] = %+v, want series %d from %d: %s in %d hours, %d estimated, %d substituted", n, g, id, bounds[i], sum, count, estimated, substituted)
			}
			n++
		}
	}
	if n != len(got) {
		t.Fatalf("%d totals, want %d", len(got), n)
	}
}

func sealsUnseen(t *testing.T, b *bench) {
	t.Helper()
	rs := month()
	b.append(rs...)
	q := reading.All()
	q.Limit = limits
	before := b.hourly(q)
	segments, err := b.Seal(t.Context(), winter+20*24*reading.HourMS)
	b.ok(err)
	if len(segments) != 1 || segments[0].Month != "2025-01" || segments[0].Clean || segments[0].Series != 2 || segments[0].SHA256 == "" {
		t.Fatalf("Seal = %+v, want one unclean segment of January with 2 series", segments)
	}
	for _, when := range []string{"sealed", "reopened"} {
		b.want(reading.All(), rs)
		if !reflect.DeepEqual(b.hourly(q), before) {
			t.Fatalf("%s, buckets differ", when)
		}
		b.reopen()
	}
	if again, err := b.Seal(t.Context(), winter+20*24*reading.HourMS); err != nil || len(again) != 0 {
		t.Fatalf("Seal again = %+v, %v, want nothing to do", again, err)
	}
}

func takesLate(t *testing.T, b *bench) {
	t.Helper()
	rs := month()
	b.append(rs...)
	end := winter + 60*24*reading.HourMS
	_, err := b.Seal(t.Context(), end)
	b.ok(err)
	late := sample(1, winter+90_000, 1000.5)
	b.append(late)
	rs = append(rs, late)
	b.want(reading.All(), rs)
	segments, err := b.Seal(t.Context(), end)
	b.ok(err)
	if len(segments) != 1 || segments[0].Rows != 1 || !segments[0].Clean {
		t.Fatalf("Seal of a late reading = %+v, want a further segment of one row", segments)
	}
	b.want(reading.All(), rs)
	b.reopen()
	b.want(reading.All(), rs)
	last, err := b.Latest(t.Context(), []reading.ID{1})
	b.ok(err)
	if len(last) != 1 || last[0].T <= late.T {
		t.Fatalf("Latest after sealing = %+v, want a later one than the late one", last)
	}
	old, absurd := sample(1, -1, 1), sample(1, 1<<59, 1)
	b.append(sample(1, end, 1), old, absurd)
	b.want(reading.Query{From: end, To: end + 1}, []reading.Reading{sample(1, end, 1)})
	segments, err = b.Seal(t.Context(), end)
	b.ok(err)
	if len(segments) != 1 || segments[0].Month != "1969-12" {
		t.Fatalf("Seal of a reading before 1970 = %+v, want December 1969", segments)
	}
	b.want(reading.All(), append(rs, old, sample(1, end, 1), absurd))
}

func sealsDirty(t *testing.T, b *bench) {
	t.Helper()
	b.append(sample(1, winter, 1), sample(2, winter+reading.HourMS, 1))
	d, err := b.Dirty(t.Context(), 100)
	b.ok(err)
	_, err = b.Seal(t.Context(), winter+60*24*reading.HourMS)
	b.ok(err)
	b.reopen()
	again, err := b.Dirty(t.Context(), 100)
	b.ok(err)
	if !reflect.DeepEqual(again, d) || len(d.Spans) != 2 {
		t.Fatalf("Dirty after sealing = %+v, want %+v", again, d)
	}
	b.ok(b.PutHours(t.Context(), reading.Write{Upto: again.Upto}))
	if again, err = b.Dirty(t.Context(), 100); err != nil || again.Upto != 0 {
		t.Fatalf("Dirty at the end = %+v, %v, want nothing", again, err)
	}
}
