package alarm

import (
	"time"

	"lingtan/lang"
	"lingtan/reading"
)

// View is what is known of the mine at the instant of an observation. What is
// not known is answered with false, and judged as neither good nor bad.
type View interface {
	// Point gives the latest reading, of whatever quality, in the point's unit.
	Point(id string) (Value, bool)
	// Rate gives what a counter or a delta brings per hour, in the point's unit and
	// with its transformers. How fast a gauge rises, the engine sees by itself.
	Rate(id string) (Value, bool)
	// Node gives what a unit of the organisation or a source emits.
	Node(id string) (Node, bool)
	// Gas gives a gas point's present flow.
	Gas(id string) (Gas, bool)
	// Check gives what a cross check of meters found.
	Check(id string) (Check, bool)
	// Device tells whether a source of readings is well.
	Device(id string) (Health, bool)
}

// Value is a number at an instant.
type Value struct {
	V float64
	T time.Time
	Q reading.Quality
}

// Gas is a stream of gas at an instant.
type Gas struct {
	Percent float64 // concentration, by volume
	Pure    float64 // Nm³/min (0 °C), whatever state the gas point is told in
	T       time.Time
	Q       reading.Quality // the worse one of its signals
}

// Node is what a node emits: now, and so far.
type Node struct {
	Rate        float64 // tCO2e/h
	Month, Year float64 // tCO2e since the accounting month and year began
	// MonthCovered and YearCovered are the shares, 0 to 1, of the elapsed time
	// that was really measured.
	MonthCovered, YearCovered float64
}

// Check is what a cross check found: by how much, relative, the meters differ,
// and whether that is more than the check itself allows.
type Check struct {
	Deviation float64 // 0.03 is 3 %
	Failing   bool
}

// Health is the state of a device or gateway.
type Health struct {
	Up  bool
	Why lang.Text // what is the matter
}

// Snapshot is a View made of maps: what is not in them is not known.
type Snapshot struct {
	Points, Rates map[string]Value
	Nodes         map[string]Node
	Gases         map[string]Gas
	Checks        map[string]Check
	Devices       map[string]Health
}

var _ View = Snapshot{}

// Point gives the latest reading.
func (s Snapshot) Point(id string) (v Value, ok bool) { v, ok = s.Points[id]; return v, ok }

// Rate gives what a point brings per hour.
func (s Snapshot) Rate(id string) (v Value, ok bool) { v, ok = s.Rates[id]; return v, ok }

// Node gives what a node emits.
func (s Snapshot) Node(id string) (n Node, ok bool) { n, ok = s.Nodes[id]; return n, ok }

// Gas gives a gas point's present flow.
func (s Snapshot) Gas(id string) (g Gas, ok bool) { g, ok = s.Gases[id]; return g, ok }

// Check gives what a cross check found.
func (s Snapshot) Check(id string) (c Check, ok bool) { c, ok = s.Checks[id]; return c, ok }

// Device tells whether a device is well.
func (s Snapshot) Device(id string) (h Health, ok bool) { h, ok = s.Devices[id]; return h, ok }
