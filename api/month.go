package api

import (
	"context"
	"errors"
	"slices"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/inventory"
	"lingtan/lang"
)

func (s *server) monthRoutes() []route {
	step := func(name filing.Step, title lang.Text, ws ...with) route {
		return at(post, "/sites/{site}/months/{month}/"+string(name), name.Action(), bySite, string(name)+"-month", title, handle(s.stepMonth(name)), ws...)
	}
	return group(lang.T("填报", "filings"),
		step(filing.Submit, lang.T("提交一月(先校验)", "submit a month, after every check")),
		step(filing.Withdraw, lang.T("撤回自己提交的月", "take back a month that one submitted")),
		step(filing.Approve, lang.T("矿审通过", "approve a month for the mine")),
		step(filing.GroupApprove, lang.T("集团审通过", "approve a month for the group")),
		step(filing.Verify, lang.T("核查通过", "verify a month")),
		step(filing.Return, lang.T("退回一月", "return a month")),
		step(filing.Lock, lang.T("锁定一月并关账", "lock a month and close it"), patient(compute)),
		step(filing.Reopen, lang.T("重开已锁定的月", "reopen a locked month")),
		at(post, "/sites/{site}/months/approve", access.ReturnMonth, bySite, "approve-months", lang.T("批量审核通过(各月到下一级)", "approve many months, each at its next stage"), handle(s.approveMonths), patient(compute)),
	)
}

// Moving is the wish to take a step with a month.
type Moving struct {
	OfSite
	Month string `path:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"2024-06"`
	Body  struct {
		Reason string `json:"reason,omitempty" maxLength:"4000" doc:"退回与重开须写;锁定时为接受硬性发现的理由 | needed for a return and a reopening; with a lock, why hard findings are taken on"`
	}
}

// stepMonth makes the handler of one step. Each has a route of its own, so that
// each has one action.
func (s *server) stepMonth(step filing.Step) func(context.Context, *Moving) (*struct{ Body filing.Month }, error) {
	return func(ctx context.Context, in *Moving) (*struct{ Body filing.Month }, error) {
		desk, mine, err := s.desk(ctx, in.Site)
		if err != nil {
			return nil, err
		}
		m, err := s.step(ctx, desk, mine, in.Month, step, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body filing.Month }{m}, nil
	}
}

// step takes a step: whatever accepts what is filed asks every rule first, and
// is refused when somebody files in between.
func (s *server) step(ctx context.Context, desk *form.Desk, mine *Mine, month string, step filing.Step, reason string) (filing.Month, error) {
	w := filing.Move{Step: step, Actor: actorOf(ctx), At: s.Now(), Reason: reason, Way: form.Way(mine.Plan)}
	if err := s.possible(ctx, mine, month, w); err != nil {
		return filing.Month{}, err
	}
	switch step {
	case filing.Submit, filing.Approve, filing.GroupApprove, filing.Verify, filing.Lock:
		ready, err := desk.Check(ctx, month)
		if err != nil {
			return filing.Month{}, err
		}
		if err := errors.Join(ready.Faults...); err != nil {
			return filing.Month{}, err
		}
		w.Filed = ready.Filed
	case filing.Withdraw, filing.Return, filing.Reopen:
	}
	if step == filing.Lock {
		if err := s.closable(ctx, mine, month, reason); err != nil {
			return filing.Month{}, err
		}
	}
	m, err := s.Store.MoveMonth(ctx, mine.Site.ID, month, w)
	if err != nil {
		return m, err
	}
	s.tellCell(ctx, mine, filing.Cell{Month: month}, "")
	if step == filing.Lock {
		err = s.settle(ctx, mine, month, reason)
	}
	return m, err
}

// possible tells what keeps a step from being taken before any rule is asked:
// who may not is not told what the rules find.
func (s *server) possible(ctx context.Context, mine *Mine, month string, w filing.Move) error {
	now, err := s.Store.Month(ctx, mine.Site.ID, month)
	if err != nil {
		return err
	}
	if w.Filers, err = s.Store.Filers(ctx, mine.Site.ID, month); err != nil {
		return err
	}
	_, err = now.Move(w)
	return err
}

// closing is what a month is closed by, under one edition of the plan.
func closing(ctx context.Context, mine *Mine, month, edition, accept string) inventory.Close {
	return inventory.Close{Site: mine.Site.ID, Period: month, Edition: edition, By: actorOf(ctx).ID, Accept: accept}
}

// closable tells what would keep the month from closing, before it is locked.
func (*server) closable(ctx context.Context, mine *Mine, month, accept string) error {
	for _, edition := range mine.Plan.Editions {
		if _, err := mine.Inventories.Compute(ctx, closing(ctx, mine, month, edition, accept)); err != nil {
			return err
		}
	}
	return nil
}

// settle closes a month that was locked, under every edition of the plan; one
// that was closed before is restated where it has changed.
func (*server) settle(ctx context.Context, mine *Mine, month, reason string) error {
	why := reason
	if why == "" {
		why = lang.T("重开后再次锁定", "locked again after it was reopened").ZH
	}
	for _, edition := range mine.Plan.Editions {
		if _, err := mine.Inventories.Settle(ctx, closing(ctx, mine, month, edition, reason), why); err != nil {
			return err
		}
	}
	return nil
}

// Approvals is what became of months that were approved together.
type Approvals struct {
	Done    []filing.Month `json:"done"`
	Refused []MonthRefused `json:"refused"`
}

// MonthRefused is a month that was not approved.
type MonthRefused struct {
	Month  string      `json:"month"`
	Code   string      `json:"code"`
	Errors []Complaint `json:"errors"`
}

// approveMonths takes each month to its next stage.
func (s *server) approveMonths(ctx context.Context, in *struct {
	OfSite
	Body struct {
		Months []string `json:"months" minItems:"1" maxItems:"36"`
	}
},
) (*struct{ Body Approvals }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	out := Approvals{Done: []filing.Month{}, Refused: []MonthRefused{}}
	for _, month := range in.Body.Months {
		m, err := s.approve(ctx, desk, mine, month)
		switch {
		case err != nil && fault.KindOf(err) == fault.Internal:
			return nil, err
		case err != nil:
			p := problemOf(ctx, err)
			out.Refused = append(out.Refused, MonthRefused{month, p.Code, append([]Complaint{}, p.Errors...)})
		default:
			out.Done = append(out.Done, m)
		}
	}
	return &struct{ Body Approvals }{out}, nil
}

// approve takes a month to the next review on its way.
func (s *server) approve(ctx context.Context, desk *form.Desk, mine *Mine, month string) (filing.Month, error) {
	if err := filing.CheckMonth(month); err != nil {
		return filing.Month{}, err
	}
	now, err := s.Store.Month(ctx, mine.Site.ID, month)
	if err != nil {
		return now, err
	}
	way := form.Way(mine.Plan)
	next := way[0]
	if i := slices.Index(way, now.State); i >= 0 && i+1 < len(way) {
		next = way[i+1]
	}
	step := map[filing.State]filing.Step{filing.Approved: filing.Approve, filing.GroupApproved: filing.GroupApprove, filing.Verified: filing.Verify}[next]
	return s.step(ctx, desk, mine, month, step, "")
}
