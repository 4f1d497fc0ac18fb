// Package plan owns the monitoring plan (数据质量控制计划): for every parameter of
// the standard which meter, form or default feeds it, what happens when it is
// missing, and who answers; and it gathers a period's activities by it.
package plan

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// Plan is one version of a mine's monitoring plan.
type Plan struct {
	Version    int
	ValidFrom  time.Time
	Editions   []string // the accounting editions it is written for
	Changes    []Change // its versions, first to last
	Rules      []string // internal rules of data quality, in the plan's own words
	Parameters []Parameter
	Records    []Parameter // what is filed beside them: for checks, and for the record
	Checks     []Check     // rules of the cells, beside those every plan has
	Review     []Stage     // who looks at a month before it may be locked
	Due        Due         // by when a month is filed
	SHA256     string      // of the file
}

// Change is why a version was made. The machinery of the 2024 generation of
// official guides lets a plan change for listed reasons only.
type Change struct {
	Version int
	On      time.Time
	Reason  string
	Note    string
}

// reasons are those for which a plan may change.
var reasons = []string{"first", "new_source", "better_instrument", "error", "nonconformity"} //nolint:gochecknoglobals // constant list

// Direction says which way a wrong value of a parameter flatters the total.
type Direction string

// The directions.
const (
	Emission  Direction = "emission"  // more of it is a larger total
	Reduction Direction = "reduction" // more of it is a smaller total
)

// Integrate says how a point's amounts become the parameter.
type Integrate string

// The ways of integrating. Sum covers counters, intervals, flows and pure gas:
// which of them it is follows from the point.
const (
	Sum  Integrate = "sum"
	Mean Integrate = "mean" // of a gauge over its covered time: a temperature
)

// The fallbacks that are no substitution rule of readings.
const (
	ByFiling  = "filing"  // the filed value stands in for the meter
	ByDefault = "default" // the edition's default stands in
)

// Parameter is how one field of one source's activity is obtained.
type Parameter struct {
	Source, Name string // the site's source and the standard's field
	Title        lang.Text
	How          activity.How // Metered, Filed, Laboratory or Defaulted
	Points       []string     // summed: points or gases of the site
	Minus        []string     // subtracted
	Unit         quantity.Unit
	Integrate    Integrate
	// Fallback is what serves when it is missing: a substitution rule of
	// readings ("platform", "epa-98.325", "none"), ByFiling or ByDefault.
	Fallback       string
	Direction      Direction
	MaxSubstituted *big.Rat // share of substituted hours above which closing is blocked
	Owner          Owner
	Form           string   // the form that asks for it
	Frequency      string   // how often it is taken
	Uncertainty    *big.Rat // relative, 95 %; nil takes the points' own
	Evidence       []string // kinds of evidence each month needs
	Cell           Cell     // how its cells are filed
	At             fault.Place
}

// Owner is who answers for a parameter.
type Owner struct{ Department, Duty string }

// String tells the owner as findings do: department/duty.
func (o Owner) String() string {
	if o.Duty == "" {
		return o.Department
	}
	return o.Department + "/" + o.Duty
}

// ID names the parameter in its plan: "shafts#vent".
func (p Parameter) ID() string { return p.Source + "#" + p.Name }

// Metered tells whether readings feed the parameter.
func (p Parameter) Metered() bool { return p.How == activity.Metered }

// Filed tells whether a month asks a person for the parameter.
func (p Parameter) Filed() bool {
	return p.How == activity.Filed || p.How == activity.Laboratory || p.Fallback == ByFiling
}

// Of gives the parameters of a source, in the plan's order.
func (p *Plan) Of(source string) []Parameter {
	var out []Parameter
	for _, par := range p.Parameters {
		if par.Source == source {
			out = append(out, par)
		}
	}
	return out
}

// Parameter gives one parameter.
func (p *Plan) Parameter(source, name string) (Parameter, bool) {
	i := slices.IndexFunc(p.Parameters, func(q Parameter) bool { return q.Source == source && q.Name == name })
	if i < 0 {
		return Parameter{}, false
	}
	return p.Parameters[i], true
}

// Rows lists what the cells of a month are filed for, source by source: the
// parameters, then the records.
func (p *Plan) Rows() []Parameter {
	out := slices.Concat(p.Parameters, p.Records)
	place := map[string]int{}
	for i, par := range out {
		if _, known := place[par.Source]; !known {
			place[par.Source] = i
		}
	}
	slices.SortStableFunc(out, func(a, b Parameter) int { return cmp.Compare(place[a.Source], place[b.Source]) })
	return out
}

// Row gives a parameter or a record.
func (p *Plan) Row(source, name string) (Parameter, bool) {
	if par, ok := p.Parameter(source, name); ok {
		return par, true
	}
	i := slices.IndexFunc(p.Records, func(q Parameter) bool { return q.Source == source && q.Name == name })
	if i < 0 {
		return Parameter{}, false
	}
	return p.Records[i], true
}

// Field is one field of a kind of activity, as the standard in use names it.
type Field struct {
	Name     string
	Units    []quantity.Unit // the parameter's unit converts to one of them
	Required bool
}

// Vocabulary gives the fields of a kind of activity; nil where no edition of
// the plan knows the kind. The caller asks the standards, which stand above.
type Vocabulary func(kind string) []Field

// AmountUnit gives the unit in which a point or gas of the site tells amounts;
// ok is false where there is none of that id.
func AmountUnit(s *site.Site, id string) (u quantity.Unit, ok bool) {
	if p, ok := s.Point(id); ok {
		return p.AmountUnit(), true
	}
	if g, ok := s.Gas(id); ok {
		return g.Unit(), true
	}
	return quantity.One, false
}
