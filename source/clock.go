package source

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"lingtan/lang"
	"lingtan/reading"
)

const (
	dayMS = 86_400_000
	// Meters' files lie between these years; a stamp outside is a wrong column
	// or a wrong layout.
	firstYear, lastYear = 1990, 2199
)

// clock tells the instant of a row. It keeps the last stamp and the last day
// it read, since neighbours share them.
type clock struct {
	layouts  []layout
	zone     *time.Location
	midnight bool // a stamp of 0:00 ends the day whose date it carries
	base1904 bool // of the workbook

	text    []byte // the last stamp
	at      int64  // and its instant
	entered bool
	day     int64 // the last day, since 1970
	offset  int64 // ms its zone is ahead of UTC
	steady  bool  // all of that day and the next
}

// read tells the instant of a stamp in ms since 1970 UTC.
func (c *clock) read(b []byte) (int64, *Reject) {
	if len(b) > 0 && bytes.Equal(b, c.text) {
		return c.at, nil
	}
	at, bad := c.parse(bytes.TrimSpace(b))
	if bad != nil {
		return 0, bad
	}
	if at < reading.Oldest {
		return 0, tooOld(b)
	}
	c.text, c.at = append(c.text[:0], b...), at
	return c.at, nil
}

func (c *clock) parse(b []byte) (int64, *Reject) {
	for i := range c.layouts {
		l := &c.layouts[i]
		if l.form != civil {
			if at, ok, bad := c.count(b, l.form); ok || bad != nil {
				return at, bad
			}
			continue
		}
		if m, ok := l.read(b); ok {
			return c.resolve(b, m)
		}
	}
	if folded := fold(string(b)); folded != string(b) {
		return c.parse([]byte(folded))
	}
	return 0, reject(b, lang.T("时间,格式 %s", "a time as %s").Format(c.spellings()),
		lang.T("改正该格,或在映射文件 [time] layouts 中加入这种写法", "correct the cell, or add this spelling to layouts under [time] of the mapping"))
}

func tooOld(b []byte) *Reject {
	return reject(b, lang.T("1990 至 2199 年的时间", "a time from 1990 to 2199"),
		lang.T("检查映射文件的时间列和 layouts", "check the time column and layouts of the mapping"))
}

func (c *clock) spellings() string {
	var s []byte
	for i, l := range c.layouts {
		if i > 0 {
			s = append(s, " | "...)
		}
		s = append(s, l.name...)
	}
	return string(s)
}

// count reads a stamp that counts seconds, milliseconds or days.
func (c *clock) count(b []byte, f form) (at int64, ok bool, bad *Reject) {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e14 {
		return 0, false, nil
	}
	switch f {
	case unixS:
		at = int64(math.Round(v * 1000))
	case unixMS:
		at = int64(math.Round(v))
	case excel:
		return c.serial(b, v)
	case civil:
	}
	if y := time.UnixMilli(at).UTC().Year(); y < firstYear || y > lastYear {
		return 0, false, nil
	}
	return at, true, nil
}

// serial tells a spreadsheet's day number. A quarter of an hour is no finite
// binary fraction, so what lies within 20 ms of a whole second is that second.
func (c *clock) serial(b []byte, v float64) (at int64, ok bool, bad *Reject) {
	days := math.Floor(v)
	ms := int64(math.Round((v - days) * dayMS))
	if near := (ms + 500) / 1000 * 1000; near-ms <= 20 && ms-near <= 20 {
		ms = near
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.base1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if days < 0 || days > 200_000 {
		return 0, false, nil
	}
	d := epoch.AddDate(0, 0, int(days))
	at, bad = c.resolve(b, moment{year: d.Year(), month: int(d.Month()), day: d.Day(), ms: ms})
	return at, bad == nil, bad
}

// resolve tells the instant of a civil time.
func (c *clock) resolve(b []byte, m moment) (int64, *Reject) {
	if m.year < firstYear || m.year > lastYear {
		return 0, tooOld(b)
	}
	if c.midnight && m.ms == 0 {
		m.ms = dayMS
	}
	number := daysFrom1970(m.year, m.month, m.day)
	local := number*dayMS + m.ms
	if m.zoned {
		return local - m.offsetMS, nil
	}
	if number != c.day || !c.entered {
		c.enter(number)
	}
	if c.steady {
		return local - c.offset, nil
	}
	return c.search(b, local)
}

// enter looks up a day's offset, and whether it holds until the next day's end.
func (c *clock) enter(number int64) {
	c.entered, c.day = true, number
	c.offset = c.offsetAt((number - 1) * dayMS)
	c.steady = c.offsetAt((number+3)*dayMS) == c.offset
}

func (c *clock) offsetAt(ms int64) int64 {
	_, seconds := time.UnixMilli(ms).In(c.zone).Zone()
	return int64(seconds) * 1000
}

// search finds the instant of a local time near a change of the zone's offset.
// A time that the clock skipped, or showed twice, is not guessed at.
func (c *clock) search(b []byte, local int64) (int64, *Reject) {
	first, last := local-c.offsetAt(local-dayMS), local-c.offsetAt(local+dayMS)
	holds := func(at int64) bool { return at+c.offsetAt(at) == local }
	do := lang.T("用带时差的时间(rfc3339),或在 zone 写固定时差如 +01:00",
		"write times with their offset (rfc3339), or a fixed zone such as +01:00")
	switch one, two := holds(first), holds(last); {
	case one && two && first != last:
		return 0, reject(b, lang.T("只出现一次的时间(该日夏令时结束,此刻出现两次)", "a time that occurs once (summer time ends that day; this one occurs twice)"), do)
	case one:
		return first, nil
	case two:
		return last, nil
	}
	return 0, reject(b, lang.T("存在的时间(该日夏令时开始,此刻被跳过)", "a time that exists (summer time begins that day and skips this one)"), do)
}

// daysFrom1970 numbers the days of the Gregorian calendar (H. Hinnant,
// "chrono-compatible low-level date algorithms", days_from_civil).
func daysFrom1970(y, m, d int) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return int64(era)*146097 + int64(yoe*365+yoe/4-yoe/100+doy) - 719468
}
