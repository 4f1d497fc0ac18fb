package board

import (
	"context"
	"math/big"
	"slices"
	"time"

	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
	"lingtan/reading"
)

const (
	quarter  = 15 * time.Minute
	quarters = 4 // of an hour
	// mostScanned is how many readings a day's course is cut from: quarters of
	// some forty meters that speak each minute. Beyond it hours are shown.
	mostScanned = 80_000
)

// supplied is one kind of supply with its points.
type supplied struct {
	key, group string
	title      lang.Text
	points     []string
}

func (v *view) supplies() []supplied {
	return []supplied{
		{"grid", groupPower, lang.T("外购电", "From the grid"), fed("electricity", "purchased")(v)},
		{"gas", colourGreen, lang.T("瓦斯发电", "Made of mine gas"), ofSystem(v.Mine.Site, systemGeneration)},
		{"pv", colourPV, lang.T("光伏", "Photovoltaic"), ofSystem(v.Mine.Site, systemSolar)},
	}
}

// supply is where the power of the day that runs came from: the stored hours,
// each divided over its quarters as the readings within it say.
func (v *view) supply(ctx context.Context) (Supply, error) {
	day := v.Mine.Site.Calendar.DayOf(v.now)
	out := Supply{Day: v.Mine.Site.Calendar.Name(day), Step: "1 h", Unit: "MW", Series: []SupplySeries{}}
	var ids []reading.ID
	for _, s := range v.supplies() {
		for _, p := range s.points {
			if id, ok := v.Series(p); ok {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		out.Missing, out.Share = lang.T("没有外购、瓦斯发电、光伏的测点", "there is no point of purchased or generated power"), v.todaysShare(out)
		return out, nil
	}
	c, err := v.course(ctx, day, ids)
	if err != nil {
		return out, err
	}
	steps := c.hours
	if c.dense {
		out.Step, steps = "15 min", c.hours*quarters
	}
	for _, s := range v.supplies() {
		out.Series = append(out.Series, v.supplySeries(s, c, steps, out.Day))
	}
	out.Share = v.todaysShare(out)
	return out, nil
}

// course is the day's hours of some series, and how each hour divides.
type course struct {
	day    period.Period
	hours  int // that have begun
	dense  bool
	amount map[reading.ID]map[int]reading.Hour // by hour of the day
	inside map[reading.ID]map[int]*rise
}

// rise is how much a register rose in each quarter of an hour, in its own unit:
// only the proportions are used.
type rise struct {
	parts [quarters]float64
	n     int
}

func (v *view) course(ctx context.Context, day period.Period, ids []reading.ID) (*course, error) {
	slices.Sort(ids)
	from, _ := day.Millis()
	to := min(v.now.UnixMilli(), from+day.Hours()*reading.HourMS)
	c := &course{day: day, hours: int((to - from + reading.HourMS - 1) / reading.HourMS), amount: map[reading.ID]map[int]reading.Hour{}, inside: map[reading.ID]map[int]*rise{}}
	q := reading.Query{Series: slices.Compact(ids), From: from, To: from + int64(c.hours)*reading.HourMS}
	for h, err := range v.Meters.Hours(ctx, q) {
		if err != nil {
			return nil, err
		}
		of := c.amount[h.Series]
		if of == nil {
			of = map[int]reading.Hour{}
			c.amount[h.Series] = of
		}
		of[int(h.Hour-from/reading.HourMS)] = h
	}
	return c, c.divide(ctx, v, q)
}

// divide looks at the readings of the day for what rose in each quarter.
func (c *course) divide(ctx context.Context, v *view, q reading.Query) error {
	var last reading.Reading
	n, between := 0, 0
	for r, err := range v.Meters.Scan(ctx, q) {
		if err != nil {
			return err
		}
		if n++; n > mostScanned {
			c.dense, c.inside = false, nil
			return nil
		}
		if r.Q.Counts() && last.Series == r.Series && r.V >= last.V && r.T > last.T {
			if r.T-last.T < reading.HourMS/2 {
				between++
			}
			c.add(q.From, last, r)
		}
		if r.Q.Counts() {
			last = r
		}
	}
	c.dense = between > 0
	return nil
}

// add lays a rise over the quarters it took.
func (c *course) add(from int64, a, b reading.Reading) {
	step := quarter.Milliseconds()
	for t := a.T; t < b.T; {
		end := min((t-from)/step*step+step+from, b.T)
		hour, k := int((t-from)/reading.HourMS), int((t-from)%reading.HourMS/step)
		of := c.inside[a.Series]
		if of == nil {
			of = map[int]*rise{}
			c.inside[a.Series] = of
		}
		if of[hour] == nil {
			of[hour] = &rise{}
		}
		of[hour].parts[k] += (b.V - a.V) * float64(end-t) / float64(b.T-a.T)
		of[hour].n++
		t = end
	}
}

// supplySeries adds the points of a kind of supply up, step by step.
func (v *view) supplySeries(s supplied, c *course, steps int, day string) SupplySeries {
	out := SupplySeries{Key: s.key, Group: s.group, Title: s.title, Values: make([]*float64, steps)}
	var sum *big.Rat
	for _, point := range s.points {
		id, _ := v.Series(point)
		unit, _ := v.Mine.Site.AmountUnit(point)
		one, err := quantity.Int(1, unit).In(quantity.MustUnit("MWh"))
		if err != nil {
			continue
		}
		for hour, h := range c.amount[id] {
			if hour < 0 || hour >= c.hours || h.CoveredMS <= 0 {
				continue
			}
			energy := quantity.Nano(big.NewInt(h.Amount), unit).MustIn(quantity.MustUnit("MWh"))
			sum = plus(sum, energy.Rat())
			c.lay(out.Values, hour, float64(h.Amount)/1e9*one.Float(), h, c.inside[id][hour])
		}
	}
	out.Energy = Figure{
		ID: "wall.supply." + s.key, Title: s.title, Value: decimal(sum), Unit: "MWh", Period: day, Kind: Measured, Inputs: []Input{},
		Definition: lang.T("今日各表计已有小时的电量", "what the meters counted today, in hours that are known"),
		Formula:    text(sum, "MWh"), Ref: Ref{Period: day, Points: append([]string{}, s.points...)},
	}
	if sum == nil {
		out.Energy.Formula, out.Energy.Missing = lang.Text{}, lang.T("今日没有读数", "no reading today")
	}
	return out
}

// lay adds an hour's energy to its steps as mean power in MW.
func (c *course) lay(values []*float64, hour int, mwh float64, h reading.Hour, r *rise) {
	put := func(i int, mw float64) {
		if i >= len(values) {
			return
		}
		if values[i] == nil {
			values[i] = new(float64)
		}
		*values[i] += mw
	}
	hours := float64(h.CoveredMS) / reading.HourMS
	if !c.dense {
		put(hour, mwh/hours)
		return
	}
	whole := 0.0
	if r != nil {
		for _, x := range r.parts {
			whole += x
		}
	}
	known := int((h.CoveredMS + quarter.Milliseconds() - 1) / quarter.Milliseconds()) // quarters that were measured
	for k := range min(known, quarters) {
		if whole > 0 && r.n >= known {
			put(hour*quarters+k, mwh*r.parts[k]/whole*quarters)
			continue
		}
		put(hour*quarters+k, mwh/hours)
	}
}

// todaysShare is the share of what was made today in what came from all kinds.
func (v *view) todaysShare(s Supply) Figure {
	f := Figure{
		ID: "wall.supply.share", Title: lang.T("今日自发占比", "Self-generated today"), Unit: percent, Period: s.Day, Kind: Estimate, Inputs: []Input{},
		Definition: lang.T("(瓦斯发电 + 光伏)÷(外购 + 瓦斯发电 + 光伏);外供按月结算,当日未扣", "(made of mine gas + photovoltaic) ÷ (purchased + both); what is supplied to others is settled by the month and not taken off"),
		Ref:        Ref{Period: s.Day},
	}
	var made, all *big.Rat
	for _, series := range s.Series {
		x := parsed(series.Energy)
		f.Inputs = append(f.Inputs, Input{Title: series.Title, Value: series.Energy.Value, Unit: "MWh", Ref: series.Energy.Ref})
		if all = plus(all, x); series.Key != "grid" {
			made = plus(made, x)
		}
	}
	x := times100(share(made, all))
	if f.Value = decimal(x); x == nil {
		f.Missing = lang.T("今日没有既知外购又知自发的小时", "today knows no hour of both")
		return f
	}
	f.Formula = lang.T("%s ÷ %s = %s", "%s ÷ %s = %s").Format(text(made, "MWh"), text(all, "MWh"), text(x, percent))
	return f
}
