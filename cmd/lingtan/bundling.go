package main

import (
	"context"
	"io"
	"iter"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lingtan/bundle"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/series"
)

func (c *cli) bundleCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "bundle INVENTORY", Args: c.args("INVENTORY"),
		Short: c.text(lang.T("打证据包:清单及其全部依据,可离线核查", "pack the evidence bundle: an inventory with all it was computed from, to be verified offline")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				inv, err := a.inventory(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if out == "" {
					out = inv.ID + ".zip"
				}
				p := c.progress()
				var m bundle.Manifest
				err = create(out, func(f *os.File) error {
					var err error
					m, err = a.bundle(cmd.Context(), f, inv, func(file string) { p.tell(lang.T("打包 %s", "packing %s"), file) })
					return err
				})
				if err != nil {
					return err
				}
				return c.print(m, func(p *printer) {
					p.line(lang.T("%s:%d 个文件,清单哈希 %s", "%s: %d files, inventory hash %s"), out, len(m.Files), m.Hash)
				})
			})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", c.text(lang.T("输出文件", "output file")))
	return cmd
}

// bundle packs an inventory. Finished months are sealed first, so that the
// hashes of their readings stand in the ledger that goes along.
func (a *app) bundle(ctx context.Context, w io.Writer, inv inventory.Inventory, progress func(string)) (bundle.Manifest, error) {
	siteID := inv.Content.Site.ID
	m, err := a.mine(ctx, siteID)
	if err != nil {
		return bundle.Manifest{}, err
	}
	if _, err := m.engine.Seal(ctx, a.now().UnixMilli()); err != nil {
		return bundle.Manifest{}, err
	}
	described, err := a.described(ctx, siteID, inv.Content.PlanSHA)
	if err != nil {
		return bundle.Manifest{}, err
	}
	table, err := a.factorTable(ctx, inv.Content.FactorSet)
	if err != nil {
		return bundle.Manifest{}, err
	}
	months := monthsOf(described, inv)
	filings, err := a.store.Filings(ctx, siteID, months[0], months[len(months)-1])
	if err != nil {
		return bundle.Manifest{}, err
	}
	segments, err := a.store.Segments(siteID).List(ctx)
	if err != nil {
		return bundle.Manifest{}, err
	}
	return bundle.Write(ctx, w, bundle.Source{
		Inventory: inv, Mine: described, Factors: table, Filings: filings, Ledger: a.store.Ledger(ctx, siteID),
		Series: m.id, Readings: m.engine, Segments: segments, Encode: encodeReadings, Now: a.now,
		Open: func(s reading.Segment) (io.ReadCloser, error) {
			return os.Open(a.folder.path("series", siteID, "segments", s.Name))
		},
	}, progress)
}

// described is the site file an inventory was closed with.
func (a *app) described(ctx context.Context, site, sha string) (*inventory.Mine, error) {
	history, err := a.store.SiteHistory(ctx, site)
	if err != nil {
		return nil, err
	}
	for _, v := range history {
		if v.SHA256 != sha {
			continue
		}
		row, err := a.store.SiteVersion(ctx, site, v.Version)
		if err != nil {
			return nil, err
		}
		return inventory.OpenMine(site, []byte(row.File))
	}
	return nil, fault.NotFound.Say(lang.T("矿点 %s 没有哈希为 %.12s 的文件", "site %s has no file of hash %.12s"), site, sha)
}

// factorTable is a factor set's table, byte for byte.
func (a *app) factorTable(ctx context.Context, id string) ([]byte, error) {
	if id == factor.BuiltinID {
		return factor.BuiltinTable(), nil
	}
	set, err := a.factorRow(ctx, id)
	return set.CSV, err
}

func monthsOf(m *inventory.Mine, inv inventory.Inventory) []string {
	var out []string
	p, err := m.Site.Calendar.Parse(inv.Content.Period)
	if err != nil {
		return []string{inv.Content.Period}
	}
	for month := range m.Site.Calendar.Months(p) {
		out = append(out, m.Site.Calendar.Name(month))
	}
	return out
}

// encodeReadings writes readings as a segment file.
func encodeReadings(w io.Writer, rs iter.Seq2[reading.Reading, error]) error {
	out := series.NewWriter(w, "open")
	for r, err := range rs {
		if err != nil {
			return err
		}
		if err := out.Write(r); err != nil {
			return err
		}
	}
	_, err := out.Close()
	return err
}

func (c *cli) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "verify BUNDLE|BACKUP", Args: c.args("BUNDLE|BACKUP"),
		Short: c.text(lang.T("核查证据包、月度存证包或备份:离线重算、核对全部内容,找出任何一个改动的字节", "verify a bundle, a month's package or a backup: recompute and check everything offline, find any changed byte")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if isBackup(args[0]) {
				return c.verifyBackup(cmd.Context(), args[0])
			}
			return c.verifyBundle(cmd.Context(), args[0])
		},
	}
}

func (c *cli) verifyBundle(ctx context.Context, at string) error {
	f, err := os.Open(at)
	if err != nil {
		return unreadable(at, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable(at, err)
	}
	r := bundle.Verify(ctx, f, info.Size(), series.Read)
	if err := c.print(verdict(r, c.tag), func(p *printer) { p.verified(r) }); err != nil {
		return err
	}
	if err := r.Err(); err != nil {
		return fault.At(err, fault.Place{File: at})
	}
	return nil
}

// checked is one check as JSON tells it.
type checked struct {
	Name  string `json:"name"`
	Good  bool   `json:"good"`
	Found string `json:"found"`
}

func verdict(r bundle.Report, tag lang.Tag) map[string]any {
	var checks []checked
	for _, k := range r.Checks {
		found := k.Text.In(tag)
		if k.Err != nil {
			found = fault.Tell(k.Err, tag)
		}
		checks = append(checks, checked{k.Name, k.Err == nil, found})
	}
	return map[string]any{
		"site": r.Manifest.Site, "month": r.Manifest.Month, "inventory": r.Manifest.Inventory, "hash": r.Manifest.Hash, "good": r.Err() == nil, "checks": checks,
	}
}

func (p *printer) verified(r bundle.Report) {
	for _, k := range r.Checks {
		if k.Err != nil {
			p.row("✗", k.Name)
			continue
		}
		p.row("✓", k.Name, k.Text)
	}
	switch {
	case r.Err() != nil:
		return
	case r.Manifest.Month != "":
		p.line(lang.T("%s %s 存证包核查通过(账本第 %d 笔,哈希 %s)", "the package of %s %s verifies (ledger entry %d, hash %s)"),
			r.Manifest.Site, r.Manifest.Month, r.Manifest.Head.Seq, r.Manifest.Head.Hash)
		return
	}
	p.line(lang.T("%s 核查通过(关账 %s,哈希 %s)", "%s verifies (closed %s, hash %s)"),
		r.Inventory.ID, r.Inventory.ClosedAt.Format(time.RFC3339), r.Inventory.Hash)
}
