package query

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/reading"
)

// TestReading tells what was sent, for as long as it stands.
func TestReading(t *testing.T) {
	l := newLab(t, Usual,
		say(3, 0, 0.5), say(3, time.Minute, 0.6), say(3, 10*time.Minute, 0.7),
		reading.Reading{Series: 3, T: at(2 * time.Minute), V: 9, Q: reading.Bad},
		reading.Reading{Series: 3, T: at(2 * time.Minute), V: math.NaN()},
		reading.Reading{Series: 3, T: at(time.Minute), V: 0.9, Q: reading.Suspect}, // the better quality stands
	)
	const methane = `lingtan_reading{point="methane"}`
	for _, c := range []struct {
		name string
		at   time.Duration
		want string
	}{
		{"before the first", -time.Second, ""},
		{"at its instant", 0, "0.5"},
		{"until the next", 59 * time.Second, "0.5"},
		{"of two the better", time.Minute, "0.6"},
		{"a bad one is none", 2 * time.Minute, "0.6"},
		{"as long as it may be held", 4*time.Minute - time.Millisecond, "0.6"},
		{"and no longer", 4 * time.Minute, ""},
		{"again", 10 * time.Minute, "0.7"},
		{"to its end", 13*time.Minute - time.Millisecond, "0.7"},
		{"behind the last", 13 * time.Minute, ""},
	} {
		if got := l.instant(methane, c.at); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	want := []string{"0.5", "0.6", "0.6", "0.6", "0.7", "0.7", "0.7"}
	got := l.over(methane, 0, time.Hour, time.Minute)
	for i := range got {
		_, got[i], _ = strings.Cut(got[i], "=")
	}
	if !slices.Equal(got, want) {
		t.Errorf("over an hour: %v, want %v", got, want)
	}
	if got := l.instant("count_over_time("+methane+"[1h])", time.Hour-time.Minute); got != "3" {
		t.Errorf("%s readings in the hour, want 3: markers are none", got)
	}
}

// TestHours tells amounts at the end of their hour, what is missing as
// missing, and the coverage of it as zero.
func TestHours(t *testing.T) {
	var rs []reading.Reading
	for i := range 5 * 240 { // 100 kW for five hours, and nothing in the fourth
		if h := i / 240; h != 3 {
			rs = append(rs, say(2, time.Duration(i)*15*time.Second, 100))
		}
	}
	l := newLab(t, Usual, append(rs, counter(24)...)...)
	hour := func(i int) string { return fmt.Sprint(start.Add(time.Duration(i) * time.Hour).Unix()) }
	for _, c := range []struct {
		expr string
		to   time.Duration
		want []string
	}{
		{`lingtan_amount{point="feeder"}`, 2 * time.Hour, []string{hour(1) + "=160", hour(2) + "=160"}},
		{`lingtan_amount_total{point="feeder"}`, 3 * time.Hour, []string{hour(1) + "=160", hour(2) + "=320", hour(3) + "=480"}},
		{`lingtan_amount{point="power"}`, 5 * time.Hour, []string{hour(1) + "=100", hour(2) + "=100", hour(3) + "=100", hour(4) + "=0.416666667", hour(5) + "=100"}},
		{`lingtan_coverage_ratio{point="power"} < 0.01`, 8 * time.Hour, []string{hour(4) + "=0.004166666666666667", hour(6) + "=0.004166666666666667", hour(7) + "=0", hour(8) + "=0"}},
	} {
		if got := l.over(c.expr, 0, c.to, time.Hour); len(got) == 0 || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.expr, got, c.want)
		}
	}
	if got := l.over(`lingtan_coverage_ratio{point="power"}`, 7*time.Hour, 8*time.Hour, time.Hour); !slices.Equal(got, []string{hour(7) + "=0", hour(8) + "=0"}) {
		t.Errorf("a stretch that begins in a gap has the coverage %v", got)
	}
	if got := l.over(`lingtan_coverage_ratio{point="methane"}`, 0, 8*time.Hour, time.Hour); got != nil {
		t.Errorf("a point that never sent anything has the coverage %v", got)
	}
	if got := l.instant(`sum_over_time(lingtan_amount{point="feeder"}[1d])`, 24*time.Hour); got != "3840" {
		t.Errorf("the day's amount is %s, want 3840", got)
	}
	if got := l.over(`lingtan_amount_total{point="feeder"}`, 23*time.Hour, 24*time.Hour, time.Hour); !slices.Equal(got, []string{hour(23) + "=3680", hour(24) + "=3840"}) {
		t.Errorf("the running sum begins anew: %v", got)
	}
}

// TestUnfinished makes sure that half an hour's amount is not told as an hour's.
func TestUnfinished(t *testing.T) {
	l := newLab(t, Usual, counter(24)...)
	l.mine.Now = start.Add(90 * time.Minute)
	for _, expr := range []string{`lingtan_amount{point="feeder"}`, `lingtan_coverage_ratio{point="feeder"}`} {
		if got := l.over(expr, 0, 6*time.Hour, time.Hour); len(got) != 1 {
			t.Errorf("%s at half past one: %v", expr, got)
		}
	}
}

// TestMoments tells what is known of now, now.
func TestMoments(t *testing.T) {
	l := newLab(t, Usual)
	l.mine.Moments = []Moment{{DeviceUp, map[string]string{"device": "plc", "protocol": "modbus"}, 1}}
	for d, want := range map[time.Duration]string{48 * time.Hour: "1", 48*time.Hour + 4*time.Minute: "1", 47*time.Hour + 57*time.Minute: "1", 24 * time.Hour: ""} {
		if got := l.instant(`lingtan_device_up{device="plc"}`, d); got != want {
			t.Errorf("at %v: %q, want %q", d, got, want)
		}
	}
}

// TestPages makes sure that a year read by the page is the year read at once.
func TestPages(t *testing.T) {
	var rs []reading.Reading
	for i := range 5 * 5760 { // five days at 15 s, with holes
		if i%1000 > 20 {
			rs = append(rs, say(2, time.Duration(i)*15*time.Second, float64(i%977)))
		}
	}
	long := newLab(t, Usual, rs...)
	long.engine.tray = 10_000
	long.mine.Now = start.AddDate(2, 0, 0)
	asked := func(expr string) []string {
		return long.over(expr, 0, 5*24*time.Hour, time.Minute)
	}
	short := newLab(t, Usual, rs...)
	short.mine.Now = long.mine.Now
	for _, expr := range []string{
		`lingtan_reading{point="power"}`, `timestamp(lingtan_reading{point="power"})`, `count_over_time(lingtan_reading{point="power"}[90m])`,
		`max_over_time(lingtan_reading{point="power"}[1d:3h])`, `lingtan_reading{point="power"} offset 1d`,
	} {
		before := long.book.scans
		got := asked(expr)
		if long.book.scans < before+3 {
			t.Errorf("%s was read in %d scans", expr, long.book.scans-before)
		}
		for _, i := range []int{0, 17, 500, len(got) - 1} { // the same, asked one by one
			when, value, _ := strings.Cut(got[i], "=")
			a := short.said(short.engine.Instant(t.Context(), short.mine, url.Values{"query": {expr}, "time": {when}}))
			if len(a.Data.Result) != 1 || strings.Trim(string(a.Data.Result[0].Value[1]), `"`) != value {
				t.Errorf("%s at %s: by the page %s, at once %+v", expr, when, value, a.Data.Result)
			}
		}
	}
}

// TestOftener reads a point that sends more often than its step says.
func TestOftener(t *testing.T) {
	var rs []reading.Reading
	const n = 5000
	for i := range n {
		rs = append(rs, say(1, time.Duration(i)*time.Millisecond, 1))
	}
	l := newLab(t, Usual, rs...)
	l.engine.tray = 1000
	if got := l.instant(`count_over_time(lingtan_reading{point="feeder"}[2h])`, 2*time.Hour-time.Millisecond); got != fmt.Sprint(n) {
		t.Errorf("%s readings, want %d", got, n)
	}
}
