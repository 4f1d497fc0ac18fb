package board

import (
	"math/big"
	"time"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// outlook expects what the months of a year will come to, from those that are
// over and the same months a year before.
type outlook struct {
	v     *view
	year  ordinal  // its January
	last  ordinal  // beyond it nothing of the year is looked at
	trend *big.Rat // this year ÷ the year before, like for like; nil: no month compares
	daily *big.Rat // tCO2e a day of the year's months that are over; nil: none is
}

func (v *view) outlook(year int) *outlook {
	o := &outlook{v: v, year: ordinalOf(year, time.January)}
	o.last = min(v.last, o.year.december())
	now, before, _, _, _ := v.pair(o.year, o.last, v.counted)
	if before != nil && before.Sign() > 0 {
		o.trend = share(now, before)
	}
	days := int64(0)
	var known *big.Rat
	for at := o.year; at <= o.last; at++ {
		if m := v.months[at]; m != nil && m.over() {
			sum, _ := v.sum([]*month{m}, v.counted)
			known = plus(known, sum)
			days += m.period.Hours() / 24
		}
	}
	if known != nil && days > 0 {
		o.daily = new(big.Rat).Quo(known, new(big.Rat).SetInt64(days))
	}
	return o
}

// method tells how the expectation is made.
func (o *outlook) method() lang.Text {
	switch {
	case o.trend != nil:
		return lang.T("预测:上年同月 × 本年已过月份与上年同月之比(%s),逐源同口径比较;已过而缺数的排放源同样补足", "forecast: the same month a year before × this year's months that are over ÷ the same months then (%s), like for like; a source that lacks in a month that is over is expected likewise").
			Format(text(o.trend, ""))
	case o.daily != nil:
		return lang.T("预测:没有上年同月可比,按本年已过月份的日均(%s/天)", "forecast: no month of the year before compares, so the daily mean of this year's months that are over (%s a day)").Format(text(o.daily, tonnes))
	}
	return lang.T("本年没有已过完的月份,不作预测", "no month of the year is over, so nothing is forecast")
}

// expect is what a month comes to: as it was accounted where it is over, with
// what lacks in it expected; nil where nothing can be said.
func (o *outlook) expect(at ordinal) *big.Rat {
	m, w := o.v.months[at], o.v.months[at-12]
	if at > o.last {
		m = nil // it is not asked for
	}
	known := map[twin]*big.Rat{}
	if m != nil && m.over() {
		known = o.v.byTwin(m, o.v.counted)
	}
	var sum *big.Rat
	for _, x := range known {
		sum = plus(sum, x)
	}
	switch {
	case o.trend != nil && w != nil && w.over():
		for k, x := range o.v.byTwin(w, o.v.counted) {
			if known[k] == nil {
				sum = plus(sum, new(big.Rat).Mul(x, o.trend))
			}
		}
		return sum
	case len(known) > 0:
		return sum
	case o.daily != nil:
		days := at.in(o.v.Mine.Site.Calendar).Hours() / 24
		return new(big.Rat).Mul(o.daily, new(big.Rat).SetInt64(days))
	}
	return nil
}

// forecast is the figure of a month's or the year's expectation.
func (o *outlook) forecast(id string, title lang.Text, first, last ordinal) Figure {
	var sum *big.Rat
	inputs := []Input{}
	for at := first; at <= last; at++ {
		x := o.expect(at)
		if x == nil {
			sum, inputs = nil, []Input{}
			break
		}
		sum = plus(sum, x)
		inputs = append(inputs, Input{Title: lang.Same(at.String()), Value: decimal(x), Unit: tonnes, Ref: Ref{Period: at.String(), Node: o.v.node.id}})
	}
	f := Figure{
		ID: id, Title: title, Value: decimal(sum), Unit: tonnes, Period: stretchName(first, last), Kind: Forecast, Definition: o.method(),
		Formula: added(inputs, sum, tonnes), Inputs: inputs, Ref: Ref{Period: stretchName(first-12, last-12), Node: o.v.node.id},
	}
	if sum == nil {
		f.Missing = o.method()
		if o.trend != nil || o.daily != nil {
			f.Missing = lang.T("期间中有月份无从预测", "a month of the period cannot be expected")
		}
	}
	return f
}

// budget gives the node's budget of a year.
func (v *view) budget(year int) (site.Budget, bool) {
	for _, b := range v.Mine.Site.Budgets {
		if b.Year == year && v.node.budgeted(v.Mine.Site, b.Node) {
			return b, true
		}
	}
	return site.Budget{}, false
}

func noBudget(year int) lang.Text {
	return lang.T("矿点文件没有 %d 年的碳预算 [[budget]]", "the site file has no [[budget]] of %d for it").Format(year)
}

// allowance is a budget's amount for months from January on, up to an instant
// of the last of them or its end.
func (v *view) allowance(b site.Budget, last ordinal, until time.Time) *big.Rat {
	cal := v.Mine.Site.Calendar
	end := last.in(cal).End()
	if until.Before(end) {
		end = until
	}
	if !end.Before(cal.Year(b.Year).End()) {
		return b.Amount.Rat()
	}
	if !end.After(cal.Year(b.Year).Start()) {
		return new(big.Rat)
	}
	allowed, _, _ := b.Allowed(cal, end, "year")
	return allowed.Rat()
}

// budgetOf is a month's part of the budget.
func (v *view) budgetOf(at ordinal) *Figure {
	b, ok := v.budget(at.year())
	if !ok {
		return nil
	}
	end := at.in(v.Mine.Site.Calendar).End()
	x := v.allowance(b, at, end)
	if at > at.january() {
		x = less(x, v.allowance(b, at-1, end))
	}
	title := lang.T("%s 预算", "Budget of %s").Format(at)
	return &Figure{
		ID: "overview.budget." + at.String(), Title: title, Value: decimal(x), Unit: tonnes, Period: at.String(), Kind: Filed,
		Definition: lang.T("矿点文件中的碳预算;只写全年的,按天数均摊到月", "the carbon budget of the site file; one written for the year is spread evenly over its days"),
		Formula:    lang.T("%s 的 %s = %s", "%[2]s of %[1]s = %[3]s").Format(b.Name, at, text(x, tonnes)), Inputs: []Input{}, Ref: Ref{Period: at.String(), Register: "budget"},
	}
}

// ofYear is the year of the last month against its budget.
func (v *view) ofYear() Year {
	year := v.last.year()
	jan, dec := v.last.january(), v.last.december()
	o := v.outlook(year)
	out := Year{Year: year, Method: o.method(), Forecast: o.forecast("overview.year.forecast", lang.T("全年预测", "Forecast of the year"), jan, dec)}
	var spent *big.Rat
	out.ToDate, spent = v.totalled("overview.year.to_date", lang.T("本年累计", "Year to date"), jan, v.last, v.counted)
	out.ToDate.Definition = v.definition()
	out.ToDate.Inputs = v.byMonth(jan, v.last, v.counted, Ref{})
	out.ToDate.Formula = added(out.ToDate.Inputs, spent, tonnes)
	v.lacks(&out.ToDate, jan, v.last, everySource)
	b, ok := v.budget(year)
	var whole, allowed *big.Rat
	if ok {
		whole, allowed = b.Amount.Rat(), v.allowance(b, v.last, v.now)
	}
	of := func(id string, title lang.Text, value *big.Rat, unit string, definition, formula lang.Text, inputs ...Input) Figure {
		f := Figure{
			ID: "overview.year." + id, Title: title, Value: decimal(value), Unit: unit, Period: stretchName(jan, dec), Kind: Filed, Definition: definition,
			Formula: formula, Inputs: append([]Input{}, inputs...), Ref: Ref{Register: "budget"},
		}
		if value == nil {
			f.Formula, f.Missing = lang.Text{}, noBudget(year)
			if ok {
				f.Missing = lang.T("本年还没有可核算的数", "nothing of the year can be accounted for yet")
			}
		}
		return f
	}
	budget := Input{Title: lang.T("全年预算", "Budget of the year"), Value: decimal(whole), Unit: tonnes, Ref: Ref{Register: "budget"}}
	done := Input{Title: out.ToDate.Title, Value: out.ToDate.Value, Unit: tonnes, Ref: out.ToDate.Ref}
	out.Budget = of("budget", budget.Title, whole, tonnes, lang.T("矿点文件中该节点的年度碳预算", "the node's carbon budget in the site file"), b.Name)
	out.Allowed = of("allowed", lang.T("同期预算", "Budget to date"), allowed, tonnes,
		lang.T("一月至末月的预算,未过完的月按已过时间", "the budget of January to the last month, of a month that still runs by the time gone by"), text(allowed, tonnes))
	out.Allowed.Period = out.ToDate.Period
	used, left := times100(share(spent, whole)), less(whole, spent)
	out.Used = of("used", lang.T("已用预算", "Budget used"), used, percent, lang.T("本年累计 ÷ 全年预算", "year to date ÷ the budget of the year"), divided(done, budget, used, percent), done, budget)
	out.Left = of("left", lang.T("剩余预算", "Budget left"), left, tonnes, lang.T("全年预算 − 本年累计", "the budget of the year − year to date"),
		lang.T("%s − %s = %s", "%s − %s = %s").Format(text(whole, tonnes), text(spent, tonnes), text(left, tonnes)), budget, done)
	out.Used.Kind, out.Left.Kind = out.ToDate.Kind, out.ToDate.Kind
	return out
}

// parsed reads a decimal that a figure carries.
func parsed(f Figure) *big.Rat {
	if f.Value == nil {
		return nil
	}
	q, err := quantity.Parse(*f.Value)
	if err != nil {
		return nil
	}
	return q.Rat()
}
