package inventory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/standard"
)

// Books keeps inventories.
type Books interface {
	// SaveInventory freezes an inventory and appends its ledger entry, both or neither.
	SaveInventory(ctx context.Context, inv Inventory, uses []Use, entry ledger.Draft) error
	// Latest gives the last version of a period under an edition; NotFound when there is none.
	Latest(ctx context.Context, site, period, edition string) (Inventory, error)
	// Used tells which certificates serve another site or month already.
	Used(ctx context.Context, site string, uses []Use) ([]Use, error)
}

// Use is a green certificate counted for a month of a site.
type Use struct {
	Certificate string `json:"certificate"`
	Month       string `json:"month"`
}

// Service closes and restates inventories.
type Service struct {
	Mine    func(ctx context.Context, site string) (*Mine, error)
	Meters  plan.Meters
	Refresh func(ctx context.Context) error // brings hour buckets up to the last reading
	Series  func(ctx context.Context, site string) (func(point string) (reading.ID, bool), error)
	Filings plan.Filings
	Factors func(ctx context.Context, id string) (*factor.Set, error) // "" is the set in use
	Books   Books
	Now     func() time.Time
}

// Close asks for an inventory.
type Close struct {
	Site, Period string
	Edition      string
	GWP          string            // empty is the edition's own
	Choices      map[string]string // of the edition's tables and rules
	FactorSet    string            // empty is the set in use
	By           string
	Accept       string // the reason for closing over hard findings; empty refuses them
}

// Close computes a month or a year and freezes it as version 1.
func (s *Service) Close(ctx context.Context, c Close) (Inventory, error) {
	if _, err := s.Books.Latest(ctx, c.Site, c.Period, c.Edition); err == nil {
		return Inventory{}, fault.Conflict.Say(lang.T("%s %s 按 %s 已关账", "%s %s is closed under %s"), c.Site, c.Period, c.Edition).
			Do(lang.T("更正用 lingtan restate,会生成新版本", "correct it with lingtan restate, which makes a new version"))
	} else if fault.KindOf(err) != fault.NotFound {
		return Inventory{}, err
	}
	content, months, err := s.compute(ctx, c)
	if err != nil {
		return Inventory{}, err
	}
	inv := Inventory{Version: 1, Reason: c.Accept, By: c.By, Months: months, Content: content}
	return s.save(ctx, inv, nil)
}

// Compute gathers and computes without keeping anything: a preview of Close.
func (s *Service) Compute(ctx context.Context, c Close) (Content, error) {
	content, _, err := s.compute(ctx, c)
	return content, err
}

func (s *Service) compute(ctx context.Context, c Close) (Content, map[string]time.Time, error) {
	mine, err := s.Mine(ctx, c.Site)
	if err != nil {
		return Content{}, nil, err
	}
	p, err := s.closable(mine, c.Period)
	if err != nil {
		return Content{}, nil, err
	}
	set, err := s.Factors(ctx, c.FactorSet)
	if err != nil {
		return Content{}, nil, err
	}
	if err := s.Refresh(ctx); err != nil {
		return Content{}, nil, fmt.Errorf("close %s %s: %w", c.Site, c.Period, err)
	}
	g, err := s.gather(ctx, mine, p, c.Edition)
	if err != nil {
		return Content{}, nil, fmt.Errorf("close %s %s: %w", c.Site, c.Period, err)
	}
	acts, findings := g.acts, g.findings
	content := Content{
		Site: describe(mine.Site), Period: c.Period, Edition: c.Edition, GWP: c.GWP, Province: mine.Site.Province, Choices: c.Choices,
		FactorSet: set.ID(), FactorSHA: set.SHA256(), PlanSHA: mine.Plan.SHA256, PlanNumber: mine.Plan.Version, Activities: acts,
	}
	if content.Result, err = standard.Compute(content.Request(set, mine.Site)); err != nil {
		return Content{}, nil, err
	}
	content.GWP = content.Result.GWP
	lapsed, err := s.lapses(ctx, mine, p, c.Edition, acts)
	if err != nil {
		return Content{}, nil, err
	}
	findings = append(findings, lapsed...)
	used, err := s.certificates(ctx, mine, acts)
	if err != nil {
		return Content{}, nil, err
	}
	content.Findings = append(findings, used...)
	return content, g.months, blocked(content.AllFindings(), c.Accept)
}

// closable gives the period if it is a whole accounting month or year that has ended.
func (s *Service) closable(mine *Mine, name string) (period.Period, error) {
	cal := mine.Site.Calendar
	p, err := cal.Parse(name)
	if err != nil {
		return p, err
	}
	if len(name) > len("2006-01") {
		return p, fault.Invalid.Say(lang.T("%s 是一天;清单按月或按年关账", "%s is a day; inventories close by month or year"), name)
	}
	if p.End().After(s.Now()) {
		return p, fault.Invalid.Say(lang.T("%s 尚未结束(%s)", "%s has not ended yet (%s)"), name, p.End().Format(time.DateTime)).
			Do(lang.T("期间结束后再关账", "close it after its end"))
	}
	return p, nil
}

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
