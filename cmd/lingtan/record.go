package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"path/filepath"
	"time"

	"lingtan/fault"
	"lingtan/reading"
	"lingtan/source"
)

// record puts an import that ended, well or not, on record. One that was killed
// is recorded when it has gone on to its end.
func (a *app) record(ctx context.Context, site string, m *source.Mapping, r source.Report, began time.Time, failed error) error {
	refused := fault.KindOf(failed) == fault.Conflict && failed != nil && r.Delivered == 0
	if r.SHA256 == "" || r.DryRun || refused {
		return nil // nothing was read, nothing was to be written, or it was in already
	}
	const chance = 4 // bytes, for two imports of one millisecond
	id := make([]byte, chance)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // an import cut off by its user is recorded all the same
	run, err := a.store.StartImport(ctx, reading.Import{
		ID: began.UTC().Format("20060102T150405.000Z") + "-" + hex.EncodeToString(id), Site: site, File: filepath.Base(r.File), SHA256: r.SHA256,
		Mapping: m.SHA256, By: a.cfg.text("actor"), Total: r.Rows,
	})
	if err != nil {
		return err
	}
	run.State, run.Done, run.Accepted, run.Repeated, run.Refused = reading.ImportDone, r.Rows, r.Delivered+int64(r.Filings), r.Resumed, r.Rejected+r.Unknown
	run.ErrorsFile = r.RejectsFile
	if failed != nil {
		run.State = reading.ImportFailed
	}
	return a.store.PutImport(ctx, run)
}
