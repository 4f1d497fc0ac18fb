// Package standard owns accounting standards, one file per edition: activities
// and factors become lines with their clause and workings, in masses of each
// gas. A global warming potential is applied only when a total is asked for.
package standard

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
)

// Edition is one edition of one standard.
type Edition struct {
	ID       string
	Title    lang.Text
	Document lang.Text // the document and where its numbers were read
	GWP      string    // the set the document prescribes
	// GWPOf gives the set by the year reported on, where the document changed it.
	GWPOf   func(year int) string
	Kinds   []Kind
	Choices []Choice
	Totals  []TotalRule
	Notes   []Note // what of the document is not verified
	// Check refuses what must not be across activities, before any formula runs.
	Check func(acts []activity.Activity) []error
	// Review looks at all activities and lines together.
	Review func(r *Review)
	// Figures tells rates and intensities once the totals are known.
	Figures func(r *Review, totals []Total)
}

// Note tells what a reader must know of an edition, with its confidence.
type Note struct {
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
	Text       lang.Text         `json:"text"`
}

// Kind is a kind of activity an edition accounts for.
type Kind struct {
	Name    string
	Title   lang.Text
	Clause  string
	Items   []string // allowed items; nil allows none, {"*"} any
	Attrs   []Attr
	Fields  []Field
	Compute func(c *Calculation)
}

// Attr is a property of an activity that selects a rule, such as the gas grade.
type Attr struct {
	Name     string
	Title    lang.Text
	Values   []string
	Required bool
}

// Field is one quantity of an activity.
type Field struct {
	Name  string
	Title lang.Text
	// Units the field is told in; the first is the one computed with. A value
	// of another unit of the same dimension is converted; gas volumes of
	// another reference state are converted with a step of their own.
	Units    []string
	Required bool
	// Min and Max bound what is possible (inclusive, in the first unit).
	Min, Max string
	// Uncertainty is the relative 95 % half-width assumed where the plan states
	// none, with its confidence.
	Uncertainty string
	Hint        lang.Text
}

// Choice is a selectable table or rule of an edition.
type Choice struct {
	Name    string    `json:"name"`
	Title   lang.Text `json:"title"`
	Values  []string  `json:"values"` // the first is the default; "*" allows any
	Default string    `json:"default"`
}

// TotalRule says which lines a total adds, with which sign.
type TotalRule struct {
	ID    string
	Title lang.Text
	Sign  func(Line) int
}

var editions = map[string]Edition{} //nolint:gochecknoglobals // the registry, written once by init functions

// register adds an edition; a duplicate is a mistake in the program.
func register(e Edition) {
	if _, dup := editions[e.ID]; dup {
		panic("standard: edition registered twice: " + e.ID)
	}
	editions[e.ID] = e
}

// Editions lists what there is, by id.
func Editions() []Edition {
	return slices.SortedFunc(maps.Values(editions), func(a, b Edition) int { return cmp.Compare(a.ID, b.ID) })
}

// Find gives an edition by its id.
func Find(id string) (Edition, error) {
	if e, ok := editions[id]; ok {
		return e, nil
	}
	return Edition{}, fault.NotFound.Say(lang.T("标准版本 %q 不认识", "unknown edition %q"), id).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(slices.Sorted(maps.Keys(editions)), ", "))
}

// Kind gives a kind of activity by its name.
func (e Edition) Kind(name string) (Kind, error) {
	names := make([]string, 0, len(e.Kinds))
	for _, k := range e.Kinds {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fault.Invalid.Say(lang.T("%s 没有活动种类 %q", "%s has no kind of activity %q"), e.ID, name).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(names, ", "))
}

// Field gives a field by its name.
func (k Kind) Field(name string) (Field, bool) {
	i := slices.IndexFunc(k.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return k.Fields[i], true
}

// Unit is the unit the field is computed in.
func (f Field) Unit() quantity.Unit { return quantity.MustUnit(f.Units[0]) }

// AllUnits are the units the field may be told in.
func (f Field) AllUnits() []quantity.Unit {
	out := make([]quantity.Unit, len(f.Units))
	for i, u := range f.Units {
		out[i] = quantity.MustUnit(u)
	}
	return out
}

// Request is what an edition is asked to compute.
type Request struct {
	Edition    string
	Activities []activity.Activity
	Factors    *factor.Set
	GWP        string            // empty is the edition's own
	Province   string            // "CN-14"
	Choices    map[string]string // by Choice.Name
	Calendar   period.Calendar   // names the periods; the zero one counts natural months
}

// Result is an edition's answer. Equal requests give equal results, byte for byte.
type Result struct {
	Edition   string             `json:"edition"`
	GWP       string             `json:"gwp"`
	FactorSet string             `json:"factor_set"`
	FactorSHA string             `json:"factor_sha256"`
	Choices   map[string]string  `json:"choices,omitempty"`
	Lines     []Line             `json:"lines"`
	Totals    []Total            `json:"totals"`
	Figures   []Figure           `json:"figures,omitempty"`
	Findings  []activity.Finding `json:"findings,omitempty"`
	Notes     []Note             `json:"notes,omitempty"`
}

// Line is one answer of a formula: the mass of one gas of one activity.
type Line struct {
	ID         string            `json:"id"` // activity id + ":" + category
	Activity   string            `json:"activity"`
	Source     string            `json:"source"`
	Name       lang.Text         `json:"name"`
	Item       string            `json:"item,omitempty"`
	Period     string            `json:"period"`
	Category   string            `json:"category"` // the report's row: "combustion", "ch4_underground" …
	Basis      string            `json:"basis"`    // which totals count it: "direct", "location", "market", "energy" …
	Gas        string            `json:"gas"`
	Mass       quantity.Quantity `json:"mass"` // t of the gas, exact
	Clause     string            `json:"clause"`
	Steps      []Step            `json:"steps"`
	Inputs     []string          `json:"inputs"`
	Factors    []factor.Factor   `json:"factors,omitempty"`
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
	// Sensitivity is how many t of the gas a change of an input by its whole
	// value would move the line, to first order: the base of its interval.
	Sensitivity map[string]float64 `json:"sensitivity,omitempty"`
}

// Figure is a result that is not a mass of gas: a rate, an intensity.
type Figure struct {
	ID         string            `json:"id"`
	Title      lang.Text         `json:"title"`
	Value      quantity.Quantity `json:"value"`
	Clause     string            `json:"clause,omitempty"`
	Steps      []Step            `json:"steps"`
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
}

// Line gives a line by its id.
func (r Result) Line(id string) (Line, error) {
	for _, l := range r.Lines {
		if l.ID == id {
			return l, nil
		}
	}
	return Line{}, fault.NotFound.Say(lang.T("没有计算行 %q", "no line %q"), id)
}

// Total gives a total by its id.
func (r Result) Total(id string) (Total, error) {
	for _, t := range r.Totals {
		if t.ID == id {
			return t, nil
		}
	}
	return Total{}, fault.NotFound.Say(lang.T("没有合计 %q", "no total %q"), id)
}

// Figure gives a figure by its id.
func (r Result) Figure(id string) (Figure, error) {
	for _, f := range r.Figures {
		if f.ID == id {
			return f, nil
		}
	}
	return Figure{}, fault.NotFound.Say(lang.T("没有指标 %q", "no figure %q"), id)
}

func year(a activity.Activity) int {
	// The middle of the period: an accounting month may begin in December.
	return a.Period.Start().Add(a.Period.Duration() / 2).In(a.Period.Start().Location()).Year()
}

func shown(q quantity.Quantity) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s", q.Significant(significant), q.Unit()))
}

// told prints a quantity for the text of a finding, in the reader's units.
func told(q quantity.Quantity) lang.Text {
	in := func(tag lang.Tag) string {
		unit := q.Unit().In(tag)
		if strings.HasPrefix(unit, "10") {
			unit = "× " + unit
		}
		return strings.TrimSpace(q.Significant(significant) + " " + unit)
	}
	return lang.T(in(lang.ZH), in(lang.EN))
}
