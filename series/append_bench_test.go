//go:build cgo

package series

import (
	"os"
	"testing"

	"lingtan/reading"
)

// BenchmarkAppend commits batches of 10,000 readings, each durable.
func BenchmarkAppend(b *testing.B) {
	d, err := OpenDuck(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	const rows = 10_000
	batch := make([]reading.Reading, rows)
	at := monday
	for b.Loop() {
		for i := range batch {
			batch[i] = reading.Reading{Series: reading.ID(1 + i%500), T: at + int64(i/500)*1000, Recv: at + 700, V: float64(i*7919%1000) / 100, Seq: at}
		}
		at += rows / 500 * 1000
		if err := d.Append(b.Context(), reading.Batch{Readings: batch}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "readings/s")
}

// BenchmarkSeal writes a month of minutes of 200 series as a segment.
func BenchmarkSeal(b *testing.B) {
	d, err := OpenDuck(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	rows := 0
	for b.Loop() {
		rows = sealYear(b, d, 1)
	}
	info, err := os.Stat(d.vault.path(d.vault.list[0]))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(rows), "B/reading")
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "readings/s")
}
