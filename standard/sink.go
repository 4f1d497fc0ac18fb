package standard

import (
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Carbon of restored land (gangue hills, subsidence land) by IPCC 2006 vol. 4:
// stock change and gain-loss of above- and below-ground biomass. A removal is
// positive here, and a loss is not cut off at zero. The sink is a total of its
// own: the coal methods have no sink term.
func init() {
	register(Edition{
		ID:       "sink-ipcc-2006",
		Title:    lang.T("复垦地碳汇(IPCC 2006 第4卷)", "sink of restored land (IPCC 2006 vol. 4)"),
		Document: lang.T("2006 年 IPCC 国家温室气体清单指南 第4卷", "2006 IPCC Guidelines for National Greenhouse Gas Inventories, vol. 4"),
		GWP:      "AR5",
		Kinds:    []Kind{stockChange(), gainLoss()},
		Totals: []TotalRule{
			{"removal", lang.T("碳汇(正值为清除)", "removals (positive)"), countBases(Memo)},
		},
		Notes: []Note{
			{"B", lang.T("碳比例 0.47、根冠比等缺省值未查原文", "the carbon fraction 0.47 and the root-to-shoot ratios were not read in the original")},
			{"C", lang.T("缺省生长量 4.0 t/(ha·a) 待核实;裸露矸石山常远低于此,应设样地", "the default growth of 4.0 t/(ha·a) is to be verified; bare gangue often grows far less, plots are needed")},
			{"B", lang.T("未计枯落物、枯死木与土壤碳;整地可能损失土壤碳", "litter, dead wood and soil are left out; earthworks may lose soil carbon")},
			{"A", lang.T("碳汇不得在法定总量内抵扣;工矿用地绿化不适用 CCER-14-001", "the sink is not netted in a statutory total; greening of mining land is not eligible under CCER-14-001")},
		},
	})
}

// pools are the fields both methods share.
func pools(fields ...Field) []Field {
	return append(fields,
		Field{Name: "area", Title: lang.T("面积", "area"), Units: []string{"ha"}, Min: "0", Required: true, Uncertainty: "5 %"},
		Field{Name: "r", Title: lang.T("根冠比 R", "root-to-shoot ratio R"), Units: []string{""}, Min: "0", Max: "6", Uncertainty: "30 %"},
		Field{Name: "cf", Title: lang.T("含碳比例 CF", "carbon fraction CF"), Units: []string{"tC/t"}, Min: "0.3", Max: "0.6"},
	)
}

func vegetation() []string { return []string{"broadleaf", "conifer", "grass"} }

// stockChange: C = A × AGB × (1 + R) × CF; sink = (C₂ − C₁) × 44/12 ÷ years,
// told for one year.
func stockChange() Kind {
	biomass := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"t/ha"}, Min: "0", Max: "600", Required: true, Uncertainty: "20 %"}
	}
	return Kind{
		Name: "stock_change", Title: lang.T("生物量储量变化", "stock change of biomass"), Clause: "vol. 4, eq. 2.8", Items: vegetation(),
		Fields: pools(biomass("agb1", "期初地上生物量", "above-ground biomass, first"), biomass("agb2", "期末地上生物量", "above-ground biomass, last"),
			Field{Name: "years", Title: lang.T("间隔年数", "years between"), Units: []string{"a"}, Min: "0.5", Max: "100", Required: true}),
		Compute: func(c *Calculation) {
			wholeYear(c)
			change := c.Sum("ΔAGB", "t/ha", c.Value("AGB₂", "agb2"), Minus(c.Value("AGB₁", "agb1")))
			co2 := biomassCarbon(c, "ΔC·44/12", change, rootShoot(c, "agb2"))
			yearly := c.Quotient("sink", "tCO2/a", co2, c.Value("years", "years"))
			c.Emit("removal", Memo, "CO2", "vol. 4, eq. 2.8: (C₂ − C₁) × 44/12 ÷ years", c.Product("removal", "tCO2", yearly, c.Const("year", "1 a")))
		},
	}
}

// gainLoss: A × Gw × (1 + R) × CF × 44/12 of a year.
func gainLoss() Kind {
	return Kind{
		Name: "gain_loss", Title: lang.T("生物量增长", "gain of biomass"), Clause: "vol. 4, eq. 2.9", Items: vegetation(),
		Fields: pools(Field{Name: "gw", Title: lang.T("地上生物量年增长", "above-ground growth"), Units: []string{"t/(ha.a)"}, Min: "0", Max: "40", Uncertainty: "50 %"}),
		Compute: func(c *Calculation) {
			wholeYear(c)
			growth := c.ValueOr("Gw", "gw", func() Term { return c.Table("Gw", "sink", "Gw_default") })
			year := c.Product("Gw·a", "t/ha", growth, c.Const("year", "1 a"))
			c.Emit("removal", Memo, "CO2", "vol. 4, eq. 2.9: A × Gw × (1 + R) × CF × 44/12", biomassCarbon(c, "removal", year, rootShoot(c, "")))
		},
	}
}

func biomassCarbon(c *Calculation, symbol string, perArea, r Term) Term {
	cf := c.ValueOr("CF", "cf", func() Term { return c.Table("CF", "sink", "CF_wood") })
	whole := c.Sum("1+R", "", c.Const("1", "1"), r)
	return c.Product(symbol, "tCO2", c.Value("A", "area"), perArea, whole, cf, c.Const("44/12", "44/12 tCO2/tC"))
}

// rootShoot is the site's own ratio, else the default of the vegetation and
// its above-ground biomass.
func rootShoot(c *Calculation, biomass string) Term {
	return c.ValueOr("R", "r", func() Term {
		key := "R_grass_semiarid"
		if c.Item() != "grass" {
			if !c.Has(biomass) {
				c.Fail(fault.Invalid.Say(lang.T("缺少根冠比(r)", "the root-to-shoot ratio (r) is missing")).
					Do(lang.T("按地上生物量等级给出 r", "give r by the class of above-ground biomass")))
				return Term{}
			}
			key = ratioClass(c.Item(), c.act.Values[biomass].Quantity)
		}
		return c.Table("R", "sink", key)
	})
}

func ratioClass(item string, agb quantity.Quantity) string {
	classes := map[string][]struct{ upTo, key string }{
		"broadleaf": {{"75 t/ha", "R_broadleaf_lt75"}, {"150 t/ha", "R_broadleaf_75_150"}, {"", "R_broadleaf_gt150"}},
		"conifer":   {{"50 t/ha", "R_conifer_lt50"}, {"150 t/ha", "R_conifer_50_150"}, {"", "R_conifer_gt150"}},
	}[item]
	for _, class := range classes[:2] {
		if c, err := agb.Cmp(quantity.MustParse(class.upTo)); err == nil && c <= 0 {
			return class.key
		}
	}
	return classes[2].key
}
