package board

import (
	"math/big"
	"strings"

	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
)

// daysMethod is how a month is told by the day.
func daysMethod() lang.Text {
	return lang.T("月排放按日分解:表计输入按当日读数占全月的份额移动各行(一阶),填报等其余部分按时间均摊;各日之和等于全月",
		"a month by the day: each line moves with the share of the month that its meters counted on the day (to first order), what is filed is spread evenly over the time; the days add up to the month")
}

// daily is what one input counted on each day, in the parameter's unit.
type daily struct {
	total *big.Rat
	days  []*big.Rat
}

// spread tells every piece of a month by the day. It is done once, when the
// month is made, for a month on the shelf is read by many.
func (v *view) spread(m *month) {
	weights := v.weightsOf(m)
	known := map[string]*daily{}
	for _, p := range m.pieces {
		p.days = make([]*big.Int, len(weights))
		left := nanoOf(p.mass)
		for d, w := range weights {
			x := new(big.Rat).Mul(p.mass, w)
			for key, slope := range p.moves {
				in, asked := known[key]
				if !asked {
					in = v.daily(m, key, weights)
					known[key] = in
				}
				if in == nil {
					continue
				}
				by := new(big.Rat).Quo(in.days[d], in.total)
				x.Add(x, by.Mul(by.Sub(by, w), slope))
			}
			if p.days[d] = nanoOf(x); d == len(weights)-1 {
				p.days[d] = new(big.Int).Set(left) // the days add up
			}
			left.Sub(left, p.days[d])
		}
	}
}

// nanoOf tells a mass in 10⁻⁹ t, to the nearest.
func nanoOf(mass *big.Rat) *big.Int {
	return quantity.RoundInt(new(big.Rat).Mul(mass, big.NewRat(1_000_000_000, 1)), quantity.HalfUp)
}

// weightsOf are the shares of the time of each day that has begun, and keeps
// the days' names and coverage with the month.
func (v *view) weightsOf(m *month) []*big.Rat {
	var out []*big.Rat
	all := big.NewInt(m.to - m.from)
	for day := range v.Mine.Site.Calendar.Days(m.period) {
		from, to := day.Millis()
		if to = min(to, m.to); to <= from || all.Sign() <= 0 {
			break
		}
		out = append(out, new(big.Rat).SetFrac(big.NewInt(to-from), all))
		m.dates, m.spans = append(m.dates, v.Mine.Site.Calendar.Name(day)), append(m.spans, span{from, to})
		m.cover = append(m.cover, v.covered(m, from, to))
	}
	return out
}

// covered is the share of a day that the meters of the plan measured.
func (v *view) covered(m *month, from, to int64) float64 {
	n, covered := 0, 0.0
	for _, par := range v.Mine.Plan.Parameters {
		source, _ := v.Mine.Site.Source(par.Source)
		if _, err := v.edition.Kind(source.Kind); err != nil {
			continue
		}
		for _, points := range [][]string{par.Points, par.Minus} {
			for _, point := range points {
				id, _ := v.Series(point)
				if t := m.hours.day(id, from); t.Amount != nil {
					covered += min(float64(t.CoveredMS)/float64(to-from), 1)
				}
				n++
			}
		}
	}
	if n == 0 {
		return -1
	}
	return covered / float64(n)
}

// daily tells what an input counted by the day; nil where no meter feeds it.
// What the month has beyond the stored hours, put in for hours without, goes to
// the days by what they lack.
func (v *view) daily(m *month, key string, weights []*big.Rat) *daily {
	id, name, _ := strings.Cut(strings.TrimPrefix(key, "input:"), "#")
	source := strings.TrimSuffix(id, "/"+m.at.String())
	par, ok := v.Mine.Plan.Parameter(source, name)
	value, there := m.value(key)
	if !ok || !there || value.Meter == nil || par.Integrate == plan.Mean {
		return nil
	}
	q, err := convert(value.Quantity, par.Unit)
	if err != nil || q.IsZero() {
		return nil
	}
	out := &daily{total: q.Rat(), days: make([]*big.Rat, len(weights))}
	lacks := make([]*big.Rat, len(weights))
	for d := range out.days {
		out.days[d], lacks[d] = new(big.Rat), new(big.Rat)
	}
	for i, points := range [][]string{par.Points, par.Minus} {
		for _, point := range points {
			if !v.addPoint(m, par, point, i == 1, out.days, lacks) {
				return nil
			}
		}
	}
	out.settle(lacks)
	return out
}

// addPoint adds what one point counted, and what of each day it lacks.
func (v *view) addPoint(m *month, par plan.Parameter, point string, minus bool, days, lacks []*big.Rat) bool {
	unit, known := v.Mine.Site.AmountUnit(point)
	one, err := convert(quantity.Int(1, unit), par.Unit)
	if !known || err != nil {
		return false
	}
	nano := new(big.Rat).Quo(one.Rat(), big.NewRat(1_000_000_000, 1))
	if minus {
		nano.Neg(nano)
	}
	id, _ := v.Series(point)
	for d, at := range m.spans {
		t := m.hours.day(id, at.from)
		if t.Amount != nil {
			days[d].Add(days[d], new(big.Rat).Mul(new(big.Rat).SetInt(t.Amount), nano))
		}
		if lack := at.to - at.from - t.CoveredMS; lack > 0 {
			lacks[d].Add(lacks[d], big.NewRat(lack, reading.HourMS))
		}
	}
	return true
}

// settle makes the days add up to the total: by what they lack, else in proportion.
func (in *daily) settle(lacks []*big.Rat) {
	sum, lack := new(big.Rat), new(big.Rat)
	for d := range in.days {
		sum.Add(sum, in.days[d])
		lack.Add(lack, lacks[d])
	}
	apart := new(big.Rat).Sub(in.total, sum)
	for d := range in.days {
		switch {
		case apart.Sign() == 0:
			return
		case lack.Sign() > 0:
			part := new(big.Rat).Quo(lacks[d], lack)
			in.days[d].Add(in.days[d], part.Mul(part, apart))
		case sum.Sign() != 0:
			by := new(big.Rat).Quo(in.total, sum)
			in.days[d].Mul(in.days[d], by)
		}
	}
}

// calendar tells each day of the months asked for.
func (v *view) calendar() []Day {
	out := []Day{}
	for _, m := range v.asked() {
		for d, date := range m.dates {
			out = append(out, v.day(m, d, date))
		}
	}
	return out
}

func (v *view) day(m *month, d int, date string) Day {
	day := Day{Date: date}
	if c := m.cover[d]; c >= 0 {
		day.Coverage = &c
	}
	known := false
	sum, parts := new(big.Int), map[string]*big.Int{}
	for _, p := range m.pieces {
		if !v.counted(p) {
			continue
		}
		w := v.weights[p.line.Gas]
		x := new(big.Int).Mul(p.days[d], w.Num())
		if !w.IsInt() {
			x = quantity.RoundInt(new(big.Rat).SetFrac(x, w.Denom()), quantity.HalfUp)
		}
		if p.sign < 0 {
			x.Neg(x)
		}
		if parts[p.group] == nil {
			parts[p.group] = new(big.Int)
		}
		parts[p.group].Add(parts[p.group], x)
		sum.Add(sum, x)
		known = true
	}
	if !known {
		return day
	}
	day.Value, day.Parts = ofNano(sum), map[string]string{}
	for group, x := range parts {
		day.Parts[group] = *ofNano(x)
	}
	return day
}

// ofNano tells 10⁻⁹ t in tonnes.
func ofNano(x *big.Int) *string {
	return decimal(new(big.Rat).SetFrac(x, big.NewInt(1_000_000_000)))
}
