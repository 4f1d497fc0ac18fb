package report

import (
	"slices"

	"lingtan/lang"
	"lingtan/quantity"
)

// cnCombustion is table 2: each fuel's amount and the parameters of its
// formula, each with the box that says how it was obtained.
func cnCombustion(d *draft) *Table {
	t := &Table{
		ID: "2", Short: lang.T("表2 化石燃料燃烧", "Table 2 Combustion"),
		Title: lang.T("表 2 化石燃料燃烧的活动水平与排放因子", "Table 2 Activity data and factors of fuel combustion"),
		Columns: []Column{
			column("排放设施", "Source", 10, ""), column("燃料", "Fuel", 8, ""), column("消费量", "Consumed", 13, ""),
			column("含碳量", "Carbon content", 11, ""), column("来源", "Origin", 8, ""),
			column("低位发热量", "NCV", 10, ""), column("来源", "Origin", 8, ""),
			column("单位热值含碳量", "Carbon per energy", 9, "tC/GJ"), column("来源", "Origin", 8, ""),
			column("碳氧化率", "Oxidation", 7, "%"), column("来源", "Origin", 8, ""),
			column("排放量", "Emissions", 10, "tCO2"),
		},
		Note: lang.T("各月数值不同的,低位发热量按消费量加权,单位热值含碳量按热量加权,碳氧化率按含碳总量加权。",
			"Where months differ, NCV is weighted by consumption, carbon per energy by energy, oxidation by carbon."),
	}
	match := category("combustion")
	for _, g := range d.groups(match) {
		per := perUnit(g)
		t.row(
			Body, word(g.Name), word(fuel(g.Item)), g.amount(per, placesAmount, "#amount", "#ch4"),
			g.mean("tC/"+per, placesCC, "CC", "#amount|#ch4"), g.ticks("CC", measured, calculated),
			g.mean("GJ/"+per, placesNCV, "NCV", "#amount"), g.ticks("NCV", measured, byDefault),
			g.mean("tC/GJ", placesEFc, "EFc", "#amount", "NCV"), g.ticks("EFc", measured, byDefault),
			g.mean("%", placesShare, "OF", "#amount|#ch4", "CC"), g.ticks("OF", measured, byDefault),
			g.mass(),
		)
	}
	if g := d.whole(match); len(g.lines) > 1 {
		t.row(Sum, slices.Concat([]Cell{say("合计", "Sum")}, make([]Cell, len(t.Columns)-2), []Cell{g.mass()})...)
	}
	t.none(lang.T("没有化石燃料燃烧", "no fuel is burned"))
	return t
}

// perUnit is the unit a fuel is counted in: t, or 10⁴ Nm³ of a gas.
func perUnit(g group) string {
	for _, p := range g.parts("#amount", "#ch4") {
		if p.term.Quantity.Unit().Same(quantity.MustUnit("Nm3")) {
			return "万Nm3"
		}
	}
	return "t"
}

// cnFlare is table 3: the gas to the flare, its composition and carbon.
func cnFlare(d *draft) *Table {
	t := &Table{
		ID: "3", Short: lang.T("表3 火炬燃烧", "Table 3 Flaring"),
		Title: lang.T("表 3 火炬燃烧的活动水平与排放因子", "Table 3 Activity data and factors of flaring"),
		Columns: []Column{
			column("火炬", "Flare", 12, ""), column("火炬气量", "Gas", 10, "万Nm3"),
			column("甲烷", "CH₄", 7, "%"), column("乙烷", "C₂H₆", 7, "%"), column("丙烷", "C₃H₈", 7, "%"), column("丁烷", "C₄H₁₀", 7, "%"), column("一氧化碳", "CO", 7, "%"),
			column("含碳量", "Carbon content", 10, "tC/万Nm3"), column("碳氧化率", "Oxidation", 8, "%"), column("来源", "Origin", 8, ""),
			column("排放量", "Emissions", 10, "tCO2"),
		},
		Note: lang.T("组成为体积分数,各月不同的按气量加权。", "Composition by volume; where months differ it is weighted by the gas burned."),
	}
	for _, g := range d.groups(category("flare")) {
		share := func(input string) Cell { return g.mean("%", placesShare, input, "#volume") }
		t.row(
			Body, word(g.Name), g.amount("万Nm3", placesAmount, "#volume"),
			share("#ch4"), share("#c2h6"), share("#c3h8"), share("#c4h10"), share("#co"),
			g.mean("tC/万Nm3", placesCC, "CC", "#volume"), g.mean("%", placesShare, "OF", "#volume", "CC"), g.ticks("OF", measured, byDefault), g.mass(),
		)
	}
	t.none(lang.T("没有火炬燃烧", "no gas is flared"))
	return t
}
