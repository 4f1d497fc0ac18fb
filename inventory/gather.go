package inventory

import (
	"context"
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/standard"
)

// gathered is what a period's computation starts from.
type gathered struct {
	acts     []activity.Activity
	findings []activity.Finding
	months   map[string]time.Time // of frozen months, when they were closed
}

// gather gives the activities of each month: the frozen ones where the month is
// closed under the edition, else what the plan gathers now.
func (s *Service) gather(ctx context.Context, mine *Mine, p period.Period, edition string) (gathered, error) {
	var g gathered
	kinds, err := standard.Find(edition)
	if err != nil {
		return g, err
	}
	for month := range mine.Site.Calendar.Months(p) {
		if err := s.month(ctx, mine, month, !month.Equal(p), edition, &g); err != nil {
			return g, err
		}
	}
	// A source of a kind this edition does not know is not its business.
	g.acts = slices.DeleteFunc(g.acts, func(a activity.Activity) bool { _, err := kinds.Kind(a.Kind); return err != nil })
	if len(g.acts) == 0 && len(g.findings) > 0 {
		return g, fault.Invalid.Say(lang.T("%s %s 还没有任何读数与填报", "%s %s has no reading and no filing yet"), mine.Site.ID, mine.Site.Calendar.Name(p)).
			Do(lang.T("用 lingtan import 导入;缺数不当作 0", "bring them in with lingtan import; missing is not zero"))
	}
	if len(g.acts) == 0 {
		return g, fault.Invalid.Say(lang.T("%s 没有 %s 核算的排放源", "%s has no source that %s accounts for"), mine.Site.ID, edition).
			Do(lang.T("核对矿点文件的 [[source]] 与 [[parameter]]", "check [[source]] and [[parameter]] of the site file"))
	}
	return g, nil
}

// month adds one month: frozen, where a year is closed over closed months.
func (s *Service) month(ctx context.Context, mine *Mine, month period.Period, frozen bool, edition string, g *gathered) error {
	name := mine.Site.Calendar.Name(month)
	if frozen {
		closed, err := s.Books.Latest(ctx, mine.Site.ID, name, edition)
		if err == nil {
			g.acts = append(g.acts, closed.Content.Activities...)
			g.findings = append(g.findings, closed.Content.Findings...)
			if g.months == nil {
				g.months = map[string]time.Time{}
			}
			g.months[name] = closed.ClosedAt
			return nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	ids, err := s.Series(ctx, mine.Site.ID)
	if err != nil {
		return err
	}
	acts, findings, err := plan.Gather(ctx, plan.Inputs{Site: mine.Site, Plan: mine.Plan, Period: month, Meters: s.Meters, Series: ids, Filings: s.Filings})
	g.acts, g.findings = append(g.acts, unplaced(acts)...), append(g.findings, findings...)
	return err
}

// unplaced takes the places in the site file off activities: an inventory is
// not about lines of a file.
func unplaced(acts []activity.Activity) []activity.Activity {
	for i := range acts {
		acts[i].At = fault.Place{}
		for name, v := range acts[i].Values {
			v.At = fault.Place{}
			acts[i].Values[name] = v
		}
	}
	return acts
}
