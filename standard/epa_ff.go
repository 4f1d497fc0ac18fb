package standard

import (
	"slices"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
)

// 40 CFR part 98 subpart FF, underground coal mines: equations FF-1 to FF-8
// with the constants as they are printed: 0.0423 lb/scf, 520 °R, 1440 min/d,
// and 0.454/1000 t per lb, which is the unit lb.epa here.
func init() {
	register(Edition{
		ID:       "epa-98-ff",
		Title:    lang.T("美国 EPA 40 CFR 98 FF 分部 井工煤矿", "US EPA 40 CFR 98 subpart FF, underground coal mines"),
		Document: lang.T("40 CFR 98.320–98.328", "40 CFR 98.320 to 98.328"),
		GWP:      "AR4",
		GWPOf: func(year int) string {
			if year >= 2025 {
				return "AR5"
			}
			return "AR4"
		},
		Kinds: []Kind{epaVentilation(), epaDegas(), epaDestruction()},
		Totals: []TotalRule{
			{"net_ch4", lang.T("净甲烷排放(FF-7)", "net CH4 (FF-7)"), func(l Line) int {
				if l.Category == "ch4_destroyed" {
					return -1
				}
				return oneIf(l.Gas == "CH4")
			}},
			{"ch4_destroyed", lang.T("销毁甲烷(FF-6)", "CH4 destroyed (FF-6)"), func(l Line) int { return oneIf(l.Category == "ch4_destroyed") }},
			{"co2", lang.T("销毁产生的二氧化碳(FF-8)", "CO2 of destruction (FF-8)"), func(l Line) int { return oneIf(l.Gas == "CO2") }},
		},
		Notes: []Note{
			{"A", lang.T("变量、常数、单位与周期读自 98.323", "variables, constants, units and periods were read in 98.323")},
			{"B", lang.T("FF-1、FF-3 原式为图片,乘积形式未查原图", "FF-1 and FF-3 are images in the source: the product form was not read")},
			{"B", lang.T("GWP:2024 报告年及以前 AR4,2025 年起 AR5(89 FR 31894,未查原文)", "GWP: AR4 to reporting year 2024, AR5 from 2025 (89 FR 31894, not read in the original)")},
			{"C", lang.T("98.324 监测细节与 FF-9 未查原文,未实现 FF-9", "98.324 and FF-9 were not read; FF-9 is not computed")},
		},
		Review:  reviewEPA,
		Figures: epaThreshold,
	})
}

// epaFields are what a point's sample tells: V, C, n, T, P and moisture.
func epaFields() []Field {
	share := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"", "fraction:wet", "fraction:dry"}, Min: "0", Max: "1", Hint: fractionHint}
	}
	return []Field{
		{
			Name: "flow", Title: lang.T("体积流量 V", "volumetric flow V"), Min: "0", Required: true, Uncertainty: "15 %",
			Units: []string{"acf:wet/min", "acf:dry/min", "acf/min", "scf:wet/min", "scf:dry/min", "scf/min"},
		},
		share("concentration", "甲烷浓度 C", "CH4 concentration C"),
		share("concentration_before", "缺测前最后有效浓度", "last good concentration before the gap"),
		share("concentration_after", "缺测后首个有效浓度", "first good concentration after the gap"),
		{Name: "temperature", Title: lang.T("气温 T", "temperature T"), Units: []string{"degR"}, Min: "400", Max: "700"},
		{Name: "pressure", Title: lang.T("绝对压力 P", "absolute pressure P"), Units: []string{"atm"}, Min: "0.4", Max: "11", Hint: gaugeHint},
		{Name: "moisture", Title: lang.T("水汽体积分数 fH2O", "moisture fH2O"), Units: []string{""}, Min: "0", Max: "0.5", Hint: fractionHint},
		{Name: "days", Title: lang.T("日数 n", "days n"), Units: []string{"d"}, Min: "0", Max: "366"},
	}
}

// epaVentilation is FF-1: quarterly, per ventilation point.
func epaVentilation() Kind {
	return Kind{
		Name: "ventilation", Title: lang.T("通风甲烷", "ventilation CH4"), Clause: "98.323(a), FF-1", Fields: epaFields(),
		Compute: func(c *Calculation) {
			days := c.ValueOr("n", "days", func() Term { return c.PeriodIn("n", "d") })
			epaLiberated(c, days)
			c.Emit("ch4_ventilation", Direct, "CH4", "98.323(a), FF-1: n × V × MCF × C × 0.0423 × 520/T × P × 1440 × 0.454/1000", epaMass(c, "CH4V", days))
		},
	}
}

// epaDegas is FF-3 and FF-4: the weeks of a quarter, per degasification point.
func epaDegas() Kind {
	fields := append(epaFields(), Field{Name: "weeks", Title: lang.T("周数", "weeks"), Units: []string{""}, Min: "1", Max: "53"})
	return Kind{
		Name: "degasification", Title: lang.T("抽采系统甲烷", "degasification CH4"), Clause: "98.323(b), FF-3, FF-4", Fields: fields,
		Compute: func(c *Calculation) {
			days := c.ValueOr("n", "days", func() Term { return c.PeriodIn("n", "d") })
			mass := epaMass(c, "CH4D", days)
			if c.Has("weeks") {
				weeks := c.Value("weeks", "weeks")
				days = c.Product("Σn", "d", days, weeks)
				mass = c.Product("CH4DTotal", "tCH4", mass, weeks)
			}
			epaLiberated(c, days)
			c.Emit("ch4_degasification", Direct, "CH4", "98.323(b), FF-3, FF-4: ΣΣ V × MCF × C × 0.0423 × 520/T × P × 1440 × 0.454/1000", mass)
		},
	}
}

// epaDestruction is FF-5, FF-6 and FF-8: the maker's destruction efficiency
// counts to 0.99 at most, gas sent off site counts as destroyed, and CO2 is
// told here only where the heat is not used (use of energy is subpart C).
func epaDestruction() Kind {
	fields := append(epaFields(), Field{Name: "routed", Title: lang.T("送往销毁的甲烷", "CH4 routed to destruction"), Units: []string{"tCH4"}, Min: "0"},
		Field{Name: "de", Title: lang.T("销毁效率(厂家)", "destruction efficiency (maker's)"), Units: []string{""}, Min: "0", Max: "1", Hint: fractionHint})
	fields[0].Required = false
	return Kind{
		Name: "destruction", Title: lang.T("甲烷销毁", "destruction of CH4"), Clause: "98.323(c), FF-5, FF-8", Fields: fields,
		Attrs: []Attr{{Name: "use", Title: lang.T("去向", "use"), Values: []string{"onsite_flare", "onsite_energy", "offsite"}, Required: true}},
		Compute: func(c *Calculation) {
			routed := c.ValueOr("CH4_routed", "routed", func() Term {
				return epaMass(c, "CH4_routed", c.ValueOr("n", "days", func() Term { return c.PeriodIn("n", "d") }))
			})
			destroyed := c.Product("CH4Destroyed", "tCH4", routed, epaEfficiency(c))
			c.Emit("ch4_destroyed", Direct, "CH4", "98.323(c), FF-5: CH4_routed × DE", destroyed)
			if c.Attr("use") == "onsite_flare" {
				c.Emit("co2_destruction", Direct, "CO2", "98.323(e), FF-8: CH4Destroyed × 44/16", c.Product("CO2", "tCO2", destroyed, c.Const("44/16", "44/16 tCO2/tCH4")))
			}
		},
	}
}

func epaEfficiency(c *Calculation) Term {
	if c.Attr("use") == "offsite" {
		return c.Table("DE", "epa", "DE_offsite")
	}
	return c.Least("DE", c.Value("DE_maker", "de"), c.Table("cap", "epa", "DE_cap"))
}

// epaMass is the product FF-1 and FF-3 share, constant by constant.
func epaMass(c *Calculation, symbol string, days Term) Term {
	c.need("flow")
	v, share := c.Value("V", "flow"), epaConcentration(c)
	terms := append([]Term{days, v}, epaMCF(c, v, share)...)
	terms = append(terms, share, c.Table("0.0423", "density", "EPA:CH4"))
	if c.OK() && isWorking(v.Quantity.Unit()) {
		terms = append(terms, c.Quotient("520/T", "", c.Const("520 °R", "520 degR"), c.Value("T", "temperature")),
			c.Quotient("P/1 atm", "", c.Value("P", "pressure"), c.Const("1 atm", "1 atm")), c.Const("scf/acf", "1 scf/acf"))
	}
	terms = append(terms, c.Const("1440", "1440 min/d"), c.Const("0.454/1000", "0.454/1000 tCH4/lb.epaCH4"))
	return c.Product(symbol, "tCH4", terms...)
}

// epaConcentration is the sample's, or for a missing one the mean of the last
// good value before and the first good one after; if none before, the latter
// (98.325).
func epaConcentration(c *Calculation) Term {
	switch {
	case c.Has("concentration"):
		return c.Value("C", "concentration")
	case c.Has("concentration_before") && c.Has("concentration_after"):
		unit := c.act.Values["concentration_after"].Quantity.Unit().String()
		both := c.Sum("ΣC", unit, c.Value("C_before", "concentration_before"), c.Value("C_after", "concentration_after"))
		return c.Quotient("C", unit, both, c.Const("2", "2"))
	case c.Has("concentration_after"):
		return c.Value("C_after", "concentration_after")
	}
	return c.Value("C", "concentration")
}

// epaMCF is the moisture correction: 1 where V and C are on one basis, 1 − fH2O
// for V wet and C dry, 1/(1 − fH2O) for V dry and C wet.
func epaMCF(c *Calculation, v, share Term) []Term {
	wet, dry := basisOf(v), basisOf(share)
	if c.err != nil || wet == dry {
		return []Term{c.Const("MCF", "1")}
	}
	if wet == "" || dry == "" || !c.Has("moisture") {
		c.Fail(fault.Invalid.Say(lang.T("干湿基不符:流量%s,浓度%s", "dry and wet gas mixed: the flow is %s, the concentration %s"), basisName(wet), basisName(dry)).
			Do(lang.T("写明 :wet 或 :dry;一湿一干时须给出水汽体积分数 moisture", "tell :wet or :dry; of one wet and one dry, give moisture")).
			At(c.act.Values["concentration"].At).At(fault.Place{Column: "concentration"}))
		return nil
	}
	rest := c.Sum("1−fH2O", "", c.Const("1", "1"), Minus(c.Value("fH2O", "moisture")))
	if wet == "wet" {
		return []Term{rest.named("MCF"), c.Const("dry/wet", "1 acf:dry/acf:wet")}
	}
	return []Term{c.Quotient("MCF", "", c.Const("1", "1"), rest), c.Const("wet/dry", "1 acf:wet/acf:dry")}
}

// epaLiberated tallies the actual cubic feet of methane, which the threshold counts.
func epaLiberated(c *Calculation, days Term) {
	v, share := c.Value("V", "flow"), epaConcentration(c)
	if !c.OK() || !isWorking(v.Quantity.Unit()) {
		return
	}
	terms := append([]Term{v}, epaMCF(c, v, share)...)
	c.Tally("CH4_liberated", c.Product("CH4_liberated", "acf", append(terms, share, days)...))
}

// epaThreshold tells the liberated methane against 36 500 000 actual ft³ a year.
func epaThreshold(r *Review, _ []Total) {
	liberated, ok := r.Tally("CH4_liberated", "acf")
	if !ok {
		return
	}
	r.Calculation().Figure(Figure{ID: "ch4_liberated", Title: lang.T("涌出甲烷(工况)", "CH4 liberated (actual)"), Clause: "98.321"}, liberated)
	c := r.Calculation()
	limit := c.Product("limit", "acf", c.Table("threshold", "epa", "threshold_acf"), c.Const("year", "1 a"))
	c.Figure(Figure{ID: "threshold_share", Title: lang.T("占报告门槛(年)", "share of the yearly reporting threshold"), Clause: "98.321"}, c.Quotient("threshold_share", "%", liberated, limit))
}

func reviewEPA(r *Review) {
	for _, a := range r.Activities("") {
		if _, measured := a.Values["concentration"]; measured || !slices.Contains(a.Names(), "concentration_after") {
			continue
		}
		r.Find(a, "epa.substituted", activity.Explain,
			lang.T("浓度缺测,以前后有效值的均值代替", "the concentration is missing; the mean of the good values before and after stands for it"),
			lang.T("按 98.325 记录缺测时段", "record the hours substituted (98.325)"))
	}
	for _, a := range r.Activities("destruction") {
		de, ok := a.Values["de"]
		ceiling, err := r.run.set.Latest("epa", "DE_cap")
		if !ok || err != nil {
			continue
		}
		if over, err := de.Quantity.Cmp(ceiling.Value); err == nil && over > 0 {
			r.Find(a, "epa.efficiency_capped", activity.Notice,
				lang.T("销毁效率 %s 按上限 %s 计", "the destruction efficiency %s counts as %s").Format(de.Quantity, ceiling.Value), lang.Text{})
		}
	}
}
