package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"

	"lingtan/api"
	"lingtan/calc"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/people"
	"lingtan/report"
	"lingtan/source"
	"lingtan/store"
	"lingtan/ui"
)

// shelf is the store as the routes ask for it: an inventory is told whole.
type shelf struct{ *store.Store }

// Inventory gives an inventory by its id.
func (s shelf) Inventory(ctx context.Context, id string) (inventory.Inventory, error) {
	return s.Books().Inventory(ctx, id)
}

// services is the platform as the HTTP interface asks for it.
func (a *app) services(w *stations, d *people.Desk, sso []api.OpenID, log *slog.Logger) api.Services {
	w.imports = newImports(a)
	return api.Services{
		Store: shelf{a.store}, People: d, DemoPassword: demoPassword, OpenID: sso, PublicURL: a.cfg.text("public-url"), Mine: w.mineOf, AtWork: w.mines, Factors: a.factors, Calc: calc.Read, Now: a.now, Log: log, Version: version(), Page: page(),
		Proxies: proxies(a.cfg.text("trusted-proxies")),
		Imports: w.imports, Uploads: a.folder.path(uploads), Evidence: w.evidence,
		Reports: api.Reports{
			Forms: reportForms(),
			Write: func(_ context.Context, w io.Writer, inv inventory.Inventory, form, format string, tag lang.Tag) error {
				return writeReport(w, inv, form, format, tag)
			},
		},
		Backup: func(ctx context.Context, w io.Writer, ask api.BackupAsk) error {
			_, err := a.archive(ctx, w, ask, nil)
			return err
		},
		Bundle: func(ctx context.Context, w io.Writer, inv inventory.Inventory) error {
			_, err := a.bundle(ctx, w, inv, nil)
			return err
		},
	}
}

// page is the built web page; nil where the program was built without it.
func page() http.Handler {
	u, err := ui.New()
	if err != nil || !u.Built() {
		return nil
	}
	return u
}

// mineOf gives a mine to the routes. One that was put a moment ago is set to
// work here rather than at the next look.
func (w *stations) mineOf(ctx context.Context, id string) (*api.Mine, error) {
	m, err := w.a.mine(ctx, id)
	if err != nil {
		return nil, err
	}
	inventories, err := w.a.inventories(ctx, id)
	if err != nil {
		return nil, err
	}
	s := w.of(id)
	if s == nil || s.mine != m { // not looked at yet: its devices are not at work
		s = &station{mine: m, sink: &source.Collector{Sink: m.readings}}
		s.devices = w.a.devices(m, s.sink, w.log)
	}
	return &api.Mine{Mine: m.Mine, Number: m.id, Readings: m.readings, Sink: s.sink, Import: w.a.importOf(m), Inventories: inventories, Devices: s.devices, Hall: m.hall.get()}, nil
}

// mines lists the mines whose devices are being read.
func (w *stations) mines() []*api.Mine {
	var out []*api.Mine
	for _, s := range w.list() {
		out = append(out, &api.Mine{Mine: s.mine.Mine, Devices: s.devices})
	}
	return out
}

func reportForms() []api.Form {
	formats := report.Formats()
	ids := make([]string, len(formats))
	for i, f := range formats {
		ids[i] = f.ID
	}
	var out []api.Form
	for _, f := range report.Forms("") {
		out = append(out, api.Form{ID: f.ID, Title: f.Title, Formats: ids})
	}
	return out
}

// version is the program's, as it was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return info.Main.Version
}
