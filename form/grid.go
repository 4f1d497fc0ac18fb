package form

import (
	"context"
	"slices"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/rule"
)

// MaxMonths bounds one look: three years beside each other are more than a
// screen shows.
const MaxMonths = 36

// Ask is what somebody wants to look at.
type Ask struct {
	From, To string // months, both included
	Node     string // a unit with all below it; "" is the whole mine
	Actor    access.Actor
}

// Grid is months beside each other: rows, and the cells where both meet.
type Grid struct {
	Months []Month `json:"months"`
	Rows   []Row   `json:"rows"`
	Cells  []Cell  `json:"cells" doc:"逐行、逐月 | row by row, month by month"`
}

// Month is how far a month has come, and what may be done with it.
type Month struct {
	Month         string          `json:"month"`
	State         filing.State    `json:"state" enum:"draft,submitted,approved,group_approved,verified,locked"`
	Title         lang.Text       `json:"title"`
	Deadline      time.Time       `json:"deadline" doc:"此刻起逾期 | overdue from this instant on"`
	Ended         bool            `json:"ended"`
	May           []string        `json:"may" enum:"fill,explain,comment,submit,withdraw,approve,group-approve,return,verify,lock,reopen" doc:"您可做的:fill explain comment 及各步骤 | what you may do: fill, explain, comment, and the steps"`
	Submitter     string          `json:"submitter,omitempty"`
	Approver      string          `json:"approver,omitempty"`
	GroupApprover string          `json:"group_approver,omitempty"`
	Verifier      string          `json:"verifier,omitempty"`
	Way           []filing.State  `json:"way" enum:"approved,group_approved,verified" doc:"锁定前经过的审核 | the reviews before the lock"`
	History       []filing.Passed `json:"history"`
}

// months reads and bounds what was asked for.
func (ask Ask) months() (first, last rule.Month, err error) {
	if err := filing.CheckMonth(ask.From); err != nil {
		return 0, 0, fault.At(err, fault.Place{Column: "from"})
	}
	if err := filing.CheckMonth(ask.To); err != nil {
		return 0, 0, fault.At(err, fault.Place{Column: "to"})
	}
	first, last = rule.MonthOf(ask.From), rule.MonthOf(ask.To)
	if last < first || last-first >= MaxMonths {
		return 0, 0, fault.Invalid.Say(lang.T("%s 至 %s 不是 1 到 %d 个月", "%s to %s is not 1 to %d months"), ask.From, ask.To, MaxMonths).
			Do(lang.T("缩小范围", "ask for less")).At(fault.Place{Column: "to"})
	}
	return first, last, nil
}

// Grid looks at the cells of some months.
func (d *Desk) Grid(ctx context.Context, ask Ask) (Grid, error) {
	first, last, err := ask.months()
	if err != nil {
		return Grid{}, err
	}
	if _, known := d.Site.Org(ask.Node); ask.Node != "" && !known {
		return Grid{}, fault.NotFound.Say(lang.T("没有组织 %.70q", "there is no unit %.70q"), ask.Node)
	}
	l, err := d.look(ctx, first, last)
	if err != nil {
		return Grid{}, err
	}
	g := Grid{Months: []Month{}, Rows: d.rows(ask.Actor, ask.Node)}
	for m := first; m <= last; m++ {
		g.Months = append(g.Months, l.told(m, ask.Actor))
	}
	g.Cells = make([]Cell, 0, len(g.Rows)*len(g.Months))
	for _, row := range g.Rows {
		for m := first; m <= last; m++ {
			g.Cells = append(g.Cells, l.cell(row, m))
		}
	}
	return g, nil
}

// Cells looks at some cells anew, as after they were filed.
func (d *Desk) Cells(ctx context.Context, a access.Actor, cells []filing.Cell) ([]Cell, error) {
	return d.cells(ctx, a, cells, nil)
}

// Try looks at cells as if filings had been kept.
func (d *Desk) Try(ctx context.Context, a access.Actor, list []filing.Filing) ([]Cell, error) {
	cells := make([]filing.Cell, len(list))
	for i, f := range list {
		cells[i] = f.Cell
	}
	return d.cells(ctx, a, cells, list)
}

func (d *Desk) cells(ctx context.Context, a access.Actor, cells []filing.Cell, try []filing.Filing) ([]Cell, error) {
	if len(cells) == 0 {
		return []Cell{}, nil
	}
	first, last := rule.MonthOf(cells[0].Month), rule.MonthOf(cells[0].Month)
	for _, c := range cells {
		first, last = min(first, rule.MonthOf(c.Month)), max(last, rule.MonthOf(c.Month))
	}
	l, err := d.look(ctx, first, last)
	if err != nil {
		return nil, err
	}
	l.try(try)
	rows := map[string]Row{}
	for _, r := range d.rows(a, "") {
		rows[r.ID] = r
	}
	out := make([]Cell, 0, len(cells))
	for _, c := range cells {
		if row, ok := rows[c.Row()]; ok {
			out = append(out, l.cell(row, rule.MonthOf(c.Month)))
		}
	}
	return out, nil
}

// try puts values into the look that nobody has kept.
func (l *look) try(list []filing.Filing) {
	l.tried = map[rule.Month]map[string]value{}
	for _, f := range list {
		m := rule.MonthOf(f.Month)
		if l.tried[m] == nil {
			l.tried[m] = map[string]value{}
		}
		l.tried[m][f.Cell.ID()] = valueOf(f, l.rules)
	}
}

// told tells how far a month has come, and what somebody may do with it.
func (l *look) told(m rule.Month, a access.Actor) Month {
	doc := l.month(m)
	out := Month{
		Month: m.String(), State: doc.State, Title: doc.State.Title(), Deadline: l.deadline(m, l.Plan.Due.Day), Ended: !l.ends[m].After(l.Now()),
		May: []string{}, Submitter: doc.Submitter, Approver: doc.Approver, GroupApprover: doc.GroupApprover, Verifier: doc.Verifier,
		Way: Way(l.Plan), History: append([]filing.Passed{}, l.steps[m]...),
	}
	writes := access.MayWithin(a, access.WriteFiling, l.Site.ID) == nil
	if writes && (doc.State == filing.Draft || len(l.back(m)) > 0) {
		out.May = append(out.May, "fill")
	}
	if writes && doc.State != filing.Locked {
		out.May = append(out.May, "explain")
	}
	if access.MayWithin(a, access.CommentFiling, l.Site.ID) == nil {
		out.May = append(out.May, "comment")
	}
	for _, s := range doc.Offers(filing.Move{Actor: a, Way: Way(l.Plan), Filers: l.filers(m), Back: l.back(m)}) {
		out.May = append(out.May, string(s))
	}
	return out
}

// back lists the rows of a month that were given back and not filed again.
func (l *look) back(m rule.Month) []string {
	var out []string
	for id, list := range l.remarks[m] {
		v, _ := l.at(id, m)
		if slices.ContainsFunc(list, func(r filing.Remark) bool { return r.Kind == filing.Returned && v.holds(r) }) {
			out = append(out, list[0].Row())
		}
	}
	slices.Sort(out)
	return out
}

// Way gives the reviews that a plan asks for before the lock.
func Way(p *plan.Plan) []filing.State {
	out := make([]filing.State, len(p.Review))
	for i, stage := range p.Review {
		out[i] = map[plan.Stage]filing.State{plan.ByMine: filing.Approved, plan.ByGroup: filing.GroupApproved, plan.ByVerify: filing.Verified}[stage]
	}
	return out
}
