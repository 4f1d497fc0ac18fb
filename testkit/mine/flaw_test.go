package mine_test

import (
	"context"
	"math"
	"testing"
	"time"

	"lingtan/reading"
)

// at gives an instant of the mine's zone in ms.
func (b *book) at(year int, month time.Month, day, hour int) int64 {
	return time.Date(year, month, day, hour, 0, 0, 0, b.site.Calendar.Zone).UnixMilli()
}

func TestReadingsCount(t *testing.T) {
	if n := open(t).count; n < 8_000_000 || n > 10_000_000 {
		t.Errorf("%d readings, want 8 to 10 million", n)
	}
}

// TestCountersGoOn holds that a rollover, a changed meter and another current
// transformer lose nothing: the month's sum is near its neighbours'.
func TestCountersGoOn(t *testing.T) {
	b := open(t)
	for _, c := range []struct {
		name, point string
		flag        reading.Flags
		year        int
		month       time.Month
	}{
		{"rollover", "surface-07", reading.Rollover, 2024, 0},
		{"changed meter", "compressor-03", reading.Replaced, 2024, time.September},
		{"current transformer", "engine-06", 0, 2025, time.March},
	} {
		id := b.ids[c.point]
		for _, e := range b.event[id] {
			if e.Kind == reading.Reset || e.Kind == reading.Jump {
				t.Errorf("%s: %s has a %s at %s", c.name, c.point, e.Kind, time.UnixMilli(e.T))
			}
		}
		month, found := c.month, c.flag == 0
		for _, h := range b.hours[id] {
			if c.flag != 0 && h.Flags.Has(c.flag) {
				found = true
				month = time.UnixMilli(h.Hour * reading.HourMS).In(b.site.Calendar.Zone).Month()
			}
		}
		if !found {
			t.Errorf("%s: no hour of %s is flagged", c.name, c.point)
		}
		day := func(d int) float64 { return b.sum(c.point, b.at(c.year, month, d, 0), b.at(c.year, month, d+1, 0)) }
		for d := 1; d < 28; d++ {
			if ratio := day(d+1) / day(d); ratio < 0.5 || ratio > 2 {
				t.Errorf("%s: %s counts %v on day %d and %v on the next", c.name, c.point, day(d), d, day(d+1))
			}
		}
	}
	six, five := b.sum("engine-06", b.at(2025, 1, 1, 0), b.at(2026, 1, 1, 0)), b.sum("engine-05", b.at(2025, 1, 1, 0), b.at(2026, 1, 1, 0))
	if math.Abs(six/five-1) > 0.02 {
		t.Errorf("engine 6 made %v kWh and its twin %v", six, five)
	}
}

// TestMissing holds that what was lost is missing, what came late is not, and
// what a broken sensor said does not count.
func TestMissing(t *testing.T) {
	b := open(t)
	hours := func(point string, from, to int64) (n int) {
		for range b.Hours(context.Background(), reading.Query{Series: []reading.ID{b.ids[point]}, From: from, To: to}) {
			n++
		}
		return n
	}
	f := func(point string, from, to int64, want int) {
		t.Helper()
		if got := hours(point, from, to); got != want {
			t.Errorf("%s has %d hours, want %d", point, got, want)
		}
	}
	f("shaft-2-ch4", b.at(2024, 3, 12, 2), b.at(2024, 3, 12, 7), 0)
	f("shaft-2-ch4", b.at(2024, 3, 13, 0), b.at(2024, 3, 14, 0), 24)
	f("north-low-ch4", b.at(2025, 2, 18, 4), b.at(2025, 2, 19, 9), 0)
	f("shaft-3-ch4", b.at(2024, 11, 5, 7), b.at(2024, 11, 6, 18), 0)
	f("shaft-3-c", b.at(2024, 11, 5, 7), b.at(2024, 11, 6, 18), 0)
	f("south-high-ch4", b.at(2025, 6, 10, 0), b.at(2025, 6, 13, 0), 72) // back-filled
	f("prep-12", b.at(2024, 7, 2, 0), b.at(2024, 7, 3, 0), 24)          // a counter, spread
}

func TestClash(t *testing.T) {
	b := open(t)
	if len(b.clash) != 1 || b.clash[0].Series != b.ids["main-1-import"] || b.clash[0].T != b.at(2025, 1, 15, 8) {
		t.Errorf("clashes = %+v, want one of main-1-import", b.clash)
	}
	id, burst, seen := b.ids["north-high-q"], b.at(2024, 5, 20, 14), 0
	for batch := range b.mine.Readings(b.id) {
		for _, r := range batch {
			if r.Series == id && r.T == burst {
				seen++
			}
		}
		if len(batch) > 0 && batch[0].T > burst {
			break
		}
	}
	if seen != 3 {
		t.Errorf("the burst's reading came %d times, want 3", seen)
	}
}

// TestVentedIsLean holds the sample to GB 21522-2024: what is vented of the
// drained gas is below 8 % methane.
func TestVentedIsLean(t *testing.T) {
	b := open(t)
	lean := map[reading.ID]bool{b.ids["north-low-c"]: true, b.ids["south-low-c"]: true}
	for batch := range b.mine.Readings(b.id) {
		for _, r := range batch {
			if lean[r.Series] && r.V >= 8 {
				t.Fatalf("%v %% CH4 at %s", r.V, r.At())
			}
		}
	}
}
