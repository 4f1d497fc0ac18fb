package series

import (
	"context"
	"math"
	"os"
	"testing"
	"time"

	"lingtan/reading"
)

// minute are the benchmark's counters: 200 of them, 7 days, one reading a
// minute, 0.01 kWh, in the order they would come off a bus.
func minutes(series, n int) []reading.Reading {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	rs := make([]reading.Reading, 0, series*n)
	for i := range n {
		for id := 1; id <= series; id++ {
			v := math.Round((float64(id*1000)+float64(i)*(0.5+float64(id%17)/10))*100) / 100
			rs = append(rs, reading.Reading{
				Series: reading.ID(id), T: start + int64(i)*60_000, Recv: start + int64(i)*60_000 + 800, V: v, Seq: int64(i),
			})
		}
	}
	return rs
}

// batchOf is what an import appends at once.
const batchOf = 50_000

// full tells whether the large benchmarks run at their size.
func fullSize() bool { return os.Getenv("LINGTAN_BENCH") == "full" }

func service(s reading.Series) *reading.Service {
	rule := reading.Rule{Kind: reading.Counter, Step: time.Minute, MaxRate: 1000, Modulus: 1e8}
	return &reading.Service{
		Series: s,
		Rules:  func(reading.ID) (reading.Rule, bool) { return rule, true },
		Now:    func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	}
}

func replay(b *testing.B, s *reading.Service, rs []reading.Reading) (accept, refresh time.Duration) {
	b.Helper()
	ctx, began := context.Background(), time.Now()
	for i := 0; i < len(rs); i += batchOf {
		if _, err := s.Accept(ctx, reading.Batch{Readings: rs[i:min(i+batchOf, len(rs))]}); err != nil {
			b.Fatal(err)
		}
	}
	accept = time.Since(began)
	if _, err := s.Refresh(ctx, nil); err != nil {
		b.Fatal(err)
	}
	return accept, time.Since(began) - accept
}
