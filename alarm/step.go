package alarm

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// Kind is what is done to an alarm.
type Kind string

// The steps. Their names are the kinds of the ledger's entries, behind "alarm.".
const (
	Raise       Kind = "raise"
	Reraise     Kind = "reraise" // it came back soon after it had cleared
	Acknowledge Kind = "acknowledge"
	Escalate    Kind = "escalate"
	Clear       Kind = "clear"
	Shelve      Kind = "shelve"
	Unshelve    Kind = "unshelve"
)

// Title tells the step to a reader.
func (k Kind) Title() lang.Text {
	switch k {
	case Raise:
		return lang.T("报警", "raised")
	case Reraise:
		return lang.T("再次报警", "raised again")
	case Acknowledge:
		return lang.T("已确认", "acknowledged")
	case Escalate:
		return lang.T("升级", "escalated")
	case Clear:
		return lang.T("解除", "cleared")
	case Shelve:
		return lang.T("搁置", "shelved")
	case Unshelve:
		return lang.T("搁置到期", "shelved no longer")
	}
	return lang.Same(string(k))
}

// ways says from which state each step leads, and to which.
//
//nolint:gochecknoglobals // a table that is read only
var ways = map[Kind]map[State]State{
	Raise:       {"": Raised},
	Reraise:     {Cleared: Raised},
	Acknowledge: {Raised: Acknowledged},
	Escalate:    {Raised: Raised},
	Clear:       {Raised: Cleared, Acknowledged: Cleared},
	Shelve:      {Raised: Raised, Acknowledged: Acknowledged},
	Unshelve:    {Raised: Raised, Acknowledged: Acknowledged},
}

// Step is one thing that happened to an alarm.
type Step struct {
	Kind   Kind      `json:"kind"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"` // a person, or Platform
	Note   string    `json:"note,omitempty"`
	To     []string  `json:"to,omitempty"` // channels that are told
	Before *Alarm    `json:"before,omitempty"`
	After  Alarm     `json:"after"`
}

// Check refuses a step that the table does not allow: it is ours to mend.
func (s Step) Check() error {
	from, version := State(""), int64(0)
	if s.Before != nil {
		from, version = s.Before.State, s.Before.Version
	}
	to, known := ways[s.Kind][from]
	switch {
	case !known || to != s.After.State:
		return fault.Internal.Errorf("alarm %s: no way from %q to %q by %s", s.After.ID, from, s.After.State, s.Kind)
	case s.Actor == "" || s.At.IsZero() || s.After.ID == "" || s.After.Version != version+1:
		return fault.Internal.Errorf("alarm %s: step %d %s is not whole", s.After.ID, s.After.Version, s.Kind)
	case s.Before != nil && s.Before.ID != s.After.ID:
		return fault.Internal.Errorf("alarm %s: a step of %s", s.After.ID, s.Before.ID)
	}
	return nil
}

// take begins a step of an alarm.
func (a Alarm) take(kind Kind, at time.Time, actor, note string) Step {
	s := Step{Kind: kind, At: at.UTC().Truncate(time.Millisecond), Actor: actor, Note: note, Before: &a, After: a}
	s.After.Version++
	s.After.Note = note
	s.After.Told = slices.Clone(a.Told)
	return s
}

// tell adds the channels that hear of a step. Those told once hear of the end.
func tell(s *Step, channels ...string) {
	if s.After.Shelved() {
		return
	}
	for _, c := range channels {
		if !slices.Contains(s.To, c) {
			s.To = append(s.To, c)
		}
		if !slices.Contains(s.After.Told, c) {
			s.After.Told = append(s.After.Told, c)
		}
	}
}

// The limits of what a person says to an alarm. A shelf has an end, or it is a
// way to switch alarms off (ISA-18.2 asks for a limit; three days are ours).
const (
	MaxNote  = 2000 // bytes
	MaxShelf = 72 * time.Hour
)

// Act is what a person does to an alarm.
type Act struct {
	Kind  Kind // Acknowledge, Clear or Shelve
	Actor string
	At    time.Time
	Note  string
	Until time.Time // of a shelf
}

// Act gives the step of a person's act, or says why it can not be done.
// Clearing by hand comes after acknowledging and needs a reason; should the
// condition still hold, the alarm is raised again.
func (a Alarm) Act(w Act) (Step, error) {
	if err := w.check(); err != nil {
		return Step{}, err
	}
	allowed := ways[w.Kind][a.State] != ""
	switch {
	case w.Kind == Clear && a.State == Raised:
		return Step{}, refuse(a, lang.T("未确认的报警不能手动解除", "an alarm is acknowledged before it is cleared by hand")).
			Do(lang.T("先确认", "acknowledge it first"))
	case !allowed:
		return Step{}, refuse(a, lang.T("该报警%s", "the alarm is %s").Format(a.State.Title()))
	}
	s := a.take(w.Kind, w.At, w.Actor, strings.TrimSpace(w.Note))
	s.After.State = ways[w.Kind][a.State]
	switch w.Kind {
	case Acknowledge:
		s.After.AckedAt, s.After.AckedBy = s.At, w.Actor
		if a.Level > 0 { // who was called for help hears that somebody came
			tell(&s, a.Told...)
		}
	case Clear:
		s.After.ClearedAt = s.At
		tell(&s, a.Told...)
	case Shelve:
		s.After.ShelvedUntil = w.Until.UTC().Truncate(time.Millisecond)
	case Raise, Reraise, Escalate, Unshelve:
	}
	return s, nil
}

func refuse(a Alarm, why lang.Text) *fault.Fault {
	return fault.Conflict.Say(lang.T("报警 %s:%s", "alarm %s: %s"), a.ID, why)
}

func (w Act) check() error {
	note := strings.TrimSpace(w.Note)
	at := func(column string) fault.Place { return fault.Place{Column: column} }
	switch {
	case !slices.Contains([]Kind{Acknowledge, Clear, Shelve}, w.Kind) || w.Actor == "" || w.At.IsZero():
		return fault.Internal.Errorf("act on an alarm: %q by %q", w.Kind, w.Actor)
	case len(w.Note) > MaxNote || !utf8.ValidString(w.Note):
		return fault.Invalid.Say(lang.T("说明须为 UTF-8,至多 %d 字节", "a note is UTF-8, at most %d bytes"), MaxNote).At(at("note"))
	case note == "" && w.Kind != Acknowledge:
		return fault.Invalid.Say(lang.T("须说明理由", "a reason is needed")).At(at("note"))
	case w.Kind == Shelve && (!w.Until.After(w.At) || w.Until.Sub(w.At) > MaxShelf):
		return fault.Invalid.Say(lang.T("搁置须在此后 %d 小时内到期", "a shelf ends within %d hours from now"), int(MaxShelf.Hours())).
			Do(lang.T("写明到期时刻 until", "say when it ends, in until")).At(at("until"))
	}
	return nil
}
