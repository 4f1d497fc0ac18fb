package board

import (
	"context"
	"slices"

	"lingtan/activity"
	"lingtan/inventory"
	"lingtan/period"
	"lingtan/reading"
)

// month is what one month comes to: of its closed inventory, or as it would be
// accounted now. It is never changed once it is made.
type month struct {
	serial  uint64 // among all that were ever put on the shelf
	at      ordinal
	period  period.Period
	origin  Origin
	content inventory.Content
	acts    []activity.Activity // all that was gathered, also of kinds the edition does not know
	find    []activity.Finding
	lacking []string // parameters, "post-mining#raw_coal"
	pieces  []*piece
	hours   *hours
	sums    map[reading.ID]reading.Total // of the month, of every series that is watched
	from    int64                        // ms UTC
	to      int64                        // of a month that still runs: the end of the last full hour
	stamp   stamp
	dates   []string  // of the days that have begun
	spans   []span    // of those days, as far as they have passed
	cover   []float64 // of each, the share of the plan's meters' time that was measured; −1: no meters
	loose   bool      // hours beside the month may have a part in it
}

// span is a stretch of time, ms UTC, half-open.
type span struct{ from, to int64 }

// stamp is what a month was computed from. Where it is the same, so is the month.
type stamp struct {
	site     string // SHA-256 of the mine's file
	revision uint64 // of the month's hours
	around   uint64 // of those and the hours that may stand in for missing ones
	filings  string
	closed   string
	upto     int64
}

// holds tells whether a month that was kept is still what it would be.
func (m *month) holds(now stamp) bool {
	before := m.stamp
	if !m.loose {
		before.around, now.around = 0, 0
	}
	return before == now
}

// over tells whether there are lines of the month and it does not run any more.
func (m *month) over() bool { return m.origin.From == FromClosed || m.origin.From == FromWorking }

// aroundHours is how far the plan looks for good hours beside a month.
const aroundHours = 31 * 24

// account gives the months of a stretch, those that were kept and still hold,
// the others computed.
func (v *view) account(ctx context.Context, first, last ordinal) (map[ordinal]*month, error) {
	if v.Hall == nil {
		if err := v.Refresh(ctx); err != nil {
			return nil, err
		}
	}
	papers, err := v.papers(ctx, first, last)
	if err != nil {
		return nil, err
	}
	leave, err := v.Shelf.enter(ctx, v.Mine.Site.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	out, stale := map[ordinal]*month{}, []ordinal{}
	stamps := map[ordinal]stamp{}
	for at := first; at <= last; at++ {
		p := at.in(v.Mine.Site.Calendar)
		if !p.Start().Before(v.now) {
			break // it has not begun
		}
		stamps[at] = v.stamp(p, papers, at)
		if m, ok := v.Shelf.month(v.key(at)); ok && m.holds(stamps[at]) {
			out[at] = m
			continue
		}
		stale = append(stale, at)
	}
	for _, run := range runs(stale) {
		h, err := v.hoursOf(ctx, run)
		if err != nil {
			return nil, err
		}
		for _, at := range run {
			if err := ctx.Err(); err != nil {
				return nil, err // what was made so far is on the shelf
			}
			m, err := v.month(ctx, at, h, papers, stamps[at])
			if err != nil {
				return nil, err
			}
			v.Shelf.putMonth(v.key(at), m)
			out[at] = m
		}
	}
	return out, nil
}

func (v *view) key(at ordinal) monthKey {
	return monthKey{v.Mine.Site.ID, v.edition.ID, v.set.SHA256(), at}
}

func (v *view) stamp(p period.Period, papers *papers, at ordinal) stamp {
	from, to := p.Millis()
	return stamp{
		site: v.Mine.Site.SHA256, revision: v.Revision(from, to), around: v.Revision(from-aroundHours*reading.HourMS, to+aroundHours*reading.HourMS),
		filings: papers.marks[at.String()], closed: papers.closed[at].ID, upto: v.upto(p),
	}
}

// upto is, of a month that still runs, the end of the last full hour; else 0.
func (v *view) upto(p period.Period) int64 {
	if !p.End().After(v.now) {
		return 0
	}
	from, _ := p.Millis()
	return max(reading.HourOf(v.now.UnixMilli())*reading.HourMS, from)
}

// runs cuts months into runs that follow each other.
func runs(months []ordinal) [][]ordinal {
	var out [][]ordinal
	for i, at := range months {
		if i == 0 || months[i-1] != at-1 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], at)
	}
	return out
}

// hoursOf adds up by the day what the plan and the boards look at.
func (v *view) hoursOf(ctx context.Context, run []ordinal) (*hours, error) {
	cal := v.Mine.Site.Calendar
	stretch, err := period.Between(run[0].in(cal).Start(), run[len(run)-1].in(cal).End())
	if err != nil {
		return nil, err
	}
	var bounds []int64
	for day := range cal.Days(stretch) {
		from, _ := day.Millis()
		bounds = append(bounds, from)
	}
	_, to := stretch.Millis()
	return load(ctx, v.Meters, v.watched(), append(bounds, to))
}

// watched are the series of the plan and of what boards know by its system.
func (v *view) watched() []reading.ID {
	var ids []reading.ID
	add := func(points ...string) {
		for _, point := range points {
			if id, ok := v.Series(point); ok {
				ids = append(ids, id)
			}
		}
	}
	for _, par := range v.Mine.Plan.Parameters {
		add(par.Points...)
		add(par.Minus...)
	}
	for _, system := range []string{systemGeneration, systemSolar, systemCoal} {
		add(ofSystem(v.Mine.Site, system)...)
	}
	for _, c := range gasChecks(v.Mine.Site) {
		add(c.Main...)
		add(c.Parts...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
