package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
)

// querying are the flags all queries share.
type querying struct{ site, period, by string }

func (c *cli) queryCommand() *cobra.Command {
	var q querying
	cmd := &cobra.Command{Use: "query", Short: c.text(lang.T("查询:测点、读数、合计、清单、计算卡、账本", "query: points, readings, totals, inventories, a calculation card, the ledger"))}
	cmd.PersistentFlags().StringVar(&q.site, "site", "", c.text(lang.T("矿点(只有一个时可省)", "site (may be left out when there is one)")))
	cmd.PersistentFlags().StringVar(&q.period, "period", "", c.text(lang.T("期间,2024、2024-06 或 2024-06-30", "period: 2024, 2024-06 or 2024-06-30")))
	cmd.PersistentFlags().StringVar(&q.by, "by", "month", c.text(lang.T("按 hour、day、month、year 合计", "add up by hour, day, month or year")))
	return c.group(cmd, c.queryPoints(&q), c.queryTotals(&q), c.queryInventories(&q), c.queryLine(), c.queryLedger(&q), c.queryOpen(&q))
}

// atSite opens the platform at the site asked for.
func (c *cli) atSite(ctx context.Context, q *querying, work func(a *app, m *mineAt) error) error {
	return c.with(ctx, func(a *app) error {
		id, err := a.oneSite(ctx, q.site)
		if err != nil {
			return err
		}
		m, err := a.mine(ctx, id)
		if err != nil {
			return err
		}
		return work(a, m)
	})
}

// pointRow is a point with its last value.
type pointRow struct {
	ID    string    `json:"id"`
	Name  lang.Text `json:"name"`
	Kind  string    `json:"kind"`
	Unit  string    `json:"unit"`
	At    time.Time `json:"at,omitzero"`
	Value *float64  `json:"value,omitempty"` // absent: nothing was ever read
}

func (c *cli) queryPoints(q *querying) *cobra.Command {
	return &cobra.Command{
		Use: "points [WORDS]", Args: c.args("[WORDS]"), Short: c.text(lang.T("测点及其最新值", "points with their last value")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atSite(cmd.Context(), q, func(_ *app, m *mineAt) error {
				rows, err := m.latest(cmd.Context(), strings.Join(args, " "))
				if err != nil {
					return err
				}
				return c.print(rows, func(p *printer) {
					for _, r := range rows {
						value := "-"
						if r.Value != nil {
							value = fmt.Sprintf("%g %s  %s", *r.Value, r.Unit, r.At.In(m.Site.Calendar.Zone).Format(time.DateTime))
						}
						p.row(r.ID, r.Name, r.Kind, value)
					}
				})
			})
		},
	}
}

func (m *mineAt) latest(ctx context.Context, words string) ([]pointRow, error) {
	var rows []pointRow
	var ids []reading.ID
	for _, p := range m.Site.Points {
		if strings.Contains(p.ID+p.Name.ZH+p.Name.EN, words) {
			rows = append(rows, pointRow{ID: p.ID, Name: p.Name, Kind: string(p.Kind), Unit: p.Unit.String()})
			ids = append(ids, m.ids[p.ID])
		}
	}
	last, err := m.engine.Latest(ctx, ids)
	if err != nil {
		return nil, err
	}
	at := map[string]reading.Reading{}
	for _, r := range last {
		at[m.points[r.Series]] = r
	}
	for i := range rows {
		if r, ok := at[rows[i].ID]; ok {
			rows[i].At, rows[i].Value = r.At(), &r.V
		}
	}
	return rows, nil
}

// totalRow is a point's amount in one stretch.
type totalRow struct {
	Point   string            `json:"point"`
	Period  string            `json:"period"`
	Amount  quantity.Quantity `json:"amount"`
	Covered float64           `json:"covered"` // share of the time
	Hours   int64             `json:"hours"`
}

func (c *cli) queryTotals(q *querying) *cobra.Command {
	return &cobra.Command{
		Use: "totals POINT…", Args: c.args("POINT…"), Short: c.text(lang.T("测点、气量的合计与覆盖率", "amounts of points and gases, with their coverage")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atSite(cmd.Context(), q, func(_ *app, m *mineAt) error {
				rows, err := m.totals(cmd.Context(), q, args)
				if err != nil {
					return err
				}
				return c.print(rows, func(p *printer) {
					for _, r := range rows {
						p.row(r.Point, r.Period, r.Amount.Fixed(4)+" "+r.Amount.Unit().In(p.tag), fmt.Sprintf("%.1f%%", 100*r.Covered))
					}
				})
			})
		},
	}
}

func (m *mineAt) totals(ctx context.Context, q *querying, points []string) ([]totalRow, error) {
	if _, err := m.readings.Refresh(ctx, nil); err != nil {
		return nil, err
	}
	stretches, err := m.cut(q)
	if err != nil {
		return nil, err
	}
	bounds := make([]int64, 0, len(stretches)+1)
	for _, s := range stretches {
		bounds = append(bounds, s.Start().UnixMilli())
	}
	bounds = append(bounds, stretches[len(stretches)-1].End().UnixMilli())
	var rows []totalRow
	for _, point := range points {
		unit, ok := plan.AmountUnit(m.Site, point)
		if !ok {
			return nil, fault.NotFound.Say(lang.T("没有测点 %q", "there is no point %q"), point).Do(lang.T("用 lingtan query points 查看", "look with: lingtan query points"))
		}
		totals, err := m.engine.Totals(ctx, reading.Query{Series: []reading.ID{m.ids[point]}, From: bounds[0], To: bounds[len(bounds)-1]}, bounds)
		if err != nil {
			return nil, err
		}
		for _, t := range totals {
			p, err := period.Between(time.UnixMilli(t.From).In(m.Site.Calendar.Zone), time.UnixMilli(t.To))
			if err != nil {
				return nil, err
			}
			rows = append(rows, totalRow{
				Point: point, Period: m.Site.Calendar.Name(p), Amount: quantity.Nano(t.Amount, unit).Tidy(),
				Covered: float64(t.CoveredMS) / float64(t.To-t.From), Hours: t.Hours,
			})
		}
	}
	return rows, nil
}

// cut gives the stretches to add up by.
func (m *mineAt) cut(q *querying) ([]period.Period, error) {
	if q.period == "" {
		return nil, &usageError{fault.Invalid.Say(lang.T("缺少 --period", "--period is missing")).Do(lang.T("如 --period 2024-06", "such as --period 2024-06"))}
	}
	cal := m.Site.Calendar
	p, err := cal.Parse(q.period)
	if err != nil {
		return nil, err
	}
	var out []period.Period
	switch q.by {
	case "year":
		out = []period.Period{p}
	case "month":
		for s := range cal.Months(p) {
			out = append(out, s)
		}
	case "day":
		for s := range cal.Days(p) {
			out = append(out, s)
		}
	case "hour":
		for at := p.Start(); at.Before(p.End()); at = at.Add(time.Hour) {
			s, err := period.Between(at, at.Add(time.Hour))
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
	default:
		return nil, &usageError{checkOneOf("hour", "day", "month", "year")(q.by)}
	}
	if len(out) == 0 {
		out = []period.Period{p}
	}
	return out, nil
}

func (c *cli) queryInventories(q *querying) *cobra.Command {
	return &cobra.Command{
		Use: "inventories", Args: c.args(), Short: c.text(lang.T("列出清单及其版本", "list inventories with their versions")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.atSite(cmd.Context(), q, func(a *app, m *mineAt) error {
				rows, err := a.store.Inventories(cmd.Context(), m.Site.ID)
				if err != nil {
					return err
				}
				return c.print(rows, func(p *printer) {
					for _, r := range rows {
						p.row(r.ID, r.Period, r.Edition, r.Version, r.ClosedAt.Format(time.DateTime), r.By, r.Hash[:12])
					}
				})
			})
		},
	}
}

func (c *cli) queryLine() *cobra.Command {
	return &cobra.Command{
		Use: "line INVENTORY LINE", Args: c.args("INVENTORY", "LINE"),
		Short: c.text(lang.T("计算卡:公式、数值、因子、输入及其来源", "the calculation card: formula, numbers, factors, inputs and where they came from")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				inv, err := a.inventory(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				card, err := inv.Card(args[1])
				if err != nil {
					return err
				}
				return c.print(card, func(p *printer) { p.card(card) })
			})
		},
	}
}

func (p *printer) card(card inventory.Card) {
	p.cardOf(card.Line)
	for _, in := range card.Inputs {
		p.row("  "+in.ID, in.Value.Quantity.Fixed(4)+" "+in.Value.Quantity.Unit().In(p.tag), in.Value.How.Title(), in.Value.Owner)
		if m := in.Value.Meter; m != nil {
			p.line(lang.T("    计量点 %s,覆盖 %.1f%%,替代 %.1f%%", "    points %s, covered %.1f%%, substituted %.1f%%"), strings.Join(m.Points, " "), 100*m.Covered, 100*m.Substituted)
		}
		for _, e := range in.Value.Evidence {
			p.row("    "+e.Kind, e.ID, e.Note)
		}
	}
	p.line(lang.T("  %s 下 %s tCO2e", "  under %s %s tCO2e"), card.GWP, card.CO2e.Fixed(6))
}

func (c *cli) queryLedger(q *querying) *cobra.Command {
	return &cobra.Command{
		Use: "ledger", Args: c.args(), Short: c.text(lang.T("账本:逐笔列出并核对哈希链", "the ledger: every entry, and whether the chain holds")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.atSite(cmd.Context(), q, func(a *app, m *mineAt) error {
				head, err := a.store.VerifyLedger(cmd.Context(), m.Site.ID)
				if err != nil {
					return err
				}
				const shownAtMost = 1000
				entries, err := a.store.Entries(cmd.Context(), m.Site.ID, max(0, head.Seq-shownAtMost), shownAtMost)
				if err != nil {
					return err
				}
				return c.print(map[string]any{"head": head, "entries": entries}, func(p *printer) {
					for _, e := range entries {
						p.row(e.Seq, e.At.Format(time.DateTime), e.Actor, e.Kind, e.Subject, e.Hash.String()[:12])
					}
					p.line(lang.T("链完整,共 %d 笔,末笔 %s", "the chain holds: %d entries, the last %s"), head.Seq, head.Hash)
				})
			})
		},
	}
}

func (c *cli) queryOpen(q *querying) *cobra.Command {
	return &cobra.Command{
		Use: "findings", Args: c.args(), Short: c.text(lang.T("读数中的矛盾与异常(互相矛盾的值、表计复位、跳变)", "clashes and events of the readings: contradictions, resets, jumps")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.atSite(cmd.Context(), q, func(a *app, m *mineAt) error {
				const shownAtMost = 1000
				clashes, err := a.store.Clashes(cmd.Context(), m.Site.ID, 0, reading.Forever, reading.Clash{}, shownAtMost)
				if err != nil {
					return err
				}
				events, err := a.store.Events(cmd.Context(), m.Site.ID, 0, reading.Forever, reading.Event{}, shownAtMost)
				if err != nil {
					return err
				}
				return c.print(map[string]any{"clashes": clashes, "events": events}, func(p *printer) {
					for _, k := range clashes {
						p.row(lang.T("矛盾", "clash"), m.points[k.Series], m.local(k.T), k.Kept.V, "≠", k.Other.V)
					}
					for _, e := range events {
						p.row(eventTitles[e.Kind], m.points[e.Series], m.local(e.T), e.From, "→", e.To)
					}
				})
			})
		},
	}
}

func (m *mineAt) local(ms int64) string {
	return time.UnixMilli(ms).In(m.Site.Calendar.Zone).Format(time.DateTime)
}

// eventTitles are the kinds of an event in the reader's words.
var eventTitles = map[reading.EventKind]lang.Text{
	reading.Reset:    lang.T("复位", "reset"),
	reading.Jump:     lang.T("跳变", "jump"),
	reading.Spike:    lang.T("毛刺", "spike"),
	reading.Overflow: lang.T("溢出", "overflow"),
}
