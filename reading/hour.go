package reading

import "fmt"

// Flags tell how an hour's amount came about.
type Flags uint8

// The flags of an hour.
const (
	Estimated   Flags = 1 << iota // spread over a gap longer than a step
	Rollover                      // the counter passed its modulus
	Replaced                      // a declared meter swap lies within
	Doubtful                      // a suspect reading, or a confirmed jump, takes part
	Substituted                   // put in by a substitution rule, never measured
	Contested                     // two values for one instant
)

// Has tells whether all the flags are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

var flagNames = [...]string{ //nolint:gochecknoglobals // a constant table, in the order of the bits
	"estimated", "rollover", "replaced", "doubtful", "substituted", "contested",
}

// Names lists the flags as the API does, in the order of the bits.
func (f Flags) Names() []string {
	var out []string
	for i, name := range flagNames {
		if f.Has(1 << i) {
			out = append(out, name)
		}
	}
	return out
}

// Hour is the amount of one series in one UTC hour. An hour nothing is known
// of has no Hour: missing is never zero.
type Hour struct {
	Series    ID
	Hour      int64 // hours since 1970
	Amount    int64 // nano of the point's unit; of a gauge nano unit·hours
	CoveredMS int64 // how much of the hour was measured
	N         int32 // counted instants
	Flags     Flags
}

// Span is the hours [From, To) of one series.
type Span struct {
	Series   ID
	From, To int64 // hours since 1970
}

// EventKind says what a counter did that the rule does not explain.
type EventKind uint8

// The kinds of an event.
const (
	Reset    EventKind = iota // it fell: not counted until a Replacement is declared
	Jump                      // it rose faster than it can: counted after two confirming readings
	Spike                     // one or two readings off the run: left out
	Overflow                  // the amount does not fit: not counted
)

// String names the kind as the API does.
func (k EventKind) String() string {
	return [...]string{"reset", "jump", "spike", "overflow"}[k]
}

// Event is a finding about an interval. (Series, Kind, T) names it: a
// recomputed hour tells its events again.
type Event struct {
	Series    ID
	Kind      EventKind
	Prev, T   int64 // the instants on both sides, ms UTC
	From, To  float64
	Confirmed bool // two further readings agree with To
}

// Key names the event, so that a sink keeps it once.
func (e Event) Key() string { return fmt.Sprintf("%d/%s/%d", e.Series, e.Kind, e.T) }
