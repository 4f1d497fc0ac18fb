package alarm_test

import (
	"strings"
	"testing"

	"lingtan/lang"
	"lingtan/reading"
)

// TestSlope watches a gauge whose values stand for two minutes fall by more
// than 30 % an hour.
func TestSlope(t *testing.T) {
	const rule = "kind = \"rate\"\npoint = \"c\"\nbelow = \"-30 %/h\"\nclear = \"-10 %/h\"\n"
	for _, c := range []struct {
		name string
		fall float64 // % an hour
		q    reading.Quality
		want string
	}{
		{"slowly", 29, reading.Good, ""},
		{"fast", 36, reading.Good, "raise@60"},
		{"fast, as a broken sensor says", 36, reading.Bad, ""},
	} {
		s := tell(t, rule)
		for at := 0; at <= 300; at += 5 {
			s.look(at, seen(at, 30-c.fall*float64(at)/3600, c.q))
		}
		if got := s.happened(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	s := tell(t, rule)
	for at := 0; at <= 600; at += 5 {
		v := 30 - 36*float64(min(at, 200))/3600 + 0.02*float64(at%2) // noise of the sensor
		s.look(at, seen(at, v, reading.Good))
	}
	if got := s.happened(); !strings.HasPrefix(got, "raise@") || !strings.Contains(got, " clear@") || len(s.book.steps) != 2 {
		t.Errorf("it falls, and then stays: %s", got)
	}
	if says := s.book.steps[0].After.Says.In(lang.EN); !strings.HasSuffix(says, "%/h < -30 %/h") {
		t.Errorf("says %s", says)
	}
}
