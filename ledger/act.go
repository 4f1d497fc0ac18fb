package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Act is an entry as an auditor reads it: with what stood before and what
// stands after. Both are told from the book itself and kept nowhere else.
type Act struct {
	Entry
	Before json.RawMessage
	After  json.RawMessage
}

// Filter chooses entries; what is empty chooses all.
type Filter struct {
	Actor   string
	Address string
	Kind    string    // "filing.put", or "filing" for all that was done to filings
	Subject string    // an id
	Text    string    // within actor, kind, subject or body, whatever the case of its letters
	From    time.Time // included
	To      time.Time // excluded
}

// MaxState is how long a state may be and yet be told whole in an Act. A longer
// one, such as a device's file, is told by its hash and stands in its entry.
const MaxState = 16 << 10

// Noun is what an entry's kind is about: all acts on one subject under one noun
// tell the states of one thing.
func (e Entry) Noun() string {
	noun, _, _ := strings.Cut(e.Kind, ".")
	return noun
}

// Act tells what the entry itself says of before and after. A body that has
// either says both; any other is the state after, and the state before stands
// in the entry that Preceding names.
func (e Entry) Act() (act Act, whole bool) {
	var said struct {
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	if json.Unmarshal(e.Body, &said) == nil && (said.Before != nil || said.After != nil) {
		return Act{e, short(said.Before), short(said.After)}, true
	}
	return Act{Entry: e, After: short(e.Body)}, false
}

// Follows adds the state before: the body of the entry that Preceding names, or
// its after.
func (a Act) Follows(body json.RawMessage) Act {
	before, _ := Entry{Body: body}.Act()
	a.Before = before.After
	return a
}

// Preceding is the subject under which the state before was written: a
// correction and a restatement name the one they replace, all else goes on
// under its own.
func (e Entry) Preceding() string {
	var names struct {
		Supersedes string `json:"supersedes"`
		Previous   string `json:"previous"`
	}
	if json.Unmarshal(e.Body, &names) != nil {
		return e.Subject // a body that is no object replaces nothing
	}
	for _, name := range []string{names.Supersedes, names.Previous} {
		if name != "" {
			return name
		}
	}
	return e.Subject
}

func short(state json.RawMessage) json.RawMessage {
	if len(state) <= MaxState {
		return state
	}
	sum := sha256.Sum256(state)
	return fmt.Appendf(nil, `{"bytes":%d,"sha256":"%s"}`, len(state), hex.EncodeToString(sum[:]))
}

// Standing tells how far a chain has been looked through, and whether it holds.
type Standing struct {
	OK        bool
	Entries   int64     // the place of the last entry
	CheckedTo int64     // the last entry that was found good
	CheckedAt time.Time // when that was found
	Broken    *Broken   // the first that does not hold
}
