package api_test

import (
	"fmt"
	"math"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lingtan/reading"
	"lingtan/testkit"
)

// gauges are the points of the benchmark: ten sensors that send every 15 s.
const gauges = 10

// loaded is a house whose mine has a year: the first gauge all of it, the
// others its last day, and a register every hour.
func loaded(b *testing.B) *house {
	b.Helper()
	h := build(b, testkit.SQLite(b))
	var file strings.Builder
	file.WriteString(small)
	for i := range gauges {
		fmt.Fprintf(&file, "\n[[point]]\nid = \"gauge-%02d\"\nname = \"g\"\norg = \"mine\"\nkind = \"gauge\"\nunit = \"kW\"\nstep = \"15 s\"\n", i)
	}
	if _, err := h.store.PutSite(b.Context(), own, file.String(), "bench"); err != nil {
		b.Fatal(err)
	}
	m, err := h.mine(b.Context(), own)
	if err != nil {
		b.Fatal(err)
	}
	number := func(point string) reading.ID { id, _ := m.Number(point); return id }
	var batch []reading.Reading
	put := func(r reading.Reading, last bool) {
		if batch = append(batch, r); len(batch) == 500_000 || last {
			if _, err := m.Readings.Accept(b.Context(), reading.Batch{Readings: batch}); err != nil {
				b.Fatal(err)
			}
			batch = nil
		}
	}
	day, year := now.AddDate(0, 0, -1), now.AddDate(-1, 0, 0)
	for at := year; at.Before(now); at = at.Add(15 * time.Second) {
		for i := range gauges {
			if i == 0 || !at.Before(day) {
				put(reading.Reading{Series: number(fmt.Sprintf("gauge-%02d", i)), T: at.UnixMilli(), V: math.Round(1000*math.Sin(float64(at.Unix())/9000)) / 10}, false)
			}
		}
		if at.Minute() == 0 && at.Second() == 0 {
			put(reading.Reading{Series: number("feeder"), T: at.UnixMilli(), V: float64(at.Unix()-year.Unix()) / 1800}, false)
		}
	}
	put(reading.Reading{Series: number("feeder"), T: now.UnixMilli(), V: float64(now.Unix()-year.Unix()) / 1800}, true)
	if _, err := m.Readings.Refresh(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	if _, err := m.Readings.Series.Seal(b.Context(), now.UnixMilli()); err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkPanel draws panels as Grafana asks for them.
func BenchmarkPanel(b *testing.B) {
	h := loaded(b)
	for _, c := range []struct {
		name, expr string
		stretch    time.Duration
		step       string
		series     int
	}{
		{"day of 10 points at 15 s", `lingtan_reading{unit="kW",point=~"gauge.*"}`, 24 * time.Hour, "15", gauges},
		{"year of hours of 1 point", `lingtan_amount{point="feeder"}`, 364 * 24 * time.Hour, "3600", 1},
		{"year at 15 s of 1 point by the hour", `avg_over_time(lingtan_reading{point="gauge-00"}[1h])`, 364 * 24 * time.Hour, "3600", 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			ask := url.Values{
				"query": {c.expr}, "step": {c.step},
				"start": {fmt.Sprint(now.Add(-c.stretch).Unix())}, "end": {fmt.Sprint(now.Unix())},
			}
			var bytes int
			peak := heap(b, func() {
				for b.Loop() {
					body := h.must(call{who: "viewer@" + own, method: "GET", path: panels + "/query_range?" + ask.Encode()})
					if bytes = len(body); strings.Count(body, `"metric"`) != c.series {
						b.Fatalf("%d series, want %d: %.300s", strings.Count(body, `"metric"`), c.series, body)
					}
				}
			})
			b.ReportMetric(float64(bytes)/1e6, "MB-answer")
			b.ReportMetric(peak, "MB-heap")
		})
	}
}

// heap tells how much the heap grew at most during a piece of work.
func heap(tb testing.TB, work func()) float64 {
	tb.Helper()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, stop, done := m.HeapInuse, make(chan struct{}), make(chan struct{})
	var most atomic.Uint64
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapInuse))
			}
		}
	}()
	work()
	close(stop)
	<-done
	return float64(max(most.Load(), before)-before) / 1e6
}
