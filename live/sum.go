package live

import (
	"slices"
	"time"

	"lingtan/period"
	"lingtan/reading"
)

// stretch is one of the open stretches of time a total is told for.
type stretch int

const (
	day stretch = iota
	month
	year
	stretches
)

// cut is how a mine's calendar divides time at an instant.
type cut struct {
	now      int64 // ms UTC
	calendar period.Calendar
	periods  [stretches]period.Period
	from, to [stretches]int64 // their hours; an hour belongs where it begins
}

func cutAt(calendar period.Calendar, now time.Time) *cut {
	m := calendar.MonthOf(now)
	c := &cut{
		now: now.UnixMilli(), calendar: calendar,
		periods: [stretches]period.Period{calendar.DayOf(now), m, calendar.YearOf(m)},
	}
	for k, p := range c.periods {
		from, to := p.Millis()
		c.from[k], c.to[k] = reading.HourOf(from-1)+1, reading.HourOf(to-1)+1
	}
	return c
}

// hour is the one the clock stands in.
func (c *cut) hour() int64 { return reading.HourOf(c.now) }

// elapsedMS is how much of a stretch has passed.
func (c *cut) elapsedMS(k stretch) int64 {
	from, to := c.periods[k].Millis()
	return max(min(c.now, to)-from, 1)
}

// name is how the calendar calls a stretch: "2025", "2025-06", "2025-06-30".
func (c *cut) name(k stretch) string { return c.calendar.Name(c.periods[k]) }

// past is the part of the year before the open month; ok is false in its first.
func (c *cut) past() (period.Period, bool) {
	p, err := period.Between(c.periods[year].Start(), c.periods[month].Start())
	return p, err == nil
}

// sum is what some hours of one series add up to, exactly.
type sum struct {
	amount      reading.Wide // nano
	coveredMS   int64
	hours       int64
	estimated   int64
	substituted int64
	flags       reading.Flags
}

func (s *sum) add(h reading.Hour) {
	s.amount = s.amount.Add(reading.WideOf(h.Amount))
	s.coveredMS += h.CoveredMS
	s.hours++
	s.flags |= h.Flags
	if h.Flags.Has(reading.Estimated) {
		s.estimated++
	}
	if h.Flags.Has(reading.Substituted) {
		s.substituted++
	}
}

// plus adds what the store has added up; ok is false where it does not fit.
func (s *sum) plus(t reading.Total) (ok bool) {
	amount, ok := reading.WideOfBig(t.Amount)
	s.amount = s.amount.Add(amount)
	s.coveredMS += t.CoveredMS
	s.hours += t.Hours
	s.estimated += t.Estimated
	s.substituted += t.Substituted
	s.flags |= t.Flags
	return ok
}

// tally is what a series amounts to: the hours that a late reading can still
// reach without the store, and those before them, added up.
type tally struct {
	base   int64 // the first hour kept
	before [stretches]sum
	hours  []reading.Hour // from base on, ascending
}

// of gives the sum of a stretch.
func (t *tally) of(k stretch, c *cut) sum {
	s := t.before[k]
	for _, h := range t.hours {
		if h.Hour >= c.from[k] && h.Hour < c.to[k] {
			s.add(h)
		}
	}
	return s
}

// replace puts other hours in place of those of [from, to), which are not
// before base, and tells whether that changed anything.
func (t *tally) replace(from, to int64, hours []reading.Hour) (changed bool) {
	i := slices.IndexFunc(t.hours, func(h reading.Hour) bool { return h.Hour >= from })
	if i < 0 {
		i = len(t.hours)
	}
	j := i
	for j < len(t.hours) && t.hours[j].Hour < to {
		j++
	}
	if slices.Equal(t.hours[i:j], hours) {
		return false
	}
	t.hours = slices.Replace(t.hours, i, j, hours...)
	return true
}

// settle adds the hours before a later base up.
func (t *tally) settle(base int64, c *cut) {
	n := 0
	for n < len(t.hours) && t.hours[n].Hour < base {
		for k := range t.before {
			if h := t.hours[n]; h.Hour >= c.from[k] && h.Hour < c.to[k] {
				t.before[k].add(h)
			}
		}
		n++
	}
	t.hours, t.base = slices.Delete(t.hours, 0, n), base
}

// roll begins the stretches that are not those of before: base is never later
// than two hours before the clock, so nothing of a new one was added up yet.
func (t *tally) roll(old, now *cut) {
	for k := range t.before {
		if !old.periods[k].Equal(now.periods[k]) {
			t.before[k] = sum{}
		}
	}
}
