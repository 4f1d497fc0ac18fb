//go:build cgo

package series

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"lingtan/reading"
)

// BenchmarkReplay compares the whole path, Accept and Refresh to hours, with
// DuckDB's appender alone on the same rows in the same run.
func BenchmarkReplay(b *testing.B) {
	rs := minutes(200, 7*24*60)
	for b.Loop() {
		alone := appendAlone(b, rs)
		d, err := OpenDuck(b.Context(), Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		accept, refresh := replay(b, service(d), rs)
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(alone.Seconds(), "appender-s")
		b.ReportMetric(accept.Seconds(), "accept-s")
		b.ReportMetric(refresh.Seconds(), "refresh-s")
		b.ReportMetric((accept+refresh).Seconds()/alone.Seconds(), "ratio")
	}
}

// appendAlone appends the rows by the appender and nothing else: one table,
// the same columns, the same batches, each durable.
func appendAlone(b *testing.B, rs []reading.Reading) time.Duration {
	b.Helper()
	connector, err := duckdb.NewConnector(filepath.Join(b.TempDir(), "alone.duckdb"), nil)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "CREATE TABLE hot (arr BIGINT, series BIGINT, t BIGINT, recv BIGINT, v DOUBLE, q UTINYINT, seq BIGINT)"); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	c, err := connector.Connect(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for i := 0; i < len(rs); i += batchOf {
		a, err := duckdb.NewAppenderFromConn(c, "", "hot")
		if err != nil {
			b.Fatal(err)
		}
		for j, r := range rs[i:min(i+batchOf, len(rs))] {
			if err := a.AppendRow([]driver.Value{int64(i + j), int64(r.Series), r.T, r.Recv, r.V, uint8(r.Q), r.Seq}...); err != nil {
				b.Fatal(err)
			}
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

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
