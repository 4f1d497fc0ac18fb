package board

import (
	"context"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/standard"
)

// month makes one month.
func (v *view) month(ctx context.Context, at ordinal, h *hours, papers *papers, now stamp) (*month, error) {
	p := at.in(v.Mine.Site.Calendar)
	m := &month{at: at, period: p, hours: h, stamp: now, origin: Origin{Period: at.String(), From: FromWorking}}
	m.from, m.to = p.Millis()
	if now.upto > 0 {
		m.origin.From, m.to = FromOpen, now.upto
	}
	_, end := p.Millis()
	m.sums = h.sums(m.from, end)
	if head := papers.closed[at]; head.ID != "" {
		return m, v.thaw(ctx, m, head)
	}
	if err := v.gather(ctx, m, papers); err != nil {
		return nil, err
	}
	if len(m.content.Result.Lines) == 0 {
		m.origin.From = FromNothing
		m.origin.Missing = lang.T("%s 没有可核算的读数与填报", "%s has no reading and no filing to account for").Format(at)
	}
	m.origin.Lacking = m.lacking
	m.split(v.edition)
	v.spread(m)
	return m, nil
}

// thaw takes a month's lines and activities from the inventory it was closed
// in, or its year was.
func (v *view) thaw(ctx context.Context, m *month, head inventory.Head) error {
	inv, ok := v.Shelf.inventory(head.ID)
	if !ok {
		var err error
		if inv, err = v.Papers.Inventory(ctx, head.ID); err != nil {
			return err
		}
		v.Shelf.putInventory(inv)
	}
	m.origin.From, m.origin.Inventory, m.origin.Version = FromClosed, inv.ID, inv.Version
	m.content = inv.Content
	m.content.Result.Lines = slices.DeleteFunc(slices.Clone(inv.Content.Result.Lines), func(l standard.Line) bool { return l.Period != m.at.String() })
	m.content.Activities = slices.DeleteFunc(slices.Clone(inv.Content.Activities), func(a activity.Activity) bool { return !a.Period.Equal(m.period) })
	m.acts = m.content.Activities
	m.split(v.edition)
	v.spread(m)
	return nil
}

// gather makes the month's activities by the plan, and its lines.
func (v *view) gather(ctx context.Context, m *month, papers *papers) error {
	h := *m.hours
	if h.upto = m.stamp.upto; h.upto > 0 {
		h.means = map[reading.ID]bool{}
		for _, par := range v.Mine.Plan.Parameters {
			if id, ok := v.Series(firstOf(par.Points)); ok && par.Integrate == plan.Mean {
				h.means[id] = true
			}
		}
	}
	acts, find, err := plan.Gather(ctx, plan.Inputs{
		Site: v.Mine.Site, Plan: v.Mine.Plan, Period: m.period, Meters: &h, Series: v.Series, Filings: papers,
	})
	if err != nil {
		return err
	}
	for i := range acts {
		acts[i].At = fault.Place{} // lines are not about rows of a file
	}
	m.acts, m.find = acts, find
	if h.upto > 0 {
		v.soFar(m)
	}
	v.lack(m)
	m.loose = slices.ContainsFunc(acts, loose) || len(m.lacking) > 0
	return v.compute(m)
}

func firstOf(points []string) string {
	if len(points) == 0 {
		return ""
	}
	return points[0]
}

// loose tells whether hours beside the month may have stood in for its own.
func loose(a activity.Activity) bool {
	for _, v := range a.Values {
		if v.Meter != nil && v.Meter.Covered < 1 {
			return true
		}
	}
	return false
}

// soFar tells of a month that still runs how much of the time gone by was
// measured, and drops what only its end can be asked for.
func (v *view) soFar(m *month) {
	elapsed := m.to - m.from
	for _, a := range m.acts {
		for name, value := range a.Values {
			if value.Meter == nil || elapsed <= 0 {
				continue
			}
			meter := *value.Meter
			meter.Hours, meter.Covered, meter.Estimated, meter.Substituted = elapsed/reading.HourMS, 0, 0, 0
			n := float64(len(meter.Points))
			for _, point := range meter.Points {
				id, _ := v.Series(point)
				t := m.sums[id]
				meter.Covered += min(float64(t.CoveredMS)/float64(elapsed), 1) / n
				meter.Estimated += min(float64(t.Estimated*reading.HourMS)/float64(elapsed), 1) / n
			}
			value.Meter = &meter
			a.Values[name] = value
		}
	}
	m.find = slices.DeleteFunc(m.find, func(f activity.Finding) bool { return f.Severity == activity.Hard || f.Code == "plan.evidence_missing" })
}

// lack lists the parameters that nothing is known of and that no default serves.
func (v *view) lack(m *month) {
	for _, par := range v.Mine.Plan.Parameters {
		source, _ := v.Mine.Site.Source(par.Source)
		if _, err := v.edition.Kind(source.Kind); err != nil || par.How == activity.Defaulted || par.How == activity.Stated || par.Fallback == plan.ByDefault {
			continue
		}
		if a, ok := m.activity(par.Source); ok {
			if _, known := a.Values[par.Name]; known {
				continue
			}
		}
		m.lacking = append(m.lacking, par.ID())
	}
}

// activity gives what a source did in the month.
func (m *month) activity(source string) (activity.Activity, bool) {
	i := slices.IndexFunc(m.acts, func(a activity.Activity) bool { return a.Source == source })
	if i < 0 {
		return activity.Activity{}, false
	}
	return m.acts[i], true
}

// compute asks the edition for the month's lines. Where an activity cannot be
// computed, for a value it needs is not there, the others are told without it.
func (v *view) compute(m *month) error {
	known := slices.DeleteFunc(slices.Clone(m.acts), func(a activity.Activity) bool { _, err := v.edition.Kind(a.Kind); return err != nil })
	m.content = inventory.Content{
		Site: inventory.Site{ID: v.Mine.Site.ID, Name: v.Mine.Site.Name}, Period: m.at.String(), Edition: v.edition.ID, Province: v.Mine.Site.Province,
		FactorSet: v.set.ID(), FactorSHA: v.set.SHA256(), PlanSHA: v.Mine.Plan.SHA256, PlanNumber: v.Mine.Plan.Version,
		Activities: known, Findings: m.find,
	}
	result, err := standard.Compute(m.content.Request(v.set, v.Mine.Site))
	if err != nil && fault.KindOf(err) != fault.Internal {
		m.content.Activities = slices.DeleteFunc(known, func(a activity.Activity) bool { return v.fails(m, a) })
		result, err = standard.Compute(m.content.Request(v.set, v.Mine.Site))
	}
	m.content.Result, m.content.GWP = result, result.GWP
	return err
}

// fails tells whether an activity alone cannot be computed, and keeps why.
func (v *view) fails(m *month, a activity.Activity) bool {
	alone := m.content
	alone.Activities = []activity.Activity{a}
	_, err := standard.Compute(alone.Request(v.set, v.Mine.Site))
	if err == nil {
		return false
	}
	if !slices.ContainsFunc(m.lacking, func(id string) bool { return strings.HasPrefix(id, a.Source+"#") }) {
		m.lacking = append(m.lacking, a.Source)
	}
	m.find = append(m.find, activity.Finding{
		Code: "board.not_computed", Severity: activity.Hard, Source: a.Source, Period: m.at.String(),
		Text: lang.T("%s 算不出:%s", "%s cannot be computed: %s").Format(a.Name, lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))),
		Hint: lang.T("补齐所缺的数;缺失不按零计", "bring in what is missing; missing is not zero"),
	})
	return true
}
