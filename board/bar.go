package board

import (
	"math/big"
	"slices"

	"lingtan/filing"
	"lingtan/lang"
)

// definition is what the total that is shown counts.
func (v *view) definition() lang.Text {
	return lang.T("%s:%s,按 %s 的 GWP 折算,各月相加;已关账的月取清单,其余按此刻的读数与填报试算",
		"%s: %s, weighed with the GWP of %s, over the months; a month that is closed is that of its inventory, others are computed of the readings and filings there are now").
		Format(v.edition.Title, v.total.Title, v.gwp.ID)
}

// byMonth tells a sum's months as its inputs.
func (v *view) byMonth(first, last ordinal, want pick, ref Ref) []Input {
	out := []Input{}
	for at := first; at <= last; at++ {
		m, ok := v.months[at]
		if !ok {
			continue
		}
		x, _ := v.sum([]*month{m}, want)
		to := ref
		to.Period, to.Node = at.String(), v.node.id
		if lines := m.linesOf(want); len(lines) == 1 {
			to.Line = lines[0]
		}
		out = append(out, Input{Title: lang.Same(at.String()), Value: decimal(x), Unit: tonnes, Ref: to})
	}
	return out
}

// linesOf are the ids of the lines that pieces are of.
func (m *month) linesOf(want pick) []string {
	var out []string
	for _, p := range m.pieces {
		if want(p) && !slices.Contains(out, p.line.ID) {
			out = append(out, p.line.ID)
		}
	}
	return out
}

// byLine tells a month's pieces as inputs, each with its calculation card.
func (v *view) byLine(m *month, want pick) []Input {
	out := []Input{}
	for _, p := range m.pieces {
		if !want(p) {
			continue
		}
		out = append(out, Input{
			Title: v.named(p), Value: decimal(v.co2e(p)), Unit: tonnes,
			Ref: Ref{Period: m.at.String(), Source: p.line.Source, Category: p.line.Category, Group: p.group, Line: p.line.ID},
		})
	}
	return out
}

// named tells a piece by its source, and where the source has several groups
// by the group.
func (v *view) named(p *piece) lang.Text {
	if p.group == groupVAM || p.group == groupDrain {
		return groupTitle(p.group)
	}
	if p.line.Name.IsZero() {
		return lang.Same(p.line.Source)
	}
	return p.line.Name
}

// bars are the stack: January of the first year to December of the last.
func (v *view) bars() []Month {
	var out []Month
	o := v.outlook(v.first.year())
	for at := v.first.january(); at <= v.last.december(); at++ {
		if at.year() != o.year.year() {
			o = v.outlook(at.year())
		}
		out = append(out, v.bar(at, o))
	}
	return out
}

func (v *view) bar(at ordinal, o *outlook) Month {
	out := Month{Period: at.String(), Asked: at >= v.first && at <= v.last, Parts: []Part{}, Budget: v.budgetOf(at)}
	title := lang.T("%s 排放", "Emissions of %s").Format(at)
	m, known := v.months[at]
	if !known || at > v.last {
		out.From = FromForecast
		out.Total = o.forecast("overview.month."+at.String(), title, at, at)
		return out
	}
	out.From, out.Inventory, out.Version = m.origin.From, m.origin.Inventory, m.origin.Version
	out.State, out.StateName = v.state(m)
	var sum *big.Rat
	out.Total, sum = v.totalled("overview.month."+at.String(), title, at, at, v.counted)
	out.Total.Definition = v.definition()
	out.Total.Inputs = v.byLine(m, v.counted)
	out.Total.Formula = added(out.Total.Inputs, sum, tonnes)
	v.lacks(&out.Total, at, at, everySource)
	if !v.whole(m) {
		f := o.forecast("overview.expected."+at.String(), lang.T("%s 全月预计", "%s as expected").Format(at), at, at)
		out.Expected = &f
	}
	for _, g := range groups() {
		f, sum := v.totalled("overview.month."+at.String()+"."+g.Key, g.Title, at, at, v.inGroup(g.Key))
		if sum == nil {
			continue
		}
		f.Ref.Group = g.Key
		f.Definition = groupDefinition(g.Key)
		f.Inputs = v.byLine(m, v.inGroup(g.Key))
		f.Formula = added(f.Inputs, sum, tonnes)
		out.Parts = append(out.Parts, Part{g.Key, f})
	}
	return out
}

// state tells how far the month's filings have come; one of which nothing is
// filed has none.
func (v *view) state(m *month) (string, lang.Text) {
	s := v.states[m.at.String()].State
	if s == "" && m.stamp.filings == "" {
		return "", lang.Text{}
	}
	if s == "" {
		s = filing.Draft
	}
	return string(s), s.Title()
}

func groupDefinition(key string) lang.Text {
	switch key {
	case groupVAM:
		return lang.T("回风井排出的甲烷,减去乏风利用的", "methane of the return air, less what of it is used")
	case groupDrain:
		return lang.T("抽采的甲烷减去火炬销毁与利用后排空的", "drained methane that is vented: less what is flared and used")
	case groupPower:
		return lang.T("净购入电力背后的排放", "what stands behind net purchased power")
	case groupHeat:
		return lang.T("外购热力背后的排放", "what stands behind purchased heat")
	}
	return lang.T("矿内其他直接排放:燃烧、火炬、矿后活动、二氧化碳逸散等", "other emissions on site: combustion, flaring, post-mining, CO2 of the seam")
}
