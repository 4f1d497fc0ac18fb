package site

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// AlarmKind says what an alarm is raised for.
type AlarmKind string

// The kinds of an alarm.
const (
	Threshold    AlarmKind = "threshold" // a value beyond a limit
	SteepRate    AlarmKind = "rate"      // a value that changes, or a node that emits, too fast
	Silence      AlarmKind = "silence"   // a point that says nothing
	Vented       AlarmKind = "vented"    // drained gas too rich to be let go
	OverBudget   AlarmKind = "budget"    // carbon spent faster than its budget
	FailedCheck  AlarmKind = "check"     // meters that contradict each other
	SourceHealth AlarmKind = "source"    // a device or gateway that is not well
	Deadline     AlarmKind = "deadline"  // a form that is due; no rule of the file raises it
)

// Title tells the kind to a reader.
func (k AlarmKind) Title() lang.Text {
	switch k {
	case Threshold:
		return lang.T("越限", "beyond its limit")
	case SteepRate:
		return lang.T("速率异常", "rate beyond its limit")
	case Silence:
		return lang.T("数据中断", "silent")
	case Vented:
		return lang.T("抽采瓦斯排空超限", "drained gas vented above the limit")
	case OverBudget:
		return lang.T("碳预算超支", "carbon budget burnt too fast")
	case FailedCheck:
		return lang.T("比对不符", "cross check failed")
	case SourceHealth:
		return lang.T("采集设备异常", "device not healthy")
	case Deadline:
		return lang.T("填报期限", "deadline of a form")
	}
	return lang.Same(string(k))
}

// Severity says how much an alarm matters.
type Severity string

// The severities, least first.
const (
	Note   Severity = "note"
	Warn   Severity = "warning"
	Severe Severity = "severe"
)

// Title tells the severity to a reader.
func (s Severity) Title() lang.Text {
	switch s {
	case Note:
		return lang.T("提示", "note")
	case Warn:
		return lang.T("警告", "warning")
	case Severe:
		return lang.T("严重", "severe")
	}
	return lang.Same(string(s))
}

// Alarm is a rule: what is watched, when it is to be raised, and who is told.
type Alarm struct {
	ID       string
	Name     lang.Text
	Kind     AlarmKind
	Severity Severity
	Watches  []Watch       // each has a state of its own
	For      time.Duration // how long the condition must hold, and its end too
	Notify   []string      // channels
	Escalate []Escalation  // in the order of their time
	// Mark is the confidence of the limit where it comes from a text that was
	// not read in full: "C" is never told as certain.
	Mark string
	At   fault.Place
}

// Escalation tells further channels of an alarm that nobody has acknowledged.
type Escalation struct {
	After time.Duration
	To    []string
}

// Watch is one subject of a rule.
type Watch struct {
	ID    string // of the point, gas, node, device, check or budget
	Name  lang.Text
	Unit  quantity.Unit // of the limit and of what is compared with it
	Limit *Limit        // nil for silence and health, which have none
	Hold  time.Duration // how long a point's value stands for itself
	// Gas, Used and Pure are of what is vented: the drained streams, what is
	// taken from them, and the pure flow from which on the limit counts.
	Gas, Used []string
	Pure      *quantity.Quantity
	Budget    *Budget
	Per       string // "month" or "year" of a budget
	Node      bool   // a node's emission rate, not a point's
	IsGas     bool   // a gas' pure flow
	Slope     bool   // how fast a gauge rises
}

// Limit is where an alarm begins and where it ends: between the two it stays
// what it is, so that a value which trembles at the limit raises it once.
type Limit struct {
	Over  bool // raised above; otherwise below
	At    quantity.Quantity
	Clear quantity.Quantity
}

// The limit of GB 21522-2024 (煤层气(煤矿瓦斯)排放标准, in force 2025-04-01) for
// drained gas. 8 % is what the ministry's explanation names (A); that the clause
// asks for it together with 10 m³/min of pure gas, and the state of that volume,
// are from papers about it and not from its text (C). 20 °C is taken: it speaks
// earlier than 0 °C would (9.3 Nm³/min).
const (
	VentedPercent = "8 %"
	VentedPure    = "10 m3@20C/min"
	VentedMark    = "C"
)
