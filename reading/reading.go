// Package reading owns what a meter said: raw readings that never change, the
// rule that settles a contradiction, the fold of readings into hour buckets,
// and the arithmetic that turns buckets into amounts.
package reading

import "time"

// ID numbers a series: one point of one site. The store hands them out densely
// from 1, so that an engine may use them as an index.
type ID int64

// Quality says what the source thought of its own reading, best first.
type Quality uint8

// The qualities, best first: the order settles contradictions.
const (
	Good        Quality = iota // measured, instrument healthy
	Manual                     // typed by a person
	Suspect                    // judged doubtful: rate of change, flat line
	Bad                        // device fault, out of range: kept, never counted
	Quarantined                // stamped in the future: kept, never counted
)

// Counts tells whether a reading of this quality enters buckets.
func (q Quality) Counts() bool { return q < Bad }

// Reading is one value a meter sent. After Append it never changes; a
// correction is another reading with a higher Seq.
type Reading struct {
	Series ID
	T      int64   // instant of measurement, ms since 1970 UTC
	Recv   int64   // instant of arrival, ms since 1970 UTC; never used in arithmetic
	V      float64 // in the point's own unit, as delivered, before CT and PT
	Q      Quality
	Seq    int64 // the source's own sequence; a correction carries a higher one
}

// At gives the instant of measurement.
func (r Reading) At() time.Time { return time.UnixMilli(r.T).UTC() }
