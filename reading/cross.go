package reading

import "math/big"

// leastCovered is how much of a stretch has to be measured on every leg before
// they are compared: below it they would differ by what is missing.
const leastCovered = 90 // %

// Leg is what one leg of a cross check measured in a stretch: its total, and
// by what to multiply it to be told in the unit of the main leg.
type Leg struct {
	Total Total    // the zero Total where nothing is known
	Scale *big.Rat // nil is 1
}

// Crossing is what a cross check found: the main amount against the sum of the
// parts, exact, in units of the main leg.
type Crossing struct {
	Main, Parts *big.Rat
	Difference  *big.Rat // parts − main
	Share       *big.Rat // of the main amount, never negative; nil where that is zero
	Covered     bool     // all legs are measured for nine tenths of the time
	Exceeds     bool     // the tolerance; never where not Covered
}

// Cross compares a main amount with its parts in the stretch [from, to), ms UTC.
// A main amount of nothing tolerates nothing beside it.
func Cross(main Leg, parts []Leg, tolerance *big.Rat, from, to int64) Crossing {
	c := Crossing{Main: main.amount(), Parts: new(big.Rat), Covered: len(parts) > 0 && main.covers(from, to)}
	for _, p := range parts {
		c.Parts.Add(c.Parts, p.amount())
		c.Covered = c.Covered && p.covers(from, to)
	}
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

func (l Leg) covers(from, to int64) bool {
	return to > from && l.Total.CoveredMS*100 >= leastCovered*(to-from)
}
