//go:build cgo

package series

import (
	"context"
	"slices"
	"testing"

	"lingtan/reading"
)

func openDuck(t *testing.T, dir string) reading.Series {
	t.Helper()
	d, err := OpenDuck(t.Context(), Options{Dir: dir, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDuckAnyWay(t *testing.T) { anyWay(t, openDuck, "12") }

// Sums of clean segments, by one pass, equal the sums of the buckets.
func TestSums(t *testing.T) {
	d, err := OpenDuck(t.Context(), Options{Dir: t.TempDir(), MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	var rs []reading.Reading
	for i := range int64(5000) {
		v := float64(i*i) * 35.98765
		if i%2 == 0 {
			v = -v / 3
		}
		rs = append(rs, reading.Reading{Series: 1 + reading.ID(i%7), T: monday + i*61_001, V: min(v, narrow)})
	}
	rs = append(rs, reading.Reading{Series: 3, T: monday + 20*24*reading.HourMS, V: 1}) // far from its others
	if err := d.Append(t.Context(), reading.Batch{Readings: rs}); err != nil {
		t.Fatal(err)
	}
	compare := func(when string) {
		t.Helper()
		var want []Sum
		for b, err := range d.Hourly(t.Context(), reading.All()) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, Sum{b.Series, b.Hour, int64(b.N), b.Sum})
		}
		var got []Sum
		for s, err := range d.Sums(t.Context(), reading.All()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, s)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %d sums differ from %d buckets", when, len(got), len(want))
		}
	}
	compare("hot")
	segments, err := d.Seal(t.Context(), monday+90*24*reading.HourMS)
	if err != nil || len(segments) != 2 || !segments[0].Clean {
		t.Fatalf("Seal = %+v, %v", segments, err)
	}
	if sums, err := d.cleanSums(t.Context(), reading.All()); err != nil || sums == nil {
		t.Fatalf("clean segments are not summed in one pass: %v", err)
	}
	compare("sealed")
}

func init() {
	engines["duck"] = func(ctx context.Context, o Options) (reading.Series, error) { return OpenDuck(ctx, o) }
}

func TestDuckKilled(t *testing.T) { survivesKill(t, "duck") }
func TestDuckHeals(t *testing.T)  { healsSeal(t, "duck") }
func TestDuckFaults(t *testing.T) { tellsFaults(t, "duck") }
