package source

import (
	"math"
	"strconv"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// dateLayouts are the dates understood where a protocol carries text, beside
// RFC 3339; those without an offset are in the device's zone.
var dateLayouts = mustCompile("rfc3339", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy/M/d HH:mm:ss", "yyyyMMddHHmmss") //nolint:gochecknoglobals // a constant table

func mustCompile(names ...string) []layout {
	out := make([]layout, 0, len(names))
	for _, name := range names {
		l, err := compile(name)
		if err != nil {
			panic(err)
		}
		out = append(out, l)
	}
	return out
}

// instantOf tells the ms since 1970 UTC of an instant as IT systems write it:
// RFC 3339, a date and time of the device's zone, or a count of seconds, ms, µs
// or ns since 1970.
func instantOf(text string, zone *time.Location) (int64, error) {
	if ms, ok := sinceEpoch(text); ok {
		return ms, nil
	}
	c := clock{layouts: dateLayouts, zone: zone}
	ms, bad := c.read([]byte(text))
	if bad != nil {
		return 0, fault.Invalid.Say(lang.T("时间 %.40q 读不懂", "instant %.40q is not understood"), text).
			Do(lang.T("写成 RFC 3339,如 2026-03-02T08:00:00+08:00,或自 1970 年起的毫秒数", "write RFC 3339 such as 2026-03-02T08:00:00+08:00, or the ms since 1970"))
	}
	return ms, nil
}

// sinceEpoch reads a count since 1970. Which unit is meant the number itself says:
// the seconds of the years 1990 to 2199 lie between 6.3e8 and 7.3e9, and those
// of the unit a thousand times finer begin far above that.
func sinceEpoch(text string) (ms int64, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		switch {
		case within(n, 1):
			return n * 1000, true
		case within(n, 1e3):
			return n, true
		case within(n, 1e6):
			return n / 1e3, true
		case within(n, 1e9):
			return n / 1e6, true
		}
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e16 {
		return 0, false
	}
	switch whole := int64(v); {
	case within(whole, 1):
		return int64(math.Round(v * 1000)), true
	case within(whole, 1e3):
		return int64(math.Round(v)), true
	}
	return 0, false
}

// within tells whether a count of a unit that is so many times finer than a
// second lies in the years a reading may have.
func within(n, finer int64) bool {
	const first, last = 631_152_000, 7_258_118_400 // 1990-01-01 and 2200-01-01
	return n/finer >= first && n/finer < last
}
