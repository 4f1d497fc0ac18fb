package board

import (
	"context"
	"fmt"
	"iter"
	"math/big"
	"time"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/live"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/standard"
)

// Meters is what boards ask of the readings; a reading.Series gives it.
type Meters interface {
	plan.Meters
	Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error]
	Latest(ctx context.Context, ids []reading.ID) ([]reading.Reading, error)
}

// Papers is what boards ask of what is filed and closed.
type Papers interface {
	Filings(ctx context.Context, site, first, last string) ([]filing.Filing, error)
	Months(ctx context.Context, site, first, last string) ([]filing.Month, error)
	Inventories(ctx context.Context, site string) ([]inventory.Head, error)
	Inventory(ctx context.Context, id string) (inventory.Inventory, error)
}

// Desk makes the boards of one mine.
type Desk struct {
	Mine     *inventory.Mine
	Series   func(point string) (reading.ID, bool) // the number of a point's or gas' series
	Meters   Meters
	Revision func(from, to int64) uint64     // of the stored hours of a stretch, ms UTC
	Refresh  func(ctx context.Context) error // brings the stored hours up to the last reading
	Papers   Papers
	Factors  func(ctx context.Context, id string) (*factor.Set, error) // "" is the set in use
	Hall     *live.Hall                                                // nil where nothing is live; it keeps the hours up to date
	Now      func() time.Time
	Shelf    *Shelf // what was computed before; shared by all desks
}

// Ask is what somebody wants to see.
type Ask struct {
	From, To string // months, "2025-01"; empty is the year so far
	Node     string // a unit of the organisation or a source; empty is the mine
	Edition  string // empty is the first of the plan's
	GWP      string // empty is the edition's own
}

// mostMonths is how long a period a board shows: two years and the two before
// them are 48 inventories.
const mostMonths = 24

// view is one question with all that answers it.
type view struct {
	*Desk
	ask     Ask
	now     time.Time
	edition standard.Edition
	total   standard.TotalRule // the one that is shown
	set     *factor.Set
	gwp     factor.GWP
	weights map[string]*big.Rat // tCO2e per t of each gas
	node    node
	first   ordinal // months asked for
	last    ordinal
	months  map[ordinal]*month // computed: those asked for, their years, and the years before
	states  map[string]filing.Month
	systems map[string][]string // the node's points, by system
	worth   map[*piece]*big.Rat // see co2e
	nanos   map[string]*big.Rat // by point and unit, see nano
	newest  map[string]int64    // by point, ms UTC; no entry: it has never spoken
}

// look gathers what a question needs: the months from January of its first year,
// the months of the year before them, and what they are made of.
func (d *Desk) look(ctx context.Context, ask Ask) (*view, error) {
	v, err := d.view(ctx, ask)
	if err != nil {
		return nil, err
	}
	// The year before serves for comparison, and for the forecast of what is left.
	from := v.first.january()
	if v.months, err = v.account(ctx, from-12, v.last); err != nil {
		return nil, fmt.Errorf("board of %s: %w", d.Mine.Site.ID, err)
	}
	if err := v.weighed(); err != nil {
		return nil, err
	}
	if v.states, err = v.filed(ctx, from, v.last); err != nil {
		return nil, err
	}
	return v, v.dated(ctx)
}

// view settles what is asked for.
func (d *Desk) view(ctx context.Context, ask Ask) (*view, error) {
	v := &view{Desk: d, ask: ask, now: d.Now(), systems: map[string][]string{}, nanos: map[string]*big.Rat{}, worth: map[*piece]*big.Rat{}}
	if v.ask.Edition == "" && len(d.Mine.Plan.Editions) > 0 {
		v.ask.Edition = d.Mine.Plan.Editions[0]
	}
	var err error
	if v.edition, err = standard.Find(v.ask.Edition); err != nil {
		return nil, fault.At(err, fault.Place{Column: "edition"})
	}
	if v.total, err = headline(v.edition); err != nil {
		return nil, err
	}
	if err := v.span(); err != nil {
		return nil, err
	}
	if v.node, err = nodeOf(d.Mine.Site, ask.Node); err != nil {
		return nil, err
	}
	if v.set, err = d.Factors(ctx, ""); err != nil {
		return nil, err
	}
	if v.weights, v.gwp, err = weigh(v.edition, ask.GWP, v.set, v.last.year()); err != nil {
		return nil, err
	}
	return v, nil
}

// headline is the edition's total to show, if it has one.
func headline(e standard.Edition) (standard.TotalRule, error) {
	rule, ok := e.Headline()
	if !ok {
		return rule, fault.Invalid.Say(lang.T("%s 没有合计,不能作综合概览", "%s has no total to show"), e.ID).
			Do(lang.T("换一个核算企业排放的标准版本", "choose an edition that accounts for a mine")).At(fault.Place{Column: "edition"})
	}
	return rule, nil
}

// span reads the months asked for: without any, the year so far.
func (v *view) span() error {
	cal := v.Mine.Site.Calendar
	current := monthAt(cal, v.now)
	v.first, v.last = current.january(), current
	for _, side := range []struct {
		column, text string
		at           *ordinal
	}{{"from", v.ask.From, &v.first}, {"to", v.ask.To, &v.last}} {
		if side.text == "" {
			continue
		}
		at, err := parseMonth(side.text)
		if err != nil {
			return fault.At(err, fault.Place{Column: side.column})
		}
		*side.at = at
	}
	if v.ask.From == "" && v.ask.To != "" {
		v.first = v.last.january()
	}
	if v.ask.To == "" && v.ask.From != "" {
		v.last = min(v.first.december(), max(current, v.first))
	}
	if n := v.last - v.first + 1; n < 1 || n > mostMonths {
		return fault.Invalid.Say(lang.T("%s 至 %s 共 %d 个月,须为 1 至 %d 个月", "%s to %s are %d months, expected 1 to %d"), v.first, v.last, max(int(n), 0), mostMonths).
			Do(lang.T("缩短期间", "choose a shorter period")).At(fault.Place{Column: "to"})
	}
	return nil
}
