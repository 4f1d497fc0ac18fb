package report

import (
	"fmt"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// The decimals a report shows (data-quality rules of the 2024 generation of
// official guides: quantities 2, NCV 3, carbon per energy 5, emissions 2,
// intensity 4, MWh 3, GJ 2). Where the rules are silent the choice is ours.
const (
	placesAmount    = 2
	placesNCV       = 3
	placesEFc       = 5
	placesEmission  = 2
	placesIntensity = 4
	placesMWh       = 3
	placesGJ        = 2
	placesCC        = 4 // carbon content; not in the rules
	placesShare     = 2 // %, not in the rules
	placesEF        = 3 // kg per t of coal; not in the rules
	placesDensity   = 2 // as the guideline prints 7.17 and 19.77
	placesGrid      = 4 // as the announcements print grid factors
)

// draft is a document being laid out. A fault sticks: a table read from a
// result that does not hang together is not printed.
type draft struct {
	inv     inventory.Inventory
	edition standard.Edition
	acts    map[string]activity.Activity
	weights map[string]quantity.Quantity // tCO2e per t, by gas
	doc     Document
	err     error
}

func newDraft(inv inventory.Inventory, edition standard.Edition) (*draft, error) {
	d := &draft{inv: inv, edition: edition, acts: map[string]activity.Activity{}, weights: map[string]quantity.Quantity{}}
	for _, a := range inv.Content.Activities {
		d.acts[a.ID] = a
	}
	gwp, err := factor.FindGWP(inv.Content.Result.GWP)
	if err != nil {
		return nil, err
	}
	for _, l := range inv.Content.Result.Lines {
		f, err := gwp.Of(factor.Builtin(), l.Gas)
		if err != nil {
			return nil, fmt.Errorf("report %s: %w", inv.ID, err)
		}
		d.weights[l.Gas] = f.Value
	}
	c := inv.Content
	d.doc = Document{
		Inventory: inv.ID, Version: inv.Version, Hash: inv.Hash, At: inv.ClosedAt,
		Subtitle: lang.T("%s · %s", "%s · %s").Format(c.Site.Name, d.span()),
	}
	return d, nil
}

// span tells the period: 2024 年度, 2024 年 6 月.
func (d *draft) span() lang.Text {
	p := d.inv.Content.Period
	if at, err := time.Parse("2006-01", p); err == nil {
		return lang.T(at.Format("2006 年 1 月"), p)
	}
	return lang.T(p+" 年度", p)
}

// fail keeps the first fault.
func (d *draft) fail(err error) {
	if d.err == nil && err != nil {
		d.err = fmt.Errorf("report %s: %w", d.inv.ID, err)
	}
}

func (d *draft) chapter(c Chapter) { d.doc.Chapters = append(d.doc.Chapters, c) }

// in tells a quantity in a unit; a gas of another reference state is converted.
func (d *draft) in(q quantity.Quantity, unit string) quantity.Quantity {
	u := quantity.MustUnit(unit)
	out, err := q.In(u)
	if err == nil {
		return out
	}
	for _, s := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		if moved, stateErr := q.AtState(s); stateErr == nil {
			if out, stateErr = moved.In(u); stateErr == nil {
				return out
			}
		}
	}
	d.fail(err)
	return quantity.Int(0, u)
}

// sum adds quantities in a unit.
func (d *draft) sum(unit string, qs ...quantity.Quantity) quantity.Quantity {
	total, err := quantity.Sum(quantity.MustUnit(unit), qs...)
	d.fail(err)
	return total
}

// total gives a total's cell with the weakest mark of the lines it counts.
func (d *draft) total(t standard.Total) Cell {
	return Cell{Figure: &Figure{Value: t.CO2e, Places: placesEmission, IDs: []string{"total:" + t.ID}, Mark: d.markOf(t.ID, "")}}
}

// markOf is the weakest mark of the lines a total counts, of one gas or of all.
func (d *draft) markOf(total, gas string) factor.Confidence {
	mark := factor.Read
	for _, rule := range d.edition.Totals {
		if rule.ID != total {
			continue
		}
		for _, l := range d.inv.Content.Result.Lines {
			if rule.Sign(l) != 0 && (gas == "" || gas == l.Gas) {
				mark = mark.Worse(l.Confidence)
			}
		}
	}
	return mark
}

// estimate makes a cell of a float, which has no exact value behind it.
func (d *draft) estimate(f float64, unit string, places int, ids ...string) Cell {
	q, err := quantity.FromFloat(f, quantity.MustUnit(unit))
	d.fail(err)
	return Cell{Figure: &Figure{Value: q.Round(places, quantity.HalfUp), Places: places, IDs: ids, Mark: factor.Read}}
}

// percent makes a cell of a share estimated as a float.
func (d *draft) percent(share float64, ids ...string) Cell {
	return d.estimate(100*share, "%", 1, ids...)
}

// reconcile refuses a report whose lines, weighted here, are not the totals
// that were frozen: rows that do not add up to their total are not printed.
func (d *draft) reconcile() {
	for _, rule := range d.edition.Totals {
		frozen, err := d.inv.Content.Result.Total(rule.ID)
		if err != nil {
			d.fail(err)
			continue
		}
		sum := quantity.Int(0, quantity.MustUnit("tCO2e"))
		for _, l := range d.inv.Content.Result.Lines {
			part := l.Mass.Mul(d.weights[l.Gas])
			switch rule.Sign(l) {
			case 1:
				sum = d.sum("tCO2e", sum, part)
			case -1:
				sum = d.sum("tCO2e", sum, part.Neg())
			}
		}
		if !sum.Equal(frozen.CO2e) {
			d.fail(fault.Conflict.Say(lang.T("合计 %s 封存为 %s,计算行相加为 %s", "total %s was frozen as %s, its lines add up to %s"), rule.ID, frozen.CO2e, sum).
				Do(lang.T("用 lingtan verify 核验清单", "verify the inventory with lingtan verify")))
		}
	}
}
