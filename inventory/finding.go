package inventory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
)

// lapses finds laboratory parameters that would fall back to a default within
// the year they were measured in: this period's months against all months of
// the year that are closed or being closed.
func (s *Service) lapses(ctx context.Context, mine *Mine, p period.Period, edition string, acts []activity.Activity) ([]activity.Finding, error) {
	cal := mine.Site.Calendar
	var months []string
	for m := range cal.Months(cal.YearOf(p)) {
		name := cal.Name(m)
		if p.Covers(m) {
			months = append(months, name)
			continue
		}
		closed, err := s.Books.Latest(ctx, mine.Site.ID, name, edition)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		acts = append(slices.Clip(acts), closed.Content.Activities...)
	}
	measured, owners := laboratory(acts, cal)
	var out []activity.Finding
	for _, l := range factor.Lapses(measured, months) {
		out = append(out, activity.Finding{
			Code: "factor.lapse", Severity: activity.Hard, Owner: owners[l.Source+"#"+l.Parameter], Source: l.Source, Period: l.Month,
			Text: l.Text(), Hint: lang.T("补交该月化验结果", "file the laboratory result of the month"),
		})
	}
	return out, nil
}

// laboratory lists the measured factors among activities, and who answers for each.
func laboratory(acts []activity.Activity, cal period.Calendar) (measured []factor.Measurement, owners map[string]string) {
	owners = map[string]string{}
	for _, a := range acts {
		for _, name := range a.Names() {
			if v := a.Values[name]; v.How == activity.Laboratory {
				measured = append(measured, factor.Measurement{Source: a.Source, Parameter: name, Month: cal.Name(a.Period), Value: v.Quantity})
				owners[a.Source+"#"+name] = v.Owner
			}
		}
	}
	return measured, owners
}

// uses lists the certificates an inventory's activities count, by month.
func uses(acts []activity.Activity, cal period.Calendar) []Use {
	var out []Use
	for _, a := range acts {
		for _, e := range a.Values["certificates"].Evidence {
			if e.Kind == "certificate" {
				out = append(out, Use{Certificate: e.ID, Month: cal.Name(a.Period)})
			}
		}
	}
	return out
}

// certificates finds certificates counted twice, here or elsewhere.
func (s *Service) certificates(ctx context.Context, mine *Mine, acts []activity.Activity) ([]activity.Finding, error) {
	counted := uses(acts, mine.Site.Calendar)
	twice := map[Use]bool{}
	seen := map[string]string{}
	for _, u := range counted {
		if month, dup := seen[u.Certificate]; dup {
			twice[Use{u.Certificate, month}] = true
		}
		seen[u.Certificate] = u.Month
	}
	elsewhere, err := s.Books.Used(ctx, mine.Site.ID, counted)
	if err != nil {
		return nil, err
	}
	for _, u := range elsewhere {
		twice[u] = true
	}
	var out []activity.Finding
	for _, u := range slices.SortedFunc(maps.Keys(twice), func(a, b Use) int { return strings.Compare(a.Certificate, b.Certificate) }) {
		out = append(out, activity.Finding{
			Code: "certificate.double_use", Severity: activity.Hard, Owner: owner(acts, "certificates"), Period: u.Month,
			Text: lang.T("绿证 %s 已用于 %s", "certificate %s is used for %s already").Format(u.Certificate, u.Month),
			Hint: lang.T("一张绿证只能用于一个用户、一处、一期", "one certificate serves one user, one site, one period"),
		})
	}
	return out, nil
}

func owner(acts []activity.Activity, name string) string {
	for _, a := range acts {
		if o := a.Values[name].Owner; o != "" {
			return o
		}
	}
	return ""
}

// blocked refuses to go on over hard findings, listing them all.
func blocked(findings []activity.Finding, accept string) error {
	if accept != "" {
		return nil
	}
	var faults []error
	for _, f := range findings {
		if f.Severity == activity.Hard {
			faults = append(faults, fault.Conflict.Say(lang.T("%s %s:%s(负责:%s)", "%s %s: %s (owner: %s)"), f.Source, f.Period, f.Text, f.Owner).Do(f.Hint))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return errors.Join(append([]error{fault.Conflict.Say(lang.T("%d 项硬性问题,不能关账", "%d hard findings block closing"), len(faults)).
		Do(lang.T("逐项改正,或以 --accept 写明理由强制关账", "mend them, or close over them with --accept and a reason"))}, faults...)...)
}
