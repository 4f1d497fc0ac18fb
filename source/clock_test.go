package source

import (
	"testing"
	"time"
)

// at makes a clock of a zone and layouts.
func at(tb testing.TB, zone string, layouts ...string) *clock {
	tb.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		tb.Fatal(err)
	}
	c := &clock{zone: z}
	for _, name := range layouts {
		l, err := compile(name)
		if err != nil {
			tb.Fatal(err)
		}
		c.layouts = append(c.layouts, l)
	}
	return c
}

func TestClock(t *testing.T) {
	const china = "Asia/Shanghai"
	for _, c := range []struct {
		name, zone, layout, in, want string
	}{
		{"ISO", china, "yyyy-MM-dd HH:mm:ss", "2024-06-01 08:00:00", "2024-06-01T00:00:00Z"},
		{"decimals of a second", china, "yyyy-MM-dd HH:mm:ss", "2024-06-01 08:00:00.25", "2024-06-01T00:00:00.25Z"},
		{"decimals in the layout", china, "yyyy-MM-dd HH:mm:ss.SSS", "2024-06-01 08:00:00.250", "2024-06-01T00:00:00.25Z"},
		{"day before month", china, "dd/mm/yyyy H:MM", "1/2/2018 0:15", "2018-01-31T16:15:00Z"},
		{"month before day", china, "M/d/yyyy H:mm", "1/2/2018 0:15", "2018-01-01T16:15:00Z"},
		{"Chinese", china, "yyyy年M月d日 H时mm分", "2024年6月1日 8时05分", "2024-06-01T00:05:00Z"},
		{"no marks", china, "yyyyMMddHHmmss", "20240601080000", "2024-06-01T00:00:00Z"},
		{"24:00 is the day's end", china, "yyyy-MM-dd HH:mm", "2024-06-30 24:00", "2024-06-30T16:00:00Z"},
		{"a day alone", china, "yyyy-MM-dd", "2024-06-01", "2024-05-31T16:00:00Z"},
		{"two digits of a year", china, "yy-MM-dd HH:mm", "24-06-01 08:00", "2024-06-01T00:00:00Z"},
		{"full width", china, "yyyy-MM-dd HH:mm", "２０２４-０６-０１ ０８：００", "2024-06-01T00:00:00Z"},
		{"afternoon", china, "M/d/yyyy h:mm a", "6/1/2024 12:30 PM", "2024-06-01T04:30:00Z"},
		{"morning", china, "M/d/yyyy a h:mm", "6/1/2024 上午 12:30", "2024-05-31T16:30:00Z"},
		{"offset", china, "rfc3339", "2024-06-01T08:00:00+02:00", "2024-06-01T06:00:00Z"},
		{"UTC", china, "rfc3339", "2024-06-01T08:00:00Z", "2024-06-01T08:00:00Z"},
		{"unix", china, "unix", "1717200000", "2024-06-01T00:00:00Z"},
		{"unix ms", china, "unix_ms", "1717200000123", "2024-06-01T00:00:00.123Z"},
		{"spreadsheet, a quarter past", china, "excel", "45444.010416666664", "2024-05-31T16:15:00Z"},
		{"spreadsheet, few digits", china, "excel", "45444.0104167", "2024-05-31T16:15:00Z"},
		{"Shanghai's summer time of 1991", china, "yyyy-MM-dd HH:mm", "1991-07-01 08:00", "1991-06-30T23:00:00Z"},
		{"Warsaw in winter", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-01-01 01:00", "2024-01-01T00:00:00Z"},
		{"Warsaw, before the skip", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-03-31 01:59", "2024-03-31T00:59:00Z"},
		{"Warsaw, in the skip", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-03-31 02:30", ""},
		{"Warsaw, behind the skip", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-03-31 03:00", "2024-03-31T01:00:00Z"},
		{"Warsaw, shown twice", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-10-27 02:30", ""},
		{"Warsaw, before it is shown twice", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-10-27 01:59", "2024-10-26T23:59:00Z"},
		{"Warsaw, behind", "Europe/Warsaw", "yyyy-MM-dd HH:mm", "2024-10-27 03:00", "2024-10-27T02:00:00Z"},
		{"30 February", china, "yyyy-MM-dd", "2024-02-30", ""},
		{"29 February of a plain year", china, "yyyy-MM-dd", "2023-02-29", ""},
		{"month 13", china, "dd/mm/yyyy", "1/13/2018", ""},
		{"minute 60", china, "yyyy-MM-dd HH:mm", "2024-06-01 08:60", ""},
		{"past 24:00", china, "yyyy-MM-dd HH:mm", "2024-06-01 24:01", ""},
		{"something behind", china, "yyyy-MM-dd", "2024-06-01x", ""},
		{"before meters", china, "yyyy-MM-dd", "1970-01-01", ""},
		{"empty", china, "yyyy-MM-dd", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ms, bad := at(t, c.zone, c.layout).read([]byte(c.in))
			got := ""
			if bad == nil {
				got = time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
			}
			if got != c.want {
				t.Errorf("read(%q) as %s = %q, want %q", c.in, c.layout, got, c.want)
			}
		})
	}
}

// TestClockKeepsNoStaleDay reads days in turn: what is kept of one must not
// leak into the next.
func TestClockKeepsNoStaleDay(t *testing.T) {
	c := at(t, "Europe/Warsaw", "yyyy-MM-dd HH:mm")
	for range 2 {
		for in, want := range map[string]string{
			"2024-03-30 12:00": "2024-03-30T11:00:00Z", "2024-03-31 12:00": "2024-03-31T10:00:00Z", "2024-04-01 12:00": "2024-04-01T10:00:00Z",
		} {
			ms, bad := c.read([]byte(in))
			if got := time.UnixMilli(ms).UTC().Format(time.RFC3339); bad != nil || got != want {
				t.Errorf("read(%s) = %s, want %s (%v)", in, got, want, bad)
			}
		}
	}
}

// TestMidnightEndsItsDay is the trap of files whose days run from 0:15 to 0:00.
func TestMidnightEndsItsDay(t *testing.T) {
	c := at(t, "Asia/Shanghai", "d/m/yyyy H:MM")
	c.midnight = true
	last := int64(0)
	for i, in := range []string{"30/12/2018 23:45", "30/12/2018 0:00", "31/12/2018 0:15", "31/12/2018 23:45", "31/12/2018 00:00"} {
		ms, bad := c.read([]byte(in))
		if bad != nil || ms <= last {
			t.Errorf("row %d, %q, is not behind the one above it (%v)", i, in, bad)
		}
		last = ms
	}
	if got := time.UnixMilli(last).UTC().Format(time.RFC3339); got != "2018-12-31T16:00:00Z" {
		t.Errorf("the year ends at %s, want 2018-12-31T16:00:00Z", got)
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, name := range []string{"", "HH:mm", "yyyy-MM", "yyy-MM-dd", "yyyy-MM-dd QQ", "yyyy-MM-dd yyyy", "2006-01-02", "yyyy-dd mm:ss"} {
		if _, err := compile(name); err == nil {
			t.Errorf("layout %q was not refused", name)
		}
	}
}
