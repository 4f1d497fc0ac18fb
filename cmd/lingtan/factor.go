package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
)

// maxFactorBytes is the largest table of factors read.
const maxFactorBytes = 64 << 20

func (c *cli) factorCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "factor", Short: c.text(lang.T("因子库:查询、按数据年份取值、比对、导入", "factors: search, look up by data year, compare, import"))}
	return c.group(cmd, c.factorList(), c.factorShow(), c.factorCompare(), c.factorImport(), c.factorUse(), c.factorSets(), c.factorExport())
}

func (c *cli) factorList() *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use: "list [WORDS]", Args: c.args("[WORDS]"),
		Short: c.text(lang.T("查因子(内置库,不用数据库)", "search the built-in library, with no database")),
		RunE: func(_ *cobra.Command, args []string) error {
			words := ""
			if len(args) == 1 {
				words = args[0]
			}
			found := factor.Builtin().Search(kind, words)
			return c.print(found, func(p *printer) {
				for _, f := range found {
					p.factor(f)
				}
			})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", c.text(lang.T("只列此类,如 grid_province", "only this kind, such as grid_province")))
	return cmd
}

func (p *printer) factor(f factor.Factor) {
	p.row(f.ID(), f.Value.String(), f.Confidence, f.Name, f.From+"…"+f.To, f.Source)
}

func (c *cli) factorShow() *cobra.Command {
	return &cobra.Command{
		Use: "show KIND KEY YEAR", Args: c.args("KIND", "KEY", "YEAR"),
		Short: c.text(lang.T("按数据年份取一个因子", "look one factor up by data year")),
		RunE: func(_ *cobra.Command, args []string) error {
			year, err := strconv.Atoi(args[2])
			if err != nil {
				return &usageError{fault.Invalid.Say(lang.T("年份读到 %q", "year read %q"), args[2]).Do(lang.T("写成 2023", "write 2023"))}
			}
			f, err := factor.Builtin().Find(args[0], args[1], year)
			if err != nil {
				return err
			}
			return c.print(f, func(p *printer) { p.factor(f) })
		},
	}
}

// readFactors reads a table under a name of the reader's own.
func (c *cli) readFactors(path, id string) (*factor.Set, []byte, error) {
	data, err := c.read(path, maxFactorBytes)
	if err != nil {
		return nil, nil, err
	}
	set, err := factor.Parse(id, path, data)
	return set, data, err
}

func (c *cli) factorCompare() *cobra.Command {
	return &cobra.Command{
		Use: "compare FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("另一张因子表与内置库的差异", "where another table differs from the built-in library")),
		RunE: func(_ *cobra.Command, args []string) error {
			other, _, err := c.readFactors(args[0], args[0])
			if err != nil {
				return err
			}
			diff := factor.Builtin().Compare(other)
			return c.print(diff, func(p *printer) { p.differences(diff) })
		},
	}
}

func (p *printer) differences(diff []factor.Difference) {
	for _, d := range diff {
		mine := "-"
		if d.Mine != nil {
			mine = d.Mine.Value.String()
		}
		p.row("!", fmt.Sprintf("%s/%s@%d", d.Kind, d.Key, d.Year), mine, "→", d.Other.Value.String(), d.Other.Source)
	}
	p.line(lang.T("%d 处不同", "%d differences"), len(diff))
}

func (c *cli) factorImport() *cobra.Command {
	var id, version string
	cmd := &cobra.Command{
		Use: "import FILE", Args: c.args("FILE"),
		Short: c.text(lang.T("导入因子表为新的一版,提示与内置库的差异;不改动已关账的清单", "import a table as a version of its own, telling where it differs; closed inventories do not move")),
		Long: c.text(lang.T("导入因子表为新的一版,提示与内置库的差异;不改动已关账的清单。\n一个因子库自成一体,关账时不再查内置库:先 lingtan factor export >表.csv,改后再导入。",
			"Imports a table as a version of its own, telling where it differs; closed inventories do not move.\nA set stands by itself, the built-in library is not looked up behind it: begin with lingtan factor export >table.csv and change that.")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if id == "" || version == "" {
				return &usageError{fault.Invalid.Say(lang.T("缺少 --id 或 --version", "--id or --version is missing")).Do(lang.T("如 --id mee --version 2026", "such as --id mee --version 2026"))}
			}
			set, data, err := c.readFactors(args[0], id+"@"+version)
			if err != nil {
				return err
			}
			diff := factor.Builtin().Compare(set)
			return c.with(cmd.Context(), func(a *app) error {
				row := factor.Adopted{ID: id, Version: version, SHA256: set.SHA256(), CSV: data, By: a.cfg.text("actor"), AdoptedAt: c.now()}
				if err := a.store.AdoptFactors(cmd.Context(), row); err != nil {
					return err
				}
				return c.print(map[string]any{"set": set.ID(), "rows": set.Len(), "sha256": set.SHA256(), "differences": diff}, func(p *printer) {
					p.differences(diff)
					p.line(lang.T("因子库 %s 已登记(%d 行);启用:lingtan factor use %s", "factor set %s is recorded (%d rows); put it to use with: lingtan factor use %s"), set.ID(), set.Len(), set.ID())
				})
			})
		},
	}
	cmd.Flags().StringVar(&id, "id", "", c.text(lang.T("库名", "the set's name")))
	cmd.Flags().StringVar(&version, "version", "", c.text(lang.T("版本", "its version")))
	return cmd
}

func (c *cli) factorUse() *cobra.Command {
	return &cobra.Command{
		Use: "use SET", Args: c.args("SET"),
		Short: c.text(lang.T("启用一个因子库,自此以后的关账用它", "put a set to use for inventories closed from now on")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				if _, err := a.factors(cmd.Context(), args[0]); err != nil {
					return err
				}
				return a.store.PutSetting(cmd.Context(), factorSetting, args[0], a.cfg.text("actor"))
			})
		},
	}
}

func (c *cli) factorSets() *cobra.Command {
	return &cobra.Command{
		Use: "sets", Args: c.args(), Short: c.text(lang.T("列出因子库,* 为现用", "list the sets; * is in use")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd.Context(), func(a *app) error { return c.listSets(cmd.Context(), a) })
		},
	}
}

func (c *cli) listSets(ctx context.Context, a *app) error {
	inUse, err := a.factors(ctx, "")
	if err != nil {
		return err
	}
	rows, err := a.store.FactorSets(ctx)
	if err != nil {
		return err
	}
	type shown struct {
		ID     string `json:"id"`
		SHA256 string `json:"sha256"`
		InUse  bool   `json:"in_use"`
	}
	sets := []shown{{factor.BuiltinID, factor.Builtin().SHA256(), inUse.ID() == factor.BuiltinID}}
	for _, r := range rows {
		id := r.Reference()
		sets = append(sets, shown{id, r.SHA256, inUse.ID() == id})
	}
	return c.print(sets, func(p *printer) {
		for _, s := range sets {
			mark := " "
			if s.InUse {
				mark = "*"
			}
			p.row(mark, s.ID, s.SHA256[:12])
		}
	})
}

func (c *cli) factorExport() *cobra.Command {
	return &cobra.Command{
		Use: "export", Args: c.args(),
		Short: c.text(lang.T("打印内置因子表(CSV),改后可导入为自己的一版", "print the built-in table as CSV, to be changed and imported as a set of one's own")),
		RunE: func(*cobra.Command, []string) error {
			_, err := c.stdout.Write(factor.BuiltinTable())
			return err
		},
	}
}
