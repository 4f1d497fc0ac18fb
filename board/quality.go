package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/site"
)

const (
	// mostToDo is how many things a person is told of at once.
	mostToDo = 100
	// soon is how long before its end a calibration is told as due.
	soon = 30 * 24 * time.Hour
)

// quality is how far the months asked for can be trusted.
func (v *view) quality() Quality {
	_, b := v.sum(v.asked(), v.counted)
	of := func(id string, title, definition lang.Text, x *float64) Figure {
		f := Figure{
			ID: "overview.quality." + id, Title: title, Unit: percent, Period: v.period(), Definition: definition, Inputs: []Input{},
			Ref: Ref{Period: v.period(), Node: v.node.id},
		}
		b.lay(v, &f)
		if x == nil {
			f.Missing = lang.T("没有表计供数", "no meter feeds it")
			return f
		}
		f.Value = decimal(times100(exactly(*x)))
		f.Formula = lang.T("%s ÷ %s = %s", "%s ÷ %s = %s").Format(text(exactly(*x*b.expected), "h"), text(exactly(b.expected), "h"), text(times100(exactly(*x)), percent))
		return f
	}
	out := Quality{Missing: []string{}}
	out.Coverage = of("coverage", lang.T("数据完整率", "Data coverage"), lang.T("合计所用各表计有读数的时间 ÷ 应有时间", "time with readings ÷ time expected, over the meters of the total"), ratio(b.covered, b.expected))
	out.Estimated = of("estimated", lang.T("插补与替代占比", "Interpolated or substituted"), lang.T("合计所用各表计插补、替代的小时 ÷ 应有小时", "hours interpolated or substituted ÷ hours expected, over the meters of the total"), ratio(b.estimated, b.expected))
	for at := v.first; at <= v.last; at++ {
		if m, ok := v.months[at]; at.in(v.Mine.Site.Calendar).Start().Before(v.now) && (!ok || m.origin.From == FromNothing) {
			out.Missing = append(out.Missing, at.String())
		}
	}
	all := append(append([]ToDo{}, v.found()...), v.due()...)
	slices.SortStableFunc(all, func(a, b ToDo) int {
		return cmp.Or(cmp.Compare(rankOf(a.Severity), rankOf(b.Severity)), -strings.Compare(lastOf(a.Periods), lastOf(b.Periods)), strings.Compare(a.ID, b.ID))
	})
	for _, t := range all {
		switch t.Severity {
		case activity.Hard:
			out.Counts.Hard++
		case activity.Explain:
			out.Counts.Explain++
		case activity.Notice:
			out.Counts.Note++
		}
	}
	out.ToDo = all[:min(len(all), mostToDo)]
	out.More = len(all) - len(out.ToDo)
	return out
}

func rankOf(s activity.Severity) int {
	return slices.Index([]activity.Severity{activity.Hard, activity.Explain, activity.Notice}, s)
}

func lastOf(periods []string) string {
	if len(periods) == 0 {
		return ""
	}
	return periods[len(periods)-1]
}

// found are the findings of months that are not closed, the same one of several
// months told once.
func (v *view) found() []ToDo {
	out := []ToDo{}
	at := map[string]int{}
	for _, m := range v.asked() {
		if m.origin.From == FromClosed {
			continue // it was closed over them with a reason
		}
		for _, f := range slices.Concat(m.find, m.content.Result.Findings) {
			if f.Source != "" && !v.node.sources[f.Source] {
				continue
			}
			id := strings.Join([]string{f.Code, f.Source, f.Owner, f.Text.ZH}, "|")
			i, ok := at[id]
			if !ok {
				i, at[id] = len(out), len(out)
				out = append(out, ToDo{ID: id, Code: f.Code, Severity: f.Severity, Owner: f.Owner, OwnerName: v.ownerName(f.Owner), Source: f.Source, Text: f.Text, Hint: f.Hint, Cell: v.cellOf(f)})
			}
			if !slices.Contains(out[i].Periods, m.at.String()) {
				out[i].Periods = append(out[i].Periods, m.at.String())
			}
		}
	}
	return out
}

// cellOf is the cell that a finding asks to be filled: its text begins with the
// parameter's title.
func (v *view) cellOf(f activity.Finding) string {
	if f.Code != "plan.filing_missing" && f.Code != "plan.defaulted" {
		return ""
	}
	for _, par := range v.Mine.Plan.Of(f.Source) {
		title := par.Title
		if title.IsZero() {
			title = lang.Same(par.Name)
		}
		if par.Filed() && strings.HasPrefix(f.Text.ZH, title.ZH+" ") {
			return par.ID()
		}
	}
	return ""
}

// ownerName tells "department/duty" with the department's name.
func (v *view) ownerName(owner string) lang.Text {
	department, duty, _ := strings.Cut(owner, "/")
	org, ok := v.Mine.Site.Org(department)
	switch {
	case !ok:
		return lang.Text{}
	case duty == "":
		return org.Name
	}
	return lang.T("%s · %s", "%s · %s").Format(org.Name, duty)
}

// due are the calibrations that have run out or soon will, told unit by unit.
func (v *view) due() []ToDo {
	type desk struct {
		org     string
		overdue bool
	}
	lists := map[desk][]site.Point{}
	dates := map[string]time.Time{}
	var order []desk
	for _, p := range v.Mine.Site.Points {
		day, overdue := p.Overdue(v.now)
		if !v.node.orgs[p.Org] || day.IsZero() || !overdue && day.After(v.now.Add(soon)) {
			continue
		}
		at := desk{p.Org, overdue}
		if lists[at] == nil {
			order = append(order, at)
		}
		lists[at], dates[p.ID] = append(lists[at], p), day
	}
	var out []ToDo
	for _, at := range order {
		out = append(out, v.calibrate(at.org, at.overdue, lists[at], dates))
	}
	return out
}

// mostNamed is how many points a text names; the list has them all.
const mostNamed = 3

// calibrate asks a unit to have its points calibrated.
func (v *view) calibrate(org string, overdue bool, points []site.Point, dates map[string]time.Time) ToDo {
	slices.SortStableFunc(points, func(a, b site.Point) int { return dates[a.ID].Compare(dates[b.ID]) })
	t := ToDo{
		ID: "calibration_due|" + org, Code: "site.calibration_due", Severity: activity.Notice, Owner: org, OwnerName: v.ownerName(org),
		Due: dates[points[0].ID].UTC(), Points: []string{},
	}
	var named lang.Text
	for i, p := range points {
		t.Points = append(t.Points, p.ID)
		switch {
		case i == 0:
			named = p.Name
		case i < mostNamed:
			named = lang.T("%s、%s", "%s, %s").Format(named, p.Name)
		case i == mostNamed:
			named = lang.T("%s 等", "%s …").Format(named)
		}
	}
	first := dates[points[0].ID].Format(time.DateOnly)
	t.Text = lang.T("%d 个点的检定即将到期,最早 %s:%s", "the calibrations of %d points soon run out, the first on %s: %s").Format(len(points), first, named)
	t.Hint = lang.T("按时送检,并补一条 calibrations", "have them calibrated in time and add an entry to calibrations")
	if overdue {
		t.ID, t.Code, t.Severity = "calibration_overdue|"+org, "site.calibration_overdue", activity.Explain
		t.Text = lang.T("%d 个点的检定已到期,最早 %s:%s", "the calibrations of %d points have run out, the first on %s: %s").Format(len(points), first, named)
		t.Hint = lang.T("补检,并说明到期后的数据如何取信", "have them calibrated and say why their data since then can be trusted")
	}
	return t
}
