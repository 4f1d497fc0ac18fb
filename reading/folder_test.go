package reading

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestFolder: readings folded as they come in order, with the folder reopened
// at any of them, make the buckets that Fold makes.
func TestFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{MaxHold: 20 * 60_000, Cumulative: rapid.Bool().Draw(t, "cumulative"), MaxRate: 30, Cuts: []int64{5 * HourMS}}
		var rs []Reading
		at := int64(0)
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			at += rapid.Int64Range(1, 2*HourMS).Draw(t, "dt")
			rs = append(rs, Reading{Series: 1, T: at, V: float64(rapid.IntRange(-99, 999).Draw(t, "v")) / 8, Q: rapid.SampledFrom([]Quality{Good, Suspect}).Draw(t, "q")})
		}
		var got []Bucket
		f := NewFolder(limit)
		for _, r := range rs {
			if f.Add(r) {
				got = append(got, Bucket{})
			}
			got[len(got)-1] = f.Bucket()
			if rapid.IntRange(0, 3).Draw(t, "reopen") == 0 {
				f = Reopen(f.Bucket(), limit)
			}
		}
		if want := FoldSlice(slices.Clone(rs), func(ID) Limit { return limit }); !reflect.DeepEqual(got, want) {
			t.Fatalf("folded one by one:\n%+v\nat once:\n%+v", got, want)
		}
	})
}

// TestBadDeltaMakesNoHour: an hour of which only a reading that does not count
// is there is missing, and missing is not zero.
func TestBadDeltaMakesNoHour(t *testing.T) {
	rule := Rule{Kind: Delta, Step: 15 * time.Minute}
	rs := []Reading{{Series: 1, T: 30 * 60_000, V: 5, Q: Bad}}
	hours, _ := Amounts(rule, FoldSlice(rs, func(ID) Limit { return rule.Limit() }), 0, 2)
	if len(hours) != 0 {
		t.Errorf("Amounts of a bad reading = %+v, want none", hours)
	}
}

func TestRate(t *testing.T) {
	minute := func(values ...float64) []Reading {
		var rs []Reading
		for i, v := range values {
			rs = append(rs, Reading{Series: 1, T: int64(i) * 60_000, V: v})
		}
		return rs
	}
	counter := Rule{Kind: Counter, Step: time.Minute, Modulus: 1000, MaxRate: 1000, Factors: []Factor{{Num: 10, Den: 1}}}
	for _, c := range []struct {
		name  string
		rule  Rule
		trail []Reading
		want  float64
		ok    bool
	}{
		{"a counter over two steps", counter, minute(100, 101, 103, 105), 1200, true},
		{"one reading tells no rate", counter, minute(100), 0, false},
		{"over the modulus", counter, minute(998, 999, 1), 900, true},
		{"a fall", counter, minute(500, 501, 7), 0, false},
		{"since a fall", counter, minute(500, 7, 9), 1200, true},
		{"a gauge", Rule{Kind: Gauge, Step: time.Minute}, minute(3, 4), 4, true},
		{"an interval of a quarter", Rule{Kind: Delta, Step: 15 * time.Minute}, minute(2, 3), 12, true},
		{"nothing", counter, nil, 0, false},
	} {
		got, ok := c.rule.Rate(c.trail)
		if ok != c.ok || ok && math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: Rate = %v, %v, want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestProductRate(t *testing.T) {
	p := Product{ID: 9, Flow: Signal{Series: 1}, Percent: &Signal{Series: 2}}
	in := map[ID][]Reading{1: {{Series: 1, T: 0, V: 100}}, 2: {{Series: 2, T: 1000, V: 5}}}
	if got, ok := p.Rate(in, 1000); !ok || math.Abs(got-300) > 1e-9 {
		t.Errorf("100 m³/min of 5 %% = %v m³/h, %v, want 300", got, ok)
	}
	if _, ok := p.Rate(in, 3*60_000); ok {
		t.Error("a rate from inputs no longer held")
	}
}
