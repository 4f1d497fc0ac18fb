package live

import (
	"lingtan/reading"
	"lingtan/site"
)

// gas is a derived series. Its open hours are integrated anew from the
// readings of its inputs, at most once a second.
type gas struct {
	meter
	site    site.Gas
	product reading.Product
	inputs  []*point
	low     int64 // the first instant changed since it was reckoned; above all: none
	late    bool
}

// always is an instant after all others.
const always = -never

func newGas(s *site.Site, g site.Gas, id func(string) reading.ID) *gas {
	p := s.Product(g, id)
	made := &gas{
		meter: meter{id: g.ID, series: id(g.ID), unit: g.Unit(), rateT: never, freshMS: max(p.HoldMS(), leastFreshMS)},
		site:  g, product: p, low: always, late: true,
	}
	made.base = none
	return made
}

// none is the base of a gas the store was not asked for yet.
const none = always

// touch tells that an input has changed from an instant on.
func (g *gas) touch(t int64) {
	if g.low = min(g.low, t); reading.HourOf(t) < g.base {
		g.late = true
	}
}

// anew tells that every open hour has to be integrated again.
func (g *gas) anew() {
	if g.base != none {
		g.low = min(g.low, g.base*reading.HourMS)
	}
}

// readings are those of the inputs, by series.
func (g *gas) readings() map[reading.ID][]reading.Reading {
	in := make(map[reading.ID][]reading.Reading, len(g.inputs))
	for _, p := range g.inputs {
		in[p.series] = p.trail
	}
	return in
}

// reckon integrates the hours from the first changed one on, and settles the
// one before the last.
func (g *gas) reckon(c *cut) {
	if g.low < always {
		from, to := max(reading.HourOf(g.low), g.base), g.end()
		g.replace(from, always, g.product.Hours(g.readings(), from, to))
		g.low, g.moved = always, true
	}
	if base := c.hour() - 1; base > g.base {
		g.settle(base, c)
	}
}

// end is the first hour that no input's value is held into.
func (g *gas) end() int64 {
	end := int64(never)
	for _, p := range g.inputs {
		end = max(end, reading.HourOf(p.newest+g.product.HoldMS())+1)
	}
	return end
}

// pace works the rate out anew, at the last instant every input speaks for:
// an input that is a second behind the others is no gap.
func (g *gas) pace(c *cut) {
	g.rated, g.rateT = false, never
	at := int64(always)
	for _, p := range g.inputs {
		at = min(at, p.newest)
	}
	if len(g.inputs) == 0 || at == never {
		return
	}
	g.rateT = at
	if !g.stale(c) {
		g.rate, g.rated = g.product.Rate(g.readings(), at)
	}
}
