package filing

import (
	"time"

	"lingtan/lang"
)

// Reminded is a reminder that was given: a step of reminding, of one unit's
// month. The unit without a name is the month as a whole.
type Reminded struct {
	Month, Node, Step string
	At                time.Time
}

// Reminder is a reminder that falls due. One that a later step has overtaken is
// silent: it is written down and told to nobody.
type Reminder struct {
	Reminded
	Site        string
	To          []string // channels of the site
	Late        bool     // an escalation: the deadline has passed
	Silent      bool
	About, Says lang.Text
}
