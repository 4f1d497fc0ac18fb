package report

import (
	"lingtan/lang"
	"lingtan/standard"
)

// cnSources are the rows of table 1, in the guideline's order.
var cnSources = []struct { //nolint:gochecknoglobals // constant table
	category string
	title    lang.Text
	gas      string
}{
	{"combustion", lang.T("化石燃料燃烧", "Fuel combustion"), "CO2"},
	{"flare", lang.T("火炬燃烧", "Flaring"), "CO2"},
	{"ch4_underground", lang.T("井工开采甲烷逸散", "Underground mining, CH₄"), "CH4"},
	{"ch4_opencast", lang.T("露天开采甲烷逸散", "Open-cast mining, CH₄"), "CH4"},
	{"ch4_post_mining", lang.T("矿后活动甲烷逸散", "Post-mining activities, CH₄"), "CH4"},
	{"co2_underground", lang.T("井工开采二氧化碳逸散", "Underground mining, CO₂"), "CO2"},
	{"electricity", lang.T("净购入电力(电网平均)", "Net purchased electricity (location-based)"), "CO2"},
	{"heat", lang.T("净购入热力", "Net purchased heat"), "CO2"},
}

// cnSummary is table 1: each source in t of its gas and in tCO2e, then the
// totals. Electricity by contracts and certificates stands beside the
// statutory figure, never in it.
func cnSummary(d *draft) *Table {
	t := &Table{
		ID: "1", Short: lang.T("表1 排放量汇总", "Table 1 Summary"),
		Title: lang.T("表 1 温室气体排放量汇总", "Table 1 Summary of greenhouse-gas emissions"),
		Columns: []Column{
			column("排放源类别", "Source", 22, ""), column("气体", "Gas", 6, ""),
			column("排放量(t)", "Mass (t of gas)", 14, ""), column("排放量", "Emissions", 16, "tCO2e"),
		},
		Note: lang.T("“—”表示没有此类排放源,不是零。GWP 采用 %s。", "“—” is a source that does not exist, not a zero. GWP set: %s.").Format(d.gwp()),
	}
	for _, s := range cnSources {
		g := d.whole(category(s.category))
		t.row(Body, word(s.title), word(gas(s.gas)), g.mass(), g.co2e())
	}
	for _, id := range []string{"without_indirect", "total"} {
		d.totalRow(t, id)
	}
	market := d.whole(func(l standard.Line) bool { return l.Basis == standard.Market })
	if len(market.lines) > 0 {
		t.row(Body, say("另列:净购入电力(合同与绿证)", "Beside it: electricity, market-based"), word(gas("CO2")), market.mass(), market.co2e())
		d.totalRow(t, "total_market")
	}
	for _, g := range d.groups(func(l standard.Line) bool { return l.Basis == standard.Memo }) {
		title := lang.T("备忘,不进入合计:%s", "Memo, in no total: %s").Format(d.memo(g.lines[0]))
		t.row(Body, word(title), word(gas(g.lines[0].Gas)), g.mass(), g.co2e())
	}
	return t
}

// memo names a line that an edition tells beside its method.
func (d *draft) memo(l standard.Line) lang.Text {
	if l.Category == "engine_slip" {
		return lang.T("%s发动机甲烷逃逸", "methane slip of engines, %s").Format(l.Name)
	}
	return l.Name
}

func (d *draft) totalRow(t *Table, id string) {
	total, err := d.inv.Content.Result.Total(id)
	d.fail(err)
	t.row(Sum, word(total.Title), Cell{}, Cell{}, d.total(total))
}
