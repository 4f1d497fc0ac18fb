package inventory

import (
	"context"
	"fmt"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
	"lingtan/standard"
)

// Bridge explains the way from one version's total to the next, step by step:
// each step changes one thing and keeps what the steps before have changed, so
// the steps add up to the difference exactly.
type Bridge struct {
	From  string       `json:"from"` // the version before
	Total string       `json:"total"`
	GWP   string       `json:"gwp"`
	Steps []BridgeStep `json:"steps"`
}

// BridgeStep is one cause of a difference.
type BridgeStep struct {
	Cause  Cause             `json:"cause"`
	Effect quantity.Quantity `json:"effect"` // tCO2e
	What   []string          `json:"what,omitempty"`
}

// Cause is why a total moved.
type Cause string

// The causes, in the order they are applied.
const (
	ByFactor     Cause = "factor"     // another factor set, table, rule or GWP
	ByBoundary   Cause = "boundary"   // a source or month came or went
	ByActivity   Cause = "activity"   // readings changed: late data, a settled clash
	ByCorrection Cause = "correction" // a filed or laboratory value was corrected
)

// Title tells the cause to a reader.
func (c Cause) Title() lang.Text {
	switch c {
	case ByFactor:
		return lang.T("排放因子", "factors")
	case ByBoundary:
		return lang.T("核算边界", "boundary")
	case ByActivity:
		return lang.T("活动水平(读数)", "activity data (readings)")
	case ByCorrection:
		return lang.T("填报更正", "corrected filings")
	}
	return lang.Same(string(c))
}

// Restate computes a closed period again and freezes it as the next version,
// with a bridge from the last. It refuses when nothing has changed.
func (s *Service) Restate(ctx context.Context, c Close, reason string) (Inventory, error) {
	if reason == "" {
		return Inventory{}, fault.Invalid.Say(lang.T("重述须写明原因", "a restatement needs a reason")).Do(lang.T("加 --reason", "add --reason"))
	}
	old, err := s.Books.Latest(ctx, c.Site, c.Period, c.Edition)
	if err != nil {
		return Inventory{}, err
	}
	inv, same, err := s.again(ctx, c, reason, old)
	if err == nil && same {
		err = fault.Conflict.Say(lang.T("%s 没有变化,不需重述", "nothing has changed since %s"), old.ID)
	}
	return inv, err
}

// again computes a closed period once more and freezes what is other than
// before as the next version; same says that nothing is.
func (s *Service) again(ctx context.Context, c Close, reason string, old Inventory) (inv Inventory, same bool, err error) {
	content, months, err := s.compute(ctx, c)
	if err != nil {
		return Inventory{}, false, err
	}
	sum, err := content.Sum()
	if err != nil || sum == old.Hash {
		return Inventory{}, err == nil, err
	}
	mine, err := s.Mine(ctx, c.Site)
	if err != nil {
		return Inventory{}, false, err
	}
	set, err := s.Factors(ctx, c.FactorSet)
	if err != nil {
		return Inventory{}, false, err
	}
	bridge, err := Explain(old, content, set, mine.Site)
	if err != nil {
		return Inventory{}, false, fmt.Errorf("restate %s: %w", old.ID, err)
	}
	inv = Inventory{Version: old.Version + 1, Previous: old.ID, Reason: reason, By: c.By, Months: months, Content: content, Bridge: &bridge}
	inv, err = s.save(ctx, inv, &old)
	return inv, false, err
}

// Explain builds the bridge from a version to new content.
func Explain(old Inventory, now Content, set *factor.Set, mine *site.Site) (Bridge, error) {
	total := mainTotal(now.Result)
	b := Bridge{From: old.ID, Total: total, GWP: now.GWP}
	at, err := old.Content.Result.Total(total)
	if err != nil {
		return b, err
	}
	last := at.CO2e
	next := now
	next.Activities = old.Content.Activities
	stages := []struct {
		cause Cause
		take  func(was, is *activity.Activity) (keep activity.Activity, changed []string, ok bool)
	}{
		{ByFactor, func(was, _ *activity.Activity) (activity.Activity, []string, bool) {
			return value(was), nil, was != nil
		}},
		{ByBoundary, takeBoundary},
		{ByActivity, func(was, is *activity.Activity) (activity.Activity, []string, bool) { return takeValues(was, is, true) }},
		{ByCorrection, func(was, is *activity.Activity) (activity.Activity, []string, bool) {
			return takeValues(was, is, false)
		}},
	}
	for _, st := range stages {
		var what []string
		next.Activities, what = merge(next.Activities, now.Activities, st.take)
		result, err := standard.Compute(next.Request(set, mine))
		if err != nil {
			return b, err
		}
		t, err := result.Total(total)
		if err != nil {
			return b, err
		}
		effect, err := t.CO2e.Sub(last)
		if err != nil {
			return b, err
		}
		b.Steps = append(b.Steps, BridgeStep{Cause: st.cause, Effect: effect, What: what})
		last = t.CO2e
	}
	return b, nil
}

// mainTotal is "total" where the edition has one, else its first.
func mainTotal(r standard.Result) string {
	for _, t := range r.Totals {
		if t.ID == "total" {
			return t.ID
		}
	}
	if len(r.Totals) == 0 {
		return ""
	}
	return r.Totals[0].ID
}

func value(a *activity.Activity) activity.Activity {
	if a == nil {
		return activity.Activity{}
	}
	return *a
}

// merge walks old and new activities by id, in the new order with what is only
// old at its end, and takes of each pair what the stage says.
func merge(was, is []activity.Activity, take func(was, is *activity.Activity) (activity.Activity, []string, bool)) (out []activity.Activity, what []string) {
	old := map[string]*activity.Activity{}
	for i := range was {
		old[was[i].ID] = &was[i]
	}
	one := func(a, b *activity.Activity) {
		keep, changed, ok := take(a, b)
		if ok {
			out = append(out, keep)
		}
		what = append(what, changed...)
	}
	for i := range is {
		one(old[is[i].ID], &is[i])
		delete(old, is[i].ID)
	}
	for i := range was {
		if old[was[i].ID] != nil {
			one(&was[i], nil)
		}
	}
	return out, what
}

// takeBoundary lets sources and months come and go.
func takeBoundary(was, is *activity.Activity) (activity.Activity, []string, bool) {
	switch {
	case was == nil:
		return *is, []string{"+" + is.ID}, true
	case is == nil:
		return *was, []string{"-" + was.ID}, false
	}
	return *was, nil, true
}

// takeValues takes the new metered values, or all that is new.
func takeValues(was, is *activity.Activity, meteredOnly bool) (activity.Activity, []string, bool) {
	if was == nil || is == nil {
		return value(is), nil, is != nil
	}
	out := *is
	out.Values = map[string]activity.Value{}
	var what []string
	names := append(was.Names(), is.Names()...)
	for _, name := range names {
		a, hadIt := was.Values[name]
		b, hasIt := is.Values[name]
		if _, done := out.Values[name]; done {
			continue
		}
		stays := meteredOnly && (b.How != activity.Metered || !hasIt)
		switch {
		case stays && hadIt:
			out.Values[name] = a
		case stays, !hasIt:
			// It comes, or goes, with the next stage.
		default:
			out.Values[name] = b
			if !hadIt || !a.Quantity.Equal(b.Quantity) {
				what = append(what, is.InputID(name))
			}
		}
	}
	return out, what, true
}
