package site

import (
	"math/big"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
)

// Budget is how much a node may emit in a calendar year of the mine, and when.
type Budget struct {
	ID     string
	Name   lang.Text
	Year   int
	Node   string              // a unit of the organisation or an emission source
	Amount quantity.Quantity   // tCO2e of the year
	Months []quantity.Quantity // tCO2e of each month; nil spreads the year evenly over its days
	At     fault.Place
}

var tonnes = quantity.MustUnit("tCO2e") //nolint:gochecknoglobals // constant; Go has no constant structs

const monthsOfYear = 12

func (s *Site) readBudgets(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("budget") {
		t.Need("id", "year", "node")
		t.oneOf("amount", "months")
		b := Budget{ID: t.ident(), Name: t.Name("name"), Year: int(t.Int("year", 2000, 2100)), Node: t.Text("node"), At: t.Place("")}
		if b.Name.IsZero() {
			b.Name = lang.Same(b.ID)
		}
		_, ok := s.node(b.Node)
		t.refer("node", b.Node, lang.T("组织或排放源", "unit or source"), ok || b.Node == "", append(keys(s.orgs), keys(s.sources)...))
		t.readAmounts(&b)
		t.register(b.ID, i, taken)
		s.Budgets = append(s.Budgets, b)
		t.Close()
	}
}

func (s *Section) readAmounts(b *Budget) {
	if q, ok := s.Quantity("amount", tonnes); ok {
		b.Amount = q
		if q.Sign() <= 0 {
			s.Wrong("amount", lang.T("正数", "a positive amount"))
		}
	}
	if !s.Has("months") {
		return
	}
	texts := s.Texts("months")
	if len(texts) != monthsOfYear {
		s.Wrong("months", lang.T("十二个月的数组", "a list of twelve months"))
		return
	}
	for i, text := range texts {
		q, err := quantity.Parse(text)
		if err == nil {
			q, err = q.In(tonnes)
		}
		if err != nil || q.Sign() <= 0 {
			s.Fail(member("months", i+1), wrong(text, lang.T(`正数,如 "43000 tCO2e"`, `a positive amount, such as "43000 tCO2e"`)))
			return
		}
		b.Months = append(b.Months, q)
	}
	b.Amount, _ = quantity.Sum(tonnes, b.Months...) // all of one unit
}

// Allowed gives what may have been emitted, by an instant, since the month or
// the year it lies in began: the whole months before it and its own month's
// share by time. ok is false outside of the budget's year. start is that month's
// or year's first instant.
func (b Budget) Allowed(c period.Calendar, at time.Time, per string) (allowed quantity.Quantity, start time.Time, ok bool) {
	year := c.Year(b.Year)
	if !year.Contains(at) {
		return quantity.Quantity{}, time.Time{}, false
	}
	sum := new(big.Rat)
	n := 0
	for month := range c.Months(year) {
		part := b.month(n, month, year)
		n++
		if month.Contains(at) {
			now := new(big.Rat).Mul(part, elapsed(month, at))
			if per == "month" {
				return quantity.New(now, tonnes), month.Start(), true
			}
			return quantity.New(sum.Add(sum, now), tonnes), year.Start(), true
		}
		sum.Add(sum, part)
	}
	return quantity.Quantity{}, time.Time{}, false
}

// month gives what the n-th month of the year may emit.
func (b Budget) month(n int, month, year period.Period) *big.Rat {
	if n < len(b.Months) {
		return b.Months[n].Rat()
	}
	share := big.NewRat(month.Duration().Milliseconds(), year.Duration().Milliseconds())
	return share.Mul(share, b.Amount.Rat())
}

func elapsed(p period.Period, at time.Time) *big.Rat {
	return big.NewRat(at.Sub(p.Start()).Milliseconds(), p.Duration().Milliseconds())
}
