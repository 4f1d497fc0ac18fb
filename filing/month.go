package filing

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Month is the document of all values filed for a site's month. The zero State
// is a draft: a month begins with its first filing.
type Month struct {
	Site          string    `json:"site"`
	Month         string    `json:"month"`
	State         State     `json:"state"`
	Submitter     string    `json:"submitter,omitempty"`      // who submitted it last
	Approver      string    `json:"approver,omitempty"`       // who approved it last, for the mine
	GroupApprover string    `json:"group_approver,omitempty"` // for the group
	Verifier      string    `json:"verifier,omitempty"`       // from outside
	MovedBy       string    `json:"moved_by,omitempty"`
	MovedAt       time.Time `json:"moved_at,omitzero"`
	SubmittedAt   time.Time `json:"submitted_at,omitzero"`
	ReviewedAt    time.Time `json:"reviewed_at,omitzero"` // when a reviewer last accepted it or gave something back
	Reason        string    `json:"reason,omitempty"`     // of a return or a reopening
}

// Passed is one step of a month's way, as its history tells it.
type Passed struct {
	Month  string    `json:"month"`
	Step   Step      `json:"step" enum:"submit,withdraw,approve,group-approve,return,verify,lock,reopen"`
	From   State     `json:"from" enum:"draft,submitted,approved,group_approved,verified,locked"`
	To     State     `json:"to" enum:"draft,submitted,approved,group_approved,verified,locked"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// Open tells whether values may be filed into the month. A cell that was given
// back takes one in a submitted month as well.
func (m Month) Open() error {
	switch m.State {
	case Locked:
		return fault.Conflict.Say(lang.T("%s 的 %s 已锁定", "%s of %s is locked"), m.Month, m.Site).
			Do(lang.T("说明理由重开该月,更正后重述清单", "reopen the month with a reason, correct it, then restate the inventory"))
	case Submitted, Approved, GroupApproved, Verified:
		return fault.Conflict.Say(lang.T("%s 的 %s %s,不能再填报", "%s of %s is %s and takes no filing"), m.Month, m.Site, m.State.Title()).
			Do(lang.T("请审核人退回", "ask a reviewer to return it"))
	case Draft, "":
	}
	return nil
}
