package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lingtan/live"
	"lingtan/reading"
)

// feed sends one reading of main-1 and one of main-2 a minute later than the
// last, and lets the hall tell of them.
func (s *stage) feed(minute int) {
	s.tb.Helper()
	at := s.at("2025-06-10 12:00").Add(time.Duration(minute) * time.Minute)
	s.mu.Lock()
	s.clock = at
	s.mu.Unlock()
	for _, id := range []string{"main-1", "main-2"} {
		s.send(reading.Reading{Series: s.ids[id], T: at.UnixMilli(), V: float64(1000 + 4*minute)})
	}
	s.hall.Tick()
}

func next(t *testing.T, sub *live.Subscription) []live.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	events, err := sub.Next(ctx)
	must(t, err)
	return events
}

func TestStream(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	st := s.hall.Snapshot()
	all := s.hall.Subscribe(st.ID, live.Filter{})
	some := s.hall.Subscribe(st.ID, live.Filter{Kinds: []string{live.Points}, Points: []string{"main-2"}})
	totals := s.hall.Subscribe(st.ID, live.Filter{Points: []string{}, Nodes: []string{"source:grid"}})
	s.feed(1)
	must(t, s.hall.Publish("alarm", "", map[string]string{"id": "leak"}))

	events := next(t, all)
	kinds, last := "", st.ID
	for _, e := range events {
		if kinds += e.Kind + " "; e.ID != last+1 {
			t.Errorf("event %d follows %d", e.ID, last)
		}
		last = e.ID
	}
	if kinds != "totals checks points alarm " {
		t.Errorf("events %q", kinds)
	}
	if got := listedIDs(t, next(t, some)[0]); got != "main-2 " {
		t.Errorf("a viewer of main-2 gets %q", got)
	}
	one := next(t, totals)
	if got := listedIDs(t, one[0]); got != "source:grid " || one[0].Kind != live.Totals || one[len(one)-1].Kind != "alarm" {
		t.Errorf("a viewer of grid gets %q in %d events", got, len(one))
	}
	again := next(t, s.hall.Subscribe(events[0].ID, live.Filter{}))
	if &again[len(again)-1].Data[0] != &events[len(events)-1].Data[0] || again[0].ID != events[1].ID {
		t.Error("who comes back gets other events, or other copies, than who stayed")
	}
	if id := s.hall.Snapshot().ID; id != last {
		t.Errorf("the snapshot stands at %d, want %d", id, last)
	}
}

// TestStreamAbout: who may hear of some things only hears of those, and of what
// is about nothing in particular.
func TestStreamAbout(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	sub := s.hall.Subscribe(0, live.Filter{Kinds: []string{"filing"}, About: func(name string) bool { return name == "grid/power" }})
	for _, about := range []string{"hall/heat", "grid/power", ""} {
		must(t, s.hall.Publish("filing", about, "of "+about))
	}
	var heard strings.Builder
	for _, e := range next(t, sub) {
		heard.WriteString(string(e.Data) + " ")
	}
	if want := `"of grid/power" "of " `; heard.String() != want {
		t.Errorf("heard %s, want %s", heard.String(), want)
	}
}

// listedIDs gives the ids of the things in an event's list.
func listedIDs(t *testing.T, e live.Event) (ids string) {
	t.Helper()
	var list []struct {
		ID string `json:"id"`
	}
	must(t, json.Unmarshal(e.Data, &list))
	for _, x := range list {
		ids += x.ID + " "
	}
	return ids
}

// TestSlowViewer: who falls behind is told to take the snapshot, goes on from
// there, and holds nobody up meanwhile.
func TestSlowViewer(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	s.hall.Shrink(40_000)
	slow, quick := s.hall.Subscribe(0, live.Filter{}), s.hall.Subscribe(0, live.Filter{Kinds: []string{live.Points}})
	for i := range 30 {
		s.feed(i + 1)
		if got := next(t, quick); got[0].Kind == live.Reset {
			t.Fatal("a viewer who keeps up is reset")
		}
	}
	if got := next(t, slow); len(got) != 1 || got[0].Kind != live.Reset || got[0].ID != s.hall.Snapshot().ID {
		t.Errorf("a viewer 30 ticks behind gets %d events, the first %q", len(got), got[0].Kind)
	}
	s.feed(31)
	if got := next(t, slow); got[0].Kind == live.Reset {
		t.Error("it is reset again, having caught up")
	}
	early, future := s.hall.Subscribe(1, live.Filter{}), s.hall.Subscribe(1<<60, live.Filter{})
	if next(t, early)[0].Kind != live.Reset || next(t, future)[0].Kind != live.Reset {
		t.Error("an id of another run is not answered by a reset")
	}
}

func TestNextEnds(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.hall.Subscribe(0, live.Filter{}).Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next after the end: %v", err)
	}
}

// TestRun: readings touched by several at once are folded by Run, late ones
// too, and everything it started ends with it.
func TestRun(t *testing.T) {
	s := open(t, "2025-06-10 12:00")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.hall.Run(ctx, func(err error) { t.Error(err) }) }()
	sub := s.hall.Subscribe(0, live.Filter{Kinds: []string{live.Points}})
	rs := s.every("main-1", "2025-06-10 09:00", "2025-06-10 12:00", time.Minute, climbing(4))
	for _, part := range [][]reading.Reading{rs[100:], rs[50:100], rs[:50]} { // the last an hour that is not open
		s.send(part...)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		next(t, sub)
		if v, _ := s.point("main-1").Lookup("today", "amount"); v == 720 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("today is %v kWh, want 720", s.amount("main-1", "today"))
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
}
