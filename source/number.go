package source

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"lingtan/lang"
	"lingtan/quantity"
)

const (
	maxNumber = 64      // longest text read as one number
	exactInt  = 1 << 53 // integers up to here are exact in a float64
)

// pow10 are the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{ //nolint:gochecknoglobals // a constant table
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// numeral is how a file writes its numbers.
type numeral struct {
	point byte // the decimal mark: '.' or ','
	group rune // between thousands; 0 is none
}

// ratio turns a number of a file into one of the point's unit:
// v·num/den + offset, exactly, and rounded to a float64 once.
type ratio struct {
	num, den int64 // when both are small and there is no offset; den 0 otherwise
	times    *big.Rat
	plus     *big.Rat
}

// ratioOf makes the ratio from a unit, times a scale, to another unit. Units
// that do not measure the same thing are refused, whatever their numbers.
func ratioOf(from quantity.Unit, scale *big.Rat, to quantity.Unit) (ratio, error) {
	zero, err := quantity.Int(0, from).In(to)
	if err != nil {
		return ratio{}, err
	}
	step, err := quantity.Int(1, from).MustIn(to).Sub(zero)
	if err != nil {
		return ratio{}, err
	}
	r := ratio{times: step.Rat(), plus: zero.Rat()}
	r.times.Mul(r.times, scale)
	if n, d := r.times.Num(), r.times.Denom(); r.plus.Sign() == 0 &&
		n.IsInt64() && d.IsInt64() && n.Int64() < exactInt && n.Int64() > -exactInt && d.Int64() < exactInt {
		r.num, r.den = n.Int64(), d.Int64()
	}
	return r, nil
}

// asIs leaves a number as it is.
var asIs = ratio{num: 1, den: 1} //nolint:gochecknoglobals // a constant

// apply converts a number that a device tells in binary: the nearest float64
// where the number and the ratio are whole, within its last bit otherwise.
func (r ratio) apply(v float64) float64 {
	switch {
	case r.num == 1 && r.den == 1:
		return v
	case r.den != 0:
		return v * float64(r.num) / float64(r.den)
	}
	times, _ := r.times.Float64()
	plus, _ := r.plus.Float64()
	return v*times + plus
}

// read reads one number and converts it. Of the plain decimals that make up
// almost every file it is the nearest float64 to the exact result, found by
// one division of two exact floats; the rest goes the long way.
func (n numeral) read(b []byte, by *ratio) (float64, *Reject) {
	mant, places, ok := n.plain(b)
	if !ok || by.den == 0 {
		return n.slow(b, by)
	}
	if by.num == 1 && by.den == 1 {
		return float64(mant) / pow10[places], nil
	}
	product, den := mant*by.num, float64(by.den)*pow10[places]
	small := mant == 0 || product/mant == by.num && product < exactInt && product > -exactInt
	if !small || den >= exactInt {
		return n.slow(b, by)
	}
	return float64(product) / den, nil
}

// plain reads sign, up to 15 digits and a decimal mark.
func (n numeral) plain(b []byte) (mant int64, places int, ok bool) {
	i, minus := 0, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		i, minus = 1, b[0] == '-'
	}
	digits, seen := 0, false
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c-'0' <= 9:
			mant = mant*10 + int64(c-'0')
			digits++
			if seen {
				places++
			}
		case c == n.point && !seen:
			seen = true
		default:
			return 0, 0, false
		}
		if digits > 15 {
			return 0, 0, false
		}
	}
	if minus {
		// −0 goes the long way, which keeps its sign.
		return -mant, places, digits > 0 && mant != 0
	}
	return mant, places, digits > 0
}

// slow reads every other spelling: full-width digits, grouped thousands,
// exponents, more digits than a float64 has.
func (n numeral) slow(b []byte, by *ratio) (float64, *Reject) {
	bad := func(expected, do lang.Text) (float64, *Reject) { return 0, reject(b, expected, do) }
	if len(b) > maxNumber {
		return bad(lang.T("不超过 64 字节的数", "a number of at most 64 bytes"), lang.T("改正该格", "correct the cell"))
	}
	s, ok := n.ungroup(fold(string(b)))
	if !ok {
		return bad(lang.T("小数点和千分位明确的数", "a number whose decimal mark and thousands mark are known"),
			lang.T("在映射文件 [file] 写 decimal 与 thousands,例如 decimal = \".\"、thousands = \",\"",
				`state decimal and thousands under [file] of the mapping, such as decimal = "." and thousands = ","`))
	}
	if !decimalText(s) {
		return bad(lang.T("数", "a number"), lang.T("改正该格;缺测的记号列入映射文件的 missing", "correct the cell, or list the mark of a missing value under missing in the mapping"))
	}
	if by.num == 1 && by.den == 1 {
		if v, err := strconv.ParseFloat(s, 64); err == nil {
			return v, nil
		}
	} else if r, ok := new(big.Rat).SetString(s); ok {
		r.Mul(r, by.times).Add(r, by.plus)
		if v, _ := r.Float64(); !math.IsInf(v, 0) {
			return v, nil
		}
	}
	return bad(lang.T("量级合理的数", "a number of a sensible size"), lang.T("改正该格", "correct the cell"))
}

// fold turns full-width forms into ASCII and drops the spaces around.
func fold(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '−':
			return '-'
		case r == '\u00a0' || r == '\u3000' || r == '\u2009' || r == '\u202f':
			return ' '
		}
		return r
	}, s))
}

// ungroup takes the thousands marks out, which must stand every three digits,
// and makes the decimal mark a point. A comma of undeclared meaning is not
// guessed at: 1,234 is 1234 to one writer and 1.234 to another.
func (n numeral) ungroup(s string) (string, bool) {
	whole, frac, has := strings.Cut(s, string(n.point))
	if n.group != 0 && strings.ContainsRune(whole, n.group) {
		groups := strings.Split(strings.TrimLeft(whole, "+-"), string(n.group))
		for i, g := range groups {
			if len(g) != 3 && (i > 0 || g == "" || len(g) > 3) {
				return "", false
			}
		}
		whole = strings.ReplaceAll(whole, string(n.group), "")
	}
	if strings.ContainsAny(whole+frac, ", '") || n.point == ',' && strings.Contains(whole+frac, ".") {
		return "", false
	}
	if has {
		whole += "." + frac
	}
	return whole, true
}

// decimalText tells whether s is a decimal number with a bounded exponent:
// strconv alone would also read "inf", "0x1p-2" and, for a Rat, "1/3".
func decimalText(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	mant, exp, has := strings.Cut(strings.ToLower(s), "e")
	if has {
		e, err := strconv.Atoi(exp)
		if err != nil || e > 99 || e < -99 {
			return false
		}
	}
	digits := strings.Replace(mant, ".", "", 1)
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}
