package verification

import (
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Severity is how a finding weighs.
type Severity string

// The severities, by their names in ISO 14064-3:2019.
const (
	Misstatement  Severity = "misstatement"  // a figure is wrong: an error, omission or misrepresentation
	Nonconformity Severity = "nonconformity" // a requirement of the standard or the plan was not met
	Observation   Severity = "observation"   // could be better; nothing is wrong
)

// Title tells the severity to a reader.
func (v Severity) Title() lang.Text {
	switch v {
	case Misstatement:
		return lang.T("错报", "misstatement")
	case Nonconformity:
		return lang.T("不符合", "nonconformity")
	case Observation:
		return lang.T("观察项", "observation")
	}
	return lang.Same(string(v))
}

// State is how far a finding has come.
type State string

// The states.
const (
	Open     State = "open"     // waits for the mine
	Answered State = "answered" // waits for the verifier
	Closed   State = "closed"
)

// Title tells the state to a reader.
func (s State) Title() lang.Text {
	switch s {
	case Open:
		return lang.T("待答复", "open")
	case Answered:
		return lang.T("已答复", "answered")
	case Closed:
		return lang.T("已关闭", "closed")
	}
	return lang.Same(string(s))
}

// Outcome is how a finding was closed.
type Outcome string

// The outcomes. What was accepted as it is counts on towards materiality.
const (
	Corrected Outcome = "corrected" // the mine corrected it, a figure by a restatement
	Accepted  Outcome = "accepted"  // it stands uncorrected, and weighs
	Withdrawn Outcome = "withdrawn" // it was none
)

// Kind is what somebody does to a finding.
type Kind string

// The acts. Their names are the kinds of the ledger's entries, behind "finding.".
const (
	Raise  Kind = "raise"
	Answer Kind = "answer" // by the mine
	Close  Kind = "close"
	Reopen Kind = "reopen"
)

// ways says from which states each act leads, and to which.
//
//nolint:gochecknoglobals // a table that is read only
var ways = map[Kind]map[State]State{
	Raise:  {"": Open},
	Answer: {Open: Answered},
	Close:  {Open: Closed, Answered: Closed},
	Reopen: {Answered: Open, Closed: Open},
}

// MaxText bounds what somebody says at once, in bytes.
const MaxText = 8000

// Said is one turn of what was said about a finding.
type Said struct {
	Kind Kind      `json:"kind" enum:"raise,answer,close,reopen"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Finding is what a verifier found. It belongs to a period under an edition and
// goes on through its restatements, until it is closed.
type Finding struct {
	ID        string             `json:"id"`
	Site      string             `json:"site"`
	Inventory string             `json:"inventory"` // in which it was raised
	Period    string             `json:"period"`
	Edition   string             `json:"edition"`
	Line      string             `json:"line,omitempty"`                                         // id of a line of the inventory
	Cell      string             `json:"cell,omitempty"`                                         // "source/parameter/2024-06", of what people file
	Severity  Severity           `json:"severity" enum:"misstatement,nonconformity,observation"` //
	Effect    *quantity.Quantity `json:"effect,omitempty"`                                       // tCO2e by which the total is too high; nil is not known
	Text      string             `json:"text"`
	State     State              `json:"state" enum:"open,answered,closed"`
	Outcome   Outcome            `json:"outcome,omitempty" enum:"corrected,accepted,withdrawn"`
	By        string             `json:"by"`
	At        time.Time          `json:"at"`
	Version   int64              `json:"version"` // 1, then one more for each act
	Thread    []Said             `json:"thread"`
}

// Act is what somebody does to a finding.
type Act struct {
	Kind    Kind
	By      string
	At      time.Time
	Text    string
	Outcome Outcome            // of a closing; empty is Corrected
	Effect  *quantity.Quantity // of a closing or reopening that knows it better; nil leaves it
}

// Raised checks a new finding and gives it as it begins. Its caller numbers it.
func (f Finding) Raised(by string, at time.Time) (Finding, error) {
	f.State, f.By, f.At, f.Outcome, f.Thread = Open, by, at.UTC().Truncate(time.Millisecond), "", nil
	f.Version = 1
	f.Thread = []Said{{Raise, by, f.At, f.Text}}
	return f, f.validate()
}

var cellPattern = regexp.MustCompile(`^[^/\s]{1,128}/[^/\s]{1,128}/[0-9]{4}-(0[1-9]|1[0-2])$`)

func (f Finding) validate() error {
	var faults []error
	refuse := func(column string, err *fault.Fault) { faults = append(faults, err.At(fault.Place{Column: column})) }
	if f.Severity != Misstatement && f.Severity != Nonconformity && f.Severity != Observation {
		refuse("severity", fault.Invalid.Say(lang.T("没有等级 %q", "there is no severity %q"), f.Severity).
			Do(lang.T("可选 misstatement、nonconformity、observation", "choose misstatement, nonconformity or observation")))
	}
	if err := checkText(f.Text); err != nil {
		faults = append(faults, err)
	}
	if f.Cell != "" && !cellPattern.MatchString(f.Cell) {
		refuse("cell", fault.Invalid.Say(lang.T("单元格 %.80q 应写成 源/参数/2024-06", "the cell %.80q is not source/parameter/2024-06"), f.Cell))
	}
	if f.Effect != nil {
		if f.Severity != Misstatement {
			refuse("effect", fault.Invalid.Say(lang.T("只有错报才有对排放量的影响", "only a misstatement has an effect on the emissions")))
		}
		faults = append(faults, checkEffect(*f.Effect))
	}
	return errors.Join(faults...)
}

func checkEffect(q quantity.Quantity) error {
	if q.Unit().Same(quantity.MustUnit("tCO2e")) {
		return nil
	}
	return fault.Invalid.Say(lang.T("影响 %s 不是 CO2e 的质量", "the effect %s is no mass of CO2e"), q).Do(lang.T("如 120 tCO2e", "such as 120 tCO2e")).At(fault.Place{Column: "effect"})
}

func checkText(text string) error {
	if strings.TrimSpace(text) == "" || len(text) > MaxText || !utf8.ValidString(text) {
		return fault.Invalid.Say(lang.T("须写明内容,UTF-8,至多 %d 字节", "say what it is, in UTF-8, at most %d bytes"), MaxText).At(fault.Place{Column: "text"})
	}
	return nil
}

// Take gives the finding after an act, or says why it can not be done.
func (f Finding) Take(a Act) (Finding, error) {
	to, allowed := ways[a.Kind][f.State]
	if !allowed || a.Kind == Raise {
		return f, fault.Conflict.Say(lang.T("发现 %s %s,不能这样做", "finding %s is %s, which does not allow this"), f.ID, f.State.Title())
	}
	if err := checkText(a.Text); err != nil {
		return f, err
	}
	if a.Effect != nil {
		if f.Severity != Misstatement || a.Kind == Answer {
			return f, fault.Invalid.Say(lang.T("只有核查员可改错报的影响", "the effect is the verifier's to change, and a misstatement's alone")).At(fault.Place{Column: "effect"})
		}
		if err := checkEffect(*a.Effect); err != nil {
			return f, err
		}
		f.Effect = a.Effect
	}
	f.State, f.Outcome = to, ""
	if a.Kind == Close {
		switch a.Outcome {
		case "":
			f.Outcome = Corrected
		case Corrected, Accepted, Withdrawn:
			f.Outcome = a.Outcome
		default:
			return f, fault.Invalid.Say(lang.T("没有结果 %q", "there is no outcome %q"), a.Outcome).
				Do(lang.T("可选 corrected、accepted、withdrawn", "choose corrected, accepted or withdrawn")).At(fault.Place{Column: "outcome"})
		}
	}
	f.Version++
	f.Thread = append(f.Thread[:len(f.Thread):len(f.Thread)], Said{a.Kind, a.By, a.At.UTC().Truncate(time.Millisecond), a.Text})
	return f, nil
}

// Weighs tells whether the finding counts towards materiality: a misstatement
// that nobody corrected.
func (f Finding) Weighs() bool {
	return f.Severity == Misstatement && (f.State != Closed || f.Outcome == Accepted)
}
