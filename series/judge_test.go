package series

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/reading"
)

// judgements are of every sort: a gauge by range and rate, two flat lines of
// different length, one of them only while a fan runs.
func judgements() map[reading.ID]reading.Judgement {
	return map[reading.ID]reading.Judgement{
		1: {Range: &reading.Range{Low: 0, High: 6}, MaxStep: reading.MaxStep{Change: 2}, Hold: 5 * time.Minute},
		2: {FlatAfter: 4 * time.Minute, Hold: 3 * time.Minute},
		3: {
			MaxStep: reading.MaxStep{Change: 1, Per: time.Minute}, FlatAfter: 7 * time.Minute, Hold: 6 * time.Minute,
			FlatWhile: []reading.Running{{Series: 4, Above: 2, Hold: 5 * time.Minute}, {Series: 1, Above: 5, Hold: time.Minute}},
		},
	}
}

// sittings are batches as they arrive, a minute or more apart: mostly of now,
// some late, some sent again, each series in order of its instants.
func sittings(t *rapid.T) []reading.Batch {
	var out []reading.Batch
	now := monday
	for range rapid.IntRange(1, 25).Draw(t, "batches") {
		now += rapid.SampledFrom([]int64{60_000, 60_000, 120_000, 15 * 60_000}).Draw(t, "pause")
		var b reading.Batch
		late := rapid.SampledFrom([]int64{0, 0, 0, 60_000, 4 * 60_000, 30 * 60_000, -10 * 60_000}).Draw(t, "late")
		for range rapid.IntRange(1, 8).Draw(t, "readings") {
			r := reading.Reading{
				Series: reading.ID(rapid.IntRange(1, 5).Draw(t, "series")), T: now - late - rapid.Int64Range(0, 3).Draw(t, "ago")*30_000, Recv: now,
				V: rapid.SampledFrom([]float64{3, 3, 3, 3, 4, 7, math.NaN()}).Draw(t, "v"), Seq: rapid.Int64Range(0, 1).Draw(t, "seq"),
			}
			r.Q = rapid.SampledFrom([]reading.Quality{0, 0, 0, 0, reading.Suspect, reading.Bad}).Draw(t, "q")
			b.Readings = append(b.Readings, r)
		}
		slices.SortStableFunc(b.Readings, reading.Compare)
		if out = append(out, b); rapid.IntRange(0, 9).Draw(t, "again") == 0 {
			again := reading.Batch{Readings: slices.Clone(b.Readings)}
			for i := range again.Readings {
				again.Readings[i].Recv += 500
			}
			out = append(out, again)
		}
	}
	return out
}

// sit takes the batches in; fresh tells before which of them the program is
// started again. It gives what is stored, as it was judged.
func sit(t *testing.T, batches []reading.Batch, fresh func(i int) bool) []reading.Reading {
	t.Helper()
	engine := openLite(t, t.TempDir())
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	now := time.UnixMilli(monday)
	s := &reading.Service{Series: engine, Now: func() time.Time { return now }}
	for i, b := range batches {
		if fresh(i) {
			s.Judge = reading.NewJudge(judgements())
		}
		now = time.UnixMilli(b.Readings[0].Recv)
		accept(t, s, b.Readings)
	}
	var out []reading.Reading
	for r, err := range engine.Scan(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// TestRestartJudgesAlike: a judge that is started anew before any batch finds
// what one finds that has seen them all.
func TestRestartJudgesAlike(t *testing.T) {
	if err := flag.Set("rapid.checks", "60"); err != nil {
		t.Fatal(err)
	}
	found := map[reading.Reason]int{}
	rapid.Check(t, func(rt *rapid.T) {
		batches := sittings(rt)
		once := sit(t, batches, func(i int) bool { return i == 0 })
		again := sit(t, batches, func(i int) bool { return i == 0 || rapid.Bool().Draw(rt, "restart") })
		for i := range once {
			found[once[i].Why]++
			if a, b := once[i], again[i]; a.Q != b.Q || a.Why != b.Why || a.T != b.T {
				rt.Fatalf("reading %d of series %d at minute %v, %v: in one go %d %v, restarted %d %v", i, a.Series, float64(a.T-monday)/60_000, a.V,
					a.Q, a.Why.Names(), b.Q, b.Why.Names())
			}
		}
	})
	for _, why := range []reading.Reason{reading.TooFast, reading.FlatLine, reading.OutOfRange} {
		if found[why] == 0 {
			t.Errorf("no reading was %v: the property says nothing", why.Names())
		}
	}
}

// TestAcceptTellsWhatIsDurable: the hook hears of a batch when it is stored and
// never of one that is not; a batch sent again is judged alike.
func TestAcceptTellsWhatIsDurable(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	var told []reading.Reading
	l.Accepted = func(rs []reading.Reading) { told = append(told, slices.Clone(rs)...) }
	l.Judge = reading.NewJudge(map[reading.ID]reading.Judgement{1: {MaxStep: reading.MaxStep{Change: 1}}})
	l.accept(minute(0, 1))
	working := l.Series
	l.Series = &fullDisk{Series: working}
	batch := []reading.Reading{minute(1, 5), minute(2, 5)}
	if _, err := l.Accept(t.Context(), reading.Batch{Readings: slices.Clone(batch)}); err == nil || len(told) != 1 {
		t.Fatalf("Accept on a full disk: %v, %d told", err, len(told))
	}
	l.Series = working
	if r := l.accept(batch...); r != (reading.Receipt{Accepted: 2, Suspect: 1}) {
		t.Errorf("sent again: %+v, want one of two suspect", r)
	}
	if len(told) != 3 || told[1].Why != reading.TooFast|reading.CameLate || told[1].Recv == 0 {
		t.Errorf("told %+v", told)
	}
}

type fullDisk struct{ reading.Series }

func (*fullDisk) Append(context.Context, reading.Batch) error { return errors.New("no room") }

// Many may send at once; each series is judged in the order of its own sender.
func TestAcceptManyAtOnce(t *testing.T) {
	l := newLab(t, reading.Rule{Step: time.Minute})
	rules := map[reading.ID]reading.Judgement{}
	for id := range reading.ID(8) {
		rules[id+1] = reading.Judgement{MaxStep: reading.MaxStep{Change: 1}, FlatAfter: 3 * time.Minute, FlatWhile: []reading.Running{{Series: 1, Hold: time.Hour}}}
	}
	l.Judge = reading.NewJudge(rules)
	var all sync.WaitGroup
	errs := make([]error, 8)
	for id := range reading.ID(8) {
		all.Go(func() {
			for m := range int64(40) {
				r := minute(m, float64(m/10*5+1))
				r.Series = id + 1
				_, err := l.Accept(t.Context(), reading.Batch{Readings: []reading.Reading{r}})
				errs[id] = errors.Join(errs[id], err)
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	fast := map[string]int{}
	for r, err := range l.Series.Scan(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Why.Has(reading.TooFast) {
			fast[fmt.Sprint((r.T-monday)/60_000)]++
		}
	}
	if len(fast) != 3 || fast["10"] != 8 || fast["20"] != 8 || fast["30"] != 8 {
		t.Errorf("too fast at %v, want minutes 10, 20 and 30 of all eight", fast)
	}
}
