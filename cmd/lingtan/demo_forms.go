package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/rule"
	"lingtan/testkit/mine"
)

// fileDemo fills the demonstration's forms up to the last full month: months
// long past have gone all the way of their review, the one before the last is
// approved for the mine, and the last is being filled, with what a statistician
// still has to do. A month that somebody has moved is theirs and stays.
func (c *cli) fileDemo(ctx context.Context, a *app) error {
	d, err := a.demoForms(ctx)
	if err != nil {
		return err
	}
	byMonth := map[rule.Month][]filing.Filing{}
	for _, f := range slices.Concat(d.demo.Filings(), d.demo.FilingsSince(a.now())) {
		byMonth[rule.MonthOf(f.Month)] = append(byMonth[rule.MonthOf(f.Month)], f)
	}
	p, n := c.progress(), 0
	for at := d.last - rule.Month(len(byMonth)) + 1; at <= d.last; at++ {
		done, err := d.fill(ctx, at, byMonth[at])
		if err != nil {
			return fmt.Errorf("demo: forms of %s: %w", at, err)
		}
		if n += done; done > 0 {
			p.tell(lang.T("示范矿:填报到 %s", "demonstration: forms up to %s"), at.String())
		}
	}
	if n > 0 {
		p.done(lang.T("示范矿的填报:%d 个值", "the demonstration's forms: %d values"), n)
	}
	return nil
}

// demoForms fills forms.
type demoForms struct {
	*app
	desk *form.Desk
	demo *mine.Mine
	way  []filing.State
	last rule.Month
}

func (a *app) demoForms(ctx context.Context) (*demoForms, error) {
	m, err := a.mine(ctx, mine.ID)
	if err != nil {
		return nil, err
	}
	cal := m.Site.Calendar
	return &demoForms{
		app: a, desk: a.formsOf(m), demo: mine.New(mine.Seed), way: form.Way(m.Plan), last: rule.MonthOf(cal.Name(cal.MonthOf(a.now()))) - 1,
	}, nil
}

// fill files what a month lacks and takes it as far as it has come.
func (d *demoForms) fill(ctx context.Context, at rule.Month, list []filing.Filing) (int, error) {
	month := at.String()
	steps, err := d.store.MonthSteps(ctx, mine.ID, month, month)
	if err != nil || len(steps) > 0 {
		return 0, err
	}
	if now, err := d.store.Month(ctx, mine.ID, month); err != nil || now.Open() != nil { // of an earlier version, which noted no steps
		return 0, err
	}
	if at == d.last {
		list = unfinished(list)
	}
	done, err := d.file(ctx, month, list)
	if err != nil {
		return done, err
	}
	switch at {
	case d.last:
		return done, d.giveBack(ctx, month)
	case d.last - 1:
		return done, d.pass(ctx, month, d.way[:1])
	}
	return done, d.pass(ctx, month, d.way)
}

// file files values for cells that have none.
func (d *demoForms) file(ctx context.Context, month string, list []filing.Filing) (int, error) {
	old, err := d.store.Filings(ctx, mine.ID, month, month)
	if err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(f filing.Filing) bool {
		return slices.ContainsFunc(old, func(g filing.Filing) bool { return g.Cell == f.Cell })
	})
	for i := range list {
		list[i].At = d.no(list[i].At)
	}
	done, err := d.store.PutFilings(ctx, mine.ID, list)
	for _, o := range done {
		if err == nil {
			err = o.Fault
		}
	}
	return len(list), err
}

// no later than now: a month that ended yesterday is filed today.
func (d *demoForms) no(t time.Time) time.Time {
	if now := d.now(); t.After(now) {
		return now.UTC()
	}
	return t
}

// pass explains what the rules find in a month and takes it through reviews.
func (d *demoForms) pass(ctx context.Context, month string, way []filing.State) error {
	if err := d.explain(ctx, month); err != nil {
		return err
	}
	if err := d.step(ctx, month, filing.Submit, access.Filler, 6, ""); err != nil {
		return err
	}
	for i, state := range way {
		step := map[filing.State]filing.Step{filing.Approved: filing.Approve, filing.GroupApproved: filing.GroupApprove, filing.Verified: filing.Verify}[state]
		role := map[filing.State]access.Role{filing.Approved: access.Reviewer, filing.GroupApproved: access.GroupReviewer, filing.Verified: access.Verifier}[state]
		if err := d.step(ctx, month, step, role, 8+3*i, ""); err != nil {
			return err
		}
	}
	return nil
}

// step takes a step so many days after the month's end, as the demonstration's
// person of a role.
func (d *demoForms) step(ctx context.Context, month string, step filing.Step, role access.Role, days int, reason string) error {
	_, err := d.store.MoveMonth(ctx, mine.ID, month, filing.Move{
		Step: step, Actor: demoActor(role), At: d.after(month, days), Reason: reason, Way: d.way,
	})
	return err
}

func demoActor(role access.Role) access.Actor {
	return access.Actor{ID: "demo-" + string(role), Duties: access.As(role, access.AllSites)}
}

// after is an afternoon so many days after a month's end.
func (d *demoForms) after(month string, days int) time.Time {
	p, err := d.desk.Site.Calendar.Parse(month)
	if err != nil {
		return d.now()
	}
	return d.no(p.End().AddDate(0, 0, days).Add(7 * time.Hour).UTC())
}

// explain gives the reason for everything that wants one.
func (d *demoForms) explain(ctx context.Context, month string) error {
	g, err := d.desk.Grid(ctx, form.Ask{From: month, To: month, Actor: demoActor(access.Filler)})
	if err != nil {
		return err
	}
	for _, c := range g.Cells {
		for _, f := range c.Findings {
			if f.Severity != activity.Explain || f.Cleared != nil {
				continue
			}
			cell := cellOf(c)
			_, err := d.store.PutRemark(ctx, filing.Remark{
				ID: "demo-" + month + "-" + cell.ID() + "-" + f.Rule, Cell: cell, Kind: filing.Explained, Rule: f.Rule,
				Text: reasonOf(month, f.Rule), By: demoActor(access.Filler).ID, At: d.after(month, 5),
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func cellOf(c form.Cell) filing.Cell {
	for i := range c.Row {
		if c.Row[i] == '/' {
			return filing.Cell{Site: mine.ID, Source: c.Row[:i], Parameter: c.Row[i+1:], Month: c.Month}
		}
	}
	return filing.Cell{}
}

// reasonOf is what a statistician writes.
func reasonOf(month, found string) string {
	switch {
	case month[5:] == "01" || month[5:] == "02" || month[5:] == "03":
		return "春节放假检修,产量与用量变化"
	case found == "meter":
		return "结算日与自然月相差一天,已与表计核对"
	}
	return "已与台账及原始单据核对一致"
}

// unfinished are the values of a month that is being filled: some are still to
// come, most of those a meter knows; some need a second look.
func unfinished(list []filing.Filing) []filing.Filing {
	later := []string{
		"gas-engines#generated", "gas-engines#oil", "grid#billed", "grid#peak", "grid#flat", "grid#valley", "grid#solar", "grid#purchased",
		"district-heat#heat", "district-heat#supply", "district-heat#return", "post-mining#sulphur", "diesel#bought", "coal-boiler#slag",
	}
	slips := map[string]string{
		"coal-boiler#ncv":      "5.412 GJ/t", // thousand kcal/kg, written as it was
		"underground#drilling": "26200 m",    // a third more than the month before
		"post-mining#slime":    "1684.0 万t",  // a decimal point and a unit too much
		"coal-boiler#closing":  "48 t",       // the stock does not balance
	}
	bare := []string{"post-mining#ash", "post-mining#washed", "underground#explosive"} // their papers are still to come
	var out []filing.Filing
	for _, f := range list {
		id := f.Cell.ID()
		if slices.Contains(later, id) {
			continue
		}
		if slip, is := slips[id]; is {
			f.Quantity = quantity.MustParse(slip)
		}
		if slices.Contains(bare, id) {
			f.Evidence = nil
		}
		out = append(out, f)
	}
	return out
}

// giveBack lets the month have been submitted too early: the reviewer gave one
// cell back, then the whole of it.
func (d *demoForms) giveBack(ctx context.Context, month string) error {
	if err := d.step(ctx, month, filing.Submit, access.Filler, 6, ""); err != nil {
		return err
	}
	reviewer := demoActor(access.Reviewer)
	cell := filing.Cell{Site: mine.ID, Source: "diesel", Parameter: "amount", Month: month}
	said := func(kind filing.RemarkKind, text string) filing.Remark {
		return filing.Remark{ID: "demo-" + month + "-" + string(kind), Cell: cell, Kind: kind, Text: text, By: reviewer.ID, At: d.after(month, 8)}
	}
	if _, err := d.store.PutRemark(ctx, said(filing.Commented, "油库盘点表的期末数是多少?请一并附上。")); err != nil {
		return err
	}
	move := filing.Move{Actor: reviewer, At: d.after(month, 8), Way: d.way}
	if _, err := d.store.ReturnCell(ctx, said(filing.Returned, "与油库盘点表不符,请核对加油枪读数"), move); err != nil {
		return err
	}
	return d.step(ctx, month, filing.Return, access.Reviewer, 8, "电费账单与供热数据未到,补齐后再提交")
}
