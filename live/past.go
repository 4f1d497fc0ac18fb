package live

import (
	"context"
	"math"
	"slices"

	"lingtan/activity"
	"lingtan/plan"
	"lingtan/reading"
)

// past is what the year's months before the open one come to, by source: as
// they would be accounted now, by the plan's own gathering and substitution.
type past map[string]figure

// gather works the past out of the stored hours, which are up to date.
func (h *Hall) gather(ctx context.Context, c *cut) (past, error) {
	out := past{}
	p, ok := c.past()
	if !ok {
		return out, nil
	}
	acts, _, err := plan.Gather(ctx, plan.Inputs{Site: h.Site, Plan: h.Plan, Period: p, Meters: h.Meters, Series: h.Series, Filings: h.Filings})
	if err != nil {
		return nil, err
	}
	for m := range c.calendar.Months(p) {
		for _, s := range h.sources {
			id := s.ID + "/" + c.calendar.Name(m)
			i := slices.IndexFunc(acts, func(a activity.Activity) bool { return a.ID == id })
			a := activity.Activity{}
			if i >= 0 {
				a = acts[i]
			}
			f := h.accounted(s, a, c.calendar.Name(m), m.Hours()*reading.HourMS)
			sum := out[s.ID]
			sum.add(f)
			sum.sources, sum.told = min(sum.sources, 1), min(sum.told, 1)
			out[s.ID] = sum
		}
	}
	return out, nil
}

// accounted is a source's figure of one month gone by.
func (h *Hall) accounted(s *source, a activity.Activity, name string, lengthMS int64) figure {
	if !s.counted {
		return figure{}
	}
	out := figure{sources: 1}
	for _, f := range s.feeds {
		v, ok := a.Values[f.Name]
		if !ok && f.How != activity.Defaulted && f.How != activity.Stated && f.Fallback != plan.ByDefault {
			out.lack(f.ID() + "@" + name)
		}
		if n := int64(len(f.plus) + len(f.minus)); n > 0 {
			out.expectedMS += n * lengthMS
			if m := v.Meter; m != nil {
				share := func(x float64) int64 { return int64(math.Round(x * float64(n*lengthMS))) }
				out.coveredMS += share(m.Covered)
				out.estimatedMS += share(m.Estimated)
				out.substitutedMS += share(m.Substituted)
			}
		}
	}
	h.compute(a, &out)
	return out
}

// close takes the month that ends over into the past, until it is gathered:
// the year's total does not fall in between.
func (h *Hall) close(old *cut) {
	next := past{}
	if h.cut.periods[year].Equal(old.periods[year]) {
		for _, s := range h.sources {
			h.openMonth(s, old)
			sum := h.past[s.ID]
			sum.add(s.open[month])
			sum.sources, sum.told = min(sum.sources, 1), min(sum.told, 1)
			next[s.ID] = sum
		}
	}
	h.past, h.pastStale = next, true
	h.papers = nil
}

// openMonth works the month that ends out for a last time.
func (h *Hall) openMonth(s *source, old *cut) {
	now := h.cut
	h.cut = old
	h.reckonSource(s)
	h.cut = now
}
