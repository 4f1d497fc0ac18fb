package alarm

import (
	"strconv"
	"strings"
	"time"

	"lingtan/lang"
)

// Message tells one channel of one step. It waits in the book until it has been
// sent, and may be sent more than once: who receives it knows it by its id.
type Message struct {
	ID      string    `json:"id"`
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
	Step    Kind      `json:"step"`
	Actor   string    `json:"actor"`
	Alarm   Alarm     `json:"alarm"` // as it was after the step
	Sending Sending   `json:"-"`
}

// Sending is how far a message has come.
type Sending struct {
	Tries int
	Next  time.Time // not before
	Fault string    // of the last try; holds no secret
	Done  time.Time // sent, or given up
	Lost  bool      // given up
}

// Messages are what the channels of a step are told.
func (s Step) Messages() []Message {
	out := make([]Message, 0, len(s.To))
	for _, channel := range s.To {
		out = append(out, Message{
			ID:      strings.Join([]string{s.After.Site, s.After.ID, strconv.FormatInt(s.After.Version, 10), channel}, "/"),
			Channel: channel, At: s.At, Step: s.Kind, Actor: s.Actor, Alarm: s.After,
			Sending: Sending{Next: s.At},
		})
	}
	return out
}

// Title names the message for a reader: how bad, what happened, to what.
func (m Message) Title() lang.Text {
	return lang.T("[%s] %s:%s(%s)", "[%s] %s: %s (%s)").Format(m.Alarm.Severity.Title(), m.Step.Title(), m.Alarm.Name, m.Alarm.About)
}

// Unverified is what is said of a limit whose clause nobody here has read.
func (a Alarm) Unverified() lang.Text {
	if a.Mark == "" {
		return lang.Text{}
	}
	return lang.T("限值的条文未经核对(%s),以标准原文为准", "the clause of the limit is not verified (%s); the text of the standard decides").Format(a.Mark)
}
