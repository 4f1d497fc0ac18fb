// Package reading owns what a meter said: raw readings that never change, the
// rule that settles a contradiction, the fold of readings into hour buckets,
// and the arithmetic that turns buckets into amounts.
package reading

import (
	"cmp"
	"math"
	"time"
)

// HourMS is an hour in milliseconds: buckets are UTC hours.
const HourMS = 3_600_000

// MaxValue is the largest reading that counts, in the point's own unit. Beyond
// it a float64 no longer resolves a tenth, so no meter says such a thing.
const MaxValue = 1e15

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
	Why    Reason // for the quality; takes no part in arithmetic
	Seq    int64  // the source's own sequence; a correction carries a higher one
}

// At gives the instant of measurement.
func (r Reading) At() time.Time { return time.UnixMilli(r.T).UTC() }

// Counts tells whether the reading enters buckets: its quality counts and its
// value is a number that can be one. NaN fails the comparison.
func (r Reading) Counts() bool { return r.Q.Counts() && math.Abs(r.V) <= MaxValue }

// HourOf gives the number of the UTC hour an instant lies in, rounding down
// before 1970 too.
func HourOf(ms int64) int64 {
	h := ms / HourMS
	if ms%HourMS < 0 {
		h--
	}
	return h
}

// Compare orders readings as Scan hands them back: by series, instant, quality
// (best first), Seq (highest first), value (largest first), arrival, reason. The order
// is total, so that no answer depends on how the readings came.
func Compare(a, b Reading) int {
	switch {
	case a.Series != b.Series:
		return cmp.Compare(a.Series, b.Series)
	case a.T != b.T:
		return cmp.Compare(a.T, b.T)
	case a.Q != b.Q:
		return cmp.Compare(a.Q, b.Q)
	case a.Seq != b.Seq:
		return cmp.Compare(b.Seq, a.Seq)
	}
	if c := cmp.Compare(rank(b.V), rank(a.V)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Recv, b.Recv), cmp.Compare(a.Why, b.Why))
}

// rank maps a float64 to an integer of the same order, telling −0 from 0 and
// one NaN from another.
func rank(v float64) uint64 {
	bits := math.Float64bits(v)
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}
