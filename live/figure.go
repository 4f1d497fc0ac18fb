package live

import (
	"math/big"
	"slices"

	"lingtan/lang"
	"lingtan/reading"
)

// figure is a total, exact, with what stands behind it. Figures add up.
type figure struct {
	totals        map[string]*big.Rat // t CO2e by the edition's totals; nil: not known
	sources, told int                 // sources accounted for, and those that have a total
	coveredMS     int64               // over all meters
	expectedMS    int64
	estimatedMS   int64
	substitutedMS int64
	fresh, meters int // of a rate: meters that speak for now, and all
	flags         reading.Flags
	newest        int64 // ms UTC; 0: none
	provisional   []string
	lacking       []string
	problem       lang.Text
}

func (f *figure) lack(parameter string) { f.lacking = append(f.lacking, parameter) }

// see takes a meter's age in.
func (f *figure) see(m *meter) {
	if f.meters++; m.rated {
		f.fresh++
	}
	if m.rateT != never {
		f.newest = max(f.newest, m.rateT)
	}
}

// observe takes in how much of the elapsed time a meter covers. A held value
// reaches beyond now; more than all is not covered.
func (f *figure) observe(m *meter, s sum, elapsedMS int64) {
	f.see(m)
	f.expectedMS += elapsedMS
	f.coveredMS += min(s.coveredMS, elapsedMS)
	f.estimatedMS += min(s.estimated*reading.HourMS, elapsedMS)
	f.substitutedMS += min(s.substituted*reading.HourMS, elapsedMS)
	f.flags |= s.flags
}

// add adds another figure's numbers. A total that one of them cannot tell is
// not told: a sum without a part would be taken for the whole.
func (f *figure) add(g figure) {
	switch {
	case g.totals == nil:
	case f.totals == nil:
		f.totals = make(map[string]*big.Rat, len(g.totals))
		for id, t := range g.totals {
			f.totals[id] = new(big.Rat).Set(t)
		}
	default:
		for id, t := range f.totals {
			if u, ok := g.totals[id]; ok {
				t.Add(t, u)
			} else {
				delete(f.totals, id)
			}
		}
	}
	f.sources, f.told = f.sources+g.sources, f.told+g.told
	f.coveredMS, f.expectedMS = f.coveredMS+g.coveredMS, f.expectedMS+g.expectedMS
	f.estimatedMS, f.substitutedMS = f.estimatedMS+g.estimatedMS, f.substitutedMS+g.substitutedMS
	f.fresh, f.meters = f.fresh+g.fresh, f.meters+g.meters
	f.flags |= g.flags
	f.newest = max(f.newest, g.newest)
	f.provisional, f.lacking = slices.Concat(f.provisional, g.provisional), slices.Concat(f.lacking, g.lacking)
	if f.problem.IsZero() {
		f.problem = g.problem
	}
}

// scale multiplies the totals.
func (f *figure) scale(by *big.Rat) {
	for _, t := range f.totals {
		t.Mul(t, by)
	}
}

// share is part ÷ whole, nil where there is no whole.
func share(part, whole int64) *float64 {
	if whole <= 0 {
		return nil
	}
	s := min(float64(part)/float64(whole), 1)
	return &s
}

// tell prints the figure as viewers get it.
func (f *figure) tell() Figure {
	out := Figure{
		Totals: told(f.totals), Sources: f.sources, Told: f.told,
		Covered: share(f.coveredMS, f.expectedMS), Estimated: share(f.estimatedMS, f.expectedMS), Substituted: share(f.substitutedMS, f.expectedMS),
		Flags: flagNames(f.flags), Newest: f.newest,
		Provisional: listed(f.provisional), Lacking: listed(f.lacking), LackingCount: len(f.lacking), Problem: f.problem,
	}
	return out
}

// told prints exact totals as numbers.
func told(totals map[string]*big.Rat) map[string]float64 {
	if totals == nil {
		return nil
	}
	out := make(map[string]float64, len(totals))
	for id, t := range totals {
		out[id], _ = t.Float64()
	}
	return out
}

// mostListed is how many parameters a figure names; the count tells the rest.
const mostListed = 8

func listed(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), mostListed)]
}

var flagged = []struct { //nolint:gochecknoglobals // a constant table
	flag reading.Flags
	name string
}{
	{reading.Estimated, "estimated"},
	{reading.Rollover, "rollover"},
	{reading.Replaced, "replaced"},
	{reading.Doubtful, "doubtful"},
	{reading.Substituted, "substituted"},
	{reading.Contested, "contested"},
}

func flagNames(f reading.Flags) []string {
	var out []string
	for _, n := range flagged {
		if f.Has(n.flag) {
			out = append(out, n.name)
		}
	}
	return out
}
