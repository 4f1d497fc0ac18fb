package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/scan"
	"lingtan/store/blob"
)

const (
	rescanEvery = time.Minute    // how often files that wait for a scanner are looked at again
	orphansFor  = 24 * time.Hour // files whose record failed are kept, for it may be under way
)

// keeper gives what keeps files of evidence, opened once: in the data folder, or
// in the bucket that the settings name.
func (a *app) keeper(ctx context.Context) (*evidence.Keeper, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.evidence != nil {
		return a.evidence, nil
	}
	k := &evidence.Keeper{Catalog: a.store, Quota: int64(a.cfg.number("evidence-quota-gb")) << 30, Now: a.now}
	var err error
	if k.Blobs, err = blobsAt(ctx, a.cfg, a.folder, a.now); err != nil {
		return nil, err
	}
	if setting := a.cfg.text("virus-scan"); setting != "" {
		if k.Scanner, err = scan.Parse(setting); err != nil {
			return nil, err
		}
	}
	a.evidence = k
	return k, nil
}

// blobsAt opens where the bytes lie.
func blobsAt(ctx context.Context, cfg config, f *folder, now func() time.Time) (evidence.Blobs, error) {
	if setting := cfg.text("evidence-store"); setting != "" {
		return blob.OpenS3(ctx, setting, f.path(uploads))
	}
	return blob.OpenFolder(f.path("evidence"), now)
}

// tend removes what no mine has, and asks the scanner again about what waits.
// Being told to stop is no error, wherever it comes.
func (a *app) tend(ctx context.Context, k *evidence.Keeper, log *slog.Logger) error {
	if folder, is := k.Blobs.(*blob.Folder); is {
		n, err := folder.Sweep(ctx, a.now().Add(-orphansFor), a.store.KeepsEvidence)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			log.InfoContext(ctx, "files of no mine removed", "files", n)
		}
	}
	again := time.NewTicker(rescanEvery)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		}
		if _, err := k.Rescan(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "files still wait for the virus scanner", "error", err)
		}
	}
}

func (c *cli) evidenceCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "evidence", Short: c.text(lang.T("证据文件", "files of evidence"))}
	return c.group(cmd, &cobra.Command{
		Use: "check SITE", Args: c.args("SITE"),
		Short: c.text(lang.T("逐个读出矿点的证据文件,核对 SHA-256", "read every file of a site and compare its SHA-256")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error { return c.checkEvidence(cmd.Context(), a, args[0]) })
		},
	})
}

// kept is what a check found of a file.
type kept struct {
	SHA256 string `json:"sha256"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Found  string `json:"found"`
}

func (c *cli) checkEvidence(ctx context.Context, a *app, site string) error {
	k, err := a.keeper(ctx)
	if err != nil {
		return err
	}
	if _, err := a.mine(ctx, site); err != nil {
		return err
	}
	files, err := a.store.AllEvidence(ctx, site)
	if err != nil {
		return err
	}
	bad := 0
	all := []kept{}
	for _, f := range files {
		row := kept{f.SHA256, f.Name, f.Size, "ok"}
		if _, data, err := k.Open(ctx, site, f.SHA256); err != nil {
			bad++
			row.Found = fault.Tell(err, c.tag)
		} else if err := data.Close(); err != nil {
			return err
		}
		all = append(all, row)
	}
	if err := c.print(all, func(p *printer) {
		for _, f := range all {
			p.row(f.SHA256[:16], f.Name, f.Found)
		}
		p.line(lang.T("%d 个文件,%d 个有问题", "%d files, %d not as they should be"), len(all), bad)
	}); err != nil {
		return err
	}
	if bad > 0 {
		return fault.Conflict.Say(lang.T("%d 个证据文件打不开或已被改动", "%d files of evidence do not open or were changed"), bad).
			Do(lang.T("由备份恢复,或把原件再上传一次", "restore them from a backup, or hand the originals in again"))
	}
	return nil
}
