package site

import (
	"math/big"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Meter is the instrument on the wall.
type Meter struct{ Model, Serial, Place, Accuracy string }

// Calibration is one check of a meter, which serves until it is due again: at
// least every twelve months for what an inventory is made of.
type Calibration struct {
	On, Due time.Time
	By      string // the institute
	Result  string // "pass" or "fail"
	At      fault.Place
}

// Change is another transformer from an instant on; readings before it keep
// the old ratio.
type Change struct {
	At     time.Time
	CT, PT *big.Rat // nil keeps what was
	Reason string
}

// Replacement is another meter, or a reset register, from an instant on.
type Replacement struct {
	At           time.Time
	Final, First float64 // last value of the old register, first of the new
	Serial       string  // of the new meter
}

func readMeter(t *Section, p *Point) {
	if m := t.Table("meter"); m != nil {
		p.Meter = Meter{m.Text("model"), m.Text("serial"), m.Text("place"), m.Text("accuracy")}
		m.Close()
	}
	readCalibrations(t, p)
	readChanges(t, p)
	readReplacements(t, p)
}

func readCalibrations(t *Section, p *Point) {
	for _, c := range t.Tables("calibrations") {
		c.Need("on", "due")
		cal := Calibration{On: c.Date("on"), Due: c.Date("due"), By: c.Text("by"), Result: c.Choice("result", "pass", "fail"), At: c.Place("")}
		if !cal.On.IsZero() && !cal.Due.IsZero() && !cal.Due.After(cal.On) {
			c.Wrong("due", lang.T("晚于检定日期 %s", "a day after the calibration on %s").Format(cal.On.Format(time.DateOnly)))
		}
		ascend(c, p.Calibrations, cal.On, func(c Calibration) time.Time { return c.On })
		p.Calibrations = append(p.Calibrations, cal)
		c.Close()
	}
}

func readChanges(t *Section, p *Point) {
	for _, c := range t.Tables("changes") {
		c.Need("at")
		change := Change{At: c.Instant("at"), CT: c.Ratio("ct"), PT: c.Ratio("pt"), Reason: c.Text("reason")}
		if change.CT == nil && change.PT == nil {
			c.Fail("", fault.Invalid.Say(lang.T("互感器变更没有写出新的 ct 或 pt", "a change of transformer names neither a new ct nor a new pt")).
				Do(lang.T("写上变更后的变比,如 ct = \"600/5\"", "write the ratio after the change, such as ct = \"600/5\"")))
		}
		ascend(c, p.Changes, change.At, func(c Change) time.Time { return c.At })
		p.Changes = append(p.Changes, change)
		c.Close()
	}
}

func readReplacements(t *Section, p *Point) {
	for _, c := range t.Tables("replacements") {
		c.Need("at", "final", "first")
		r := Replacement{At: c.Instant("at"), Serial: c.Text("serial")}
		r.Final, _ = c.Number("final")
		r.First, _ = c.Number("first")
		ascend(c, p.Replacements, r.At, func(r Replacement) time.Time { return r.At })
		p.Replacements = append(p.Replacements, r)
		c.Close()
	}
}

// ascend faults an entry that does not come after the one before it: two
// changes at one instant would leave open which holds.
func ascend[T any](c *Section, before []T, at time.Time, when func(T) time.Time) {
	if len(before) == 0 || at.IsZero() {
		return
	}
	if last := when(before[len(before)-1]); !at.After(last) {
		c.Fail("", fault.Invalid.Say(lang.T("与前一条重叠:读到 %s,应晚于 %s", "overlaps the one before: read %s, expected after %s"),
			at.Format(time.RFC3339), last.Format(time.RFC3339)).
			Do(lang.T("按时间先后排列,同一时刻只写一条", "list them by time, one for an instant")))
	}
}
