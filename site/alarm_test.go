package site_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/site"
)

// rules are valid, one of each kind.
const rules = `
[[point]]
id = "behind"
name = "分表"
org = "mine"
kind = "counter"
unit = "kWh"
step = "1 h"

[[check]]
id = "parts"
name = "母表与分表"
kind = "parts"
main = "feeder"
parts = ["behind"]

[[channel]]
id = "duty"
kind = "email"
to = "duty@example.com"
lang = "en"

[[budget]]
id = "even"
year = 2024
node = "mine"
amount = "36600 tCO2e"

[[budget]]
id = "seasons"
year = 2024
node = "gas"
months = ["10 tCO2e", "9 tCO2e", "8 tCO2e", "7 tCO2e", "6 tCO2e", "5 tCO2e", "5 tCO2e", "6 tCO2e", "7 tCO2e", "8 tCO2e", "9 tCO2e", "10 tCO2e"]

[[alarm]]
id = "hot"
name = "回风井甲烷"
kind = "threshold"
point = "vent-c"
above = "0.75 %:wet"
clear = "7000 ppm:wet"
for = "2 min"
severity = "severe"
notify = "duty"
escalate = [{ after = "15 min", to = ["duty"] }]

[[alarm]]
id = "power"
name = "功率"
kind = "rate"
point = "feeder"
above = "2 MW"

[[alarm]]
id = "lost"
name = "纯量"
kind = "threshold"
gas = "vent-ch4"
below = "10 m3@20C/min"

[[alarm]]
id = "vented"
name = "排空"
kind = "vented"
gas = "vent-ch4"

[[alarm]]
id = "own"
name = "自定排空限值"
kind = "vented"
gas = "vent-ch4"
used = ["vent-ch4"]
concentration = "7 %"
clear = "6.5 %"
pure = "5 Nm3/min"

[[alarm]]
id = "burn"
name = "预算"
kind = "budget"
budget = ["even", "seasons"]

[[alarm]]
id = "check"
name = "比对"
kind = "check"
check = "parts"
above = "3 %"

[[alarm]]
id = "gateway"
name = "网关"
kind = "source"
device = "gw-1"

[[alarm]]
id = "quiet"
name = "中断"
kind = "silence"
point = ["vent-c", "vent-q"]
for = "45 min"
`

func ruled(t *testing.T) *site.Site {
	t.Helper()
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Parse("small.toml", append(data, rules...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAlarmLimits holds that limits are converted exactly into the unit of what
// they are compared with.
func TestAlarmLimits(t *testing.T) {
	s := ruled(t)
	told := map[string]string{}
	for _, a := range s.Alarms {
		for _, w := range a.Watches {
			text := a.Mark
			if w.Limit != nil {
				text += " " + w.Limit.At.String() + " / " + w.Limit.Clear.String()
			}
			if w.Pure != nil {
				text += ", " + w.Pure.String()
			}
			told[a.ID+":"+w.ID] = strings.TrimSpace(text)
		}
	}
	want := map[string]string{
		"hot:vent-c":      "0.75 %:wet / 0.7 %:wet",
		"power:feeder":    "2000 kWh/h / 2000 kWh/h",
		"lost:vent-ch4":   "54630/5863 Nm3/min / 54630/5863 Nm3/min", // 10 × 273.15 / 293.15
		"vented:vent-ch4": "C 8 % / 8 %, 54630/5863 Nm3/min",
		"own:own":         "7 % / 6.5 %, 5 Nm3/min", // the mine's own limit carries no mark
		"burn:even":       "110 % / 110 %",
		"burn:seasons":    "110 % / 110 %",
		"check:parts":     "3 % / 3 %",
		"gateway:gw-1":    "",
		"quiet:vent-c":    "",
		"quiet:vent-q":    "",
	}
	if len(told) != len(want) {
		t.Errorf("%d watches, want %d: %v", len(told), len(want), told)
	}
	for id, w := range want {
		if got, ok := told[id]; !ok || got != w {
			t.Errorf("%s = %q, want %q", id, got, w)
		}
	}
	hot := s.Alarms[0]
	if hot.For != 2*time.Minute || hot.Severity != site.Severe || hot.Escalate[0].After != 15*time.Minute || hot.Watches[0].Hold != 30*time.Minute {
		t.Errorf("alarm = %+v", hot)
	}
	if c, ok := s.Channel("duty"); !ok || c.PerMinute != 10 || c.Lang != "en" {
		t.Errorf("Channel(duty) = %+v, %v", c, ok)
	}
}

// TestBudgetAllowed follows a budget through a year whose months begin on the
// 26th at eight, as the small mine's do.
func TestBudgetAllowed(t *testing.T) {
	s := ruled(t)
	for _, c := range []struct {
		name, budget, per, at, want string
	}{
		{"before the year", "even", "year", "2023-12-26T07:59:59", ""},
		{"its first instant", "even", "year", "2023-12-26T08:00:00", "0 tCO2e"},
		{"a day of an even budget", "even", "month", "2023-12-27T08:00:00", "100 tCO2e"},
		{"half a month of its own", "seasons", "month", "2024-01-10T20:00:00", "5 tCO2e"},
		{"a month and a half of the year", "seasons", "year", "2024-02-10T08:00:00", "445/31 tCO2e"},
		{"the second month begins at nothing", "seasons", "month", "2024-01-26T08:00:00", "0 tCO2e"},
		{"the year is over", "even", "year", "2024-12-26T08:00:00", ""},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04:05", c.at, s.Calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range s.Budgets {
			if b.ID != c.budget {
				continue
			}
			allowed, _, ok := b.Allowed(s.Calendar, at, c.per)
			if got := allowed.String(); ok != (c.want != "") || (ok && got != c.want) {
				t.Errorf("%s: Allowed(%s, %s) = %s, %v, want %q", c.name, c.at, c.per, got, ok, c.want)
			}
		}
	}
}
