package standard

import (
	"maps"
	"slices"

	"lingtan/activity"
)

// Interval tells the 95 % interval of a line of an activity, in tCO2e at a GWP,
// and which of its inputs state no uncertainty: those are taken as exact, and a
// reader is to know it.
func (e Edition) Interval(l Line, a activity.Activity, gwp float64) (i Interval, silent []string) {
	r := &run{edition: e, acts: []activity.Activity{a}, lines: []Line{l}}
	spreads, moves := r.spreads(), map[string]float64{}
	for _, key := range slices.Sorted(maps.Keys(l.Sensitivity)) {
		moves[key] = gwp * l.Sensitivity[key]
		if _, told := spreads[key]; !told {
			silent = append(silent, key)
		}
	}
	i = propagate(l.Mass.Float()*gwp, moves, spreads)
	if len(silent) == 0 {
		i.Stated = 1
	}
	return i, silent
}
