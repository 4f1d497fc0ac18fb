package report_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
	"lingtan/site"
	"lingtan/standard"
)

var shanghai = time.FixedZone("CST", 8*3600)

// source is what one source did in a month, told as a calculation file does.
type source struct {
	id, kind, item string
	name           lang.Text
	attrs          map[string]string
	values         map[string]string
	how            activity.How
}

// sources are those of the fictional mine in a month; every table of the
// guideline has at least one row.
func sources(month int) []source {
	n := func(base, step float64) string { return fmt.Sprintf("%.3f", base+step*float64(month)) }
	grid := map[string]string{"purchased": n(14250, 37.5) + " MWh", "supplied": n(910, -4.25) + " MWh", "certificates": "1200 MWh"}
	if month == 6 {
		grid["ef"] = "0.7096 tCO2/MWh" // the factor of 2022, in data of 2024: a hard finding
	}
	engines := map[string]string{"ch4": n(208, 1.1) + " 万Nm3"}
	gas := map[string]string{
		"vent": n(470, 2.3) + " 万Nm3", "drain": n(392, 1.9) + " 万Nm3", "flared": n(7.1, 0.135) + " 万Nm3", "utilised": n(208, 1.1) + " 万Nm3",
	}
	if month >= 10 { // an oxidiser of ventilation air went into use, and the engines' slip was measured
		gas["vam_utilised"], engines["slip"], grid["sold_green"] = "12.5 万Nm3", "1.8 %", "85 MWh"
	}
	return []source{
		{"boiler", "combustion", "bituminous", lang.T("供暖锅炉", "Heating boiler"), nil, map[string]string{"amount": n(1480, -61) + " t", "ncv": n(22.4, 0.031) + " GJ/t"}, activity.Laboratory},
		{"diesel", "combustion", "diesel", lang.T("无轨胶轮车", "Trackless vehicles"), nil, map[string]string{"amount": n(86, 0.7) + " t"}, activity.Filed},
		{"engines", "combustion", "mine_gas", lang.T("瓦斯发电站", "Gas engines"), nil, engines, activity.Metered},
		{"flare", "flare", "", lang.T("备用火炬", "Stand-by flare"), nil, map[string]string{"volume": n(21, 0.4) + " 万Nm3", "ch4": "34.5 %", "c2h6": "0.6 %"}, activity.Metered},
		{"gas", "underground_ch4", "", lang.T("井工瓦斯", "Underground methane"), nil, gas, activity.Metered},
		{"air", "underground_co2", "", lang.T("回风二氧化碳", "Carbon dioxide of return air"), nil, map[string]string{"vent": n(31, 0.2) + " 万Nm3"}, activity.Filed},
		{"coal", "post_mining", "", lang.T("原煤储运", "Coal handling"), map[string]string{"grade": "high"}, map[string]string{"raw_coal": n(331000, 450) + " t"}, activity.Filed},
		{"pit", "opencast", "", lang.T("露天坑", "Open pit"), nil, map[string]string{"raw_coal": n(4200, 10) + " t"}, activity.Filed},
		{"grid", "electricity", "", lang.T("外购电力", "Purchased electricity"), nil, grid, activity.Metered},
		{"steam", "heat", "", lang.T("外购蒸汽", "Purchased steam"), nil, map[string]string{"steam": n(510, -12) + " t", "enthalpy": "2780 kJ/kg"}, activity.Filed},
	}
}

// activities are the year's, months from first to last.
func activities(first, last int) []activity.Activity {
	var out []activity.Activity
	cal := period.Natural(shanghai)
	for m := first; m <= last; m++ {
		for _, s := range sources(m) {
			a := activity.Activity{
				ID: fmt.Sprintf("%s/2024-%02d", s.id, m), Kind: s.kind, Source: s.id, Name: s.name, Item: s.item, Attrs: s.attrs,
				Period: cal.Month(2024, time.Month(m)), Values: map[string]activity.Value{},
			}
			for name, text := range s.values {
				a.Values[name] = value(s, name, text, m)
			}
			out = append(out, a)
		}
	}
	return out
}

func value(s source, name, text string, month int) activity.Value {
	v := activity.Value{Quantity: quantity.MustParse(text), How: s.how, Owner: "环境中心"}
	switch s.how {
	case activity.Metered:
		v.Owner = "通风区"
		v.Uncertainty = big.NewRat(5, 100)
		v.Meter = &activity.Meter{Points: []string{s.id + "-" + name}, Hours: 720, Covered: 1}
		if s.id == "gas" && month == 3 {
			v.Meter = &activity.Meter{Points: v.Meter.Points, Hours: 720, Covered: 0.9583, Substituted: 0.0347, Estimated: 0.007, Rule: "conservative"}
		}
	case activity.Laboratory:
		v.Evidence = []activity.Evidence{{Kind: "laboratory", ID: fmt.Sprintf("LAB-2024-%02d", month)}}
	case activity.Filed, activity.Stated, activity.Defaulted:
		v.Evidence = []activity.Evidence{{Kind: "filing", ID: fmt.Sprintf("qingling/2024-%02d", month)}}
	}
	return v
}

// content is the mine's inventory of 2024, computed.
func content(tb testing.TB, acts []activity.Activity, choices map[string]string) inventory.Content {
	tb.Helper()
	c := inventory.Content{
		Site: inventory.Site{
			ID: "qingling", Name: lang.T("青岭矿", "Qingling Mine"), Entity: lang.T("青岭煤业有限公司", "Qingling Coal Co., Ltd."),
			CreditCode: "91140000MA0QL0000X", Address: "山西省", Mine: "underground", Grade: "high", Zone: "Asia/Shanghai",
		},
		Period: "2024", Edition: "cn-coal-2014", Province: "CN-14", Choices: choices, FactorSet: factor.BuiltinID, FactorSHA: factor.Builtin().SHA256(),
		PlanSHA: strings.Repeat("5a", 32), PlanNumber: 3, Activities: acts,
	}
	result, err := standard.Compute(c.Request(factor.Builtin(), mine()))
	if err != nil {
		tb.Fatal(err)
	}
	c.Result, c.GWP = result, result.GWP
	return c
}

func mine() *site.Site { return &site.Site{Calendar: period.Natural(shanghai)} }

// restated is the mine's inventory of 2024 in its second version: one month's
// return air was corrected by late readings, one month's diesel by its filing.
func restated(tb testing.TB, choices map[string]string) inventory.Inventory {
	tb.Helper()
	old := inventory.Inventory{ID: "qingling.2024.cn-coal-2014.v1", Version: 1, Content: content(tb, activities(1, 12), choices)}
	acts := activities(1, 12)
	for _, a := range acts {
		switch a.ID {
		case "gas/2024-03":
			set(a, "vent", "481.25 万Nm3")
		case "diesel/2024-09":
			set(a, "amount", "95.1 t")
		}
	}
	now := content(tb, acts, choices)
	bridge, err := inventory.Explain(old, now, factor.Builtin(), mine())
	if err != nil {
		tb.Fatal(err)
	}
	return inventory.Inventory{
		ID: "qingling.2024.cn-coal-2014.v2", Version: 2, Previous: old.ID, Reason: "late readings, corrected filing",
		ClosedAt: time.Date(2025, 2, 14, 1, 30, 0, 0, time.UTC), By: "environment", Hash: strings.Repeat("c0ffee12", 8), Bridge: &bridge, Content: now,
	}
}

func set(a activity.Activity, name, text string) {
	v := a.Values[name]
	v.Quantity = quantity.MustParse(text)
	a.Values[name] = v
}
