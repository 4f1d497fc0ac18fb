package reading

import (
	"math"
	"math/bits"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// dawn is when the judged readings begin, in ms UTC.
const dawn = 1_718_000_000_000

const minuteMS = 60_000

// said is a reading of series 1 some minutes after dawn, received a second later.
func said(minutes, v float64) Reading {
	t := dawn + int64(minutes*minuteMS)
	return Reading{Series: 1, T: t, Recv: t + 1000, V: v}
}

// verdicts judges readings one by one as they arrive, and tells their reasons.
func verdicts(j *Judge, rs []Reading) []Reading {
	out := slices.Clone(rs)
	for i := range out {
		j.Batch(Batch{Readings: out[i : i+1]}, out[i].Recv)
	}
	return out
}

func TestJudge(t *testing.T) {
	fan := []Running{{Series: 2, Above: 100, Hold: 10 * time.Minute}, {Series: 3, Above: 0, Hold: 10 * time.Minute}}
	runs := func(id ID, minutes, v float64) Reading { r := said(minutes, v); r.Series = id; return r }
	for _, c := range []struct {
		name string
		rule Judgement
		in   []Reading
		want []Reason
		bad  int // how many are worse than Suspect
	}{
		{
			name: "what the sensor can say, and what is no number",
			rule: Judgement{Range: &Range{0, 4}},
			in:   []Reading{said(0, 0), said(1, 4), said(2, 4.01), said(3, -0.01), said(4, math.NaN()), said(5, math.Inf(-1))},
			want: []Reason{0, 0, OutOfRange, OutOfRange, NotNumber, NotNumber}, bad: 4,
		},
		{
			name: "without a range, what no meter says",
			in:   []Reading{said(0, MaxValue), said(1, 2*MaxValue)},
			want: []Reason{0, OutOfRange}, bad: 1,
		},
		{
			name: "from one reading to the next: a spike and the way back",
			rule: Judgement{MaxStep: MaxStep{Change: 1}, Hold: 30 * time.Minute},
			in:   []Reading{said(0, 0.5), said(1, 1.5), said(2, 2.6), said(3, 1.5), said(4, 1.5), said(40, 3.9)},
			want: []Reason{0, 0, TooFast, TooFast, 0, 0},
		},
		{
			name: "in a time: half a minute allows half of it",
			rule: Judgement{MaxStep: MaxStep{Change: 1, Per: time.Minute}},
			in:   []Reading{said(0, 1), said(0.5, 1.5), said(1, 2.01), said(11, 12), said(21, 22.1)},
			want: []Reason{0, 0, TooFast, 0, TooFast},
		},
		{
			name: "stamps within a second count as a second apart",
			rule: Judgement{MaxStep: MaxStep{Change: 1, Per: time.Second}},
			in:   []Reading{said(0, 1), said(0.0001, 2), said(0.0002, 3.1)},
			want: []Reason{0, 0, TooFast},
		},
		{
			name: "a bad reading is no neighbour",
			rule: Judgement{Range: &Range{0, 4}, MaxStep: MaxStep{Change: 1}},
			in:   []Reading{said(0, 0.5), said(1, 9.99), said(2, 0.6)},
			want: []Reason{0, OutOfRange, 0}, bad: 1,
		},
		{
			name: "a late one has neighbours that are not remembered; the last one again is what it was",
			rule: Judgement{MaxStep: MaxStep{Change: 1}},
			in:   []Reading{said(0, 1), said(5, 3), said(2, 9), said(5, 3), said(6, 3)},
			want: []Reason{0, TooFast, 0, TooFast, 0},
		},
		{
			name: "flat from the moment the time has passed, and no earlier",
			rule: Judgement{FlatAfter: 3 * time.Minute, Hold: 2 * time.Minute},
			in:   []Reading{said(0, 1), said(1, 2), said(2, 2), said(3, 2), said(3.999, 2), said(4, 2), said(5, 2), said(6, 2.01), said(7, 2.01)},
			want: []Reason{0, 0, 0, 0, 0, FlatLine, FlatLine, 0, 0},
		},
		{
			name: "silence is no flat line",
			rule: Judgement{FlatAfter: 3 * time.Minute, Hold: 2 * time.Minute},
			in:   []Reading{said(0, 2), said(10, 2), said(12, 2), said(13, 2)},
			want: []Reason{0, 0, 0, FlatLine},
		},
		{
			name: "a late one with another value breaks it; a late one of it is of it",
			rule: Judgement{FlatAfter: 3 * time.Minute, Hold: 2 * time.Minute},
			in:   []Reading{said(0, 2), said(2, 2), said(3, 2), said(3, 2), said(2.5, 1), said(4, 2), said(6, 2)},
			want: []Reason{0, 0, FlatLine, FlatLine, 0, 0, FlatLine},
		},
		{
			name: "while the machine runs, counted from its start",
			rule: Judgement{FlatAfter: 3 * time.Minute, FlatWhile: fan, Hold: time.Hour},
			in: []Reading{
				said(0, 2), runs(2, 0, 99), said(5, 2), runs(2, 6, 101), said(8, 2), said(9, 2), runs(2, 9, 50), said(9.5, 2),
				runs(3, 10, 1), said(12, 2), said(13, 2), runs(3, 14, 1), said(20, 2), said(24.5, 2),
			},
			// 6 min: it runs; 9 min: flat; then it stands; 10 min: the other runs; 24 min: nothing was heard of it.
			want: []Reason{0, 0, 0, 0, 0, FlatLine, 0, 0, 0, 0, FlatLine, 0, FlatLine, 0},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := 0
			for i, r := range verdicts(NewJudge(map[ID]Judgement{1: c.rule}), c.in) {
				if r.Why != c.want[i] {
					t.Errorf("reading %d, %v at minute %v: %v, want %v", i, r.V, float64(r.T-dawn)/minuteMS, r.Why.Names(), c.want[i].Names())
				}
				if want := map[bool]Quality{false: Good, true: Suspect}[r.Why&(TooFast|FlatLine) != 0]; r.Q < Bad && r.Q != want {
					t.Errorf("reading %d: quality %d for %v", i, r.Q, r.Why.Names())
				}
				if r.Q >= Bad {
					bad++
				}
			}
			if bad != c.bad {
				t.Errorf("%d do not count, want %d", bad, c.bad)
			}
		})
	}
}

func TestJudgeClocks(t *testing.T) {
	f := func(minutesAhead float64, live bool, q Quality, want Reason) {
		t.Helper()
		r := Reading{Series: 1, T: dawn + int64(minutesAhead*minuteMS), Recv: dawn, V: 1}
		new(Judge).Batch(Batch{Readings: []Reading{}, Live: live}, dawn)
		b := Batch{Readings: []Reading{r}, Live: live}
		new(Judge).Batch(b, dawn)
		if got := b.Readings[0]; got.Q != q || got.Why != want {
			t.Errorf("%v min ahead, live %v: quality %d, %v; want %d, %v", minutesAhead, live, got.Q, got.Why.Names(), q, want.Names())
		}
	}
	f(0, true, Good, 0)
	f(5, true, Good, 0)
	f(5.001, false, Quarantined, ClockAhead)
	f(5.001, true, Quarantined, ClockAhead|ClockSkew)
	f(-5, true, Good, 0)
	f(-5.001, false, Good, CameLate)
	f(-5.001, true, Good, CameLate|ClockSkew)
	f(-60*24*365, false, Good, CameLate)
}

// A signal's readings serve whether they stand before or behind in one batch.
func TestJudgeHearsMachinesFirst(t *testing.T) {
	rule := map[ID]Judgement{1: {FlatAfter: 3 * time.Minute, FlatWhile: []Running{{Series: 2, Hold: time.Minute}}}}
	var own, signal []Reading
	for m := range 6 {
		own = append(own, said(float64(m), 5))
		s := said(float64(m), 1)
		s.Series = 2
		signal = append(signal, s)
	}
	before := Batch{Readings: slices.Concat(signal, own)}
	behind := Batch{Readings: slices.Concat(own, signal)}
	NewJudge(rule).Batch(before, dawn)
	NewJudge(rule).Batch(behind, dawn)
	if got, want := behind.Readings[:6], before.Readings[6:]; !slices.Equal(got, want) || got[3].Why != FlatLine || got[2].Why != 0 {
		t.Errorf("behind %+v, before %+v", got, want)
	}
}

func TestJudgeForgets(t *testing.T) {
	j := NewJudge(map[ID]Judgement{1: {MaxStep: MaxStep{Change: 1}}})
	verdicts(j, []Reading{said(0, 1)})
	for range 2 { // the second time it is sent again
		b := Batch{Readings: []Reading{said(1, 5), said(2, 5), said(3, 9)}}
		undo := j.Batch(b, dawn)
		if b.Readings[0].Why != TooFast || b.Readings[1].Why != 0 || b.Readings[2].Why != TooFast {
			t.Errorf("verdicts %v", b.Readings)
		}
		undo()
	}
	undo := j.Batch(Batch{Readings: []Reading{said(1, 5)}}, dawn)
	verdicts(j, []Reading{said(4, 5)}) // taught by another batch, which stays
	undo()
	if got := verdicts(j, []Reading{said(5, 5)}); got[0].Why != 0 {
		t.Errorf("what another batch taught is gone: %v", got[0].Why.Names())
	}
}

// drawn are readings of some series, with anything that can be said of them.
func drawn(t *rapid.T, ids int) []Reading {
	var rs []Reading
	for range rapid.IntRange(0, 60).Draw(t, "n") {
		r := said(float64(rapid.IntRange(-30, 90).Draw(t, "minute")), float64(rapid.IntRange(-2, 6).Draw(t, "v")))
		r.Series = ID(rapid.IntRange(1, ids).Draw(t, "series"))
		r.Q = Quality(rapid.SampledFrom([]uint8{0, 0, 0, 1, 2, 3, 4}).Draw(t, "q"))
		r.Why = Reason(rapid.SampledFrom([]uint32{0, 0, uint32(DeviceFault), 1 << 31}).Draw(t, "why"))
		r.Seq = int64(rapid.IntRange(0, 1).Draw(t, "seq"))
		rs = append(rs, r)
	}
	return rs
}

func drawnRules(t *rapid.T, ids int) map[ID]Judgement {
	rules := map[ID]Judgement{}
	for id := range ids {
		rules[ID(id+1)] = Judgement{
			Range:     &Range{-1, 5},
			MaxStep:   MaxStep{Change: float64(rapid.IntRange(0, 3).Draw(t, "change")), Per: rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "per")},
			FlatAfter: time.Duration(rapid.IntRange(0, 5).Draw(t, "flat")) * time.Minute, Hold: 3 * time.Minute,
		}
	}
	return rules
}

// A judge only ever worsens: the quality, and the reasons that were there stay.
func TestJudgeNeverBetters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawnRules(t, 3)
		rules[1] = Judgement{FlatAfter: time.Minute, FlatWhile: []Running{{Series: 2, Above: 1, Hold: time.Minute}}}
		before := drawn(t, 4)
		b := Batch{Readings: slices.Clone(before), Live: rapid.Bool().Draw(t, "live")}
		NewJudge(rules).Batch(b, dawn)
		for i, r := range b.Readings {
			was := before[i]
			if r.Q < was.Q || !r.Why.Has(was.Why) {
				t.Fatalf("%+v became %+v", was, r)
			}
			if r.Q > was.Q && bits.OnesCount32(uint32(r.Why&^was.Why)) == 0 && r.Why == 0 {
				t.Fatalf("%+v became %+v without a reason", was, r)
			}
			if r.Q, r.Why = was.Q, was.Why; r != was {
				t.Fatalf("%+v became %+v", was, r)
			}
		}
	})
}

// The order in which the batches of different series come makes no difference.
func TestJudgeInAnyOrderOfSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, rs := drawnRules(t, 4), drawn(t, 4)
		bySeries := slices.Clone(rs)
		slices.SortStableFunc(bySeries, func(a, b Reading) int { return int(a.Series - b.Series) })
		mixed := verdicts(NewJudge(rules), rs)
		sorted := verdicts(NewJudge(rules), bySeries)
		slices.SortStableFunc(mixed, func(a, b Reading) int { return int(a.Series - b.Series) })
		if !slices.Equal(mixed, sorted) {
			t.Fatalf("mixed\n%+v\nby series\n%+v", mixed, sorted)
		}
	})
}

// BenchmarkJudge judges by range, rate and flat line, with a machine's signal
// among ten series, in batches of a thousand.
func BenchmarkJudge(b *testing.B) {
	rules := map[ID]Judgement{}
	for id := range ID(500) {
		rules[id+1] = Judgement{
			Range: &Range{0, 1000}, MaxStep: MaxStep{Change: 50, Per: time.Minute}, Hold: time.Minute,
			FlatAfter: 30 * time.Minute, FlatWhile: []Running{{Series: id/10*10 + 1, Above: 10, Hold: time.Minute}},
		}
	}
	j := NewJudge(rules)
	batch := make([]Reading, 1000)
	now := int64(dawn)
	for b.Loop() {
		for i := range batch {
			batch[i] = Reading{Series: ID(i%500 + 1), T: now + int64(i/500)*1000, Recv: now, V: float64(i*7919%500) / 7}
		}
		now += 2000
		j.Batch(Batch{Readings: batch}, now)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(batch)), "ns/reading")
}
