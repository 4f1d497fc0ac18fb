package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/site"
)

func (c *cli) siteCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "site", Short: c.text(lang.T("矿点文件:核对、登记、查看", "site files: check, put, list, show"))}
	return c.group(cmd, c.siteCheck(), c.sitePut(), c.siteList(), c.siteShow())
}

// summary is what a checked site file tells.
type summary struct {
	ID         string    `json:"id"`
	Name       lang.Text `json:"name"`
	Points     int       `json:"points"`
	Gases      int       `json:"gases"`
	Sources    int       `json:"sources"`
	Parameters int       `json:"parameters"`
	SHA256     string    `json:"sha256"`
	Version    int64     `json:"version,omitempty"`
}

func summarise(m *inventory.Mine) summary {
	return summary{m.Site.ID, m.Site.Name, len(m.Site.Points), len(m.Site.Gases), len(m.Site.Sources), len(m.Plan.Parameters), m.Plan.SHA256, 0}
}

func (p *printer) summary(s summary) {
	p.line(lang.T("%s %s:%d 个测点,%d 个气量,%d 个排放源,%d 个参数", "%s %s: %d points, %d gases, %d sources, %d parameters"),
		s.ID, s.Name, s.Points, s.Gases, s.Sources, s.Parameters)
}

func (c *cli) siteCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("核对矿点文件与监测计划,一次列出全部问题", "check a site file and its monitoring plan, telling every fault at once")),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := c.readMine(args[0])
			if err != nil {
				return err
			}
			warnings := m.Site.Warnings(c.now())
			return c.print(map[string]any{"site": summarise(m), "warnings": warnings}, func(p *printer) {
				p.summary(summarise(m))
				for _, w := range warnings {
					p.line(lang.T("注意:%s:%d %s。%s", "mind: %s:%d %s; %s"), w.Place.File, w.Place.Row, w.Text, w.Hint)
				}
				p.line(lang.T("无误", "no fault"))
			})
		},
	}
}

func (c *cli) readMine(name string) (*inventory.Mine, error) {
	data, err := c.read(name, site.MaxFile)
	if err != nil {
		return nil, err
	}
	return inventory.OpenMine(name, data)
}

func (c *cli) sitePut() *cobra.Command {
	return &cobra.Command{
		Use: "put FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("登记矿点文件的新版本", "record a site file as its next version")),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := c.readMine(args[0])
			if err != nil {
				return err
			}
			return c.with(cmd.Context(), func(a *app) error {
				row, err := a.store.PutSite(cmd.Context(), m.Site.ID, string(m.Text), a.cfg.text("actor"))
				if err != nil {
					return err
				}
				s := summarise(m)
				s.Version = row.Version
				return c.print(s, func(p *printer) {
					p.summary(s)
					p.line(lang.T("登记为第 %d 版", "recorded as version %d"), row.Version)
				})
			})
		},
	}
}

func (c *cli) siteList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Args: c.args(), Short: c.text(lang.T("列出矿点", "list the sites")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				rows, err := a.store.Sites(cmd.Context(), "", 0)
				if err != nil {
					return err
				}
				return c.print(rows, func(p *printer) {
					for _, r := range rows {
						p.row(r.ID, r.Version, r.At.Format("2006-01-02 15:04"), r.By, r.SHA256[:12])
					}
				})
			})
		},
	}
}

func (c *cli) siteShow() *cobra.Command {
	return &cobra.Command{
		Use: "show SITE", Args: c.args("SITE"), Short: c.text(lang.T("打印矿点文件", "print a site's file")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				row, err := a.siteFile(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				_, err = c.stdout.Write([]byte(row.File))
				return err
			})
		},
	}
}

// siteFile is a site's file as it now stands.
func (a *app) siteFile(ctx context.Context, id string) (site.Version, error) {
	row, err := a.store.Site(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.NotFound.Say(lang.T("没有矿点 %q", "there is no site %q"), id).
			Do(lang.T("用 lingtan site list 查看", "look with: lingtan site list"))
	}
	return row, err
}

// oneSite gives the site asked for, or the only one there is.
func (a *app) oneSite(ctx context.Context, asked string) (string, error) {
	if asked != "" {
		_, err := a.siteFile(ctx, asked)
		return asked, err
	}
	rows, err := a.store.Sites(ctx, "", 0)
	if err != nil {
		return "", err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	switch len(ids) {
	case 0:
		return "", fault.NotFound.Say(lang.T("还没有矿点", "there is no site yet")).
			Do(lang.T("用 lingtan site put 登记,或 lingtan demo 建示范矿", "record one with lingtan site put, or make the demonstration with lingtan demo"))
	case 1:
		return ids[0], nil
	}
	return "", &usageError{fault.Invalid.Say(lang.T("有多个矿点,须指明 --site", "there are several sites: say --site")).Do(lang.T("可选 %s", "choose one of %s"), strings.Join(ids, ", "))}
}
