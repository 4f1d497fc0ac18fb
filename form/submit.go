package form

import (
	"context"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/rule"
)

// Ready is what a month's check found: what keeps it from going on, and how
// many filings it was made of.
type Ready struct {
	Filed  int64
	Faults []error
}

// Check asks every rule about every cell of a month, whoever sees it. A hard
// finding, and one that wants a reason and has none, is a fault with its cell.
func (d *Desk) Check(ctx context.Context, month string) (Ready, error) {
	if err := filing.CheckMonth(month); err != nil {
		return Ready{}, err
	}
	m := rule.MonthOf(month)
	l, err := d.look(ctx, m, m)
	if err != nil {
		return Ready{}, err
	}
	out := Ready{}
	if k := l.values[m]; k != nil {
		out.Filed = k.filings
	}
	for _, row := range d.all() {
		for _, f := range l.cell(row, m).Findings {
			if f.Open() {
				out.Faults = append(out.Faults, told(row, month, f))
			}
		}
	}
	return out, nil
}

// all lists every row that is filed.
func (d *Desk) all() []Row {
	var out []Row
	for _, par := range d.Plan.Rows() {
		if par.Filed() {
			out = append(out, Row{ID: par.Source + "/" + par.Name, Title: d.title(par), Unit: par.Unit.String(), Node: par.Cell.Node, Decimals: par.Places(), par: par})
		}
	}
	return out
}

// told makes a fault of a finding, with the cell as its place.
func told(row Row, month string, f Finding) error {
	hint := f.Hint
	if f.Severity == activity.Explain {
		hint = lang.T(f.Hint.ZH+";写明原因或附凭证后可提交", f.Hint.EN+"; a reason or a file lets it pass")
	}
	return fault.Conflict.Say(lang.T("%s:%s", "%s: %s"), row.Title, f.Text).Do(hint).
		At(fault.Place{File: month, Column: row.ID})
}

// Find gives a row that somebody may work on: it is in the plan, people file
// it, and it is under their duty.
func (d *Desk) Find(a access.Actor, action access.Action, c filing.Cell) (plan.Parameter, error) {
	par, ok := d.Plan.Row(c.Source, c.Parameter)
	switch {
	case !ok || !d.Sees(a, access.ReadFilings, par): // what is not theirs is not there
		return par, fault.NotFound.Say(lang.T("计划里没有 %.80s#%.80s", "the plan has no %.80s#%.80s"), c.Source, c.Parameter).
			Do(lang.T("核对矿点文件的 [[parameter]] 与 [[record]]", "check [[parameter]] and [[record]] of the site file"))
	case !par.Filed():
		return par, fault.Invalid.Say(lang.T("%s 按计划不由人填报", "the plan does not let people file %s"), par.ID()).
			Do(lang.T("要填报请先修改计划", "change the plan first"))
	}
	return par, access.MayAt(a, action, d.Site.ID, d.path(par)...)
}
