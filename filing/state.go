package filing

import "lingtan/lang"

// State is how far a month's document has come.
type State string

// The states, in the order of the way.
const (
	Draft         State = "draft"          // values may be filed
	Submitted     State = "submitted"      // waits for another pair of eyes
	Approved      State = "approved"       // 矿审: the mine's reviewer accepts it
	GroupApproved State = "group_approved" // 集团审: the group's accepts it once more
	Verified      State = "verified"       // 核查: so does who stands outside of both
	Locked        State = "locked"         // what an inventory was closed from
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
	case GroupApproved:
		return lang.T("集团已审", "approved by the group")
	case Verified:
		return lang.T("已核查", "verified")
	case Locked:
		return lang.T("已锁定", "locked")
	}
	return lang.Same(string(s))
}

// Reviewed tells whether somebody has accepted the month.
func (s State) Reviewed() bool { return s == Approved || s == GroupApproved || s == Verified }
