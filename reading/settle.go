package reading

import (
	"iter"
	"slices"
	"time"
)

// Clash is a contradiction: another value of one series at one instant. Both
// are kept; Kept is the one that counts. (Series, T, Other.V) names it, so a
// clash told twice is the same clash.
type Clash struct {
	Series ID
	T      int64
	Kept   Reading
	Other  Reading
}

// Dispute is a clash with what a person said to it.
type Dispute struct {
	Clash
	SettledBy string // "" as long as nobody has
	SettledAt time.Time
	Note      string
}

// Settle yields from readings in Compare order the one that counts at each
// instant: the best quality, then the highest Seq, then the larger value (the
// conservative one for an emission). None of these depends on which arrived
// first. The same value again is no clash; every further value is told once.
func Settle(in iter.Seq2[Reading, error], clash func(Clash)) iter.Seq2[Reading, error] {
	return func(yield func(Reading, error) bool) {
		var kept Reading
		var others []float64
		some := false
		for r, err := range in {
			if err != nil {
				yield(Reading{}, err)
				return
			}
			if !r.Counts() {
				continue
			}
			if !some || r.Series != kept.Series || r.T != kept.T {
				kept, some, others = r, true, append(others[:0], r.V)
				if !yield(r, nil) {
					return
				}
				continue
			}
			if contains(others, r.V) {
				continue
			}
			others = append(others, r.V)
			if clash != nil {
				clash(Clash{Series: r.Series, T: r.T, Kept: kept, Other: r})
			}
		}
	}
}

// contains compares as numbers: −0 and 0 are the same value.
func contains(values []float64, v float64) bool {
	return slices.Contains(values, v)
}
