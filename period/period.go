// Package period owns a half-open stretch of time in a mine's own zone: hours,
// production days, months and years, and how a mine counts them.
package period

import (
	"iter"
	"regexp"
	"strconv"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Period is [Start, End) in a zone. Its ends are instants; its zone says which
// calendar they were taken from.
type Period struct{ start, end time.Time }

// Between makes a period of two instants, told in the start's zone.
func Between(start, end time.Time) (Period, error) {
	if !start.Before(end) {
		return Period{}, fault.Invalid.Say(lang.T("期间的终点 %s 不晚于起点 %s", "a period's end %s is not after its start %s"),
			end.Format(time.RFC3339), start.Format(time.RFC3339))
	}
	return Period{start, end.In(start.Location())}, nil
}

// Start is the first instant.
func (p Period) Start() time.Time { return p.start }

// End is the first instant after.
func (p Period) End() time.Time { return p.end }

// IsZero tells whether the period was never set.
func (p Period) IsZero() bool { return p.start.IsZero() }

// Millis gives both ends in ms since 1970 UTC, as readings are stamped.
func (p Period) Millis() (from, to int64) { return p.start.UnixMilli(), p.end.UnixMilli() }

// Duration is the length in real time: a day of summer time's change has 23 or 25 hours.
func (p Period) Duration() time.Duration { return p.end.Sub(p.start) }

// Contains tells whether an instant lies in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.start) && t.Before(p.end) }

// Covers tells whether all of q lies in p.
func (p Period) Covers(q Period) bool { return !q.start.Before(p.start) && !q.end.After(p.end) }

// Overlaps tells whether the periods share an instant.
func (p Period) Overlaps(q Period) bool { return p.start.Before(q.end) && q.start.Before(p.end) }

// Equal tells whether the periods have the same ends.
func (p Period) Equal(q Period) bool { return p.start.Equal(q.start) && p.end.Equal(q.end) }

// Hours counts the real hours, exactly when the period is whole hours.
func (p Period) Hours() int64 { return int64(p.Duration() / time.Hour) }

// Calendar is how a mine cuts time: its zone, the hour its production day
// begins (三八制 often 08:00 or 00:00) and the day its accounting month begins.
type Calendar struct {
	Zone     *time.Location
	DayStart time.Duration // after midnight; a production day is named by the day it begins
	MonthDay int           // 1 for calendar months; 26 when the month closes with the 25th
}

// Natural is the calendar of whole days and months in a zone.
func Natural(zone *time.Location) Calendar { return Calendar{Zone: zone, MonthDay: 1} }

// at gives the instant a production day begins. Out-of-range days and months
// are carried over by time.Date, so no arithmetic on the 31st goes astray.
func (c Calendar) at(year int, month time.Month, day int) time.Time {
	minutes := int(c.DayStart / time.Minute)
	return time.Date(year, month, day, minutes/60, minutes%60, 0, 0, c.Zone)
}

func (c Calendar) monthStart(year int, month time.Month) time.Time {
	if c.MonthDay <= 1 {
		return c.at(year, month, 1)
	}
	// A month that closes with the 25th begins on the 26th of the month before.
	return c.at(year, month-1, c.MonthDay)
}

// Day is one production day.
func (c Calendar) Day(year int, month time.Month, day int) Period {
	return Period{c.at(year, month, day), c.at(year, month, day+1)}
}

// Month is one accounting month.
func (c Calendar) Month(year int, month time.Month) Period {
	return Period{c.monthStart(year, month), c.monthStart(year, month+1)}
}

// Year is the twelve accounting months of a year.
func (c Calendar) Year(year int) Period {
	return Period{c.monthStart(year, 1), c.monthStart(year, 13)}
}

// DayOf is the production day an instant belongs to.
func (c Calendar) DayOf(t time.Time) Period {
	l := t.In(c.Zone)
	for _, d := range []int{l.Day(), l.Day() - 1, l.Day() + 1} {
		if p := c.Day(l.Year(), l.Month(), d); p.Contains(t) {
			return p
		}
	}
	return c.Day(l.Year(), l.Month(), l.Day())
}

// MonthOf is the accounting month an instant belongs to.
func (c Calendar) MonthOf(t time.Time) Period {
	l := t.In(c.Zone)
	p := c.Month(l.Year(), l.Month())
	switch {
	case t.Before(p.start):
		p = c.Month(l.Year(), l.Month()-1)
	case !t.Before(p.end):
		p = c.Month(l.Year(), l.Month()+1)
	}
	return p
}

// YearOf is the year whose accounting months hold the middle of a period.
func (c Calendar) YearOf(p Period) Period {
	mid := p.start.Add(p.Duration() / 2)
	y := c.Year(mid.In(c.Zone).Year())
	switch {
	case mid.Before(y.start):
		y = c.Year(mid.In(c.Zone).Year() - 1)
	case !mid.Before(y.end):
		y = c.Year(mid.In(c.Zone).Year() + 1)
	}
	return y
}

// Months walks the accounting months that lie wholly in p.
func (c Calendar) Months(p Period) iter.Seq[Period] {
	return func(yield func(Period) bool) {
		for m := c.MonthOf(p.start); !m.end.After(p.end); m = c.MonthOf(m.end) {
			if p.Covers(m) && !yield(m) {
				return
			}
		}
	}
}

// Days walks the production days that lie wholly in p.
func (c Calendar) Days(p Period) iter.Seq[Period] {
	return func(yield func(Period) bool) {
		for d := c.DayOf(p.start); !d.end.After(p.end); d = c.DayOf(d.end) {
			if p.Covers(d) && !yield(d) {
				return
			}
		}
	}
}

var namePattern = regexp.MustCompile(`^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$`)

// Parse reads "2024", "2024-06" or "2024-06-30" as a year, month or day.
func (c Calendar) Parse(name string) (Period, error) {
	m := namePattern.FindStringSubmatch(name)
	bad := fault.Invalid.Say(lang.T("期间 %q 不认识", "unknown period %q"), name).
		Do(lang.T("写成 2024、2024-06 或 2024-06-30", "write 2024, 2024-06 or 2024-06-30"))
	if m == nil {
		return Period{}, bad
	}
	year, month, day := number(m[1]), number(m[2]), number(m[3])
	switch {
	case m[2] == "":
		return c.Year(year), nil
	case month < 1 || month > 12:
		return Period{}, bad
	case m[3] == "":
		return c.Month(year, time.Month(month)), nil
	case day < 1 || day > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return Period{}, bad
	}
	return c.Day(year, time.Month(month), day), nil
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

// Name tells a year, month or day as Parse reads it; any other stretch by its ends.
func (c Calendar) Name(p Period) string {
	mid := p.start.In(c.Zone).Add(p.Duration() / 2)
	switch {
	case c.Year(mid.Year()).Equal(p):
		return mid.Format("2006")
	case c.MonthOf(mid).Equal(p):
		if c.MonthDay > 1 {
			return p.end.In(c.Zone).Format("2006-01")
		}
		return p.start.In(c.Zone).Format("2006-01")
	case c.DayOf(p.start).Equal(p):
		return p.start.In(c.Zone).Format("2006-01-02")
	}
	return p.String()
}

// String tells both ends in the period's zone.
func (p Period) String() string {
	return p.start.Format(time.RFC3339) + "/" + p.end.Format(time.RFC3339)
}

// MarshalText prints both ends, with the zone's offset.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText printed.
func (p *Period) UnmarshalText(text []byte) error {
	const n = len("2006-01-02T15:04:05")
	s := string(text)
	for i := n; i < len(s); i++ {
		if s[i] != '/' {
			continue
		}
		start, err1 := time.Parse(time.RFC3339, s[:i])
		end, err2 := time.Parse(time.RFC3339, s[i+1:])
		if err1 != nil || err2 != nil {
			break
		}
		q, err := Between(start, end)
		*p = q
		return err
	}
	return fault.Invalid.Errorf("period %q is not start/end in RFC 3339", s)
}
