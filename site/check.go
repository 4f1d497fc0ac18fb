package site

import (
	"math/big"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// CheckKind says what two ways of measuring one thing a check compares.
type CheckKind string

// The kinds of a check.
const (
	// Parts compares what the main meters bring in with the sum of the meters
	// behind them.
	Parts CheckKind = "parts"
	// Pure compares meters of pure gas with mixed flow times concentration.
	Pure CheckKind = "pure"
)

// The tolerances of practice: sub-meters agree with the main meter to 2–5 %,
// mixed gas times its concentration with the pure one to 2 % (design practice,
// C: no clause was found that sets either).
const (
	partsTolerance = "3 %"
	pureTolerance  = "2 %"
)

// Check is a comparison that ought to come out even.
type Check struct {
	ID        string
	Name      lang.Text
	Kind      CheckKind
	Main      []string // points or gases, added up; told in the unit of the first
	Parts     []string // likewise
	Tolerance *big.Rat // share of the main amount
	Over      time.Duration
	At        fault.Place
}

func (s *Site) readChecks(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("check") {
		t.Need("id", "name", "kind", "main", "parts")
		c := Check{
			ID: t.ident(), Name: t.Name("name"), Kind: CheckKind(t.Choice("kind", string(Parts), string(Pure))),
			Main: t.ids("main"), Parts: t.ids("parts"), Tolerance: t.Share("tolerance"), Over: time.Hour, At: t.Place(""),
		}
		if t.Choice("over", "hour", "day") == "day" {
			c.Over = 24 * time.Hour
		}
		if c.Tolerance == nil {
			c.Tolerance = quantity.MustParse(map[CheckKind]string{Parts: partsTolerance, Pure: pureTolerance}[c.Kind]).MustIn(quantity.One).Rat()
		}
		s.checkSides(t, &c)
		t.register(c.ID, i, taken)
		s.Checks = append(s.Checks, c)
		t.Close()
	}
}

// checkSides faults sides that are not there, or are not amounts of one thing.
func (s *Site) checkSides(t *Section, c *Check) {
	of := map[CheckKind]struct{ main, parts []map[string]int }{
		Parts: {[]map[string]int{s.points, s.gases}, []map[string]int{s.points, s.gases}},
		Pure:  {[]map[string]int{s.points}, []map[string]int{s.gases}},
	}[c.Kind]
	for key, ids := range map[string][]string{"main": c.Main, "parts": c.Parts} {
		if t.Has(key) && len(ids) == 0 {
			t.Wrong(key, lang.T("至少一个点的编号", "the id of at least one point"))
		}
	}
	for _, id := range c.Main {
		s.checkSide(t, c, "main", id, of.main)
	}
	for _, id := range c.Parts {
		s.checkSide(t, c, "parts", id, of.parts)
		if slices.Contains(c.Main, id) {
			t.Fail("parts", fault.Invalid.Say(lang.T("点 %s 既是总量又是分量", "point %s is both the main and a part"), id).
				Do(lang.T("从 parts 中删去", "remove it from the parts")))
		}
	}
}

// checkSide faults a point that is not among those a side may have, and one
// that does not compare with the first.
func (s *Site) checkSide(t *Section, c *Check, key, id string, among []map[string]int) {
	what := lang.T("点", "point")
	if key == "parts" && c.Kind == Pure {
		what = lang.T("气体点", "gas point")
	}
	var all []string
	for _, index := range among {
		all = append(all, keys(index)...)
	}
	has := slices.Contains(all, id)
	t.refer(key, id, what, has, all)
	unit, _ := s.AmountUnit(id)
	first, known := s.AmountUnit(c.unitOf())
	if _, err := scale(unit, first); has && known && err != nil {
		t.Fail(key, fault.Invalid.Say(lang.T("点 %s 的量以 %s 计,%s 以 %s 计,不能相比", "the amounts of %s are told in %s, those of %s in %s, and do not compare"), id, unit, c.unitOf(), first).
			Do(lang.T("只写同一种量的点;气体须写明参比状态", "name points of one kind of amount; a gas tells its reference state")))
	}
}

// unitOf names the point in whose unit the check is told.
func (c Check) unitOf() string {
	if len(c.Main) == 0 {
		return ""
	}
	return c.Main[0]
}

// AmountUnit gives the unit of the amounts of a point or a gas.
func (s *Site) AmountUnit(id string) (quantity.Unit, bool) {
	if p, ok := s.Point(id); ok {
		return p.AmountUnit(), true
	}
	if g, ok := s.Gas(id); ok {
		return g.Unit(), true
	}
	return quantity.One, false
}

// Check gives a check.
func (s *Site) Check(id string) (Check, bool) {
	for _, c := range s.Checks {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

// Scale tells by what an amount of a side is to be multiplied to be told in the
// unit of the main amounts, exactly; nil where the point is none of a side.
func (s *Site) Scale(c Check, id string) *big.Rat {
	from, ok := s.AmountUnit(id)
	to, known := s.AmountUnit(c.unitOf())
	if !ok || !known {
		return nil
	}
	by, err := scale(from, to)
	if err != nil {
		return nil
	}
	return by
}

// scale tells one of a unit in another; a gas may be told in another reference
// state.
func scale(from, to quantity.Unit) (*big.Rat, error) {
	one := quantity.Int(1, from)
	q, err := one.In(to)
	for _, state := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		if err == nil {
			break
		}
		moved, stateless := one.AtState(state)
		if stateless != nil {
			break
		}
		if there, other := moved.In(to); other == nil {
			q, err = there, nil
		}
	}
	return q.Rat(), err
}
