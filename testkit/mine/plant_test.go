package mine_test

import (
	"strings"
	"testing"
	"time"

	"lingtan/reading"
	"lingtan/testkit/mine"
)

// after is a full hour of an evening in the autumn after the data end, when the
// mine draws from the grid.
var after = time.Date(2026, 9, 14, 11, 0, 0, 0, time.UTC)

// ids numbers points as they are asked for.
type ids map[string]reading.ID

func (s ids) id(point string) reading.ID {
	if s[point] == 0 {
		s[point] = reading.ID(len(s) + 1)
	}
	return s[point]
}

func (s ids) names() map[reading.ID]string {
	out := map[reading.ID]string{}
	for point, id := range s {
		out[id] = point
	}
	return out
}

// TestSince holds that what a demonstration catches up with begins where its
// data end, leaves nothing out and says nothing twice.
func TestSince(t *testing.T) {
	m, known := mine.New(mine.Seed), ids{}
	last := map[reading.ID]int64{}
	for batch := range m.Readings(known.id) {
		for _, r := range batch {
			last[r.Series] = max(last[r.Series], r.T)
		}
	}
	_, end := m.Period().Millis()
	behind := func(point string) int64 { return last[known.id(point)] }
	to := time.UnixMilli(end).Add(50*time.Hour + 20*time.Minute)
	n, hours, quarters := 0, 0, 0
	for batch := range m.Since(known.id, behind, to) {
		for _, r := range batch {
			if r.T <= last[r.Series] || r.T > to.UnixMilli() {
				t.Fatalf("reading of %s is on record, or not due", r.At())
			}
			switch r.Series {
			case known["main-1-import"]:
				hours++
			case known["shaft-1-c"]:
				quarters++
			}
			n++
		}
	}
	if hours != 50 || quarters != 201 {
		t.Errorf("%d hours of a register and %d quarters of a gas in 50 hours and 20 minutes, want 50 and 201", hours, quarters)
	}
	again := 0
	for batch := range m.Since(known.id, func(string) int64 { return to.UnixMilli() }, to) {
		again += len(batch)
	}
	if n == 0 || again != 0 {
		t.Errorf("%d readings caught up, then %d more", n, again)
	}
}

// TestPlantIsTheData holds the plant to the data at every full quarter and hour
// of two days, and its registers to going up between them.
func TestPlantIsTheData(t *testing.T) {
	m, known := mine.New(mine.Seed), ids{}
	plant := m.Plant(after)
	names := map[reading.ID]string{}
	counters := map[string]float64{}
	for batch := range m.Since(known.id, func(string) int64 { return after.UnixMilli() - 1 }, after.Add(26*time.Hour)) {
		names = known.names()
		for _, r := range batch {
			if r.T%reading.HourMS == 0 && strings.HasSuffix(names[r.Series], "-import") {
				counters[names[r.Series]] = r.V
			}
		}
		at, shown := int64(0), map[string]float64(nil)
		for _, r := range batch {
			if r.T != at {
				at, shown = r.T, plant.At(r.At())
			}
			got := shown[names[r.Series]]
			if d := got - r.V; d != 0 && (d < 0 || d > 0.1) { // a register's hidden digits
				t.Fatalf("%s of %s: the plant shows %v, the data have %v", names[r.Series], r.At(), got, r.V)
			}
		}
	}
	if len(names) != m.Points() || len(counters) == 0 {
		t.Errorf("%d points compared, want %d", len(names), m.Points())
	}
}

// TestPlantMoves holds that a wall fed by the plant is alive: every gas and every
// loaded register has another value within ten seconds, and no register goes back.
func TestPlantMoves(t *testing.T) {
	plant := mine.New(mine.Seed).Plant(after)
	before := plant.At(after.Add(1234 * time.Second))
	first, moved := before, map[string]bool{}
	for s := range 10 {
		now := plant.At(after.Add(time.Duration(1235+s) * time.Second))
		for point, v := range now {
			moved[point] = moved[point] || v != first[point]
			if counts(point) && v < before[point] {
				t.Errorf("%s goes back from %v to %v", point, before[point], v)
			}
		}
		before = now
	}
	for _, point := range mine.New(mine.Seed).PointIDs() {
		still := strings.HasPrefix(point, "scale-") || strings.HasPrefix(point, "charger-") || strings.HasPrefix(point, "pv-") ||
			first[point] == 0 || strings.HasSuffix(point, "-export")
		if !moved[point] && !still {
			t.Errorf("%s stands still at %v", point, first[point])
		}
	}
	if again := mine.New(mine.Seed).Plant(after.Add(time.Second)).At(after.Add(1244 * time.Second)); again["main-1-import"] != before["main-1-import"] {
		t.Error("the same instant shows another value")
	}
}

// TestPlantRemembers holds that a logger that was cut off tells of the hours
// gone by what it would have told then.
func TestPlantRemembers(t *testing.T) {
	plant := mine.New(mine.Seed).Plant(after)
	then := plant.At(after.Add(90 * time.Second))
	plant.At(after.Add(5 * time.Hour))
	for point, v := range plant.At(after.Add(90 * time.Second)) {
		if v != then[point] {
			t.Errorf("%s showed %v, and five hours later is said to have shown %v", point, then[point], v)
		}
	}
}

// counts tells whether a point is a register, by its name.
func counts(point string) bool {
	for _, head := range []string{"main-", "engine-", "fan-", "belt-", "face-", "surface-", "charger-", "water-"} {
		if strings.HasPrefix(point, head) {
			return true
		}
	}
	return false
}
