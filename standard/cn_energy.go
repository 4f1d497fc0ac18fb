package standard

import (
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
)

// cnElectricity: E_el = (purchased − supplied) × EF, on two bases. Location:
// the grid's average. Market: what retired certificates or green contracts
// cover counts 0, the rest the residual mix, for which the national average
// without market-traded non-fossil power of the same data year stands.
func cnElectricity() Kind {
	energy := func(name, zh, en string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"MWh"}, Min: "0", Uncertainty: "1 %"}
	}
	return Kind{
		Name: "electricity", Title: lang.T("净购入电力", "net purchased electricity"), Clause: "E_el",
		Attrs: []Attr{
			{Name: "certificate_ids", Title: lang.T("绿证编号(逗号分隔)", "ids of certificates, with commas between"), Values: []string{"*"}},
			{Name: "certificate_year", Title: lang.T("绿证生产年", "year of the certificates"), Values: []string{"*"}},
		},
		Fields: []Field{
			energy("purchased", "购入电量", "electricity purchased"), energy("supplied", "外供电量", "electricity supplied"),
			{Name: "net", Title: lang.T("净购入电量", "net electricity purchased"), Units: []string{"MWh"}, Uncertainty: "1 %"},
			energy("certificates", "绿证覆盖电量", "electricity covered by certificates"),
			energy("sold_green", "自发自用且绿证已售的电量", "own green power used whose certificates were sold"),
			{Name: "ef", Title: lang.T("电力排放因子", "grid emission factor"), Units: []string{"tCO2/MWh"}, Min: "0", Max: "1.5"},
		},
		Compute: func(c *Calculation) {
			if c.Has("net") && (c.Has("purchased") || c.Has("supplied")) {
				c.Fail(fault.Invalid.Say(lang.T("net 与 purchased、supplied 同时给出", "net is given together with purchased or supplied")).
					Do(lang.T("净购入量已扣外供,外供不得再减一次;只留一种写法", "net already has the exported power subtracted; keep one way of telling it")))
			}
			location(c)
			market(c)
		},
	}
}

// netPower is purchased less supplied; own generation used on site was never purchased.
func netPower(c *Calculation) Term {
	return c.ValueOr("AD_el", "net", func() Term {
		return c.Sum("AD_el", "MWh", c.Value("P_in", "purchased"), Minus(c.ValueOrZero("P_out", "supplied", "MWh")))
	})
}

func location(c *Calculation) {
	net := netPower(c)
	ef := c.ValueOr("EF_el", "ef", func() Term { return gridFactor(c) })
	c.Emit("electricity", Location, "CO2", "E_el = AD_el × EF_el", c.Product("E_el", "tCO2", net, ef))
}

func gridFactor(c *Calculation) Term {
	switch c.Choice("grid") {
	case "national":
		return c.Factor("EF_el", "grid_national", "avg")
	case "region":
		return c.Factor("EF_el", "grid_region", c.Choice("region"))
	}
	if c.Province == "" {
		c.Fail(fault.Invalid.Say(lang.T("缺少省份(province)", "the province is missing")).
			Do(lang.T("写 province = \"CN-14\"(山西),或选 grid = \"national\"", `write province = "CN-14" (Shanxi), or choose grid = "national"`)))
		return Term{}
	}
	return c.Factor("EF_el", "grid_province", c.Province)
}

// market counts certificates as 0. Own green power whose certificates were sold
// is as grid power here: another user claims it.
func market(c *Calculation) {
	if c.lacksResidual() {
		return
	}
	net, covered := netPower(c), c.ValueOrZero("GEC", "certificates", "MWh")
	if over, err := covered.Quantity.Cmp(net.Quantity); c.OK() && err == nil && over > 0 && covered.Quantity.Sign() > 0 {
		c.Fail(fault.Invalid.Say(lang.T("绿证电量 %s 大于净购入电量 %s", "certificates of %s exceed the net purchase of %s"), covered.Quantity, net.Quantity).
			Do(lang.T("多余绿证留作以后用,不得抵扣其他排放", "keep the surplus; certificates offset nothing else")))
	}
	terms := []Term{net, Minus(covered)}
	if c.Has("sold_green") {
		terms = append(terms, c.Value("P_sold", "sold_green"))
	}
	rest := c.Sum("AD_res", "MWh", terms...)
	ef := c.Factor("EF_res", "grid_national", "excl_market_nonfossil")
	c.Emit("electricity", Market, "CO2", "E_el,market = (AD_el − GEC) × EF_residual", c.Product("E_el,market", "tCO2", rest, ef))
}

// lacksResidual tells whether no residual factor is published for the data year
// or before: the market basis is then not told at all, for missing is not zero.
func (c *Calculation) lacksResidual() bool {
	_, err := c.run.set.Find("grid_national", "excl_market_nonfossil", year(c.act.Activity))
	if err == nil || !c.OK() {
		return false
	}
	if c.Has("certificates") {
		c.Fail(err)
		return true
	}
	c.run.lack(Market)
	(&Review{run: c.run}).once(c.act.Activity, "factor.no_residual", lang.T("%d 年没有剩余电力因子,不出市场口径合计", "there is no residual factor for %d: no market-based total is told").Format(year(c.act.Activity)))
	return true
}

// cnHeat: E_heat = AD_heat × 0.11; hot water AD = M × (T − 20) × 4.1868/1000,
// steam AD = M × (En − 83.74)/1000: the reference is water at 20 °C, returned
// condensate is not counted (MEE steel guideline, annex E).
func cnHeat() Kind {
	return Kind{
		Name: "heat", Title: lang.T("净购入热力", "net purchased heat"), Clause: "E_heat",
		Fields: append([]Field{
			{Name: "heat", Title: lang.T("热量", "heat"), Units: []string{"GJ"}, Uncertainty: "2 %"},
			{Name: "hot_water", Title: lang.T("热水质量", "mass of hot water"), Units: []string{"t"}, Min: "0", Uncertainty: "2 %"},
			{Name: "temperature", Title: lang.T("热水温度", "temperature of hot water"), Units: []string{"degC"}, Min: "20", Max: "200"},
			{Name: "steam", Title: lang.T("蒸汽质量", "mass of steam"), Units: []string{"t"}, Min: "0", Uncertainty: "2 %"},
			{Name: "enthalpy", Title: lang.T("蒸汽比焓", "enthalpy of steam"), Units: []string{"kJ/kg"}, Min: "2500", Max: "3600", Hint: lang.T("蒸汽比焓约 2,700…3,000 kJ/kg,按绝对压力查表", "about 2,700…3,000 kJ/kg, read from the table at the absolute pressure")},
			{Name: "ef", Title: lang.T("热力排放因子", "heat emission factor"), Units: []string{"tCO2/GJ"}, Min: "0", Max: "0.3"},
		}, steamFields()...),
		Compute: func(c *Calculation) {
			heat := purchasedHeat(c)
			ef := c.ValueOr("EF_heat", "ef", func() Term { return c.Table("EF_heat", "heat_ef", "default") })
			c.Emit("heat", Energy, "CO2", "E_heat = AD_heat × EF_heat", c.Product("E_heat", "tCO2", heat, ef))
		},
	}
}

func purchasedHeat(c *Calculation) Term {
	var parts []Term
	if c.Has("heat") {
		parts = append(parts, c.Value("AD", "heat"))
	}
	if c.Has("hot_water") {
		warm := c.Sum("T−20", "K", c.Value("T", "temperature"), Minus(c.Table("T₀", "constant", "water_ref_temp")))
		parts = append(parts, c.Product("AD_water", "GJ", c.Value("M", "hot_water"), warm, c.Table("cp", "constant", "water_cp")))
	}
	if c.Has("steam") {
		en := c.ValueOr("En", "enthalpy", func() Term { return enthalpyOfSteam(c) })
		drop := c.Sum("En−83.74", "kJ/kg", en, Minus(c.Table("h₂₀", "constant", "water_enthalpy_20C")))
		parts = append(parts, c.Product("AD_steam", "GJ", c.Value("M", "steam"), drop))
	}
	if len(parts) == 0 {
		c.Fail(fault.Invalid.Say(lang.T("缺少热量", "no heat is given")).
			Do(lang.T("给出 heat,或 hot_water 与 temperature,或 steam 与 enthalpy", "give heat, or hot_water and temperature, or steam and enthalpy")))
		return Term{}
	}
	return c.Sum("AD_heat", "GJ", parts...)
}

func enthalpyOfSteam(c *Calculation) Term {
	if !c.Has("steam_pressure") {
		c.Fail(fault.Invalid.Say(lang.T("缺少蒸汽比焓(enthalpy)或压力(steam_pressure)", "the enthalpy of steam (enthalpy) or its pressure (steam_pressure) is missing")).
			Do(lang.T("给出比焓 kJ/kg,或绝对压力 MPa(过热蒸汽加温度)", "give kJ/kg, or the absolute pressure in MPa, with the temperature if superheated")))
		return Term{}
	}
	return steamByPressure(c)
}

// reviewFactorYears tells when a stated grid factor is another year's
// published value, and when a table is of a later year than the data.
func reviewFactorYears(r *Review) {
	for _, a := range r.Activities("electricity") {
		v, ok := a.Values["ef"]
		if !ok {
			continue
		}
		for _, f := range r.run.set.Search("grid_province", "") {
			own := f.Key == r.run.province && f.Value.Equal(v.Quantity)
			if own && !slices.Contains([]int{0, year(a)}, f.Year()) {
				now, err := r.run.set.Find("grid_province", f.Key, year(a))
				if err == nil && now.ID() != f.ID() {
					r.Find(a, "factor.wrong_year", activity.Hard,
						lang.T("电力因子 %s 是 %d 年的,%d 年应为 %s", "the grid factor %s is of %d; for %d it is %s").Format(v.Quantity.String(), f.Year(), year(a), now.Value.String()),
						lang.T("按数据年份取值,或说明理由", "take the value of the data year, or say why not"))
				}
			}
		}
	}
	for _, l := range r.run.lines {
		a, ok := r.activity(l.Activity)
		if !ok {
			continue
		}
		for _, f := range l.Factors {
			r.yearOf(a, f)
		}
	}
}

// yearOf notes a factor whose data year is not the activity's: an older one
// because none newer is published, or a table of a later edition.
func (r *Review) yearOf(a activity.Activity, f factor.Factor) {
	if f.Kind == "grid_province" || f.Kind == "grid_national" || f.Kind == "grid_region" {
		if f.Year() != year(a) {
			r.once(a, "factor.older_year",
				lang.T("%d 年数据使用 %d 年因子 %s(该年尚未发布)", "data of %d use the factor of %d, %s (none newer is published)").Format(year(a), f.Year(), f.ID()))
		}
		return
	}
	if f.Year() > year(a) {
		table, _, named := strings.Cut(f.Key, ":")
		if !named {
			table = f.Kind
		}
		r.once(a, "factor.later_table", lang.T("%d 年数据使用 %d 年的缺省值表 %s", "data of %d use the default table of %d, %s").Format(year(a), f.Year(), table))
	}
}

// once records a note a single time per run.
func (r *Review) once(a activity.Activity, code string, text lang.Text) {
	if !slices.ContainsFunc(r.run.findings, func(f activity.Finding) bool { return f.Code == code && f.Text == text }) {
		r.Find(a, code, activity.Notice, text, lang.Text{})
	}
}

// intensity tells totals per tonne of raw coal, in kgCO2e/t.
func intensity(r *Review, totals []Total, ids ...string) {
	coal, ok := r.Sum("post_mining", "raw_coal", "t")
	if !ok || coal.Sign() <= 0 {
		return
	}
	for _, t := range totals {
		if slices.Contains(ids, t.ID) {
			r.Figure(Figure{ID: "intensity_" + t.ID, Title: lang.T("吨煤排放强度:%s", "emissions per tonne of raw coal: %s").Format(t.Title), Clause: "E ÷ raw coal"},
				"kgCO2e/t", r.Total("E", t), r.Term("AD", coal))
		}
	}
}
