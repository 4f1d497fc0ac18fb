package api

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
)

// Stretch asks for a period by its name, or for what lies between two instants.
type Stretch struct {
	Period string `query:"period" maxLength:"10" doc:"2024、2024-06 或 2024-06-30,按矿的日历 | by the mine's calendar"`
	From   string `query:"from" maxLength:"40" doc:"起(含),RFC 3339 或毫秒 | from (included), RFC 3339 or milliseconds"`
	To     string `query:"to" maxLength:"40" doc:"止(不含) | to (excluded)"`
}

// between gives the stretch in ms.
func (s Stretch) between(cal period.Calendar) (from, to int64, err error) {
	if s.Period != "" {
		p, err := cal.Parse(s.Period)
		if err != nil {
			return 0, 0, fault.At(err, fault.Place{Column: "period"})
		}
		from, to = p.Millis()
		return from, to, nil
	}
	if s.From == "" || s.To == "" {
		return 0, 0, fault.Invalid.Say(lang.T("没有说要哪段时间", "no stretch of time was asked for")).
			Do(lang.T("给出 period,或 from 与 to", "give period, or from and to")).At(fault.Place{Column: "period"})
	}
	from, errFrom := parseInstant(s.From)
	to, errTo := parseInstant(s.To)
	if err := errors.Join(fault.At(errFrom, fault.Place{Column: "from"}), fault.At(errTo, fault.Place{Column: "to"})); err != nil {
		return 0, 0, err
	}
	if from >= to || from < -maxInstant || to > maxInstant {
		return 0, 0, complaint("to", "止 %s 不晚于起 %s,或超出范围", "the end %s is not after the beginning %s, or out of range", s.To, s.From)
	}
	return from, to, nil
}

// maxInstant is the year 9999, beyond which time.Time does not write JSON.
const maxInstant = 253_402_300_799_000

// Amount is what a point measured in a stretch of time.
type Amount struct {
	Point       string            `json:"point"`
	From        time.Time         `json:"from"`
	To          time.Time         `json:"to"`
	Amount      quantity.Quantity `json:"amount" doc:"精确值 | exact"`
	Covered     float64           `json:"covered" doc:"有读数的时间占比 | share of the time with readings"`
	Hours       int64             `json:"hours" doc:"有数的小时 | hours that are known"`
	Estimated   int64             `json:"estimated,omitempty" doc:"插补的小时 | hours spread over a gap"`
	Substituted int64             `json:"substituted,omitempty"`
	Flags       []string          `json:"flags,omitempty"`
}

// Amounts is the answer to a question for amounts. A stretch of which nothing
// is known is not in it: missing is never zero.
type Amounts struct {
	By    string   `json:"by"`
	Items []Amount `json:"items"`
}

// listAmounts tells what points measured, by hour, day, month, year or in all.
func (s *server) listAmounts(ctx context.Context, in *struct {
	OfSite
	Stretch
	Points []string `query:"point" required:"true" minItems:"1" maxItems:"50" doc:"测点编号,逗号分隔 | ids of points, by commas"`
	By     string   `query:"by" default:"day" enum:"hour,day,month,year,all"`
},
) (*struct{ Body Amounts }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	from, to, err := in.between(mine.Site.Calendar)
	if err != nil {
		return nil, err
	}
	bounds, err := boundsOf(mine.Site.Calendar, in.By, from, to, len(in.Points))
	if err != nil {
		return nil, err
	}
	q, names, err := mine.ask(in.Points)
	if err != nil {
		return nil, err
	}
	if err := mine.Inventories.Refresh(ctx); err != nil {
		return nil, err
	}
	q.From, q.To = bounds[0], bounds[len(bounds)-1]
	totals, err := totalsOf(ctx, mine.Readings.Series, in.By, q, bounds)
	if err != nil {
		return nil, err
	}
	out := Amounts{By: in.By, Items: make([]Amount, 0, len(totals))}
	for _, t := range totals {
		out.Items = append(out.Items, names[t.Series].amount(t))
	}
	return &struct{ Body Amounts }{out}, nil
}

// totalsOf adds up between bounds. Hours are kept as such and need no adding.
func totalsOf(ctx context.Context, series reading.Series, by string, q reading.Query, bounds []int64) ([]reading.Total, error) {
	if by != "hour" {
		return series.Totals(ctx, q, bounds)
	}
	var out []reading.Total
	for h, err := range series.Hours(ctx, q) {
		if err != nil {
			return nil, err
		}
		t := reading.Total{
			Series: h.Series, From: h.Hour * reading.HourMS, To: (h.Hour + 1) * reading.HourMS,
			Amount: big.NewInt(h.Amount), CoveredMS: h.CoveredMS, Hours: 1, Flags: h.Flags,
		}
		if h.Flags.Has(reading.Estimated) {
			t.Estimated = 1
		}
		if h.Flags.Has(reading.Substituted) {
			t.Substituted = 1
		}
		out = append(out, t)
	}
	return out, nil
}

// asked is a point with the unit of its amounts.
type asked struct {
	name string
	unit quantity.Unit
}

// ask finds the series of points.
func (m *Mine) ask(points []string) (reading.Query, map[reading.ID]asked, error) {
	names := map[reading.ID]asked{}
	var q reading.Query
	var faults []error
	for _, name := range points {
		unit, known := plan.AmountUnit(m.Site, name)
		id, numbered := m.Number(name)
		if !known || !numbered {
			faults = append(faults, noPoint(name))
			continue
		}
		if _, twice := names[id]; !twice {
			q.Series = append(q.Series, id)
		}
		names[id] = asked{name, unit}
	}
	slices.Sort(q.Series)
	return q, names, errors.Join(faults...)
}

func (a asked) amount(t reading.Total) Amount {
	return Amount{
		Point: a.name, From: time.UnixMilli(t.From).UTC(), To: time.UnixMilli(t.To).UTC(),
		Amount: quantity.Nano(t.Amount, a.unit), Hours: t.Hours, Estimated: t.Estimated, Substituted: t.Substituted,
		Covered: float64(t.CoveredMS) / float64(t.To-t.From), Flags: t.Flags.Names(),
	}
}

// boundsOf cuts a stretch as the mine's calendar does; the ends of what is
// asked for stay ends, widened to full hours.
func boundsOf(cal period.Calendar, by string, from, to int64, points int) ([]int64, error) {
	from = reading.HourOf(from) * reading.HourMS
	to = reading.HourOf(to+reading.HourMS-1) * reading.HourMS
	bounds := []int64{from}
	for at := from; at < to; {
		next := to
		switch by {
		case "hour":
			next = at + reading.HourMS
		case "day":
			_, next = cal.DayOf(time.UnixMilli(at)).Millis()
		case "month":
			_, next = cal.MonthOf(time.UnixMilli(at)).Millis()
		case "year":
			_, next = cal.YearOf(cal.MonthOf(time.UnixMilli(at))).Millis()
		}
		at = min(next, to)
		bounds = append(bounds, at)
		if (len(bounds)-1)*points > maxAmounts {
			return nil, fault.Invalid.Say(lang.T("超过 %d 行", "more than %d rows"), maxAmounts).
				Do(lang.T("缩短时间、减少测点,或改用更粗的 by", "ask for less time, fewer points or a coarser by")).At(fault.Place{Column: "by"})
		}
	}
	return bounds, nil
}
