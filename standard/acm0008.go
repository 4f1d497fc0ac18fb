package standard

import (
	"lingtan/lang"
)

// ACM0008 (v7/v8; the Chinese CM-003-V01 is a translation of v7): abatement of
// methane from coal mines. ER = BE − PE − LE, by lines in masses of gas, so
// that the reduction can be told under any GWP.
func init() {
	register(Edition{
		ID:       "acm0008",
		Title:    lang.T("ACM0008 煤层气、煤矿瓦斯与乏风利用减排", "ACM0008 abatement of methane from coal mines"),
		Document: lang.T("CDM 整合方法学 ACM0008(第7、8版);CM-003-V01", "CDM methodology ACM0008, versions 7 and 8; CM-003-V01"),
		GWP:      "AR4",
		Kinds:    []Kind{acmMethane(), acmOxidiser(), acmSupply(), acmConsumption(), acmLeakage()},
		Choices:  []Choice{projectGrid()},
		Totals:   projectTotals(),
		Notes: []Note{
			{"B", lang.T("公式与缺省效率凭熟知录入,未查原文", "equations and default efficiencies are well known, not read in the original")},
			{"B", lang.T("GWP:首个计入期 21,第二期 25;缺省 AR4", "GWP: 21 in first crediting periods, 25 in second ones; the default is AR4")},
			{"B", lang.T("甲烷密度 0.67 kg/m³(20 ℃)", "methane is weighed with 0.67 kg/m³ (20 °C)")},
		},
		Review: func(r *Review) { reviewFactorYears(r) },
	})
}

func projectGrid() Choice {
	return Choice{Name: "grid", Title: lang.T("电力因子口径", "grid factor"), Values: []string{"province", "national"}, Default: "province"}
}

// projectTotals are those of a reduction project; leakage is told apart.
func projectTotals() []TotalRule {
	leaks := func(l Line) bool { return l.Category == "leakage" }
	return []TotalRule{
		{"baseline", lang.T("基准线排放 BE", "baseline emissions BE"), countBases(Baseline)},
		{"project", lang.T("项目排放 PE", "project emissions PE"), func(l Line) int { return oneIf(l.Basis == Project && !leaks(l)) }},
		{"leakage", lang.T("泄漏 LE", "leakage LE"), func(l Line) int { return oneIf(leaks(l)) }},
		{"reduction", lang.T("减排量 ER = BE − PE − LE", "reductions ER = BE − PE − LE"), func(l Line) int {
			return oneIf(l.Basis == Baseline) - oneIf(l.Basis == Project)
		}},
	}
}

// acmMethane: methane sent to one use. The baseline would have vented it, but
// for the share it would itself have used or destroyed.
func acmMethane() Kind {
	fraction := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{""}, Min: "0", Max: "1", Hint: fractionHint}
	}
	return Kind{
		Name: "methane", Title: lang.T("甲烷利用与销毁", "methane used or destroyed"), Clause: "BE_MR, PE_MD, PE_UM",
		Items: []string{"electricity", "heat", "gas_grid", "flare"},
		Fields: []Field{
			{Name: "mass", Title: lang.T("甲烷质量", "mass of CH4"), Units: []string{"tCH4"}, Min: "0", Uncertainty: "5 %"},
			volume20("volume", "甲烷体积(纯,20 ℃)", "volume of CH4 (pure, 20 °C)", "5 %"),
			fraction("efficiency", "销毁效率", "efficiency"), fraction("baseline_share", "基准线已利用或销毁的比例", "share the baseline would use or destroy"),
			{Name: "nmhc_ratio", Title: lang.T("非甲烷烃与甲烷质量比 r", "mass of NMHC per CH4, r"), Units: []string{"t/tCH4"}, Min: "0", Max: "1"},
			{Name: "cef_nmhc", Title: lang.T("非甲烷烃排放因子", "emission factor of NMHC"), Units: []string{"tCO2/t"}, Min: "0", Max: "4"},
		},
		Compute: func(c *Calculation) {
			mm := c.ValueOr("MM", "mass", func() Term {
				return c.Product("MM", "tCH4", c.Value("V", "volume"), c.Table("D_CH4", "acm0008", "D_CH4_kg_m3"))
			})
			eff := acmEfficiency(c)
			vented := mm
			if c.Has("baseline_share") {
				vented = c.Product("CH4_BL", "tCH4", mm, c.Sum("1−share", "", c.Const("1", "1"), Minus(c.Value("share", "baseline_share"))))
			}
			c.Emit("BE_MR", Baseline, "CH4", "ACM0008: BE_MR = GWP × Σ (MM − baseline use)", vented)
			md := c.Product("MD", "tCH4", mm, eff)
			c.Emit("PE_MD", Project, "CO2", "ACM0008: PE_MD = MD × (CEF_CH4 + r × CEF_NMHC)", c.Product("PE_MD", "tCO2", md, acmCarbon(c)))
			slip := c.Sum("1−Eff", "", c.Const("1", "1"), Minus(eff))
			c.Emit("PE_UM", Project, "CH4", "ACM0008: PE_UM = GWP × MM × (1 − Eff)", c.Product("PE_UM", "tCH4", mm, slip))
		},
	}
}

// acmEfficiency is the methodology's default by use; a flare's is by the
// flaring tool and must be given.
func acmEfficiency(c *Calculation) Term {
	key, ok := map[string]string{"electricity": "Eff_ELEC", "heat": "Eff_HEAT", "gas_grid": "Eff_GAS"}[c.Item()]
	if !ok {
		return c.Value("Eff", "efficiency")
	}
	return c.ValueOr("Eff", "efficiency", func() Term { return c.Table("Eff", "acm0008", key) })
}

// acmCarbon is 2.75 tCO2/tCH4, and r × CEF_NMHC where the gas carries more
// than 1 % of other hydrocarbons.
func acmCarbon(c *Calculation) Term {
	carbon := c.Table("CEF_CH4", "constant", "co2_per_ch4")
	if !c.Has("nmhc_ratio") {
		return carbon
	}
	other := c.Product("r·CEF_NMHC", "tCO2/tCH4", c.Value("r", "nmhc_ratio"), c.Value("CEF_NMHC", "cef_nmhc"))
	return c.Sum("CEF", "tCO2/tCH4", carbon, other)
}

// acmOxidiser: ventilation air in and out of an oxidiser, MM_OX and PE_OX.
func acmOxidiser() Kind {
	return Kind{
		Name: "oxidiser", Title: lang.T("乏风氧化", "oxidiser"), Clause: "MD_OX",
		Fields: []Field{
			required(volume20("inlet", "入口甲烷(纯,20 ℃)", "CH4 at the inlet (pure, 20 °C)", "10 %")),
			required(volume20("outlet", "出口甲烷(纯,20 ℃)", "CH4 at the outlet (pure, 20 °C)", "20 %")),
		},
		Compute: func(c *Calculation) {
			rho := c.Table("D_CH4", "acm0008", "D_CH4_kg_m3")
			in, out := c.Product("MM_OX", "tCH4", c.Value("V_in", "inlet"), rho), c.Product("PE_OX", "tCH4", c.Value("V_out", "outlet"), rho)
			c.Emit("BE_MR", Baseline, "CH4", "ACM0008: BE_MR = GWP × MM_OX", in)
			c.Emit("PE_MD", Project, "CO2", "ACM0008: PE_MD = (MM_OX − PE_OX) × 2.75", c.Product("PE_MD", "tCO2", c.Sum("MD_OX", "tCH4", in, Minus(out)), c.Table("CEF_CH4", "constant", "co2_per_ch4")))
			c.Emit("PE_UM", Project, "CH4", "ACM0008: GWP × PE_OX", out)
		},
	}
}

func energyFields() []Field {
	return []Field{
		{Name: "electricity", Title: lang.T("电量", "electricity"), Units: []string{"MWh"}, Min: "0", Uncertainty: "1 %"},
		{Name: "ef_electricity", Title: lang.T("电力排放因子", "grid emission factor"), Units: []string{"tCO2/MWh"}, Min: "0", Max: "1.5"},
		{Name: "heat", Title: lang.T("热量", "heat"), Units: []string{"GJ"}, Min: "0", Uncertainty: "2 %"},
		{Name: "ef_heat", Title: lang.T("热力排放因子", "heat emission factor"), Units: []string{"tCO2/GJ"}, Min: "0", Max: "0.3"},
		{Name: "fuel", Title: lang.T("燃料热量", "fuel energy"), Units: []string{"GJ"}, Min: "0", Uncertainty: "2 %"},
		{Name: "ef_fuel", Title: lang.T("燃料排放因子", "fuel emission factor"), Units: []string{"tCO2/GJ"}, Min: "0", Max: "0.3"},
	}
}

// energyCO2 emits the CO2 of electricity, heat and fuel, one line each.
func energyCO2(c *Calculation, category, basis, clause string) {
	if c.Has("electricity") {
		ef := c.ValueOr("EF_el", "ef_electricity", func() Term { return gridFactor(c) })
		c.Emit(category+"_el", basis, "CO2", clause+": W_el × EF_el", c.Product(category+"_el", "tCO2", c.Value("W_el", "electricity"), ef))
	}
	if c.Has("heat") {
		c.Emit(category+"_heat", basis, "CO2", clause+": Q_heat × EF_heat", c.Product(category+"_heat", "tCO2", c.Value("Q_heat", "heat"), c.Value("EF_heat", "ef_heat")))
	}
	if c.Has("fuel") {
		c.Emit(category+"_fuel", basis, "CO2", clause+": Q_fuel × EF_fuel", c.Product(category+"_fuel", "tCO2", c.Value("Q_fuel", "fuel"), c.Value("EF_fuel", "ef_fuel")))
	}
}

// acmSupply: power, heat and vehicle fuel the project supplies instead of the
// baseline.
func acmSupply() Kind {
	return Kind{
		Name: "supply", Title: lang.T("项目供能", "energy supplied by the project"), Clause: "BE_Use", Fields: energyFields(),
		Compute: func(c *Calculation) { energyCO2(c, "BE_Use", Baseline, "BE_Use") },
	}
}

// acmConsumption: energy used to capture and use the methane.
func acmConsumption() Kind {
	return Kind{
		Name: "consumption", Title: lang.T("项目自用能", "energy used by the project"), Clause: "PE_ME", Fields: energyFields(),
		Compute: func(c *Calculation) { energyCO2(c, "PE_ME", Project, "PE_ME") },
	}
}

func acmLeakage() Kind {
	return Kind{
		Name: "leakage", Title: lang.T("泄漏", "leakage"), Clause: "LE",
		Fields:  []Field{{Name: "mass", Title: lang.T("泄漏排放", "leakage"), Units: []string{"tCO2"}, Min: "0", Required: true}},
		Compute: func(c *Calculation) { c.Emit("leakage", Project, "CO2", "LE", c.Value("LE", "mass")) },
	}
}
