package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"lingtan/evidence"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/store"
)

// app is the platform with its data folder open.
type app struct {
	cfg    config
	folder *folder
	store  *store.Store
	now    func() time.Time

	mu    sync.Mutex
	mines map[string]*mineAt // opened so far, by site

	evidence *evidence.Keeper // once somebody asked for it
}

// open locks the data folder and opens the store in it.
func (c *cli) open(ctx context.Context) (*app, error) {
	cfg, err := c.configure()
	if err != nil {
		return nil, err
	}
	f, err := openFolder(cfg.text("data"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, cfg.databaseDSN())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.Now = c.now
	return &app{cfg: cfg, folder: f, store: s, now: c.now, mines: map[string]*mineAt{}}, nil
}

// with runs a piece of work on the opened platform and closes it.
func (c *cli) with(ctx context.Context, work func(a *app) error) error {
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.Close())
}

// Close ends everything the app opened, the readings' engines first.
func (a *app) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var faults []error
	for _, m := range a.mines {
		faults = append(faults, m.engine.Close())
	}
	return errors.Join(append(faults, a.store.Close(), a.folder.Close())...)
}

// mineAt is a site at work: its description, its readings and who judges them.
type mineAt struct {
	*inventory.Mine
	version  int64
	engine   reading.Series
	readings *reading.Service
	ids      map[string]reading.ID
	points   map[reading.ID]string
	hall     hallway
}

// id gives the number of a point's series.
func (m *mineAt) id(point string) (reading.ID, bool) { id, ok := m.ids[point]; return id, ok }

// mine opens a site, once; a site file put since then is taken over.
func (a *app) mine(ctx context.Context, id string) (*mineAt, error) {
	row, err := a.siteFile(ctx, id)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	old := a.mines[id]
	if old != nil && old.version == row.Version {
		return old, nil
	}
	described, err := inventory.OpenMine(id, []byte(row.File))
	if err != nil {
		return nil, err
	}
	m := &mineAt{Mine: described, version: row.Version}
	if old != nil {
		m.engine = old.engine
	} else if m.engine, err = series.Open(ctx, series.Options{
		Dir: a.folder.path("series", id), Catalog: a.store.Segments(id), MemoryMB: a.cfg.number("memory-mb"),
	}); err != nil {
		return nil, err
	}
	if err := a.start(ctx, m); err != nil {
		if old == nil {
			err = errors.Join(err, m.engine.Close())
		}
		return nil, err
	}
	a.mines[id] = m
	return m, nil
}

// start numbers a mine's series, gives it its judge, and brings its hours to
// the rules of its file.
func (a *app) start(ctx context.Context, m *mineAt) error {
	if err := a.number(ctx, m); err != nil {
		return err
	}
	m.readings = a.judge(m)
	return a.follow(ctx, m)
}

// number gives every point and gas of the site its series.
func (a *app) number(ctx context.Context, m *mineAt) error {
	names := make([]string, 0, len(m.Site.Points)+len(m.Site.Gases))
	for _, p := range m.Site.Points {
		names = append(names, p.ID)
	}
	for _, g := range m.Site.Gases {
		names = append(names, g.ID)
	}
	ids, err := a.store.SeriesID(ctx, m.Site.ID, names...)
	if err != nil {
		return fmt.Errorf("number the points of %s: %w", m.Site.ID, err)
	}
	m.ids, m.points = map[string]reading.ID{}, map[reading.ID]string{}
	for i, name := range names {
		m.ids[name], m.points[ids[i]] = ids[i], name
	}
	return nil
}

// judge makes the service that takes the site's readings in.
func (a *app) judge(m *mineAt) *reading.Service {
	number := func(point string) reading.ID { return m.ids[point] }
	rules, judgements := map[reading.ID]reading.Rule{}, map[reading.ID]reading.Judgement{}
	for _, p := range m.Site.Points {
		rules[number(p.ID)], judgements[number(p.ID)] = p.Rule(), m.Site.Judgement(p, number)
	}
	products := make([]reading.Product, 0, len(m.Site.Gases))
	for _, g := range m.Site.Gases {
		products = append(products, m.Site.Product(g, number))
	}
	return &reading.Service{
		Series: m.engine, Now: a.now, Clashes: a.store.PutClashes, Events: a.store.PutEvents,
		Rules:    func(id reading.ID) (reading.Rule, bool) { r, ok := rules[id]; return r, ok },
		Products: func() []reading.Product { return products },
		Judge:    reading.NewJudge(judgements),
		Accepted: m.hall.take,
	}
}

// inventories makes the service that closes a site's inventories.
func (a *app) inventories(ctx context.Context, site string) (*inventory.Service, error) {
	m, err := a.mine(ctx, site)
	if err != nil {
		return nil, err
	}
	return &inventory.Service{
		Mine: func(ctx context.Context, id string) (*inventory.Mine, error) {
			m, err := a.mine(ctx, id)
			if err != nil {
				return nil, err
			}
			return m.Mine, nil
		},
		Meters:  m.engine,
		Refresh: func(ctx context.Context) error { _, err := m.readings.Refresh(ctx, nil); return err },
		Series: func(context.Context, string) (func(string) (reading.ID, bool), error) {
			return m.id, nil
		},
		Filings: a.store, Factors: a.factors, Books: a.store.Books(), Now: a.now,
	}, nil
}

// factorSetting names the set in use among the store's settings.
const factorSetting = "factor_set"

// factors gives a set by "id@version"; the empty id is the set in use.
func (a *app) factors(ctx context.Context, id string) (*factor.Set, error) {
	if id == "" {
		inUse, ok, err := a.store.Setting(ctx, factorSetting)
		if err != nil {
			return nil, err
		}
		if ok {
			id = inUse
		}
	}
	if id == "" || id == factor.BuiltinID {
		return factor.Builtin(), nil
	}
	row, err := a.factorRow(ctx, id)
	if err != nil {
		return nil, err
	}
	return row.Set()
}

// factorRow gives an adopted set as it is kept, by "id@version".
func (a *app) factorRow(ctx context.Context, id string) (factor.Adopted, error) {
	name, version, _ := strings.Cut(id, "@")
	row, err := a.store.FactorSet(ctx, name, version)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.NotFound.Say(lang.T("没有因子库 %q", "there is no factor set %q"), id).
			Do(lang.T("用 lingtan factor sets 查看", "look with: lingtan factor sets"))
	}
	return row, err
}

// inventory finds a kept inventory by its id, or as site and period with an
// edition, where the last version is meant.
func (a *app) inventory(ctx context.Context, id string) (inventory.Inventory, error) {
	row, err := a.store.Inventory(ctx, id)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.NotFound.Say(lang.T("没有清单 %q", "there is no inventory %q"), id).
				Do(lang.T("用 lingtan query inventories 查看", "look with: lingtan query inventories"))
		}
		return inventory.Inventory{}, err
	}
	return row.Thaw()
}
