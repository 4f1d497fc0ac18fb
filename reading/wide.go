package reading

import (
	"math"
	"math/big"
	"math/bits"
)

// Wide is a signed 128-bit integer: sums of nano-units that must not depend on
// the order of adding, which float64 sums do. The largest sum of one hour is
// 3.6e6 instants of MaxValue, 3.6e30 nano-units; 2^127 is 1.7e38.
type Wide struct {
	Hi int64
	Lo uint64
}

// WideOf widens an int64.
func WideOf(n int64) Wide { return Wide{Hi: n >> 63, Lo: uint64(n)} }

// Nano gives a value in nano-units: v × 1e9 in float64, rounded half away from
// zero. |v| must not exceed MaxValue.
func Nano(v float64) Wide {
	x := math.Round(v * 1e9)
	if math.Abs(x) < 1<<63 {
		return WideOf(int64(x))
	}
	frac, exp := math.Frexp(math.Abs(x))
	mantissa := uint64(frac * (1 << 53))
	shift := uint(exp - 53)
	w := Wide{Hi: int64(mantissa >> (64 - shift)), Lo: mantissa << shift}
	if shift >= 64 {
		w = Wide{Hi: int64(mantissa << (shift - 64))}
	}
	if x < 0 {
		return w.Neg()
	}
	return w
}

// Add gives a + b.
func (a Wide) Add(b Wide) Wide {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), carry)
	return Wide{Hi: int64(hi), Lo: lo}
}

// Neg gives −a.
func (a Wide) Neg() Wide {
	lo, borrow := bits.Sub64(0, a.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.Hi), borrow)
	return Wide{Hi: int64(hi), Lo: lo}
}

// Sub gives a − b.
func (a Wide) Sub(b Wide) Wide { return a.Add(b.Neg()) }

// Times gives a × n for n ≥ 0.
func (a Wide) Times(n int64) Wide {
	hi, lo := bits.Mul64(a.Lo, uint64(n))
	return Wide{Hi: int64(hi + uint64(a.Hi)*uint64(n)), Lo: lo}
}

// Sign gives −1, 0 or 1.
func (a Wide) Sign() int {
	switch {
	case a.Hi < 0:
		return -1
	case a.Hi == 0 && a.Lo == 0:
		return 0
	}
	return 1
}

// Int64 narrows; ok is false where the number does not fit.
func (a Wide) Int64() (n int64, ok bool) {
	n = int64(a.Lo)
	return n, a.Hi == n>>63
}

// Big gives the number as a big integer.
func (a Wide) Big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(a.Hi), 64)
	return n.Add(n, new(big.Int).SetUint64(a.Lo))
}

// WideOfBig narrows a big integer; ok is false where it does not fit.
func WideOfBig(n *big.Int) (w Wide, ok bool) {
	if n.BitLen() > 127 {
		return Wide{}, false
	}
	lo := new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	return Wide{Hi: new(big.Int).Rsh(n, 64).Int64(), Lo: lo}, true
}

// ratio gives a × num / den rounded half away from zero; den > 0.
func (a Wide) ratio(num, den int64) (int64, bool) {
	if num == 1 && den == 1 {
		return a.Int64()
	}
	n := a.Big()
	n.Mul(n, big.NewInt(num))
	half := big.NewInt(den / 2)
	if n.Sign() < 0 {
		half.Neg(half)
	}
	n.Quo(n.Add(n, half), big.NewInt(den))
	return n.Int64(), n.IsInt64()
}
