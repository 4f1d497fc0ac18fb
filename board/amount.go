package board

import (
	"math/big"
	"slices"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
)

// amount is a quantity over some months with its foundation.
type amount struct {
	value   *big.Rat // in the unit asked for; nil where no month knows it
	by      blend
	lacking []string  // "underground#drain@2025-03"
	months  []ordinal // that know it
}

// what chooses activities: of which kind, and which of their values.
type what struct {
	kind, item string // "" is any item
	source     string // "" is any
	value      string
}

func (w what) of(s site.Source) bool {
	return s.Kind == w.kind && (w.item == "" || s.Item == w.item) && (w.source == "" || s.ID == w.source)
}

// gathered adds a value of the node's activities over months, as the
// plan gathered it, in a unit.
func (v *view) gathered(months []*month, w what, u quantity.Unit) amount {
	var out amount
	for _, m := range months {
		known := false
		for _, source := range v.Mine.Site.Sources {
			if !v.node.sources[source.ID] || !w.of(source) {
				continue
			}
			a, _ := m.activity(source.ID)
			value, ok := a.Values[w.value]
			if !ok {
				if _, planned := v.Mine.Plan.Parameter(source.ID, w.value); planned {
					out.lacking = append(out.lacking, source.ID+"#"+w.value+"@"+m.at.String())
				}
				continue
			}
			q, err := convert(value.Quantity, u)
			if err != nil {
				continue // the plan refuses such a unit when it is read
			}
			known = true
			out.value = plus(out.value, q.Rat())
			out.by.running = out.by.running || m.origin.From == FromOpen
			out.by.see(source.ID, w.value, value)
		}
		if known {
			out.months = append(out.months, m.at)
		}
	}
	return out
}

// metered adds what points measured over months, in a unit, as far as it is
// known: nothing is put in for hours without.
func (v *view) metered(months []*month, points []string, u quantity.Unit) amount {
	var out amount
	for _, m := range months {
		known := false
		for _, point := range points {
			id, _ := v.Series(point)
			t, some := m.sums[id]
			out.by.expected += float64(m.to-m.from) / reading.HourMS
			nano := v.nano(point, u)
			if nano == nil || !some {
				continue
			}
			known = true
			if out.value == nil {
				out.value = zero()
			}
			out.value.Add(out.value, new(big.Rat).Mul(new(big.Rat).SetInt(t.Amount), nano))
			out.by.meters++
			out.by.covered += float64(t.CoveredMS) / reading.HourMS
			out.by.estimated += float64(t.Estimated)
		}
		out.by.running = out.by.running || m.origin.From == FromOpen
		if known {
			out.months = append(out.months, m.at)
		}
	}
	out.by.points = append(out.by.points, points...)
	return out
}

// input tells an amount as an input of a figure.
func (a amount) input(v *view, title lang.Text, unit string) Input {
	return Input{Title: title, Value: decimal(a.value), Unit: unit, Ref: Ref{Period: v.period(), Node: v.node.id, Points: a.by.points, Cells: a.by.cells}}
}

// join puts another amount's foundation beside.
func (b *blend) join(o blend) {
	b.meters, b.papers, b.running = b.meters+o.meters, b.papers+o.papers, b.running || o.running
	b.expected, b.covered, b.estimated = b.expected+o.expected, b.covered+o.covered, b.estimated+o.estimated
	b.points, b.cells = slices.Concat(b.points, o.points), slices.Concat(b.cells, o.cells) // others go on with theirs
}

// period names the months asked for.
func (v *view) period() string { return stretchName(v.first, v.last) }

// convert tells a quantity in a unit, as the plan does when it gathers: a gas
// volume of another reference state is moved to it exactly.
func convert(q quantity.Quantity, u quantity.Unit) (quantity.Quantity, error) {
	out, err := q.In(u)
	if err == nil {
		return out, nil
	}
	for _, state := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		if moved, cannot := q.AtState(state); cannot == nil {
			if out, wrong := moved.In(u); wrong == nil {
				return out, nil
			}
		}
	}
	return quantity.Quantity{}, err
}

// The systems that boards know points by: attrs = { system = "…" }.
const (
	systemGeneration = "generation" // power made of mine gas
	systemSolar      = "solar"
	systemCoal       = "coal" // belt scales of raw coal
)

// ofSystem lists the node's points of a system whose amounts are what the
// system is about.
func (v *view) ofSystem(system string) []string {
	if known, ok := v.systems[system]; ok {
		return known
	}
	out := []string{}
	for _, id := range ofSystem(v.Mine.Site, system) {
		if p, _ := v.Mine.Site.Point(id); v.node.orgs[p.Org] {
			out = append(out, id)
		}
	}
	v.systems[system] = out
	return out
}

func ofSystem(s *site.Site, system string) []string {
	unit := quantity.MustUnit(map[string]string{systemGeneration: "kWh", systemSolar: "kWh", systemCoal: "t"}[system])
	var out []string
	for _, p := range s.Points {
		if p.Attrs["system"] == system && p.AmountUnit().Same(unit) {
			out = append(out, p.ID)
		}
	}
	return out
}

// nano is what a nano-unit of a point's amounts is in a unit; nil where it is
// another thing.
func (v *view) nano(point string, u quantity.Unit) *big.Rat {
	key := point + " " + u.String()
	if known, ok := v.nanos[key]; ok {
		return known
	}
	var out *big.Rat
	unit, ok := v.Mine.Site.AmountUnit(point)
	if one, err := convert(quantity.Int(1, unit), u); ok && err == nil {
		out = new(big.Rat).Quo(one.Rat(), big.NewRat(1_000_000_000, 1))
	}
	v.nanos[key] = out
	return out
}
