package site

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Warning is something in a site file that does not keep it from serving, but
// that somebody should mend.
type Warning struct {
	Code  string
	Place fault.Place
	Text  lang.Text
	Hint  lang.Text
}

// Overdue tells whether the point's calibration has run out at an instant, and
// on which day it did. A point that was never calibrated has none to run out.
func (p Point) Overdue(at time.Time) (due time.Time, overdue bool) {
	for _, c := range p.Calibrations {
		if !c.On.After(at) && c.Result != "fail" {
			due = c.Due
		}
	}
	return due, !due.IsZero() && due.Before(at)
}

// Warnings tells what should be mended, as of a day: calibrations that have run
// out or failed.
func (s *Site) Warnings(on time.Time) []Warning {
	var out []Warning
	for _, p := range s.Points {
		if due, overdue := p.Overdue(on); overdue {
			out = append(out, Warning{
				Code: "site.calibration_overdue", Place: p.Calibrations[len(p.Calibrations)-1].At,
				Text: lang.T("点 %s(%s)的检定已于 %s 到期", "the calibration of point %s (%s) ran out on %s").Format(p.ID, p.Name, due.Format(time.DateOnly)),
				Hint: lang.T("送检后补一条 calibrations;至少每十二个月一次", "have it calibrated and add an entry to calibrations; at least every twelve months"),
			})
		}
		if n := len(p.Calibrations); n > 0 && p.Calibrations[n-1].Result == "fail" {
			out = append(out, Warning{
				Code: "site.calibration_failed", Place: p.Calibrations[n-1].At,
				Text: lang.T("点 %s(%s)最近一次检定不合格", "the last calibration of point %s (%s) failed").Format(p.ID, p.Name),
				Hint: lang.T("更换或修理后重新检定", "replace or repair it and have it calibrated again"),
			})
		}
	}
	return out
}
