package filing

import (
	"lingtan/fault"
	"lingtan/lang"
)

// Stale tells that a value was to supersede another one than stands: somebody
// was faster, and is not overwritten unseen.
type Stale struct{ *fault.Fault }

// Unwrap gives the fault itself.
func (s Stale) Unwrap() error { return s.Fault }

// Overtaken tells what stands instead.
func Overtaken(c Cell, now Filing) Stale {
	if now.ID == "" {
		return Stale{fault.Conflict.Say(lang.T("%s %s 还没有值", "%s %s has no value yet"), c.Row(), c.Month).
			Do(lang.T("核对现值后再填", "look at it, then file yours"))}
	}
	return Stale{fault.Conflict.Say(lang.T("%s %s 现值是 %s 于 %s 填报的 %s(%s)", "%s %s stands at what %s filed at %s: %s (%s)"),
		c.Row(), c.Month, now.By, now.At.Format("2006-01-02 15:04:05Z"), now.Quantity, now.ID).
		Do(lang.T("核对现值后,以更正的方式再填", "look at it, then file yours as its correction"))}
}

// Outcome is what became of one of several filings: it was kept, or says what
// stands already, or was refused.
type Outcome struct {
	Same  bool  // nothing new: what stands says the same
	Fault error // why it was refused
}

// Entered is a filing with the address that it was handed in from.
type Entered struct {
	Filing
	Address string
}
