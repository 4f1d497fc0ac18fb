package main

import (
	"archive/zip"
	"context"
	"slices"

	"lingtan/backup"
	"lingtan/fault"
	"lingtan/lang"
)

// isBackup tells a backup from a bundle, by what it holds and not by what its
// manifest says, for that may be what was changed.
func isBackup(at string) bool {
	if isFolder(at) {
		return true
	}
	z, err := zip.OpenReader(at)
	if err != nil {
		return false // a bundle that is cut off is told as one
	}
	defer z.Close()
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == backup.RelationFile("ledger") })
}

// verifyBackup checks a backup offline, and tells each check.
func (c *cli) verifyBackup(ctx context.Context, at string) error {
	files, closing, err := openBackup(at)
	if err != nil {
		return err
	}
	p := c.progress()
	r := backup.Verify(ctx, files, sealOf(at), func(g backup.Progress) { p.tell(lang.T("核对 %s,%d MB", "verifying %s, %d MB"), g.File, g.Bytes>>20) })
	if err := closing(); err != nil {
		return err
	}
	if err := c.print(backupVerdict(r, c.tag), func(p *printer) { p.backup(r) }); err != nil {
		return err
	}
	if err := r.Err(); err != nil {
		return fault.At(err, fault.Place{File: at})
	}
	return nil
}

func backupVerdict(r backup.Report, tag lang.Tag) map[string]any {
	checks := []checked{}
	for _, k := range r.Checks {
		found := k.Text.In(tag)
		if k.Err != nil {
			found = fault.Tell(k.Err, tag)
		}
		checks = append(checks, checked{k.Name, k.Err == nil, found})
	}
	return map[string]any{"backup": r.Manifest.ID, "made": r.Manifest.Made, "heads": r.Manifest.Heads, "good": r.Err() == nil, "checks": checks}
}

func (p *printer) backup(r backup.Report) {
	for _, k := range r.Checks {
		if k.Err != nil {
			p.row("✗", k.Name)
			continue
		}
		p.row("✓", k.Name, k.Text)
	}
	if r.Err() != nil {
		return
	}
	for _, w := range r.Manifest.Without {
		p.line(lang.T("未包含:%s", "without: %s"), w)
	}
	p.line(lang.T("%s 核查通过(截至 %s)", "%s verifies, as of %s"), r.Manifest.ID, r.Manifest.Made.Format("2006-01-02T15:04:05Z"))
}
