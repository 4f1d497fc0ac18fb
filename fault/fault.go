// Package fault owns errors that somebody must act on: their kind, the place
// they were found, and what to do, told in the reader's language.
package fault

import (
	"errors"
	"fmt"
	"strings"

	"lingtan/lang"
)

// Kind says who must act on a fault.
type Kind uint8

// The kinds. An error without one is Internal.
const (
	Internal  Kind = iota // ours to mend
	Invalid               // the input is wrong; its author mends it
	NotFound              // the thing asked for is not there
	Conflict              // the thing is there already, or in another state
	Forbidden             // the person may not
)

// String names the kind as the API does.
func (k Kind) String() string {
	return [...]string{"internal", "invalid", "not_found", "conflict", "forbidden"}[k]
}

// Place is where a fault was found. Zero fields are not told.
type Place struct {
	File   string `json:"file,omitempty"`
	Row    int    `json:"row,omitempty"`    // 1 is the first line or row
	Column string `json:"column,omitempty"` // a column's name or a field's path
}

func (p Place) in(tag lang.Tag) string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Row > 0 {
		parts = append(parts, lang.T("第 %d 行", "row %d").Format(p.Row).In(tag))
	}
	if p.Column != "" {
		parts = append(parts, p.Column)
	}
	return strings.Join(parts, ", ")
}

// Fault is an error with a kind, a place and a remedy.
type Fault struct {
	Kind  Kind      // who acts
	Place Place     // where
	Text  lang.Text // what was read and what was expected
	Hint  lang.Text // what to do next
	cause error
}

// Errorf makes a fault of the kind in English only, for faults between rooms;
// %w keeps the cause.
func (k Kind) Errorf(format string, args ...any) *Fault {
	err := fmt.Errorf(format, args...)
	return &Fault{Kind: k, Text: lang.Text{EN: err.Error()}, cause: errors.Unwrap(err)}
}

// Say makes a fault of the kind told in both languages.
func (k Kind) Say(text lang.Text, args ...any) *Fault {
	f := &Fault{Kind: k, Text: text.Format(args...)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			f.cause = err
		}
	}
	return f
}

// Do adds what to do next.
func (f *Fault) Do(hint lang.Text, args ...any) *Fault {
	g := *f
	g.Hint = hint.Format(args...)
	return &g
}

// At adds the place; fields already known are kept.
func (f *Fault) At(p Place) *Fault {
	g := *f
	if g.Place.File == "" {
		g.Place.File = p.File
	}
	if g.Place.Row == 0 {
		g.Place.Row = p.Row
	}
	if g.Place.Column == "" {
		g.Place.Column = p.Column
	}
	return &g
}

// Error tells the fault in English.
func (f *Fault) Error() string { return f.In(lang.EN) }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// In tells the fault in a language: place, what is wrong, what to do.
func (f *Fault) In(tag lang.Tag) string {
	s := f.Text.In(tag)
	if place := f.Place.in(tag); place != "" {
		s = place + ": " + s
	}
	if hint := f.Hint.In(tag); hint != "" {
		s += lang.T("。", "; ").In(tag) + hint
	}
	return s
}

// At places a fault; an error of another type becomes a placed Invalid fault,
// and each part of joined errors is placed for itself.
func At(err error, p Place) error {
	if err == nil {
		return nil
	}
	if parts := Split(err); len(parts) > 1 {
		for i := range parts {
			parts[i] = At(parts[i], p)
		}
		return errors.Join(parts...)
	}
	var f *Fault
	if errors.As(err, &f) {
		return f.At(p)
	}
	return (&Fault{Kind: Invalid, Text: lang.Text{EN: err.Error()}, cause: err}).At(p)
}

// KindOf gives the kind of an error; of joined errors, the first that has one.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Split lists the errors that were joined into one.
func Split(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Split(e)...)
	}
	return all
}

// Tell tells an error in a language, one line per joined error. An operation
// wrapped around a fault stays in front of it.
func Tell(err error, tag lang.Tag) string {
	parts := Split(err)
	lines := make([]string, 0, len(parts))
	for _, e := range parts {
		var f *Fault
		if !errors.As(e, &f) {
			lines = append(lines, e.Error())
			continue
		}
		lines = append(lines, strings.TrimSuffix(e.Error(), f.Error())+f.In(tag))
	}
	return strings.Join(lines, "\n")
}
