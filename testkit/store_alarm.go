package testkit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/site"
	"lingtan/store"
)

// guarded is a mine with one alarm at each of two points.
const guarded = `
[site]
id = "qingling"
name = { zh = "青岭矿", en = "Qingling Mine" }
province = "CN-14"
zone = "Asia/Shanghai"
mine = "opencast"
[entity]
name = "青岭煤业有限责任公司"
credit_code = "91140000MA0QLK202H"
[[org]]
id = "mine"
name = "矿"
[[point]]
id = "c1"
name = "一号甲烷"
org = "mine"
kind = "gauge"
unit = "%"
step = "1 min"
[[point]]
id = "c2"
name = "二号甲烷"
org = "mine"
kind = "gauge"
unit = "%"
step = "1 min"
[[channel]]
id = "desk"
kind = "webhook"
url = "http://127.0.0.1:1/"
[[channel]]
id = "chief"
kind = "email"
to = "chief@example.com"
[[alarm]]
id = "rich"
name = { zh = "甲烷超限", en = "Methane above its limit" }
kind = "threshold"
point = ["c1", "c2"]
above = "1 %"
clear = "0.8 %"
notify = "desk"
severity = "severe"
escalate = [{ after = "5 min", to = ["chief"] }]
`

// guard watches the mine over a store.
func guard(tb testing.TB, s *store.Store) *alarm.Desk {
	tb.Helper()
	mine, err := site.Parse("guarded.toml", []byte(guarded))
	must(tb, err)
	return alarm.NewDesk(mine, s)
}

// percents is a view of the two points, read at an instant.
func percents(at time.Time, one, two float64) alarm.View {
	return alarm.Snapshot{Points: map[string]alarm.Value{"c1": {V: one, T: at}, "c2": {V: two, T: at}}}
}

// watch looks once.
func (t *storeTest) watch(d *alarm.Desk, after time.Duration, one, two float64) []alarm.Step {
	t.Helper()
	at := storeClock.Add(after)
	return got(d.Watch(t.Context(), at, percents(at, one, two)))(t)
}

// kinds lists the entries' kinds from a place on.
func (t *storeTest) kinds() string {
	t.Helper()
	var out []string
	for e, err := range t.s.Ledger(t.Context(), "qingling") {
		must(t, err)
		out = append(out, strings.TrimPrefix(e.Kind, "alarm."))
	}
	return strings.Join(out, " ")
}

func alarmSteps(t *storeTest) {
	ctx, s := t.Context(), t.s
	desk := guard(t, s)
	steps := t.watch(desk, 0, 2, 0.5)
	if len(steps) != 1 || steps[0].Kind != alarm.Raise {
		t.Fatalf("steps %+v", steps)
	}
	if kept := got(s.Alarm(ctx, "qingling", steps[0].After.ID))(t); !reflect.DeepEqual(kept, steps[0].After) {
		t.Errorf("kept %+v, want %+v", kept, steps[0].After)
	}
	desk = guard(t, s) // a restart raises nothing twice
	t.watch(desk, time.Second, 2, 2)
	t.watch(desk, 5*time.Minute, 2, 0.5)
	t.watch(desk, 6*time.Minute, 0.5, 0.5)
	t.watch(desk, 7*time.Minute, 2, 0.5) // the same one, again
	if kinds, want := t.kinds(), "raise raise escalate clear clear reraise"; kinds != want {
		t.Errorf("entries %s, want %s", kinds, want)
	}
	t.watch(desk, 8*time.Minute, 0.5, 0.5)
	if standing := got(s.StandingAlarms(ctx, "qingling", storeClock.Add(8*time.Minute+alarm.Again)))(t); len(standing) != 1 {
		t.Errorf("half an hour after its end: %d stand, want 1", len(standing))
	}
	again := t.watch(desk, 9*time.Minute+alarm.Again, 2, 0.5)
	if len(again) != 1 || again[0].Kind != alarm.Raise || again[0].After.ID == steps[0].After.ID {
		t.Errorf("later it is another one: %+v", again)
	}
	stale := steps[0]
	stale.Kind, stale.Before = alarm.Escalate, &steps[0].After
	stale.After.Version++
	head := got(s.Head(ctx, "qingling"))(t)
	if err := s.SaveSteps(ctx, "qingling", []alarm.Step{stale}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a step that was overtaken: %v", err)
	}
	twin := again[0]
	twin.After.ID += "x"
	if err := s.SaveSteps(ctx, "qingling", []alarm.Step{twin}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second alarm beside an open one: %v", err)
	}
	wrong := again[0]
	wrong.After.State = alarm.Cleared
	if err := s.SaveSteps(ctx, "qingling", []alarm.Step{wrong}); fault.KindOf(err) != fault.Internal {
		t.Errorf("an illegal step: %v", err)
	}
	if now := got(s.VerifyLedger(ctx, "qingling"))(t); now != head {
		t.Errorf("a refused step left an entry: %+v", now)
	}
}

func alarmActs(t *storeTest) {
	ctx, s := t.Context(), t.s
	desk := guard(t, s)
	id := t.watch(desk, 0, 2, 0.5)[0].After.ID
	act := func(site string, kind alarm.Kind, note string) error {
		_, err := s.ActOnAlarm(ctx, site, id, alarm.Act{Kind: kind, Actor: "li.wei", At: storeClock, Note: note, Until: storeClock.Add(time.Hour)})
		return err
	}
	if err := act("beiyuan", alarm.Acknowledge, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("acknowledged at another mine: %v", err)
	}
	if err := act("qingling", alarm.Clear, "x"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("cleared before it was acknowledged: %v", err)
	}
	must(t, act("qingling", alarm.Acknowledge, "去看"))
	must(t, act("qingling", alarm.Shelve, "换探头"))
	must(t, act("qingling", alarm.Clear, "误报"))
	if kinds, want := t.kinds(), "raise acknowledge shelve clear"; kinds != want {
		t.Errorf("entries %s, want %s", kinds, want)
	}
	entries := got(s.EntriesAbout(ctx, "qingling", id, 0, 0))(t)
	var step alarm.Step
	must(t, json.Unmarshal(entries[1].Body, &step))
	if entries[1].Actor != "li.wei" || step.Before.State != alarm.Raised || step.After.State != alarm.Acknowledged || step.Note != "去看" {
		t.Errorf("entry of the acknowledgement: %+v", step)
	}
	if entries[0].Actor != alarm.Platform || step.After.AckedBy != "li.wei" || !step.After.AckedAt.Equal(storeClock) {
		t.Errorf("entries by %s, alarm %+v", entries[0].Actor, step.After)
	}
}

func alarmPages(t *storeTest) {
	ctx, s := t.Context(), t.s
	desk := guard(t, s)
	for i := range 4 { // eight alarms, two and two at one instant
		from := time.Duration(i) * time.Hour
		t.watch(desk, from, 2, 2)
		if i < 3 {
			t.watch(desk, from+time.Minute, 0, 0)
		}
	}
	var ids []string
	f := alarm.Filter{Limit: 3}
	for {
		page := got(s.Alarms(ctx, "qingling", f))(t)
		for _, a := range page {
			ids = append(ids, a.ID)
		}
		if len(page) < 3 {
			break
		}
		f.After = page[2].Cursor()
	}
	if len(ids) != 8 || !strings.HasPrefix(ids[0], "rich:c2:") || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 8 {
		t.Errorf("by pages: %v", ids)
	}
	count := func(want int, f alarm.Filter) {
		t.Helper()
		if list := got(s.Alarms(ctx, "qingling", f))(t); len(list) != want {
			t.Errorf("%+v: %d alarms, want %d", f, len(list), want)
		}
	}
	count(2, alarm.Filter{Open: true})
	count(8, alarm.Filter{Severity: site.Severe})
	count(0, alarm.Filter{Severity: site.Note})
	count(4, alarm.Filter{Since: storeClock.Add(2 * time.Hour)})
	if list := got(s.Alarms(ctx, "beiyuan", alarm.Filter{}))(t); len(list) != 0 {
		t.Errorf("another mine's alarms: %+v", list)
	}
}

// alarmLives looks at whatever comes, with people who do whatever they may,
// and a restart now and then; the book has to tell the life of every alarm.
func alarmLives(t *storeTest) {
	ctx, s := t.Context(), t.s
	chance := rand.New(rand.NewPCG(1, 2))
	desk := guard(t, s)
	kinds := []alarm.Kind{alarm.Acknowledge, alarm.Clear, alarm.Shelve}
	values := []float64{0.5, 0.9, 1.1, 2}
	after := time.Duration(0)
	for range 200 {
		after += time.Duration(chance.IntN(30)) * time.Minute
		switch chance.IntN(8) {
		case 0:
			desk = guard(t, s)
		case 1, 2:
			for _, a := range got(s.Alarms(ctx, "qingling", alarm.Filter{Open: true}))(t) {
				at := storeClock.Add(after)
				_, err := s.ActOnAlarm(ctx, "qingling", a.ID, alarm.Act{Kind: kinds[chance.IntN(3)], Actor: "li.wei", At: at, Note: "x", Until: at.Add(time.Hour)})
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Fatal(err)
				}
			}
		default:
			t.watch(desk, after, values[chance.IntN(4)], values[chance.IntN(4)])
		}
	}
	lives := map[string]alarm.Alarm{}
	for e, err := range s.Ledger(ctx, "qingling") {
		must(t, err)
		var step alarm.Step
		must(t, json.Unmarshal(e.Body, &step))
		must(t, step.Check())
		if before := lives[e.Subject]; before.Version != step.After.Version-1 || (step.Before != nil && before.State != step.Before.State) {
			t.Fatalf("entry %d, %s, does not follow version %d", e.Seq, e.Kind, before.Version)
		}
		lives[e.Subject] = step.After
	}
	list := got(s.Alarms(ctx, "qingling", alarm.Filter{}))(t)
	if len(list) != len(lives) || len(list) < 10 {
		t.Fatalf("%d alarms, the book tells of %d", len(list), len(lives))
	}
	for _, a := range list {
		if !reflect.DeepEqual(a, lives[a.ID]) {
			t.Errorf("alarm %+v, the book has %+v", a, lives[a.ID])
		}
	}
}

func outboxKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	desk := guard(t, s)
	t.watch(desk, 0, 2, 2)
	t.watch(desk, 5*time.Minute, 2, 2)
	due := func(after time.Duration) []alarm.Message {
		t.Helper()
		return got(s.DueMessages(ctx, storeClock.Add(after), 0))(t)
	}
	list := due(time.Hour)
	told := make([]string, len(list))
	for i, m := range list {
		told[i] = fmt.Sprintf("%s:%s", m.Step, m.Channel)
	}
	if got, want := strings.Join(told, " "), "raise:desk raise:desk escalate:chief escalate:chief"; got != want {
		t.Fatalf("due %s, want %s", got, want)
	}
	if now := due(time.Minute); len(now) != 2 || now[0].Alarm.Subject != "c1" {
		t.Errorf("due after a minute: %+v", now)
	}
	sent, late, lost := list[0], list[1], list[2]
	sent.Sending = alarm.Sending{Tries: 1, Done: storeClock}
	late.Sending = alarm.Sending{Tries: 1, Next: storeClock.Add(2 * time.Hour), Fault: "refused"}
	lost.Sending = alarm.Sending{Tries: 9, Done: storeClock, Lost: true, Fault: "no such host"}
	must(t, s.PutMessages(ctx, []alarm.Message{sent, late, lost}))
	must(t, s.PutMessages(ctx, []alarm.Message{lost})) // told again, noted once
	if left := due(time.Hour); len(left) != 1 || left[0].ID != list[3].ID {
		t.Errorf("left %+v", left)
	}
	if left := due(3 * time.Hour); len(left) != 2 || left[1].ID != late.ID || left[1].Sending.Tries != 1 {
		t.Errorf("left after three hours %+v", left)
	}
	if kinds, want := t.kinds(), "raise raise escalate escalate untold"; kinds != want {
		t.Errorf("entries %s, want %s", kinds, want)
	}
}
