package main

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/spf13/cobra"

	"lingtan/lang"
	"lingtan/reading"
	"lingtan/testkit/mine"
)

// demoFolder is where the demonstration mine lives inside the data folder.
const demoFolder = "demo"

// demoMade is the setting that says the demonstration is complete; without it
// a half-made one is gone on with.
const demoMade = "demo_made"

func (c *cli) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use: "demo", Args: c.args(),
		Short: c.text(lang.T("建示范矿:青岭矿两年的读数与填报(虚构,由一个种子生成)", "make the demonstration mine: two years of Qingling, fictional, from one seed")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd.Context(), func(a *app) error { return c.makeDemo(cmd.Context(), a) })
		},
	}
}

// useDemo puts the demonstration into its own folder, beside real data.
func (c *cli) useDemo() error {
	cfg, err := c.configure()
	if err != nil {
		return err
	}
	return c.flag.set.Set("data", filepath.Join(cfg.text("data"), demoFolder))
}

// makeDemo creates the demonstration mine where it is not complete yet, and
// brings it up to now. Cut off at any moment, it goes on: readings repeated are
// readings once.
func (c *cli) makeDemo(ctx context.Context, a *app) error {
	_, made, err := a.store.Setting(ctx, demoMade)
	if err == nil && !made {
		err = c.makeYears(ctx, a)
	}
	if err != nil {
		return err
	}
	return c.catchUpDemo(ctx, a)
}

// makeYears makes the two years.
func (c *cli) makeYears(ctx context.Context, a *app) error {
	p := c.progress()
	demo := mine.New(mine.Seed)
	if _, err := a.store.PutSite(ctx, mine.ID, string(demo.File()), "demo"); err != nil {
		return err
	}
	m, err := a.mine(ctx, mine.ID)
	if err != nil {
		return err
	}
	for _, f := range demo.Filings() {
		if err := a.store.PutFiling(ctx, f); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	number := func(point string) reading.ID { return m.ids[point] }
	n := 0
	for _, stream := range []iter.Seq[[]reading.Reading]{demo.Readings(number), demo.Late(number)} {
		if n, err = c.feed(ctx, m, stream, n, p); err != nil {
			return err
		}
	}
	if _, err := m.readings.Refresh(ctx, func(done, total int) {
		p.tell(lang.T("示范矿:小时量 %d/%d", "demonstration: hours %d/%d"), done, total)
	}); err != nil {
		return err
	}
	p.tell(lang.T("示范矿:封存月份", "demonstration: sealing months"))
	if _, err := m.engine.Seal(ctx, a.now().UnixMilli()); err != nil {
		return err
	}
	if err := a.store.PutSetting(ctx, demoMade, fmt.Sprint(mine.Seed), "demo"); err != nil {
		return err
	}
	p.done(lang.T("示范矿青岭矿已建成:%d 个测点,%d 条读数", "the demonstration mine Qingling is made: %d points, %d readings"), demo.Points(), n)
	return nil
}

// feed takes a stream of readings in, as meters would send them.
func (c *cli) feed(ctx context.Context, m *mineAt, stream iter.Seq[[]reading.Reading], n int, p *progress) (int, error) {
	for batch := range weeks(stream) {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if _, err := m.readings.Accept(ctx, reading.Batch{Readings: batch}); err != nil {
			return n, fmt.Errorf("demo: %w", err)
		}
		n += len(batch)
		p.tell(lang.T("示范矿:读数 %d", "demonstration: readings %d"), n)
	}
	return n, nil
}

// weeks joins batches of a day until they hold a week of the mine: a commit
// waits for the disk, whatever its size.
func weeks(days iter.Seq[[]reading.Reading]) iter.Seq[[]reading.Reading] {
	const enough = 90_000
	return func(yield func([]reading.Reading) bool) {
		var batch []reading.Reading
		for day := range days {
			if batch = append(batch, day...); len(batch) < enough {
				continue
			}
			if !yield(batch) {
				return
			}
			batch = nil
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}
