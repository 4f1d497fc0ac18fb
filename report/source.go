package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
)

// parameter is one value of a source over the months of the report.
type parameter struct {
	source lang.Text
	title  lang.Text
	unit   string
	ids    []string
	values []activity.Value
}

// parameters gathers the inputs of all sources: quantities that add up over
// months, or else those that do not, such as a calorific value.
func (d *draft) parameters(additive bool) []parameter {
	var out []parameter
	at := map[string]int{}
	acts := slices.SortedStableFunc(slices.Values(d.inv.Content.Activities), func(a, b activity.Activity) int {
		return cmp.Compare(a.Period.Start().Unix(), b.Period.Start().Unix())
	})
	for _, a := range acts {
		for _, n := range a.Names() {
			v, key := a.Values[n], strings.Join([]string{a.Source, a.Kind, a.Item, n}, "\n")
			unit := d.toldIn(a, n, v.Quantity)
			if adds(unit) != additive {
				continue
			}
			i, ok := at[key]
			if !ok {
				i = len(out)
				at[key] = i
				out = append(out, parameter{source: a.Name, title: d.field(a, n), unit: unit.String()})
			}
			out[i].ids, out[i].values = append(out[i].ids, "input:"+a.InputID(n)), append(out[i].values, v)
		}
	}
	slices.SortStableFunc(out, func(a, b parameter) int { return cmp.Compare(a.ids[0], b.ids[0]) })
	return out
}

// toldIn is the unit the edition computes a value in, where the value can be
// told in it; a fuel gas is counted in volume though the field begins with t.
func (d *draft) toldIn(a activity.Activity, name string, q quantity.Quantity) quantity.Unit {
	k, err := d.edition.Kind(a.Kind)
	if err != nil {
		return q.Unit()
	}
	f, ok := k.Field(name)
	if !ok {
		return q.Unit()
	}
	for _, unit := range f.Units {
		if u := quantity.MustUnit(unit); u.Same(q.Unit()) {
			if u.IsOne() {
				return q.Unit() // a share stays a percentage where it was told as one
			}
			return u
		}
	}
	if _, err := q.AtState(quantity.At0C); err == nil {
		return f.Unit()
	}
	return q.Unit()
}

// adds tells whether quantities of a unit add up over months.
func adds(u quantity.Unit) bool {
	for _, extensive := range []string{"t", "Nm3", "m3@20C", "MWh", "d"} {
		if u.Same(quantity.MustUnit(extensive)) {
			return true
		}
	}
	return false
}

// places is the number of decimals a unit is shown with.
func places(u quantity.Unit) int {
	switch u.String() {
	case "MWh":
		return placesMWh
	case "GJ":
		return placesGJ
	case "GJ/t", "GJ/万Nm3":
		return placesNCV
	case "tC/GJ":
		return placesEFc
	case "tC/t", "tC/万Nm3", "":
		return placesCC
	case "tCO2/MWh", "kgCO2/kWh":
		return placesGrid
	case "kgCO2e/t", "tCO2e/t":
		return placesIntensity
	case "kgCH4/t", "m3@20C/t":
		return placesEF
	}
	return placesAmount
}

func (d *draft) figure(q quantity.Quantity, mark factor.Confidence, ids ...string) Cell {
	return Cell{Figure: &Figure{Value: q, Places: places(q.Unit()), IDs: ids, Mark: mark}}
}

// activityData tells where every quantity came from.
func (d *draft) activityData(id string) *Table {
	t := &Table{
		ID: id, Short: lang.T("活动水平来源", "Activity data"), Title: lang.T("活动水平数据及来源", "Activity data and their sources"),
		Columns: []Column{
			column("排放源", "Source", 12, ""), column("参数", "Parameter", 12, ""), column("数值", "Quantity", 17, ""), column("获取方式", "Obtained", 8, ""),
			column("计量点/凭证", "Meters and evidence", 24, ""), column("覆盖率", "Covered", 7, "%"), column("替代占比", "Substituted", 8, "%"), column("责任人", "Owner", 12, ""),
		},
		Note: lang.T("覆盖率为有读数的时间占比;替代占比为按规则补足的小时占比,均按各月小时数加权。", "Covered: share of the time with readings; substituted: share of the hours filled by a rule; both weighted by hours."),
	}
	for _, p := range d.parameters(true) {
		qs := make([]quantity.Quantity, len(p.values))
		for i, v := range p.values {
			qs[i] = d.in(v.Quantity, p.unit)
		}
		covered, substituted := d.coverage(p)
		t.row(Body, word(p.source), word(p.title), d.figure(d.sum(p.unit, qs...), factor.Read, p.ids...), word(p.how()), name(p.evidence()), covered, substituted, name(p.owners()))
	}
	t.none(lang.T("没有活动水平数据", "there are no activity data"))
	return t
}

// coverage is the hour-weighted share of a parameter's time that was metered,
// and that a rule filled.
func (d *draft) coverage(p parameter) (covered, substituted Cell) {
	var hours, seen, filled float64
	for _, v := range p.values {
		if v.Meter != nil {
			h := float64(v.Meter.Hours)
			hours, seen, filled = hours+h, seen+h*v.Meter.Covered, filled+h*v.Meter.Substituted
		}
	}
	if hours == 0 {
		return absent(), absent()
	}
	return d.percent(seen/hours, p.ids...), d.percent(filled/hours, p.ids...)
}

func (p parameter) how() lang.Text {
	var out lang.Text
	for _, v := range p.values {
		switch h := v.How.Title(); {
		case out.IsZero():
			out = h
		case !strings.Contains(out.EN, h.EN):
			out = lang.T(out.ZH+"、"+h.ZH, out.EN+", "+h.EN)
		}
	}
	return out
}

const evidenceShown = 3 // pieces named in a cell; the rest is counted

// evidence names the meters and documents, once each.
func (p parameter) evidence() string {
	var all []string
	keep := func(s string) {
		if s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, v := range p.values {
		if v.Meter != nil {
			for _, point := range v.Meter.Points {
				keep(point)
			}
		}
		for _, e := range v.Evidence {
			keep(e.ID)
		}
	}
	switch all = Short(all); {
	case len(all) == 0:
		return dash
	case len(all) <= evidenceShown:
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s … (+%d)", strings.Join(all[:evidenceShown], ", "), len(all)-evidenceShown)
}

func (p parameter) owners() string {
	var all []string
	for _, v := range p.values {
		if v.Owner != "" && !slices.Contains(all, v.Owner) {
			all = append(all, v.Owner)
		}
	}
	if len(all) == 0 {
		return dash
	}
	return strings.Join(all, ", ")
}
