package report

import (
	"lingtan/lang"
	"lingtan/standard"
)

// cnEnergy is table 7: electricity on both bases, and heat.
func cnEnergy(d *draft) *Table {
	t := &Table{
		ID: "7", Short: lang.T("表7 净购入电力与热力", "Table 7 Electricity and heat"),
		Title: lang.T("表 7 净购入电力与热力", "Table 7 Net purchased electricity and heat"),
		Columns: []Column{
			column("排放源", "Source", 11, ""), column("口径", "Basis", 8, ""), column("购入量", "Purchased", 15, ""), column("外供量", "Supplied", 14, ""),
			column("绿证覆盖量", "Certificates", 14, ""), column("绿证已售自用电量", "Own green power sold", 12, ""), column("净购入量(计算)", "Net, as computed", 15, ""),
			column("排放因子", "Factor", 14, ""), column("来源", "Origin", 8, ""), column("排放量", "Emissions", 11, "tCO2"),
		},
		Note: lang.T("电量 MWh 取 3 位小数,热量 GJ 取 2 位小数。市场口径 = 购入 − 外供 − 绿证覆盖 + 绿证已售自用,另列,不进入法定总量。",
			"MWh to 3 decimals, GJ to 2. Market basis = purchased − supplied − certificates + own green power sold; it stands beside the statutory total, not in it."),
	}
	for _, g := range d.groups(func(l standard.Line) bool { return l.Category == "electricity" && l.Basis == standard.Location }) {
		power := func(symbol string) Cell { return g.amount("MWh", placesMWh, symbol) }
		t.row(
			Body, word(g.Name), word(basis(standard.Location)), power("#purchased"), power("#supplied"), absent(), absent(), power("AD_el"),
			g.mean("tCO2/MWh", placesGrid, "EF_el", "AD_el"), g.ticks("EF_el", measured, byDefault), g.mass(),
		)
	}
	for _, g := range d.groups(func(l standard.Line) bool { return l.Basis == standard.Market }) {
		power := func(symbol string) Cell { return g.amount("MWh", placesMWh, symbol) }
		t.row(
			Body, word(g.Name), word(basis(standard.Market)), power("#purchased"), power("#supplied"), power("#certificates"), power("#sold_green"), power("AD_res"),
			g.mean("tCO2/MWh", placesGrid, "EF_res", "AD_res"), g.ticks("EF_res", measured, byDefault), g.mass(),
		)
	}
	for _, g := range d.groups(category("heat")) {
		t.row(
			Body, word(g.Name), say("热力", "heat"), absent(), absent(), absent(), absent(), g.amount("GJ", placesGJ, "AD_heat", "AD", "AD_water", "AD_steam"),
			g.mean("tCO2/GJ", placesGrid, "EF_heat", "AD_heat|AD|AD_water|AD_steam"), g.ticks("EF_heat", measured, byDefault), g.mass(),
		)
	}
	t.none(lang.T("没有购入电力或热力", "no electricity or heat is purchased"))
	return t
}
