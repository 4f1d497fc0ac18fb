package form

import (
	"context"
	"slices"
	"strings"
	"time"

	"lingtan/filing"
	"lingtan/lang"
	"lingtan/rule"
)

// reminded is how many months back forms are still asked for: a deadline lies
// at most sixty days behind its month, and a year that nobody filed before the
// platform came is nobody's fault now.
const reminded = 3

// Remind lists the reminders that are due now and were not given. It is asked
// each hour: who was asleep for a week is told the last step alone, and a clock
// that goes back tells nothing twice, for the book knows what was given.
func (d *Desk) Remind(ctx context.Context) ([]filing.Reminder, error) {
	last := d.current() - 1
	first := last - reminded + 1
	l, err := d.look(ctx, first, last)
	if err != nil {
		return nil, err
	}
	given, err := d.Book.Reminders(ctx, d.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, err
	}
	var out []filing.Reminder
	for m := first; m <= last; m++ {
		if l.month(m).State != filing.Draft || l.ends[m].Before(d.Plan.ValidFrom) {
			continue
		}
		out = append(out, l.remindMonth(m, given)...)
	}
	return out, nil
}

// remindMonth reminds every unit that lacks values; where none does, whoever
// submits the month.
func (l *look) remindMonth(m rule.Month, given []filing.Reminded) []filing.Reminder {
	var out []filing.Reminder
	complete := true
	for _, unit := range byNode(l.all()) {
		f := l.form(unit, m)
		if f.Filled >= f.Of && f.Returned == 0 {
			continue
		}
		complete = false
		said := lang.T("还差 %d 项,截止 %s", "%d values are missing, due by %s").Format(f.Of-f.Filled, l.clock(f.Deadline))
		out = append(out, l.due(m, f.Node, l.day(unit), f.Title, said, given)...)
	}
	if complete {
		said := lang.T("已填齐,尚未提交,截止 %s", "everything is filed and not submitted, due by %s").Format(l.clock(l.deadline(m, l.Plan.Due.Day)))
		out = l.due(m, "", l.Plan.Due.Day, l.Site.Name, said, given)
	}
	return out
}

// due lists the steps of one form whose time has come; all but the last of them
// are silent.
func (l *look) due(m rule.Month, node string, day int, title, says lang.Text, given []filing.Reminded) []filing.Reminder {
	now := l.Now()
	var out []filing.Reminder
	for _, step := range l.schedule(m, day) {
		if step.At.After(now) || slices.ContainsFunc(given, func(g filing.Reminded) bool {
			return g.Month == m.String() && g.Node == node && g.Step == step.Step
		}) {
			continue
		}
		late := strings.HasPrefix(step.Step, "escalate.")
		to := l.Plan.Due.RemindTo
		if late {
			to = l.Plan.Due.EscalateTo
		}
		out = append(out, filing.Reminder{
			Reminded: filing.Reminded{Month: m.String(), Node: node, Step: step.Step, At: now.UTC().Truncate(time.Millisecond)},
			Site:     l.Site.ID, To: to, Late: late, Silent: true, Says: says,
			About: lang.T(title.ZH+" "+m.String(), title.EN+" "+m.String()),
		})
	}
	if len(out) > 0 {
		out[len(out)-1].Silent = false
	}
	return out
}

// clock tells an instant by the mine's clock. A deadline at midnight is told as
// the end of the day before.
func (d *Desk) clock(t time.Time) string {
	return t.Add(-time.Second).In(d.Site.Calendar.Zone).Format("2006-01-02 15:04")
}
