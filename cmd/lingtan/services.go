package main

import (
	"context"
	"io"
	"log/slog"
	"runtime/debug"

	"lingtan/api"
	"lingtan/calc"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/report"
	"lingtan/store"
)

// shelf is the store as the routes ask for it: an inventory is told whole.
type shelf struct{ *store.Store }

// Inventory gives an inventory by its id.
func (s shelf) Inventory(ctx context.Context, id string) (inventory.Inventory, error) {
	return s.Books().Inventory(ctx, id)
}

// services is the platform as the HTTP interface asks for it.
func (a *app) services(log *slog.Logger) api.Services {
	return api.Services{
		Store: shelf{a.store}, Mine: a.mineOf, Factors: a.factors, Calc: calc.Read, Now: a.now, Log: log, Version: version(),
		Reports: api.Reports{
			Forms: reportForms(),
			Write: func(_ context.Context, w io.Writer, inv inventory.Inventory, form, format string, tag lang.Tag) error {
				return writeReport(w, inv, form, format, tag)
			},
		},
		Bundle: func(ctx context.Context, w io.Writer, inv inventory.Inventory) error {
			_, err := a.bundle(ctx, w, inv, nil)
			return err
		},
	}
}

// mineOf gives a mine at work to the routes.
func (a *app) mineOf(ctx context.Context, id string) (*api.Mine, error) {
	m, err := a.mine(ctx, id)
	if err != nil {
		return nil, err
	}
	inventories, err := a.inventories(ctx, id)
	if err != nil {
		return nil, err
	}
	return &api.Mine{Mine: m.Mine, Number: m.id, Readings: m.readings, Inventories: inventories}, nil
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
