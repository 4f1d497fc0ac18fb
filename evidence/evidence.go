// Package evidence owns the files that prove what was filed: what a file is by
// its content, what is refused, who handed it in, and that it is found again
// byte for byte.
package evidence

import (
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Kind says what a file is to the trade; rows of a form ask for kinds.
type Kind string

// The kinds.
const (
	Weighbill   Kind = "weighbill"
	Assay       Kind = "assay"
	Invoice     Kind = "invoice"
	Calibration Kind = "calibration"
	Photo       Kind = "photo"
	Other       Kind = "other"
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Weighbill, Assay, Invoice, Calibration, Photo, Other} }

// Title tells the kind to a reader.
func (k Kind) Title() lang.Text {
	switch k {
	case Weighbill:
		return lang.T("过磅单", "weighbill")
	case Assay:
		return lang.T("化验单", "test report")
	case Invoice:
		return lang.T("发票", "invoice")
	case Calibration:
		return lang.T("检定证书", "calibration certificate")
	case Photo:
		return lang.T("照片", "photograph")
	case Other:
		return lang.T("其他", "other")
	}
	return lang.Same(string(k))
}

// Check refuses what is no kind.
func (k Kind) Check() error {
	if slices.Contains(Kinds(), k) {
		return nil
	}
	return fault.Invalid.Say(lang.T("没有证据类别 %.40q", "there is no kind of evidence %.40q"), string(k)).
		Do(lang.T("可选 %v", "choose one of %v"), Kinds()).At(fault.Place{Column: "kind"})
}

// State says whether a file may be opened.
type State string

// The states.
const (
	Clean       State = "clean"       // no scanner is set up, or it found nothing
	Quarantined State = "quarantined" // a scanner is set up and has not answered yet
	Refused     State = "refused"     // a scanner that answered later found something
)

// Title tells the state to a reader.
func (s State) Title() lang.Text {
	switch s {
	case Clean:
		return lang.T("可打开", "may be opened")
	case Quarantined:
		return lang.T("待查毒", "waits for the virus scanner")
	case Refused:
		return lang.T("查出病毒", "a virus was found")
	}
	return lang.Same(string(s))
}

// Flag is something in a file that is not refused and that a reader should know
// before it is opened.
type Flag string

// The flags, all of PDF.
const (
	Script    Flag = "javascript" // runs a script in readers that let it
	Launch    Flag = "launch"     // asks the reader to start a program
	Embedded  Flag = "embedded"   // carries other files
	Encrypted Flag = "encrypted"  // what it holds cannot be looked through
	Form      Flag = "form"       // XFA: its pages are made by a program inside
)

// Title tells the flag to a reader.
func (f Flag) Title() lang.Text {
	switch f {
	case Script:
		return lang.T("含脚本", "has a script")
	case Launch:
		return lang.T("会启动程序", "starts a program")
	case Embedded:
		return lang.T("内嵌其他文件", "carries other files")
	case Encrypted:
		return lang.T("已加密,无法检查内容", "encrypted, cannot be looked through")
	case Form:
		return lang.T("动态表单(XFA)", "a dynamic form (XFA)")
	}
	return lang.Same(string(f))
}

// File is a file as a mine keeps it. The bytes are kept once for all mines, the
// file is each mine's own: who knows a hash does not thereby have the file.
type File struct {
	Site   string    `json:"site"`
	SHA256 string    `json:"sha256"`
	Name   string    `json:"name"`
	Type   string    `json:"type"` // media type, by content
	Size   int64     `json:"size"` // bytes
	Kind   Kind      `json:"kind"`
	By     string    `json:"by"`
	At     time.Time `json:"at"` // first handed in, UTC
	State  State     `json:"state"`
	Virus  string    `json:"virus,omitempty"` // what the scanner called it
	Flags  []Flag    `json:"flags,omitempty"`
	Known  bool      `json:"known,omitempty"` // it was there when it was handed in; not kept
}

// Inline tells whether a browser may show the file rather than keep it: what it
// can draw without running anything. A PDF that has something to run is kept.
func (f File) Inline() bool {
	switch f.Type {
	case PNG, JPEG:
		return true
	case PDF:
		return len(f.Flags) == 0
	}
	return false
}

// Open tells whether the file's bytes may be given out.
func (f File) Open() error {
	switch f.State {
	case Quarantined:
		return fault.Conflict.Say(lang.T("%s 还在等待查毒", "%s still waits for the virus scanner"), f.Name).
			Do(lang.T("稍后再打开;一直如此请管理员检查查毒程序", "open it later; if it stays so, ask an administrator to look at the scanner"))
	case Refused:
		return fault.Conflict.Say(lang.T("%s 查出病毒 %s,不能打开", "%s holds the virus %s and is not opened"), f.Name, f.Virus).
			Do(lang.T("向出具方索取干净的原件重新上传", "ask its issuer for a clean original and hand that in"))
	case Clean:
	}
	return nil
}
