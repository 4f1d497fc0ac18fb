package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"lingtan/activity"
	"lingtan/calc"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/standard"
)

// maxCalcBytes is the largest calculation file read: 20,000 activities fit.
const maxCalcBytes = 16 << 20

func (c *cli) calcCommand() *cobra.Command {
	var gwp string
	cmd := &cobra.Command{
		Use: "calc FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("计算一个算例文件,不用数据库(- 为标准输入)", "compute a calculation file, with no database (- is standard input)")),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := c.read(args[0], maxCalcBytes)
			if err != nil {
				return err
			}
			name, text, want := example(args[0], data)
			req, err := calc.Read(name, text)
			if err != nil {
				return err
			}
			if gwp != "" {
				req.GWP = gwp
			}
			result, err := standard.Compute(req)
			if err != nil {
				return err
			}
			return c.print(result, func(p *printer) {
				p.result(result)
				if want != "" {
					p.line(lang.T("\n算例所载的结果\n%s", "\nwhat the example prints\n%s"), want)
				}
			})
		},
	}
	cmd.Flags().StringVar(&gwp, "gwp", "", c.text(lang.T("GWP 集,如 AR2、AR5、AR6-fossil", "GWP set, such as AR2, AR5, AR6-fossil")))
	return cmd
}

// example takes the calculation file and the printed answers out of a worked
// example (.txtar), and names it so that rows are told of its own text; another
// file is the calculation file itself.
func example(name string, data []byte) (file string, text []byte, want string) {
	file, text = name, data
	if filepath.Ext(name) != ".txtar" {
		return file, text, ""
	}
	for _, f := range txtar.Parse(data).Files {
		switch f.Name {
		case "calc.toml":
			file, text = filepath.Join(name, f.Name), f.Data
		case "want":
			want = strings.TrimSpace(string(f.Data))
		}
	}
	return file, text, want
}

// read reads a file, or standard input for "-", up to a limit.
func (c *cli) read(name string, limit int64) ([]byte, error) {
	in := c.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, unreadable(name, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if int64(len(data)) > limit {
		return nil, fault.Invalid.Say(lang.T("文件大于 %d MB", "the file is larger than %d MB"), limit>>20).
			At(fault.Place{File: name}).Do(lang.T("这类文件是小文本,核对是否给错了文件", "such files are small texts: is it the right one?"))
	}
	return data, nil
}

// result prints a computation as a person checks it: every line with its
// workings, then totals with their interval, figures, findings and notes.
func (p *printer) result(r standard.Result) {
	p.line(lang.T("标准 %s · GWP %s · 因子库 %s", "edition %s · GWP %s · factors %s"), r.Edition, r.GWP, r.FactorSet)
	for _, l := range r.Lines {
		p.cardOf(l)
	}
	p.line(lang.T("\n合计", "\ntotals"))
	for _, t := range r.Totals {
		p.row("  "+t.ID, t.CO2e.Fixed(6)+" tCO2e", t.Title, interval(t))
	}
	if len(r.Figures) > 0 {
		p.line(lang.T("\n指标", "\nfigures"))
	}
	for _, f := range r.Figures {
		p.row("  "+f.ID, strings.TrimSpace(f.Value.Fixed(6)+" "+f.Value.Unit().String()), f.Title, f.Confidence)
	}
	p.findings(r.Findings)
	for _, n := range r.Notes {
		p.line(lang.T("注[%s] %s", "note [%s] %s"), n.Confidence, n.Text)
	}
}

// cardOf prints one line's calculation card.
func (p *printer) cardOf(l standard.Line) {
	p.line(lang.T("\n%s [%s] %s t%s", "\n%s [%s] %s t%s"), l.ID, l.Confidence, l.Mass.Fixed(6), l.Gas)
	p.line(lang.T("  依据 %s", "  clause %s"), l.Clause)
	for _, s := range l.Steps {
		p.line(lang.T("  %s = %s = %s", "  %s = %s = %s"), s.Symbol, s.Expression, s.Numbers)
	}
	for _, f := range l.Factors {
		p.line(lang.T("  因子 %s = %s [%s] %s", "  factor %s = %s [%s] %s"), f.ID(), f.Value.String(), f.Confidence, f.Source)
	}
}

func interval(t standard.Total) lang.Text {
	if len(t.Interval.Narrowing) == 0 {
		return lang.T("95% 区间:未给不确定度", "95 % interval: no uncertainty stated")
	}
	return lang.T("95%% 区间 %.0f … %.0f(其中 %.0f%% 的量不确定度齐全)", "95 %% interval %.0f … %.0f (%.0f %% of it states every uncertainty)").
		Format(t.Interval.Low, t.Interval.High, 100*t.Interval.Stated)
}

func (p *printer) findings(list []activity.Finding) {
	if len(list) > 0 {
		p.line(lang.T("\n问题与提示", "\nfindings"))
	}
	for _, f := range list {
		p.row("  "+string(f.Severity), f.Code, f.Source, f.Period, f.Text, f.Owner)
	}
}
