// Package verification owns the verifier's desk over a closed inventory: which
// lines were drawn to be looked at, what was found, what the mine answered, and
// the opinion that was signed over the inventory's hash.
//
// Its words are those of ISO 14064-3:2019. The desk never touches a figure: a
// misstatement is corrected by the mine, in a restatement of the inventory.
package verification

import (
	"math/big"

	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
)

// Percent is the materiality threshold, of the inventory's main total. 5 % is
// the custom for mines of this size; Regulation (EU) 2018/2067, Article 23(1)
// has 5 %, and 2 % above 500 kt (B: well known, not read here).
const Percent = 5

// Line is a line of the inventory as it may be drawn.
type Line struct {
	ID       string            `json:"id"`
	Source   string            `json:"source"`
	Name     lang.Text         `json:"name"`
	Period   string            `json:"period"`
	Category string            `json:"category"`
	Gas      string            `json:"gas"`
	CO2e     quantity.Quantity `json:"co2e"` // tCO2e, as the main total counts it
}

// Population lists the lines that the inventory's main total counts, in its
// order. What is not in the total can not misstate it.
func Population(inv inventory.Inventory) ([]Line, error) {
	sign, err := inv.Counts()
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, l := range inv.Content.Result.Lines {
		by := sign(l)
		if by == 0 {
			continue
		}
		co2e, err := inv.CO2e(l)
		if err != nil {
			return nil, err
		}
		if by < 0 {
			co2e = co2e.Neg()
		}
		out = append(out, Line{l.ID, l.Source, l.Name, l.Period, l.Category, l.Gas, co2e})
	}
	return out, nil
}

// tonnes is the unit in which everything here is weighed.
func tonnes(r *big.Rat) quantity.Quantity { return quantity.New(r, quantity.MustUnit("tCO2e")) }
