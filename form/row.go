package form

import (
	"slices"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/standard"
)

// Row is one row of the grid: a parameter or a record of the plan.
type Row struct {
	ID        string    `json:"id" doc:"排放源/参数 | source/parameter"`
	Source    string    `json:"source"`
	Parameter string    `json:"parameter"`
	Group     lang.Text `json:"group" doc:"排放源名称 | the source's name"`
	Title     lang.Text `json:"title"`
	Unit      string    `json:"unit"`
	Units     []string  `json:"units" doc:"可用的其他单位 | units it may be filed in"`
	Node      string    `json:"node" doc:"负责的组织 | the unit whose form asks for it"`
	Kind      string    `json:"kind" enum:"meter,laboratory,filing,record" doc:"meter 只读 | meter is read only"`
	Required  []string  `json:"required" doc:"每月须附的凭证种类 | kinds of evidence each month needs"`
	Frequency string    `json:"frequency,omitempty"`
	Decimals  int       `json:"decimals"`
	Metered   bool      `json:"metered" doc:"旁边有表计的数 | a meter's figure stands beside it"`
	MayFill   bool      `json:"may_fill" doc:"您可填报此行 | whether you may file it"`

	par plan.Parameter
}

// units are those a cell may be filed in, beside its row's own.
//
//nolint:gochecknoglobals // a constant list
var units = read("t", "kg", "万t", "kWh", "MWh", "万kWh", "GJ", "Nm3", "万Nm3", "m3", "万m3", "L", "km", "m", "h")

func read(names ...string) []quantity.Unit {
	out := make([]quantity.Unit, len(names))
	for i, name := range names {
		out[i] = quantity.MustUnit(name)
	}
	return out
}

func unitsOf(par plan.Parameter) []string {
	out := []string{par.Unit.String()}
	for _, u := range units {
		if name := u.String(); u.Same(par.Unit) && name != out[0] {
			out = append(out, name)
		}
	}
	return out
}

// Sees tells whether somebody may look at a row, or do something else with it.
func (d *Desk) Sees(a access.Actor, action access.Action, par plan.Parameter) bool {
	return access.MayAt(a, action, d.Site.ID, d.path(par)...) == nil
}

// path names the unit of a row with all units above it.
func (d *Desk) path(par plan.Parameter) []string {
	var out []string
	for _, o := range d.Site.Path(par.Cell.Node) {
		out = append(out, o.ID)
	}
	return out
}

// rows lists what somebody sees of the plan: what is filed, and what meters
// tell. node keeps those of one unit and all below it.
func (d *Desk) rows(a access.Actor, node string) []Row {
	out := []Row{}
	for _, par := range d.Plan.Rows() {
		beside, _ := par.Beside()
		if !par.Filed() && !par.Metered() || node != "" && !slices.Contains(d.path(par), node) || !d.Sees(a, access.ReadFilings, par) {
			continue
		}
		source, _ := d.Site.Source(par.Source)
		row := Row{
			ID: par.Source + "/" + par.Name, Source: par.Source, Parameter: par.Name, Group: source.Name, Title: d.title(par),
			Unit: par.Unit.String(), Units: unitsOf(par), Node: par.Cell.Node, Kind: string(par.How),
			Required: append([]string{}, par.Cell.Required...), Frequency: par.Frequency, Decimals: par.Places(),
			Metered: len(beside) > 0, MayFill: par.Filed() && d.Sees(a, access.WriteFiling, par), par: par,
		}
		switch {
		case par.Cell.Record:
			row.Kind = "record"
		case par.Metered() && par.Filed():
			row.Kind = "filing" // it stands in for the meter
		}
		out = append(out, row)
	}
	return out
}

// title is the plan's own, else the standard's of the field.
func (d *Desk) title(par plan.Parameter) lang.Text {
	if !par.Title.IsZero() {
		return par.Title
	}
	source, _ := d.Site.Source(par.Source)
	for _, id := range d.Plan.Editions {
		e, err := standard.Find(id)
		if err != nil {
			continue
		}
		if kind, err := e.Kind(source.Kind); err == nil {
			if f, ok := kind.Field(par.Name); ok {
				return f.Title
			}
		}
	}
	return lang.Same(par.Name)
}
