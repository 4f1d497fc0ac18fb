package reading

import "testing"

// TestRevision: a stretch is told as changed by the last write that touched one
// of its days, and by no other.
func TestRevision(t *testing.T) {
	s := &Service{}
	const dayMS = day * HourMS
	s.revisions.note(nil)
	if got := s.Revision(0, 1000*dayMS); got != 0 {
		t.Errorf("nothing is written, revision %d", got)
	}
	s.revisions.note([]Span{{Series: 1, From: 100 * day, To: 101 * day}})
	s.revisions.note([]Span{{Series: 2, From: 200*day + 5, To: 202*day + 1}})
	for _, c := range []struct {
		name     string
		from, to int64
		want     uint64
	}{
		{"before both", 0, 100 * dayMS, 0},
		{"the first's day", 100 * dayMS, 101 * dayMS, 1},
		{"behind the first", 101 * dayMS, 200 * dayMS, 0},
		{"the second's last hour", 202 * dayMS, 203 * dayMS, 2},
		{"an instant before the second", 200*dayMS - 1, 200 * dayMS, 0},
		{"both, over a stretch of more days than were written", 0, 1000 * dayMS, 2},
		{"the first alone, likewise", 0, 150 * dayMS, 1},
	} {
		if got := s.Revision(c.from, c.to); got != c.want {
			t.Errorf("%s: Revision = %d, want %d", c.name, got, c.want)
		}
	}
}
