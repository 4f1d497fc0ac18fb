package board

import (
	"math/big"
	"strings"

	"lingtan/lang"
	"lingtan/quantity"
)

const (
	tonnes  = "tCO2e"
	percent = "%"
)

// places is how many decimals a value keeps. What does not end by then, such as
// a ratio, is rounded half up there and nowhere before.
const places = 9

// decimal tells a number as a decimal text; nil is not known.
func decimal(r *big.Rat) *string {
	if r == nil {
		return nil
	}
	s := r.FloatString(places) // half away from zero
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		s = "0"
	}
	return &s
}

// text tells a number with its unit for a reader.
func text(r *big.Rat, unit string) lang.Text {
	if r == nil {
		return lang.T("未知", "not known")
	}
	n := 2
	if abs := new(big.Rat).Abs(r); abs.Sign() != 0 && abs.Cmp(big.NewRat(1, 1)) < 0 {
		n = 4
	}
	if r.IsInt() {
		n = 0
	}
	q := quantity.New(r, quantity.MustUnit(unit))
	return lang.T(q.Text(n, lang.ZH), q.Text(n, lang.EN))
}

// share is a part of a whole; nil where either is not known, or there is no whole.
func share(part, whole *big.Rat) *big.Rat {
	if part == nil || whole == nil || whole.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(part, whole)
}

// times100 tells a share in per cent.
func times100(r *big.Rat) *big.Rat {
	if r == nil {
		return nil
	}
	return new(big.Rat).Mul(r, big.NewRat(100, 1))
}

// less is a − b; nil where either is not known.
func less(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Sub(a, b)
}

// grow adds to a sum that nobody else has; nil is none yet.
func grow(sum, x *big.Rat) *big.Rat {
	if sum == nil {
		return new(big.Rat).Set(x)
	}
	return sum.Add(sum, x)
}

// plus adds what is known; nil where nothing is.
func plus(all ...*big.Rat) *big.Rat {
	var sum *big.Rat
	for _, r := range all {
		if r == nil {
			continue
		}
		if sum == nil {
			sum = new(big.Rat)
		}
		sum.Add(sum, r)
	}
	return sum
}

// mostTerms is how many terms a formula writes out; a day is not read term by term.
const mostTerms = 14

// added writes a sum with its numbers: "范围一 57.76 + 范围二 3.47 = 61.23 t".
func added(inputs []Input, result *big.Rat, unit string) lang.Text {
	if result == nil || len(inputs) == 0 {
		return lang.Text{}
	}
	write := func(tag lang.Tag) string {
		var b strings.Builder
		for i, in := range inputs {
			if i > 0 {
				b.WriteString(" + ")
			}
			if i == mostTerms && len(inputs) > mostTerms {
				b.WriteString("…")
				break
			}
			value := "?"
			if r, ok := new(big.Rat).SetString(valueOf(in.Value)); ok {
				value = quantity.New(r, quantity.One).Fixed(2)
			}
			b.WriteString(in.Title.In(tag) + " " + value)
		}
		return b.String() + " = " + text(result, unit).In(tag)
	}
	return lang.T(write(lang.ZH), write(lang.EN))
}

func valueOf(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}

// divided writes a quotient with its numbers: "a 8 ÷ b 20 = 40 %".
func divided(part, whole Input, result *big.Rat, unit string) lang.Text {
	if result == nil {
		return lang.Text{}
	}
	write := func(tag lang.Tag) string {
		term := func(in Input) string {
			r, ok := new(big.Rat).SetString(valueOf(in.Value))
			if !ok {
				r = nil
			}
			return in.Title.In(tag) + " " + text(r, in.Unit).In(tag)
		}
		return term(part) + " ÷ " + term(whole) + " = " + text(result, unit).In(tag)
	}
	return lang.T(write(lang.ZH), write(lang.EN))
}

// exactly is a measured share as an exact number, kept to nine decimals.
func exactly(x float64) *big.Rat {
	r := new(big.Rat).SetFloat64(x)
	if r == nil {
		return nil
	}
	return quantity.New(r, quantity.One).Round(places, quantity.HalfUp).Rat()
}

func zero() *big.Rat { return new(big.Rat) }
