package series

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/reading"
)

// The points of the property test: every kind, with everything that can
// happen to a meter, and a product of two of them.
const (
	rolling  = reading.ID(1)
	swapped  = reading.ID(2)
	gauge    = reading.ID(3)
	delta    = reading.ID(4)
	flow     = reading.ID(5)
	percent  = reading.ID(6)
	pureFlow = reading.ID(7)
)

var monday = time.Date(2025, 1, 30, 3, 0, 0, 0, time.UTC).UnixMilli()

func ruleOf(id reading.ID) (reading.Rule, bool) {
	switch id {
	case rolling:
		return reading.Rule{Kind: reading.Counter, Step: 20 * time.Minute, Modulus: 1000, MaxRate: 100}, true
	case swapped:
		return reading.Rule{
			Kind: reading.Counter, Step: time.Hour, MaxRate: 500,
			Replacements: []reading.Replacement{{At: monday + 30*reading.HourMS + 5, Final: 800, First: 3}},
			Factors:      []reading.Factor{{Num: 100, Den: 1}, {From: monday + 20*reading.HourMS + 1000, Num: 400, Den: 3}},
		}, true
	case gauge:
		return reading.Rule{Kind: reading.Gauge, Step: 15 * time.Minute, MaxHold: 100 * time.Minute, Factors: []reading.Factor{{Num: 1, Den: 1}, {From: monday + 9*reading.HourMS + 999, Num: 2, Den: 1}}}, true
	case delta:
		return reading.Rule{Kind: reading.Delta, Step: 15 * time.Minute}, true
	case flow, percent:
		return reading.Rule{Kind: reading.Gauge, Step: 5 * time.Minute}, true
	}
	return reading.Rule{}, false
}

func productOf() []reading.Product {
	return []reading.Product{{
		ID: pureFlow, Flow: reading.Signal{Series: flow, MaxHold: 70 * time.Minute}, Percent: &reading.Signal{Series: percent, MaxHold: 50 * time.Minute},
		Working: true, To: reading.At20C, Celsius: &reading.Signal{Constant: 31}, KPa: &reading.Signal{Constant: 88},
	}}
}

// drawReadings makes readings a meter could have sent: a course of values with
// gaps, spikes, falls, clashes and bad ones.
func drawReadings(t *rapid.T) []reading.Reading {
	var rs []reading.Reading
	for _, id := range []reading.ID{rolling, swapped, gauge, delta, flow, percent} {
		at, v := monday+int64(id)*7, 100.0
		for range rapid.IntRange(0, 25).Draw(t, "n") {
			at += rapid.SampledFrom([]int64{1, 60_000, 900_000, 1_200_000, 1_200_000, reading.HourMS, 3 * reading.HourMS, 11 * reading.HourMS}).Draw(t, "dt")
			v += float64(rapid.IntRange(0, 4000).Draw(t, "dv")) / 128
			if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
				v = float64(rapid.IntRange(0, 1_100_000).Draw(t, "v")) / 1024
			}
			if id == rolling && v >= 1000 {
				v -= 1000
			}
			r := reading.Reading{Series: id, T: at, V: v, Recv: at + 5, Seq: rapid.Int64Range(0, 2).Draw(t, "seq")}
			r.Q = rapid.SampledFrom([]reading.Quality{0, 0, 0, 0, 0, reading.Suspect, reading.Bad}).Draw(t, "q")
			rs = append(rs, r)
			if rapid.IntRange(0, 7).Draw(t, "clash") == 0 {
				r.V, r.Seq = r.V+float64(rapid.IntRange(-2, 2).Draw(t, "by")), rapid.Int64Range(0, 2).Draw(t, "seq")
				rs = append(rs, r)
			}
		}
	}
	return rs
}

// state is what must not depend on how the readings came.
type state struct {
	hours  []reading.Hour
	totals string
}

func stateOf(t *testing.T, s reading.Series) state {
	t.Helper()
	var out state
	for h, err := range s.Hours(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		out.hours = append(out.hours, h)
	}
	bounds := []int64{monday / reading.HourMS * reading.HourMS, (monday/reading.HourMS + 21) * reading.HourMS, (monday/reading.HourMS + 5000) * reading.HourMS}
	totals, err := s.Totals(t.Context(), reading.All(), bounds)
	if err != nil {
		t.Fatal(err)
	}
	out.totals = fmt.Sprint(totals)
	return out
}

// anyWay checks that any order, doubling and lateness of the same readings,
// with refreshes and seals at any moment, ends in the same hours and totals as
// the oracle, SQLite and reading.Fold, gets from all at once.
func anyWay(t *testing.T, open func(*testing.T, string) reading.Series, checks string) {
	t.Helper()
	if err := flag.Set("rapid.checks", checks); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		rs := drawReadings(rt)
		once := run(t, openLite, func(s *reading.Service) {
			accept(t, s, rs)
			refresh(t, s)
		})
		sent := slices.Clone(rs)
		for range rapid.IntRange(0, 20).Draw(rt, "doubled") {
			if len(rs) > 0 {
				sent = append(sent, rs[rapid.IntRange(0, len(rs)-1).Draw(rt, "which")])
			}
		}
		sent = rapid.Permutation(sent).Draw(rt, "order")
		again := run(t, open, func(s *reading.Service) {
			for len(sent) > 0 {
				n := rapid.IntRange(1, len(sent)).Draw(rt, "batch")
				accept(t, s, sent[:n])
				sent = sent[n:]
				if rapid.Bool().Draw(rt, "refresh") {
					refresh(t, s)
				}
				if rapid.IntRange(0, 3).Draw(rt, "seal") == 0 {
					if _, err := s.Series.Seal(t.Context(), monday+80*24*reading.HourMS); err != nil {
						t.Fatal(err)
					}
				}
			}
			refresh(t, s)
		})
		if once.totals != again.totals || !slices.Equal(once.hours, again.hours) {
			rt.Fatalf("hours differ:\n%s", differences(once.hours, again.hours))
		}
	})
}

func run(t *testing.T, open func(*testing.T, string) reading.Series, f func(*reading.Service)) state {
	t.Helper()
	engine := open(t, t.TempDir())
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	f(&reading.Service{
		Series: engine, Rules: ruleOf, Products: productOf,
		Now: func() time.Time { return time.UnixMilli(monday).AddDate(0, 6, 0) },
	})
	return stateOf(t, engine)
}

func accept(t *testing.T, s *reading.Service, rs []reading.Reading) {
	t.Helper()
	if _, err := s.Accept(t.Context(), reading.Batch{Readings: slices.Clone(rs)}); err != nil {
		t.Fatal(err)
	}
}

func refresh(t *testing.T, s *reading.Service) {
	t.Helper()
	if _, err := s.Refresh(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func differences(a, b []reading.Hour) string {
	var out strings.Builder
	for _, h := range a {
		if !slices.Contains(b, h) {
			fmt.Fprintf(&out, "once  %+v\n", h)
		}
	}
	for _, h := range b {
		if !slices.Contains(a, h) {
			fmt.Fprintf(&out, "again %+v\n", h)
		}
	}
	return out.String()
}

func TestLiteAnyWay(t *testing.T) { anyWay(t, openLite, "40") }
