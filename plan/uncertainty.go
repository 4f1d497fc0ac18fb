package plan

import (
	"math/big"

	"lingtan/quantity"
)

// part is one point's share of a sum with its relative uncertainty.
type part struct {
	q quantity.Quantity
	u *big.Rat
}

// uncertainty gives what the site's file says of a point or gas.
func (c cell) uncertainty(id string) *big.Rat {
	if g, ok := c.Site.Gas(id); ok {
		return g.Uncertainty
	}
	p, _ := c.Site.Point(id)
	return p.Uncertainty
}

// combine gives the relative uncertainty of a sum of independent parts, the
// root of the sum of squares (IPCC 2006 vol. 1 equation 3.2). The root is
// irrational, so it is kept to six decimals. Where one part's is not known, the
// sum's is not.
func combine(total quantity.Quantity, parts []part) *big.Rat {
	if total.IsZero() {
		return nil
	}
	if len(parts) == 1 {
		return parts[0].u
	}
	squares := new(big.Rat)
	for _, p := range parts {
		if p.u == nil {
			return nil
		}
		x := new(big.Rat).Mul(p.q.Rat(), p.u)
		squares.Add(squares, x.Mul(x, x))
	}
	squares.Quo(squares, new(big.Rat).Mul(total.Rat(), total.Rat()))
	const bits = 128
	root := new(big.Float).SetPrec(bits).SetRat(squares)
	root.Sqrt(root)
	r, _ := root.Rat(nil)
	return quantity.New(r, quantity.One).Round(6, quantity.HalfUp).Rat()
}
