package site

import (
	"lingtan/lang"
	"lingtan/quantity"
)

// limits reads above or below with clear, in the unit of whatever is watched.
// A rule on many points of one unit is read, and faulted, once.
func (s *Section) limits() func(quantity.Unit) *Limit {
	s.oneOf("above", "below")
	known := map[string]*Limit{}
	return func(unit quantity.Unit) *Limit {
		l, ok := known[unit.String()]
		if !ok {
			l = s.limit(unit)
			known[unit.String()] = l
		}
		return l
	}
}

func (s *Section) limit(unit quantity.Unit) *Limit {
	l := Limit{Over: s.Has("above")}
	key := "below"
	if l.Over {
		key = "above"
	}
	end, ends := s.amountIn("clear", unit)
	at, ok := s.amountIn(key, unit)
	if !ok {
		return nil
	}
	if l.At, l.Clear = at, at; ends {
		l.Clear = end
	}
	s.checkClear(l)
	return &l
}

// amountIn is Quantity, but takes a flow of pure gas in any reference state.
func (s *Section) amountIn(key string, unit quantity.Unit) (quantity.Quantity, bool) {
	if !unit.Same(pureFlow) || !s.Has(key) {
		return s.Quantity(key, unit)
	}
	q := s.pureFlow(key, "")
	if q == nil {
		return quantity.Quantity{}, false
	}
	return *q, true
}

// checkClear faults an end that lies beyond the beginning: the alarm would end
// before it began.
func (s *Section) checkClear(l Limit) {
	c, err := l.Clear.Cmp(l.At)
	if err == nil && ((l.Over && c > 0) || (!l.Over && c < 0)) {
		s.Wrong("clear", lang.T("不越过限值 %s 的值", "a value on the good side of the limit %s").Format(l.At))
	}
}

// shareLimit reads a limit in per cent; nil where neither it nor a default is
// there.
func (s *Section) shareLimit(key, otherwise string) *Limit {
	percent := quantity.MustUnit("%")
	at, ok := s.Quantity(key, percent)
	if !ok {
		if otherwise == "" || s.Has(key) {
			s.Has("clear")
			return nil
		}
		at = quantity.MustParse(otherwise).MustIn(percent)
	}
	l := Limit{Over: true, At: at, Clear: at}
	if q, ok := s.Quantity("clear", percent); ok {
		l.Clear = q
	}
	s.checkClear(l)
	return &l
}

// pureFlow reads a flow of pure gas in whatever reference state it is written,
// and tells it at 0 °C.
func (s *Section) pureFlow(key, otherwise string) *quantity.Quantity {
	text := otherwise
	if s.Has(key) {
		text = s.Text(key)
	} else if otherwise == "" {
		return nil
	}
	q, err := quantity.Parse(text)
	if err == nil {
		if q, err = q.AtState(quantity.At0C); err == nil {
			q, err = q.In(pureFlow)
		}
	}
	if err != nil {
		s.Fail(key, err)
		return nil
	}
	if q.Sign() <= 0 {
		s.Wrong(key, lang.T("正数", "a positive flow"))
	}
	return &q
}
