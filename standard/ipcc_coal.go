package standard

import (
	"lingtan/fault"
	"lingtan/lang"
)

// IPCC 2006 guidelines, volume 2 chapter 4.1: coal mining and handling. All
// volumes are pure gas at 20 °C and 101.325 kPa, weighed with 0.67 kg/m³, not
// with the 0.717 kg/Nm³ of 0 °C (+7.0 %).
func init() {
	register(Edition{
		ID:       "ipcc-2006-coal",
		Title:    lang.T("IPCC 2006 煤炭开采与矿后活动", "IPCC 2006 coal mining and handling"),
		Document: lang.T("2006 年 IPCC 国家温室气体清单指南 第2卷第4章 4.1", "2006 IPCC Guidelines for National Greenhouse Gas Inventories, vol. 2, ch. 4.1"),
		GWP:      "AR5",
		Kinds: []Kind{
			ipccMining("underground_mining", "underground", lang.T("井工开采甲烷", "underground mining CH4"), "eq. 4.1.3", depth(), "ug_mining"),
			ipccPost("underground_post", lang.T("井工矿后活动甲烷", "underground post-mining CH4"), "eq. 4.1.4", depth(), "ug_post"),
			ipccMining("surface_mining", "surface", lang.T("露天开采甲烷", "surface mining CH4"), "eq. 4.1.7", overburden(), "surf_mining"),
			ipccPost("surface_post", lang.T("露天矿后活动甲烷", "surface post-mining CH4"), "eq. 4.1.8", overburden(), "surf_post"),
			ipccFlare(), ipccMiningCO2(), ipccAbandonedT1(), ipccAbandoned(),
		},
		Choices: []Choice{
			{Name: "decay", Title: lang.T("废弃矿井衰减曲线", "decay of abandoned mines"), Values: []string{"ipcc", "china"}, Default: "ipcc"},
		},
		Totals: []TotalRule{
			{"total", lang.T("煤炭开采逸散总量", "fugitive total of coal mining"), countBases(Direct)},
			{"active", lang.T("生产矿井", "operating mines"), func(l Line) int { return oneIf(l.Category != "abandoned") }},
			{"abandoned", lang.T("废弃矿井", "abandoned mines"), func(l Line) int { return oneIf(l.Category == "abandoned") }},
		},
		Notes: []Note{
			{"A", lang.T("排放因子与 0.67 kg/m³(20 ℃)读自公开数据集与指南的转载", "the factors and 0.67 kg/m³ (20 °C) were read in open copies of the guidelines")},
			{"B", lang.T("指南未规定 GWP;缺省取 AR5(2024 年起国家报告所用)", "the guidelines prescribe no GWP; the default is AR5, used in national reports since 2024")},
			{"B", lang.T("火炬效率 0.98 未查原文", "the flare's efficiency 0.98 was not read in the original")},
			{"C", lang.T("2019 修订版二氧化碳因子(井工 5.9、露天 0.44 m³/t)待核实", "the CO2 factors of the 2019 Refinement (5.9 underground, 0.44 surface, m³/t) are to be verified")},
			{"A", lang.T("衰减曲线 china 为研究代码所用,非官方方法", "the decay curve china is that of a research code, no official method")},
		},
	})
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// band is an attribute that selects the low, average or high Tier 1 factor.
type band struct {
	attr   Attr
	suffix map[string]string
}

func depth() band {
	return band{
		Attr{Name: "depth", Title: lang.T("开采深度(m)", "mining depth (m)"), Values: []string{"lt200", "200-400", "gt400"}},
		map[string]string{"lt200": "low", "200-400": "avg", "gt400": "high"},
	}
}

func overburden() band {
	return band{
		Attr{Name: "overburden", Title: lang.T("覆盖层厚度(m)", "overburden (m)"), Values: []string{"lt25", "25-50", "gt50"}},
		map[string]string{"lt25": "low", "25-50": "avg", "gt50": "high"},
	}
}

// factor is the basin's or mine's own (Tier 2), else the class's default (Tier 1).
func (b band) factor(c *Calculation, prefix string) Term {
	return c.ValueOr("EF", "ef", func() Term {
		suffix, ok := b.suffix[c.Attr(b.attr.Name)]
		if !ok {
			c.Fail(fault.Invalid.Say(lang.T("缺少%s(%s)或排放因子(ef)", "%s (%s) or an emission factor (ef) is missing"), b.attr.Title, b.attr.Name).
				Do(lang.T("层级1 选深度或覆盖层等级,层级2 给出盆地因子", "for Tier 1 choose the class, for Tier 2 give the basin's factor")))
			return Term{}
		}
		return c.Table("EF", "ipcc_ef", prefix+"_"+suffix)
	})
}

func volume20(name, zh, en, uncertainty string) Field {
	return Field{Name: name, Title: lang.T(zh, en), Units: []string{"m3@20C"}, Min: "0", Uncertainty: uncertainty}
}

func ef20(most string) Field {
	return Field{Name: "ef", Title: lang.T("盆地或矿井排放因子(20 ℃)", "emission factor of the basin or mine (20 °C)"), Units: []string{"m3@20C/t"}, Min: "0", Max: most, Uncertainty: "50 %"}
}

func optionalCoal() Field {
	f := rawCoal()
	f.Required = false
	return f
}

// ipccMining: Tier 1 and 2 CH4 = production × EF × 0.67e-6 − recovered; Tier 3
// the mine's own ventilation and drainage less what was recovered.
func ipccMining(name, where string, title lang.Text, clause string, b band, prefix string) Kind {
	return Kind{
		Name: name, Title: title, Clause: clause, Attrs: []Attr{b.attr},
		Fields: []Field{
			optionalCoal(), ef20("120"), volume20("vent", "风排甲烷(纯,20 ℃)", "CH4 ventilated (pure, 20 °C)", "15 %"),
			volume20("drain", "抽采甲烷(纯,20 ℃)", "CH4 drained (pure, 20 °C)", "5 %"), volume20("recovered", "回收利用或火炬甲烷(纯,20 ℃)", "CH4 utilised or flared (pure, 20 °C)", "5 %"),
		},
		Compute: func(c *Calculation) {
			recovered := Minus(c.ValueOrZero("R", "recovered", "m3@20C"))
			rho := c.Table("ρ", "density", "IPCC:CH4")
			if c.Has("vent") {
				net := c.Sum("V", "m3@20C", c.Value("V_vent", "vent"), c.ValueOrZero("V_drain", "drain", "m3@20C"), recovered)
				c.Emit("ch4_"+where, Direct, "CH4", "4.1.3 Tier 3: CH4 = (V_vent + V_drain − R) × 0.67", c.Product("CH4", "tCH4", net, rho))
				return
			}
			made := c.Product("V", "m3@20C", c.Value("P", "raw_coal"), b.factor(c, prefix))
			net := c.Sum("V−R", "m3@20C", made, recovered)
			c.Emit("ch4_"+where, Direct, "CH4", clause+": CH4 = (P × EF − R) × 0.67", c.Product("CH4", "tCH4", net, rho))
		},
	}
}

// ipccPost: CH4 = production × EF × 0.67e-6; with the seam's in-situ content,
// 30 % of it where the seam is not pre-drained, 10 % where it is. (One copy of
// the guidelines' program states the reverse in its description; the program
// computes as here.)
func ipccPost(name string, title lang.Text, clause string, b band, prefix string) Kind {
	return Kind{
		Name: name, Title: title, Clause: clause,
		Attrs: []Attr{b.attr, {Name: "predrained", Title: lang.T("煤层是否预抽", "whether the seam was pre-drained"), Values: []string{"yes", "no"}}},
		Fields: []Field{
			rawCoal(), ef20("40"),
			{Name: "in_situ", Title: lang.T("原始瓦斯含量(20 ℃)", "in-situ gas content (20 °C)"), Units: []string{"m3@20C/t"}, Min: "0", Max: "60", Uncertainty: "20 %"},
		},
		Compute: func(c *Calculation) {
			ef := func() Term { return b.factor(c, prefix) }
			if c.Has("in_situ") {
				ef = func() Term { return inSitu(c) }
			}
			mass := c.Product("CH4", "tCH4", c.Value("P", "raw_coal"), ef(), c.Table("ρ", "density", "IPCC:CH4"))
			c.Emit("ch4_"+name, Direct, "CH4", clause+": CH4 = P × EF × 0.67", mass)
		},
	}
}

func inSitu(c *Calculation) Term {
	key := map[string]string{"yes": "post_insitu_fraction_predrained", "no": "post_insitu_fraction_not_predrained"}[c.Attr("predrained")]
	if key == "" {
		c.Fail(fault.Invalid.Say(lang.T("缺少煤层是否预抽(predrained)", "whether the seam was pre-drained (predrained) is missing")).
			Do(lang.T("写 predrained = \"yes\" 或 \"no\"", `write predrained = "yes" or "no"`)))
		return Term{}
	}
	return c.Product("EF", "m3@20C/t", c.Value("q_in situ", "in_situ"), c.Table("share", "ipcc_ef", key))
}

// ipccFlare: CO2 = 0.98 × V × 0.67e-6 × 44/16, unburnt CH4 = 0.02 × V × 0.67e-6.
func ipccFlare() Kind {
	return Kind{
		Name: "flare", Title: lang.T("抽采甲烷火炬燃烧", "flaring of drained CH4"), Clause: "eq. 4.1.5",
		Fields: []Field{
			required(volume20("volume", "火炬甲烷量(纯,20 ℃)", "CH4 to the flare (pure, 20 °C)", "5 %")),
			{Name: "efficiency", Title: lang.T("火炬效率", "efficiency of the flare"), Units: []string{""}, Min: "0.5", Max: "1", Hint: fractionHint},
		},
		Compute: func(c *Calculation) {
			v, rho := c.Value("V", "volume"), c.Table("ρ", "density", "IPCC:CH4")
			eff := c.ValueOr("η", "efficiency", func() Term { return c.Table("η", "ipcc_ef", "flare_efficiency") })
			co2 := c.Product("CO2", "tCO2", eff, v, rho, c.Const("44/16", "44/16 tCO2/tCH4"))
			c.Emit("flare_co2", Direct, "CO2", "eq. 4.1.5: CO2 = 0.98 × V × 0.67 × 44/16", co2)
			rest := c.Sum("1−η", "", c.Const("1", "1"), Minus(eff))
			c.Emit("flare_ch4", Direct, "CH4", "eq. 4.1.5: CH4 = 0.02 × V × 0.67", c.Product("CH4", "tCH4", rest, v, rho))
		},
	}
}

func required(f Field) Field { f.Required = true; return f }

// ipccMiningCO2 is of the 2019 Refinement: CO2 released by mining. The factor
// is at 20 °C and is weighed at 0 °C with the ideal gas's 1.964 kg/Nm³.
func ipccMiningCO2() Kind {
	return Kind{
		Name: "mining_co2", Title: lang.T("开采二氧化碳(2019 修订版)", "CO2 of mining (2019 Refinement)"), Clause: "2019 Refinement, 4.1",
		Attrs: []Attr{{Name: "mine", Title: lang.T("开采方式", "kind of mine"), Values: []string{"underground", "surface"}, Required: true}},
		Fields: []Field{
			rawCoal(), {Name: "ef", Title: lang.T("实测二氧化碳因子(20 ℃)", "measured CO2 factor (20 °C)"), Units: []string{"m3@20C/t"}, Min: "0", Max: "60"},
		},
		Compute: func(c *Calculation) {
			key := map[string]string{"underground": "co2_ug_2019", "surface": "co2_surface_2019"}[c.Attr("mine")]
			ef := c.ValueOr("EF", "ef", func() Term { return c.Table("EF", "ipcc_ef", key) })
			mass := c.Product("CO2", "tCO2", c.Value("P", "raw_coal"), ef, c.Table("T₀/T₂₀", "constant", "nm3_per_m3_20C"), c.Table("ρ", "density", "BANK:CO2"))
			c.Emit("co2_mining", Direct, "CO2", "2019 Refinement 4.1: CO2 = P × EF × ρ", mass)
		},
	}
}
