package live

import (
	"context"
	"time"

	"lingtan/activity"
	"lingtan/plan"
)

// papers are the filed values that serve the open month, by the parameter's id.
type papers map[string]paper

// paper is a filed value.
type paper struct {
	value   activity.Value
	earlier bool // of a month before, until the open one's is filed
}

// lookBack is how many months an earlier filing of what is no amount serves
// for: a year, after which it has to be measured anew anyway.
const lookBack = 12

// file asks for the filings of the open month and, of what is no amount, for
// the last ones before.
func (h *Hall) file(ctx context.Context, c *cut) (papers, error) {
	out := papers{}
	for _, s := range h.sources {
		for _, f := range s.feeds {
			if !f.Filed() {
				continue
			}
			p, ok, err := h.lastFiled(ctx, c, f)
			if err != nil {
				return nil, err
			}
			if ok {
				out[f.ID()] = p
			}
		}
	}
	return out, nil
}

func (h *Hall) lastFiled(ctx context.Context, c *cut, f feed) (paper, bool, error) {
	m := c.periods[month]
	for i := range lookBack + 1 {
		v, ok, err := h.Filings.Filed(ctx, h.Site.ID, f.Source, f.Name, c.calendar.Name(m))
		if err != nil {
			return paper{}, false, err
		}
		if ok {
			v.Quantity, err = in(v.Quantity, f.Unit)
			return paper{v, i > 0}, err == nil, nil // a unit that does not fit is told when the month is gathered
		}
		if f.accrues || f.Fallback == plan.ByDefault {
			break
		}
		m = c.calendar.MonthOf(m.Start().Add(-time.Hour))
	}
	return paper{}, false, nil
}

// paper gives a filed parameter: an amount to the month it was filed for, all
// else to the day as well.
func (h *Hall) paper(f feed, k stretch, out *figure) (activity.Value, bool) {
	p, ok := h.papers[f.ID()]
	if !ok || f.accrues && k != month {
		return activity.Value{}, false
	}
	if p.earlier {
		out.provisional = append(out.provisional, f.ID())
	}
	v := p.value
	if v.How == "" {
		v.How = f.How
	}
	return v, true
}
