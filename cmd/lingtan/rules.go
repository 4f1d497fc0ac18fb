package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"lingtan/inventory"
	"lingtan/reading"
	"lingtan/site"
)

// followed names the setting that says by which version of a site's file its
// hours were computed.
func followed(site string) string { return "hours_of/" + site }

// follow brings the stored hours to the rules of the site's current file: a
// meter's replacement declared, a transformer's ratio corrected, change what
// readings long taken in amount to. Closed inventories do not move.
func (a *app) follow(ctx context.Context, m *mineAt) error {
	id := m.Site.ID
	text, known, err := a.store.Setting(ctx, followed(id))
	if err != nil {
		return err
	}
	if known {
		version, err := strconv.ParseInt(text, 10, 64)
		if err != nil || version == m.version {
			return err
		}
		row, err := a.store.SiteVersion(ctx, id, version)
		if err != nil {
			return err
		}
		before, err := inventory.OpenMine(id, []byte(row.File))
		if err != nil {
			return err
		}
		if spans := m.changed(before.Site, a.now().UnixMilli()); len(spans) > 0 {
			if _, err := m.readings.Recompute(ctx, spans); err != nil {
				return fmt.Errorf("follow the rules of %s: %w", id, err)
			}
		}
	}
	return a.store.PutSetting(ctx, followed(id), strconv.FormatInt(m.version, 10), a.cfg.text("actor"))
}

// changed lists the series whose rule is not what it was, from the oldest
// reading there can be until now.
func (m *mineAt) changed(before *site.Site, now int64) []reading.Span {
	var ids []reading.ID
	for _, p := range m.Site.Points {
		if old, was := before.Point(p.ID); was && !reflect.DeepEqual(old.Rule(), p.Rule()) {
			ids = append(ids, m.ids[p.ID])
		}
	}
	number := func(point string) reading.ID { return m.ids[point] }
	for _, g := range m.Site.Gases {
		product := m.Site.Product(g, number)
		if old, was := before.Gas(g.ID); !was || !reflect.DeepEqual(before.Product(old, number), product) {
			ids = append(ids, product.Inputs()...)
		}
	}
	slices.Sort(ids)
	var spans []reading.Span
	for _, id := range slices.Compact(ids) {
		spans = append(spans, reading.Span{Series: id, From: reading.HourOf(reading.Oldest), To: reading.HourOf(now) + 1})
	}
	return spans
}
