package factor

import (
	"slices"

	"lingtan/lang"
	"lingtan/quantity"
)

// Measurement is a site's own factor for one month, from a test report: a
// laboratory filing. It stands beside the library and is preferred to it.
type Measurement struct {
	Source    string            `json:"source"`
	Parameter string            `json:"parameter"`
	Month     string            `json:"month"` // "2024-06"
	Value     quantity.Quantity `json:"value"`
}

// Lapse is a month in which a measured parameter would fall back to its
// default within the same year, which the reporting rules forbid.
type Lapse struct {
	Source, Parameter, Month string
}

// Text tells the lapse.
func (l Lapse) Text() lang.Text {
	return lang.T("%s 的 %s 本年已有实测值,%s 缺实测,不得改用缺省值",
		"%s: %s was measured this year; %s has no measurement and may not fall back to the default").Format(l.Source, l.Parameter, l.Month)
}

// Lapses lists the given months without a measurement for each parameter that
// was measured at all. Measurements and months are those of one year.
func Lapses(measured []Measurement, months []string) []Lapse {
	type parameter struct{ source, name string }
	have := map[parameter][]string{}
	var order []parameter
	for _, m := range measured {
		p := parameter{m.Source, m.Parameter}
		if have[p] == nil {
			order = append(order, p)
		}
		have[p] = append(have[p], m.Month)
	}
	var out []Lapse
	for _, p := range order {
		for _, month := range months {
			if !slices.Contains(have[p], month) {
				out = append(out, Lapse{p.source, p.name, month})
			}
		}
	}
	return out
}
