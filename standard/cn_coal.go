package standard

import (
	"slices"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
)

// The Chinese method for coal producers: the NDRC guideline of 2014 (《中国煤炭
// 生产企业温室气体排放核算方法与报告指南(试行)》) and GB/T 32151.11—2018,
// which took its formulas over. The full text of neither could be read here:
// the formulas were read in an independent program that implements them, so
// the editions carry notes, and every number keeps its own mark.
//
// The method is internally mixed and is computed as given: underground methane
// is weighed at 0 °C (7.17 t per 10⁴ Nm³), while the factors of open-cast
// mining and post-mining activities in kg/t stem from m³ at 20 °C × 0.67.
func init() {
	register(cnCoal("cn-coal-2014",
		lang.T("煤炭生产企业核算方法与报告指南(2014)", "China coal producers' guideline (2014)"),
		lang.T("发改办气候〔2014〕2920号,国家发展改革委", "NDRC climate office notice (2014) no. 2920"),
		Note{"B", lang.T("指南全文未能查阅,条号为公式名;公式取自一独立实现,数值各带可信度", "the full text could not be read: clauses are named by formula; formulas were read in an independent implementation, each number keeps its mark")}))
	register(cnCoal("gbt-32151.11-2018",
		lang.T("GB/T 32151.11—2018 煤炭生产企业", "GB/T 32151.11—2018 coal producers"),
		lang.T("温室气体排放核算与报告要求 第11部分:煤炭生产企业", "Requirements of GHG emission accounting and reporting, part 11: coal producers"),
		Note{"C", lang.T("标准全文未能查阅,发布与实施日期、条号待核实;公式按2014年指南", "the full text could not be read: dates of issue and clauses are to be verified; formulas as in the 2014 guideline")}))
}

func cnCoal(id string, title, document lang.Text, note Note) Edition {
	return Edition{
		ID: id, Title: title, Document: document, GWP: "AR2",
		Kinds: []Kind{
			cnCombustion(), cnFlare(), cnUnderground(), cnOpencast(), cnPostMining(), cnUndergroundCO2(), cnElectricity(), cnHeat(),
		},
		Choices: []Choice{
			{Name: "fuel_table", Title: lang.T("燃料缺省值表", "table of fuel defaults"), Values: []string{"S", "G"}, Default: "S"},
			{Name: "post_mining_table", Title: lang.T("矿后活动因子表", "table of post-mining factors"), Values: []string{"NDRC", "PROV2011"}, Default: "NDRC"},
			{Name: "flare_destroyed", Title: lang.T("火炬销毁甲烷是否乘氧化率", "methane destroyed by a flare: times OF or not"), Values: []string{"with_of", "without_of"}, Default: "with_of"},
			{Name: "grid", Title: lang.T("电力因子口径", "grid factor"), Values: []string{"province", "national", "region"}, Default: "province"},
			{Name: "region", Title: lang.T("区域电网", "regional grid"), Values: []string{"north_china", "northeast", "east_china", "central_china", "northwest", "south_china", "southwest", "old6:north", "old6:northeast", "old6:east", "old6:central", "old6:northwest", "old6:south"}, Default: "north_china"},
		},
		Totals: []TotalRule{
			{"without_indirect", lang.T("不含净购入电力和热力的排放总量", "total without net purchased electricity and heat"), countBases(Direct)},
			{"total", lang.T("排放总量(电力按电网平均)", "total, electricity location-based"), countBases(Direct, Location, Energy)},
			{"total_market", lang.T("排放总量(电力按合同与绿证)", "total, electricity market-based"), countBases(Direct, Market, Energy)},
		},
		Notes: []Note{
			note,
			{"C", lang.T("燃料表 G 的缺省值凭记忆录入,待核实;缺省使用表 S(MEE 2024 钢铁指南附录 A)", "the defaults of fuel table G are not yet read in the original; the default is table S (MEE steel guideline 2024, annex A)")},
			{"B", lang.T("井工开采二氧化碳密度 19.77 t/万Nm³ 未查原文", "the CO2 density 19.77 t per 10⁴ Nm³ was not read in the original")},
			{"C", lang.T("火炬销毁甲烷按乘氧化率扣减,原文是否乘氧化率待核实", "methane destroyed by a flare is subtracted times the oxidation factor; whether the original does so is to be verified")},
			{"B", lang.T("2023 年通知口径下绿证不抵扣法定报告排放,市场口径另列", "under the notice of 2023 certificates do not reduce the statutory figure; the market-based total stands beside it")},
		},
		Check:   checkCertificates,
		Review:  reviewCNCoal,
		Figures: func(r *Review, totals []Total) { intensity(r, totals, "total", "without_indirect") },
	}
}

// countBases makes a rule that adds the lines of the given bases.
func countBases(bases ...string) func(Line) int {
	return func(l Line) int {
		if slices.Contains(bases, l.Basis) {
			return 1
		}
		return 0
	}
}

// cnCombustion: E_comb = Σ AD × CC × OF × 44/12, CC = NCV × EFc.
func cnCombustion() Kind {
	fuels := []string{
		"anthracite", "bituminous", "lignite", "cleaned_coal", "other_washed_coal", "gangue", "coal_slime", "briquette", "coke", "petcoke",
		"other_coal_products", "crude", "fuel_oil", "gasoline", "diesel", "kerosene", "other_petroleum", "lng", "lpg", "coal_tar", "refinery_gas",
		"natural_gas", "bf_gas", "converter_gas", "coke_oven_gas", "other_gas", "mine_gas",
	}
	return Kind{
		Name: "combustion", Title: lang.T("化石燃料燃烧", "fuel combustion"), Clause: "E_comb",
		Items: fuels,
		Fields: []Field{
			{Name: "amount", Title: lang.T("燃料消费量", "fuel consumed"), Units: []string{"t", "万Nm3"}, Min: "0"},
			{Name: "ch4", Title: lang.T("燃烧的纯甲烷量", "pure CH4 burned"), Units: []string{"万Nm3"}, Min: "0", Uncertainty: "5 %"},
			{Name: "slip", Title: lang.T("发动机甲烷逃逸比例", "share of CH4 slipping through engines"), Units: []string{""}, Min: "0", Max: "0.2", Hint: fractionHint},
			{Name: "ncv", Title: lang.T("低位发热量", "net calorific value"), Units: []string{"GJ/t", "GJ/万Nm3"}, Min: "3", Max: "60", Hint: lang.T("是否把 MJ/t、kcal/kg 写成了 GJ/t?", "is it MJ/t or kcal/kg, written as GJ/t?")},
			{Name: "efc", Title: lang.T("单位热值含碳量", "carbon per energy"), Units: []string{"tC/GJ"}, Min: "0.009", Max: "0.08", Hint: lang.T("是否为 tC/TJ 或 kgC/GJ?", "is it tC/TJ or kgC/GJ?")},
			{Name: "cc", Title: lang.T("含碳量", "carbon content"), Units: []string{"tC/t", "tC/万Nm3"}, Min: "0", Max: "1", Hint: lang.T("含碳量为分数,如 0.62 tC/t", "a fraction such as 0.62 tC/t")},
			{Name: "of", Title: lang.T("碳氧化率", "oxidation factor"), Units: []string{""}, Min: "0.5", Max: "1", Hint: fractionHint},
		},
		Compute: func(c *Calculation) {
			if c.Item() == "mine_gas" {
				burnMineGas(c)
				return
			}
			burnFuel(c)
		},
	}
}

var fractionHint = lang.T("为 0…1 的分数;百分数须带 %,如 32 %", "a fraction 0…1; write a percentage with its sign, such as 32 %") //nolint:gochecknoglobals // constant

func burnFuel(c *Calculation) {
	key, per := c.Choice("fuel_table")+":"+c.Item(), countedIn(c.Item())
	ad := c.ValueIn("AD", "amount", per)
	cc := c.ValueOr("CC", "cc", func() Term {
		ncv := c.ValueOr("NCV", "ncv", func() Term { return c.Table("NCV", "fuel_ncv", key) })
		ef := c.ValueOr("EFc", "efc", func() Term { return c.Table("EFc", "fuel_cc", key) })
		return c.Product("CC", "tC/"+per, ncv, ef)
	})
	of := c.ValueOr("OF", "of", func() Term { return c.Table("OF", "fuel_of", key) })
	mass := c.Product("E_comb", "tCO2", ad, cc, of, c.Const("44/12", "44/12 tCO2/tC"))
	c.Emit("combustion", Direct, "CO2", "E_comb = AD × NCV × EFc × OF × 44/12", mass)
}

// countedIn tells whether a fuel is counted by mass or by gas volume.
func countedIn(fuel string) string {
	switch fuel {
	case "natural_gas", "bf_gas", "converter_gas", "coke_oven_gas", "other_gas":
		return "万Nm3"
	}
	return "t"
}

// burnMineGas: with only the methane known, CC = 12 × V × 10 / 22.4 tC per
// 10⁴ Nm³ (the flare's formula, V = 1 for pure CH4): energy use of mine gas is
// combustion, and its CO2 is easily forgotten. The method knows no methane
// that slips through an engine; where it is measured it is told beside.
func burnMineGas(c *Calculation) {
	ch4 := c.Value("Q_CH4", "ch4")
	cc := c.Quotient("CC", "tC/万Nm3", c.Const("12", "12 kgC/kmol"), c.Table("22.4", "constant", "molar_volume_ndrc"))
	of := c.ValueOr("OF", "of", func() Term { return c.Table("OF", "fuel_of", c.Choice("fuel_table")+":natural_gas") })
	mass := c.Product("E_comb", "tCO2", ch4, cc, of, c.Const("44/12", "44/12 tCO2/tC"))
	c.Emit("combustion", Direct, "CO2", "E_comb = Q_CH4 × 12 × 10/22.4 × OF × 44/12", mass)
	if c.Has("slip") {
		slipped := c.Product("CH4_slip", "tCH4", ch4, c.Value("slip", "slip"), c.Table("ρ", "density", "NDRC:CH4"))
		c.Emit("engine_slip", Memo, "CH4", "beside the method: Q_CH4 × slip × 7.17", slipped)
	}
}

// cnFlare: E_flare = Σ Q × CC × OF × 44/12, CC = Σ 12 × V_n × CN_n × 10 / 22.4.
// CO2 already in the gas is not in CC; it belongs to the fugitive CO2.
func cnFlare() Kind {
	share := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{""}, Min: "0", Max: "1", Hint: fractionHint}
	}
	return Kind{
		Name: "flare", Title: lang.T("火炬燃烧", "flaring"), Clause: "E_flare",
		Fields: []Field{
			{Name: "volume", Title: lang.T("火炬气量(混合)", "mixed gas to the flare"), Units: []string{"万Nm3"}, Min: "0", Required: true, Uncertainty: "5 %"},
			share("ch4", "甲烷体积分数", "volume fraction of CH4"), share("c2h6", "乙烷体积分数", "volume fraction of C2H6"),
			share("c3h8", "丙烷体积分数", "volume fraction of C3H8"), share("c4h10", "丁烷体积分数", "volume fraction of C4H10"),
			share("co", "一氧化碳体积分数", "volume fraction of CO"),
			{Name: "of", Title: lang.T("火炬碳氧化率", "oxidation factor of the flare"), Units: []string{""}, Min: "0.5", Max: "1", Hint: fractionHint},
		},
		Compute: func(c *Calculation) {
			v := c.Sum("ΣVn·CNn", "", carbonAtoms(c)...)
			refuseOverOne(c)
			perC := c.Quotient("12/22.4", "tC/万Nm3", c.Const("12", "12 kgC/kmol"), c.Table("22.4", "constant", "molar_volume_ndrc"))
			cc := c.Product("CC", "tC/万Nm3", v, perC)
			of := c.ValueOr("OF", "of", func() Term { return c.Table("OF", "of", "flare_ndrc") })
			mass := c.Product("E_flare", "tCO2", c.Value("Q", "volume"), cc, of, c.Const("44/12", "44/12 tCO2/tC"))
			c.Emit("flare", Direct, "CO2", "E_flare = Q × CC × OF × 44/12", mass)
			tallyDestroyed(c, of)
		},
	}
}

// tallyDestroyed is the methane a flare takes out of the underground balance:
// Q × V_CH4 × OF. Whether the original multiplies by OF is unverified (C), so
// that the run may choose.
func tallyDestroyed(c *Calculation, of Term) {
	terms := []Term{c.Value("Q", "volume"), c.Value("V_CH4", "ch4")}
	if c.Choice("flare_destroyed") == "with_of" {
		terms = append(terms, of)
	}
	destroyed := c.Product("Q_flare,CH4", "万Nm3", terms...)
	destroyed.confidence = destroyed.confidence.Worse(factor.Unverified)
	c.Tally("Q_flare,CH4", destroyed)
}

// carbonAtoms are V_n × CN_n of the gases told; methane must be.
func carbonAtoms(c *Calculation) []Term {
	out := []Term{c.Value("V_CH4", "ch4")}
	for _, gas := range []struct{ field, symbol, atoms string }{{"c2h6", "V_C2H6", "2"}, {"c3h8", "V_C3H8", "3"}, {"c4h10", "V_C4H10", "4"}} {
		if c.Has(gas.field) {
			out = append(out, c.Product(gas.symbol+"·"+gas.atoms, "", c.Value(gas.symbol, gas.field), c.Const(gas.atoms, gas.atoms)))
		}
	}
	if c.Has("co") {
		out = append(out, c.Value("V_CO", "co"))
	}
	return out
}

// cnOpencast: E_CH4_oc = Σ AD × EF / 1000, AD raw coal (ROM).
func cnOpencast() Kind {
	return Kind{
		Name: "opencast", Title: lang.T("露天开采甲烷逸散", "open-cast mining CH4"), Clause: "E_CH4_oc",
		Fields: []Field{rawCoal(), coalEF()},
		Compute: func(c *Calculation) {
			ef := c.ValueOr("EF", "ef", func() Term { return c.Table("EF", "ch4_ef", "NDRC:opencast_mining") })
			mass := c.Product("E_CH4_oc", "tCH4", c.Value("AD", "raw_coal"), ef)
			c.Emit("ch4_opencast", Direct, "CH4", "E_CH4_oc = AD × EF", mass)
		},
	}
}

func rawCoal() Field {
	return Field{Name: "raw_coal", Title: lang.T("原煤产量", "raw coal output"), Units: []string{"t"}, Min: "0", Required: true, Uncertainty: "1 %"}
}

func coalEF() Field {
	return Field{Name: "ef", Title: lang.T("实测排放因子", "measured emission factor"), Units: []string{"kgCH4/t"}, Min: "0", Max: "60"}
}

// cnPostMining: E_CH4_post = Σ AD × EF / 1000 by gas grade; outburst mines use
// the high-gas factor.
func cnPostMining() Kind {
	return Kind{
		Name: "post_mining", Title: lang.T("矿后活动甲烷逸散", "post-mining CH4"), Clause: "E_CH4_post",
		Attrs:  []Attr{{Name: "grade", Title: lang.T("瓦斯等级", "gas grade"), Values: []string{"high", "low", "outburst", "opencast"}, Required: true}},
		Fields: []Field{rawCoal(), coalEF()},
		Compute: func(c *Calculation) {
			key := map[string]string{"high": "post_high_gas", "outburst": "post_high_gas", "low": "post_low_gas", "opencast": "post_opencast"}[c.Attr("grade")]
			table := c.Choice("post_mining_table")
			ad := c.Value("AD", "raw_coal")
			if table == "PROV2011" && !c.Has("ef") {
				// The provincial guideline gives m³/t at 20 °C, and 0.67 kg/m³.
				mass := c.Product("E_CH4_post", "tCH4", ad, c.Table("EF", "ch4_ef", table+":"+key), c.Table("ρ", "density", "IPCC:CH4"))
				c.Emit("ch4_post_mining", Direct, "CH4", "E_CH4_post = AD × EF × ρ", mass)
				return
			}
			ef := c.ValueOr("EF", "ef", func() Term { return c.Table("EF", "ch4_ef", table+":"+key) })
			c.Emit("ch4_post_mining", Direct, "CH4", "E_CH4_post = AD × EF", c.Product("E_CH4_post", "tCH4", ad, ef))
		},
	}
}

// cnUndergroundCO2: E_CO2_fug = (Q_vent + Q_drain − Q_utilised) × 19.77, Q net
// of the CO2 the intake air brought.
func cnUndergroundCO2() Kind {
	return Kind{
		Name: "underground_co2", Title: lang.T("井工开采二氧化碳逸散", "underground CO2"), Clause: "E_CO2_fug",
		Fields: []Field{
			{Name: "vent", Title: lang.T("风排二氧化碳量(扣除进风)", "CO2 in return air, net of intake"), Units: []string{"万Nm3"}, Required: true, Uncertainty: "15 %"},
			{Name: "drain", Title: lang.T("抽放二氧化碳量", "CO2 in drained gas"), Units: []string{"万Nm3"}, Min: "0", Uncertainty: "5 %"},
			{Name: "utilised", Title: lang.T("利用二氧化碳量", "CO2 utilised"), Units: []string{"万Nm3"}, Min: "0", Uncertainty: "5 %"},
		},
		Compute: func(c *Calculation) {
			net := c.Sum("Q_CO2", "万Nm3", c.Value("Q_vent", "vent"), c.ValueOrZero("Q_drain", "drain", "万Nm3"), Minus(c.ValueOrZero("Q_util", "utilised", "万Nm3")))
			mass := c.Product("E_CO2_fug", "tCO2", net, c.Table("ρ", "density", "NDRC:CO2"))
			c.Emit("co2_underground", Direct, "CO2", "E_CO2_fug = (Q_vent + Q_drain − Q_util) × 19.77", mass)
		},
	}
}

func reviewCNCoal(r *Review) {
	reviewGas(r)
	reviewMineGasBurned(r)
	reviewFactorYears(r)
	gasRates(r)
}

// reviewMineGasBurned asks where utilised gas was burned: the CO2 of engines
// is the line most often forgotten.
func reviewMineGasBurned(r *Review) {
	utilised, _ := r.Sum("underground_ch4", "utilised", "万Nm3")
	if utilised.Sign() <= 0 {
		return
	}
	burned, _ := r.Sum("combustion", "ch4", "万Nm3")
	if burned.Sign() > 0 {
		return
	}
	a := r.Activities("underground_ch4")[0]
	r.Find(a, "gas.burned_missing", activity.Explain,
		lang.T("利用瓦斯 %s,却没有瓦斯燃烧(mine_gas)的二氧化碳", "%s of gas was utilised, but no CO2 of burned mine gas is accounted").Format(told(utilised)),
		lang.T("补报发电机组、锅炉燃烧的瓦斯量;外销则说明去向", "add the gas burned in engines and boilers; if it was sold, say to whom"))
}
