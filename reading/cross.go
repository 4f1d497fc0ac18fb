package reading

import (
	"math/big"
	"slices"
)

// leastCovered is how much of a stretch has to be measured on every leg before
// they are compared: below it they would differ by what is missing.
const leastCovered = 90 // %

// Leg is what one meter of a cross check measured in a stretch: its total, and
// by what to multiply it to be told in the unit of the check.
type Leg struct {
	Total Total    // the zero Total where nothing is known
	Scale *big.Rat // nil is 1
}

// Crossing is what a cross check found: the sum of the main meters against that
// of the parts, exact.
type Crossing struct {
	Main, Parts *big.Rat
	Difference  *big.Rat // parts − main
	Share       *big.Rat // of the main amount, never negative; nil where that is zero
	Covered     bool     // all legs are measured for nine tenths of the time
	Exceeds     bool     // the tolerance; never where not Covered
}

// Cross compares main meters with their parts in the stretch [from, to), ms UTC.
// A main amount of nothing tolerates nothing beside it.
func Cross(main, parts []Leg, tolerance *big.Rat, from, to int64) Crossing {
	c := Crossing{Main: sumOf(main), Parts: sumOf(parts), Covered: cover(main, from, to) && cover(parts, from, to)}
	c.Difference = new(big.Rat).Sub(c.Parts, c.Main)
	off, whole := new(big.Rat).Abs(c.Difference), new(big.Rat).Abs(c.Main)
	if whole.Sign() != 0 {
		c.Share = new(big.Rat).Quo(off, whole)
	}
	c.Exceeds = c.Covered && off.Cmp(whole.Mul(whole, tolerance)) > 0
	return c
}

func (l Leg) amount() *big.Rat {
	out := new(big.Rat)
	if l.Total.Amount == nil {
		return out
	}
	out.SetFrac(l.Total.Amount, big.NewInt(1e9))
	if l.Scale != nil {
		out.Mul(out, l.Scale)
	}
	return out
}

func sumOf(legs []Leg) *big.Rat {
	sum := new(big.Rat)
	for _, l := range legs {
		sum.Add(sum, l.amount())
	}
	return sum
}

// cover tells whether every leg is measured, of which there must be one.
func cover(legs []Leg, from, to int64) bool {
	return len(legs) > 0 && !slices.ContainsFunc(legs, func(l Leg) bool { return !l.covers(from, to) })
}

func (l Leg) covers(from, to int64) bool {
	return to > from && l.Total.CoveredMS*100 >= leastCovered*(to-from)
}
