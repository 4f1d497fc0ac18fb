package live_test

import (
	"math/big"
	"testing"
	"time"

	"lingtan/plan"
	"lingtan/standard"
)

// TestAccounted: with every hour covered, the month and the year as the hall
// has them on the last minute are what an inventory accounts afterwards.
func TestAccounted(t *testing.T) {
	s := open(t, "2025-01-01 00:00")
	for _, m := range []string{"2025-01", "2025-02"} {
		s.filed["grid#certificates@"+m], s.filed["flare#ch4@"+m], s.filed["diesel#amount@"+m] = "3 MWh", "42 %", "17 t"
	}
	end := "2025-03-01 00:00"
	s.turn(end)
	wave := func(i int) float64 { return float64(100 + i%7) }
	s.send(s.every("main-1", "2025-01-01 00:00", end, time.Minute, climbing(4))...)
	s.send(s.every("main-2", "2025-01-01 00:00", end, time.Hour, climbing(25))...)
	s.send(s.every("heat-meter", "2025-01-01 00:15", end, 15*time.Minute, wave)...)
	s.send(s.every("flare-q", "2025-01-01 00:00", end, 15*time.Minute, wave)...)
	s.send(s.every("shaft-q", "2025-01-01 00:00", end, 15*time.Minute, wave)...)
	s.send(s.every("shaft-c", "2025-01-01 00:00", end, 15*time.Minute, func(i int) float64 { return float64(i%5) / 8 })...)
	s.clock = s.clock.Add(-time.Second)
	s.sync()
	same(t, s.hall, s.fresh(), "at the month's end")

	for _, c := range []struct{ period, stretch string }{{"2025-02", "month"}, {"2025-01..2025-02", "year"}} {
		for _, n := range s.hall.Snapshot().Nodes {
			if n.Kind != "source" {
				continue
			}
			got := n.Month
			if c.stretch == "year" {
				got = n.Year
			}
			want := s.account(t, n.ID[len("source:"):], c.stretch == "year")
			if len(got.Totals) != len(want) || len(want) == 0 {
				t.Errorf("%s %s: %v, want %v", n.ID, c.stretch, got, want)
			}
			for id, x := range want {
				if f, _ := x.Float64(); got.Totals[id] != f {
					t.Errorf("%s %s of %s: %v t, an inventory has %v", n.ID, id, c.period, got.Totals[id], f)
				}
			}
		}
	}
	if n := s.node("site:qingling"); n.Month.Told != 5 || n.Month.LackingCount != 0 || *n.Month.Covered < 0.9999 {
		t.Errorf("the mine's month: %+v", n.Month)
	}
}

// account gives a source's totals of February, or of both months, as an
// inventory computes them.
func (s *stage) account(t *testing.T, source string, both bool) map[string]*big.Rat {
	t.Helper()
	must(t, s.inputs().Refresh(t.Context()))
	in, cal := s.inputs(), s.mine.Site.Calendar
	period := cal.Month(2025, 2)
	if both {
		period = cal.Year(2025)
	}
	out := map[string]*big.Rat{}
	for m := range cal.Months(period) {
		if m.Start().After(s.clock) {
			break
		}
		acts, _, err := plan.Gather(t.Context(), plan.Inputs{
			Site: in.Site, Plan: in.Plan, Period: m, Meters: in.Meters, Series: in.Series, Filings: in.Filings,
		})
		must(t, err)
		for _, a := range acts {
			if a.Source != source {
				continue
			}
			r, err := standard.Compute(standard.Request{Edition: in.Edition, Activities: append(acts[:0:0], a), Factors: in.Factors, Province: s.mine.Site.Province, Calendar: cal})
			must(t, err)
			for _, total := range r.Totals {
				if out[total.ID] == nil {
					out[total.ID] = new(big.Rat)
				}
				out[total.ID].Add(out[total.ID], total.CO2e.Rat())
			}
		}
	}
	return out
}
