// Package dump owns relations as they are when no database holds them: what was
// in them at one instant, and each table as lines of JSON that either engine
// writes alike and reads.
package dump

import "lingtan/ledger"

// Relations say what a dump holds.
type Relations struct {
	Engine string   `json:"engine"` // it came from
	Schema []Step   `json:"schema"` // the steps that had been taken
	Tables []string `json:"tables"` // in the order in which they are restored
	// Heads are the last places of the chains, by site; the platform's is the
	// empty one.
	Heads map[string]ledger.Head `json:"heads"`
}

// Step is a step of the schema.
type Step struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
}
