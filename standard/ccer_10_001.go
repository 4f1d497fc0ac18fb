package standard

import (
	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
)

// CCER-10-001-V01: use of mine gas below 8 % and of ventilation air by
// flameless oxidation, published 2025-01-03. What is eligible was read in
// articles on it; the equations here are structure only (C).
func init() {
	register(Edition{
		ID:       "ccer-10-001",
		Title:    lang.T("CCER-10-001-V01 低浓度瓦斯与乏风利用", "CCER-10-001-V01 low-concentration mine gas and ventilation air"),
		Document: lang.T("温室气体自愿减排项目方法学 甲烷体积浓度低于8%的煤矿低浓度瓦斯和风排瓦斯利用", "CCER methodology for mine gas below 8 % and ventilation air methane"),
		GWP:      "AR5",
		Kinds:    []Kind{ccerOxidation(), ccerSupply(), acmConsumption()},
		Choices:  []Choice{projectGrid()},
		Totals:   projectTotals(),
		Notes: []Note{
			{"C", lang.T("公式为结构性复述,发布前须核对方法学原文", "the equations are structure only and must be checked against the methodology")},
			{"C", lang.T("GWP 28 待核实", "GWP 28 is to be verified")},
			{"A", lang.T("仅限生产井工矿、浓度低于 8 %、无焰氧化并利用热量;有意稀释不合格", "only operating underground mines, below 8 %, flameless oxidation with the heat used; gas diluted on purpose is not eligible")},
			{"A", lang.T("减排量自监测数据联网试运行(不少于 1 个月)后计算", "reductions count after the data link's trial run of at least one month")},
			{"C", lang.T("泄漏不计", "leakage is none")},
		},
		Review:  reviewCCER,
		Figures: ccerEfficiency,
	})
}

// ccerOxidation: methane in and out of an oxidiser from flow, concentration
// and hours, at 0 °C with 0.717 kg/Nm³.
func ccerOxidation() Kind {
	flow := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"Nm3/h"}, Min: "0", Required: true, Uncertainty: "5 %"}
	}
	share := func(name, zh, en string) Field {
		return Field{
			Name: name, Title: lang.T(zh, en), Units: []string{""}, Min: "0", Max: "0.08", Required: true,
			Hint: lang.T("为 0…0.08 的分数或带 %;浓度不低于 8 % 的瓦斯不适用本方法学", "a fraction 0…0.08 or with %; gas of 8 % or more is not eligible"),
		}
	}
	return Kind{
		Name: "oxidation", Title: lang.T("无焰氧化", "flameless oxidation"), Clause: "BE, PE",
		Attrs: []Attr{{Name: "data_link", Title: lang.T("监测数据已联网并完成试运行", "data link running, trial run done"), Values: []string{"yes", "no"}, Required: true}},
		Fields: []Field{
			flow("flow", "入口流量", "flow at the inlet"),
			{Name: "flow_out", Title: lang.T("出口流量", "flow at the outlet"), Units: []string{"Nm3/h"}, Min: "0", Uncertainty: "5 %"},
			share("concentration_in", "入口甲烷浓度", "CH4 at the inlet"), share("concentration_out", "出口甲烷浓度", "CH4 at the outlet"),
			{Name: "hours", Title: lang.T("运行小时", "hours of operation"), Units: []string{"h"}, Min: "0", Max: "8784", Required: true},
		},
		Compute: func(c *Calculation) {
			rho, hours := c.Table("ρ", "density", "BANK:CH4"), c.Value("h", "hours")
			flow := c.Value("Q_in", "flow")
			in := unverified(c.Product("CH4_in", "tCH4", flow, c.Value("C_in", "concentration_in"), hours, rho))
			// Oxidation of so thin a gas hardly changes its volume.
			away := c.ValueOr("Q_out", "flow_out", func() Term { return flow.named("Q_out") })
			out := unverified(c.Product("CH4_out", "tCH4", away, c.Value("C_out", "concentration_out"), hours, rho))
			destroyed := c.Sum("CH4_destroyed", "tCH4", in, Minus(out))
			c.Tally("CH4_in", in)
			c.Tally("CH4_destroyed", destroyed)
			c.Emit("BE_CH4", Baseline, "CH4", "BE = CH4_in × GWP (C)", in)
			c.Emit("PE_CO2", Project, "CO2", "PE = CH4_destroyed × 2.75 (C)", c.Product("PE_CO2", "tCO2", destroyed, c.Table("44/16", "constant", "co2_per_ch4")))
			c.Emit("PE_CH4", Project, "CH4", "PE = CH4_out × GWP (C)", out)
		},
	}
}

// unverified marks a term whose formula was not read in the original, however
// sure its numbers are.
func unverified(t Term) Term {
	t.confidence = factor.Unverified
	return t
}

// ccerSupply: grid power and heat displaced.
func ccerSupply() Kind {
	k := acmSupply()
	k.Title = lang.T("替代供电供热", "power and heat displaced")
	k.Compute = func(c *Calculation) { energyCO2(c, "BE_energy", Baseline, "BE (C)") }
	return k
}

func reviewCCER(r *Review) {
	for _, a := range r.Activities("oxidation") {
		if a.Attrs["data_link"] == "no" {
			r.Find(a, "ccer.no_data_link", activity.Hard,
				lang.T("监测数据未联网或试运行未完成,减排量不予计算", "the data link is not running or its trial run not done: the reductions do not count"),
				lang.T("联网并试运行不少于 1 个月后再计入", "link it, run the trial for at least a month, then count"))
		}
	}
	reviewFactorYears(r)
}

func ccerEfficiency(r *Review, _ []Total) {
	in, ok := r.Tally("CH4_in", "tCH4")
	destroyed, _ := r.Tally("CH4_destroyed", "tCH4")
	if ok && in.Quantity.Sign() > 0 {
		r.Figure(Figure{ID: "efficiency", Title: lang.T("销毁效率", "destruction efficiency"), Clause: "CH4_destroyed ÷ CH4_in"}, "", destroyed, in)
	}
}
