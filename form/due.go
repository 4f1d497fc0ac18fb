package form

import (
	"time"

	"lingtan/rule"
)

// end is when an accounting month of the mine ends.
func (d *Desk) end(m rule.Month) time.Time {
	p, err := d.Site.Calendar.Parse(m.String())
	if err != nil {
		return time.Time{}
	}
	return p.End()
}

// deadline is when so many days after a month's end are over, by the mine's own
// calendar and zone: a night in which the clock changes is a day like another.
func (d *Desk) deadline(m rule.Month, day int) time.Time {
	return d.end(m).In(d.Site.Calendar.Zone).AddDate(0, 0, day)
}
