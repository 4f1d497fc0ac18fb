package standard

import (
	"lingtan/quantity"
)

// CategorySum is a category's mass of one gas over all its lines.
type CategorySum struct {
	Category string            `json:"category"`
	Basis    string            `json:"basis"`
	Gas      string            `json:"gas"`
	Mass     quantity.Quantity `json:"mass"`
}

// Categories adds the lines up by category, basis and gas, in the order in
// which the lines first name them.
func (r Result) Categories() []CategorySum {
	type key struct{ category, basis, gas string }
	at := map[key]int{}
	var out []CategorySum
	for _, l := range r.Lines {
		k := key{l.Category, l.Basis, l.Gas}
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, CategorySum{l.Category, l.Basis, l.Gas, l.Mass})
			continue
		}
		if sum, err := out[i].Mass.Add(l.Mass); err == nil { // one gas, one unit
			out[i].Mass = sum
		}
	}
	return out
}
