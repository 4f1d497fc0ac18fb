package alarm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const threshold = `kind = "threshold"
point = "c"
above = "1 %"
clear = "0.8 %"
for = "60 s"
escalate = [{ after = "5 min", to = ["chief"] }, { after = "10 min", to = ["chief", "desk"] }]
`

// TestThreshold plays readings of one point, "second:value", with a q behind
// what is quarantined and a b behind what is bad; it looks every 10 s and each
// reading stands until the next.
func TestThreshold(t *testing.T) {
	for _, c := range []struct{ name, readings, want string }{
		{"held long enough", "0:0.5 20:1.2 200:1.2", "raise@80"},
		{"not long enough", "0:0.5 20:1.2 70:0.9 200:0.5", ""},
		{"the limit itself is not beyond it", "0:1 100:1 200:1", ""},
		{"over when it was over for as long", "0:1.2 60:1.2 100:0.7 150:0.7 200:0.7", "raise@60 clear@160"},
		{"between limit and clear it goes on", "0:1.2 60:1.2 100:0.9 150:0.85 200:0.9", "raise@60"},
		{"trembling at the limit raises once", "0:1.01 60:1.01 70:0.99 80:1.01 90:0.99 100:1.01 110:0.79 130:1.01 200:0.99", "raise@60"},
		{"a bad reading raises nothing", "0:0.5 20:9b 80:9b 140:9b 200:9b", ""},
		{"nor does one of the future", "0:0.5 20:9q 80:9q 140:9q 200:9q", ""},
		{"a bad reading between is as if it had not come", "0:1.2 30:0b 50:1.2 100:1.2", "raise@60"},
		{"and ends nothing", "0:1.2 60:1.2 90:1.2 100:0b 160:0b 190:1.2", "raise@60"},
		{"NaN is no value", "0:0.5 20:NaN 80:NaN 140:NaN", ""},
		{"no reading: nothing is known", "0:1.2", "raise@60"},
		{"old before it had held", "-90:1.2", ""},
		{"soon after its end it is the same alarm", "0:1.2 60:1.2 100:0.5 160:0.5 200:1.2 260:1.2", "raise@60 clear@160 reraise@260"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tell(t, threshold)
			playback(s, c.readings)
			if got := s.happened(); got != c.want {
				t.Errorf("%s: %s, want %s", c.readings, got, c.want)
			}
		})
	}
}

func playback(s *story, readings string) {
	s.Helper()
	type row struct {
		at int
		v  float64
		q  reading.Quality
	}
	var rows []row
	for word := range strings.FieldsSeq(readings) {
		var r row
		r.q = map[byte]reading.Quality{'b': reading.Bad, 'q': reading.Quarantined}[word[len(word)-1]]
		if _, err := fmt.Sscanf(strings.TrimRight(word, "bq"), "%d:%g", &r.at, &r.v); err != nil {
			s.Fatal(err)
		}
		rows = append(rows, r)
	}
	now := rows[0]
	for at := 0; at <= 300; at += 10 {
		for len(rows) > 0 && rows[0].at <= at {
			now, rows = rows[0], rows[1:]
		}
		s.look(at, seen(now.at, now.v, now.q))
	}
}

// hold looks every 10 s while the value stays what it is.
func (s *story) hold(from, to int, v float64) {
	s.Helper()
	for at := from; at <= to; at += 10 {
		s.look(at, seen(at, v, reading.Good))
	}
}

func TestEscalation(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 800, 2)
	if got, want := s.happened(), "raise@60 escalate@360 escalate@660"; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	if err := s.book.act(alarm.Act{Kind: alarm.Acknowledge, Actor: "li.wei", At: after(805)}); err != nil {
		t.Fatal(err)
	}
	s.hold(810, 2000, 2)
	s.hold(2010, 2100, 0.1)
	if got, want := s.happened(), "raise@60 escalate@360 escalate@660 acknowledge@805 clear@2070"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want := "raise:desk escalate:chief escalate:chief escalate:desk acknowledge:desk acknowledge:chief clear:desk clear:chief"
	if got := s.channels(); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

func TestAcknowledgedIsNotEscalated(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 100, 2)
	if err := s.book.act(alarm.Act{Kind: alarm.Acknowledge, Actor: "li.wei", At: after(105)}); err != nil {
		t.Fatal(err)
	}
	s.hold(110, 2000, 2)
	if got, want := s.happened()+" | "+s.channels(), "raise@60 acknowledge@105 | raise:desk"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRestart holds that what was raised is not raised again, that what was
// pending begins anew, and that a step escalates once.
func TestRestart(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 50, 2)
	s.restart()
	s.hold(55, 110, 2)
	if got := s.happened(); got != "" {
		t.Fatalf("a pending alarm went on over a restart: %s", got)
	}
	s.hold(115, 400, 2)
	s.restart()
	s.hold(405, 500, 2)
	s.restart()
	s.hold(505, 560, 0.1)
	s.restart()
	s.hold(565, 700, 0.1)
	if got, want := s.happened(), "raise@115 escalate@415 clear@625"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestBookFails holds that nothing is lost with a book that can not be written.
func TestBookFails(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 50, 2)
	s.book.broken = true
	for at := 60; at <= 90; at += 10 {
		if _, err := s.desk.Watch(t.Context(), after(at), seen(at, 2, reading.Good)); err == nil {
			t.Fatal("a full disk was not told")
		}
	}
	s.book.broken = false
	s.hold(100, 200, 2)
	if got := s.happened(); got != "raise@100" {
		t.Errorf("%s, want raise@100", got)
	}
}

func TestShelve(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 100, 2)
	if err := s.book.act(alarm.Act{Kind: alarm.Shelve, Actor: "li.wei", At: after(105), Note: "换探头", Until: after(1000)}); err != nil {
		t.Fatal(err)
	}
	s.hold(110, 500, 2)   // no escalation
	s.hold(510, 700, 0.1) // its end is not told
	s.hold(710, 1050, 2)  // nor its return, which is the same alarm
	want := "raise@60 shelve@105 clear@570 reraise@770 unshelve@1000"
	if got := s.happened(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := s.channels(), "raise:desk unshelve:desk"; got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

func TestByHand(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 100, 2)
	person := func(at int, kind alarm.Kind, note string) error {
		return s.book.act(alarm.Act{Kind: kind, Actor: "li.wei", At: after(at), Note: note, Until: after(at + 3600)})
	}
	for name, c := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"cleared before it is acknowledged": {person(101, alarm.Clear, "误报"), fault.Conflict},
		"cleared without a reason":          {person(101, alarm.Clear, " "), fault.Invalid},
		"shelved without a reason":          {person(101, alarm.Shelve, ""), fault.Invalid},
		"a note without an end":             {person(101, alarm.Acknowledge, strings.Repeat("长", alarm.MaxNote)), fault.Invalid},
		"raised by hand":                    {person(101, alarm.Raise, "x"), fault.Internal},
		"shelved for a year":                {s.book.act(alarm.Act{Kind: alarm.Shelve, Actor: "a", At: after(1), Note: "x", Until: after(1).AddDate(1, 0, 0)}), fault.Invalid},
	} {
		if c.err == nil || fault.KindOf(c.err) != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
	for at, kind := range []alarm.Kind{alarm.Acknowledge, alarm.Clear} {
		if err := person(105+at, kind, "已处理"); err != nil {
			t.Fatal(err)
		}
	}
	s.hold(110, 200, 2) // it still holds: nobody clears it away
	if got, want := s.happened(), "raise@60 acknowledge@105 clear@106 reraise@170"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := person(201, alarm.Acknowledge, ""); err != nil {
		t.Fatal(err)
	}
	if err := person(202, alarm.Acknowledge, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("acknowledged twice: %v", err)
	}
}

// TestRuleGone holds that an alarm does not stay open for ever when its rule is
// taken out of the file.
func TestRuleGone(t *testing.T) {
	s := tell(t, threshold)
	s.hold(0, 100, 2)
	s.site = parse(t, "kind = \"silence\"\npoint = \"q\"\nfor = \"1 h\"\n")
	s.restart()
	s.look(110, alarm.Snapshot{})
	if got, want := s.happened(), "raise@60 clear@110"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSilence(t *testing.T) {
	const rule = "kind = \"silence\"\npoint = \"c\"\nfor = \"5 min\"\n"
	s := tell(t, rule)
	old := seen(-3600, 1, reading.Good) // its last reading is an hour old when the watch begins
	s.look(0, old)
	s.look(300, old)
	if got := s.happened(); got != "" {
		t.Errorf("what was missed while nobody looked is silence: %s", got)
	}
	s.look(301, old)
	s.look(400, seen(360, 1, reading.Bad)) // a bad reading is not silence
	s.look(500, seen(500, 1, reading.Good))
	s.look(700, seen(999_999, 1, reading.Quarantined)) // one of the future ends none
	s.look(801, seen(999_999, 1, reading.Quarantined))
	if got, want := s.happened(), "raise@301 clear@400 reraise@801"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if says := s.book.steps[0].After.Says.In(lang.EN); !strings.Contains(says, "2024-03-11T01:00:00Z") {
		t.Errorf("says %s", says)
	}
	empty := tell(t, rule)
	empty.look(0, alarm.Snapshot{})
	empty.look(400, alarm.Snapshot{})
	if got := empty.happened(); got != "raise@400" {
		t.Errorf("a point that never spoke: %s", got)
	}
}

func TestState(t *testing.T) {
	s := tell(t, threshold)
	f := func(want alarm.State) {
		t.Helper()
		if got := s.desk.State("r", "c"); got != want {
			t.Errorf("State = %s, want %s", got, want)
		}
	}
	f(alarm.Normal)
	s.look(0, seen(0, 2, reading.Good))
	f(alarm.Pending)
	s.hold(10, 70, 2)
	f(alarm.Raised)
	if got := s.desk.State("r", "nowhere"); got != alarm.Normal {
		t.Errorf("State of nothing = %s", got)
	}
	if alarm.Again != 30*time.Minute {
		t.Error("docs/formats.md tells another time")
	}
}
