package reading

import (
	"slices"

	"lingtan/lang"
)

// Side says on which side of the balance a flow stands, for substitution must
// never flatter: an emission is taken high, a destruction low.
type Side uint8

// The sides.
const (
	Emitted  Side = iota // vented, drained, burnt
	Utilised             // used, destroyed, sold
)

// Substitution is a rule for hours nothing is known of. What it puts in is
// always flagged Substituted and is never stored as a reading.
type Substitution struct {
	ID    string
	Title lang.Text
	Cite  string // where the rule comes from
	fill  func(g gap) []int64
}

// gap is a run of missing hours and the good ones around it.
type gap struct {
	n             int
	before, after []int64 // amounts of up to a day of good hours, nearest first
	side          Side
}

// day is how many hours a short gap may have, and how many good ones stand for
// a longer one.
const day = 24

// Substitutions lists the rules. Platform is a design choice, for no Chinese
// rule for coal mines names numbers.
func Substitutions() []Substitution {
	return []Substitution{
		{
			ID: "platform", Title: lang.T("24 小时内线性插值，更长取保守均值", "linear up to 24 hours, beyond it the conservative mean"),
			Cite: "platform rule (C)", fill: fillPlatform,
		},
		{
			ID: "epa-98.325", Title: lang.T("取前后两个有效值的平均", "mean of the good values before and after"),
			Cite: "40 CFR 98.325 (A)", fill: fillEPA,
		},
		{
			ID: "none", Title: lang.T("不替代", "no substitution"), Cite: "-",
			fill: func(gap) []int64 { return nil },
		},
	}
}

// SubstitutionOf finds a rule.
func SubstitutionOf(id string) (Substitution, bool) {
	i := slices.IndexFunc(Substitutions(), func(s Substitution) bool { return s.ID == id })
	if i < 0 {
		return Substitution{}, false
	}
	return Substitutions()[i], true
}

// Expected is the stretch hours are expected of.
type Expected struct {
	Span
	Side    Side
	LeastMS int64 // an hour with less measured time, and no known total, is missing
}

// Fill gives the hours of the stretch with the missing ones substituted. The
// hours are one series', ascending; good ones outside the stretch serve as
// neighbours. An hour that was measured too little is replaced.
func (s Substitution) Fill(hours []Hour, e Expected) []Hour {
	good := slices.DeleteFunc(slices.Clone(hours), func(h Hour) bool {
		return h.Flags.Has(Substituted) || (h.CoveredMS < e.LeastMS && !h.Flags.Has(Estimated))
	})
	var out []Hour
	for at, i := e.From, 0; at < e.To; {
		for i < len(good) && good[i].Hour < at {
			i++
		}
		if i < len(good) && good[i].Hour == at {
			out = append(out, good[i])
			at++
			continue
		}
		end := e.To
		if i < len(good) {
			end = min(end, good[i].Hour)
		}
		g := gap{n: int(end - at), side: e.Side, before: nearest(good[:i], -1), after: nearest(good[i:], 1)}
		for k, amount := range s.fill(g) {
			out = append(out, Hour{Series: e.Series, Hour: at + int64(k), Amount: amount, Flags: Substituted})
		}
		at = end
	}
	return out
}

// nearest gives the amounts of up to a day of hours, nearest first.
func nearest(hours []Hour, dir int) []int64 {
	var out []int64
	for i := range min(len(hours), day) {
		if dir < 0 {
			i = len(hours) - 1 - i
		}
		out = append(out, hours[i].Amount)
	}
	return out
}

// fillEPA takes the arithmetic mean of the last good value before and the
// first good value after; where none is before, the first after
// (40 CFR 98.325). Where none is after, the last before.
func fillEPA(g gap) []int64 {
	switch {
	case len(g.before) == 0 && len(g.after) == 0:
		return nil
	case len(g.before) == 0:
		return slices.Repeat(g.after[:1], g.n)
	case len(g.after) == 0:
		return slices.Repeat(g.before[:1], g.n)
	}
	return slices.Repeat([]int64{mean([]int64{g.before[0], g.after[0]})}, g.n)
}

// fillPlatform draws a line through a short gap; in a longer one it takes the
// larger of the means before and after for an emission, the smaller for gas
// used or destroyed.
func fillPlatform(g gap) []int64 {
	if len(g.before) == 0 || len(g.after) == 0 {
		known := append(slices.Clone(g.before), g.after...)
		if len(known) == 0 {
			return nil
		}
		return slices.Repeat([]int64{mean(known)}, g.n)
	}
	if g.n > day {
		a, b := mean(g.before), mean(g.after)
		if (a < b) == (g.side == Emitted) {
			a = b
		}
		return slices.Repeat([]int64{a}, g.n)
	}
	a, b := WideOf(g.before[0]), WideOf(g.after[0])
	out := make([]int64, g.n)
	for k := range out {
		// between a and b, so it fits
		part, _ := b.Sub(a).ratio(int64(k+1), int64(g.n+1))
		sum, _ := a.Add(WideOf(part)).Int64()
		out[k] = sum
	}
	return out
}

// mean rounds half away; it lies between its terms, so it fits.
func mean(amounts []int64) int64 {
	var sum Wide
	for _, a := range amounts {
		sum = sum.Add(WideOf(a))
	}
	n, _ := sum.ratio(1, int64(len(amounts)))
	return n
}
