package series

import (
	"slices"
	"testing"

	"lingtan/reading"
)

// An hour that goes on in the next page or row group is one sum, and hours
// outside the query and series not asked for are none.
func TestAdder(t *testing.T) {
	const h = reading.HourMS
	a := adder{wanted: wantedSeries([]reading.ID{1, 3}), from: h, to: 3*h - 1}
	a.rows([]int64{1, 1, 1}, []int64{h - 1, h, 2*h - 1}, []float64{9, 1, 2})
	a.rows([]int64{1, 1, 2}, []int64{2 * h, 2*h + 5, h}, []float64{3, -0.5, 9})
	a.rows([]int64{3}, []int64{h}, []float64{7e9})
	a.rows([]int64{3, 3, 3}, []int64{h + 1, h + 2, 3*h - 1}, []float64{7e9, 7e9, 9})
	sum := func(id reading.ID, hour, n int64, v float64) Sum { return Sum{id, hour, n, reading.Nano(v)} }
	if want := []Sum{sum(1, 1, 2, 3), sum(1, 2, 2, 2.5), sum(3, 1, 3, 21e9)}; !slices.Equal(a.out, want) {
		t.Errorf("sums = %v, want %v", a.out, want)
	}
	joined := joinSums([][]Sum{{sum(1, 1, 1, 1), sum(3, 1, 1, 1)}, {sum(2, 9, 1, 1), sum(3, 9, 1, 1)}})
	if want := []Sum{sum(1, 1, 1, 1), sum(2, 9, 1, 1), sum(3, 1, 1, 1), sum(3, 9, 1, 1)}; !slices.Equal(joined, want) {
		t.Errorf("joined = %v, want %v", joined, want)
	}
}
