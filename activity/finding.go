package activity

import "lingtan/lang"

// Severity says what a finding asks for.
type Severity string

// The severities of validation, strictest first.
const (
	Hard    Severity = "hard"    // blocks closing until it is mended or taken on with a reason
	Explain Severity = "explain" // wants a reason
	Notice  Severity = "note"    // wants to be known
)

// Finding is something in the data that a person must know, with the one who
// answers for it. A finding never changes a number.
type Finding struct {
	Code     string    `json:"code"` // stable: "gas.utilised_over_drained"
	Severity Severity  `json:"severity" enum:"hard,explain,note"`
	Owner    string    `json:"owner,omitempty"`
	Source   string    `json:"source,omitempty"`
	Period   string    `json:"period,omitempty"`
	Text     lang.Text `json:"text"`
	Hint     lang.Text `json:"hint,omitzero"`
}
