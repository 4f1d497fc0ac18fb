package alarm_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/lang"
	"lingtan/reading"
)

// TestJudge asks of each kind of rule whether one look raises it. The clause of
// GB 21522-2024 is not verified, and says so.
func TestJudge(t *testing.T) {
	const (
		vented  = "kind = \"vented\"\ngas = \"drained\"\n"
		balance = "kind = \"vented\"\ngas = \"drained\"\nused = \"burnt\"\n"
		own     = "kind = \"vented\"\ngas = \"drained\"\nconcentration = \"7 %\"\npure = \"5 Nm3/min\"\n"
		budget  = "kind = \"budget\"\nbudget = \"b\"\n"
		year    = "kind = \"budget\"\nbudget = \"b\"\nper = \"year\"\n"
		check   = "kind = \"check\"\ncheck = \"parts\"\n"
		limited = "kind = \"check\"\ncheck = \"parts\"\nabove = \"3 %\"\n"
		device  = "kind = \"source\"\ndevice = \"gw\"\n"
		slope   = "kind = \"rate\"\npoint = \"c\"\nbelow = \"-2 %/h\"\n"
		power   = "kind = \"rate\"\npoint = \"kwh\"\nabove = \"2 MW\"\n"
		node    = "kind = \"rate\"\nnode = \"mine\"\nabove = \"40 tCO2e/h\"\n"
		low     = "kind = \"threshold\"\ngas = \"drained\"\nbelow = \"10 Nm3/min\"\n"
	)
	gas := func(percent, pure, used float64) alarm.View {
		at := start
		return alarm.Snapshot{Gases: map[string]alarm.Gas{"drained": {Percent: percent, Pure: pure, T: at}, "burnt": {Percent: percent, Pure: used, T: at}}}
	}
	stream := func(age time.Duration, q reading.Quality) alarm.View {
		return alarm.Snapshot{Gases: map[string]alarm.Gas{"drained": {Percent: 9, Pure: 30, T: start.Add(-age), Q: q}}}
	}
	spent := func(month, year, covered float64) alarm.View {
		return alarm.Snapshot{Nodes: map[string]alarm.Node{"mine": {Rate: 41, Month: month, Year: year, MonthCovered: covered, YearCovered: covered}}}
	}
	checked := func(deviation float64, failing bool) alarm.View {
		return alarm.Snapshot{Checks: map[string]alarm.Check{"parts": {Deviation: deviation, Failing: failing}}}
	}
	for _, c := range []struct {
		name, rule string
		view       alarm.View
		says       string // "" raises nothing
	}{
		{"rich and much", vented, gas(8, 9.32, 0), "8 % ≥ 8 %, and 9.32 Nm³/min of pure gas vented ≥ 9.3178 Nm³/min"},
		{"rich and little: the joint condition (C)", vented, gas(12, 9.31, 0), ""},
		{"much and lean", vented, gas(7.99, 200, 0), ""},
		{"the mine's own limit", own, gas(7, 5, 0), "7 % ≥ 7 %"},
		{"what is used is not vented", balance, gas(30, 60, 55), ""},
		{"what is left of it is", balance, gas(30, 60, 45), "15 Nm³/min"},
		{"a stream nobody knows of", balance, alarm.Snapshot{Gases: map[string]alarm.Gas{"drained": {Percent: 30, Pure: 60, T: start}}}, ""},
		{"a bad stream", vented, stream(0, reading.Bad), ""},
		{"an old stream", vented, stream(3*time.Minute, reading.Good), ""},
		{"a fresh one", vented, stream(time.Minute, reading.Good), "9 % ≥ 8 %"},
		{"nothing flows", vented, gas(0, 0, 0), ""},
		// 11 March 10:00: 10 days and 10 hours, 250 h of 24 h × 100 t/24.
		{"on the budget", budget, spent(1041, 0, 1), ""},
		{"a fifth faster", budget, spent(1250, 0, 1), "1250 tCO2e emitted, 1041.7 tCO2e allowed by now (100 % covered): 120 % > 110 %"},
		{"mostly not measured", budget, spent(1250, 0, 0.49), ""},
		{"half measured speaks", budget, spent(1250, 0, 0.5), "50 % covered"},
		{"no node", budget, alarm.Snapshot{}, ""},
		{"of the year", year, spent(0, 8000, 0.9), "8000 tCO2e emitted, 7041.7 tCO2e allowed"},
		{"on the year's", year, spent(9999, 7100, 0.9), ""},
		{"a check that fails", check, checked(-0.07, true), "7 %"},
		{"one that holds", check, checked(0.07, false), ""},
		{"one with a limit here", limited, checked(-0.031, false), "3.1 % > 3 %"},
		{"within it", limited, checked(0.03, true), ""},
		{"no number", limited, checked(math.NaN(), true), ""},
		{"a device down", device, alarm.Snapshot{Devices: map[string]alarm.Health{"gw": {}}}, "not connected"},
		{"why", device, alarm.Snapshot{Devices: map[string]alarm.Health{"gw": {Why: lang.T("证书过期", "certificate expired")}}}, "certificate expired"},
		{"a device up", device, alarm.Snapshot{Devices: map[string]alarm.Health{"gw": {Up: true}}}, ""},
		{"one value has no slope", slope, alarm.Snapshot{Points: map[string]alarm.Value{"c": {V: -9, T: start}}}, ""},
		{"too much power", power, alarm.Snapshot{Rates: map[string]alarm.Value{"kwh": {V: 2001, T: start}}}, "2001 kWh/h > 2000 kWh/h"},
		{"of an hour ago", power, alarm.Snapshot{Rates: map[string]alarm.Value{"kwh": {V: 2001, T: start.Add(-time.Hour)}}}, ""},
		{"a node", node, spent(0, 0, 1), "41 tCO2e/h > 40 tCO2e/h"},
		{"too little gas", low, gas(30, 9, 0), "9 Nm3/min < 10 Nm3/min"},
		{"enough", low, gas(30, 10, 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps := alarm.NewEngine(parse(t, c.rule), nil).Observe(start, c.view)
			switch {
			case c.says == "" && len(steps) > 0:
				t.Errorf("raised: %s", steps[0].After.Says.In(lang.EN))
			case c.says != "" && len(steps) != 1:
				t.Errorf("%d steps, want one", len(steps))
			case c.says != "" && !strings.Contains(steps[0].After.Says.In(lang.EN), c.says):
				t.Errorf("says %q, want %q", steps[0].After.Says.In(lang.EN), c.says)
			}
			for _, s := range steps {
				if unsure := c.rule == vented || c.rule == balance; (s.After.Mark == "C") != unsure || s.After.Unverified().IsZero() == unsure {
					t.Errorf("mark %q: an unread clause is told as certain, or the mine's own limit as unsure", s.After.Mark)
				}
			}
		})
	}
}

// TestBudgetEarly holds that the first day of a month says nothing.
func TestBudgetEarly(t *testing.T) {
	s := parse(t, "kind = \"budget\"\nbudget = \"b\"\n")
	hot := alarm.Snapshot{Nodes: map[string]alarm.Node{"mine": {Month: 1000, MonthCovered: 1}}}
	zone := s.Calendar.Zone
	for day, want := range map[time.Time]int{
		time.Date(2024, 4, 1, 23, 0, 0, 0, zone): 0,
		time.Date(2024, 4, 2, 0, 0, 0, 0, zone):  1,
		time.Date(2025, 4, 2, 0, 0, 0, 0, zone):  0, // its year is over
	} {
		if got := len(alarm.NewEngine(s, nil).Observe(day, hot)); got != want {
			t.Errorf("%s: %d steps, want %d", day, got, want)
		}
	}
}
