package simulate_test

import (
	"testing"
	"time"

	"lingtan/simulate"
)

// TestTenSeconds holds the promise to a newcomer: within ten seconds every
// device is up and every point of the mine has come, and those the monitoring
// plan asks for have moved.
func TestTenSeconds(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.play(simulate.Options{Every: time.Second})
	began := time.Now()
	still := map[string]bool{}
	now := s.sim.At(time.Now())
	for point, v := range now {
		// Nothing flows at night through what the sun drives, at noon through what
		// the grid gives, and a flare burns on three days.
		if _, amount := now[point]; v == 0 || !amount {
			still[point] = true
		}
	}
	points := plant().Mine().PointIDs()
	s.wait(10, "every point", func() bool {
		for _, point := range points {
			if _, shown := now[point]; shown && len(s.of(s.ids[point])) == 0 {
				return false
			}
		}
		return true
	})
	watched := measured(t)
	s.wait(10, "every measured point to move", func() bool {
		for _, point := range watched {
			if rs := s.of(s.ids[point]); !still[point] && s.moves(point) && rs[0].V == rs[len(rs)-1].V {
				return false
			}
		}
		return true
	})
	if took := time.Since(began); took > slack*10*time.Second {
		t.Errorf("it took %s", took)
	}
	s.polled("main-1-import", "pv-03", "heat-1", "water-05", "face-07", "engine-03")
	for _, h := range s.devices.Health() {
		if h.Refused+h.Bad+h.Quarantined+h.Unmapped+h.Failed > 0 {
			t.Errorf("%s: %+v", h.Device, h)
		}
	}
	t.Logf("all in %s", time.Since(began).Round(time.Millisecond))
}

// moves tells whether the mine itself has moved a point since it was first read.
func (s *stage) moves(point string) bool {
	rs := s.of(s.ids[point])
	return s.sim.At(rs[0].At())[point] != s.sim.At(rs[len(rs)-1].At())[point]
}

// TestAsThePlant holds what arrives to what the instruments showed: the values
// of what carries an instant to the digit, and a counter's total over an hour
// played at speed to that of the plant.
func TestAsThePlant(t *testing.T) {
	t.Parallel()
	s := open(t, "stack", "gateway", "drainage", "ventilation")
	s.play(simulate.Options{Speed: 2400, Since: 2 * time.Hour})
	to := time.Now().Add(-15 * time.Minute).Truncate(15 * time.Minute)
	from := to.Add(-time.Hour)
	covers := func(point string) bool {
		rs := s.of(s.ids[point])
		return len(rs) > 0 && rs[0].T <= from.UnixMilli() && rs[len(rs)-1].T >= to.UnixMilli()
	}
	checked := []string{"stack-co2", "stack-q", "charger-07", "plot-03-t", "north-high-c", "shaft-1-q"}
	for _, point := range checked {
		s.wait(10, "an hour of "+point, func() bool { return covers(point) })
		at := map[int64]float64{}
		for _, r := range s.of(s.ids[point]) {
			at[r.T] = r.V
			if r.T > time.Now().UnixMilli() {
				t.Errorf("%s is stamped in the future, %s", point, r.At())
			}
			if want := s.sim.At(r.At())[point]; !near(r.V, want) {
				t.Fatalf("%s of %s: %v arrived, the plant showed %v", point, r.At(), r.V, want)
			}
		}
		if got, want := at[to.UnixMilli()]-at[from.UnixMilli()], s.sim.At(to)[point]-s.sim.At(from)[point]; !near(got, want) {
			t.Errorf("%s went up by %v in the hour, the plant by %v", point, got, want)
		}
	}
}

// near forgives what the change of units rounds.
func near(a, b float64) bool { d := a - b; return d < 1e-6 && d > -1e-6 }

// polled holds registers that are polled to what the plant showed at
// that moment, give or take the time of a poll: types, orders and scales fit.
func (s *stage) polled(points ...string) {
	s.t.Helper()
	for _, point := range points {
		r := s.of(s.ids[point])[0]
		low, high := s.sim.At(r.At().Add(-1500 * time.Millisecond))[point], s.sim.At(r.At().Add(1500 * time.Millisecond))[point]
		if r.V < low-1e-6 || r.V > high+1e-6 {
			s.t.Errorf("%s of %s: %v arrived, the plant went from %v to %v", point, r.At(), r.V, low, high)
		}
	}
}
