package quantity

import (
	"math/big"
	"strings"

	"lingtan/lang"
)

// Mode is a way of rounding a tie.
type Mode uint8

// The modes the clauses ask for.
const (
	HalfUp   Mode = iota // 四舍五入: a tie goes away from zero
	HalfEven             // 四舍六入五成双 (GB/T 8170): a tie goes to the even digit
)

// Round gives the quantity at so many decimal places of its unit.
func (q Quantity) Round(places int, mode Mode) Quantity {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	scaled := new(big.Rat).Mul(q.rat(), scale)
	whole := RoundInt(scaled, mode)
	return Quantity{new(big.Rat).Quo(new(big.Rat).SetInt(whole), scale), q.u}
}

// RoundInt rounds a rational to a whole number.
func RoundInt(r *big.Rat, mode Mode) *big.Int {
	quo, rem := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	twice := new(big.Int).Abs(rem)
	twice.Lsh(twice, 1)
	away := false
	switch c := twice.Cmp(r.Denom()); {
	case c > 0:
		away = true
	case c == 0:
		away = mode == HalfUp || quo.Bit(0) == 1
	}
	if away {
		quo.Add(quo, big.NewInt(int64(r.Sign())))
	}
	return quo
}

// Fixed prints the number rounded half up at so many places, for a reader:
// thousands grouped, as tables show it.
func (q Quantity) Fixed(places int) string {
	return group(q.Round(places, HalfUp).rat().FloatString(places))
}

// Significant prints the number with about so many significant digits and
// without an exponent, for workings.
func (q Quantity) Significant(digits int) string {
	r := q.rat()
	if n, exact := decimals(r); exact && n <= digits && len(r.Num().String()) <= digits+2 {
		return group(r.FloatString(n))
	}
	places := digits
	if whole := new(big.Int).Quo(new(big.Int).Abs(r.Num()), r.Denom()); whole.Sign() != 0 {
		places -= len(whole.String())
	}
	f, _ := r.Float64()
	for f != 0 && f < 0.1 && f > -0.1 {
		f *= 10
		places++
	}
	return trimZeros(group(r.FloatString(max(places, 0))))
}

// Text prints the quantity for a reader at so many places.
func (q Quantity) Text(places int, tag lang.Tag) string {
	return strings.TrimSpace(q.Fixed(places) + " " + q.u.In(tag))
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func group(s string) string {
	whole, frac, has := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		whole += "." + frac
	}
	return sign + whole
}
