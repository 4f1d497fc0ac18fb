//go:build cgo

package series

import (
	"os"
	"testing"
	"time"

	"lingtan/reading"
)

// fullSize tells whether the large benchmarks run at their size.
func fullSize() bool { return os.Getenv("LINGTAN_BENCH") == "full" }

// BenchmarkTotals closes a year of hour buckets by month: 5,000 series × 8,760
// hours at full size.
func BenchmarkTotals(b *testing.B) {
	series := 200
	if fullSize() {
		series = 5000
	}
	d, err := OpenDuck(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	first := time.Date(2024, 12, 31, 16, 0, 0, 0, time.UTC).UnixMilli() / reading.HourMS
	for id := 1; id <= series; id += 20 {
		var w reading.Write
		for k := range 20 {
			for h := range int64(8760) {
				w.Hours = append(w.Hours, reading.Hour{Series: reading.ID(id + k), Hour: first + h, Amount: int64(id) * 1e9 * (h%50 + 1), CoveredMS: reading.HourMS, N: 60})
			}
		}
		if err := d.PutHours(b.Context(), w); err != nil {
			b.Fatal(err)
		}
	}
	bounds := make([]int64, 13)
	for i := range bounds {
		bounds[i] = time.Date(2025, time.Month(1+i), 1, -8, 0, 0, 0, time.UTC).UnixMilli()
	}
	for b.Loop() {
		totals, err := d.Totals(b.Context(), reading.All(), bounds)
		if err != nil || len(totals) != series*12 {
			b.Fatalf("%d totals, %v", len(totals), err)
		}
	}
	b.ReportMetric(float64(series*8760), "hours")
}

// BenchmarkSums adds up every hour of a year of sealed minutes: 200 series,
// 105 million readings at full size.
func BenchmarkSums(b *testing.B) {
	months := 1
	if fullSize() {
		months = 12
	}
	d, err := OpenDuck(b.Context(), Options{Dir: b.TempDir(), MemoryMB: 2048})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	rows := sealYear(b, d, months)
	for b.Loop() {
		n := 0
		for _, err := range d.Sums(b.Context(), reading.All()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows/60 {
			b.Fatalf("%d hours, want %d", n, rows/60)
		}
	}
	b.ReportMetric(float64(rows), "readings")
}

// sealYear writes the segments of some months, as Seal would.
func sealYear(b *testing.B, d *Duck, months int) int {
	b.Helper()
	rows := 0
	for m := range months {
		from := time.Date(2025, time.Month(1+m), 1, 0, 0, 0, 0, time.UTC)
		to := from.AddDate(0, 1, 0)
		s, err := d.vault.write(b.Context(), from.Format("2006-01"), int64(m+1), func(yield func(reading.Reading, error) bool) {
			for id := reading.ID(1); id <= 200; id++ {
				v := float64(id) * 1000
				for t := from.UnixMilli(); t < to.UnixMilli(); t += 60_000 {
					v += float64((t/60_000*7919+int64(id)*31)%17) / 100
					rows++
					if !yield(reading.Reading{Series: id, T: t, Recv: t + 700, V: float64(int64(v*100)) / 100, Seq: t / 60_000}, nil) {
						return
					}
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		d.vault.include(s)
	}
	return rows
}
