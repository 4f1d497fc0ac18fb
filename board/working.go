package board

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
)

// Narrow chooses among the lines of a period; an empty field does not narrow.
type Narrow struct{ Source, Category, Group, Scope string }

// Lines gives the lines of a period: "2025-03", "2025" or "2025-01..2025-10".
func (d *Desk) Lines(ctx context.Context, name string, ask Ask, n Narrow) (Lines, error) {
	v, err := d.working(ctx, name, ask)
	if err != nil {
		return Lines{}, err
	}
	out := Lines{
		Period: v.period(), Edition: v.edition.ID, GWP: v.gwp.ID, FactorSet: v.set.ID(), TotalID: v.total.ID, Origins: []Origin{}, Items: []Line{},
	}
	sum, _ := v.sum(v.asked(), func(p *piece) bool { return v.counted(p) && n.wants(p) })
	out.Sum = *decimal(plus(sum, zero()))
	for at := v.first; at <= v.last; at++ {
		m, ok := v.months[at]
		if !ok {
			out.Origins = append(out.Origins, Origin{Period: at.String(), From: FromNothing, Missing: lang.T("%s 尚未开始", "%s has not begun").Format(at)})
			continue
		}
		out.Origins = append(out.Origins, m.origin)
		out.Items = append(out.Items, v.linesOf(m, n)...)
	}
	return out, nil
}

func (n Narrow) wants(p *piece) bool {
	return (n.Source == "" || n.Source == p.line.Source) && (n.Category == "" || n.Category == p.line.Category) &&
		(n.Group == "" || n.Group == p.group) && (n.Scope == "" || n.Scope == scopeOf(p.line.Basis))
}

// linesOf tells a month's lines, a line of several pieces once.
func (v *view) linesOf(m *month, n Narrow) []Line {
	var out []Line
	for _, p := range m.pieces {
		if !n.wants(p) || !v.node.sources[p.line.Source] || slices.ContainsFunc(out, func(l Line) bool { return l.ID == p.line.ID }) {
			continue
		}
		l := p.line
		line := Line{
			ID: l.ID, From: m.origin.From, Source: l.Source, Name: l.Name, Item: l.Item, Period: l.Period, Category: l.Category, Scope: scopeOf(l.Basis),
			Basis: l.Basis, Counted: p.sign != 0, Gas: l.Gas, Mass: l.Mass, Clause: l.Clause, Confidence: l.Confidence,
		}
		whole := zero()
		for _, other := range m.pieces {
			if other.line == l {
				whole.Add(whole, v.co2e(other))
				line.Groups = append(line.Groups, other.group)
			}
		}
		line.CO2e = *decimal(whole)
		out = append(out, line)
	}
	return out
}

// Card opens a line of a month, "grid/2025-03:electricity".
func (d *Desk) Card(ctx context.Context, name string, ask Ask, line string) (Card, error) {
	v, err := d.working(ctx, name, ask)
	if err != nil {
		return Card{}, err
	}
	for _, m := range v.asked() {
		if _, err := m.content.Result.Line(line); err != nil {
			continue
		}
		inv := inventory.Inventory{ID: m.origin.Inventory, Version: m.origin.Version, Content: m.content}
		inv.Content.GWP = v.gwp.ID
		card, err := inv.Card(line)
		if err != nil {
			return Card{}, err
		}
		card.Inputs = slices.DeleteFunc(card.Inputs, func(in inventory.Input) bool { return in.Value.How == "" })
		return Card{m.origin, card}, nil
	}
	return Card{}, fault.NotFound.Say(lang.T("%s 没有计算行 %.200q", "%s has no line %.200q"), v.period(), line).
		Do(lang.T("GET …/working/{period}/lines 列出各行", "GET …/working/{period}/lines lists them"))
}

// working computes the months of a period, and no others.
func (d *Desk) working(ctx context.Context, name string, ask Ask) (*view, error) {
	first, last, ranged := strings.Cut(name, "..")
	switch {
	case ranged:
		ask.From, ask.To = first, last
	case len(name) == len("2006"):
		ask.From, ask.To = name+"-01", name+"-12"
	default:
		ask.From, ask.To = name, name
	}
	v, err := d.view(ctx, ask)
	if err != nil {
		return nil, err
	}
	if v.months, err = v.account(ctx, v.first, v.last); err != nil {
		return nil, fmt.Errorf("lines of %s: %w", name, err)
	}
	return v, v.weighed()
}
