package live_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"lingtan/live"
	"lingtan/reading"
)

// climbing is a register that starts at 1000 and rises by so much a step.
func climbing(by float64) func(int) float64 {
	return func(i int) float64 { return 1000 + float64(i)*by }
}

// TestBackfill is the worked example: a meter of 4 kWh a minute, silent from
// 12:55 to 14:10, sends every missing minute afterwards: 240 kWh in each hour.
func TestBackfill(t *testing.T) {
	s := open(t, "2025-06-10 14:10")
	all := s.every("main-1", "2025-06-10 11:00", "2025-06-10 14:10", time.Minute, climbing(4))
	before, missing, last := all[:116], all[116:190], all[190:] // to 12:55, to 14:09, 14:10
	s.send(before...)
	s.send(last...)
	s.sync()
	if got := s.amount("main-1", "today"); got != 760 {
		t.Errorf("before the back-fill today is %v kWh, want 760: a gap's total is known", got)
	}
	if v, _ := s.point("main-1").Lookup("today", "estimated_share"); v == 0 {
		t.Error("hours across the gap are not called estimated")
	}
	s.send(missing...)
	s.sync()
	if got := s.amount("main-1", "today"); got != 760 {
		t.Errorf("after it today is %v kWh, want 760", got)
	}
	if v, _ := s.point("main-1").Lookup("today", "estimated_share"); v != 0 {
		t.Errorf("after it %v of today is still estimated", v)
	}
	must(t, s.inputs().Refresh(t.Context()))
	for h, err := range s.store.Hours(t.Context(), reading.All()) {
		must(t, err)
		if start := time.UnixMilli(h.Hour * reading.HourMS); start.Before(s.at("2025-06-10 14:00")) && h.Amount != 240e9 {
			t.Errorf("hour %s has %v kWh, want 240", start, float64(h.Amount)/1e9)
		}
	}
	same(t, s.hall, s.fresh(), "after the back-fill")
}

func TestDisorder(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(rs []reading.Reading) []reading.Reading
		want  float64
	}{
		{"in order", func(rs []reading.Reading) []reading.Reading { return rs }, 240},
		{"backwards", func(rs []reading.Reading) []reading.Reading {
			out := make([]reading.Reading, 0, len(rs))
			for i := range rs {
				out = append(out, rs[len(rs)-1-i])
			}
			return out
		}, 240},
		{"each twice", func(rs []reading.Reading) []reading.Reading { return append(rs, rs...) }, 240},
		{"a correction by Seq", func(rs []reading.Reading) []reading.Reading {
			r := rs[len(rs)-1]
			r.V, r.Seq = r.V-2, 1
			return append(rs, r)
		}, 238},
		{"an older Seq after it", func(rs []reading.Reading) []reading.Reading {
			r := rs[len(rs)-1]
			rs[len(rs)-1].Seq = 2
			r.V, r.Seq = r.V-2, 1
			return append(rs, r)
		}, 240},
		{"a bad one", func(rs []reading.Reading) []reading.Reading {
			r := rs[len(rs)-1]
			r.T, r.V, r.Q = r.T+1000, 7, reading.Bad
			return append(rs, r)
		}, 240},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, "2025-06-10 14:01")
			s.send(c.alter(s.every("main-1", "2025-06-10 13:00", "2025-06-10 14:00", time.Minute, climbing(4)))...)
			s.sync()
			if got := s.amount("main-1", "today"); got != c.want {
				t.Errorf("today is %v kWh, want %v", got, c.want)
			}
			if v, ok := s.point("main-1").Lookup("rate"); !ok || math.Abs(v-240) > 61 {
				t.Errorf("the rate is %v kWh/h, want about 240", v)
			}
		})
	}
}

// TestRoll crosses a midnight, a month's end and a year's end.
func TestRoll(t *testing.T) {
	s := open(t, "2025-12-30 22:00")
	s.filed["grid#certificates@2025-12"], s.filed["grid#certificates@2026-01"] = "0 MWh", "0 MWh"
	for i, c := range []struct {
		until            string
		day, month, year float64
	}{
		{"2025-12-30 23:00", 240, 240, 240},
		{"2025-12-31 00:00", 0, 480, 480},
		{"2025-12-31 06:00", 1440, 1920, 1920},
		{"2026-01-01 00:00", 0, 0, 0},
		{"2026-01-01 03:00", 720, 720, 720},
	} {
		from := []string{"2025-12-30 22:00", "2025-12-30 23:01", "2025-12-31 00:01", "2025-12-31 06:01", "2026-01-01 00:01"}[i]
		first := int(s.at(from).Sub(s.at("2025-12-30 22:00")) / time.Minute)
		s.turn(c.until)
		s.send(s.every("main-1", from, c.until, time.Minute, func(i int) float64 { return float64(first+i) * 4 })...)
		s.sync()
		for k, want := range map[string]float64{"today": c.day, "month": c.month, "year": c.year} {
			if got, _ := s.point("main-1").Lookup(k, "amount"); got != want {
				t.Errorf("%s: %s is %v kWh, want %v", c.until, k, got, want)
			}
		}
		same(t, s.hall, s.fresh(), c.until)
	}
}

// TestMissing: what nobody measured is told as coverage, and a source without
// meters has no total of today at all.
func TestMissing(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	s.filed["grid#certificates@2025-06"] = "0 MWh"
	n := s.node("source:grid")
	if n.Fed || n.Today.Totals != nil || n.Rate.PerHour != nil {
		t.Errorf("grid with no reading: %+v", n.Figures)
	}
	s.send(s.every("main-1", "2025-06-10 00:00", "2025-06-10 06:00", time.Minute, climbing(4))...)
	s.sync()
	n = s.node("source:grid")
	if !n.Fed || n.Today.Totals == nil {
		t.Fatalf("grid with readings: %+v", n.Figures)
	}
	if got := *n.Today.Covered; math.Abs(got-0.25) > 1e-9 { // one of two meters, half the day so far
		t.Errorf("covered share %v, want 0.25", got)
	}
	if n.Rate.PerHour != nil || *n.Rate.Fresh != 0 {
		t.Errorf("a meter silent for six hours has a rate: %+v", n.Rate)
	}
	d := s.node("source:diesel")
	if d.Fed || d.Today.Totals != nil || d.Today.LackingCount != 1 {
		t.Errorf("diesel, which nobody meters: %+v", d.Figures)
	}
	mine := s.node("site:qingling")
	if mine.Today.Told != 1 || mine.Today.Sources != 5 {
		t.Errorf("the mine tells %d of %d sources, want 1 of 5", mine.Today.Told, mine.Today.Sources)
	}
}

// TestProvisional: the flare's last analysis serves until the month's is filed.
func TestProvisional(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	s.filed["flare#ch4@2025-04"] = "40 %"
	s.send(s.every("flare-q", "2025-06-10 00:00", "2025-06-10 12:00", 15*time.Minute, func(int) float64 { return 100 })...)
	s.sync()
	n := s.node("source:flare")
	if len(n.Today.Provisional) != 1 || n.Today.Totals["total"] == 0 {
		t.Errorf("flare by April's analysis: %+v", n.Today)
	}
	before := n.Today.Totals["total"]
	s.filed["flare#ch4@2025-06"] = "80 %"
	s.sync()
	n = s.node("source:flare")
	if len(n.Today.Provisional) != 0 || math.Abs(n.Today.Totals["total"]-2*before) > 1e-9 {
		t.Errorf("flare by June's analysis: %+v, want twice %v", n.Today, before)
	}
}

// TestChecks compares two meters over the last hour and over today.
func TestChecks(t *testing.T) {
	s := open(t, "2025-06-10 02:01")
	s.send(s.every("main-1", "2025-06-10 00:00", "2025-06-10 02:01", time.Minute, climbing(4))...)
	s.send(s.every("main-2", "2025-06-10 00:00", "2025-06-10 02:00", time.Hour, climbing(25))...) // × 50/5
	s.sync()
	all := s.hall.Snapshot().Checks
	if len(all) != 1 || !all[0].Hour.Covered || all[0].Hour.Main != 240 || all[0].Hour.Parts != 250 || all[0].Hour.Exceeds {
		t.Fatalf("checks %+v, want 240 against 250, within 5 %%", all)
	}
	if d := all[0].Today; d.Main != 484 || d.Parts != 500 || d.Difference != 16 {
		t.Errorf("today %+v, want 484 against 500", d)
	}
}

// TestClockSetBack: a clock a day ahead opens a day too many; set right, the
// hall is again what one opened afresh is.
func TestClockSetBack(t *testing.T) {
	s := open(t, "2025-06-30 12:00")
	s.send(s.every("main-1", "2025-06-30 00:00", "2025-06-30 12:00", time.Minute, climbing(4))...)
	s.send(s.every("shaft-q", "2025-06-30 00:00", "2025-06-30 12:00", 5*time.Minute, climbing(1))...)
	s.send(s.every("shaft-c", "2025-06-30 00:00", "2025-06-30 12:00", 5*time.Minute, func(int) float64 { return 0.5 })...)
	s.sync()
	s.turn("2025-07-01 13:00")
	s.sync()
	if _, ok := s.point("main-1").Lookup("today", "amount"); ok {
		t.Error("the day after has an amount")
	}
	s.turn("2025-06-30 12:01")
	s.sync()
	if got := s.amount("main-1", "today"); got != 2880 {
		t.Errorf("today is %v kWh, want 2880", got)
	}
	same(t, s.hall, s.fresh(), "with the clock set right")
}

// TestValues holds the JSON of a point's values that pages are written against.
func TestValues(t *testing.T) {
	s := open(t, "2025-06-10 01:00")
	at := s.at("2025-06-10 00:30").UnixMilli()
	s.send(
		reading.Reading{Series: s.ids["flare-q"], T: at, V: 120, Q: reading.Suspect, Why: reading.FlatLine | reading.CameLate},
		reading.Reading{Series: s.ids["flare-q"], T: at + 60_000, V: math.NaN(), Q: reading.Bad, Why: reading.DeviceFault},
	)
	s.sync()
	want := `{"id":"flare-q","t":1749486600000,"value":120,"quality":"suspect","reasons":["flat_line","came_late"],` +
		`"fault":{"t":1749486660000,"quality":"bad","reasons":["device_fault","not_number","came_late"]},"stale":false,"rate":120,` +
		`"today":{"amount":200,"covered_share":1,"estimated_share":0,"flags":["doubtful"]},` +
		`"month":{"amount":200,"covered_share":0.007680491551459293,"estimated_share":0,"flags":["doubtful"]},` +
		`"year":{"amount":200,"covered_share":0.0004339147791373774,"estimated_share":0,"flags":["doubtful"]}}`
	if got := encode(t, s.point("flare-q")); got != want {
		t.Errorf("values are\n%s\nwant\n%s", got, want)
	}
	var numbers live.Numbers
	if err := json.Unmarshal([]byte(want), &numbers); err != nil {
		t.Fatal(err)
	}
	if got := encode(t, numbers); got != want {
		t.Errorf("read and written again they are\n%s\nwant\n%s", got, want)
	}
}
