package main

import (
	"context"
	"fmt"
	"slices"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/testkit/mine"
)

const (
	// demoClosed is the setting that says the demonstration's years are closed.
	demoClosed  = "demo_closed"
	demoEdition = "cn-coal-2014" // what they are closed by
)

// closeDemo brings the months of the demonstration's years to their end,
// closes them and both years, and restates the first for a bill that was found later, so
// that there is a comparison to look at.
// Cut off at any moment, it goes on. What the demo command makes stays open,
// for whoever wants to close it.
func (c *cli) closeDemo(ctx context.Context, a *app) error {
	if _, closed, err := a.store.Setting(ctx, demoClosed); err != nil || closed {
		return err
	}
	c.progress().tell(lang.T("示范矿:关账", "demonstration: closing the years"))
	filings := mine.New(mine.Seed).Filings()
	var months []string
	for _, f := range filings {
		months = append(months, f.Month)
	}
	months = slices.Compact(slices.Sorted(slices.Values(months)))
	for _, month := range months {
		if err := a.moveDemo(ctx, month, "", filing.Submitted, filing.Approved, filing.Locked); err != nil {
			return err
		}
	}
	books, err := a.inventories(ctx, mine.ID)
	if err != nil {
		return err
	}
	years := []string{months[0][:4], months[len(months)-1][:4]}
	for _, span := range append(months, years...) {
		if _, err := books.Close(ctx, demoClose(span)); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("demo: close %s: %w", span, err)
		}
	}
	reason := c.text(lang.T("2024 年 6 月漏记外委车队的油票 6.4 t", "bills of the haulage contractor for 6.4 t of June 2024 had been left out"))
	june := years[0] + "-06"
	if err := a.correctDemo(ctx, filings, june, reason); err != nil {
		return err
	}
	for _, span := range []string{june, years[0]} { // a year stands on its months
		if _, err := books.Restate(ctx, demoClose(span), reason); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("demo: restate %s: %w", span, err)
		}
	}
	return a.store.PutSetting(ctx, demoClosed, demoEdition, "demo")
}

func demoClose(year string) inventory.Close {
	return inventory.Close{Site: mine.ID, Period: year, Edition: demoEdition, By: demoActor(access.Reviewer).ID}
}

// correctDemo adds what was forgotten of a month's diesel.
func (a *app) correctDemo(ctx context.Context, filings []filing.Filing, month, reason string) error {
	i := slices.IndexFunc(filings, func(f filing.Filing) bool { return f.Source == "diesel" && f.Month == month })
	f := filings[i]
	whole, err := f.Quantity.Add(quantity.MustParse("6.4 t"))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	f.ID, f.Supersedes, f.Quantity, f.Note, f.At = f.ID+"-2", f.ID, whole, reason, a.now().UTC()
	if _, err := a.store.Filing(ctx, mine.ID, f.ID); fault.KindOf(err) == fault.NotFound {
		if err := a.moveDemo(ctx, month, reason, filing.Draft); err != nil {
			return err
		}
		if err := a.store.PutFiling(ctx, f); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return a.moveDemo(ctx, month, "", filing.Submitted, filing.Approved, filing.Locked)
}

// moveDemo brings a month along its way. One that is there already stays, so
// that a start which was cut off can go on.
func (a *app) moveDemo(ctx context.Context, month, reason string, way ...filing.State) error {
	for i, to := range way {
		role := access.Reviewer
		if to == filing.Submitted {
			role = access.Filler
		}
		now, err := a.store.Month(ctx, mine.ID, month)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if now.State == to || slices.Index(way, now.State) > i {
			continue
		}
		if _, err := a.store.MoveMonth(ctx, mine.ID, month, filing.Move{To: to, Actor: demoActor(role), At: a.now().UTC(), Reason: reason}); err != nil {
			return fmt.Errorf("demo: %s: %w", month, err)
		}
	}
	return nil
}

// demoActor is the person of a role in the demonstration.
func demoActor(role access.Role) access.Actor {
	return access.Actor{ID: "demo-" + string(role), Role: role, Sites: []string{access.AllSites}}
}
