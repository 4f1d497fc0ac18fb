package board

import (
	"fmt"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
)

// ordinal numbers accounting months through the years, so that the month a
// year before is twelve less.
type ordinal int

func ordinalOf(year int, m time.Month) ordinal { return ordinal(year*12 + int(m) - 1) }

// parseMonth reads "2025-03".
func parseMonth(name string) (ordinal, error) {
	t, err := time.Parse("2006-01", name)
	if err != nil {
		return 0, fault.Invalid.Say(lang.T("%.20q 不是月份", "%.20q is not a month"), name).Do(lang.T("写成 2024-06", "write 2024-06"))
	}
	return ordinalOf(t.Year(), t.Month()), nil
}

// monthAt is the accounting month of an instant.
func monthAt(c period.Calendar, t time.Time) ordinal {
	p := c.MonthOf(t)
	middle := p.Start().Add(p.Duration() / 2).In(c.Zone)
	if c.MonthDay > 1 { // named by the month it closes in
		middle = p.End().Add(-time.Second).In(c.Zone)
	}
	return ordinalOf(middle.Year(), middle.Month())
}

func (o ordinal) year() int                          { return int(o) / 12 }
func (o ordinal) month() time.Month                  { return time.Month(int(o)%12 + 1) }
func (o ordinal) january() ordinal                   { return ordinal(o.year() * 12) }
func (o ordinal) december() ordinal                  { return ordinal(o.year()*12 + 11) }
func (o ordinal) String() string                     { return fmt.Sprintf("%04d-%02d", o.year(), o.month()) }
func (o ordinal) in(c period.Calendar) period.Period { return c.Month(o.year(), o.month()) }

// stretchName tells a stretch of months: one by its name, a whole year by its
// number, any other by its ends.
func stretchName(first, last ordinal) string {
	switch {
	case first == last:
		return first.String()
	case first == first.january() && last == first.december():
		return fmt.Sprintf("%04d", first.year())
	}
	return first.String() + ".." + last.String()
}
