package standard

import (
	"lingtan/lang"
)

// GB/T 2589—2020, comprehensive energy consumption in coal equivalent: amount ×
// the reference coefficient, or × the measured net calorific value ÷ 29.3076
// GJ/tce. Electricity counts by its equivalent value.
func init() {
	register(Edition{
		ID:       "gbt-2589-2020",
		Title:    lang.T("GB/T 2589—2020 综合能耗计算通则", "GB/T 2589—2020 comprehensive energy consumption"),
		Document: lang.T("综合能耗计算通则,2021-04-01 实施", "General rules for calculation of the comprehensive energy consumption, in force 2021-04-01"),
		GWP:      "AR5",
		Kinds:    []Kind{energyUse(), energyOutput()},
		Notes: []Note{
			{"A", lang.T("电力当量值 0.1229 kgce/kWh 读自公开程序", "the equivalent value of electricity, 0.1229 kgce/kWh, was read in an open program")},
			{"B", lang.T("其余折标系数未查原文", "the other coefficients were not read in the original")},
		},
		Figures: energyTotals,
	})
}

func energyUse() Kind {
	return Kind{
		Name: "energy", Title: lang.T("能源消费", "energy consumed"), Clause: "GB/T 2589—2020, 6",
		Items: []string{"raw_coal", "cleaned_coal", "coke", "diesel", "gasoline", "natural_gas", "electricity", "heat"},
		Fields: []Field{
			{Name: "amount", Title: lang.T("消费量", "amount"), Units: []string{"t", "万Nm3", "MWh", "GJ"}, Required: true, Uncertainty: "2 %"},
			{Name: "ncv", Title: lang.T("实测低位发热量", "measured net calorific value"), Units: []string{"GJ/t", "GJ/万Nm3"}, Min: "3", Max: "60", Hint: lang.T("是否把 MJ/t、kcal/kg 写成了 GJ/t?", "is it MJ/t or kcal/kg, written as GJ/t?")},
		},
		Compute: func(c *Calculation) {
			key, unit := energyTable(c.Item())
			amount := c.ValueIn("E", "amount", unit)
			tce := func() Term { return c.Product("E_tce", "tce", amount, c.Table("p", "tce", key)) }
			if c.Has("ncv") {
				// A tonne of coal equivalent is 29.3076 GJ, so a heat is already one.
				tce = func() Term { return c.Product("E_tce", "tce", amount, c.Value("NCV", "ncv")) }
			}
			e := tce()
			c.Tally("tce", e)
			c.Figure(Figure{ID: c.act.ID + ":tce", Title: lang.T("%s 折标准煤", "%s in coal equivalent").Format(c.act.Name), Clause: "GB/T 2589—2020, 6: E = Σ e × p"}, e)
		},
	}
}

// energyTable gives the row of an item and the unit it is counted in.
func energyTable(item string) (key, unit string) {
	switch item {
	case "electricity":
		return "electricity_eq", "MWh"
	case "heat":
		return "heat_gj", "GJ"
	case "natural_gas":
		return item, "万Nm3"
	}
	return item, "t"
}

func energyOutput() Kind {
	return Kind{
		Name: "output", Title: lang.T("产量", "output"), Clause: "GB/T 2589—2020, 7", Fields: []Field{rawCoal()},
		Compute: func(c *Calculation) { c.Tally("coal", c.Value("M", "raw_coal")) },
	}
}

func energyTotals(r *Review, _ []Total) {
	total, ok := r.Tally("tce", "tce")
	if !ok {
		return
	}
	r.Calculation().Figure(Figure{ID: "energy_total", Title: lang.T("综合能耗", "comprehensive energy consumption"), Clause: "GB/T 2589—2020, 6"}, total)
	if coal, made := r.Tally("coal", "t"); made && coal.Quantity.Sign() > 0 {
		r.Figure(Figure{ID: "energy_per_coal", Title: lang.T("吨煤综合能耗", "energy per tonne of raw coal"), Clause: "GB/T 2589—2020, 7"}, "kgce/t", total, coal)
	}
}
