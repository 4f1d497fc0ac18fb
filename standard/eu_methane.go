package standard

import (
	"lingtan/activity"
	"lingtan/lang"
	"lingtan/quantity"
)

// Regulation (EU) 2024/1787, coal: the sheet a buyer asks of a producer.
// Reporting is in t CH4, so that no GWP is needed; a total in CO2e uses AR6.
// The intensity the venting limits speak of counts shaft ventilation only, per
// kt of coal mined; it is not the total fugitive.
func init() {
	register(Edition{
		ID:       "eu-2024-1787",
		Title:    lang.T("欧盟甲烷条例 2024/1787 煤炭甲烷强度表", "EU Methane Regulation 2024/1787, coal intensity sheet"),
		Document: lang.T("欧洲议会和理事会 (EU) 2024/1787 号条例 煤炭部分与附件 IX", "Regulation (EU) 2024/1787, coal and annex IX"),
		GWP:      "AR6-fossil",
		Kinds:    []Kind{euShaft(), euStation(), euPostMining(), euProduction()},
		Totals: []TotalRule{
			{"ventilation", lang.T("通风井甲烷", "CH4 of ventilation shafts"), func(l Line) int { return oneIf(l.Category == "ch4_shaft") }},
			{"total", lang.T("甲烷排放合计", "CH4 emitted"), countBases(Direct)},
		},
		Notes: []Note{
			{"A", lang.T("GWP 29.8 与 82.5 读自条例序言", "GWP 29.8 and 82.5 were read in the recitals")},
			{"B", lang.T("限值 5(2027 年起)与 3(2031 年起)t/kt 取自草案介绍,最终文本未查", "the limits 5 (from 2027) and 3 (from 2031) t/kt are from a page on the draft; the final text was not read")},
			{"B", lang.T("条文号未查,条款以主题标注;焦煤限值尚未规定", "articles were not read, clauses are named by subject; the limit for coking coal is not set")},
			{"A", lang.T("甲烷密度按 0 ℃ 7.17 t/万Nm³;条例未规定密度", "methane is weighed at 0 °C with 7.17 t per 10⁴ Nm³; the regulation prescribes no density")},
		},
		Review:  reviewEU,
		Figures: euFigures,
	})
}

func pureNormal(name, zh, en, uncertainty string) Field {
	return Field{Name: name, Title: lang.T(zh, en), Units: []string{"万Nm3"}, Min: "0", Uncertainty: uncertainty}
}

// How a quantity was obtained is part of the buyer's sheet.
var euMethod = []Attr{ //nolint:gochecknoglobals // constant
	{Name: "method", Title: lang.T("方法", "method"), Values: []string{"direct", "factor"}},
	{Name: "instrument", Title: lang.T("仪器", "instrument"), Values: []string{"*"}},
	{Name: "frequency", Title: lang.T("频次", "frequency"), Values: []string{"*"}},
}

func euShaft() Kind {
	return Kind{
		Name: "shaft", Title: lang.T("通风井", "ventilation shaft"), Clause: "ventilation shafts", Attrs: euMethod,
		Fields: []Field{required(pureNormal("vent", "风排甲烷(纯)", "CH4 ventilated (pure)", "15 %"))},
		Compute: func(c *Calculation) {
			mass := c.Product("CH4_shaft", "tCH4", c.Value("Q_vent", "vent"), c.Table("ρ", "density", "NDRC:CH4"))
			c.Tally("CH4_shaft", mass)
			c.Emit("ch4_shaft", Direct, "CH4", "2024/1787, ventilation shafts: continuous direct measurement", mass)
		},
	}
}

// euStation: what a drainage station sent where. What a flare does not destroy
// is emitted; what is utilised leaves for another account.
func euStation() Kind {
	return Kind{
		Name: "drainage_station", Title: lang.T("抽采站", "drainage station"), Clause: "drainage stations", Attrs: euMethod,
		Fields: []Field{
			required(pureNormal("drained", "抽采甲烷(纯)", "CH4 drained (pure)", "5 %")), pureNormal("utilised", "利用甲烷", "CH4 utilised", "5 %"),
			pureNormal("flared", "火炬甲烷", "CH4 to the flare", "5 %"), pureNormal("vented", "排空甲烷", "CH4 vented", "5 %"),
			{Name: "efficiency", Title: lang.T("火炬销毁效率", "destruction efficiency of the flare"), Units: []string{""}, Min: "0", Max: "1", Hint: fractionHint},
		},
		Compute: func(c *Calculation) {
			rho := c.Table("ρ", "density", "NDRC:CH4")
			for _, name := range []string{"drained", "utilised", "flared", "vented"} {
				if c.Has(name) {
					c.Tally("Q_"+name, c.Value("Q_"+name, name))
				}
			}
			vented := c.Product("CH4_vented", "tCH4", c.ValueOrZero("Q_vented", "vented", "万Nm3"), rho)
			c.Emit("ch4_station_vented", Direct, "CH4", "2024/1787, drainage stations: vented", vented)
			if c.Has("flared") {
				rest := c.Sum("1−η", "", c.Const("1", "1"), Minus(c.Value("η", "efficiency")))
				c.Emit("ch4_station_flared", Direct, "CH4", "2024/1787, drainage stations: not destroyed by flaring", c.Product("CH4_flared", "tCH4", c.Value("Q_flared", "flared"), rest, rho))
			}
		},
	}
}

func euPostMining() Kind {
	return Kind{
		Name: "post_mining", Title: lang.T("矿后活动", "post-mining"), Clause: "post-mining", Attrs: euMethod,
		Fields: []Field{rawCoal(), required(coalEF())},
		Compute: func(c *Calculation) {
			c.Emit("ch4_post_mining", Direct, "CH4", "2024/1787, post-mining: deposit-specific factor", c.Product("CH4_post", "tCH4", c.Value("AD", "raw_coal"), c.Value("EF", "ef")))
		},
	}
}

// euProduction: coal mined by type; a coking-coal mine has at least half
// coking coal over three years.
func euProduction() Kind {
	return Kind{
		Name: "production", Title: lang.T("煤炭产量", "coal mined"), Clause: "annex IX", Items: []string{"thermal", "coking"},
		Fields: []Field{rawCoal()},
		Compute: func(c *Calculation) {
			coal := c.Value("AD", "raw_coal")
			c.Tally("coal", coal)
			c.Tally("coal_"+c.Item(), coal)
		},
	}
}

// euStationRules are in force from 2025: no venting, and no flaring below
// 99 % destruction.
const euStationRules = 2025

func reviewEU(r *Review) {
	whole := quantity.MustParse("0.99")
	for _, a := range r.Activities("drainage_station") {
		if year(a) >= euStationRules && a.Values["vented"].Quantity.Sign() > 0 {
			r.Find(a, "eu.venting_forbidden", activity.Explain,
				lang.T("抽采站排空甲烷 %s,2025 年起禁止", "the drainage station vented %s, forbidden from 2025").Format(told(a.Values["vented"].Quantity)),
				lang.T("说明停机或事故原因", "say which stoppage or accident it was"))
		}
		eff, ok := a.Values["efficiency"]
		if under, err := eff.Quantity.Cmp(whole); ok && err == nil && under < 0 && year(a) >= euStationRules {
			r.Find(a, "eu.flare_below_99", activity.Explain,
				lang.T("火炬销毁效率 %s 低于 99 %%", "the flare's destruction of %s is below 99 %%").Format(eff.Quantity),
				lang.T("核对火炬效率测试报告", "check the flare's test report"))
		}
		sum := quantity.Int(0, quantity.MustUnit("万Nm3"))
		for _, name := range []string{"utilised", "flared", "vented"} {
			if s, err := sum.Add(a.Values[name].Quantity); err == nil {
				sum = s
			}
		}
		if over, err := sum.Cmp(a.Values["drained"].Quantity); err == nil && over > 0 {
			r.Find(a, "gas.utilised_over_drained", activity.Hard,
				lang.T("利用、火炬与排空之和 %s 大于抽采量 %s", "utilised, flared and vented are %s, more than the drained %s").Format(told(sum), told(a.Values["drained"].Quantity)),
				lang.T("核对计量点与气体状态", "check meters and gas states"))
		}
	}
}

// euFigures are the intensity, the limit of the year reported on, and the
// rates of the stations.
func euFigures(r *Review, _ []Total) {
	shafts, okS := r.Tally("CH4_shaft", "tCH4")
	coal, okC := r.Tally("coal", "kt")
	if okS && okC && coal.Quantity.Sign() > 0 {
		c := r.Calculation()
		intensity := c.Quotient("intensity", "tCH4/kt", shafts, coal)
		c.Figure(Figure{ID: "ventilation_intensity", Title: lang.T("通风甲烷强度", "ventilation methane intensity"), Clause: "2024/1787, venting limits: shaft ventilation ÷ coal mined"}, intensity)
		euLimits(r, intensity)
	}
	drained, okD := r.Tally("Q_drained", "万Nm3")
	utilised, okU := r.Tally("Q_utilised", "万Nm3")
	if okD && okU && drained.Quantity.Sign() > 0 {
		r.Figure(Figure{ID: "gas_utilisation", Title: lang.T("瓦斯利用率", "gas utilisation rate"), Clause: "utilised ÷ drained"}, "%", utilised, drained)
	}
}

// euLimits tells both limits and flags the one in force, or to come, that a
// mine of thermal coal exceeds.
func euLimits(r *Review, intensity Term) {
	mine := r.Activities("production")[0]
	thermal, _ := r.Tally("coal_thermal", "kt")
	coking, _ := r.Tally("coal_coking", "kt")
	mostly, err := thermal.Quantity.Cmp(coking.Quantity)
	for _, from := range []int{2027, 2031} {
		c := r.Calculation()
		limit := c.Table("limit", "threshold", map[int]string{2027: "eu_methane:2027", 2031: "eu_methane:2031"}[from])
		c.Figure(Figure{
			ID:     map[int]string{2027: "limit_2027", 2031: "limit_2031"}[from],
			Title:  lang.T("通风排放限值(%d 年起)", "venting limit from %d").Format(from),
			Clause: "2024/1787, venting limits",
		}, limit)
		over, cmpErr := intensity.Quantity.Cmp(limit.Quantity)
		if err != nil || cmpErr != nil || mostly <= 0 || over <= 0 {
			continue
		}
		severity := activity.Notice
		if year(mine) >= from {
			severity = activity.Explain
		}
		r.Find(mine, "eu.over_limit", severity,
			lang.T("通风甲烷强度 %s 高于 %d 年起的限值 %s", "ventilation intensity %s exceeds the limit from %d, %s").Format(told(intensity.Quantity), from, told(limit.Quantity)),
			lang.T("限值按通风井排放与动力煤产量", "the limit counts ventilation shafts and thermal coal"))
	}
}
