package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lingtan/export"
	"lingtan/fault"
	"lingtan/lang"
)

// exporting are the flags of an export.
type exporting struct {
	site, period, from, to, what, out string
}

// exportedRow tells what was written.
type exportedRow struct {
	File   string `json:"file"`
	Points int    `json:"points"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
}

func (c *cli) exportCommand() *cobra.Command {
	var f exporting
	cmd := &cobra.Command{
		Use: "export [POINT]…", Args: c.args("[POINT]…"),
		Short: c.text(lang.T("导出读数或小时量为 Parquet(缺省为全部测点)", "export readings or amounts of hours as Parquet; all points unless some are named")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atSite(cmd.Context(), &querying{site: f.site}, func(_ *app, m *mineAt) error {
				return c.exportFile(cmd.Context(), m, f, args)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.site, "site", "", c.text(lang.T("矿点(只有一个时可省)", "site (may be left out when there is one)")))
	flags.StringVar(&f.period, "period", "", c.text(lang.T("期间,2024、2024-06 或 2024-06-30", "period: 2024, 2024-06 or 2024-06-30")))
	flags.StringVar(&f.from, "from", "", c.text(lang.T("起(含),RFC 3339", "from (included), RFC 3339")))
	flags.StringVar(&f.to, "to", "", c.text(lang.T("止(不含),RFC 3339", "to (excluded), RFC 3339")))
	flags.StringVar(&f.what, "of", string(export.Readings), c.text(lang.T("readings 全部读数,settled 每一时刻计入的读数,hours 小时量", "readings: all; settled: the one that counts of every instant; hours: amounts")))
	flags.StringVarP(&f.out, "output", "o", "", c.text(lang.T("输出文件(缺省按矿点与时间命名)", "output file; named by site and time unless given")))
	return cmd
}

func (c *cli) exportFile(ctx context.Context, m *mineAt, f exporting, points []string) error {
	from, to, err := f.stretch(m)
	if err != nil {
		return err
	}
	r := export.Request{What: export.What(f.what), Points: points, From: from, To: to}
	if len(points) == 0 {
		r.Points = m.exported(r.What)
	}
	if f.out == "" {
		f.out = r.Name(m.Site.ID)
	}
	if _, err := m.readings.Refresh(ctx, nil); err != nil {
		return err
	}
	p := c.progress()
	done := exportedRow{File: f.out, Points: len(r.Points)}
	err = create(f.out, func(file *os.File) error {
		w := bufio.NewWriterSize(file, 1<<20)
		done.Rows, err = export.Mine{Site: m.Site, Number: m.id, Series: m.engine}.Write(ctx, w, r, func(s export.Progress) {
			p.tell(lang.T("导出 %s(%d/%d),%d 行", "export %s (%d/%d), %d rows"), s.Point, s.Done+1, s.Of, s.Rows)
		})
		if err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(f.out)
	if err != nil {
		return fmt.Errorf("look at %s: %w", filepath.Base(f.out), err)
	}
	done.Bytes = info.Size()
	return c.print(done, func(p *printer) {
		p.line(lang.T("%s:%d 个测点,%d 行,%d 字节", "%s: %d points, %d rows, %d bytes"), done.File, done.Points, done.Rows, done.Bytes)
	})
}

// stretch reads what is asked for: a period of the mine's calendar, or two instants.
func (f exporting) stretch(m *mineAt) (from, to int64, err error) {
	if f.period != "" {
		p, err := m.Site.Calendar.Parse(f.period)
		if err != nil {
			return 0, 0, err
		}
		from, to = p.Millis()
		return from, to, nil
	}
	if f.from == "" || f.to == "" {
		return 0, 0, &usageError{fault.Invalid.Say(lang.T("缺少 --period,或 --from 与 --to", "--period is missing, or --from and --to")).Do(lang.T("如 --period 2024-06", "such as --period 2024-06"))}
	}
	var at [2]int64
	for i, text := range []string{f.from, f.to} {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return 0, 0, &usageError{fault.Invalid.Say(lang.T("%q 不是时刻", "%q is not an instant"), text).Do(lang.T("如 2024-06-01T08:00:00+08:00", "such as 2024-06-01T08:00:00+08:00"))}
		}
		at[i] = t.UnixMilli()
	}
	return at[0], at[1], nil
}

// exported lists all points that have what is asked for.
func (m *mineAt) exported(what export.What) []string {
	var out []string
	for _, p := range m.Site.Points {
		out = append(out, p.ID)
	}
	if what == export.Hours {
		for _, g := range m.Site.Gases {
			out = append(out, g.ID)
		}
	}
	return slices.Clip(out)
}
