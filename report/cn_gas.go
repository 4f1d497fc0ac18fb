package report

import (
	"slices"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/standard"
)

// cnMethane is table 4: each mine's methane balance, volumes of pure CH4 at 0 °C.
func cnMethane(d *draft) *Table {
	t := &Table{
		ID: "4", Short: lang.T("表4 井工甲烷", "Table 4 Underground CH4"),
		Title: lang.T("表 4 井工开采甲烷逸散", "Table 4 Methane of underground mining"),
		Columns: []Column{
			column("矿井(排放源)", "Mine (source)", 12, ""), column("监测方式", "Monitoring", 9, ""),
			column("风排量", "Return air", 10, "万Nm3"), column("抽采量", "Drained", 10, "万Nm3"),
			column("火炬销毁量", "Flared", 10, "万Nm3"), column("利用量", "Utilised", 10, "万Nm3"),
			column("乏风利用量", "Return air utilised", 10, "万Nm3"), column("净逸散量", "Net", 10, "万Nm3"), column("密度", "Density", 12, ""), column("排放量", "Mass", 10, "tCH4"), column("排放当量", "Emissions", 12, "tCO2e"),
		},
		Note: lang.T("体积为 0 ℃、101.325 kPa 下的纯甲烷。净逸散量 = 风排 + 抽采 − 火炬销毁 − 利用 − 乏风利用。",
			"Volumes of pure CH₄ at 0 °C and 101.325 kPa. Net = return air + drained − flared − utilised − return air utilised."),
	}
	for _, g := range d.groups(category("ch4_underground")) {
		volume := func(terms ...string) Cell { return g.amount("万Nm3", placesAmount, terms...) }
		t.row(
			Body, word(g.Name), word(g.monitoring()), volume("#vent", "Q_vent"), volume("#drain", "Q_drain"), volume("#flared"), volume("#utilised"), volume("#vam_utilised"), volume("Q_net", "Q"),
			g.mean("", placesDensity, "ρ"), g.mass(), g.co2e(),
		)
	}
	t.none(lang.T("没有井工开采甲烷逸散", "no underground mining"))
	return t
}

// monitoring tells how a source's return air was measured, over its months.
func (g group) monitoring() lang.Text {
	ways := []struct {
		name  string
		title lang.Text
	}{
		{"vent", lang.T("按积分体积", "integrated volume")},
		{"vent_rate", lang.T("月平均流量", "monthly mean flow")},
		{"flow", lang.T("恒定流量", "constant flow")},
		{"relative_emission", lang.T("相对涌出量", "relative emission")},
	}
	var out lang.Text
	for _, w := range ways {
		i := slices.IndexFunc(g.lines, func(l standard.Line) bool { _, ok := g.acts[l.Activity].Values[w.name]; return ok })
		if i < 0 {
			continue
		}
		if w.name == "vent" && g.acts[g.lines[i].Activity].Values["vent"].How == activity.Metered {
			w.title = lang.T("连续监测", "continuous")
		}
		if out.IsZero() {
			out = w.title
			continue
		}
		out = lang.T(out.ZH+"、"+w.title.ZH, out.EN+", "+w.title.EN)
	}
	return out
}

// cnCarbonDioxide is table 5: each mine's fugitive carbon dioxide.
func cnCarbonDioxide(d *draft) *Table {
	t := &Table{
		ID: "5", Short: lang.T("表5 井工二氧化碳", "Table 5 Underground CO2"),
		Title: lang.T("表 5 井工开采二氧化碳逸散", "Table 5 Carbon dioxide of underground mining"),
		Columns: []Column{
			column("矿井(排放源)", "Mine (source)", 14, ""), column("风排量", "Return air", 11, "万Nm3"), column("抽放量", "Drained", 11, "万Nm3"),
			column("利用量", "Utilised", 11, "万Nm3"), column("净逸散量", "Net", 11, "万Nm3"), column("密度", "Density", 9, "tCO2/万Nm3"), column("排放量", "Emissions", 12, "tCO2"),
		},
		Note: lang.T("风排量已扣除进风带入的二氧化碳。", "Return air is net of the carbon dioxide the intake brought."),
	}
	for _, g := range d.groups(category("co2_underground")) {
		volume := func(terms ...string) Cell { return g.amount("万Nm3", placesAmount, terms...) }
		t.row(Body, word(g.Name), volume("#vent"), volume("#drain"), volume("#utilised"), volume("Q_CO2"), g.mean("tCO2/万Nm3", placesDensity, "ρ"), g.mass())
	}
	t.none(lang.T("没有井工开采二氧化碳逸散", "no underground CO₂"))
	return t
}

// cnCoal is table 6: raw coal by class with its factor. A provincial table
// tells the factor as a volume at 20 °C, so each figure carries its unit.
func cnCoal(d *draft) *Table {
	t := &Table{
		ID: "6", Short: lang.T("表6 露天与矿后活动", "Table 6 Coal"),
		Title: lang.T("表 6 露天开采与矿后活动甲烷逸散", "Table 6 Methane of open-cast mining and post-mining activities"),
		Columns: []Column{
			column("排放源", "Source", 14, ""), column("类别", "Class", 14, ""), column("原煤产量", "Raw coal", 14, "t"),
			column("排放因子", "Factor", 14, ""), column("来源", "Origin", 8, ""), column("因子出处", "Source of the factor", 20, ""), column("排放量", "Mass", 11, "tCH4"),
		},
		Note: lang.T("按原煤(毛煤)产量,不用商品煤量。突出矿井用高瓦斯因子。", "By raw coal (run of mine), not saleable coal. Outburst mines take the high-gas factor."),
	}
	for _, g := range d.groups(category("ch4_opencast", "ch4_post_mining")) {
		class := d.kind(g.lines[0])
		if attr := d.acts[g.lines[0].Activity].Attrs["grade"]; attr != "" {
			class = lang.T("%s,%s", "%s, %s").Format(class, grade(attr))
		}
		t.row(Body, word(g.Name), word(class), g.amount("t", placesAmount, "#raw_coal"), g.mean("", placesEF, "EF", "#raw_coal"), g.ticks("EF", measured, byDefault), g.origin("EF"), g.mass())
	}
	t.none(lang.T("没有露天开采或矿后活动", "no open-cast mining or post-mining activity"))
	return t
}

// origin names the table a factor was taken from, as the report's list of
// factors does; the site's own measurement otherwise.
func (g group) origin(symbol string) Cell {
	var out lang.Text
	for _, p := range g.parts(symbol) {
		text := lang.T("自测", "own measurement")
		for _, f := range p.line.Factors {
			if p.term.From == "factor:"+f.ID() {
				text = lang.T("%s(%s)", "%s (%s)").Format(f.Name, f.ID())
			}
		}
		if g.way(p) == stated || g.way(p) == filed {
			text = g.way(p).title()
		}
		if out.IsZero() {
			out = text
		} else if out != text {
			out = lang.T(out.ZH+";"+text.ZH, out.EN+"; "+text.EN)
		}
	}
	return word(out)
}
