package report

import (
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// group is one source's lines of a category over the months of the report: a
// row of a year's table.
type group struct {
	*draft
	Source, Item string
	Name         lang.Text
	lines        []standard.Line
}

// groups gathers the lines of some categories and bases by source and item.
func (d *draft) groups(match func(standard.Line) bool) []group {
	var out []group
	for _, l := range d.inv.Content.Result.Lines {
		if !match(l) {
			continue
		}
		i := slices.IndexFunc(out, func(g group) bool {
			m := g.lines[0]
			return m.Source == l.Source && m.Item == l.Item && m.Category == l.Category && m.Basis == l.Basis && m.Gas == l.Gas
		})
		if i < 0 {
			out = append(out, group{draft: d, Source: l.Source, Item: l.Item, Name: l.Name})
			i = len(out) - 1
		}
		out[i].lines = append(out[i].lines, l)
	}
	for _, g := range out {
		slices.SortStableFunc(g.lines, func(a, b standard.Line) int { return strings.Compare(a.Period, b.Period) })
	}
	return out
}

// category matches the lines of a category that are not told a second time on
// the market basis.
func category(names ...string) func(standard.Line) bool {
	return func(l standard.Line) bool { return slices.Contains(names, l.Category) && l.Basis != standard.Market }
}

// whole is one group of all the lines that match.
func (d *draft) whole(match func(standard.Line) bool) group {
	g := group{draft: d}
	for _, l := range d.inv.Content.Result.Lines {
		if match(l) {
			g.lines = append(g.lines, l)
		}
	}
	return g
}

func (g group) ids() []string {
	out := make([]string, len(g.lines))
	for i, l := range g.lines {
		out[i] = l.ID
	}
	return out
}

func (g group) mark() factor.Confidence {
	mark := factor.Read
	for _, l := range g.lines {
		mark = mark.Worse(l.Confidence)
	}
	return mark
}

// mass is the exact sum of the lines' masses, which are of one gas.
func (g group) mass() Cell {
	if len(g.lines) == 0 {
		return absent()
	}
	masses := make([]quantity.Quantity, len(g.lines))
	for i, l := range g.lines {
		masses[i] = l.Mass
	}
	return Cell{Figure: &Figure{Value: g.sum("t"+g.lines[0].Gas, masses...), Places: placesEmission, IDs: g.ids(), Mark: g.mark()}}
}

// co2e is the sum of the lines under the inventory's GWP set.
func (g group) co2e() Cell {
	if len(g.lines) == 0 {
		return absent()
	}
	parts := make([]quantity.Quantity, len(g.lines))
	for i, l := range g.lines {
		parts[i] = l.Mass.Mul(g.weights[l.Gas])
	}
	return Cell{Figure: &Figure{Value: g.sum("tCO2e", parts...), Places: placesEmission, IDs: g.ids(), Mark: g.mark()}}
}

// part is one number of a line's workings with where it came from.
type part struct {
	line standard.Line
	term standard.Term
}

// id opens the part: an input or factor by itself, what a step made by its line.
func (p part) id() string {
	if strings.HasPrefix(p.term.From, "input:") || strings.HasPrefix(p.term.From, "factor:") {
		return p.term.From
	}
	return p.line.ID
}

// mark is the factor's own, or the line's where a step made the number.
func (p part) mark() factor.Confidence {
	for _, f := range p.line.Factors {
		if p.term.From == "factor:"+f.ID() {
			return f.Confidence
		}
	}
	if p.id() == p.line.ID {
		return p.line.Confidence
	}
	return factor.Read
}

// find gives a term of a line's workings: by the symbol the formula prints, or
// by the input it is, written "#vent". What a sum subtracts stands there
// negative, with a minus before its symbol.
func find(l standard.Line, terms ...string) (part, bool) {
	for _, want := range terms {
		for _, s := range l.Steps {
			for _, t := range s.Terms {
				symbol, subtracted := strings.CutPrefix(t.Symbol, "−")
				isInput := want[0] == '#' && strings.HasSuffix(t.From, want)
				if symbol != want && !isInput {
					continue
				}
				if t.Symbol = symbol; subtracted {
					t.Quantity = t.Quantity.Neg()
				}
				return part{l, t}, true
			}
		}
	}
	return part{}, false
}

// given tells whether a part is told by somebody or something: a zero that the
// formula put for a thing that does not exist is not.
func (p part) given() bool { return p.term.From != "constant" }

// parts gives the terms of a symbol over the lines.
func (g group) parts(symbols ...string) []part {
	var out []part
	for _, l := range g.lines {
		if p, ok := find(l, symbols...); ok && p.given() {
			out = append(out, p)
		}
	}
	return out
}

// opens lists what opens the parts, once each, and their weakest mark.
func opens(parts []part) ([]string, factor.Confidence) {
	var ids []string
	mark := factor.Read
	for _, p := range parts {
		mark = mark.Worse(p.mark())
		if !slices.Contains(ids, p.id()) {
			ids = append(ids, p.id())
		}
	}
	return ids, mark
}

// amount is the sum of a term over the lines.
func (g group) amount(unit string, places int, symbols ...string) Cell {
	parts := g.parts(symbols...)
	if len(parts) == 0 {
		return absent()
	}
	qs := make([]quantity.Quantity, len(parts))
	for i, p := range parts {
		qs[i] = g.in(p.term.Quantity, unit)
	}
	ids, mark := opens(parts)
	return Cell{Figure: &Figure{Value: g.sum(unit, qs...), Places: places, IDs: ids, Mark: mark}}
}

// mean is a term's mean weighted by the product of others, as a year's NCV is
// weighted by consumption; a weight that goes by several symbols is written
// with all of them, "#amount|#ch4". Where all months tell one number it is that
// number. An empty unit is the term's own. Months that tell it in kinds that do
// not convert have no mean: each line's own card tells its number.
func (g group) mean(unit string, places int, symbol string, weights ...string) Cell {
	parts := g.parts(symbol)
	if len(parts) == 0 {
		return absent()
	}
	u := parts[0].term.Quantity.Unit()
	if unit != "" {
		u = quantity.MustUnit(unit)
	}
	over, under := quantity.Int(0, u), quantity.Int(0, quantity.One)
	used, same := parts, true
	for _, p := range parts {
		x, err := p.term.Quantity.In(u)
		if err != nil {
			return absent()
		}
		w, by := p.weight(weights)
		over, under = g.sum(u.String(), over, x.Mul(w)), g.sum("", under, w)
		used, same = append(used, by...), same && x.Equal(parts[0].term.Quantity)
	}
	if same {
		ids, mark := opens(parts)
		return Cell{Figure: &Figure{Value: parts[0].term.Quantity.MustIn(u), Places: places, IDs: ids, Mark: mark}}
	}
	value, err := over.Div(under)
	if err != nil {
		return absent() // nothing was consumed, so there is no mean to tell
	}
	ids, mark := opens(used)
	return Cell{Figure: &Figure{Value: value, Places: places, IDs: ids, Mark: mark}}
}

// weight is the product of a line's terms as a plain number, and those terms.
func (p part) weight(symbols []string) (quantity.Quantity, []part) {
	w, used := quantity.Int(1, quantity.One), make([]part, 0, len(symbols))
	for _, s := range symbols {
		if q, ok := find(p.line, strings.Split(s, "|")...); ok {
			w, used = w.Mul(quantity.New(q.term.Quantity.Rat(), quantity.One)), append(used, q)
		}
	}
	return w, used
}

// way tells how a part was obtained.
func (d *draft) way(p part) way {
	switch {
	case strings.HasPrefix(p.term.From, "factor:"):
		return byDefault
	case p.term.From == "step":
		return calculated
	}
	id, name, _ := strings.Cut(strings.TrimPrefix(p.term.From, "input:"), "#")
	switch d.acts[id].Values[name].How {
	case activity.Metered, activity.Laboratory:
		return measured
	case activity.Filed:
		return filed
	case activity.Defaulted:
		return byDefault
	case activity.Stated:
	}
	return stated
}
