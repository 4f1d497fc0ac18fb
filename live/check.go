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
	main  *meter
	parts []*meter
	scale []*big.Rat // of the parts, to the main meter's unit
}

// Check is a cross check of the site file: over the last full hour, and over
// today so far.
type Check struct {
	ID        string    `json:"id"`
	Name      lang.Text `json:"name"`
	Kind      string    `json:"kind"` // "parts", "pure"
	Main      string    `json:"main"`
	Parts     []string  `json:"parts"`
	Unit      string    `json:"unit"`            // of the amounts
	Tolerance float64   `json:"tolerance_share"` // of the main amount
	Over      string    `json:"over"`            // the stretch that is judged: "hour", "day"
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
		made := crossing{Check: c, main: meters[c.Main]}
		for _, id := range c.Parts {
			made.parts, made.scale = append(made.parts, meters[id]), append(made.scale, h.Site.Scale(c, id))
		}
		h.crossings = append(h.crossings, made)
	}
}

// checks tells every check as it stands.
func (h *Hall) checks() []Check {
	out := make([]Check, 0, len(h.crossings))
	hour, c := h.cut.hour()-1, h.cut
	from, _ := c.periods[day].Millis()
	for _, x := range h.crossings {
		told := Check{
			ID: x.ID, Name: x.Name, Kind: string(x.Kind), Main: x.Main, Parts: x.Check.Parts, Unit: x.main.unit.String(), Over: "hour",
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
	parts := make([]reading.Leg, 0, len(x.parts))
	for i, m := range x.parts {
		parts = append(parts, leg(of(m), x.scale[i]))
	}
	c := reading.Cross(leg(of(x.main), nil), parts, x.Tolerance, from, to)
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

func leg(s sum, scale *big.Rat) reading.Leg {
	l := reading.Leg{Scale: scale}
	if s.hours > 0 {
		l.Total = reading.Total{Amount: s.amount.Big(), CoveredMS: s.coveredMS, Hours: s.hours}
	}
	return l
}
