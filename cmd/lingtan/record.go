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

// ended is an import that ended, well or not.
type ended struct {
	id, site, by string // without an id it is given one
	mapping      *source.Mapping
	report       source.Report
	began        time.Time
	failed       error
	list         string // of the errors; "" where there is none
}

// record puts an import that ended on record. One that was killed is recorded
// when it has gone on to its end.
func (a *app) record(ctx context.Context, e ended) (err error) {
	r := e.report
	refused := fault.KindOf(e.failed) == fault.Conflict && e.failed != nil && r.Delivered == 0
	if r.SHA256 == "" || r.DryRun || refused {
		return nil // nothing was read, nothing was to be written, or it was in already
	}
	if e.id == "" {
		if e.id, err = importID(e.began); err != nil {
			return err
		}
	}
	ctx = context.WithoutCancel(ctx) // an import cut off by its user is recorded all the same
	run, err := a.store.StartImport(ctx, reading.Import{
		ID: e.id, Site: e.site, File: filepath.Base(r.File), SHA256: r.SHA256, Mapping: e.mapping.SHA256, By: e.by, Total: r.Rows,
	})
	if err != nil {
		return err
	}
	run.State, run.Done, run.Accepted, run.Repeated, run.Refused = reading.ImportDone, r.Rows, r.Delivered+int64(r.Filings), r.Resumed, r.Rejected+r.Unknown
	run.ErrorsFile = e.list
	if e.failed != nil {
		run.State = reading.ImportFailed
	}
	return a.store.PutImport(ctx, run)
}

// importID names an import by its beginning, and by chance where two began in
// one millisecond.
func importID(began time.Time) (string, error) {
	chance := make([]byte, 4)
	if _, err := rand.Read(chance); err != nil {
		return "", err
	}
	return began.UTC().Format("20060102T150405.000Z") + "-" + hex.EncodeToString(chance), nil
}
