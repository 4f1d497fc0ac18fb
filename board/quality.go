package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/lang"
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
		f.Formula = lang.T("%s 小时中 %s 小时", "%[2]s of %[1]s hours").Format(text(exactly(b.expected), "h"), text(exactly(*x*b.expected), "h"))
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
	all := append(v.found(), v.due()...)
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

// due are the calibrations that have run out, or soon will.
func (v *view) due() []ToDo {
	var out []ToDo
	for _, p := range v.Mine.Site.Points {
		if !v.node.orgs[p.Org] {
			continue
		}
		day, overdue := p.Overdue(v.now)
		if day.IsZero() || !overdue && day.After(v.now.Add(soon)) {
			continue
		}
		t := ToDo{ID: "calibration|" + p.ID, Code: "site.calibration_due", Severity: activity.Notice, Point: p.ID, Owner: p.Org, OwnerName: v.ownerName(p.Org), Due: day.UTC(), Source: p.Source}
		t.Text = lang.T("点 %s(%s)的检定将于 %s 到期", "the calibration of point %s (%s) runs out on %s").Format(p.ID, p.Name, day.Format(time.DateOnly))
		t.Hint = lang.T("按时送检,并补一条 calibrations", "have it calibrated in time and add an entry to calibrations")
		if overdue {
			t.Code, t.Severity = "site.calibration_overdue", activity.Explain
			t.Text = lang.T("点 %s(%s)的检定已于 %s 到期", "the calibration of point %s (%s) ran out on %s").Format(p.ID, p.Name, day.Format(time.DateOnly))
			t.Hint = lang.T("补检,并说明到期后的数据如何取信", "have it calibrated and say why its data since then can be trusted")
		}
		out = append(out, t)
	}
	return out
}
