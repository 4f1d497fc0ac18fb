// Package alarm owns what calls for a person: from a rule of the mine's file
// and what is measured now, to an alarm that is raised, acknowledged, escalated
// and cleared, and to the messages that tell of it.
package alarm

import (
	"strconv"
	"strings"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

// State is how far an alarm has come.
type State string

// The states. Normal and Pending are known to the engine alone; the others are
// kept.
const (
	Normal       State = "normal"       // nothing is the matter
	Pending      State = "pending"      // the condition holds, not yet for long enough
	Raised       State = "raised"       // waits for a person
	Acknowledged State = "acknowledged" // a person has it in hand
	Cleared      State = "cleared"      // over
)

// Title tells the state to a reader.
func (s State) Title() lang.Text {
	switch s {
	case Normal:
		return lang.T("正常", "normal")
	case Pending:
		return lang.T("待确立", "pending")
	case Raised:
		return lang.T("已报警", "raised")
	case Acknowledged:
		return lang.T("已确认", "acknowledged")
	case Cleared:
		return lang.T("已解除", "cleared")
	}
	return lang.Same(string(s))
}

// Open tells whether the alarm still calls for somebody.
func (s State) Open() bool { return s == Raised || s == Acknowledged }

// Platform is the actor of what no person did.
const Platform = "platform"

// Alarm is one occurrence of a rule at one subject, from its raising to its
// end. One that comes back soon after is the same, raised again.
type Alarm struct {
	ID       string         `json:"id"`
	Site     string         `json:"site"`
	Rule     string         `json:"rule"`
	Subject  string         `json:"subject" doc:"测点、气体、节点、设备、比对或预算的编号 | id of the point, gas, node, device, check or budget"`
	Kind     site.AlarmKind `json:"kind" enum:"threshold,rate,silence,vented,budget,check,source"`
	Severity site.Severity  `json:"severity" enum:"note,warning,severe"`
	Name     lang.Text      `json:"name"`
	About    lang.Text      `json:"about" doc:"对象的名称 | name of the subject"`
	Says     lang.Text      `json:"says" doc:"看到了什么 | what was seen"`
	Mark     string         `json:"mark,omitempty" doc:"C 表示限值的条文未经核对 | C where the limit's clause is not verified"`
	State    State          `json:"state" enum:"raised,acknowledged,cleared"`

	OpenedAt     time.Time `json:"opened_at" doc:"首次报警 | first raised"`
	RaisedAt     time.Time `json:"raised_at" doc:"最近一次报警 | last raised"`
	AckedAt      time.Time `json:"acknowledged_at,omitzero"`
	AckedBy      string    `json:"acknowledged_by,omitempty"`
	ClearedAt    time.Time `json:"cleared_at,omitzero"`
	ShelvedUntil time.Time `json:"shelved_until,omitzero" doc:"搁置到 | told to nobody until"`
	Note         string    `json:"note,omitempty" doc:"最近一次操作的说明 | what was said with the last act"`
	Level        int       `json:"level,omitempty" doc:"已升级的级数 | steps of escalation taken"`
	Times        int       `json:"times" doc:"报警次数 | how often raised"`
	Told         []string  `json:"told,omitempty" doc:"通知过的通道 | channels that were told"`
	Version      int64     `json:"version" doc:"第几步 | number of its last step"`
}

// Shelved tells whether the alarm is told to nobody.
func (a Alarm) Shelved() bool { return !a.ShelvedUntil.IsZero() }

// Until is how long the alarm concerns whoever watches: an open one without
// end, another one as long as its shelf lasts or its return is the same alarm.
func (a Alarm) Until() (end time.Time, ends bool) {
	if a.State.Open() {
		return time.Time{}, false
	}
	end = a.ClearedAt.Add(Again)
	if a.ShelvedUntil.After(end) {
		end = a.ShelvedUntil
	}
	return end, true
}

// key is what a rule's alarm at a subject is found by.
func (a Alarm) key() string { return a.Rule + ":" + a.Subject }

// idOf names a new occurrence. The same one proposed twice has one id, so that
// a retry raises nothing twice.
func idOf(rule, subject string, at time.Time) string {
	return strings.Join([]string{rule, subject, strconv.FormatInt(at.UnixMilli(), 36)}, ":")
}

// Filter asks for a part of a site's alarms, newest first.
type Filter struct {
	Open     bool          // only those that are raised or acknowledged
	Severity site.Severity // "" is any
	Since    time.Time     // opened at or after
	After    Cursor        // the last one had
	Limit    int
}

// Cursor is the place of an alarm in the list.
type Cursor struct {
	OpenedAt time.Time
	ID       string
}

// Cursor gives the alarm's place.
func (a Alarm) Cursor() Cursor { return Cursor{a.OpenedAt, a.ID} }
