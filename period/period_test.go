package period_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"lingtan/period"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestPeriods(t *testing.T) {
	tests := []struct {
		name, zone string
		dayStart   time.Duration
		monthDay   int
		period     string
		want       string
		hours      int64
	}{
		{"a month in Shanxi begins at 16:00 UTC", "Asia/Shanghai", 0, 1, "2024-06", "2024-06-01T00:00:00+08:00/2024-07-01T00:00:00+08:00", 720},
		{"a leap year", "Asia/Shanghai", 0, 1, "2024", "2024-01-01T00:00:00+08:00/2025-01-01T00:00:00+08:00", 8784},
		{"Shanghai's summer time of 1991 begins", "Asia/Shanghai", 0, 1, "1991-04-14", "1991-04-14T00:00:00+08:00/1991-04-15T00:00:00+09:00", 23},
		{"Warsaw's October has an hour more", "Europe/Warsaw", 0, 1, "2024-10", "2024-10-01T00:00:00+02:00/2024-11-01T00:00:00+01:00", 745},
		{"Sydney's October has an hour less", "Australia/Sydney", 0, 1, "2024-10", "2024-10-01T00:00:00+10:00/2024-11-01T00:00:00+11:00", 743},
		{"a production day begins with the morning shift", "Asia/Shanghai", 8 * time.Hour, 1, "2024-06-30", "2024-06-30T08:00:00+08:00/2024-07-01T08:00:00+08:00", 24},
		{"a month that closes with the 25th", "Asia/Shanghai", 0, 26, "2024-03", "2024-02-26T00:00:00+08:00/2024-03-26T00:00:00+08:00", 29 * 24},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := period.Calendar{Zone: zone(t, tt.zone), DayStart: tt.dayStart, MonthDay: tt.monthDay}
			p, err := c.Parse(tt.period)
			if err != nil || p.String() != tt.want || p.Hours() != tt.hours {
				t.Fatalf("Parse(%s) = %v (%d h), %v, want %s (%d h)", tt.period, p, p.Hours(), err, tt.want, tt.hours)
			}
			if got := c.Name(p); got != tt.period {
				t.Errorf("Name(%v) = %s, want %s", p, got, tt.period)
			}
		})
	}
}

func TestDaysTileTheYear(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "Europe/Warsaw", "Australia/Sydney", "America/New_York"} {
		for _, start := range []time.Duration{0, 6 * time.Hour, 23*time.Hour + 30*time.Minute} {
			for year := 1986; year <= 1992; year++ {
				c := period.Calendar{Zone: zone(t, name), DayStart: start, MonthDay: 1}
				y := c.Year(year)
				var total time.Duration
				at := y.Start()
				for d := range c.Days(y) {
					if !d.Start().Equal(at) {
						t.Fatalf("%s %v: day %v does not follow %v", name, start, d, at)
					}
					total, at = total+d.Duration(), d.End()
				}
				if total != y.Duration() || len(slices.Collect(c.Months(y))) != 12 {
					t.Errorf("%s %v %d: days sum to %v, the year is %v", name, start, year, total, y.Duration())
				}
			}
		}
	}
}

func TestMonthOf(t *testing.T) {
	c := period.Calendar{Zone: zone(t, "Asia/Shanghai"), MonthDay: 26}
	for in, want := range map[string]string{"2024-01-25": "2024-01", "2024-01-26": "2024-02", "2024-12-26": "2025-01"} {
		d, err := c.Parse(in)
		if err != nil || c.Name(c.MonthOf(d.Start())) != want {
			t.Errorf("MonthOf(%s) = %s, %v, want %s", in, c.Name(c.MonthOf(d.Start())), err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	c := period.Natural(zone(t, "Asia/Shanghai"))
	for _, in := range []string{"", "24", "2024-13", "2024-00", "2024-02-30", "2024-6", "June"} {
		if p, err := c.Parse(in); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", in, p)
		}
	}
	now := c.Year(2024).Start()
	if _, err := period.Between(now, now); err == nil {
		t.Error("an empty period was accepted")
	}
}

func TestTextRoundTrip(t *testing.T) {
	p := period.Natural(zone(t, "Europe/Warsaw")).Year(2024)
	text, _ := p.MarshalText()
	var q period.Period
	if err := q.UnmarshalText(text); err != nil || !q.Equal(p) {
		t.Errorf("%s read back as %v, %v", text, q, err)
	}
}
