package reading

import (
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"
)

// h0 is an hour to count from: 2025-01-15 07:00 UTC.
var h0 = HourOf(time.Date(2025, 1, 15, 7, 0, 0, 0, time.UTC).UnixMilli())

// at gives a reading of series 1 some minutes after h0.
func at(minute float64, v float64) Reading {
	return Reading{Series: 1, T: h0*HourMS + int64(minute*60_000), V: v}
}

func amounts(rule Rule, rs ...Reading) ([]Hour, []Event) {
	buckets := FoldSlice(rs, func(ID) Limit { return rule.Limit() })
	return Amounts(rule, buckets, h0-10_000, h0+10_000)
}

// row is an hour told shortly: hours after h0, amount in units, minutes covered.
type row struct {
	hour    int64
	amount  float64
	minutes int64
	flags   Flags
}

func rows(hours []Hour) []row {
	var out []row
	for _, h := range hours {
		out = append(out, row{h.Hour - h0, float64(h.Amount) / 1e9, h.CoveredMS / 60_000, h.Flags})
	}
	return out
}

func TestAmounts(t *testing.T) {
	half := 30 * time.Minute
	counter := Rule{Kind: Counter, Step: half}
	swap := Replacement{At: h0*HourMS + 90*60_000, Final: 130, First: 2}
	for _, c := range []struct {
		name   string
		rule   Rule
		in     []Reading
		want   []row
		events []EventKind
	}{
		{"counter, boundary interpolated", counter, []Reading{at(0, 10), at(30, 20), at(50, 24), at(70, 30)}, []row{{0, 17, 60, 0}, {1, 3, 10, 0}}, nil},
		{"counter, one reading says nothing", counter, []Reading{at(0, 10)}, nil, nil},
		{"counter, a reading on the full hour ends the hour", counter, []Reading{at(30, 1), at(60, 2)}, []row{{0, 1, 30, 0}}, nil},
		{"counter, a gap keeps its total", counter, []Reading{at(0, 0), at(30, 10), at(180, 160)}, []row{{0, 40, 30, Estimated}, {1, 60, 0, Estimated}, {2, 60, 0, Estimated}}, nil},
		{"counter, rollover", Rule{Kind: Counter, Step: half, Modulus: 1000, MaxRate: 40}, []Reading{at(0, 980), at(30, 990), at(50, 5)}, []row{{0, 25, 50, Rollover}}, nil},
		{"counter, a fall too far from the modulus", Rule{Kind: Counter, Step: half, Modulus: 1000, MaxRate: 40}, []Reading{at(0, 900), at(10, 901), at(20, 0), at(30, 1), at(40, 2)}, []row{{0, 3, 30, 0}}, []EventKind{Reset}},
		{"counter, swapped meter", Rule{Kind: Counter, Step: time.Hour, Replacements: []Replacement{swap}}, []Reading{at(60, 100), at(120, 12), at(170, 22)}, []row{{1, 40, 60, Replaced}, {2, 10, 50, 0}}, nil},
		{"counter, factor changes within an interval", Rule{Kind: Counter, Step: time.Hour, Factors: []Factor{{Num: 10, Den: 1}, {From: h0*HourMS + 45*60_000, Num: 20, Den: 1}}}, []Reading{at(0, 0), at(30, 6), at(60, 12)}, []row{{0, 9*10 + 3*20, 60, 0}}, nil},
		{"counter, spike left out", Rule{Kind: Counter, Step: half, MaxRate: 100}, []Reading{at(0, 0), at(10, 5), at(20, 9000), at(30, 15), at(40, 20)}, []row{{0, 20, 40, 0}}, []EventKind{Spike}},
		{"counter, dip left out", Rule{Kind: Counter, Step: half, MaxRate: 100}, []Reading{at(0, 100), at(10, 105), at(20, 0), at(30, 115), at(40, 120)}, []row{{0, 20, 40, 0}}, []EventKind{Spike}},
		{"counter, jump waits", Rule{Kind: Counter, Step: half, MaxRate: 100}, []Reading{at(0, 0), at(10, 5), at(20, 500), at(30, 505)}, []row{{0, 5, 10, 0}}, []EventKind{Jump}},
		{"counter, jump confirmed", Rule{Kind: Counter, Step: half, MaxRate: 100}, []Reading{at(0, 0), at(10, 5), at(20, 500), at(30, 505), at(40, 510)}, []row{{0, 510, 40, Doubtful}}, []EventKind{Jump}},
		{"counter, too large", counter, []Reading{at(0, 0), at(10, 1e14)}, nil, []EventKind{Overflow}},
		{"delta, stamped at the end", Rule{Kind: Delta, Step: half}, []Reading{at(30, 1), at(60, 2), at(90.1, 4)}, []row{{0, 3, 60, 0}, {1, 4, 30, 0}}, nil},
		{"delta, stamped at the start", Rule{Kind: Delta, Step: half, Stamp: Start, Factors: []Factor{{Num: 1, Den: 3}}}, []Reading{at(30, 1), at(60, 2)}, []row{{0, 0.333333333, 30, 0}, {1, 0.666666667, 30, 0}}, nil},
		{"gauge, held two steps at most", Rule{Kind: Gauge, Step: 15 * time.Minute}, []Reading{at(0, 60), at(15, 30), at(75, 6)}, []row{{0, 15 + 15, 45, 0}, {1, 3, 30, 0}}, nil},
		{"gauge, held over the hour, negative", Rule{Kind: Gauge, MaxHold: time.Hour}, []Reading{at(30, -10)}, []row{{0, -5, 30, 0}, {1, -5, 30, 0}}, nil},
		{"gauge, factor by its own instant", Rule{Kind: Gauge, MaxHold: time.Hour, Factors: []Factor{{Num: 1, Den: 1}, {From: h0*HourMS + 25*60_000, Num: 3, Den: 1}}}, []Reading{at(0, 6), at(30, 6), at(60, 0)}, []row{{0, 3 + 9, 60, 0}, {1, 0, 60, 0}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.rule.Validate(); err != nil {
				t.Fatal(err)
			}
			hours, events := amounts(c.rule, c.in...)
			if got := rows(hours); !slices.Equal(got, c.want) {
				t.Errorf("Amounts = %v, want %v", got, c.want)
			}
			var kinds []EventKind
			for _, e := range events {
				kinds = append(kinds, e.Kind)
			}
			if !slices.Equal(kinds, c.events) {
				t.Errorf("events = %v, want %v", kinds, c.events)
			}
		})
	}
}

// A year of awkward intervals: the hours add up to the counter's difference,
// to the last nano.
func TestHoursTelescope(t *testing.T) {
	var rs []Reading
	v := 12345.67
	for i := range 9000 {
		v += float64(i%113) / 7
		rs = append(rs, at(float64(i)*59.77+float64(i%7), v))
	}
	hours, events := amounts(Rule{Kind: Counter, Step: time.Hour, Modulus: 1e7, MaxRate: 1000}, rs...)
	if len(events) > 0 {
		t.Fatalf("events: %v", events)
	}
	sum := new(big.Int)
	for _, h := range hours {
		sum.Add(sum, big.NewInt(h.Amount))
	}
	if want := Nano(rs[len(rs)-1].V).Sub(Nano(rs[0].V)).Big(); sum.Cmp(want) != 0 {
		t.Errorf("hours sum to %s, the counter says %s", sum, want)
	}
}

// In a stretch that is read densely, a late reading asks for its own hour and
// its two neighbours, and for nothing else.
func TestWindow(t *testing.T) {
	rule := Rule{Kind: Counter, Step: time.Minute}
	var rs []Reading
	for i := range 600 {
		if i < 240 || i >= 360 { // hours 4 and 5 are empty
			rs = append(rs, at(float64(i), float64(i)))
		}
	}
	for _, c := range []struct {
		name  string
		rule  Rule
		dirty []int64
		want  []Span
		reach Reach
	}{
		{"inside", rule, []int64{2}, []Span{{1, 1, 4}}, Reach{}},
		{"beside a gap", rule, []int64{3}, []Span{{1, 2, 7}}, Reach{}},
		{"within the gap", rule, []int64{4, 5}, []Span{{1, 3, 7}}, Reach{}},
		{"two apart", rule, []int64{2, 8}, []Span{{1, 1, 4}, {1, 7, 10}}, Reach{Right: true}},
		{"first", rule, []int64{0}, []Span{{1, 0, 2}}, Reach{Left: true}},
		{"a delta stands for itself", Rule{Kind: Delta}, []int64{2}, []Span{{1, 2, 3}}, Reach{}},
		{"a gauge is held at the end", Rule{Kind: Gauge, MaxHold: 90 * time.Minute}, []int64{9}, []Span{{1, 8, 12}}, Reach{Right: true}},
	} {
		buckets := FoldSlice(rs, func(ID) Limit { return c.rule.Limit() })
		if c.rule.Kind == Delta {
			c.rule.Step = time.Minute
		}
		var dirty []Span
		for _, h := range c.dirty {
			dirty = append(dirty, Span{Series: 1, From: h0 + h, To: h0 + h + 1})
		}
		got, reach := Window(c.rule, buckets, dirty)
		for i := range got {
			got[i].From, got[i].To = got[i].From-h0, got[i].To-h0
		}
		if !slices.Equal(got, c.want) || reach != c.reach {
			t.Errorf("%s: Window = %v %v, want %v %v", c.name, got, reach, c.want, c.reach)
		}
	}
}

// A dirty stretch asks for what its hours ask for one by one.
func TestWindowOfStretch(t *testing.T) {
	var rs []Reading
	v := 0.0
	for i := range 200 {
		if v += float64(i % 5); i%23 == 22 {
			v -= 60 // a break, believed only after three readings
		}
		if i%31 > 4 {
			rs = append(rs, at(float64(i)*47, v))
		}
	}
	for _, rule := range []Rule{{Kind: Counter, Step: time.Hour}, {Kind: Gauge, MaxHold: 3 * time.Hour}} {
		buckets := FoldSlice(slices.Clone(rs), func(ID) Limit { return rule.Limit() })
		for from := h0 - 3; from < h0+160; from++ {
			for to := from + 1; to < from+9; to++ {
				var each []Span
				var want Reach
				for h := from; h < to; h++ {
					one, reach := Window(rule, buckets, []Span{{1, h, h + 1}})
					each, want = append(each, one...), Reach{want.Left || reach.Left, want.Right || reach.Right}
				}
				got, reach := Window(rule, buckets, []Span{{1, from, to}})
				if !slices.Equal(got, merge(each)) || reach != want {
					t.Fatalf("Window of [%d, %d) = %v %v, its hours say %v %v", from-h0, to-h0, got, reach, each, want)
				}
			}
		}
	}
}

func TestSettle(t *testing.T) {
	late := at(0, 3)
	late.Q = Suspect
	bad := at(0, 99)
	bad.Q = Bad
	better, again := at(0, 1), at(0, 1)
	better.Seq, again.Recv = 2, 77
	rs := []Reading{late, bad, at(0, 2), better, again, at(1, 5)}
	slices.SortFunc(rs, Compare)
	var kept []float64
	var clashes [][2]float64
	for r, err := range Settle(Each(rs), func(c Clash) { clashes = append(clashes, [2]float64{c.Kept.V, c.Other.V}) }) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r.V)
	}
	if want := []float64{1, 5}; !slices.Equal(kept, want) {
		t.Errorf("Settle keeps %v, want %v", kept, want)
	}
	if want := [][2]float64{{1, 2}, {1, 3}}; !reflect.DeepEqual(clashes, want) {
		t.Errorf("clashes (kept, other) = %v, want %v", clashes, want)
	}
}

func TestRuleRefuses(t *testing.T) {
	for name, r := range map[string]Rule{
		"factor":       {Factors: []Factor{{Num: 1, Den: 0}}},
		"factor dates": {Factors: []Factor{{From: 2, Num: 1, Den: 1}, {From: 2, Num: 1, Den: 1}}},
		"modulus":      {Modulus: -1},
		"step":         {Step: -1},
		"replacement":  {Replacements: []Replacement{{Final: 1e16}}},
	} {
		if r.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
