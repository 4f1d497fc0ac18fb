package plan

import (
	"context"
	"math/big"
	"slices"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
	"lingtan/reading"
)

// stretch names a total: a series from an instant on.
type stretch struct {
	id   reading.ID
	from int64
}

// load asks for the months' totals of every point of the plan at once.
func (g *gathering) load(ctx context.Context, months []period.Period) error {
	g.totals = map[stretch]reading.Total{}
	var ids []reading.ID
	for _, par := range g.Plan.Parameters {
		for _, point := range slices.Concat(par.Points, par.Minus) {
			id, ok := g.Series(point)
			if !ok {
				return fault.NotFound.Say(lang.T("点 %s 还没有序列", "point %s has no series yet"), point).
					Do(lang.T("先登记矿点文件,再核算", "register the site file before accounting"))
			}
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	bounds := make([]int64, 0, len(months)+1)
	for _, m := range months {
		from, _ := m.Millis()
		bounds = append(bounds, from)
	}
	from, to := g.Period.Millis()
	totals, err := g.Meters.Totals(ctx, reading.Query{Series: ids, From: from, To: to}, append(bounds, to))
	for _, t := range totals {
		g.totals[stretch{t.Series, t.From}] = t
	}
	return err
}

// metered sums the parameter's points, substituting what is missing by the
// plan's rule.
func (c cell) metered(ctx context.Context) (activity.Value, bool, error) {
	v := activity.Value{How: activity.Metered, Owner: c.par.Owner.String(), Uncertainty: c.par.Uncertainty}
	m := activity.Meter{Hours: c.month.Hours(), Rule: c.par.Fallback}
	var parts []part
	for i, point := range slices.Concat(c.par.Points, c.par.Minus) {
		s, err := c.point(ctx, point)
		switch {
		case err != nil:
			return v, false, err
		case s.missing > 0:
			return c.instead(ctx, s)
		}
		q, err := c.told(s)
		if err != nil {
			return v, false, err
		}
		if i >= len(c.par.Points) {
			q = q.Neg()
		}
		parts = append(parts, part{q, c.uncertainty(point)})
		v.Evidence = append(v.Evidence, activity.Evidence{Kind: "readings", ID: point})
		s.into(&m)
	}
	var err error
	if v.Quantity, err = c.total(parts); err != nil {
		return v, false, err
	}
	if v.Uncertainty == nil {
		v.Uncertainty = combine(v.Quantity, parts)
	}
	v.Meter = averaged(m)
	c.checkMetered(v)
	return v, true, nil
}

// averaged divides the shares that the points added up.
func averaged(m activity.Meter) *activity.Meter {
	n := float64(len(m.Points))
	m.Covered, m.Substituted, m.Estimated = m.Covered/n, m.Substituted/n, m.Estimated/n
	if m.Substituted == 0 {
		m.Rule = ""
	}
	return &m
}

// total adds the parts up; a mean is of one point, and temperatures do not add.
func (c cell) total(parts []part) (quantity.Quantity, error) {
	if c.par.Integrate == Mean {
		return parts[0].q, nil
	}
	qs := make([]quantity.Quantity, len(parts))
	for i, p := range parts {
		qs[i] = p.q
	}
	return quantity.Sum(c.par.Unit, qs...)
}

// told makes a quantity in the parameter's unit of what a point summed.
func (c cell) told(s sum) (quantity.Quantity, error) {
	if c.par.Integrate != Mean {
		return convert(quantity.Nano(s.nano, s.unit), c.par.Unit)
	}
	p, _ := c.Site.Point(s.point) // a gauge, checked by Parse
	mean := new(big.Rat).SetFrac(s.nano, big.NewInt(1_000_000_000))
	return convert(quantity.New(mean.Quo(mean, new(big.Rat).SetInt64(s.hours)), p.Unit), c.par.Unit)
}

// instead serves where a meter said too little and no substitution helps.
func (c cell) instead(ctx context.Context, s sum) (activity.Value, bool, error) {
	if c.par.Fallback == ByFiling {
		v, ok, err := c.Filings.Filed(ctx, c.Site.ID, c.par.Source, c.par.Name, c.name)
		if err != nil {
			return v, false, err
		}
		if ok {
			c.find("plan.filed_for_meter", activity.Explain,
				lang.T("%s:点 %s 缺 %d 小时,改用填报值", "%s: point %s lacks %d hours, the filed value serves"),
				lang.T("核对账单与表计,说明缺测原因", "check the bill against the meter and give the reason"), s.point, s.missing)
			return c.accept(v)
		}
	}
	if c.par.Fallback == ByDefault {
		c.find("plan.defaulted", activity.Explain,
			lang.T("%s:点 %s 缺 %d 小时,采用标准缺省值", "%s: point %s lacks %d hours, the edition's default serves"),
			lang.T("补传读数,或说明原因", "bring in the readings or give the reason"), s.point, s.missing)
		return activity.Value{}, false, nil
	}
	c.find("plan.meter_missing", activity.Hard,
		lang.T("%s:点 %s 缺 %d 小时(共 %d),计划没有可用的替代", "%s: point %s lacks %d hours of %d, and the plan has nothing to put in"),
		lang.T("补传读数或填报;缺失不按零计", "bring in the readings or file the value; missing is not zero"), s.point, s.missing, s.hours)
	return activity.Value{}, false, nil
}
