package reading

import (
	"errors"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Kind says how a point's readings become an amount.
type Kind uint8

// The kinds of a point.
const (
	Counter Kind = iota // cumulative: the amount is a difference
	Delta               // one amount per interval
	Gauge               // a momentary value, held until the next
)

// Stamp says which end of its interval a Delta reading is stamped with.
// HJ 212 history is stamped with the start, most loggers' files with the end.
type Stamp uint8

// The stamps. End is the usual one.
const (
	End Stamp = iota
	Start
)

// Factor multiplies the raw unit from an instant on: CT × PT × scale, exact.
// The first factor of a rule also holds before its date.
type Factor struct {
	From     int64 // ms UTC
	Num, Den int64 // both positive
}

// Replacement declares that the meter was swapped, or reset by hand, at an
// instant: the difference over it is (Final − previous) + (raw − First).
type Replacement struct {
	At           int64   // ms UTC
	Final, First float64 // last value of the old meter, first of the new
}

// Rule is how one point's readings are turned into amounts.
type Rule struct {
	Kind         Kind
	Step         time.Duration // expected interval; 0 means an hour
	MaxHold      time.Duration // Gauge: how long a value may stand for itself; 0 means two Steps
	Modulus      float64       // Counter: the value it rolls over at; 0 means never
	MaxRate      float64       // Counter: the steepest possible rise per hour, raw unit; 0 means unknown
	Factors      []Factor
	Replacements []Replacement
	Stamp        Stamp // Delta only
}

// Validate tells everything that is wrong with the rule.
func (r Rule) Validate() error {
	var errs []error
	refuse := func(bad bool, zh, en string, args ...any) {
		if bad {
			errs = append(errs, fault.Invalid.Say(lang.T(zh, en), args...))
		}
	}
	refuse(r.Step < 0 || r.MaxHold < 0, "采集间隔和保持时间不能为负", "step and hold must not be negative")
	refuse(!(r.Modulus >= 0 && r.Modulus <= MaxValue), "翻转模数 %v 无效", "modulus %v is not usable", r.Modulus)
	refuse(!(r.MaxRate >= 0 && r.MaxRate <= MaxValue), "最大速率 %v 无效", "maximum rate %v is not usable", r.MaxRate)
	for i, f := range r.Factors {
		refuse(f.Num <= 0 || f.Den <= 0, "倍率 %d/%d 必须为正", "factor %d/%d must be positive", f.Num, f.Den)
		refuse(i > 0 && f.From <= r.Factors[i-1].From, "第 %d 个倍率的日期不递增", "the date of factor %d does not ascend", i+1)
	}
	for i, p := range r.Replacements {
		refuse(!(Reading{V: p.Final}).Counts() || !(Reading{V: p.First}).Counts(), "换表读数 %v → %v 无效", "replacement values %v → %v are not usable", p.Final, p.First)
		refuse(i > 0 && p.At <= r.Replacements[i-1].At, "第 %d 次换表的时间不递增", "the instant of replacement %d does not ascend", i+1)
	}
	return errors.Join(errs...)
}

// Limit gives what the fold has to know of the rule.
func (r Rule) Limit() Limit {
	l := Limit{MaxHold: r.holdMS(), Shift: r.shiftMS()}
	if r.Kind == Counter {
		l.Cumulative, l.MaxRate = true, r.MaxRate
		for _, p := range r.Replacements {
			l.Cuts = append(l.Cuts, p.At)
		}
	}
	for i, f := range r.Factors {
		if i > 0 { // the first holds before its date too
			l.Cuts = append(l.Cuts, f.From)
		}
	}
	slices.Sort(l.Cuts)
	l.Cuts = slices.Compact(l.Cuts)
	return l
}

func (r Rule) stepMS() int64 {
	if r.Step <= 0 {
		return HourMS
	}
	return max(r.Step.Milliseconds(), 1)
}

// holdMS is the longest interval that is no gap. A gauge's value may stand for
// itself two steps unless told otherwise: one reading may be lost. A counter
// loses nothing by a gap, so its limit only decides what is called estimated:
// more than a step, with half a step for the jitter of polling.
func (r Rule) holdMS() int64 {
	if r.Kind == Gauge && r.MaxHold > 0 {
		return r.MaxHold.Milliseconds()
	}
	if r.Kind == Gauge {
		return 2 * r.stepMS()
	}
	return r.stepMS() + r.stepMS()/2
}

// shiftMS moves a Delta's stamp to the middle of its interval, so that an
// interval ending 01:00:00 (or, by a slow clock, 01:00:05) is booked whole in
// hour 0, and a day's value stays within its day.
func (r Rule) shiftMS() int64 {
	switch {
	case r.Kind != Delta:
		return 0
	case r.Stamp == Start:
		return -(r.stepMS() / 2)
	}
	return (r.stepMS() + 1) / 2
}

// factor gives the factor in force at an instant and where it ends.
func (r Rule) factor(ms int64) (f Factor, until int64) {
	f, until = Factor{Num: 1, Den: 1}, maxMS
	for i, g := range r.Factors {
		if i > 0 && g.From > ms {
			return f, g.From
		}
		f = g
	}
	return f, until
}

const maxMS = 1<<63 - 1

// settled is how many readings in a row decide what lies beyond them: a
// counter's first and two that confirm it; a gauge's hold ends at the next
// one; a delta stands for itself.
func (k Kind) settled() int32 { return [...]int32{Counter: 3, Delta: 0, Gauge: 1}[k] }
