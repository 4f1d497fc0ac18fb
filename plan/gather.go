package plan

import (
	"context"
	"iter"
	"slices"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/reading"
	"lingtan/site"
)

// Meters is what gathering asks of the readings; a reading.Series gives it.
type Meters interface {
	Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error)
	Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error]
}

// Filings is what gathering asks of the filed months: the value that stands for
// a parameter, ok being false where none was filed.
type Filings interface {
	Filed(ctx context.Context, site, source, parameter, month string) (v activity.Value, ok bool, err error)
}

// Inputs is what a period's activities are gathered from.
type Inputs struct {
	Site    *site.Site
	Plan    *Plan
	Period  period.Period // whole accounting months of the site's calendar
	Meters  Meters
	Series  func(point string) (reading.ID, bool) // the number of a point's or gas' series
	Filings Filings
}

// Gather makes one activity for each source and accounting month of the period,
// named "source/2024-06". What is missing is not in it, and a finding says who
// answers: missing is never zero. A source of which nothing is known in a month
// has no activity there.
func Gather(ctx context.Context, in Inputs) ([]activity.Activity, []activity.Finding, error) {
	months := slices.Collect(in.Site.Calendar.Months(in.Period))
	if len(months) == 0 || !months[0].Start().Equal(in.Period.Start()) || !months[len(months)-1].End().Equal(in.Period.End()) {
		return nil, nil, fault.Invalid.Say(lang.T("期间 %s 不是整月", "the period %s is not whole months"), in.Period).
			Do(lang.T("核算期间取整月或整年,如 2024-06 或 2024", "account whole months or a year, such as 2024-06 or 2024"))
	}
	g := &gathering{Inputs: in}
	if err := g.load(ctx, months); err != nil {
		return nil, nil, err
	}
	var out []activity.Activity
	for _, source := range in.Site.Sources {
		for _, month := range months {
			a, err := g.activity(ctx, source, month)
			if err != nil {
				return nil, nil, err
			}
			if len(a.Values) > 0 {
				out = append(out, a)
			}
		}
	}
	return out, g.findings, nil
}

// gathering is one run of Gather.
type gathering struct {
	Inputs
	totals   map[stretch]reading.Total
	findings []activity.Finding
}

func (g *gathering) activity(ctx context.Context, source site.Source, month period.Period) (activity.Activity, error) {
	name := g.Site.Calendar.Name(month)
	a := activity.Activity{
		ID: source.ID + "/" + name, Kind: source.Kind, Source: source.ID, Name: source.Name, Item: source.Item,
		Attrs: source.Attrs, Period: month, Values: map[string]activity.Value{}, At: source.At,
	}
	for _, par := range g.Plan.Of(source.ID) {
		c := cell{gathering: g, par: par, month: month, name: name}
		c.checkForce()
		v, ok, err := c.value(ctx)
		if err != nil {
			return a, err
		}
		if ok {
			a.Values[par.Name] = v
		}
	}
	return a, nil
}

// cell is one parameter of one source in one month.
type cell struct {
	*gathering
	par   Parameter
	month period.Period
	name  string // of the month
}

// value obtains the parameter by the plan; ok is false where nothing is known.
func (c cell) value(ctx context.Context) (activity.Value, bool, error) {
	switch c.par.How {
	case activity.Metered:
		return c.metered(ctx)
	case activity.Filed, activity.Laboratory:
		return c.filed(ctx)
	case activity.Defaulted, activity.Stated:
	}
	return activity.Value{}, false, nil // the edition's table gives it
}

// filed takes what the month's form says.
func (c cell) filed(ctx context.Context) (activity.Value, bool, error) {
	v, ok, err := c.Filings.Filed(ctx, c.Site.ID, c.par.Source, c.par.Name, c.name)
	switch {
	case err != nil:
		return v, false, err
	case ok:
		return c.accept(v)
	case c.par.Fallback == ByDefault:
		c.find("plan.defaulted", activity.Explain,
			lang.T("%s 未填报,采用标准缺省值", "%s is not filed, the edition's default serves"),
			lang.T("补报,或说明原因;一年内已实测的参数不得退回缺省", "file it or give the reason; once measured within a year, a parameter may not go back to the default"))
	default:
		c.find("plan.filing_missing", activity.Hard,
			lang.T("%s 未填报", "%s is not filed"),
			lang.T("由责任部门填报;缺失不按零计", "its department files it; missing is not zero"))
	}
	return activity.Value{}, false, nil
}

// accept tells a filed value in the parameter's unit, with its owner.
func (c cell) accept(v activity.Value) (activity.Value, bool, error) {
	q, err := convert(v.Quantity, c.par.Unit)
	if err != nil {
		return v, false, fault.At(err, fault.Place{Column: c.par.ID() + " " + c.name})
	}
	v.Quantity = q
	if v.How == "" {
		v.How = c.par.How
	}
	if v.Owner == "" {
		v.Owner = c.par.Owner.String()
	}
	if v.Uncertainty == nil {
		v.Uncertainty = c.par.Uncertainty
	}
	c.checkEvidence(v)
	return v, true, nil
}
