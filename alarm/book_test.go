package alarm_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/reading"
	"lingtan/site"
)

// shelf is a book in memory that keeps what the real one keeps, and refuses
// what it refuses.
type shelf struct {
	tb     testing.TB
	alarms map[string]alarm.Alarm
	steps  []alarm.Step
	told   []alarm.Message
	broken bool
}

func newShelf(tb testing.TB) *shelf {
	tb.Helper()
	return &shelf{tb: tb, alarms: map[string]alarm.Alarm{}}
}

func (b *shelf) StandingAlarms(_ context.Context, _ string, now time.Time) ([]alarm.Alarm, error) {
	var out []alarm.Alarm
	for _, a := range b.alarms {
		if end, ends := a.Until(); !ends || !end.Before(now) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (b *shelf) SaveSteps(_ context.Context, _ string, steps []alarm.Step) error {
	if b.broken {
		return fault.Internal.Errorf("disk full")
	}
	for _, s := range steps {
		if err := s.Check(); err != nil {
			b.tb.Error(err)
		}
		if old := b.alarms[s.After.ID]; old.Version != s.After.Version-1 {
			return fault.Conflict.Errorf("alarm %s is at %d", s.After.ID, old.Version)
		}
		for _, a := range b.alarms {
			if s.Kind == alarm.Raise && a.Rule == s.After.Rule && a.Subject == s.After.Subject && a.State.Open() {
				b.tb.Errorf("%s raised beside %s, which is open", s.After.ID, a.ID)
			}
		}
	}
	for _, s := range steps {
		b.alarms[s.After.ID] = s.After
		b.steps = append(b.steps, s)
		b.told = append(b.told, s.Messages()...)
	}
	return nil
}

// act does what a person does, straight in the book.
func (b *shelf) act(w alarm.Act) error {
	for _, a := range b.alarms {
		if a.State.Open() {
			s, err := a.Act(w)
			if err != nil {
				return err
			}
			return b.SaveSteps(context.Background(), a.Site, []alarm.Step{s})
		}
	}
	return fault.NotFound.Errorf("no open alarm")
}

// head is a mine with two points, two gas streams and two channels; rules follow.
const head = `
[site]
id = "qingling"
name = "青岭矿"
province = "CN-14"
zone = "Asia/Shanghai"
mine = "opencast"
[entity]
name = "某公司"
credit_code = "91140000MA0QLK202H"
[[org]]
id = "mine"
name = { zh = "矿", en = "Mine" }
[[point]]
id = "c"
name = { zh = "管道甲烷", en = "Pipe methane" }
org = "mine"
kind = "gauge"
unit = "%"
step = "1 min"
[[point]]
id = "q"
name = "管道流量"
org = "mine"
kind = "gauge"
unit = "Nm3/min"
step = "1 min"
[[point]]
id = "kwh"
name = "进线"
org = "mine"
kind = "counter"
unit = "kWh"
step = "1 min"
[[point]]
id = "kwh2"
name = "分表"
org = "mine"
kind = "counter"
unit = "kWh"
step = "1 min"
[[gas]]
id = "drained"
name = "抽采纯量"
org = "mine"
flow = "q"
concentration = "c"
[[gas]]
id = "burnt"
name = "利用纯量"
org = "mine"
flow = "q"
concentration = "c"
[[budget]]
id = "b"
year = 2024
node = "mine"
amount = "36600 tCO2e"
[[check]]
id = "parts"
name = "母表与分表"
kind = "parts"
main = "kwh"
parts = ["kwh2"]
[[channel]]
id = "desk"
kind = "webhook"
url = "http://127.0.0.1:1/"
[[channel]]
id = "chief"
kind = "email"
to = "chief@example.com"
[[alarm]]
id = "r"
name = { zh = "规则", en = "Rule" }
notify = "desk"
`

// start is the first instant of every story.
var start = time.Date(2024, 3, 11, 2, 0, 0, 0, time.UTC)

func after(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func parse(tb testing.TB, rule string) *site.Site {
	tb.Helper()
	s, err := site.Parse("rules.toml", []byte(head+rule))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// seen is a view of point c, with the reading made at the instant of looking.
func seen(at int, v float64, q reading.Quality) alarm.View {
	return alarm.Snapshot{Points: map[string]alarm.Value{"c": {V: v, T: after(at), Q: q}}}
}

// story follows a desk through time.
type story struct {
	testing.TB
	book *shelf
	desk *alarm.Desk
	site *site.Site
}

func tell(tb testing.TB, rule string) *story {
	tb.Helper()
	s, b := parse(tb, rule), newShelf(tb)
	return &story{tb, b, alarm.NewDesk(s, b), s}
}

// restart forgets all but the book.
func (s *story) restart() { s.desk = alarm.NewDesk(s.site, s.book) }

func (s *story) look(at int, v alarm.View) {
	s.Helper()
	if _, err := s.desk.Watch(s.Context(), after(at), v); err != nil {
		s.Fatal(err)
	}
}

// happened lists the steps as "raise@60 clear@300".
func (s *story) happened() string {
	var out []string
	for _, step := range s.book.steps {
		out = append(out, fmt.Sprintf("%s@%d", step.Kind, int(step.At.Sub(start).Seconds())))
	}
	return strings.Join(out, " ")
}

// channels lists who was told, as "raise:desk".
func (s *story) channels() string {
	var out []string
	for _, m := range s.book.told {
		out = append(out, string(m.Step)+":"+m.Channel)
	}
	return strings.Join(out, " ")
}
