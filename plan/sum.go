package plan

import (
	"context"
	"math/big"

	"lingtan/activity"
	"lingtan/quantity"
	"lingtan/reading"
)

// leastMS is the measured time from which an hour counts: 45 minutes
// (HJ 212-2017 annex D). Its amount is then told for the whole hour by its own
// mean, and is called estimated.
const leastMS = 45 * 60_000

// aroundHours is how far a substitution may look for good hours on both sides
// of a month.
const aroundHours = 31 * 24

// sum is what one point said in one month.
type sum struct {
	point       string
	unit        quantity.Unit
	nano        *big.Int
	hours       int64 // expected
	missing     int64 // of which nothing is known, and no rule put anything in
	coveredMS   int64
	estimated   int64
	substituted int64
	flags       reading.Flags
}

// into adds the point and its shares; the caller divides by the number of points.
func (s *sum) into(m *activity.Meter) {
	hours := float64(s.hours)
	m.Points = append(m.Points, s.point)
	m.Covered += float64(s.coveredMS) / (hours * reading.HourMS)
	m.Substituted += float64(s.substituted) / hours
	m.Estimated += float64(s.estimated) / hours
}

// point sums one point over the month. Only where an hour is not wholly
// covered are its hours looked at one by one.
func (c cell) point(ctx context.Context, point string) (sum, error) {
	unit, _ := AmountUnit(c.Site, point) // checked by Parse
	id, _ := c.Series(point)             // checked by load
	from, _ := c.month.Millis()
	s := sum{point: point, unit: unit, nano: new(big.Int), hours: c.month.Hours()}
	t, ok := c.totals[stretch{id, from}]
	if ok && t.Hours == s.hours && t.CoveredMS == s.hours*reading.HourMS {
		s.nano, s.coveredMS, s.estimated, s.substituted, s.flags = t.Amount, t.CoveredMS, t.Estimated, t.Substituted, t.Flags
		return s, nil
	}
	return s, c.fill(ctx, id, &s)
}

// fill sums the month by the hour, with the plan's substitution.
func (c cell) fill(ctx context.Context, id reading.ID, s *sum) error {
	from, to := c.month.Millis()
	q := reading.Query{Series: []reading.ID{id}, From: from - aroundHours*reading.HourMS, To: to + aroundHours*reading.HourMS}
	var rows []reading.Hour
	for h, err := range c.Meters.Hours(ctx, q) {
		if err != nil {
			return err
		}
		rows = append(rows, whole(h))
	}
	rule, ok := reading.SubstitutionOf(c.par.Fallback)
	if !ok { // a filing or the default: nothing is put in
		rule, _ = reading.SubstitutionOf("none")
	}
	side := reading.Emitted
	if c.par.Direction == Reduction {
		side = reading.Utilised
	}
	filled := rule.Fill(rows, reading.Expected{
		Span: reading.Span{Series: id, From: reading.HourOf(from), To: reading.HourOf(to)}, Side: side, LeastMS: leastMS,
	})
	s.missing = s.hours - int64(len(filled))
	for _, h := range filled {
		s.add(h)
	}
	return nil
}

func (s *sum) add(h reading.Hour) {
	s.nano.Add(s.nano, big.NewInt(h.Amount))
	s.coveredMS += h.CoveredMS
	s.flags |= h.Flags
	switch {
	case h.Flags.Has(reading.Substituted):
		s.substituted++
	case h.Flags.Has(reading.Estimated):
		s.estimated++
	}
}

// whole tells an hour that was measured long enough, but not wholly, by its own
// mean: a gap of minutes is no time without a flow.
func whole(h reading.Hour) reading.Hour {
	if h.CoveredMS >= reading.HourMS || h.CoveredMS < leastMS || h.Flags.Has(reading.Estimated) {
		return h
	}
	n := new(big.Int).Mul(big.NewInt(h.Amount), big.NewInt(reading.HourMS))
	half := big.NewInt(h.CoveredMS / 2)
	if h.Amount < 0 {
		half.Neg(half)
	}
	n.Quo(n.Add(n, half), big.NewInt(h.CoveredMS))
	if !n.IsInt64() {
		return h
	}
	h.Amount = n.Int64()
	h.Flags |= reading.Estimated
	return h
}
