package main

import (
	"context"
	"fmt"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/rule"
	"lingtan/testkit/mine"
)

const (
	// demoClosed is the setting that says the demonstration's years are closed.
	demoClosed  = "demo_closed"
	demoEdition = "cn-coal-2014" // what they are closed by
)

// closeDemo locks the reviewed months of the demonstration, closes them and the
// years that are over, and restates the first year for a bill that was found
// later, so that there is a comparison to look at. Cut off at any moment, it
// goes on. What the demo command makes stays open, for whoever wants to close it.
func (c *cli) closeDemo(ctx context.Context, a *app) error {
	if _, closed, err := a.store.Setting(ctx, demoClosed); err != nil || closed {
		return err
	}
	c.progress().tell(lang.T("示范矿:关账", "demonstration: closing the years"))
	d, err := a.demoForms(ctx)
	if err != nil {
		return err
	}
	books, err := a.inventories(ctx, mine.ID)
	if err != nil {
		return err
	}
	first := rule.MonthOf(d.demo.Filings()[0].Month)
	var spans, years []string
	for at := first; at < d.last-1; at++ {
		spans = append(spans, at.String())
		if err := d.lock(ctx, at.String()); err != nil {
			return err
		}
		if month := at.String(); month[len(month)-2:] == "12" {
			years = append(years, month[:4])
		}
	}
	for _, span := range append(spans, years...) {
		if _, err := books.Close(ctx, demoClose(span)); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("demo: close %s: %w", span, err)
		}
	}
	reason := c.text(lang.T("2024 年 6 月漏记外委车队的油票 6.4 t", "bills of the haulage contractor for 6.4 t of June 2024 had been left out"))
	june := first.String()[:4] + "-06"
	if err := d.correct(ctx, june, reason); err != nil {
		return err
	}
	for _, span := range []string{june, june[:4]} { // a year stands on its months
		if _, err := books.Restate(ctx, demoClose(span), reason); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("demo: restate %s: %w", span, err)
		}
	}
	return a.store.PutSetting(ctx, demoClosed, demoEdition, "demo")
}

func demoClose(span string) inventory.Close {
	return inventory.Close{Site: mine.ID, Period: span, Edition: demoEdition, By: demoActor(access.Reviewer).ID}
}

// lock locks a month that has gone all the way.
func (d *demoForms) lock(ctx context.Context, month string) error {
	now, err := d.store.Month(ctx, mine.ID, month)
	if err != nil || now.State != d.way[len(d.way)-1] {
		return err
	}
	return d.step(ctx, month, filing.Lock, access.Reviewer, 20, "")
}

// correct adds what was forgotten of a month's diesel.
func (d *demoForms) correct(ctx context.Context, month, reason string) error {
	all, err := d.store.Filings(ctx, mine.ID, month, month)
	if err != nil {
		return err
	}
	for _, f := range filing.Current(all) {
		if f.Source != "diesel" || f.Parameter != "amount" || f.Supersedes != "" {
			continue
		}
		whole, err := f.Quantity.Add(quantity.MustParse("6.4 t"))
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		f.ID, f.Supersedes, f.Quantity, f.Note, f.At = f.ID+"-2", f.ID, whole, reason, d.now().UTC()
		if err := d.step(ctx, month, filing.Reopen, access.Reviewer, 40, reason); err != nil {
			return err
		}
		if err := d.store.PutFiling(ctx, f); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if err := d.pass(ctx, month, d.way); err != nil {
			return err
		}
	}
	return d.lock(ctx, month)
}
