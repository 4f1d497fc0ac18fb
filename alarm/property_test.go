package alarm_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/alarm"
	"lingtan/reading"
)

// TestAnySequence looks at anything, in any order, with people who do anything
// and restarts in between. The book of the tests complains of an illegal step,
// of a version that is skipped and of a second alarm beside an open one; here,
// the steps it has must tell each alarm's whole life.
func TestAnySequence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := tell(t, threshold)
		at := 0
		for range rapid.IntRange(1, 120).Draw(r, "looks") {
			at += rapid.IntRange(0, 400).Draw(r, "wait")
			switch rapid.IntRange(0, 9).Draw(r, "what") {
			case 0:
				s.restart()
			case 1:
				act := alarm.Act{
					Kind:  rapid.SampledFrom([]alarm.Kind{alarm.Acknowledge, alarm.Clear, alarm.Shelve}).Draw(r, "act"),
					Actor: "li.wei", At: after(at), Note: "x", Until: after(at + rapid.IntRange(1, 5000).Draw(r, "shelf")),
				}
				_ = s.book.act(act) // refused where it may not be done
			case 2:
				s.look(at, alarm.Snapshot{})
			default:
				v := rapid.SampledFrom([]float64{0.1, 0.79, 0.9, 1, 1.01, 5}).Draw(r, "value")
				q := rapid.SampledFrom([]reading.Quality{reading.Good, reading.Good, reading.Manual, reading.Suspect, reading.Bad, reading.Quarantined}).Draw(r, "quality")
				s.look(at, seen(at-rapid.IntRange(-100, 300).Draw(r, "age"), v, q))
			}
		}
		lives := map[string]alarm.Alarm{}
		for _, step := range s.book.steps {
			before, known := lives[step.After.ID]
			if known != (step.Before != nil) || (known && before.State != step.Before.State) {
				t.Fatalf("step %+v does not follow %+v", step, before)
			}
			if step.After.State == alarm.Raised && step.Kind == alarm.Raise && step.Actor != alarm.Platform {
				t.Fatalf("%s raised an alarm", step.Actor)
			}
			lives[step.After.ID] = step.After
		}
		if len(lives) != len(s.book.alarms) {
			t.Fatalf("%d alarms, the steps tell of %d", len(s.book.alarms), len(lives))
		}
		for id, a := range s.book.alarms {
			if lives[id].Version != a.Version || lives[id].State != a.State {
				t.Fatalf("alarm %s is %s at %d, its steps end at %s, %d", id, a.State, a.Version, lives[id].State, lives[id].Version)
			}
		}
	})
}

// TestOscillation holds that an hour of a value that crosses the limit each
// second is one alarm.
func TestOscillation(t *testing.T) {
	s := tell(t, threshold)
	for at := range 3600 {
		v := 1.01
		if at > 60 && at%2 == 1 {
			v = 0.5
		}
		s.look(at, seen(at, v, reading.Good))
	}
	if got, want := s.happened(), "raise@60 escalate@360 escalate@660"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkWatch(b *testing.B) {
	s := parse(b, threshold)
	rule := s.Alarms[0]
	for range 5000 {
		s.Alarms = append(s.Alarms, rule)
	}
	e := alarm.NewEngine(s, nil)
	v := seen(0, 0.5, reading.Good)
	for i := 0; b.Loop(); i++ {
		if len(e.Observe(start.Add(time.Duration(i%60)*time.Second), v)) > 0 {
			b.Fatal("raised")
		}
	}
}
