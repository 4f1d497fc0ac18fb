package reading

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Nano and the sums agree with big numbers.
func TestWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-MaxValue, MaxValue).Draw(t, "a")
		b := rapid.Float64Range(-1e6, 1e6).Draw(t, "b")
		n := rapid.Int64Range(0, HourMS).Draw(t, "n")
		x, _ := new(big.Float).SetFloat64(math.Round(a * 1e9)).Int(nil)
		y, _ := new(big.Float).SetFloat64(math.Round(b * 1e9)).Int(nil)
		if got := Nano(a).Big(); got.Cmp(x) != 0 {
			t.Fatalf("Nano(%v) = %s, want %s", a, got, x)
		}
		want := new(big.Int).Sub(new(big.Int).Mul(x, big.NewInt(n)), y)
		got := Nano(a).Times(n).Sub(Nano(b))
		if got.Big().Cmp(want) != 0 {
			t.Fatalf("%v × %d − %v = %s, want %s", a, n, b, got.Big(), want)
		}
		if back, ok := WideOfBig(want); !ok || back != got || got.Sign() != want.Sign() {
			t.Fatalf("WideOfBig(%s) = %v, %v", want, back, ok)
		}
		if m, ok := got.Int64(); ok != want.IsInt64() || (ok && m != want.Int64()) {
			t.Fatalf("Int64 of %s = %d, %v", want, m, ok)
		}
	})
}

func TestRatioRoundsHalfAway(t *testing.T) {
	for _, c := range [][4]int64{{5, 1, 2, 3}, {-5, 1, 2, -3}, {4, 1, 3, 1}, {7, 3, 1, 21}, {-7, 2, 4, -4}} {
		if got, ok := WideOf(c[0]).ratio(c[1], c[2]); !ok || got != c[3] {
			t.Errorf("%d × %d / %d = %d, %v, want %d", c[0], c[1], c[2], got, ok, c[3])
		}
	}
	if _, ok := WideOf(math.MaxInt64).ratio(2, 1); ok {
		t.Error("an amount that does not fit is called fitting")
	}
}
