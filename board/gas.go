package board

import (
	"math/big"
	"slices"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// The gas balance is told in one state: pure methane at 0 °C and 101.325 kPa.
const gasUnit = "万Nm3"

func gasState() lang.Text {
	return lang.T("折纯甲烷,0 ℃、101.325 kPa", "pure methane at 0 °C and 101.325 kPa")
}

// balance is the gas balance of the months asked for.
func (v *view) balance() Balance {
	out := Balance{State: gasState(), Unit: gasUnit, Nodes: []GasNode{}, Links: []GasLink{}, Rates: []Figure{}, Checks: []GasCheck{}}
	g := v.gas(v.asked())
	if g.vent.value == nil && g.drain.value == nil {
		out.Missing = lang.T("该节点没有风排、抽采甲烷的读数或填报", "there is no reading or filing of ventilated or drained methane")
		return out
	}
	liberated := plus(g.vent.value, g.drain.value)
	out.add(g.node("liberated", lang.T("瓦斯涌出", "Methane liberated"), colourContext, liberated, lang.T("风排 + 抽采", "ventilated + drained"), part{"vent", g.vent}, part{"drain", g.drain}), "")
	out.add(g.node("vent", lang.T("风排", "Ventilated"), groupVAM, g.vent.value, lang.T("回风井甲烷纯量", "pure methane of the return shafts"), part{"vent", g.vent}), "liberated")
	if g.vamUsed.value != nil {
		out.add(g.node("vam_used", lang.T("乏风利用", "Ventilation air used"), colourGreen, g.vamUsed.value, lang.T("乏风氧化等利用的甲烷", "methane of ventilation air that is oxidised or used"), part{"vam_used", g.vamUsed}), "vent")
	}
	out.add(g.node("vam_vented", lang.T("乏风排放", "Ventilation air vented"), groupVAM, rest(g.vent.value, g.vamUsed.value), lang.T("风排 − 乏风利用", "ventilated − ventilation air used"), part{"vent", g.vent}, part{"vam_used", g.vamUsed}), "vent")
	out.add(g.node("drain", lang.T("抽采", "Drained"), groupDrain, g.drain.value, lang.T("各抽采管路甲烷纯量", "pure methane of the drainage lines"), part{"drain", g.drain}), "liberated")
	for _, use := range g.uses {
		out.add(g.node(use.id, use.title, colourGreen, use.amount.value, use.definition, part{use.id, use.amount}), "drain")
	}
	if g.flared.value != nil {
		out.add(g.node("flared", lang.T("火炬销毁", "Flared"), colourGreen, g.flared.value, lang.T("火炬销毁的甲烷", "methane destroyed by flaring"), part{"flared", g.flared}), "drain")
	}
	out.add(g.node("vented", lang.T("抽采排空", "Drained gas vented"), groupDrain, g.vented(), lang.T("抽采 − 利用 − 火炬销毁", "drained − utilised − flared"), part{"drain", g.drain}, part{"utilised", g.utilised}, part{"flared", g.flared}), "drain")
	out.Rates = append(out.Rates, v.utilisation("overview.gas.utilisation"), g.drainage())
	for _, c := range gasChecks(v.Mine.Site) {
		if check, ok := v.check(c); ok {
			out.Checks = append(out.Checks, check)
		}
	}
	return out
}

// add puts a node into the balance, and the link that feeds it.
func (b *Balance) add(n GasNode, from string) {
	b.Nodes = append(b.Nodes, n)
	if from != "" && n.Value != nil {
		b.Links = append(b.Links, GasLink{From: from, To: n.Node, Value: n.Value})
	}
}

// gas is the methane of some months.
type gas struct {
	v                                      *view
	vent, vamUsed, drain, utilised, flared amount
	uses                                   []gasUse
}

// gasUse is where drained gas goes that is used.
type gasUse struct {
	id         string
	title      lang.Text
	definition lang.Text
	amount     amount
}

func (v *view) gas(months []*month) gas {
	unit := quantity.MustUnit(gasUnit)
	of := func(value string) amount {
		return v.gathered(months, what{kind: "underground_ch4", value: value}, unit)
	}
	g := gas{v: v, vent: of("vent"), vamUsed: of("vam_utilised"), drain: of("drain"), utilised: of("utilised"), flared: of("flared")}
	g.uses = v.gasUses(months, g.utilised)
	return g
}

// gasUses divides what is used by the sources that burn it; what none of them
// burns is sold or goes elsewhere.
func (v *view) gasUses(months []*month, utilised amount) []gasUse {
	var out []gasUse
	left := utilised.value
	burnt := map[string]bool{}
	for _, s := range v.Mine.Site.Sources {
		par, ok := v.Mine.Plan.Parameter(s.ID, "ch4")
		if s.Kind != "combustion" || s.Item != "mine_gas" || !ok {
			continue
		}
		// Where drained gas is used is no matter of whose department it is.
		whole := *v
		whole.node.sources = map[string]bool{s.ID: true}
		a := whole.gathered(months, what{kind: s.Kind, item: s.Item, source: s.ID, value: "ch4"}, quantity.MustUnit(gasUnit))
		for _, p := range par.Points {
			burnt[p] = true
		}
		if utilised.value == nil || a.value == nil {
			continue
		}
		left = less(left, a.value)
		out = append(out, gasUse{"use:" + s.ID, s.Name, lang.T("%s 燃烧的纯甲烷", "pure methane burned: %s").Format(s.Name), a})
	}
	if utilised.value == nil || left.Sign() <= 0 {
		return out
	}
	other := amount{value: left, by: blend{meters: 1, points: v.otherUses(burnt)}}
	title := lang.T("其他利用", "Other uses")
	if len(other.by.points) == 1 {
		title = v.pointName(other.by.points[0])
	}
	return append(out, gasUse{"use:other", title, lang.T("利用量减去矿内燃烧的", "what is used less what is burned on site"), other})
}

// otherUses are the points of used gas that no source on site burns.
func (v *view) otherUses(burnt map[string]bool) []string {
	var out []string
	for _, par := range v.Mine.Plan.Parameters {
		if par.Name != "utilised" {
			continue
		}
		for _, p := range par.Points {
			if !burnt[p] {
				out = append(out, p)
			}
		}
	}
	return out
}

func (v *view) pointName(id string) lang.Text {
	if p, ok := v.Mine.Site.Point(id); ok {
		return p.Name
	}
	g, _ := v.Mine.Site.Gas(id)
	return g.Name
}

// rest is what is left of a whole; a part that is not there takes nothing.
func rest(whole *big.Rat, parts ...*big.Rat) *big.Rat {
	if whole == nil {
		return nil
	}
	out := new(big.Rat).Set(whole)
	for _, p := range parts {
		if p != nil {
			out.Sub(out, p)
		}
	}
	return out
}

func (g gas) vented() *big.Rat { return rest(g.drain.value, g.utilised.value, g.flared.value) }

// part is an amount with the node it is of.
type part struct {
	id     string
	amount amount
}

// node makes a node of the balance.
func (g gas) node(id string, title lang.Text, colour string, value *big.Rat, definition lang.Text, parts ...part) GasNode {
	var b blend
	var lacking []string
	f := Figure{
		ID: "overview.gas." + id, Title: title, Value: decimal(value), Unit: gasUnit, Period: g.v.period(), Definition: definition, Inputs: []Input{},
		Ref: Ref{Period: g.v.period(), Node: g.v.node.id},
	}
	for _, p := range parts {
		b.join(p.amount.by)
		lacking = append(lacking, p.amount.lacking...)
		if p.amount.value != nil {
			f.Inputs = append(f.Inputs, p.amount.input(g.v, gasTitle(p.id, title), gasUnit))
		}
	}
	b.lay(g.v, &f)
	f.leaveOut(lacking)
	f.Formula = lang.T("%s = %s", "%s = %s").Format(definition, text(value, gasUnit))
	if value == nil {
		f.Formula, f.Missing = lang.Text{}, lang.T("没有读数或填报", "there is no reading and no filing")
	}
	return GasNode{Figure: f, Node: id, Group: colour}
}

func gasTitle(id string, own lang.Text) lang.Text {
	titles := map[string]lang.Text{
		"vent": lang.T("风排", "ventilated"), "drain": lang.T("抽采", "drained"), "utilised": lang.T("利用", "utilised"),
		"flared": lang.T("火炬销毁", "flared"), "vam_used": lang.T("乏风利用", "ventilation air used"),
	}
	if t, ok := titles[id]; ok {
		return t
	}
	return own
}

// drainage is 瓦斯抽采率 = drained ÷ (drained + ventilated).
func (g gas) drainage() Figure {
	all := plus(g.drain.value, g.vent.value)
	if g.drain.value == nil || g.vent.value == nil {
		all = nil
	}
	whole := amount{value: all, by: g.vent.by}
	whole.by.join(g.drain.by)
	return g.v.rate("overview.gas.drainage", lang.T("瓦斯抽采率", "Gas drainage rate"), lang.T("抽采 ÷ (抽采 + 风排),折纯、同一状态", "drained ÷ (drained + ventilated), pure methane of one state"),
		g.drain.input(g.v, gasTitle("drain", lang.Text{}), gasUnit), whole.input(g.v, lang.T("抽采 + 风排", "drained + ventilated"), gasUnit), g.drain, whole)
}

// rate makes a figure of a part in a whole, in per cent.
func (v *view) rate(id string, title, definition lang.Text, part, whole Input, a, b amount) Figure {
	x := times100(share(a.value, b.value))
	f := Figure{
		ID: id, Title: title, Value: decimal(x), Unit: percent, Period: v.period(), Definition: definition,
		Formula: divided(part, whole, x, percent), Inputs: []Input{part, whole}, Ref: Ref{Period: v.period(), Node: v.node.id},
	}
	founded := a.by
	founded.join(b.by)
	founded.lay(v, &f)
	f.leaveOut(slices.Concat(a.lacking, b.lacking))
	if x == nil {
		f.Missing = lang.T("缺 %s 或 %s", "%s or %s is not known").Format(part.Title, whole.Title)
	}
	return f
}

// utilisation is 瓦斯利用率 = utilised ÷ drained, of the months that know both.
func (v *view) utilisation(id string) Figure {
	used, drained := v.usedAndDrained(v.asked())
	f := v.rate(id, lang.T("瓦斯利用率", "Gas utilisation"), lang.T("利用瓦斯纯量 ÷ 抽采瓦斯纯量,同一状态、期间与边界;火炬销毁与乏风利用不计入", "pure methane used ÷ pure methane drained, of one state, period and boundary; what is flared and ventilation air do not count"),
		used.input(v, gasTitle("utilised", lang.Text{}), gasUnit), drained.input(v, gasTitle("drain", lang.Text{}), gasUnit), used, drained)
	f.Trend = v.trend(func(m *month) *big.Rat {
		u, d := v.usedAndDrained([]*month{m})
		return times100(share(u.value, d.value))
	})
	f.Change = v.moved(parsed(f), func(months []*month) *big.Rat {
		u, d := v.usedAndDrained(months)
		return times100(share(u.value, d.value))
	})
	return f
}

func (v *view) usedAndDrained(months []*month) (used, drained amount) {
	known := slices.DeleteFunc(slices.Clone(months), func(m *month) bool {
		u, d := v.gas([]*month{m}).utilised, v.gas([]*month{m}).drain
		return u.value == nil || d.value == nil
	})
	g := v.gas(known)
	return g.utilised, g.drain
}

// trend tells a number month by month.
func (v *view) trend(of func(*month) *big.Rat) []Sample {
	out := []Sample{}
	for _, m := range v.asked() {
		out = append(out, Sample{Period: m.at.String(), Value: decimal(of(m))})
	}
	return out
}

// moved compares a ratio of the months asked for with that of a year before.
func (v *view) moved(now *big.Rat, of func([]*month) *big.Rat) *Change {
	before := of(v.between(v.first-12, v.last-12))
	c := changed(now, before)
	c.Period = stretchName(v.first-12, v.last-12)
	if now == nil || before == nil {
		c.Missing = lang.T("本期或上年同期没有数", "one of the two periods is not known")
	}
	return c
}

// gasChecks are the comparisons of gas that the site file declares: cross checks
// over gases, and what a station draws against what takes it, where an alarm of
// vented gas names both.
func gasChecks(s *site.Site) []site.Check {
	var out []site.Check
	for _, c := range s.Checks {
		if slices.ContainsFunc(append(slices.Clone(c.Main), c.Parts...), func(id string) bool { _, ok := s.Gas(id); return ok }) {
			out = append(out, c)
		}
	}
	for _, a := range s.Alarms {
		for _, w := range a.Watches {
			if len(w.Gas) > 0 && len(w.Used) > 0 {
				out = append(out, site.Check{ID: "vented:" + a.ID, Name: lang.T("高浓抽采与其去向", "Rich gas drawn and where it goes"), Kind: site.Parts, Main: w.Gas, Parts: w.Used})
			}
		}
	}
	return out
}

// check compares both sides over the months asked for.
func (v *view) check(c site.Check) (GasCheck, bool) {
	unit := quantity.MustUnit(gasUnit)
	in, out := v.metered(v.asked(), c.Main, unit), v.metered(v.asked(), c.Parts, unit)
	if in.value == nil || out.value == nil {
		return GasCheck{}, false
	}
	side := func(id string, title lang.Text, a amount) Figure {
		f := Figure{
			ID: "overview.gas.check." + c.ID + "." + id, Title: title, Value: decimal(a.value), Unit: gasUnit, Period: v.period(),
			Definition: lang.T("各表计已有小时的累计,不作替代", "what the meters counted in hours that are known; nothing is put in"),
			Formula:    text(a.value, gasUnit), Inputs: []Input{}, Ref: Ref{Period: v.period()},
		}
		for _, p := range a.by.points {
			one := v.metered(v.asked(), []string{p}, unit)
			f.Inputs = append(f.Inputs, one.input(v, v.pointName(p), gasUnit))
		}
		f.Formula = added(f.Inputs, a.value, gasUnit)
		a.by.lay(v, &f)
		return f
	}
	apart := less(in.value, out.value)
	check := GasCheck{ID: c.ID, Title: c.Name, In: side("in", lang.T("入", "in"), in), Out: side("out", lang.T("出", "out"), out), Share: decimal(share(apart, in.value))}
	check.Imbalance = check.In
	check.Imbalance.ID, check.Imbalance.Title, check.Imbalance.Value = "overview.gas.check."+c.ID, lang.T("不平衡", "imbalance"), decimal(apart)
	check.Imbalance.Inputs = []Input{in.input(v, lang.T("入", "in"), gasUnit), out.input(v, lang.T("出", "out"), gasUnit)}
	check.Imbalance.Definition = lang.T("入 − 出", "in − out")
	check.Imbalance.Formula = lang.T("%s − %s = %s", "%s − %s = %s").Format(text(in.value, gasUnit), text(out.value, gasUnit), text(apart, gasUnit))
	return check, true
}
