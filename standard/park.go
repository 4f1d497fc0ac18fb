package standard

import (
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// The national zero-carbon park of 2025: CO2 per energy consumed, which counts
// CO2 alone. A coal mine could look near zero while it vents methane, so that
// methane stands beside the core indicator, always.
func init() {
	register(Edition{
		ID:       "zero-carbon-park-2025",
		Title:    lang.T("国家级零碳园区指标(2025)", "national zero-carbon park indicators (2025)"),
		Document: lang.T("发改环资〔2025〕910号(文号 B);湖南省指标表", "notice (2025) no. 910 (number B); Hunan's table"),
		GWP:      "AR5",
		Kinds:    []Kind{park()},
		Choices: []Choice{
			{Name: "target", Title: lang.T("对标", "target"), Values: []string{"national", "hunan-2027", "hunan-2030", "hunan-2035"}, Default: "national"},
		},
		Totals: []TotalRule{
			{"co2", lang.T("园区二氧化碳(核心指标分子)", "CO2 of the park (the core indicator's numerator)"), countBases(Direct)},
			{"ch4_beside", lang.T("园区甲烷(核心指标之外)", "CH4 of the park (outside the core indicator)"), countBases(Memo)},
		},
		Notes: []Note{
			{"A", lang.T("国家指标与湖南阈值读自公开网页", "the national indicators and Hunan's limits were read on public pages")},
			{"A", lang.T("核心指标只计二氧化碳,甲烷另列", "the core indicator counts CO2 only; methane is told beside it")},
			{"C", lang.T("绿电、原料用能与过程排放在分子中的处理待核实", "how green power, feedstock and process CO2 enter the numerator is to be verified")},
			{"C", lang.T("山西及团体标准的零碳矿山数值指标未见,阈值由用户给出", "no numeric zero-carbon-mine standard of Shanxi or a group was found; such limits are the customer's")},
		},
		Check:  onePark,
		Review: reviewPark,
	})
}

// onePark refuses a second park: the indicator is of one.
func onePark(acts []activity.Activity) []error {
	if len(acts) < 2 {
		return nil
	}
	return []error{fault.Invalid.Say(lang.T("园区 %d 个,应为 1 个", "%d parks, expected one"), len(acts)).
		Do(lang.T("每个园区单独计算", "compute each park by itself")).At(acts[1].At)}
}

func park() Kind {
	energy := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"tce"}, Min: "0", Uncertainty: "2 %"}
	}
	mass := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"t"}, Min: "0"}
	}
	return Kind{
		Name: "park", Title: lang.T("园区", "park"), Clause: "CO2 ÷ energy",
		Fields: []Field{
			{Name: "co2", Title: lang.T("二氧化碳排放", "CO2 emitted"), Units: []string{"tCO2"}, Required: true},
			{Name: "ch4", Title: lang.T("甲烷排放", "CH4 emitted"), Units: []string{"tCH4"}, Min: "0"},
			required(energy("energy", "能源消费量", "energy consumed")), energy("clean_energy", "清洁能源消费量", "clean energy consumed"),
			mass("waste_used", "固废利用量", "solid waste used"), mass("waste_made", "固废产生量", "solid waste generated"), mass("waste_drawn", "利用往年贮存量", "drawn from old stock"),
			mass("water_reused", "重复用水量", "water reused"), mass("water_fresh", "新水量", "fresh water"),
			energy("waste_heat_used", "余热余冷余压利用量", "waste heat, cold and pressure used"), energy("waste_heat", "余热余冷余压资源量", "waste heat, cold and pressure available"),
		},
		Compute: computePark,
	}
}

func computePark(c *Calculation) {
	co2, energy := c.Value("CO2", "co2"), c.Value("E", "energy")
	c.Emit("co2", Direct, "CO2", "core indicator: CO2", co2)
	if c.Has("ch4") {
		c.Emit("ch4", Memo, "CH4", "outside the core indicator", c.Value("CH4", "ch4"))
	}
	c.Figure(Figure{ID: "core", Title: lang.T("单位能耗碳排放", "CO2 per energy"), Clause: "CO2 ÷ energy consumed"}, c.Quotient("core", "tCO2/tce", co2, energy))
	c.Figure(Figure{ID: "core_limit", Title: lang.T("单位能耗碳排放限值", "limit of CO2 per energy"), Clause: "zero-carbon park indicators"}, parkLimit(c))
	share := func(id, key string, title lang.Text, over Term, under ...Term) {
		whole := c.Sum("Σ", under[0].Quantity.Unit().String(), under...)
		c.Figure(Figure{ID: id, Title: title, Clause: "guiding indicator"}, c.Quotient(id, "%", over, whole))
		c.Figure(Figure{ID: id + "_target", Title: lang.T("%s:目标", "%s: target").Format(title), Clause: "guiding indicator"}, c.Table("target", "threshold", "zero_carbon_park:"+key))
	}
	if c.Has("clean_energy") {
		share("clean_share", "clean_energy_share", lang.T("清洁能源消费占比", "clean energy share"), c.Value("E_clean", "clean_energy"), energy)
	}
	if c.Has("waste_used") {
		share("solid_waste_use", "solid_waste_use", lang.T("工业固废综合利用率", "use of solid waste"), c.Value("used", "waste_used"), c.Value("made", "waste_made"), c.ValueOrZero("drawn", "waste_drawn", "t"))
	}
	if c.Has("water_reused") {
		reused := c.Value("reused", "water_reused")
		share("water_reuse", "water_reuse", lang.T("工业用水重复利用率", "water reuse"), reused, reused, c.Value("fresh", "water_fresh"))
	}
	if c.Has("waste_heat_used") {
		share("waste_heat_use", "waste_heat_use", lang.T("余热余冷余压利用率", "use of waste heat"), c.Value("used", "waste_heat_used"), c.Value("resource", "waste_heat"))
	}
}

// parkLimit is by the size of the park, and in Hunan by the year aimed at.
func parkLimit(c *Calculation) Term {
	size, err := c.act.Values["energy"].Quantity.Cmp(quantity.MustParse("1000000 tce"))
	large := err == nil && size >= 0
	key := map[bool]string{false: "zero_carbon_park:20-100wtce", true: "zero_carbon_park:ge100wtce"}[large]
	if target := c.Choice("target"); target != "national" {
		key = map[bool]string{false: "hunan_park_lt100:", true: "hunan_park_ge100:"}[large] + target[len("hunan-"):]
	}
	return c.Table("limit", "threshold", key)
}

func reviewPark(r *Review) {
	least := quantity.MustParse("200000 tce")
	for _, a := range r.Activities("park") {
		if _, told := a.Values["ch4"]; !told {
			r.Find(a, "park.methane_untold", activity.Explain,
				lang.T("未给出甲烷排放;核心指标不含甲烷", "methane is not told; the core indicator leaves it out"),
				lang.T("给出 ch4,没有则写 0 tCH4", "give ch4; write 0 tCH4 where there is none"))
		}
		small, err := a.Values["energy"].Quantity.Cmp(least)
		if err == nil && small < 0 && r.run.choices["target"] == "national" {
			r.Find(a, "park.too_small", activity.Notice,
				lang.T("能源消费量低于 20 万 tce,国家指标无对应限值", "less than 0.2 Mtce: the national indicators set no limit for it"), lang.Text{})
		}
		core, limit := r.figure("core"), r.figure("core_limit")
		if over, err := core.Cmp(limit); err == nil && over > 0 {
			r.Find(a, "park.core_not_met", activity.Explain,
				lang.T("单位能耗碳排放 %s 高于限值 %s", "CO2 per energy %s exceeds the limit %s").Format(told(core), told(limit)),
				lang.T("核心指标须达标", "the core indicator must be met"))
		}
	}
}

func (r *Review) figure(id string) quantity.Quantity {
	for _, f := range r.run.figures {
		if f.ID == id {
			return f.Value
		}
	}
	return quantity.Quantity{}
}
