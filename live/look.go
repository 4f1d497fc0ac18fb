package live

import (
	"slices"

	"lingtan/reading"
)

// Momentary is a point or gas as it stands, for those who judge it rather than
// show it.
type Momentary struct {
	ID   string
	Last reading.Reading // of a point, of whatever quality; Series 0: none yet
	// Rate is the amount per hour in the amount's unit, at the instant RateT in
	// ms UTC; Rated is false where nothing recent enough tells it.
	Rate  float64
	RateT int64
	Rated bool
	// Doubtful tells that a suspect reading takes part in a gas.
	Doubtful bool
}

// Emitting is a node as it stands.
type Emitting struct {
	ID           string
	Rate         float64 // t CO2e per hour, by the edition's headline
	Month, Year  float64 // t CO2e so far
	MonthCovered float64 // share of the elapsed time that was measured, 0 to 1
	YearCovered  float64
	RateKnown    bool
	MonthKnown   bool
	YearKnown    bool
}

// Look gives every point, gas and node as it stands now.
func (h *Hall) Look() ([]Momentary, []Emitting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	points := make([]Momentary, 0, len(h.points)+len(h.gases))
	for _, p := range h.points {
		m := Momentary{ID: p.id, Last: p.last, Rate: p.rate, RateT: p.rateT, Rated: p.rated && !p.stale(h.cut)}
		if p.fault.Series != 0 && p.fault.T > p.last.T {
			m.Last = p.fault
		}
		points = append(points, m)
	}
	for _, g := range h.gases {
		points = append(points, Momentary{
			ID: g.id, Rate: g.rate, RateT: g.rateT, Rated: g.rated && !g.stale(h.cut),
			Doubtful: slices.ContainsFunc(g.inputs, func(p *point) bool { return p.last.Q == reading.Suspect }),
		})
	}
	nodes := make([]Emitting, 0, len(h.tree))
	for _, b := range h.tree {
		nodes = append(nodes, h.emitting(b))
	}
	return points, nodes
}

func (h *Hall) emitting(b *branch) Emitting {
	f, out := h.figures(b), Emitting{ID: b.ID}
	headline, ok := h.edition.Headline()
	if !ok {
		return out
	}
	if kg, ok := f.Rate.PerHour[headline.ID]; ok {
		out.Rate, out.RateKnown = kg/1000, true
	}
	out.Month, out.MonthKnown = f.Month.Totals[headline.ID]
	out.Year, out.YearKnown = f.Year.Totals[headline.ID]
	out.MonthCovered, out.YearCovered = known(f.Month.Covered), known(f.Year.Covered)
	return out
}

func known(share *float64) float64 {
	if share == nil {
		return 0
	}
	return *share
}

// Checks gives what the mine's cross checks find now.
func (h *Hall) Checks() []Check {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.checks()
}
