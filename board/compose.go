package board

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"lingtan/filing"
	"lingtan/lang"
)

// Overview makes the board 综合概览.
func (d *Desk) Overview(ctx context.Context, ask Ask) (Overview, error) {
	v, err := d.look(ctx, ask)
	if err != nil {
		return Overview{}, err
	}
	return v.atHand(), ctx.Err()
}

// atHand gives the board that was made of the same, else makes it.
func (v *view) atHand() Overview {
	mark := v.mark()
	out, ok := v.Shelf.board(mark)
	if !ok {
		out = v.overview()
		v.Shelf.putBoard(mark, out)
	}
	out.At = v.now.UTC()
	return out
}

// mark is all that a board is made of: its question, its months, how far their
// filings have come, and the clock, to the minute as far as it matters.
func (v *view) mark() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s|%s|%s|%s", v.Mine.Site.ID, v.Mine.Site.SHA256, v.edition.ID, v.set.SHA256(), v.gwp.ID, v.node.id, v.period())
	for at := v.first.january() - 12; at <= v.last; at++ {
		if m, ok := v.months[at]; ok {
			fmt.Fprintf(&b, "|%d:%s", m.serial, v.states[at.String()].State)
		}
	}
	clock := min(v.now.UnixMilli(), v.end())
	newest := int64(0)
	for _, t := range v.newest {
		newest = max(newest, min(t, v.end()))
	}
	const minute = 60_000
	fmt.Fprintf(&b, "|%d|%d|%s", clock/minute, newest/minute, v.Mine.Site.Calendar.Name(v.Mine.Site.Calendar.DayOf(v.now)))
	return b.String()
}

// end is the end of the last month asked for, in ms.
func (v *view) end() int64 {
	_, end := v.last.in(v.Mine.Site.Calendar).Millis()
	return end
}

func (v *view) overview() Overview {
	out := Overview{
		Head: v.head(), Year: v.ofYear(), Tiles: v.tiles(), Groups: groups(), Months: v.bars(), Sources: v.ranked(), Gas: v.balance(),
		Measures: v.measures(), Days: v.calendar(), DaysMethod: daysMethod(), Quality: v.quality(),
	}
	out.Scopes = v.scopes()
	out.Total = v.hero(out.Scopes)
	out.Beside = v.beside()
	return out
}

// head says what was asked for and from what it was computed.
func (v *view) head() Head {
	h := Head{
		Site: v.Mine.Site.ID, Name: v.Mine.Site.Name, From: v.first.String(), To: v.last.String(), Period: v.period(), Node: v.node.id, NodeName: v.node.name,
		Edition: v.edition.ID, EditionName: v.edition.Title, GWP: v.gwp.ID, FactorSet: v.set.ID(), TotalID: v.total.ID, TotalName: v.total.Title,
		Plan: v.Mine.Plan.Version, At: v.now.UTC(), Tally: v.tally(),
	}
	newest := int64(0)
	for _, t := range v.newest {
		newest = max(newest, min(t, v.end()))
	}
	if newest > 0 {
		h.Newest = time.UnixMilli(newest).UTC()
	}
	cal := v.Mine.Site.Calendar
	year, end := cal.Year(v.last.year()), v.last.in(cal).End()
	if v.now.Before(end) {
		end = v.now
	}
	h.YearElapsed = min(max(float64(end.Sub(year.Start()))/float64(year.Duration()), 0), 1)
	return h
}

// tally counts the months asked for.
func (v *view) tally() Tally {
	t := Tally{Months: int(v.last - v.first + 1)}
	for at := v.first; at <= v.last; at++ {
		m, ok := v.months[at]
		if !ok || m.origin.From == FromNothing {
			t.Missing++
			continue
		}
		if m.origin.From == FromClosed {
			t.Closed++
		}
		switch state, _ := v.state(m); filing.State(state) {
		case filing.Locked:
			t.Locked++
		case filing.Approved, filing.GroupApproved, filing.Verified:
			t.Approved++
		case filing.Submitted:
			t.Submitted++
		case filing.Draft:
			t.Draft++
		}
	}
	return t
}

// scopes are what is emitted on site, and what stands behind purchased energy.
func (v *view) scopes() []Figure {
	out := []Figure{}
	for _, s := range []struct {
		id                string
		title, definition lang.Text
	}{
		{scope1, lang.T("范围一", "Scope 1"), lang.T("矿内直接排放", "what is emitted on site")},
		{scope2, lang.T("范围二", "Scope 2"), lang.T("净购入电力与热力背后的排放,口径同所示合计", "what stands behind net purchased power and heat, as the total shown counts it")},
	} {
		f, sum := v.totalled("overview.scope"+s.id, s.title, v.first, v.last, v.inScope(s.id))
		f.Ref.Scope = s.id
		f.Definition = s.definition
		for _, g := range groups() {
			if x, _ := v.sum(v.asked(), v.inGroup(g.Key)); g.Scope == s.id && x != nil {
				f.Inputs = append(f.Inputs, Input{Title: g.Title, Value: decimal(x), Unit: tonnes, Ref: Ref{Period: v.period(), Node: v.node.id, Group: g.Key}})
			}
		}
		if f.Inputs == nil {
			f.Inputs = []Input{}
		}
		f.Formula, f.Change = added(f.Inputs, sum, tonnes), v.change(v.inScope(s.id))
		v.lacks(&f, v.first, v.last, v.ofScope(s.id))
		out = append(out, f)
	}
	return out
}

// hero is the total of the months asked for.
func (v *view) hero(scopes []Figure) Figure {
	f, sum := v.totalled("overview.total", lang.T("累计排放", "Emissions"), v.first, v.last, v.counted)
	f.Definition = v.definition()
	f.Inputs = []Input{}
	for _, s := range scopes {
		if s.Value != nil {
			f.Inputs = append(f.Inputs, Input{Title: s.Title, Value: s.Value, Unit: s.Unit, Ref: s.Ref})
		}
	}
	f.Formula, f.Change = added(f.Inputs, sum, tonnes), v.change(v.counted)
	f.Trend = v.trend(func(m *month) *big.Rat {
		x, _ := v.sum([]*month{m}, v.counted)
		return x
	})
	v.lacks(&f, v.first, v.last, everySource)
	return f
}

// beside are the edition's other totals over the same months.
func (v *view) beside() []Figure {
	out := []Figure{}
	for _, rule := range v.edition.Totals {
		if rule.ID == v.total.ID {
			continue
		}
		var sum *big.Rat
		b := &blend{}
		for _, m := range v.asked() {
			for _, p := range m.pieces {
				sign := rule.Sign(*p.line)
				if sign == 0 || !v.node.sources[p.line.Source] {
					continue
				}
				x := v.co2e(p)
				if (sign < 0) != (p.sign < 0) {
					x = new(big.Rat).Neg(x)
				}
				sum = plus(sum, x)
				b.take(m, p)
			}
		}
		f := Figure{
			ID: "overview.beside." + rule.ID, Title: rule.Title, Value: decimal(sum), Unit: tonnes, Period: v.period(), Inputs: []Input{},
			Ref: Ref{Period: v.period(), Node: v.node.id},
		}
		b.lay(v, &f)
		f.Definition = lang.T("%s:%s", "%s: %s").Format(v.edition.Title, rule.Title)
		f.Formula = text(sum, tonnes)
		v.lacks(&f, v.first, v.last, everySource)
		out = append(out, f)
	}
	return out
}

// Wall makes the screen of the dispatch hall: the year so far, the events of
// the day given by who knows them, and what today's power came from.
func (d *Desk) Wall(ctx context.Context, ask Ask, events []Event) (Wall, error) {
	ask.From, ask.To = "", ""
	v, err := d.look(ctx, ask)
	if err != nil {
		return Wall{}, err
	}
	out := Wall{Overview: v.atHand(), LiveNode: "site:" + d.Mine.Site.ID, Section: v.section(), Events: latest(events)}
	out.Supply, err = v.supply(ctx)
	return out, err
}

// mostEvents is how many events a wall shows at most.
const mostEvents = 40

// latest are the newest events, newest first.
func latest(events []Event) []Event {
	out := append([]Event{}, events...)
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return out[:min(len(out), mostEvents)]
}
