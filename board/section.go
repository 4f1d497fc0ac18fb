package board

import (
	"slices"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// place is one place of the mine section, and what feeds it.
type place struct {
	id      string
	title   lang.Text
	unit    string
	combine string
	field   string // "value" or "rate" of the stream's points
	points  func(v *view) []string
}

// section lists the places of the section. What the plan tells is taken from it: the
// return air is what feeds the methane that is ventilated. What it does not is
// marked in the site file by attrs, section = "intake_air" or "face_ch4".
func section() []place {
	return []place{
		{"intake_air", lang.T("进风", "Intake air"), "m3/min", "sum", "value", marked("intake_air")},
		{"return_air", lang.T("回风", "Return air"), "m3/min", "sum", "value", flows("vent")},
		{"return_ch4", lang.T("回风 CH₄", "CH₄ of return air"), "%", "max", "value", shares("vent")},
		{"face_ch4", lang.T("工作面 CH₄", "CH₄ at the face"), "%", "max", "value", marked("face_ch4")},
		{"vent_pure", lang.T("乏风纯量", "Ventilated methane"), "Nm3/min", "sum", "rate", gases("vent")},
		{"drained_mixed", lang.T("抽采混合量", "Drained mixed gas"), "m3/min", "sum", "value", flows("drain")},
		{"drained_pure", lang.T("抽采纯量", "Drained methane"), "Nm3/min", "sum", "rate", gases("drain")},
		{"drained_ch4", lang.T("抽采浓度", "CH₄ of drained gas"), "%", "range", "value", shares("drain")},
		{"used_pure", lang.T("利用纯量", "Methane used"), "Nm3/min", "sum", "rate", gases("utilised")},
		{"power_grid", lang.T("外购电", "From the grid"), "MW", "sum", "rate", fed("electricity", "purchased")},
		{"power_gas", lang.T("瓦斯发电", "Made of mine gas"), "MW", "sum", "rate", system(systemGeneration)},
		{"power_pv", lang.T("光伏", "Photovoltaic"), "MW", "sum", "rate", system(systemSolar)},
		{"coal", lang.T("出煤", "Coal output"), "t/h", "sum", "rate", system(systemCoal)},
	}
}

// marked are points whose attrs name the place.
func marked(name string) func(*view) []string {
	return func(v *view) []string {
		var out []string
		for _, p := range v.Mine.Site.Points {
			if p.Attrs["section"] == name {
				out = append(out, p.ID)
			}
		}
		return out
	}
}

func system(name string) func(*view) []string {
	return func(v *view) []string { return ofSystem(v.Mine.Site, name) }
}

// fed are the points of a parameter of a kind of source.
func fed(kind, parameter string) func(*view) []string {
	return func(v *view) []string {
		var out []string
		for _, par := range v.Mine.Plan.Parameters {
			if source, ok := v.Mine.Site.Source(par.Source); ok && source.Kind == kind && par.Name == parameter {
				out = append(out, par.Points...)
			}
		}
		return out
	}
}

// gases are the pure gases of a term of the underground balance.
func gases(parameter string) func(*view) []string {
	return func(v *view) []string {
		return slices.DeleteFunc(fed("underground_ch4", parameter)(v), func(id string) bool { _, ok := v.Mine.Site.Gas(id); return !ok })
	}
}

// flows are the mixed flows that those gases are made of, shares their concentrations.
func flows(parameter string) func(*view) []string {
	return of(parameter, func(g site.Gas) string { return g.Flow })
}

func shares(parameter string) func(*view) []string {
	return of(parameter, func(g site.Gas) string { return g.Concentration.Point })
}

func of(parameter string, which func(site.Gas) string) func(*view) []string {
	return func(v *view) []string {
		var out []string
		for _, id := range gases(parameter)(v) {
			g, _ := v.Mine.Site.Gas(id)
			if p := which(g); p != "" && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
		return out
	}
}

// section binds the places to the points of the stream.
func (v *view) section() []Binding {
	out := make([]Binding, 0, len(section()))
	for _, p := range section() {
		b := Binding{Place: p.id, Title: p.title, Unit: p.unit, Combine: p.combine, Feeds: []Feed{}}
		for _, id := range p.points(v) {
			if scale, ok := v.scale(id, p.field, p.unit); ok {
				b.Feeds = append(b.Feeds, Feed{Point: id, Name: v.pointName(id), Field: p.field, Scale: scale})
			}
		}
		if len(b.Feeds) == 0 {
			b.Missing = lang.T("没有供数的测点;可在测点的 attrs 写 section = %q", "no point feeds it; a point's attrs may say section = %q").Format(p.id)
		}
		out = append(out, b)
	}
	return out
}

// scale is what turns a point's value, or its rate of so many an hour, into the
// unit that is shown. Working volumes are shown as they flow, wet or dry.
func (v *view) scale(id, field, unit string) (float64, bool) {
	from, ok := v.Mine.Site.AmountUnit(id)
	if ok {
		from = from.Div(quantity.MustUnit("h"))
	}
	if p, is := v.Mine.Site.Point(id); is && field == "value" {
		from = p.Unit
	}
	if !ok {
		return 0, false
	}
	for _, as := range []string{"", "@work:wet", "@work:dry", "@work", "@20C", "N"} {
		to, err := quantity.ParseUnit(told(unit, as))
		if err != nil {
			continue
		}
		if q, err := convert(quantity.Int(1, from), to); err == nil {
			return q.Float(), true
		}
	}
	for _, basis := range []string{":wet", ":dry"} {
		if to, err := quantity.ParseUnit(unit + basis); err == nil {
			if q, err := quantity.Int(1, from).In(to); err == nil {
				return q.Float(), true
			}
		}
	}
	return 0, false
}

// told writes a flow's unit in a state of the gas.
func told(unit, state string) string {
	const flow = "m3/min"
	switch {
	case state == "" || unit != flow:
		return unit
	case state == "N":
		return "Nm3/min"
	}
	return "m3" + state + "/min"
}
