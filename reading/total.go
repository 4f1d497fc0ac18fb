package reading

import (
	"iter"
	"math/big"
	"slices"
)

// TotalOf adds hours, which come by series and hour and lie within the bounds,
// exactly: what an engine's Totals must equal. The bounds are ms UTC, ascending
// and on full hours.
func TotalOf(hours iter.Seq2[Hour, error], bounds []int64) ([]Total, error) {
	var out []Total
	for h, err := range hours {
		if err != nil {
			return nil, err
		}
		i, exact := slices.BinarySearch(bounds, h.Hour*HourMS)
		if !exact {
			i--
		}
		if n := len(out); n == 0 || out[n-1].Series != h.Series || out[n-1].From != bounds[i] {
			out = append(out, Total{Series: h.Series, From: bounds[i], To: bounds[i+1]})
		}
		out[len(out)-1].Add(h)
	}
	return out, nil
}

// Add adds an hour.
func (t *Total) Add(h Hour) {
	if t.Amount == nil {
		t.Amount = new(big.Int)
	}
	t.Amount.Add(t.Amount, big.NewInt(h.Amount))
	t.CoveredMS += h.CoveredMS
	t.Hours++
	t.Flags |= h.Flags
	if h.Flags.Has(Estimated) {
		t.Estimated++
	}
	if h.Flags.Has(Substituted) {
		t.Substituted++
	}
}
