package standard

import (
	"math/big"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/quantity"
)

// Step is one line of workings: a symbol, the expression in symbols, the same
// with the numbers in it, and the exact result.
type Step struct {
	Symbol     string            `json:"symbol"`
	Expression string            `json:"expression"`
	Numbers    string            `json:"numbers"`
	Result     quantity.Quantity `json:"result"`
	Terms      []Term            `json:"terms,omitempty"`
}

// Term is one number in a step, and where it came from: "input:<id>",
// "factor:<id>", "constant", "period", "sum" or "step".
type Term struct {
	Symbol   string            `json:"symbol"`
	Quantity quantity.Quantity `json:"quantity"`
	From     string            `json:"from"`

	confidence factor.Confidence
	// slope is by how much the term moves, in its own unit, when an input moves
	// by its whole value: d term / d ln input, to first order.
	slope map[string]float64
	made  []int // the calculation's steps it stands on, ascending
}

// Minus is a term to be subtracted in a Sum.
func Minus(t Term) Term {
	t = kelvins([]Term{t})[0]
	t.Symbol = "−" + t.Symbol
	t.Quantity = t.Quantity.Neg()
	slope := make(map[string]float64, len(t.slope))
	for k, v := range t.slope {
		slope[k] = -v
	}
	t.slope = slope
	return t
}

// named gives a term another symbol: the one it has in the next formula.
func (t Term) named(symbol string) Term { t.Symbol = symbol; return t }

// kelvins tells temperatures in °C and °F on the absolute scale, where they
// multiply and subtract. A relative uncertainty stays that of the number as it
// was stated.
func kelvins(terms []Term) []Term {
	out := slices.Clone(terms)
	for i, t := range out {
		if u := t.Quantity.Unit().String(); u == "degC" || u == "degF" {
			out[i].Quantity = t.Quantity.MustIn(quantity.MustUnit("K"))
		}
	}
	return out
}

// shown prints a term's number; a constant fraction as the formula writes it.
func (t Term) shown() string {
	if _, fraction := new(big.Rat).SetString(t.Symbol); fraction && t.From == fromConstant {
		return strings.TrimSpace(t.Symbol + " " + t.Quantity.Unit().String())
	}
	return shown(t.Quantity)
}

// written gives a term's symbol and number as they stand in an expression: in a
// product a compound symbol is bracketed, and what Minus made keeps its sign
// even where the number is zero.
func (t Term) written(op string) (symbol, number string) {
	symbol, number = t.Symbol, t.shown()
	if op != opPlus && strings.ContainsAny(strings.TrimPrefix(symbol, "−"), "+−") {
		symbol = "(" + symbol + ")"
	}
	if !strings.HasPrefix(symbol, "−") {
		return symbol, number
	}
	if t.Quantity.Sign() > 0 { // a negative one, subtracted
		return symbol, "−(-" + number + ")"
	}
	return symbol, "−" + strings.TrimPrefix(number, "-")
}

// join writes "a + b − c" for a sum with a subtracted term.
func join(parts []string, op string) string {
	s := strings.Join(parts, op)
	s = strings.ReplaceAll(s, " + −", " − ")
	return strings.ReplaceAll(s, " + -", " − ")
}

// union merges two ascending lists.
func union(a, b []int) []int {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}
