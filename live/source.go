package live

import (
	"math/big"
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/standard"
)

// source is an emission source with what the plan feeds it by.
type source struct {
	site.Source
	counted bool // the edition knows its kind
	feeds   []feed
	open    [stretches]figure // of the open day and month; the year's is the sum with the past
	rate    figure            // kg an hour
	moved   bool
	second  int64 // when it was last worked out
}

// feed is one parameter of the plan with its meters.
type feed struct {
	plan.Parameter
	plus, minus []*meter
	// accrues tells that the parameter is an amount, of which a filed month
	// gives no day its share; what is no amount, such as a calorific value,
	// serves every day of its month.
	accrues bool
}

// accrual are units of amounts.
var accrual = []string{"t", "MWh", "Nm3", "Nm3:dry", "Nm3:wet", "m3", "m3@work", "m3@20C", "m3@60F", "km", "d", "h"} //nolint:gochecknoglobals // a constant table

func accrues(u quantity.Unit) bool {
	return slices.ContainsFunc(accrual, func(s string) bool {
		known, err := quantity.ParseUnit(s)
		return err == nil && u.Same(known)
	})
}

func (h *Hall) newSource(s site.Source, meters map[string]*meter) *source {
	_, err := h.edition.Kind(s.Kind)
	made := &source{Source: s, counted: err == nil, moved: true}
	for _, par := range h.Plan.Of(s.ID) {
		f := feed{Parameter: par, accrues: accrues(par.Unit)}
		for i, id := range slices.Concat(par.Points, par.Minus) {
			m, ok := meters[id]
			switch {
			case !ok:
				continue
			case i < len(par.Points):
				f.plus = append(f.plus, m)
			default:
				f.minus = append(f.minus, m)
			}
			m.sources = append(m.sources, made)
		}
		made.feeds = append(made.feeds, f)
	}
	return made
}

// fed tells whether any meter of the source has ever spoken.
func (s *source) fed() bool {
	return slices.ContainsFunc(s.feeds, func(f feed) bool {
		return slices.ContainsFunc(slices.Concat(f.plus, f.minus), func(m *meter) bool { return m.rateT != never })
	})
}

// reckon works out the source's figures.
func (h *Hall) reckonSource(s *source) {
	for _, k := range []stretch{day, month} {
		s.open[k] = h.figure(s, h.cut.name(k), span(h.cut, k), func(f feed, out *figure) (activity.Value, bool) { return h.amount(f, k, out) })
	}
	s.rate = h.figure(s, "rate", span(h.cut, day), h.pace)
	s.rate.scale(big.NewRat(1000, 1))
	s.moved, s.second = false, h.cut.now
}

// figure computes a source's line from what one of its stretches has.
func (h *Hall) figure(s *source, name string, p period.Period, value func(feed, *figure) (activity.Value, bool)) figure {
	out := figure{sources: 1}
	if !s.counted {
		return figure{}
	}
	a := activity.Activity{
		ID: s.ID + "/" + name, Kind: s.Kind, Source: s.ID, Name: s.Name, Item: s.Item, Attrs: s.Attrs,
		Period: p, Values: map[string]activity.Value{}, At: s.At,
	}
	for _, f := range s.feeds {
		v, ok := value(f, &out)
		switch {
		case ok:
			a.Values[f.Name] = v
		case f.How != activity.Defaulted && f.How != activity.Stated && f.Fallback != plan.ByDefault:
			out.lack(f.ID())
		}
	}
	h.compute(a, &out)
	return out
}

// compute asks the edition for the totals of one activity.
func (h *Hall) compute(a activity.Activity, out *figure) {
	if len(a.Values) == 0 {
		return
	}
	result, err := standard.Compute(standard.Request{
		Edition: h.edition.ID, Activities: []activity.Activity{a}, Factors: h.Factors, GWP: h.GWP,
		Province: h.Site.Province, Choices: h.Choices, Calendar: h.Site.Calendar,
	})
	if err != nil {
		out.problem = say(err)
		return
	}
	out.told = 1
	out.totals = map[string]*big.Rat{}
	for _, t := range result.Totals {
		out.totals[t.ID] = t.CO2e.Rat()
	}
}

// say tells an error in the readers' languages.
func say(err error) lang.Text {
	if f, ok := err.(interface{ In(lang.Tag) string }); ok {
		return lang.T(f.In(lang.ZH), f.In(lang.EN))
	}
	return lang.Same(err.Error())
}

// amount is what a parameter has come to in an open stretch.
func (h *Hall) amount(f feed, k stretch, out *figure) (activity.Value, bool) {
	if !f.Metered() {
		return h.paper(f, k, out)
	}
	total, known := quantity.Int(0, f.Unit), false
	for i, m := range slices.Concat(f.plus, f.minus) {
		s := m.of(k, h.cut)
		out.observe(m, s, h.cut.elapsedMS(k))
		if s.hours == 0 {
			continue
		}
		q, err := f.told(m, s)
		if err != nil {
			continue
		}
		if i >= len(f.plus) {
			q = q.Neg()
		}
		if total, err = total.Add(q); err == nil {
			known = true
		}
	}
	if !known && f.Fallback == plan.ByFiling {
		return h.paper(f, k, out)
	}
	return activity.Value{Quantity: total, How: activity.Metered}, known
}

// told tells a meter's sum in the parameter's unit, of a gauge's mean the mean
// of the time it was measured.
func (f feed) told(m *meter, s sum) (quantity.Quantity, error) {
	if f.Integrate != plan.Mean {
		return in(quantity.Nano(s.amount.Big(), m.unit), f.Unit)
	}
	hours := big.NewRat(max(s.coveredMS, 1), reading.HourMS)
	mean := new(big.Rat).SetFrac(s.amount.Big(), big.NewInt(1_000_000_000))
	return in(quantity.New(mean.Quo(mean, hours), m.unit.Div(quantity.MustUnit("h"))), f.Unit)
}

// pace is a parameter's rate: its amount per hour, a mean's value.
func (h *Hall) pace(f feed, out *figure) (activity.Value, bool) {
	if !f.Metered() {
		return h.paper(f, day, out)
	}
	total, known := quantity.Int(0, f.Unit), false
	for i, m := range slices.Concat(f.plus, f.minus) {
		out.see(m)
		if !m.rated {
			continue
		}
		unit := m.unit
		if f.Integrate == plan.Mean {
			unit = unit.Div(quantity.MustUnit("h"))
		}
		q, err := quantity.FromFloat(m.rate, unit)
		if err != nil {
			continue
		}
		if q, err = in(q, f.Unit); err != nil {
			continue
		}
		if i >= len(f.plus) {
			q = q.Neg()
		}
		if total, err = total.Add(q); err == nil {
			known = true
		}
	}
	return activity.Value{Quantity: total, How: activity.Metered}, known
}

// in tells a quantity in a unit, as the plan does when it gathers: a gas volume
// of another reference state is moved to it exactly.
func in(q quantity.Quantity, u quantity.Unit) (quantity.Quantity, error) {
	out, err := q.In(u)
	if err == nil {
		return out, nil
	}
	for _, state := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		if moved, cannot := q.AtState(state); cannot == nil {
			if out, wrong := moved.In(u); wrong == nil {
				return out, nil
			}
		}
	}
	return quantity.Quantity{}, err
}

// span is the period an open stretch is computed over: as much of it as has
// passed, in whole hours, for a formula may count hours. Factors go by the year
// of its middle; where that is not the accounting year, as in the first days of
// a month that begins in December, the whole month serves.
func span(c *cut, k stretch) period.Period {
	p := c.periods[k]
	hours := max((c.elapsedMS(k)+reading.HourMS-1)/reading.HourMS, 1)
	end := p.Start().Add(time.Duration(hours) * time.Hour)
	if end.After(p.End()) {
		end = p.End()
	}
	part, err := period.Between(p.Start(), end)
	if err != nil || middle(part) != middle(c.periods[month]) {
		return c.periods[month]
	}
	return part
}

func middle(p period.Period) int {
	return p.Start().Add(p.Duration() / 2).In(p.Start().Location()).Year()
}
