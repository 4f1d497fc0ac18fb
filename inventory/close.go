package inventory

import (
	"context"
	"fmt"
	"time"

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
