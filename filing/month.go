package filing

import (
	"slices"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

// State is how far a month's document has come.
type State string

// The states, in the order of the way.
const (
	Draft     State = "draft"     // values may be filed
	Submitted State = "submitted" // waits for another pair of eyes
	Approved  State = "approved"  // accepted; may still be returned
	Locked    State = "locked"    // what an inventory was closed from
)

// Title tells the state to a reader.
func (s State) Title() lang.Text {
	switch s {
	case Draft:
		return lang.T("草稿", "draft")
	case Submitted:
		return lang.T("已提交", "submitted")
	case Approved:
		return lang.T("已批准", "approved")
	case Locked:
		return lang.T("已锁定", "locked")
	}
	return lang.Same(string(s))
}

// Month is the document of all values filed for a site's month. The zero State
// is a draft: a month begins with its first filing.
type Month struct {
	Site      string    `json:"site"`
	Month     string    `json:"month"`
	State     State     `json:"state"`
	Submitter string    `json:"submitter,omitempty"` // who submitted it last
	Approver  string    `json:"approver,omitempty"`  // who approved it last
	MovedBy   string    `json:"moved_by,omitempty"`
	MovedAt   time.Time `json:"moved_at,omitzero"`
	Reason    string    `json:"reason,omitempty"` // of a return or a reopening
}

// Open tells whether values may be filed into the month.
func (m Month) Open() error {
	switch m.State {
	case Locked:
		return fault.Conflict.Say(lang.T("%s 的 %s 已锁定", "%s of %s is locked"), m.Month, m.Site).
			Do(lang.T("说明理由重开该月,更正后重述清单", "reopen the month with a reason, correct it, then restate the inventory"))
	case Submitted, Approved:
		return fault.Conflict.Say(lang.T("%s 的 %s %s,不能再填报", "%s of %s is %s and takes no filing"), m.Month, m.Site, m.State.Title()).
			Do(lang.T("请审核人退回", "ask a reviewer to return it"))
	case Draft, "":
	}
	return nil
}

// step is one allowed move.
type step struct{ from, to State }

// ways says what each move asks for. A return and a reopening ask for a reason.
//
//nolint:gochecknoglobals // a table that is read only
var ways = map[step]access.Action{
	{Draft, Submitted}:    access.SubmitMonth,
	{Submitted, Draft}:    access.ReviewMonth,
	{Submitted, Approved}: access.ReviewMonth,
	{Approved, Draft}:     access.ReviewMonth,
	{Approved, Locked}:    access.LockMonth,
	{Locked, Draft}:       access.ReopenMonth,
}

// Move is a wish to bring a month into another state.
type Move struct {
	To     State
	Actor  access.Actor
	At     time.Time
	Reason string
	Filers []string // who filed the values that now stand
}

// Move gives the month after a move, or says why it can not be made. Nobody
// approves what they filed or submitted: four eyes on every value.
func (m Month) Move(w Move) (Month, error) {
	if m.State == "" {
		m.State = Draft
	}
	action, known := ways[step{m.State, w.To}]
	if !known {
		return m, fault.Conflict.Say(lang.T("%s 的 %s:不能由 %s 变为 %s", "%s of %s: no way from %s to %s"),
			m.Month, m.Site, m.State.Title(), w.To.Title())
	}
	if err := access.May(w.Actor, action, m.Site); err != nil {
		return m, err
	}
	switch {
	case w.To == Approved && (w.Actor.ID == m.Submitter || slices.Contains(w.Filers, w.Actor.ID)):
		return m, fault.Forbidden.Say(lang.T("%s 填报或提交了 %s,不能自己批准", "%s filed or submitted %s and may not approve it"), w.Actor.ID, m.Month).
			Do(lang.T("请另一位审核人批准", "ask another reviewer"))
	case w.To == Submitted && len(w.Filers) == 0:
		return m, fault.Conflict.Say(lang.T("%s 的 %s 没有任何填报,不能提交", "%s of %s has no value to submit"), m.Month, m.Site)
	case w.To == Draft && strings.TrimSpace(w.Reason) == "":
		return m, fault.Invalid.Say(lang.T("退回或重开须说明理由", "a return or a reopening needs a reason")).At(fault.Place{Column: "reason"})
	case len(w.Reason) > MaxNote:
		return m, fault.Invalid.Say(lang.T("理由至多 %d 字节", "a reason has at most %d bytes"), MaxNote).At(fault.Place{Column: "reason"})
	}
	return m.moved(w), nil
}

func (m Month) moved(w Move) Month {
	m.State, m.MovedBy, m.MovedAt, m.Reason = w.To, w.Actor.ID, w.At.UTC().Truncate(time.Millisecond), w.Reason
	switch w.To {
	case Submitted:
		m.Submitter, m.Approver = w.Actor.ID, ""
	case Approved:
		m.Approver = w.Actor.ID
	case Draft, Locked:
	}
	return m
}
