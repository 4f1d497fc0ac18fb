package rule

import (
	"math/big"
	"slices"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/site"
)

// loose is what a stock may be off by for rounding: a thousandth of what went
// through it.
var loose = big.NewRat(1, 1000) //nolint:gochecknoglobals // a constant; Go has no constant Rat

// between puts a check that names several rows to the cells where it is told.
func (s *Set) between(w plan.Check) {
	c := check{id: w.ID, severity: activity.Hard, limit: loose, plan: w}
	if w.Severity != "" {
		c.severity = activity.Severity(w.Severity)
	}
	if w.Limit != nil {
		c.limit = w.Limit
	}
	if c.severity == "off" {
		return
	}
	switch w.Kind {
	case plan.Balance:
		c.find = stock
		s.checks[w.Closing] = append(s.checks[w.Closing], c)
		c.find = carried
		s.checks[w.Opening] = append(s.checks[w.Opening], c)
	case plan.AtMost:
		c.find = atMost
		for _, id := range w.Out {
			if row, ok := s.rows[id]; ok && row.Filed() {
				s.checks[id] = append(s.checks[id], c)
			}
		}
	case plan.ChangeMonth, plan.ChangeYear, plan.Sigma, plan.Against, plan.Calorific, plan.Papers, plan.Reused, plan.Repeated:
	}
}

// gasBalance is the rule that every underground mine has: no more is used and
// flared than was drained, pure methane all of it.
func gasBalance(p *plan.Plan, s *site.Site) []plan.Check {
	var out []plan.Check
	for _, source := range s.Sources {
		w := plan.Check{ID: "utilised", Kind: plan.AtMost, Limit: new(big.Rat)}
		for _, par := range p.Of(source.ID) {
			switch {
			case source.Kind != "underground_ch4":
			case par.Name == "drain":
				w.In = append(w.In, par.ID())
			case par.Name == "utilised", par.Name == "flared":
				w.Out = append(w.Out, par.ID())
			}
		}
		if len(w.In) > 0 && len(w.Out) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// value gives what is filed for a row, else what its meter says of the whole month.
func (c cell) value(id string) (quantity.Quantity, bool) {
	if a, ok := c.Amount(id, c.month); ok {
		return a.Quantity, true
	}
	row := c.set.rows[id]
	if b, ok := c.Beside(id, c.month); ok && row.Metered() && b.Coverage >= covered {
		return b.Quantity, true
	}
	return quantity.Quantity{}, false
}

// sum adds rows up in the unit of the cell; false where one of them is not known.
func (c cell) sum(ids ...string) (quantity.Quantity, bool) {
	total := quantity.Int(0, c.row.Unit)
	for _, id := range ids {
		q, ok := c.value(id)
		if !ok {
			return total, false
		}
		q, err := c.row.In(q)
		if err != nil {
			return total, false
		}
		if total, err = total.Add(q); err != nil {
			return total, false
		}
	}
	return total, true
}

// stock compares the closing stock with what was there, came and went. It is
// asked once all of it is known.
func stock(c cell) (lang.Text, lang.Text, bool) {
	came, known := c.sum(append([]string{c.plan.Opening}, c.plan.In...)...)
	went, all := c.sum(c.plan.Out...)
	if !known || !all {
		return lang.Text{}, lang.Text{}, false
	}
	due := quantity.New(new(big.Rat).Sub(came.Rat(), went.Rat()), c.row.Unit)
	off := quantity.New(new(big.Rat).Sub(c.now.Rat(), due.Rat()), c.row.Unit)
	room := new(big.Rat).Mul(c.limit, came.Rat())
	if off.Abs().Rat().Cmp(room.Abs(room)) <= 0 {
		return lang.Text{}, lang.Text{}, false
	}
	return c.named(lang.T("库存不平:期初加收入减支出为 %s,期末相差 %s", "the stock does not balance: opening, plus what came, less what went is %s; the closing is off by %s").
			Format(c.told(due), c.told(off))),
		lang.T("核对期初、购入、消耗与盘点", "check the opening, what was bought, what was used and the count"), true
}

// carried compares the opening stock with the closing one of the month before.
func carried(c cell) (lang.Text, lang.Text, bool) {
	was, ok := c.Amount(c.plan.Closing, c.month-1)
	if !ok {
		return lang.Text{}, lang.Text{}, false
	}
	q, err := c.row.In(was.Quantity)
	if err != nil || !exactly(c.now.Quantity, q, c.limit) {
		return lang.Text{}, lang.Text{}, false
	}
	return c.named(lang.T("期初与上月期末 %s 不符", "the opening is not the closing of the month before, %s").Format(c.told(q))),
		lang.T("沿用上月期末,或更正上月", "take the closing of the month before, or correct it"), true
}

// atMost finds rows that together exceed what they are a part of.
func atMost(c cell) (lang.Text, lang.Text, bool) {
	part, known := c.sum(slices.Clone(c.plan.Out)...)
	whole, all := c.sum(c.plan.In...)
	if !known || !all {
		return lang.Text{}, lang.Text{}, false
	}
	room := new(big.Rat).Mul(whole.Rat(), new(big.Rat).Add(big.NewRat(1, 1), c.limit))
	if part.Rat().Cmp(room) <= 0 {
		return lang.Text{}, lang.Text{}, false
	}
	text := lang.T("合计 %s,多于 %s", "together %s, more than %s")
	if c.id == "utilised" {
		text = lang.T("利用与销毁合计 %s,多于抽采 %s", "%s used and flared, more than the %s that was drained")
	}
	return c.named(text.Format(c.told(part), c.told(whole))), lang.T("核对各项的口径与单位", "check what each row counts, and its unit"), true
}

// named puts the name that the plan gives a rule in front of what it found.
func (c cell) named(text lang.Text) lang.Text {
	if c.plan.Name.IsZero() {
		return text
	}
	return lang.T(c.plan.Name.ZH+":"+text.ZH, c.plan.Name.EN+": "+text.EN)
}
