package api

import (
	"context"
	"slices"
	"time"

	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/site"
	"lingtan/standard"
)

// dueSoon is how long before a calibration runs out it is worth a reminder: an
// institute wants to be asked a month ahead.
const dueSoon = 30 * 24 * time.Hour

// PlanCard is the monitoring plan: who measures what, how, and with which
// instruments.
type PlanCard struct {
	Version    int             `json:"version"`
	ValidFrom  string          `json:"valid_from"`
	SHA256     string          `json:"sha256" doc:"计划所在矿点文件的 | of the site file that holds it"`
	Editions   []string        `json:"editions"`
	Changes    []PlanChange    `json:"changes"`
	Rules      []string        `json:"rules" doc:"内部数据质量规定,计划原文 | internal rules, in the plan's own words"`
	At         time.Time       `json:"at" doc:"检定到期按此刻判断 | calibrations are judged as of"`
	Parameters []PlanParameter `json:"parameters"`
	Meters     []PlanMeter     `json:"meters"`
}

// PlanChange is why a version was made.
type PlanChange struct {
	Version int    `json:"version"`
	On      string `json:"on"`
	Reason  string `json:"reason" enum:"first,new_source,better_instrument,error,nonconformity"`
	Note    string `json:"note,omitempty"`
}

// PlanParameter is how one quantity of one source is obtained.
type PlanParameter struct {
	ID             string    `json:"id" doc:"排放源#参数 | source#parameter"`
	Source         string    `json:"source"`
	SourceName     lang.Text `json:"source_name"`
	Name           string    `json:"name"`
	Title          lang.Text `json:"title"`
	How            string    `json:"how" enum:"meter,laboratory,filing,stated,default"`
	HowTitle       lang.Text `json:"how_title"`
	Points         []PlanFed `json:"points" doc:"相加的测点 | points added up"`
	Minus          []PlanFed `json:"minus,omitempty" doc:"相减的测点 | points subtracted"`
	Unit           string    `json:"unit"`
	Integrate      string    `json:"integrate,omitempty" enum:"sum,mean"`
	Fallback       string    `json:"fallback" doc:"缺数时的替代 | what serves when it is missing"`
	Direction      string    `json:"direction,omitempty" enum:"emission,reduction"`
	MaxSubstituted float64   `json:"max_substituted" doc:"替代小时占比上限 | largest share of substituted hours"`
	Department     string    `json:"department"`
	DepartmentName lang.Text `json:"department_name"`
	Duty           string    `json:"duty,omitempty"`
	Form           string    `json:"form,omitempty"`
	Frequency      string    `json:"frequency,omitempty"`
	Uncertainty    *float64  `json:"uncertainty" doc:"95 % 相对半宽;null 取测点自身的 | relative half-width at 95 %; null takes the points' own"`
	Evidence       []string  `json:"evidence" doc:"每月所需证据种类 | kinds of evidence each month needs"`
}

// PlanFed is a point or derived gas that feeds a parameter.
type PlanFed struct {
	ID     string    `json:"id"`
	Name   lang.Text `json:"name"`
	Meters []string  `json:"meters" doc:"所用仪表的测点;气体由多个算得 | the instruments behind; a gas has several"`
}

// PlanMeter is an instrument of the plan with the state of its calibration.
type PlanMeter struct {
	Point       string    `json:"point"`
	Name        lang.Text `json:"name"`
	Kind        string    `json:"kind"`
	Unit        string    `json:"unit"`
	StepS       float64   `json:"step_s"`
	Model       string    `json:"model,omitempty"`
	Serial      string    `json:"serial,omitempty"`
	Place       string    `json:"place,omitempty"`
	Accuracy    string    `json:"accuracy,omitempty"`
	Uncertainty *float64  `json:"uncertainty"`
	Calibrated  string    `json:"calibrated,omitempty" doc:"最近一次检定 | last calibration"`
	Due         string    `json:"due,omitempty"`
	By          string    `json:"by,omitempty" doc:"检定机构 | the institute"`
	State       string    `json:"state" enum:"valid,soon,overdue,failed,never"`
}

func (s *server) getPlan(ctx context.Context, in *OfSite) (*struct{ Body PlanCard }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return &struct{ Body PlanCard }{planCard(mine.Mine, s.Now())}, nil
}

func planCard(mine *inventory.Mine, at time.Time) PlanCard {
	p := mine.Plan
	out := PlanCard{
		Version: p.Version, ValidFrom: dayOf(p.ValidFrom), SHA256: p.SHA256, At: at.UTC(), Editions: append([]string{}, p.Editions...),
		Changes: []PlanChange{}, Rules: append([]string{}, p.Rules...), Parameters: []PlanParameter{}, Meters: []PlanMeter{},
	}
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, PlanChange{c.Version, dayOf(c.On), c.Reason, c.Note})
	}
	for _, par := range p.Parameters {
		out.Parameters = append(out.Parameters, planParameter(mine, par))
	}
	seen := map[string]bool{}
	for _, par := range out.Parameters {
		for _, fed := range slices.Concat(par.Points, par.Minus) {
			for _, id := range fed.Meters {
				if point, ok := mine.Site.Point(id); ok && !seen[id] {
					out.Meters = append(out.Meters, planMeter(point, at))
				}
				seen[id] = true
			}
		}
	}
	return out
}

func planParameter(mine *inventory.Mine, par plan.Parameter) PlanParameter {
	source, _ := mine.Site.Source(par.Source)
	department, _ := mine.Site.Org(par.Owner.Department)
	out := PlanParameter{
		ID: par.ID(), Source: par.Source, SourceName: source.Name, Name: par.Name, Title: titleOf(mine.Plan, source, par),
		How: string(par.How), HowTitle: par.How.Title(), Points: fed(mine.Site, par.Points), Minus: fed(mine.Site, par.Minus),
		Unit: par.Unit.String(), Fallback: par.Fallback, Direction: string(par.Direction),
		Department: par.Owner.Department, DepartmentName: department.Name, Duty: par.Owner.Duty,
		Form: par.Form, Frequency: par.Frequency, Evidence: append([]string{}, par.Evidence...),
	}
	if par.Metered() {
		out.Integrate = string(par.Integrate)
	}
	if par.MaxSubstituted != nil {
		out.MaxSubstituted, _ = par.MaxSubstituted.Float64()
	}
	if par.Uncertainty != nil {
		u, _ := par.Uncertainty.Float64()
		out.Uncertainty = &u
	}
	return out
}

// titleOf is the plan's own title, else the standard's of the field.
func titleOf(p *plan.Plan, source site.Source, par plan.Parameter) lang.Text {
	if !par.Title.IsZero() {
		return par.Title
	}
	for _, id := range p.Editions {
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

// fed names points with the instruments behind them: of a derived gas, those of
// its flow, its concentration and its state.
func fed(m *site.Site, ids []string) []PlanFed {
	out := []PlanFed{}
	for _, id := range ids {
		if p, ok := m.Point(id); ok {
			out = append(out, PlanFed{id, p.Name, []string{id}})
			continue
		}
		if g, ok := m.Gas(id); ok {
			out = append(out, PlanFed{id, g.Name, g.Inputs()})
		}
	}
	return out
}

func planMeter(p site.Point, at time.Time) PlanMeter {
	out := PlanMeter{
		Point: p.ID, Name: p.Name, Kind: string(p.Kind), Unit: p.Unit.String(), StepS: p.Step.Seconds(),
		Model: p.Meter.Model, Serial: p.Meter.Serial, Place: p.Meter.Place, Accuracy: p.Meter.Accuracy, State: calibration(p, at),
	}
	if p.Uncertainty != nil {
		u, _ := p.Uncertainty.Float64()
		out.Uncertainty = &u
	}
	if n := len(p.Calibrations); n > 0 {
		last := p.Calibrations[n-1]
		out.Calibrated, out.Due, out.By = dayOf(last.On), dayOf(last.Due), last.By
	}
	return out
}

// calibration tells how a point stands with its calibrations.
func calibration(p site.Point, at time.Time) string {
	n := len(p.Calibrations)
	if n == 0 {
		return "never"
	}
	if p.Calibrations[n-1].Result == "fail" {
		return "failed"
	}
	switch due, overdue := p.Overdue(at); {
	case overdue:
		return "overdue"
	case due.Before(at.Add(dueSoon)):
		return "soon"
	}
	return "valid"
}

// dayOf tells a date of a file; the zero one is not told.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
