package live_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lingtan/inventory"
	"lingtan/live"
	"lingtan/reading"
	"lingtan/series"
)

// plant writes the corner of the mine with so many more counters, of which the
// first forty make up the purchased power, and gases of four inputs.
func plant(b *testing.B, counters, gases int) *inventory.Mine {
	b.Helper()
	var text bytes.Buffer
	var bought []string
	entry := func(id, kind, unit string) {
		fmt.Fprintf(&text, "\n[[point]]\nid = %q\nname = { zh = %q, en = %q }\norg = \"mine\"\nkind = %q\nunit = %q\nstep = \"1 s\"\n", id, id, id, kind, unit)
	}
	for i := range counters {
		id := fmt.Sprintf("c-%04d", i)
		entry(id, "counter", "kWh")
		if i < 40 {
			bought = append(bought, fmt.Sprintf("%q", id))
		}
	}
	for i := range gases {
		for j, unit := range []string{"m3@work:wet/min", "%:wet", "degC", "kPa"} {
			entry(fmt.Sprintf("g-%02d-%d", i, j), "gauge", unit)
		}
		fmt.Fprintf(&text, "\n[[gas]]\nid = \"g-%02d\"\nname = { zh = \"g\", en = \"g\" }\norg = \"mine\"\nflow = \"g-%02d-0\"\nconcentration = \"g-%02d-1\"\ntemperature = \"g-%02d-2\"\npressure = \"g-%02d-3\"\n", i, i, i, i, i)
	}
	file := strings.Replace(string(corner), "[[check]]", text.String()+"\n[[check]]", 1)
	if len(bought) > 0 {
		file = strings.Replace(file, `points = ["main-1", "main-2"]`, "points = ["+strings.Join(bought, ", ")+"]", 1)
	}
	mine, err := inventory.OpenMine("qingling.toml", []byte(file))
	must(b, err)
	return mine
}

// second makes the readings every point of a prefix has in one second.
func (s *stage) second(rs []reading.Reading, prefix string, n int) []reading.Reading {
	rs = rs[:0]
	for _, p := range s.mine.Site.Points {
		if !strings.HasPrefix(p.ID, prefix) {
			continue
		}
		v := float64(1000 + n)
		switch {
		case strings.HasSuffix(p.ID, "-1") && prefix == "g-":
			v = 5 + float64(n%9)/10
		case strings.HasSuffix(p.ID, "-3") && prefix == "g-":
			v = 88
		case prefix == "g-":
			v = 20 + float64(n%7)
		}
		rs = append(rs, reading.Reading{Series: s.ids[p.ID], T: s.clock.UnixMilli(), V: v, Seq: int64(n)})
	}
	return rs
}

// play feeds a hall a second per round in five ticks, and tells its cost.
func (s *stage) play(b *testing.B, prefixes ...string) {
	b.Helper()
	var rs, all []reading.Reading
	count := 0
	for b.Loop() {
		b.StopTimer()
		count++
		s.clock = s.clock.Add(time.Second)
		all = all[:0]
		for _, p := range prefixes {
			rs = s.second(rs, p, count)
			all = append(all, rs...)
		}
		b.StartTimer()
		for part := range slices.Chunk(all, len(all)/5+1) {
			s.hall.Touch(part)
			s.hall.Tick()
		}
	}
	perSecond := float64(b.Elapsed().Nanoseconds()) / float64(count)
	b.ReportMetric(perSecond/float64(len(all)), "ns/reading")
	b.ReportMetric(perSecond/1e9*100, "%core")
	b.ReportMetric(0, "ns/op")
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(mem.HeapAlloc)/1e6, "MB-heap")
	runtime.KeepAlive(s)
}

// BenchmarkFold: 5,000 counters at 1 Hz.
func BenchmarkFold(b *testing.B) {
	s := openMine(b, plant(b, 5000, 0), newMemory(), "2025-06-10 12:00")
	s.play(b, "c-")
}

// BenchmarkGases: 20 gases of 4 inputs at 1 Hz beside them.
func BenchmarkGases(b *testing.B) {
	s := openMine(b, plant(b, 5000, 20), newMemory(), "2025-06-10 12:00")
	s.play(b, "c-", "g-")
}

// BenchmarkViewers: 200 viewers, each of all nodes and twenty points, or of all.
func BenchmarkViewers(b *testing.B) {
	for _, c := range []struct {
		name   string
		filter live.Filter
	}{
		{"boards", live.Filter{Points: []string{
			"c-0001", "c-0101", "c-0201", "c-0301", "c-0401", "c-0501", "c-0601", "c-0701", "c-0801", "c-0901",
			"c-1001", "c-1101", "c-1201", "c-1301", "c-1401", "c-1501", "c-1601", "c-1701", "c-1801", "c-1901",
		}}},
		{"all", live.Filter{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := openMine(b, plant(b, 5000, 0), newMemory(), "2025-06-10 12:00")
			ctx, cancel := context.WithCancel(b.Context())
			var viewers sync.WaitGroup
			var resets, got atomic.Int64
			for range 200 {
				sub := s.hall.Subscribe(0, c.filter)
				viewers.Go(func() {
					for {
						events, err := sub.Next(ctx)
						if err != nil {
							return
						}
						for _, e := range events {
							got.Add(int64(len(e.Data)))
							if e.Kind == live.Reset {
								resets.Add(1)
							}
						}
					}
				})
			}
			s.play(b, "c-")
			b.ReportMetric(float64(got.Load())/200/1e3/float64(b.N), "kB/viewer·s")
			b.ReportMetric(float64(resets.Load()), "resets")
			cancel()
			viewers.Wait()
		})
	}
}

// BenchmarkLate sends a million readings spread over a year late to an engine
// on disk, while 500 points go on at 1 Hz: how long until the year's totals are
// right, and how old a live reading is at most when viewers are told of it.
func BenchmarkLate(b *testing.B) {
	const lateOnes, points, perPoint = 1_000_000, 500, 10_000
	for b.Loop() {
		engine, err := series.Open(b.Context(), series.Options{Dir: b.TempDir(), MemoryMB: 512})
		must(b, err)
		s := stageOn(b, plant(b, points, 0), engine)
		ctx, cancel := context.WithCancel(b.Context())
		var all sync.WaitGroup
		all.Go(func() { _ = s.hall.Run(ctx, func(err error) { b.Error(err) }) })
		lag := s.watch(ctx, &all)
		all.Go(func() { s.trickle(ctx, points) })

		began := time.Now()
		step := int64(365*24) * reading.HourMS / perPoint
		start := began.UnixMilli() - 365*24*reading.HourMS
		batch := make([]reading.Reading, 0, 50_000)
		for i := range lateOnes {
			p, n := i%100, int64(i/100)
			batch = append(batch, reading.Reading{Series: s.ids[fmt.Sprintf("c-%04d", p)], T: start + n*step + 7, V: float64(n), Seq: 1})
			if len(batch) == cap(batch) {
				s.accept(ctx, batch)
				batch = batch[:0]
			}
		}
		sent := time.Since(began)
		for s.yearOf("c-0099") < s.wantYear(start, step, perPoint) {
			time.Sleep(100 * time.Millisecond)
			if time.Since(began) > 3*time.Minute {
				b.Fatalf("after %v the year has %v", time.Since(began), s.yearOf("c-0099"))
			}
		}
		b.ReportMetric(sent.Seconds(), "s-to-send")
		b.ReportMetric((time.Since(began) - sent).Seconds(), "s-until-right")
		cancel()
		all.Wait()
		lags := *lag
		slices.Sort(lags)
		b.ReportMetric(float64(lags[len(lags)*99/100]), "ms-lag-p99")
		b.ReportMetric(float64(lags[len(lags)-1]), "ms-lag-max")
		must(b, engine.Close())
	}
	b.ReportMetric(0, "ns/op")
}

// stageOn opens the mine on an engine, at the real clock.
func stageOn(b *testing.B, mine *inventory.Mine, engine reading.Series) *stage {
	b.Helper()
	s := &stage{tb: b, mine: mine, ids: map[string]reading.ID{}, filed: drawer{}, clock: time.Now()}
	rules := map[reading.ID]reading.Rule{}
	for _, p := range mine.Site.Points {
		s.ids[p.ID] = reading.ID(len(s.ids) + 1)
		rules[s.ids[p.ID]] = p.Rule()
	}
	s.ids["shaft-ch4"] = reading.ID(len(s.ids) + 1)
	s.service = &reading.Service{
		Series: engine, Now: time.Now,
		Rules: func(id reading.ID) (reading.Rule, bool) { r, ok := rules[id]; return r, ok },
	}
	in := s.inputs()
	in.Meters, in.Now = engine, time.Now
	h, err := live.Open(b.Context(), in)
	must(b, err)
	s.hall = h
	s.service.Accepted = h.Touch
	return s
}

func (s *stage) accept(ctx context.Context, rs []reading.Reading) {
	if _, err := s.service.Accept(ctx, reading.Batch{Readings: rs}); err != nil {
		s.tb.Error(err)
	}
}

// trickle sends a reading of every point but the late ones each second.
func (s *stage) trickle(ctx context.Context, points int) {
	for n := 0; ctx.Err() == nil; n++ {
		var rs []reading.Reading
		now := time.Now()
		for i := 100; i < points; i++ {
			rs = append(rs, reading.Reading{Series: s.ids[fmt.Sprintf("c-%04d", i)], T: now.UnixMilli(), V: float64(n)})
		}
		s.accept(context.WithoutCancel(ctx), rs)
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(now.Add(time.Second))):
		}
	}
}

// watch notes how old each live reading is when a viewer is told of it.
func (s *stage) watch(ctx context.Context, all *sync.WaitGroup) *[]int64 {
	var lags []int64
	sub := s.hall.Subscribe(0, live.Filter{Kinds: []string{live.Points}, Points: []string{"c-0100"}})
	all.Go(func() {
		for last := ""; ; {
			events, err := sub.Next(ctx)
			if err != nil {
				return
			}
			for _, e := range events {
				_, rest, _ := strings.Cut(string(e.Data), `"t":`)
				t, _, _ := strings.Cut(rest, ",")
				var at int64
				if _, err := fmt.Sscan(t, &at); err == nil && t != last {
					lags, last = append(lags, time.Now().UnixMilli()-at), t
				}
			}
		}
	})
	return &lags
}

func (s *stage) yearOf(point string) float64 {
	v, _ := s.point(point).Lookup("year", "amount")
	return v
}

// wantYear is what the late counters rose by since the year began, one a step.
func (s *stage) wantYear(start, step int64, n int) float64 {
	from := s.mine.Site.Calendar.Year(time.Now().In(s.mine.Site.Calendar.Zone).Year()).Start().UnixMilli()
	last := start + int64(n-1)*step
	return float64(last-from)/float64(step) - 0.01
}
