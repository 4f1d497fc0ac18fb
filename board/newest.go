package board

import (
	"context"
	"fmt"

	"lingtan/filing"
	"lingtan/reading"
)

// dated asks when each point of the plan spoke last.
func (v *view) dated(ctx context.Context) error {
	names := map[reading.ID]string{}
	var ids []reading.ID
	add := func(points []string) {
		for _, p := range points {
			for _, in := range v.behind(p) {
				if id, ok := v.Series(in); ok && names[id] == "" {
					names[id], ids = in, append(ids, id)
				}
			}
		}
	}
	for _, par := range v.Mine.Plan.Parameters {
		add(par.Points)
		add(par.Minus)
	}
	for _, system := range []string{systemGeneration, systemSolar, systemCoal} {
		add(ofSystem(v.Mine.Site, system))
	}
	latest, err := v.Meters.Latest(ctx, ids)
	if err != nil {
		return fmt.Errorf("newest readings: %w", err)
	}
	v.newest = map[string]int64{}
	for _, r := range latest {
		v.newest[names[r.Series]] = r.T
	}
	for _, g := range v.Mine.Site.Gases { // a gas is as new as the oldest of what it is made of
		oldest := int64(0)
		for i, in := range g.Inputs() {
			if t := v.newest[in]; i == 0 || t < oldest {
				oldest = t
			}
		}
		v.newest[g.ID] = oldest
	}
	return nil
}

// behind are the points that a point or gas is read from.
func (v *view) behind(point string) []string {
	if g, ok := v.Mine.Site.Gas(point); ok {
		return g.Inputs()
	}
	return []string{point}
}

// filed gives how far the filings of each month have come.
func (v *view) filed(ctx context.Context, first, last ordinal) (map[string]filing.Month, error) {
	list, err := v.Papers.Months(ctx, v.Mine.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, fmt.Errorf("states of months: %w", err)
	}
	out := map[string]filing.Month{}
	for _, m := range list {
		out[m.Month] = m
	}
	return out, nil
}
