package live

import (
	"math/big"

	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// Checks is the kind of the event that tells the cross checks, each minute.
const Checks = "checks"

// crossing is a check with its meters.
type crossing struct {
	site.Check
	mains, limbs []limb // of its Main and its Parts
}

// limb is a meter on one side of a check.
type limb struct {
	*meter
	scale *big.Rat // to the unit of the first main meter
}

// Check is a cross check of the site file: over the last full hour, and over
// today so far.
type Check struct {
	ID        string    `json:"id"`
	Name      lang.Text `json:"name"`
	Kind      string    `json:"kind" enum:"parts,pure"`
	Main      []string  `json:"main"`
	Parts     []string  `json:"parts"`
	Unit      string    `json:"unit"`                 // of the amounts
	Tolerance float64   `json:"tolerance_share"`      // of the main amount
	Over      string    `json:"over" enum:"hour,day"` // the stretch that is judged
	Hour      Verdict   `json:"hour"`
	Today     Verdict   `json:"today"`
}

// Verdict is what a check found in a stretch.
type Verdict struct {
	From       int64    `json:"from"` // ms UTC
	To         int64    `json:"to"`
	Main       float64  `json:"main"`
	Parts      float64  `json:"parts"`
	Difference float64  `json:"difference"` // parts − main
	Share      *float64 `json:"share"`      // of the main amount; null where that is zero
	Covered    bool     `json:"covered"`    // every meter was measured for nine tenths of the stretch
	Exceeds    bool     `json:"exceeds"`    // the tolerance; never where it is not covered
}

func (h *Hall) newCrossings(meters map[string]*meter) {
	for _, c := range h.Site.Checks {
		side := func(ids []string) (out []limb) {
			for _, id := range ids {
				out = append(out, limb{meters[id], h.Site.Scale(c, id)})
			}
			return out
		}
		h.crossings = append(h.crossings, crossing{c, side(c.Main), side(c.Parts)})
	}
}

// checks tells every check as it stands.
func (h *Hall) checks() []Check {
	out := make([]Check, 0, len(h.crossings))
	hour, c := h.cut.hour()-1, h.cut
	from, _ := c.periods[day].Millis()
	for _, x := range h.crossings {
		told := Check{
			ID: x.ID, Name: x.Name, Kind: string(x.Kind), Main: x.Main, Parts: x.Parts, Unit: x.mains[0].unit.String(), Over: "hour",
			Hour:  x.verdict(hour*reading.HourMS, (hour+1)*reading.HourMS, func(m *meter) sum { return m.hour(hour) }),
			Today: x.verdict(from, from+c.elapsedMS(day), func(m *meter) sum { return m.of(day, c) }),
		}
		if x.Over.Milliseconds() > reading.HourMS {
			told.Over = "day"
		}
		told.Tolerance, _ = x.Tolerance.Float64()
		out = append(out, told)
	}
	return out
}

// hour is one of the open hours.
func (t *tally) hour(hour int64) (s sum) {
	for _, h := range t.hours {
		if h.Hour == hour {
			s.add(h)
		}
	}
	return s
}

func (x crossing) verdict(from, to int64, of func(*meter) sum) Verdict {
	c := reading.Cross(legs(x.mains, of), legs(x.limbs, of), x.Tolerance, from, to)
	v := Verdict{From: from, To: to, Covered: c.Covered, Exceeds: c.Exceeds}
	v.Main, _ = c.Main.Float64()
	v.Parts, _ = c.Parts.Float64()
	v.Difference, _ = c.Difference.Float64()
	if c.Share != nil {
		share, _ := c.Share.Float64()
		v.Share = &share
	}
	return v
}

func legs(side []limb, of func(*meter) sum) []reading.Leg {
	out := make([]reading.Leg, 0, len(side))
	for _, l := range side {
		leg := reading.Leg{Scale: l.scale}
		if s := of(l.meter); s.hours > 0 {
			leg.Total = reading.Total{Amount: s.amount.Big(), CoveredMS: s.coveredMS, Hours: s.hours}
		}
		out = append(out, leg)
	}
	return out
}
