package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
)

// closing are the flags that close and restate share.
type closing struct {
	site, period, edition, gwp, factors, accept string
	choices                                     []string
}

func (c *cli) closingFlags(cmd *cobra.Command, f *closing) {
	flags := cmd.Flags()
	flags.StringVar(&f.site, "site", "", c.text(lang.T("矿点(只有一个时可省)", "site (may be left out when there is one)")))
	flags.StringVar(&f.period, "period", "", c.text(lang.T("期间,2024 或 2024-06", "period, 2024 or 2024-06")))
	flags.StringVar(&f.edition, "edition", "cn-coal-2014", c.text(lang.T("标准版本", "edition of the standard")))
	flags.StringVar(&f.gwp, "gwp", "", c.text(lang.T("GWP 集(缺省为标准规定)", "GWP set (default: the edition's own)")))
	flags.StringVar(&f.factors, "factors", "", c.text(lang.T("因子库(缺省为现用)", "factor set (default: the one in use)")))
	flags.StringArrayVar(&f.choices, "choice", nil, c.text(lang.T("标准的选项,如 fuel_table=G", "a choice of the edition, such as fuel_table=G")))
	flags.StringVar(&f.accept, "accept", "", c.text(lang.T("带硬性问题关账的理由", "the reason for closing over hard findings")))
}

// request makes the service's request of the flags; who asks, and of which
// site, is not known before the platform is open.
func (f closing) request() (inventory.Close, error) {
	if f.period == "" {
		return inventory.Close{}, &usageError{fault.Invalid.Say(lang.T("缺少 --period", "--period is missing")).Do(lang.T("如 --period 2024", "such as --period 2024"))}
	}
	choices := map[string]string{}
	for _, pair := range f.choices {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return inventory.Close{}, &usageError{fault.Invalid.Say(lang.T("--choice 读到 %q", "--choice read %q"), pair).Do(lang.T("写成 名=值", "write name=value"))}
		}
		choices[name] = value
	}
	return inventory.Close{
		Period: f.period, Edition: f.edition, GWP: f.gwp, Choices: choices, FactorSet: f.factors, Accept: f.accept,
	}, nil
}

func (c *cli) closeCommand() *cobra.Command {
	var f closing
	var dryRun bool
	cmd := &cobra.Command{
		Use: "close", Args: c.args(),
		Short: c.text(lang.T("关账:算出并冻结一个月或一年的清单", "close: compute and freeze the inventory of a month or a year")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withInventories(cmd, f, func(s *inventory.Service, req inventory.Close) error {
				if dryRun {
					req.Accept = cmp.Or(req.Accept, "dry run") // what would block is what a dry run is for
					content, err := s.Compute(cmd.Context(), req)
					if err != nil {
						return err
					}
					return c.print(content, func(p *printer) { p.content(content) })
				}
				inv, err := s.Close(cmd.Context(), req)
				if err != nil {
					return err
				}
				return c.print(inv, func(p *printer) { p.inventory(inv) })
			})
		},
	}
	c.closingFlags(cmd, &f)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, c.text(lang.T("只算不存", "compute without keeping")))
	return cmd
}

func (c *cli) restateCommand() *cobra.Command {
	var f closing
	var reason string
	cmd := &cobra.Command{
		Use: "restate", Args: c.args(),
		Short: c.text(lang.T("重述:为已关账的期间生成新版本,附差异说明", "restate: make a new version of a closed period, with a bridge")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withInventories(cmd, f, func(s *inventory.Service, req inventory.Close) error {
				inv, err := s.Restate(cmd.Context(), req, reason)
				if err != nil {
					return err
				}
				return c.print(inv, func(p *printer) { p.inventory(inv) })
			})
		},
	}
	c.closingFlags(cmd, &f)
	cmd.Flags().StringVar(&reason, "reason", "", c.text(lang.T("重述原因", "the reason")))
	return cmd
}

func (c *cli) withInventories(cmd *cobra.Command, f closing, work func(*inventory.Service, inventory.Close) error) error {
	req, err := f.request()
	if err != nil {
		return err
	}
	return c.with(cmd.Context(), func(a *app) error {
		var err error
		if req.Site, err = a.oneSite(cmd.Context(), f.site); err != nil {
			return err
		}
		req.By = a.cfg.text("actor")
		s, err := a.inventories(cmd.Context(), req.Site)
		if err != nil {
			return err
		}
		return work(s, req)
	})
}

func (p *printer) inventory(inv inventory.Inventory) {
	p.line(lang.T("%s 第 %d 版,%s 由 %s 关账\n哈希 %s", "%s, version %d, closed %s by %s\nhash %s"),
		inv.ID, inv.Version, inv.ClosedAt.Format("2006-01-02 15:04:05Z"), inv.By, inv.Hash)
	p.content(inv.Content)
	if inv.Bridge == nil {
		return
	}
	p.line(lang.T("\n自 %s 的差异(%s,tCO2e)", "\nbridge from %s (%s, tCO2e)"), inv.Bridge.From, inv.Bridge.Total)
	for _, s := range inv.Bridge.Steps {
		p.row("  "+s.Cause.Title().In(p.tag), s.Effect.Fixed(6), strings.Join(s.What, " "))
	}
}

func (p *printer) content(c inventory.Content) {
	p.line(lang.T("标准 %s · GWP %s · 因子库 %s · 监测计划第 %d 版", "edition %s · GWP %s · factors %s · monitoring plan version %d"),
		c.Edition, c.GWP, c.FactorSet, c.PlanNumber)
	p.line(lang.T("\n合计", "\ntotals"))
	for _, t := range c.Result.Totals {
		p.row("  "+t.ID, t.CO2e.Fixed(2)+" tCO2e", t.Title, interval(t))
	}
	p.line(lang.T("\n按排放源(%d 行)", "\nby category (%d lines)"), len(c.Result.Lines))
	for _, s := range c.Result.Categories() {
		p.row("  "+s.Category, s.Basis, fmt.Sprintf("%s t%s", s.Mass.Fixed(2), s.Gas))
	}
	for _, f := range c.Result.Figures {
		p.row("  "+f.ID, strings.TrimSpace(f.Value.Fixed(4)+" "+f.Value.Unit().String()), f.Title)
	}
	p.findings(c.AllFindings())
}
