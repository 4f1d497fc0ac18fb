package main

import (
	"context"
	"log/slog"
	"time"

	"lingtan/form"
)

// remindEach is how often it is looked which forms are due.
const remindEach = time.Hour

// remind tells whoever has a form to fill that it is due, until the context
// ends. What was told is in the book, so that a restart tells nothing twice.
func (s *station) remind(a *app, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		desk := a.formsOf(s.mine)
		look := time.NewTicker(remindEach)
		defer look.Stop()
		for {
			due, err := desk.Remind(ctx)
			if err == nil && len(due) > 0 {
				var given int
				if given, err = a.store.Remind(ctx, s.mine.Site.ID, due); given > 0 {
					log.InfoContext(ctx, "forms are due", "reminders", given)
				}
			}
			if err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "nobody is reminded of forms", "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-look.C:
			}
		}
	}
}

// formsOf is where the forms of a mine are looked at.
func (a *app) formsOf(m *mineAt) *form.Desk {
	return &form.Desk{Site: m.Site, Plan: m.Plan, Meters: m.engine, Series: m.id, Book: a.store, Memory: form.NewMemory(), Now: a.now}
}
