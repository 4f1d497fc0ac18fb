package inventory

import (
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// Card is a number opened: its line with workings and factors, and each input
// with where it came from.
type Card struct {
	Inventory string            `json:"inventory"`
	Edition   string            `json:"edition"`
	GWP       string            `json:"gwp"`
	Line      standard.Line     `json:"line"`
	CO2e      quantity.Quantity `json:"co2e"`
	// Interval is the line's own, at 95 %; Silent are the inputs that state no
	// uncertainty and are taken as exact in it.
	Interval standard.Interval `json:"interval"`
	Silent   []string          `json:"silent,omitempty"`
	Inputs   []Input           `json:"inputs"`
	Notes    []standard.Note   `json:"notes,omitempty"` // of the edition
}

// Input is one value a line was computed from.
type Input struct {
	ID    string         `json:"id"`
	Value activity.Value `json:"value"`
}

// Card opens a line by its id.
func (inv Inventory) Card(line string) (Card, error) {
	l, err := inv.Content.Result.Line(line)
	if err != nil {
		return Card{}, err
	}
	c := Card{Inventory: inv.ID, Edition: inv.Content.Edition, GWP: inv.Content.GWP, Line: l, Notes: inv.Content.Result.Notes}
	if c.CO2e, err = inv.weigh(l); err != nil {
		return c, err
	}
	i := slices.IndexFunc(inv.Content.Activities, func(a activity.Activity) bool { return a.ID == l.Activity })
	if i < 0 {
		return c, fault.Internal.Errorf("line %s has no activity %s", l.ID, l.Activity)
	}
	a := inv.Content.Activities[i]
	edition, err := standard.Find(inv.Content.Edition)
	if err != nil {
		return c, err
	}
	if !l.Mass.IsZero() { // where there is no mass there is no potential to read off, and nothing to spread
		c.Interval, c.Silent = edition.Interval(l, a, c.CO2e.Float()/l.Mass.Float())
	}
	for _, key := range l.Inputs {
		id, isInput := strings.CutPrefix(key, "input:")
		_, name, _ := strings.Cut(id, "#")
		if v, ok := a.Values[name]; isInput && ok {
			c.Inputs = append(c.Inputs, Input{ID: id, Value: v})
		}
	}
	return c, nil
}

// weigh tells a line in tCO2e under the inventory's GWP set. The potentials are
// conventions that do not change between factor sets.
func (inv Inventory) weigh(l standard.Line) (quantity.Quantity, error) {
	gwp, err := factor.FindGWP(inv.Content.GWP)
	if err != nil {
		return quantity.Quantity{}, err
	}
	f, err := gwp.Of(factor.Builtin(), l.Gas)
	if err != nil {
		return quantity.Quantity{}, fault.Internal.Say(lang.T("气体 %s 没有 GWP", "gas %s has no GWP"), l.Gas)
	}
	return l.Mass.Mul(f.Value).In(quantity.MustUnit("tCO2e"))
}
