package main

import (
	"context"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/live"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/source"
)

// lookEach is how often alarms are judged.
const lookEach = time.Second

// watch judges a mine's alarms until the context ends, and tells the viewers of
// every step.
func (s *station) watch(a *app, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		desk := alarm.NewDesk(s.mine.Site, a.store)
		gases := gasScales(s.mine.Site)
		told := map[string]source.State{}
		look := time.NewTicker(lookEach)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-look.C:
			}
			hall := s.mine.hall.get()
			if hall == nil {
				continue
			}
			seen := s.see(hall, gases)
			told = s.tellDevices(ctx, hall, told, log)
			steps, err := desk.Watch(ctx, a.now(), seen)
			if err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "alarms cannot be judged", "error", err)
			}
			for _, step := range steps {
				if err := hall.Publish("alarm", "", step.After); err != nil {
					log.WarnContext(ctx, "viewers are not told of an alarm", "error", err)
				}
			}
		}
	}
}

// see gathers what alarms are judged by.
func (s *station) see(hall *live.Hall, gases map[string]float64) alarm.Snapshot {
	out := alarm.Snapshot{
		Points: map[string]alarm.Value{}, Rates: map[string]alarm.Value{}, Nodes: map[string]alarm.Node{},
		Gases: map[string]alarm.Gas{}, Checks: map[string]alarm.Check{}, Devices: map[string]alarm.Health{},
	}
	points, nodes := hall.Look()
	for _, p := range points {
		if p.Last.Series != 0 {
			out.Points[p.ID] = alarm.Value{V: p.Last.V, T: p.Last.At(), Q: p.Last.Q}
		}
		if p.Rated {
			out.Rates[p.ID] = alarm.Value{V: p.Rate, T: time.UnixMilli(p.RateT).UTC()}
		}
	}
	for _, p := range points {
		if scale, ok := gases[p.ID]; ok && p.Rated {
			out.Gases[p.ID] = s.gas(p, scale, out)
		}
	}
	for _, n := range nodes {
		if _, id, found := strings.Cut(n.ID, ":"); found && n.MonthKnown {
			out.Nodes[id] = alarm.Node{Rate: n.Rate, Month: n.Month, Year: n.Year, MonthCovered: n.MonthCovered, YearCovered: n.YearCovered}
		}
	}
	for _, h := range s.devices.Health() {
		out.Devices[h.Device] = healthOf(h)
	}
	for _, c := range hall.Checks() {
		verdict := c.Hour
		if c.Over == "day" {
			verdict = c.Today
		}
		if verdict.Covered && verdict.Share != nil {
			out.Checks[c.ID] = alarm.Check{Deviation: *verdict.Share, Failing: verdict.Exceeds}
		}
	}
	return out
}

// tellDevices tells the viewers of every device that is no longer as it was.
func (s *station) tellDevices(ctx context.Context, hall *live.Hall, before map[string]source.State, log *slog.Logger) map[string]source.State {
	now := map[string]source.State{}
	for _, h := range s.devices.Health() {
		now[h.Device] = h.State
		if was, known := before[h.Device]; known && was == h.State {
			continue
		}
		if err := hall.Publish("device", "", h); err != nil {
			log.WarnContext(ctx, "viewers are not told of a device", "error", err)
		}
	}
	return now
}

// gas tells a stream's concentration beside its pure flow.
func (s *station) gas(p live.Momentary, scale float64, seen alarm.Snapshot) alarm.Gas {
	g := alarm.Gas{Pure: p.Rate * scale, T: time.UnixMilli(p.RateT).UTC()}
	if p.Doubtful {
		g.Q = reading.Suspect
	}
	described, _ := s.mine.Site.Gas(p.ID)
	share := described.Concentration
	if v, ok := seen.Points[share.Point]; ok {
		g.Percent, g.Q = v.V, max(g.Q, v.Q)
	} else if share.Point == "" {
		basis, _ := site.ShareBasis(share.Constant.Unit())
		if q, err := share.Constant.In(quantity.MustUnit("%" + string(basis))); err == nil {
			g.Percent = q.Float()
		}
	}
	return g
}

// gasScales gives for each gas what turns its amount per hour into Nm³ a minute.
func gasScales(s *site.Site) map[string]float64 {
	out := map[string]float64{}
	for _, g := range s.Gases {
		one, err := quantity.Int(1, g.Unit()).AtState(quantity.At0C)
		if err != nil {
			continue // no volume of gas: nothing is vented of it
		}
		normal, err := one.In(quantity.MustUnit("Nm3"))
		if err != nil {
			continue
		}
		scale, _ := new(big.Rat).Quo(normal.Rat(), big.NewRat(60, 1)).Float64()
		out[g.ID] = scale
	}
	return out
}

func healthOf(h source.Health) alarm.Health {
	switch {
	case h.State == source.Up && !h.Silent:
		return alarm.Health{Up: true}
	case h.Fault != nil:
		return alarm.Health{Why: lang.T(fault.Tell(h.Fault, lang.ZH), fault.Tell(h.Fault, lang.EN))}
	case h.Silent:
		return alarm.Health{Why: lang.T("没有读数", "it says nothing")}
	}
	return alarm.Health{Why: lang.Same(string(h.State))}
}

// live opens a mine's open hour and keeps it until the context ends. Opening
// waits for the store's hours; the devices are read meanwhile, and what they
// bring is in the store when the hall asks it.
func (s *station) live(a *app, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		m := s.mine
		factors, err := a.factors(ctx, "")
		if err != nil {
			return err
		}
		m.hall.begin()
		hall, err := live.Open(ctx, live.Inputs{
			Site: m.Site, Plan: m.Plan, Series: m.id, Meters: m.engine, Filings: a.store, Edition: m.edition(), Factors: factors, Now: a.now,
			Refresh: func(ctx context.Context) error { _, err := m.readings.Refresh(ctx, nil); return err },
		})
		if err != nil {
			return err
		}
		m.hall.set(hall)
		defer m.hall.set(nil)
		err = hall.Run(ctx, func(err error) { log.WarnContext(ctx, "live totals wait for the store", "error", err) })
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
}

// hallway hands what was taken in to the open hour, and keeps it while the hour
// is being opened: what came meanwhile may be in what was loaded, or not.
type hallway struct {
	mu      sync.Mutex
	hall    *live.Hall
	opening bool
	waiting []reading.Reading
}

func (w *hallway) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opening = true
}

func (w *hallway) set(hall *live.Hall) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if hall != nil {
		hall.Touch(w.waiting)
	}
	w.hall, w.opening, w.waiting = hall, false, nil
}

func (w *hallway) get() *live.Hall {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hall
}

// take is told what is durable; a reading told twice is one.
func (w *hallway) take(rs []reading.Reading) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.hall != nil:
		w.hall.Touch(rs)
	case w.opening:
		w.waiting = append(w.waiting, rs...)
	}
}

// edition is the one a mine's live totals are told by: the first of its plan.
func (m *mineAt) edition() string {
	if len(m.Plan.Editions) == 0 {
		return ""
	}
	return m.Plan.Editions[0]
}
