package inventory

import (
	"cmp"
	"math/big"
	"slices"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
	"lingtan/standard"
)

// Otherwise is another way to account for the same activities: what is empty
// stays as it was.
type Otherwise struct {
	Edition string
	GWP     string
	Factors *factor.Set // never nil: the content's own where it is not another
}

// Impact is what an inventory would come to if it were accounted otherwise. It
// changes nothing.
type Impact struct {
	Before     Outcome           `json:"before"`
	After      Outcome           `json:"after"`
	Difference quantity.Quantity `json:"difference"` // after less before, tCO2e
	Sources    []Shift           `json:"sources"`
	Left       []string          `json:"left,omitempty"` // sources that the other edition does not account for
}

// Outcome is the main total of one way to account.
type Outcome struct {
	Edition    string            `json:"edition"`
	GWP        string            `json:"gwp"`
	FactorSet  string            `json:"factor_set"`
	Total      string            `json:"total"`
	Title      lang.Text         `json:"title"`
	CO2e       quantity.Quantity `json:"co2e"`
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
}

// Shift is a source's part of a total, before and after.
type Shift struct {
	Source     string            `json:"source"`
	Name       lang.Text         `json:"name"`
	Before     quantity.Quantity `json:"before"`
	After      quantity.Quantity `json:"after"`
	Difference quantity.Quantity `json:"difference"`
}

// Under tells what the content would come to otherwise, from the activities it
// froze.
func (c Content) Under(o Otherwise, mine *site.Site) (Impact, error) {
	now := c
	if o.Edition != "" && o.Edition != c.Edition {
		now.Edition, now.GWP, now.Choices = o.Edition, "", nil
	}
	if o.GWP != "" {
		now.GWP = o.GWP
	}
	out := Impact{}
	var err error
	if now.Activities, out.Left, err = known(c.Activities, now.Edition); err != nil {
		return out, err
	}
	if len(now.Activities) == 0 {
		return out, fault.Invalid.Say(lang.T("%s 不核算这里的任何排放源", "%s accounts for none of these sources"), now.Edition).
			Do(lang.T("换一个核算企业排放的标准版本", "choose an edition that accounts for a mine"))
	}
	if now.Result, err = standard.Compute(now.Request(o.Factors, mine)); err != nil {
		return out, err
	}
	now.GWP, now.FactorSet = now.Result.GWP, o.Factors.ID()
	if out.Before, err = c.outcome(mainTotal(c.Result)); err != nil {
		return out, err
	}
	if out.After, err = now.outcome(mainTotal(now.Result)); err != nil {
		return out, err
	}
	if out.Difference, err = out.After.CO2e.Sub(out.Before.CO2e); err != nil {
		return out, err
	}
	out.Sources, err = shifts(c, now)
	return out, err
}

// known leaves out what an edition does not account for, and names its sources.
func known(acts []activity.Activity, edition string) (kept []activity.Activity, left []string, err error) {
	e, err := standard.Find(edition)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range acts {
		if _, err := e.Kind(a.Kind); err != nil {
			left = append(left, a.Source)
			continue
		}
		kept = append(kept, a)
	}
	slices.Sort(left)
	return kept, slices.Compact(left), nil
}

// outcome tells a total with what it was accounted by.
func (c Content) outcome(total string) (Outcome, error) {
	t, err := c.Result.Total(total)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Edition: c.Edition, GWP: c.GWP, FactorSet: c.FactorSet, Total: t.ID, Title: t.Title, CO2e: t.CO2e, Confidence: t.Confidence}, nil
}

// Outcome tells the inventory's main total.
func (inv Inventory) Outcome() (Outcome, error) {
	return inv.Content.outcome(mainTotal(inv.Content.Result))
}

// CO2e tells a line in tCO2e under the inventory's GWP set.
func (inv Inventory) CO2e(l standard.Line) (quantity.Quantity, error) { return inv.weigh(l) }

// Counts tells with which sign a line is in the inventory's main total; 0 is
// not in it.
func (inv Inventory) Counts() (func(standard.Line) int, error) {
	rule, err := ruleOf(inv.Content.Edition, mainTotal(inv.Content.Result))
	return rule.Sign, err
}

// shifts compares the main totals of two contents source by source, the largest
// change first.
func shifts(was, is Content) ([]Shift, error) {
	names := map[string]lang.Text{}
	before, err := was.parts(names)
	if err != nil {
		return nil, err
	}
	after, err := is.parts(names)
	if err != nil {
		return nil, err
	}
	out := make([]Shift, 0, len(names))
	for source, name := range names {
		a, b := orZero(before[source]), orZero(after[source])
		out = append(out, Shift{source, name, tonnesOf(a), tonnesOf(b), tonnesOf(new(big.Rat).Sub(b, a))})
	}
	slices.SortFunc(out, func(a, b Shift) int {
		return cmp.Or(b.Difference.Abs().Rat().Cmp(a.Difference.Abs().Rat()), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

// parts adds up what each source has of the main total, in tCO2e.
func (c Content) parts(names map[string]lang.Text) (map[string]*big.Rat, error) {
	rule, err := ruleOf(c.Edition, mainTotal(c.Result))
	if err != nil {
		return nil, err
	}
	gwp, err := factor.FindGWP(c.GWP)
	if err != nil {
		return nil, err
	}
	sums := map[string]*big.Rat{}
	for _, l := range c.Result.Lines {
		sign := rule.Sign(l)
		if sign == 0 {
			continue
		}
		// The potentials are conventions that do not change between factor sets.
		weight, err := gwp.Of(factor.Builtin(), l.Gas)
		if err != nil {
			return nil, err
		}
		names[l.Source] = l.Name
		part := new(big.Rat).Mul(l.Mass.Rat(), weight.Value.Rat())
		part.Mul(part, big.NewRat(int64(sign), 1))
		sums[l.Source] = part.Add(part, orZero(sums[l.Source]))
	}
	return sums, nil
}

func ruleOf(edition, total string) (standard.TotalRule, error) {
	e, err := standard.Find(edition)
	if err != nil {
		return standard.TotalRule{}, err
	}
	for _, rule := range e.Totals {
		if rule.ID == total {
			return rule, nil
		}
	}
	return standard.TotalRule{}, fault.NotFound.Say(lang.T("%s 没有合计 %q", "%s has no total %q"), edition, total)
}

func orZero(r *big.Rat) *big.Rat {
	if r == nil {
		return new(big.Rat)
	}
	return r
}

func tonnesOf(r *big.Rat) quantity.Quantity { return quantity.New(r, quantity.MustUnit("tCO2e")) }
