package series

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/reading"
)

// lab is a service on an engine, with what it told.
type lab struct {
	reading.Service
	t       *testing.T
	rule    reading.Rule
	clashes []reading.Clash
	events  []reading.Event
}

func newLab(t *testing.T, rule reading.Rule) *lab {
	t.Helper()
	l := &lab{t: t, rule: rule}
	engine := openLite(t, t.TempDir())
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	l.Service = reading.Service{
		Series: engine,
		Rules:  func(id reading.ID) (reading.Rule, bool) { return l.rule, id == 1 },
		Now:    func() time.Time { return time.UnixMilli(monday).AddDate(0, 0, 10) },
		Clashes: func(_ context.Context, cs []reading.Clash) error {
			l.clashes = append(l.clashes, cs...)
			return nil
		},
		Events: func(_ context.Context, es []reading.Event) error {
			l.events = append(l.events, es...)
			return nil
		},
	}
	return l
}

func (l *lab) accept(rs ...reading.Reading) reading.Receipt {
	l.t.Helper()
	r, err := l.Accept(l.t.Context(), reading.Batch{Readings: rs})
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

func (l *lab) refresh() reading.Refreshed {
	l.t.Helper()
	r, err := l.Refresh(l.t.Context(), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

func (l *lab) hours() []reading.Hour { return stateOf(l.t, l.Series).hours }

func minute(m int64, v float64) reading.Reading {
	return reading.Reading{Series: 1, T: monday + m*60_000, V: v}
}

func dense(hours int64) []reading.Reading {
	var rs []reading.Reading
	for m := range hours * 60 {
		rs = append(rs, minute(m, float64(m)))
	}
	return rs
}

func TestAcceptKeepsAndJudges(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	l.Judge = reading.NewJudge(map[reading.ID]reading.Judgement{1: {Range: &reading.Range{High: 100}}})
	now := l.Now().UnixMilli()
	receipt := l.accept(
		minute(0, 5), minute(1, math.NaN()), minute(2, math.Inf(1)), minute(3, 101),
		reading.Reading{Series: 1, T: now + 4*60_000, V: 6}, reading.Reading{Series: 1, T: now + 6*60_000, V: 7},
	)
	if want := (reading.Receipt{Accepted: 2, Bad: 3, Quarantined: 1}); receipt != want {
		t.Errorf("Accept = %+v, want %+v", receipt, want)
	}
	var qualities []reading.Quality
	for r, err := range l.Series.Scan(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		if qualities = append(qualities, r.Q); r.Recv != now {
			t.Errorf("a reading without an arrival has %d, want now", r.Recv)
		}
	}
	if want := []reading.Quality{reading.Good, reading.Bad, reading.Bad, reading.Bad, reading.Good, reading.Quarantined}; !slices.Equal(qualities, want) {
		t.Errorf("qualities = %v, want %v", qualities, want)
	}
	for name, b := range map[string]reading.Batch{
		"point 0":      {Readings: []reading.Reading{{T: now}}},
		"seconds":      {Readings: []reading.Reading{{Series: 1, T: now / 1000}}},
		"nanoseconds":  {Readings: []reading.Reading{{Series: 1, T: now * 1_000_000}}},
		"a huge batch": {Readings: make([]reading.Reading, reading.MaxBatch+1)},
	} {
		if _, err := l.Accept(t.Context(), b); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want an invalid fault", name, err)
		}
	}
}

func TestRefreshRecomputesNeighboursOnly(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	rs := dense(48)
	l.accept(slices.Delete(slices.Clone(rs), 1500, 1501)...)
	if r := l.refresh(); r.Written != 48 {
		t.Fatalf("first Refresh = %+v, want 48 hours", r)
	}
	if r := l.refresh(); r != (reading.Refreshed{}) {
		t.Errorf("Refresh of nothing = %+v", r)
	}
	late := rs[1500]
	l.accept(late)
	if r := l.refresh(); r.Recomputed != 3 || r.Written != 3 {
		t.Errorf("Refresh of a late reading = %+v, want its hour and two neighbours", r)
	}
	want := l.hours()
	l.accept(late, late)
	l.refresh()
	if got := l.hours(); !slices.Equal(got, want) || len(l.clashes) != 0 {
		t.Errorf("the same reading again changes hours, or clashes: %v", l.clashes)
	}
	for _, h := range want[:47] {
		if h.Amount != 60e9 || h.CoveredMS != reading.HourMS || h.Flags != 0 {
			t.Errorf("hour %+v, want 60 whole", h)
		}
	}
}

func TestRefreshTellsClashesAndEvents(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	rs := dense(6)
	for i := 180; i < len(rs); i++ {
		rs[i].V -= 179 // the meter was reset to 1 at 03:00
	}
	l.accept(rs...)
	l.accept(minute(30, 29.5))
	l.refresh()
	if len(l.clashes) != 1 || l.clashes[0].Kept.V != 30 || l.clashes[0].Other.V != 29.5 {
		t.Errorf("clashes = %+v, want 29.5 beside 30", l.clashes)
	}
	if len(l.events) != 1 || l.events[0].Kind != reading.Reset || !l.events[0].Confirmed || l.events[0].T != monday+180*60_000 {
		t.Errorf("events = %+v, want a confirmed reset", l.events)
	}
	if got := sum(l.hours()); got != (179+179)*1e9 {
		t.Errorf("undeclared, the hours sum to %d, want 358 units: nothing over the reset", got)
	}
	l.rule.Replacements = []reading.Replacement{{At: monday + 180*60_000 - 30_000, Final: 179.5, First: 0.5}}
	hour := reading.HourOf(monday)
	if _, err := l.Recompute(t.Context(), []reading.Span{{Series: 1, From: hour + 2, To: hour + 4}}); err != nil {
		t.Fatal(err)
	}
	if got := sum(l.hours()); got != 359e9 {
		t.Errorf("declared, the hours sum to %d, want 359 units", got)
	}
}

func sum(hours []reading.Hour) (n int64) {
	for _, h := range hours {
		n += h.Amount
	}
	return n
}

// A refresh stopped by an error is taken up again and ends the same.
func TestRefreshResumes(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	l.accept(dense(30)...)
	broken := &failing{Series: l.Series}
	l.Series = broken
	if _, err := l.Refresh(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Fatalf("Refresh on a failing engine: %v", err)
	}
	l.Series = broken.Series
	told := 0
	if _, err := l.Refresh(t.Context(), func(done, total int) { told = total - done }); err != nil || told != 0 {
		t.Fatal(err)
	}
	if got := sum(l.hours()); got != (30*60-1)*1e9 {
		t.Errorf("the hours sum to %d, want 1799 units", got)
	}
}

type failing struct{ reading.Series }

func (f *failing) PutHours(context.Context, reading.Write) error { return errors.New("no room") }
