package filing

import (
	"slices"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

// Step is what somebody does with a month.
type Step string

// The steps.
const (
	Submit       Step = "submit"
	Withdraw     Step = "withdraw" // by who submitted it, before anybody looked
	Approve      Step = "approve"
	GroupApprove Step = "group-approve"
	Verify       Step = "verify"
	Return       Step = "return"
	Lock         Step = "lock"
	Reopen       Step = "reopen"
)

// Steps lists every step, in the order of the way.
func Steps() []Step {
	return []Step{Submit, Withdraw, Approve, GroupApprove, Verify, Return, Lock, Reopen}
}

// leads says where each step leads and what it asks for.
//
//nolint:gochecknoglobals // a table that is read only
var leads = map[Step]struct {
	to     State
	action access.Action
}{
	Submit: {Submitted, access.SubmitMonth}, Withdraw: {Draft, access.SubmitMonth}, Approve: {Approved, access.ReviewMonth},
	GroupApprove: {GroupApproved, access.GroupReviewMonth}, Verify: {Verified, access.VerifyMonth},
	Return: {Draft, access.ReturnMonth}, Lock: {Locked, access.LockMonth}, Reopen: {Draft, access.ReopenMonth},
}

// Action is what a step asks for.
func (s Step) Action() access.Action { return leads[s].action }

// Move is a wish to take a step.
type Move struct {
	Step   Step
	Actor  access.Actor
	At     time.Time
	Reason string
	Way    []State  // the reviews a month passes before its lock, in order; none is Approved alone
	Filers []string // who filed the values that now stand
	Back   []string // rows that were given back and not filed again
	Filed  int64    // how many filings the month had when its checks were run; 0 is not asked
}

// toldRows is how many rows an error names.
const toldRows = 10

// from lists the states a step is taken in.
func (w Move) from() []State {
	way := w.Way
	if len(way) == 0 {
		way = []State{Approved}
	}
	reviewed := append([]State{Submitted}, way...)
	switch w.Step {
	case Submit:
		return []State{Draft}
	case Withdraw:
		return []State{Submitted}
	case Return:
		return reviewed
	case Lock:
		return way[len(way)-1:]
	case Reopen:
		return []State{Locked}
	case Approve, GroupApprove, Verify:
		if i := slices.Index(way, leads[w.Step].to); i >= 0 {
			return reviewed[i : i+1]
		}
	}
	return nil
}

// Move gives the month after a step, or says why it can not be taken. Nobody
// reviews what they filed or submitted, nor twice: four eyes on every value,
// and two more at each further stage.
func (m Month) Move(w Move) (Month, error) {
	if m.State == "" {
		m.State = Draft
	}
	if err := access.May(w.Actor, w.Step.Action(), m.Site); err != nil {
		return m, err
	}
	if !slices.Contains(w.from(), m.State) {
		return m, fault.Conflict.Say(lang.T("%s 的 %s %s,不能这样做(%s)", "%s of %s is %s, which does not allow this (%s)"),
			m.Month, m.Site, m.State.Title(), string(w.Step))
	}
	if err := m.may(w); err != nil {
		return m, err
	}
	return m.moved(w), nil
}

// may tells what else keeps a step from being taken.
func (m Month) may(w Move) error {
	to := leads[w.Step].to
	switch {
	case to.Reviewed() && (w.Actor.ID == m.Submitter || slices.Contains(w.Filers, w.Actor.ID)):
		return fault.Forbidden.Say(lang.T("%s 填报或提交了 %s,不能自己批准", "%s filed or submitted %s and may not approve it"), w.Actor.ID, m.Month).
			Do(lang.T("请另一位审核人批准", "ask another reviewer"))
	case to == GroupApproved && w.Actor.ID == m.Approver, to == Verified && (w.Actor.ID == m.Approver || w.Actor.ID == m.GroupApprover):
		return fault.Forbidden.Say(lang.T("%s 已审过 %s,下一级须另一人", "%s has reviewed %s already; the next stage is another's"), w.Actor.ID, m.Month).
			Do(lang.T("请另一位审核人批准", "ask another reviewer"))
	case len(w.Back) > 0 && (to.Reviewed() || w.Step == Submit):
		return fault.Conflict.Say(lang.T("%s 有 %d 个退回的单元格还没有重填:%s", "%s has %d cells that were given back and not filed again: %s"),
			m.Month, len(w.Back), strings.Join(w.Back[:min(len(w.Back), toldRows)], ", ")).
			Do(lang.T("先重填;值没有错也要再填一次并写明理由", "file them first; where the value was right, file it once more with the reason"))
	case w.Step == Submit && len(w.Filers) == 0:
		return fault.Conflict.Say(lang.T("%s 的 %s 没有任何填报,不能提交", "%s of %s has no value to submit"), m.Month, m.Site)
	case w.Step == Withdraw && w.Actor.ID != m.Submitter:
		return fault.Forbidden.Say(lang.T("%s 由 %s 提交,只能由其撤回", "%s was submitted by %s, who alone may take it back"), m.Month, m.Submitter)
	case w.Step == Withdraw && !m.ReviewedAt.IsZero() && !m.ReviewedAt.Before(m.SubmittedAt):
		return fault.Conflict.Say(lang.T("%s 已开始审核,不能撤回", "the review of %s has begun"), m.Month).
			Do(lang.T("请审核人退回", "ask a reviewer to return it"))
	case (w.Step == Return || w.Step == Reopen) && strings.TrimSpace(w.Reason) == "":
		return fault.Invalid.Say(lang.T("退回或重开须说明理由", "a return or a reopening needs a reason")).At(fault.Place{Column: "reason"})
	case len(w.Reason) > MaxNote:
		return fault.Invalid.Say(lang.T("理由至多 %d 字节", "a reason has at most %d bytes"), MaxNote).At(fault.Place{Column: "reason"})
	}
	return nil
}

func (m Month) moved(w Move) Month {
	m.State, m.MovedBy, m.MovedAt, m.Reason = leads[w.Step].to, w.Actor.ID, w.At.UTC().Truncate(time.Millisecond), w.Reason
	switch w.Step {
	case Submit:
		m.Submitter, m.SubmittedAt, m.Approver, m.GroupApprover, m.Verifier = w.Actor.ID, m.MovedAt, "", "", ""
	case Approve:
		m.Approver, m.ReviewedAt = w.Actor.ID, m.MovedAt
	case GroupApprove:
		m.GroupApprover, m.ReviewedAt = w.Actor.ID, m.MovedAt
	case Verify:
		m.Verifier, m.ReviewedAt = w.Actor.ID, m.MovedAt
	case Return:
		m.ReviewedAt = m.MovedAt
	case Withdraw, Lock, Reopen:
	}
	return m
}

// GiveBack gives the month after a reviewer gave one cell of it back: the other
// cells stay as they are, and who had accepted the month looks at it again.
func (m Month) GiveBack(w Move) (Month, error) {
	w.Step = Return
	if err := access.May(w.Actor, access.ReturnMonth, m.Site); err != nil {
		return m, err
	}
	if !slices.Contains(w.from(), m.State) {
		return m, fault.Conflict.Say(lang.T("%s 的 %s %s,不能退回单元格", "%s of %s is %s: no cell of it is given back"), m.Month, m.Site, m.State.Title()).
			Do(lang.T("草稿可直接改;已锁定的先重开", "a draft is changed as it is; reopen what is locked"))
	}
	if err := m.may(w); err != nil {
		return m, err
	}
	m.State, m.MovedBy, m.MovedAt, m.Reason = Submitted, w.Actor.ID, w.At.UTC().Truncate(time.Millisecond), w.Reason
	m.ReviewedAt, m.Approver, m.GroupApprover, m.Verifier = m.MovedAt, "", "", ""
	return m, nil
}

// Offers lists the steps that somebody may take now.
func (m Month) Offers(w Move) []Step {
	out := []Step{}
	w.Reason = "…" // that one is given is asked when the step is taken
	for _, s := range Steps() {
		w.Step = s
		if _, err := m.Move(w); err == nil {
			out = append(out, s)
		}
	}
	return out
}
