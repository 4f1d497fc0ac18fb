package form

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/rule"
)

// Form is what one unit of the mine files of one month.
type Form struct {
	Month       string       `json:"month"`
	Node        string       `json:"node"`
	Title       lang.Text    `json:"title"`
	Deadline    time.Time    `json:"deadline"`
	State       filing.State `json:"state" enum:"draft,submitted,approved,group_approved,verified,locked"`
	Filled      int          `json:"filled"`
	Of          int          `json:"of"`
	MustExplain int          `json:"must_explain"`
	Hard        int          `json:"hard"`
	Returned    int          `json:"returned"`
	Overdue     bool         `json:"overdue"`
	Reminders   []Reminder   `json:"reminders"`
	May         []string     `json:"may" enum:"fill,explain,comment,submit,withdraw,approve,group-approve,return,verify,lock,reopen"`
}

// Reminder is a step of reminding: when it falls due, and when it was told.
type Reminder struct {
	Step string    `json:"step" doc:"remind.3:到期前三日;escalate.1:逾期一日上报 | remind.3: three days before; escalate.1: a day after"`
	At   time.Time `json:"at"`
	Told time.Time `json:"told,omitzero"`
}

// Forms lists the forms of a year that somebody sees, those of months still to
// come left out.
func (d *Desk) Forms(ctx context.Context, a access.Actor, year int) ([]Form, error) {
	first := rule.Month(12 * year)
	last := min(first+11, d.current())
	if last < first {
		return []Form{}, nil
	}
	l, err := d.look(ctx, first, last)
	if err != nil {
		return nil, err
	}
	given, err := d.Book.Reminders(ctx, d.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, err
	}
	units := byNode(d.rows(a, ""))
	out := []Form{}
	for m := last; m >= first; m-- {
		month := l.told(m, a)
		for _, unit := range units {
			if f := l.form(unit, m); f.Of > 0 {
				f.May = month.May
				f.Reminders = l.reminders(f.Node, m, l.day(unit), given)
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// current is the accounting month that runs now.
func (d *Desk) current() rule.Month {
	return rule.MonthOf(d.Site.Calendar.Name(d.Site.Calendar.MonthOf(d.Now())))
}

// byNode sorts rows that are filed by their unit, in the order of the plan.
func byNode(rows []Row) [][]Row {
	var out [][]Row
	for _, r := range rows {
		if !r.par.Filed() {
			continue
		}
		i := slices.IndexFunc(out, func(unit []Row) bool { return unit[0].Node == r.Node })
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], r)
	}
	return out
}

// day is the earliest on which a row of a unit is due.
func (d *Desk) day(unit []Row) int {
	out := 0
	for _, r := range unit {
		day := r.par.Cell.Day
		if day == 0 {
			day = d.Plan.Due.Day
		}
		if out == 0 || day < out {
			out = day
		}
	}
	return out
}

// form counts one unit's month.
func (l *look) form(unit []Row, m rule.Month) Form {
	node, _ := l.Site.Org(unit[0].Node)
	out := Form{
		Month: m.String(), Node: unit[0].Node, Title: node.Name, State: l.month(m).State, Deadline: l.deadline(m, l.day(unit)),
		Reminders: []Reminder{}, May: []string{},
	}
	for _, row := range unit {
		c := l.cell(row, m)
		if !c.Asked && c.Value == "" {
			continue
		}
		out.Of++
		if c.Value != "" {
			out.Filled++
		}
		if c.Returned != nil {
			out.Returned++
		}
		for _, f := range c.Findings {
			switch {
			case !f.Open():
			case f.Severity == activity.Hard:
				out.Hard++
			default:
				out.MustExplain++
			}
		}
	}
	out.Overdue = !l.Now().Before(out.Deadline) && (out.State == filing.Draft && out.Filled < out.Of || out.Returned > 0)
	return out
}

// reminders lists a form's steps with when each was told.
func (l *look) reminders(node string, m rule.Month, day int, given []filing.Reminded) []Reminder {
	out := l.schedule(m, day)
	for i, r := range out {
		for _, g := range given {
			if g.Month == m.String() && g.Node == node && g.Step == r.Step {
				out[i].Told = g.At
			}
		}
	}
	return out
}

// schedule lists the steps of reminding of a month, in order.
func (d *Desk) schedule(m rule.Month, day int) []Reminder {
	due := d.deadline(m, day)
	out := []Reminder{}
	for _, n := range d.Plan.Due.Remind {
		out = append(out, Reminder{Step: "remind." + strconv.Itoa(n), At: due.AddDate(0, 0, -n)})
	}
	for _, n := range d.Plan.Due.Escalate {
		out = append(out, Reminder{Step: "escalate." + strconv.Itoa(n), At: due.AddDate(0, 0, n)})
	}
	return out
}
