package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/report"
)

// reporting are the flags of a report.
type reporting struct {
	site, period, edition, form, dir string
	formats, langs                   []string
}

func (c *cli) reportCommand() *cobra.Command {
	var f reporting
	cmd := &cobra.Command{
		Use: "report [INVENTORY]", Args: c.args("[INVENTORY]"),
		Short: c.text(lang.T("出报告:XLSX、DOCX、JSON、CSV,中文或英文", "write the report: XLSX, DOCX, JSON, CSV, in Chinese or English")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return c.with(cmd.Context(), func(a *app) error {
				inv, err := a.asked(cmd.Context(), f, args)
				if err != nil {
					return err
				}
				return c.writeReports(inv, f)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.site, "site", "", c.text(lang.T("矿点(只有一个时可省)", "site (may be left out when there is one)")))
	flags.StringVar(&f.period, "period", "", c.text(lang.T("期间,取最后一版", "period; its last version is meant")))
	flags.StringVar(&f.edition, "edition", "cn-coal-2014", c.text(lang.T("标准版本", "edition of the standard")))
	flags.StringVar(&f.form, "form", "", c.text(lang.T("报告格式(缺省为标准的正式报告)", "report form (default: the edition's official one)")))
	flags.StringSliceVar(&f.formats, "format", []string{"xlsx", "docx"}, c.text(lang.T("文件格式 xlsx、docx、json、csv", "file formats: xlsx, docx, json, csv")))
	flags.StringSliceVar(&f.langs, "in", []string{string(c.tag)}, c.text(lang.T("报告语言 zh、en", "languages of the report: zh, en")))
	flags.StringVarP(&f.dir, "output", "o", ".", c.text(lang.T("输出文件夹", "output folder")))
	return cmd
}

// asked finds the inventory by its id, or the last version of a period.
func (a *app) asked(ctx context.Context, f reporting, args []string) (inventory.Inventory, error) {
	if len(args) == 1 {
		return a.inventory(ctx, args[0])
	}
	if f.period == "" {
		return inventory.Inventory{}, &usageError{fault.Invalid.Say(lang.T("缺少清单编号或 --period", "an inventory's id or --period is missing")).Do(lang.T("如 --period 2024", "such as --period 2024"))}
	}
	site, err := a.oneSite(ctx, f.site)
	if err != nil {
		return inventory.Inventory{}, err
	}
	return a.store.Books().Latest(ctx, site, f.period, f.edition)
}

// check looks at the formats and languages before anything is written.
func (f reporting) check() error {
	var formats []string
	for _, known := range report.Formats() {
		formats = append(formats, known.ID)
	}
	var faults []error
	for _, format := range f.formats {
		faults = append(faults, fault.At(checkOneOf(formats...)(format), fault.Place{File: "--format"}))
	}
	for _, tag := range f.langs {
		faults = append(faults, fault.At(checkOneOf(string(lang.ZH), string(lang.EN))(tag), fault.Place{File: "--in"}))
	}
	if err := errors.Join(faults...); err != nil {
		return &usageError{err}
	}
	return nil
}

func (c *cli) writeReports(inv inventory.Inventory, f reporting) error {
	if err := os.MkdirAll(f.dir, 0o750); err != nil {
		return unwritable(f.dir, err)
	}
	var written []string
	for _, tag := range f.langs {
		for _, format := range f.formats {
			name := filepath.Join(f.dir, fmt.Sprintf("%s.%s.%s", inv.ID, tag, format))
			err := create(name, func(w *os.File) error { return writeReport(w, inv, f.form, format, lang.Parse(tag)) })
			if err != nil {
				return err
			}
			written = append(written, name)
		}
	}
	return c.print(written, func(p *printer) { p.line(lang.Same("%s"), strings.Join(written, "\n")) })
}

// writeReport writes an inventory by a form; the empty form is the edition's own.
func writeReport(w io.Writer, inv inventory.Inventory, form, format string, tag lang.Tag) error {
	doc, err := report.Build(form, inv, tag)
	if err != nil {
		return err
	}
	return report.Encode(w, doc, format)
}
