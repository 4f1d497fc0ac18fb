package main

import (
	"context"
	"fmt"
	"math"

	"lingtan/lang"
	"lingtan/reading"
	"lingtan/testkit/mine"
)

// catchUpDemo lets the demonstration's loggers tell what they recorded since
// its last reading: the two years end on a day, and whoever starts it later is
// to see a mine that has been at work all the while. It goes through the same
// gate as any reading, and stops at the last full quarter of an hour, from
// where the instruments go on.
func (c *cli) catchUpDemo(ctx context.Context, a *app) error {
	demo := mine.New(mine.Seed)
	m, err := a.mine(ctx, mine.ID)
	if err != nil {
		return err
	}
	if m.Site.SHA256 != hashOf(demo.File()) {
		// Made by an earlier version, whose mine had fewer instruments or forms.
		if _, err := a.store.PutSite(ctx, mine.ID, string(demo.File()), "demo"); err != nil {
			return err
		}
		if m, err = a.mine(ctx, mine.ID); err != nil {
			return err
		}
	}
	last, err := lastReadings(ctx, m)
	if err != nil {
		return err
	}
	p := c.progress()
	number := func(point string) reading.ID { return m.ids[point] }
	missed := demo.Since(number, func(point string) int64 {
		if t, ok := last[m.ids[point]]; ok {
			return t
		}
		return math.MinInt64
	}, a.now())
	n, err := c.feed(ctx, m, missed, 0, p)
	if err != nil || n == 0 {
		return err
	}
	if _, err := m.readings.Refresh(ctx, func(done, total int) {
		p.tell(lang.T("示范矿:小时量 %d/%d", "demonstration: hours %d/%d"), done, total)
	}); err != nil {
		return err
	}
	if _, err := m.engine.Seal(ctx, a.now().UnixMilli()); err != nil {
		return err
	}
	p.done(lang.T("示范矿补到现在:%d 条读数", "the demonstration has caught up: %d readings"), n)
	return nil
}

// lastReadings tells the instant of each series' last counted reading.
func lastReadings(ctx context.Context, m *mineAt) (map[reading.ID]int64, error) {
	ids := make([]reading.ID, 0, len(m.ids))
	for _, id := range m.ids {
		ids = append(ids, id)
	}
	last, err := m.engine.Latest(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	out := make(map[reading.ID]int64, len(last))
	for _, r := range last {
		out[r.Series] = r.T
	}
	return out, nil
}
