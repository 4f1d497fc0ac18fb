package reading

import (
	"slices"
	"testing"
)

// hoursFrom makes good hours of amounts; −1 is a missing hour, −2 one measured
// for a minute only.
func hoursFrom(amounts ...int64) []Hour {
	var out []Hour
	for i, a := range amounts {
		switch {
		case a == -2:
			out = append(out, Hour{Series: 1, Hour: int64(i), Amount: 1, CoveredMS: 60_000})
		case a >= 0:
			out = append(out, Hour{Series: 1, Hour: int64(i), Amount: a, CoveredMS: HourMS})
		}
	}
	return out
}

func TestFill(t *testing.T) {
	long := slices.Repeat([]int64{-1}, 25)
	for _, c := range []struct {
		name, rule string
		side       Side
		in         []int64
		want       []int64
	}{
		// 40 CFR 98.325: last good 0.31 %, next good 0.35 %, mean 0.33 %.
		{"EPA, mean of both", "epa-98.325", Emitted, []int64{31, -1, -1, 35}, []int64{31, 33, 33, 35}},
		{"EPA, none before", "epa-98.325", Emitted, []int64{-1, 35, 9}, []int64{35, 35, 9}},
		{"EPA, none after", "epa-98.325", Emitted, []int64{9, 31, -1}, []int64{9, 31, 31}},
		{"platform, linear", "platform", Emitted, []int64{10, -1, -1, 40}, []int64{10, 20, 30, 40}},
		{"platform, falling", "platform", Utilised, []int64{40, -1, -2, 10}, []int64{40, 30, 20, 10}},
		{"platform, long, emitted takes the larger", "platform", Emitted, slices.Concat([]int64{10, 20}, long, []int64{3}), slices.Concat([]int64{10, 20}, slices.Repeat([]int64{15}, 25), []int64{3})},
		{"platform, long, utilised takes the smaller", "platform", Utilised, slices.Concat([]int64{10, 20}, long, []int64{3}), slices.Concat([]int64{10, 20}, slices.Repeat([]int64{3}, 25), []int64{3})},
		{"platform, at the end", "platform", Emitted, []int64{10, 20, -1}, []int64{10, 20, 15}},
		{"platform, nothing known", "platform", Emitted, []int64{-1, -1}, nil},
		{"none", "none", Emitted, []int64{1, -1, 2}, []int64{1, 2}},
	} {
		s, ok := SubstitutionOf(c.rule)
		if !ok {
			t.Fatalf("no rule %s", c.rule)
		}
		in := hoursFrom(c.in...)
		out := s.Fill(in, Expected{Span: Span{Series: 1, To: int64(len(c.in))}, Side: c.side, LeastMS: HourMS * 3 / 4})
		var got []int64
		for _, h := range out {
			got = append(got, h.Amount)
			if measured := slices.Contains(in, h); measured == h.Flags.Has(Substituted) {
				t.Errorf("%s: hour %d is flagged %b", c.name, h.Hour, h.Flags)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: Fill = %v, want %v", c.name, got, c.want)
		}
	}
	if _, ok := SubstitutionOf("guess"); ok {
		t.Error("an unknown rule is found")
	}
	for _, s := range Substitutions() {
		if s.Title.ZH == "" || s.Title.EN == "" || s.Cite == "" {
			t.Errorf("rule %s does not say what it is", s.ID)
		}
	}
}
