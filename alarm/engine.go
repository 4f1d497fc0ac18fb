package alarm

import (
	"slices"
	"strings"
	"time"

	"lingtan/period"
	"lingtan/site"
)

// Again is how soon after its end an alarm that comes back is the same one: a
// loose contact is one alarm with a count, not a hundred.
const Again = 30 * time.Minute

// Engine watches a site's rules. It holds timers only: which alarms there are
// is in the book, and Learn tells it. One that has been restarted begins its
// timers anew and raises nothing twice.
type Engine struct {
	site   string
	zone   period.Calendar
	tracks []*track
	orphan map[string]Alarm // open alarms whose rule or subject is gone
}

// track is a rule at one subject.
type track struct {
	rule  *site.Alarm
	watch *site.Watch
	begun time.Time // when the engine first looked
	last  Value     // the last value that counted
	trail []Value   // of a gauge whose slope is watched
	on    time.Time // since when the condition has held; zero while it does not
	off   time.Time // since when it has been over
	alarm *Alarm    // the last occurrence; nil where there was none lately
}

// NewEngine watches the rules of a site's file. open are the alarms of the book
// that still matter: those open, shelved, or cleared within Again.
func NewEngine(s *site.Site, open []Alarm) *Engine {
	e := &Engine{site: s.ID, zone: s.Calendar}
	for i := range s.Alarms {
		rule := &s.Alarms[i]
		for j := range rule.Watches {
			e.tracks = append(e.tracks, &track{rule: rule, watch: &rule.Watches[j]})
		}
	}
	e.Learn(open)
	return e
}

// Learn takes the alarms as the book has them: persons may have acted on them.
func (e *Engine) Learn(open []Alarm) {
	e.orphan = map[string]Alarm{}
	known := map[string]Alarm{}
	for _, a := range open {
		if old, has := known[a.key()]; !has || old.OpenedAt.Before(a.OpenedAt) {
			known[a.key()] = a
		}
		if a.State.Open() {
			e.orphan[a.ID] = a
		}
	}
	for _, t := range e.tracks {
		t.alarm = nil
		if a, has := known[t.key()]; has {
			t.alarm = &a
			delete(e.orphan, a.ID)
		}
	}
}

// Observe tells what is to happen at an instant, at most one step for each rule
// and subject. It does not make it happen: the steps are proposed until the
// book has them and Learn tells so, and are proposed again until then.
func (e *Engine) Observe(now time.Time, v View) []Step {
	var out []Step
	for _, t := range e.tracks {
		if t.begun.IsZero() {
			t.begun = now
		}
		if s, ok := t.observe(now, e.site, t.judge(now, e.zone, v)); ok {
			out = append(out, s)
		}
	}
	for _, a := range e.orphan {
		out = append(out, a.end(now, "规则已从矿点文件删除 · the rule is no longer in the site file"))
	}
	slices.SortFunc(out, func(a, b Step) int { return strings.Compare(a.After.ID, b.After.ID) })
	return out
}

// State tells how a rule stands at a subject.
func (e *Engine) State(rule, subject string) State {
	for _, t := range e.tracks {
		if t.rule.ID == rule && t.watch.ID == subject {
			return t.state()
		}
	}
	return Normal
}

func (t *track) key() string { return t.rule.ID + ":" + t.watch.ID }

func (t *track) open() bool { return t.alarm != nil && t.alarm.State.Open() }

func (t *track) state() State {
	switch {
	case t.open():
		return t.alarm.State
	case !t.on.IsZero():
		return Pending
	}
	return Normal
}

func (t *track) observe(now time.Time, id string, v verdict) (Step, bool) {
	if t.open() {
		t.on = time.Time{}
		return t.follow(now, v)
	}
	t.off = time.Time{}
	if v.mood != holds {
		t.on = time.Time{} // only what is seen to hold all the while counts
		return Step{}, false
	}
	if t.on.IsZero() || now.Before(t.on) {
		t.on = now
	}
	if now.Sub(t.on) < t.wait() {
		return Step{}, false
	}
	return t.raise(now, id, v), true
}

// wait is how long the condition, or its end, must hold. A silence has waited
// by itself.
func (t *track) wait() time.Duration {
	if t.rule.Kind == site.Silence {
		return 0
	}
	return t.rule.For
}

func (t *track) raise(now time.Time, id string, v verdict) Step {
	kind, a := Raise, Alarm{
		Site: id, Rule: t.rule.ID, Subject: t.watch.ID, Kind: t.rule.Kind, OpenedAt: now.UTC().Truncate(time.Millisecond),
		ID: idOf(t.rule.ID, t.watch.ID, now),
	}
	if old := t.alarm; old != nil && (old.ShelvedUntil.After(now) || now.Sub(old.ClearedAt) <= Again) {
		kind, a = Reraise, *old
		if !a.ShelvedUntil.After(now) {
			a.ShelvedUntil = time.Time{}
		}
	}
	s := a.take(kind, now, Platform, "")
	if kind == Raise {
		s.Before = nil
	}
	n := &s.After
	n.Name, n.About, n.Severity, n.Mark, n.Says = t.rule.Name, t.watch.Name, t.rule.Severity, t.rule.Mark, v.says
	n.State, n.RaisedAt, n.Level = Raised, s.At, 0
	n.AckedAt, n.AckedBy, n.ClearedAt = time.Time{}, "", time.Time{}
	n.Times++
	tell(&s, t.rule.Notify...)
	return s
}

// follow attends to an open alarm: its end first, then its shelf, then the
// people who have not answered.
func (t *track) follow(now time.Time, v verdict) (Step, bool) {
	if v.mood != calm {
		t.off = time.Time{}
	} else if t.off.IsZero() || now.Before(t.off) {
		t.off = now
	}
	a := *t.alarm
	switch {
	case v.mood == calm && now.Sub(t.off) >= t.wait():
		return a.end(now, ""), true
	case a.Shelved() && !a.ShelvedUntil.After(now):
		return a.unshelve(now, t.rule.Notify), true
	case a.State == Raised && !a.Shelved() && a.Level < len(t.rule.Escalate) && now.Sub(a.RaisedAt) >= t.rule.Escalate[a.Level].After:
		s := a.take(Escalate, now, Platform, "")
		s.After.Level++
		tell(&s, t.rule.Escalate[a.Level].To...)
		return s, true
	}
	return Step{}, false
}

// end clears an alarm; who was told of it is told of that too.
func (a Alarm) end(now time.Time, note string) Step {
	s := a.take(Clear, now, Platform, note)
	s.After.State, s.After.ClearedAt = Cleared, s.At
	tell(&s, a.Told...)
	return s
}

func (a Alarm) unshelve(now time.Time, channels []string) Step {
	s := a.take(Unshelve, now, Platform, "")
	s.After.ShelvedUntil = time.Time{}
	tell(&s, channels...)
	return s
}
