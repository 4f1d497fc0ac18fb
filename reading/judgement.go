package reading

import "time"

// Judgement is by what the readings of one series are judged. The zero
// Judgement judges nothing beyond numbers and clocks.
type Judgement struct {
	Range   *Range  // what the sensor can say; nil takes anything
	MaxStep MaxStep // how fast the thing measured can change
	// FlatAfter is how long a value may stay the same while the machine runs
	// until it is doubted; 0 never doubts it.
	FlatAfter time.Duration
	// FlatWhile are the signals of the machine: it runs while any of them does,
	// for of two fans one stands by. A series without signals always runs.
	FlatWhile []Running
	// Hold is how far apart two readings are neighbours, a day where it is 0.
	// Over a longer silence a step is no step, and no value stayed the same.
	Hold time.Duration
}

// Range is what a sensor can say, in the point's unit.
type Range struct{ Low, High float64 }

// Contains tells whether the sensor can say such a value; NaN it cannot.
func (r *Range) Contains(v float64) bool { return r == nil || v >= r.Low && v <= r.High }

// MaxStep is the largest change between neighbours, in the point's unit: in a
// stretch of time, or where Per is 0 from one reading to the next. The zero
// MaxStep allows any.
type MaxStep struct {
	Change float64
	Per    time.Duration
}

// leastStepMS is over how long at least a rate of change is taken: the stamps
// of two readings within a second say little of the time between them.
const leastStepMS = 1000

// exceeded tells whether b changed faster than the thing measured can.
func (s MaxStep) exceeded(a, b Reading, holdMS int64) bool {
	if s.Change <= 0 {
		return false
	}
	dt, change := b.T-a.T, max(b.V-a.V, a.V-b.V)
	if s.Per <= 0 {
		return dt <= holdMS && change > s.Change
	}
	return change*float64(s.Per.Milliseconds()) > s.Change*float64(max(dt, leastStepMS))
}

// Running tells that a machine runs while a signal lies above a threshold.
type Running struct {
	Series ID
	Above  float64
	Hold   time.Duration // how long one reading of the signal says so
}

// Usable tells whether a reading can be taken in at all: its series is one and
// its instant lies between Oldest and Newest. Accept refuses a batch for one
// that is not, so a collector sorts them out beforehand.
func Usable(r Reading) bool { return r.Series > 0 && r.T >= Oldest && r.T <= Newest }

// Stale tells whether a series has been silent for longer than its rule
// explains: two steps, or as long as a gauge's value stands for itself if that
// is longer. latest is the last counted reading, the zero Reading where there
// is none; an interval stamped with its start is told a step later.
func Stale(rule Rule, latest Reading, now time.Time) bool {
	if latest.Series == 0 {
		return true
	}
	allowed := max(2*rule.stepMS(), rule.holdMS())
	if rule.Kind == Delta && rule.Stamp == Start {
		allowed += rule.stepMS()
	}
	return now.UnixMilli()-latest.T > allowed
}
