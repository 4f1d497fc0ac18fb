package board_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lingtan/board"
	"lingtan/lang"
	"lingtan/reading"
)

// TestWall: the mine section finds its points by the plan, by their system and
// by what the site file marks, and tells how to show them.
func TestWall(t *testing.T) {
	s := qingling(t, "2025-12-31 12:00")
	wall, err := s.desk().Wall(t.Context(), board.Ask{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	speaks(t, "wall", wall)
	got := map[string]string{}
	for _, b := range wall.Section {
		feeds := []string{}
		for _, f := range b.Feeds {
			feeds = append(feeds, fmt.Sprintf("%s.%s×%.4g", f.Point, f.Field, f.Scale))
		}
		got[b.Place] = fmt.Sprintf("%s %s %s", b.Combine, b.Unit, strings.Join(feeds[:min(len(feeds), 2)], " "))
		if (len(feeds) == 0) != (b.Missing.ZH != "") {
			t.Errorf("%s: %d feeds, missing %v", b.Place, len(feeds), b.Missing)
		}
	}
	for place, want := range map[string]string{
		"return_air": "sum m3/min shaft-1-q.value×1 shaft-2-q.value×1", "return_ch4": "max % shaft-1-c.value×1 shaft-2-c.value×1",
		"vent_pure": "sum Nm3/min shaft-1-ch4.rate×0.01667 shaft-2-ch4.rate×0.01667", "drained_ch4": "range % north-high-c.value×1 north-low-c.value×1",
		"drained_pure": "sum Nm3/min north-high-ch4.rate×0.01667 north-low-ch4.rate×0.01667", "power_grid": "sum MW main-1-import.rate×0.001 main-2-import.rate×0.001",
		"power_gas": "sum MW engine-01.rate×0.001 engine-02.rate×0.001", "power_pv": "sum MW pv-01.rate×0.001 pv-02.rate×0.001",
		"coal": "sum t/h scale-1.rate×1 scale-2.rate×1", "face_ch4": "max % workface-c.value×1",
	} {
		if got[place] != want {
			t.Errorf("%s = %q, want %q", place, got[place], want)
		}
	}
	small, err := xiaoyao(t, "2025-01-11 00:00").desk().Wall(t.Context(), board.Ask{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	speaks(t, "small wall", small)
	if in := small.Section[0]; in.Place != "intake_air" || len(in.Feeds) != 1 || in.Feeds[0].Point != "intake" || in.Feeds[0].Scale != 60 {
		t.Errorf("the intake that is marked: %+v", in)
	}
}

// TestSupply: an hour's energy is divided over its quarters as its register
// rose, and is the hour's energy again; where readings come by the hour, or too
// many to look at, hours are shown.
func TestSupply(t *testing.T) {
	s := xiaoyao(t, "2025-01-11 02:30")
	s.run(2025, 1)
	midnight := instant(t, s.described.Site, "2025-01-11 00:00").UnixMilli()
	for i, v := range []float64{100, 100.2, 100.6, 101.2, 102, 102.5, 103, 103.5, 104} { // quarters of two hours, 2 MWh each
		s.raw[s.ids["feeder"]] = append(s.raw[s.ids["feeder"]], reading.Reading{Series: s.ids["feeder"], T: midnight + int64(i)*15*60_000, V: v})
	}
	supply := func() board.Supply {
		wall, err := s.desk().Wall(t.Context(), board.Ask{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return wall.Supply
	}
	show := func(values []*float64) string {
		var b strings.Builder
		for _, v := range values {
			if v == nil {
				b.WriteString("- ")
				continue
			}
			fmt.Fprintf(&b, "%.2f ", *v)
		}
		return b.String()
	}
	got := supply()
	if got.Step != "15 min" || got.Day != "2025-01-11" || show(got.Series[0].Values) != "0.80 1.60 2.40 3.20 2.00 2.00 2.00 2.00 2.00 2.00 2.00 2.00 " {
		t.Errorf("the grid by %s on %s: %s", got.Step, got.Day, show(got.Series[0].Values))
	}
	if gas := got.Series[1]; gas.Key != "gas" || show(gas.Values[:4]) != "1.00 1.00 1.00 1.00 " || told(gas.Energy.Value) != "3" {
		t.Errorf("the engine: %s, %s", show(gas.Values), told(gas.Energy.Value))
	}
	if told(got.Share.Value) != "42.857142857" { // 4.5 of 10.5
		t.Errorf("made on site today: %s", told(got.Share.Value))
	}
	s.raw[s.ids["feeder"]] = nil
	if got := supply(); got.Step != "1 h" || show(got.Series[0].Values) != "2.00 2.00 2.00 " {
		t.Errorf("by %s: %s", got.Step, show(got.Series[0].Values))
	}
	for i := range 90_000 {
		s.raw[s.ids["feeder"]] = append(s.raw[s.ids["feeder"]], reading.Reading{Series: s.ids["feeder"], T: midnight + int64(i)*100, V: float64(i)})
	}
	if got := supply(); got.Step != "1 h" {
		t.Errorf("of ninety thousand readings by %s", got.Step)
	}
}

// TestEvents: the newest come first, and no more than a person reads.
func TestEvents(t *testing.T) {
	s := xiaoyao(t, "2025-01-11 00:00")
	var events []board.Event
	for i := range 60 {
		events = append(events, board.Event{ID: fmt.Sprint(i), At: s.clock.Add(time.Duration(i%7) * time.Hour), Kind: "alarm", Title: lang.Same("x")})
	}
	wall, err := s.desk().Wall(t.Context(), board.Ask{}, events)
	if err != nil {
		t.Fatal(err)
	}
	if len(wall.Events) != 40 || wall.Events[0].ID != "13" || wall.Events[39].At.After(wall.Events[0].At) {
		t.Errorf("%d events, the first %+v", len(wall.Events), wall.Events[0])
	}
}
