package board

import (
	"math/big"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// tiles are the indicators beside the total.
func (v *view) tiles() []Figure {
	m := v.measures()
	year, far := m.Target[0], m.Target[1]
	year.ID, far.ID = "overview.reduction_year", "overview.reduction_2030"
	return []Figure{v.utilisation("overview.gas_utilisation"), v.electrification(), year, v.intensity(), v.selfSupply(), far}
}

// fleet counts the node's vehicles.
func (v *view) fleet() (electric, all int64) {
	for _, car := range v.Mine.Site.Vehicles {
		if !v.node.orgs[car.Org] {
			continue
		}
		if all++; car.Electric() {
			electric++
		}
	}
	return electric, all
}

// electrification is 车辆电动化率 = electric ÷ all vehicles of the register.
func (v *view) electrification() Figure {
	electric, all := v.fleet()
	part := Input{Title: lang.T("电动车辆", "electric vehicles"), Value: decimal(big.NewRat(electric, 1)), Ref: Ref{Register: "vehicle"}}
	whole := Input{Title: lang.T("全部车辆", "all vehicles"), Value: decimal(big.NewRat(all, 1)), Ref: Ref{Register: "vehicle"}}
	f := Figure{
		ID: "overview.electrification", Title: lang.T("车辆电动化率", "Fleet electrification"), Unit: percent, Period: v.period(), Kind: Filed,
		Definition: lang.T("电动车辆数 ÷ 车辆总数,按矿点文件的 [[vehicle]] 登记;登记不记日期,为现状", "electric vehicles ÷ all vehicles, by the register [[vehicle]] of the site file; it keeps no dates, so this is as of now"),
		Inputs:     []Input{part, whole}, Ref: Ref{Register: "vehicle"},
	}
	if all == 0 {
		f.Missing = lang.T("矿点文件没有登记车辆 [[vehicle]]", "the site file registers no [[vehicle]]")
		return f
	}
	x := times100(big.NewRat(electric, all))
	f.Value, f.Formula = decimal(x), divided(part, whole, x, percent)
	return f
}

// coal is the raw coal of some months: as it was filed, else as the belt scales
// weighed it.
func (v *view) coal(months []*month) amount {
	t := quantity.MustUnit("t")
	whole := *v // a unit's intensity is by the mine's coal
	whole.node, _ = nodeOf(v.Mine.Site, "")
	whole.systems = map[string][]string{}
	var out amount
	for _, m := range months {
		one := []*month{m}
		a := whole.gathered(one, what{kind: "post_mining", value: "raw_coal"}, t)
		if a.value == nil {
			a = whole.gathered(one, what{kind: "underground_ch4", value: "raw_coal"}, t)
		}
		if a.value == nil {
			if scales := whole.ofSystem(systemCoal); len(scales) > 0 {
				a = whole.metered(one, scales, t)
			}
		}
		out.value, out.months = plus(out.value, a.value), append(out.months, a.months...)
		out.by.join(a.by)
		if a.value == nil {
			out.lacking = append(out.lacking, "raw_coal@"+m.at.String())
		}
	}
	return out
}

// perCoal are the emissions and the coal of the months that are over and lack
// nothing: emissions without a source would be few for the coal.
func (v *view) perCoal(months []*month) (emitted, coal amount) {
	for _, m := range months {
		if !v.whole(m) {
			emitted.lacking = append(emitted.lacking, v.lackingOf(m, everySource)...)
			continue
		}
		x, b := v.sum([]*month{m}, v.counted)
		c := v.coal([]*month{m})
		coal.lacking = append(coal.lacking, c.lacking...)
		if x == nil || c.value == nil {
			continue
		}
		emitted.value, coal.value = plus(emitted.value, x), plus(coal.value, c.value)
		emitted.by.join(*b)
		coal.by.join(c.by)
		emitted.months = append(emitted.months, m.at)
	}
	return emitted, coal
}

// intensity is 原煤碳强度 = emissions ÷ raw coal.
func (v *view) intensity() Figure {
	const unit = "tCO2e/t"
	e, c := v.perCoal(v.asked())
	part, whole := e.input(v, lang.T("排放", "emissions"), tonnes), c.input(v, lang.T("原煤", "raw coal"), "t")
	x := share(e.value, c.value)
	f := Figure{
		ID: "overview.intensity", Title: lang.T("原煤碳强度", "Emissions per tonne of raw coal"), Value: decimal(x), Unit: unit, Period: v.period(),
		Definition: lang.T("所示合计 ÷ 全矿原煤产量,只取已过完且数据齐全的月;产量取填报,没有填报的月取皮带秤", "the total shown ÷ the mine's raw coal, of months that are over and lack nothing; coal as filed, in a month without a filing as the belt scales weighed it"),
		Formula:    divided(part, whole, x, unit), Inputs: []Input{part, whole}, Ref: Ref{Period: v.period(), Node: v.node.id},
		Trend: v.trend(func(m *month) *big.Rat {
			e, c := v.perCoal([]*month{m})
			return share(e.value, c.value)
		}),
		Change: v.moved(x, func(months []*month) *big.Rat {
			e, c := v.perCoal(months)
			return share(e.value, c.value)
		}),
	}
	b := e.by
	b.join(c.by)
	b.lay(v, &f)
	f.leaveOut(append(e.lacking, c.lacking...))
	if x == nil {
		f.Missing = lang.T("没有已过完、排放与原煤产量都齐全的月份", "no month is over and knows all emissions and the raw coal")
	}
	return f
}

// power is what the mine bought, sold and made.
type power struct{ bought, sold, gas, solar amount }

func (v *view) power(months []*month) power {
	unit := quantity.MustUnit("MWh")
	return power{
		bought: v.gathered(months, what{kind: "electricity", value: "purchased"}, unit),
		sold:   v.gathered(months, what{kind: "electricity", value: "supplied"}, unit),
		gas:    v.metered(months, v.ofSystem(systemGeneration), unit),
		solar:  v.metered(months, v.ofSystem(systemSolar), unit),
	}
}

// own is what was made and used on site, used all that was used.
func (p power) own() *big.Rat {
	made := plus(p.gas.value, p.solar.value)
	if made == nil {
		return nil
	}
	return rest(made, p.sold.value)
}

func (p power) used() *big.Rat {
	if p.bought.value == nil || p.own() == nil {
		return nil
	}
	return plus(p.bought.value, p.own())
}

// knowing are the months that know what was bought and what was made.
func (v *view) knowing(months []*month) []*month {
	var out []*month
	for _, m := range months {
		if v.power([]*month{m}).used() != nil {
			out = append(out, m)
		}
	}
	return out
}

// selfSupply is the share of self-generated clean power in what the mine used.
func (v *view) selfSupply() Figure {
	p := v.power(v.knowing(v.asked()))
	x := times100(share(p.own(), p.used()))
	const unit = "MWh"
	gas, solar := p.gas.input(v, lang.T("瓦斯发电", "made of mine gas"), unit), p.solar.input(v, lang.T("光伏", "photovoltaic"), unit)
	sold, bought := p.sold.input(v, lang.T("外供", "supplied to others"), unit), p.bought.input(v, lang.T("外购", "purchased"), unit)
	f := Figure{
		ID: "overview.self_supply", Title: lang.T("自发清洁电占比", "Self-generated clean power"), Value: decimal(x), Unit: percent, Period: v.period(),
		Definition: lang.T("(瓦斯发电 + 光伏 − 外供)÷(外购 + 瓦斯发电 + 光伏 − 外供)", "(made of mine gas + photovoltaic − supplied to others) ÷ (purchased + made of mine gas + photovoltaic − supplied to others)"),
		Inputs:     []Input{gas, solar, sold, bought}, Ref: Ref{Period: v.period(), Node: v.node.id},
		Trend: v.trend(func(m *month) *big.Rat {
			p := v.power([]*month{m})
			return times100(share(p.own(), p.used()))
		}),
		Change: v.moved(x, func(months []*month) *big.Rat {
			p := v.power(v.knowing(months))
			return times100(share(p.own(), p.used()))
		}),
	}
	b := p.bought.by
	b.join(p.gas.by)
	b.join(p.solar.by)
	b.join(p.sold.by)
	b.lay(v, &f)
	f.leaveOut(p.sold.lacking)
	if x == nil {
		f.Missing = lang.T("没有既知外购又知自发电量的月份;自发电的测点以 attrs 的 system = \"generation\" 或 \"solar\" 标出",
			"no month knows both purchased and self-generated power; points of generation are marked by attrs, system = \"generation\" or \"solar\"")
		return f
	}
	f.Formula = divided(Input{Title: lang.T("自发自用", "made and used on site"), Value: decimal(p.own()), Unit: unit}, Input{Title: lang.T("用电", "used"), Value: decimal(p.used()), Unit: unit}, x, percent)
	return f
}

// underMeasures are the measures of the node's units.
func (v *view) underMeasures() []site.Measure {
	var out []site.Measure
	for _, m := range v.Mine.Site.Measures {
		if v.node.orgs[m.Org] {
			out = append(out, m)
		}
	}
	return out
}
