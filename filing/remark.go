package filing

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// RemarkKind says what a remark is for.
type RemarkKind string

// The kinds of remark.
const (
	Explained RemarkKind = "explain" // the reason for what a rule found: holds until the value changes
	Returned  RemarkKind = "return"  // a reviewer gives the cell back: holds until another value is filed
	Commented RemarkKind = "comment" // what people say to each other
)

// MinReason is the shortest reason that explains something: "停产" is one, a
// dot is none.
const MinReason = 2

// Remark is what somebody said of a cell, for good.
type Remark struct {
	ID       string     `json:"id"`
	Cell                // flat in JSON
	Kind     RemarkKind `json:"kind"`
	Rule     string     `json:"rule,omitempty"`   // what is explained
	Filing   string     `json:"filing,omitempty"` // the value that stood; empty where none did
	Text     string     `json:"text,omitempty"`
	Evidence []string   `json:"evidence,omitempty"` // SHA-256 of files
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
}

// Holds tells whether the remark is still about what stands: one of these
// filings, or none where none is named. What was returned is answered by any
// filing since; what was explained stays explained while Line goes on.
func (r Remark) Holds(of ...string) bool {
	return r.Kind == Commented || slices.Contains(of, r.Filing) || len(of) == 0 && r.Filing == ""
}

// Validate tells every fault of a remark at once.
func (r Remark) Validate() error {
	var faults []error
	refuse := func(column string, text lang.Text, args ...any) {
		faults = append(faults, fault.Invalid.Say(text, args...).At(fault.Place{Column: column}))
	}
	text := strings.TrimSpace(r.Text)
	switch {
	case r.Kind == Explained && r.Rule == "":
		refuse("rule", lang.T("没有写明所说明的规则", "it does not say which rule it explains"))
	case r.Kind == Explained && utf8.RuneCountInString(text) < MinReason && len(r.Evidence) == 0:
		refuse("reason", lang.T("说明至少 %d 个字,或附一件证据", "give a reason of at least %d characters, or a piece of evidence"), MinReason)
	case r.Kind == Returned && text == "":
		refuse("reason", lang.T("退回须说明理由", "a return needs a reason"))
	case r.Kind == Commented && text == "":
		refuse("text", lang.T("意见不能为空", "a comment must not be empty"))
	}
	if len(r.Text) > MaxNote || !utf8.ValidString(r.Text) {
		refuse("text", lang.T("须为 UTF-8,至多 %d 字节", "it is UTF-8, at most %d bytes"), MaxNote)
	}
	if len(r.Evidence) > MaxEvidence {
		refuse("evidence", lang.T("证据 %d 件,至多 %d", "%d pieces of evidence, at most %d"), len(r.Evidence), MaxEvidence)
	}
	if r.ID == "" || r.By == "" || r.At.IsZero() || r.Site == "" || r.Source == "" || r.Parameter == "" {
		refuse("id", lang.T("记录不完整", "the record is not complete"))
	}
	return errors.Join(append(faults, CheckMonth(r.Month))...)
}
