// Package activity owns the quantities of a period with their evidence: what
// a standard's formulas are fed, and where each of it came from.
package activity

import (
	"fmt"
	"math/big"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
)

// How says in which way a value was obtained (GB/T 32150 data acquisition:
// measured, calculated, filed from documents, default).
type How string

// The ways, in falling order of strength.
const (
	Metered    How = "meter"      // integrated from readings
	Laboratory How = "laboratory" // an own test report
	Filed      How = "filing"     // a filed document: invoice, weighbridge, ledger
	Stated     How = "stated"     // written in a calculation file
	Defaulted  How = "default"    // the edition's default table
)

// Title tells the way to a reader.
func (h How) Title() lang.Text {
	switch h {
	case Metered:
		return lang.T("计量", "metered")
	case Laboratory:
		return lang.T("实测(化验)", "laboratory")
	case Filed:
		return lang.T("填报", "filed")
	case Stated:
		return lang.T("给定", "stated")
	case Defaulted:
		return lang.T("缺省值", "default")
	}
	return lang.Same(string(h))
}

// Evidence is one piece that proves a value.
type Evidence struct {
	Kind   string `json:"kind"`             // "readings", "filing", "laboratory", "file", "factor"
	ID     string `json:"id"`               // the point, filing or file
	SHA256 string `json:"sha256,omitempty"` // of a file
	Note   string `json:"note,omitempty"`
}

// Meter says how much of a metered value was really measured.
type Meter struct {
	Points      []string `json:"points"`
	Hours       int64    `json:"hours"`       // expected in the period
	Covered     float64  `json:"covered"`     // share of the time with readings, 0…1
	Substituted float64  `json:"substituted"` // share of the hours filled by a rule
	Estimated   float64  `json:"estimated"`   // share interpolated over a gap
	Rule        string   `json:"rule,omitempty"`
}

// Value is one input of a formula with its origin.
type Value struct {
	Quantity quantity.Quantity `json:"quantity"`
	How      How               `json:"how" enum:"meter,laboratory,filing,stated,default"`
	Meter    *Meter            `json:"meter,omitempty"`
	// Uncertainty is the relative half-width of the 95 % interval (0.02 is
	// ±2 %); nil is not known, which is never taken for none.
	Uncertainty *big.Rat    `json:"uncertainty,omitempty"`
	Evidence    []Evidence  `json:"evidence,omitempty"`
	Owner       string      `json:"owner,omitempty"` // who answers for it
	Note        string      `json:"note,omitempty"`
	At          fault.Place `json:"at,omitzero"` // where it was read, for messages
}

// Activity is what one source did in one period, ready for one formula of a
// standard.
type Activity struct {
	ID     string            `json:"id"`     // unique in its inventory: source/period
	Kind   string            `json:"kind"`   // the standard's kind of activity: "combustion", "underground_ch4" …
	Source string            `json:"source"` // the site's source
	Name   lang.Text         `json:"name"`
	Item   string            `json:"item,omitempty"` // fuel, gas, coal rank
	Attrs  map[string]string `json:"attrs,omitempty"`
	Period period.Period     `json:"period"`
	Values map[string]Value  `json:"values"`
	At     fault.Place       `json:"at,omitzero"`
}

// Names lists the names of the values in order, for deterministic walks.
func (a Activity) Names() []string {
	names := make([]string, 0, len(a.Values))
	for name := range a.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// InputID names one value of an activity: "vent-north/2024-06#vent".
func (a Activity) InputID(name string) string { return fmt.Sprintf("%s#%s", a.ID, name) }
