package rule

import (
	"lingtan/factor"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/site"
)

// heat is what a fuel's net calorific value lies between.
type heat struct {
	low, high string
	mark      factor.Confidence
	source    string
}

// ipcc is the table of the 95 % limits of net calorific values.
const ipcc = "IPCC 2006 vol. 2 table 1.2"

// heats are the ranges by fuel. Where an official default lies outside of the
// limits of IPCC, the range reaches to the default: CETS-AG-03.01-V01-2024 table
// A.1 gives diesel 42.652, the older guides 43.33 GJ/t.
//
//nolint:gochecknoglobals // a table that is read only
var heats = map[string]heat{
	"anthracite":        {"21.6 GJ/t", "32.2 GJ/t", factor.Sure, ipcc},
	"bituminous":        {"19.9 GJ/t", "30.5 GJ/t", factor.Sure, ipcc},
	"lignite":           {"5.5 GJ/t", "21.6 GJ/t", factor.Sure, ipcc},
	"cleaned_coal":      {"24.0 GJ/t", "31.0 GJ/t", factor.Sure, ipcc},
	"coke":              {"25.1 GJ/t", "30.2 GJ/t", factor.Sure, ipcc},
	"petcoke":           {"29.7 GJ/t", "41.9 GJ/t", factor.Sure, ipcc},
	"briquette":         {"15.1 GJ/t", "32.0 GJ/t", factor.Sure, ipcc},
	"other_washed_coal": {"8.0 GJ/t", "22.0 GJ/t", factor.Unverified, "practice of Chinese coal preparation"},
	"coal_slime":        {"6.0 GJ/t", "18.0 GJ/t", factor.Unverified, "practice of Chinese coal preparation"},
	"gangue":            {"2.0 GJ/t", "9.0 GJ/t", factor.Unverified, "practice of Chinese coal preparation"},
	"crude":             {"40.1 GJ/t", "44.8 GJ/t", factor.Sure, ipcc},
	"fuel_oil":          {"39.8 GJ/t", "41.9 GJ/t", factor.Sure, ipcc},
	"gasoline":          {"42.5 GJ/t", "44.8 GJ/t", factor.Sure, ipcc},
	"diesel":            {"41.4 GJ/t", "43.4 GJ/t", factor.Sure, ipcc},
	"kerosene":          {"42.4 GJ/t", "45.2 GJ/t", factor.Sure, ipcc},
	"lpg":               {"44.8 GJ/t", "52.2 GJ/t", factor.Sure, ipcc},
	"lng":               {"41.8 GJ/t", "54.0 GJ/t", factor.Unverified, "range of the official defaults"},
	"coal_tar":          {"14.1 GJ/t", "55.0 GJ/t", factor.Sure, ipcc},
	"natural_gas":       {"325 GJ/万Nm3", "400 GJ/万Nm3", factor.Unverified, "range of commercial gas"},
	"coke_oven_gas":     {"150 GJ/万Nm3", "190 GJ/万Nm3", factor.Unverified, "range of the official defaults"},
}

// heatOf gives the range of a row: the plan's, else the fuel's; nil where
// neither is known.
func heatOf(w plan.Check, row plan.Parameter, s *site.Site) *heat {
	source, _ := s.Source(row.Source)
	h, known := heats[source.Item]
	if !known || row.Name != "ncv" {
		h = heat{}
	}
	if w.Low != nil || w.High != nil {
		h = heat{source: "plan"}
		if w.Low != nil {
			h.low = w.Low.String()
		}
		if w.High != nil {
			h.high = w.High.String()
		}
	}
	if h.low == "" && h.high == "" {
		return nil
	}
	return &h
}

// outside tells which end of the range an amount lies beyond.
func (h heat) outside(q quantity.Quantity) bool {
	if h.low != "" {
		if c, err := q.Cmp(quantity.MustParse(h.low)); err == nil && c < 0 {
			return true
		}
	}
	if h.high != "" {
		if c, err := q.Cmp(quantity.MustParse(h.high)); err == nil && c > 0 {
			return true
		}
	}
	return false
}

// calorific finds a calorific value out of the fuel's range: most often another
// fuel, another basis, or kcal taken for kJ.
func calorific(c cell) (lang.Text, lang.Text, bool) {
	h := heatOf(c.plan, c.row, c.set.site)
	if h == nil || !h.outside(c.now.Quantity) {
		return lang.Text{}, lang.Text{}, false
	}
	text := lang.T("超出该燃料的热值范围 %s 至 %s(%s)", "out of the fuel's range, %s to %s (%s)").Format(or(h.low), or(h.high), h.source)
	if h.mark == factor.Unverified {
		text = lang.T(text.ZH+",该范围未经核对(C)", text.EN+"; the range is not verified (C)")
	}
	return text, lang.T("核对基准(收到基)、单位与煤种", "check the basis (as received), the unit and the fuel"), true
}

func or(end string) string {
	if end == "" {
		return "…"
	}
	return end
}
