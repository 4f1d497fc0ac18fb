// Package factor owns dated numbers: emission factors, default fuel values,
// densities and global warming potentials, each with its validity, source and
// confidence, in sets that never change once published.
package factor

import (
	"fmt"

	"lingtan/lang"
	"lingtan/quantity"
)

// Confidence says how surely a number is known.
type Confidence string

// The marks of confidence, best first.
const (
	Read       Confidence = "A" // read in the source named
	Sure       Confidence = "B" // well known, the source not re-opened
	Unverified Confidence = "C" // to be checked against the original before it is relied on
)

// Worse gives the weaker of two marks.
func (c Confidence) Worse(d Confidence) Confidence { return max(c, d) }

// Title tells the mark to a reader.
func (c Confidence) Title() lang.Text {
	switch c {
	case Read:
		return lang.T("A 已查原文", "A read in the source")
	case Sure:
		return lang.T("B 公认值,未复查原文", "B well known, source not re-opened")
	case Unverified:
		return lang.T("C 待核实", "C unverified")
	}
	return lang.Same(string(c))
}

// Factor is one number valid for some data years.
type Factor struct {
	Set        string            `json:"set"`
	Kind       string            `json:"kind"` // the table: "grid_province", "fuel_ncv" …
	Key        string            `json:"key"`  // within the table: "CN-14", "S:diesel" …
	Name       lang.Text         `json:"name"`
	Value      quantity.Quantity `json:"value"`
	From       string            `json:"from,omitempty"` // first day in force, "2023-01-01"; empty is ever
	To         string            `json:"to,omitempty"`   // last day in force; empty is open
	Source     string            `json:"source"`
	Confidence Confidence        `json:"confidence" enum:"A,B,C"`
}

// ID names the factor with its data year: "grid_province/CN-14@2023".
func (f Factor) ID() string {
	if f.From == "" {
		return f.Kind + "/" + f.Key
	}
	return fmt.Sprintf("%s/%s@%s", f.Kind, f.Key, f.From[:4])
}

// Year is the first data year the factor is for; 0 when it is for all.
func (f Factor) Year() int {
	if len(f.From) < 4 {
		return 0
	}
	y := 0
	for _, c := range f.From[:4] {
		y = 10*y + int(c-'0')
	}
	return y
}

// inForce tells whether the factor is for a data year: it is in force on the
// year's last day, so that a table published during a year serves that year.
func (f Factor) inForce(year int) bool {
	last := fmt.Sprintf("%04d-12-31", year)
	return f.From <= last && (f.To == "" || f.To >= last)
}
