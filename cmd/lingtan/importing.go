package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/site"
	"lingtan/source"
)

// importing are the flags of an import.
type importing struct {
	site, mapping, rejects string
	dryRun, force          bool
	seq                    int64
}

func (c *cli) importCommand() *cobra.Command {
	var f importing
	cmd := &cobra.Command{
		Use: "import FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("按映射文件导入 CSV、XLSX、Parquet(读数或填报),可中断续传", "import CSV, XLSX or Parquet by a mapping file (readings or filings); resumes where it was cut off")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.mapping == "" {
				return &usageError{fault.Invalid.Say(lang.T("缺少 --mapping", "--mapping is missing")).Do(lang.T("写法见 docs/formats.md", "see docs/formats.md"))}
			}
			return c.with(cmd.Context(), func(a *app) error { return c.importFile(cmd.Context(), a, f, args[0]) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.site, "site", "", c.text(lang.T("矿点(只有一个时可省)", "site (may be left out when there is one)")))
	flags.StringVarP(&f.mapping, "mapping", "m", "", c.text(lang.T("映射文件(TOML)", "mapping file (TOML)")))
	flags.StringVar(&f.rejects, "errors", "", c.text(lang.T("读不懂的行写到此文件(缺省在原文件旁)", "write rows not understood to this file (default beside the file)")))
	flags.BoolVar(&f.dryRun, "dry-run", false, c.text(lang.T("只解读,不写入", "understand everything, write nothing")))
	flags.BoolVar(&f.force, "force", false, c.text(lang.T("同一文件再导一次", "import a file that was imported before")))
	flags.Int64Var(&f.seq, "seq", 0, c.text(lang.T("更正序号:同一时刻较大者为准", "correction number: of one instant the higher one stands")))
	return cmd
}

func (c *cli) importFile(ctx context.Context, a *app, f importing, path string) error {
	id, err := a.oneSite(ctx, f.site)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return unreadable(path, err)
	}
	text, err := c.read(f.mapping, site.MaxFile)
	if err != nil {
		return err
	}
	mapping, err := source.ParseMapping(f.mapping, text)
	if err != nil {
		return err
	}
	m, err := a.mine(ctx, id)
	if err != nil {
		return err
	}
	p, began := c.progress(), a.now()
	job := a.importOf(m)
	job.Path, job.Mapping, job.By, job.Lang = path, mapping, a.cfg.text("actor"), c.tag
	job.DryRun, job.Force, job.Seq, job.Rejects = f.dryRun, f.force, f.seq, f.rejects
	job.MaxBytes = int64(a.cfg.number("import-limit-gb")) << 30
	job.Progress = func(s source.Progress) {
		p.tell(lang.T("%s:%d / %d MB,%d 行,%.0f 行/秒", "%s: %d of %d MB, %d rows, %.0f rows/s"), s.Phase, s.Bytes>>20, s.Of>>20, s.Rows, s.Rate)
	}
	report, err := job.Run(ctx)
	if err := errors.Join(err, a.record(ctx, ended{site: id, by: job.By, mapping: mapping, report: report, began: began, failed: err, list: report.RejectsFile})); err != nil {
		return err
	}
	if !f.dryRun {
		if _, err := m.readings.Refresh(ctx, func(done, total int) { p.tell(lang.T("小时量 %d/%d", "hours %d/%d"), done, total) }); err != nil {
			return err
		}
	}
	return c.print(report, func(p *printer) { p.imported(report, m) })
}

// importOf makes an import into a mine; its file, its mapping and who asks for
// it are still to be said.
func (a *app) importOf(m *mineAt) source.Import {
	return source.Import{Points: m.importPoint, Sink: m.readings, Marks: m.engine, Cells: m.filingUnit, Filer: a.store, Site: m.Site.ID, Now: a.now}
}

// importPoint tells an import what it must know of a point.
func (m *mineAt) importPoint(id string) (source.Point, bool) {
	p, ok := m.Site.Point(id)
	if !ok {
		return source.Point{}, false
	}
	out := source.Point{Series: m.ids[id], Unit: p.Unit, Step: p.Step}
	if p.Kind == site.Delta {
		out.Stamp = "end"
		if p.Stamp != "" {
			out.Stamp = p.Stamp
		}
	}
	return out, true
}

// filingUnit finds the unit in which the plan asks for a filed value.
func (m *mineAt) filingUnit(cell filing.Cell) (quantity.Unit, error) {
	par, ok := m.Plan.Parameter(cell.Source, cell.Parameter)
	if !ok {
		return quantity.One, notInPlan(cell, m.Plan)
	}
	return par.Unit, nil
}

func notInPlan(cell filing.Cell, p *plan.Plan) error {
	return fault.Invalid.Say(lang.T("监测计划没有参数 %s#%s", "the monitoring plan has no parameter %s#%s"), cell.Source, cell.Parameter).
		Do(lang.T("核对矿点文件第 %d 版计划的 [[parameter]]", "check [[parameter]] of the site file, plan version %d"), p.Version)
}

func (p *printer) imported(r source.Report, m *mineAt) {
	p.line(lang.T("%s:%d 行,%d 条读数,%d 项填报,缺值 %d,拒收 %d,未知测点 %d 行", "%s: %d rows, %d readings, %d filings, missing %d, rejected %d, unknown points in %d rows"),
		r.File, r.Rows, r.Readings, r.Filings, r.Missing, r.Rejected, r.Unknown)
	if r.Resumed > 0 {
		p.line(lang.T("从第 %d 行之后续传,本次写入 %d 条", "resumed after row %d, %d written in this run"), r.Resumed, r.Delivered)
	}
	if n := r.Receipt; n.Bad+n.Quarantined > 0 {
		p.line(lang.T("其中超量程 %d 条、时间在未来 %d 条:已保存,不计入合计", "of them %d out of range and %d from the future: kept, but not counted"), n.Bad, n.Quarantined)
	}
	for _, s := range r.Points {
		p.row("  "+s.Point, s.Readings, s.First.In(m.Site.Calendar.Zone).Format(time.DateTime), s.Last.In(m.Site.Calendar.Zone).Format(time.DateTime),
			sumOf(s, m).In(p.tag))
	}
	for _, u := range r.Unknowns {
		p.row("  ? "+u.Point, u.Rows, u.Reason)
	}
	for _, row := range r.Preview {
		for _, cell := range row.Cells {
			p.row(fmt.Sprintf("  #%d", row.Row), cell.Point, cell.At.In(m.Site.Calendar.Zone).Format(time.DateTime), cell.Value, cell.Unit, cell.Quality)
		}
	}
	for _, e := range r.Examples {
		p.line(lang.Same("  %s"), fault.Tell(r.Fault(e), p.tag))
	}
	for _, w := range r.Warnings {
		p.line(lang.T("注意:%s", "mind: %s"), w)
	}
	if r.RejectsFile != "" {
		p.line(lang.T("拒收的行见 %s", "rejected rows are in %s"), r.RejectsFile)
	}
}

// sumOf tells what the readings of a point come to: amounts have a sum, values
// of a moment a mean, and a counter's registers neither.
func sumOf(s source.Summary, m *mineAt) lang.Text {
	point, _ := m.Site.Point(s.Point)
	switch {
	case point.Kind == site.Delta:
		return lang.T("合计 %s %s", "sum %s %s").Format(s.Sum.Fixed(2), s.Sum.Unit().String())
	case point.Kind == site.Gauge && s.Readings > 0:
		return lang.T("均值 %s %s", "mean %s %s").Format(s.Sum.Mul(quantity.New(big.NewRat(1, s.Readings), quantity.One)).Fixed(4), s.Sum.Unit().String())
	}
	return lang.Text{}
}
