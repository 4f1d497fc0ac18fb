package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/evidence"
	"lingtan/reading"
	"lingtan/source"
)

// followEvery is how often the platform looks for mines that are new or whose
// file has a new version.
const followEvery = 2 * time.Second

// stations are the mines whose devices are read while the platform serves.
type stations struct {
	a   *app
	log *slog.Logger

	imports  *imports // of files handed in over HTTP
	evidence *evidence.Keeper

	mu sync.Mutex
	at map[string]*station // by site
}

// station is a mine whose devices are read.
type station struct {
	mine    *mineAt
	sink    *source.Collector
	devices *source.Devices
	stop    context.CancelFunc
	done    chan struct{}
}

// run keeps every mine of the store at work until the context ends.
func (w *stations) run(ctx context.Context) error {
	defer w.stopAll()
	defer w.imports.stop()
	out, err := w.a.outbox(w.log)
	if err != nil {
		return err
	}
	var carrying sync.WaitGroup
	defer carrying.Wait()
	carrying.Go(func() { _ = out.Run(ctx) }) // it ends with the context, and logs what it cannot carry
	carrying.Go(func() {
		keep(ctx, w.log, "ledger", func(ctx context.Context) error { return w.a.store.WatchLedger(ctx, w.log) })
	})
	carrying.Go(func() {
		keep(ctx, w.log, "evidence", func(ctx context.Context) error { return w.a.tend(ctx, w.evidence, w.log) })
	})
	look := time.NewTicker(followEvery)
	defer look.Stop()
	for {
		if err := w.follow(ctx); err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "cannot look after the mines", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// follow starts what is new, and starts again what has changed.
func (w *stations) follow(ctx context.Context) error {
	rows, err := w.a.store.Sites(ctx, "", 0)
	if err != nil {
		return err
	}
	var faults []error
	for _, row := range rows {
		if old := w.of(row.ID); old != nil && old.mine.version == row.Version {
			continue
		} else if old != nil {
			w.end(row.ID, old)
		}
		if err := w.start(ctx, row.ID); err != nil {
			faults = append(faults, fmt.Errorf("mine %s: %w", row.ID, err))
		}
	}
	return errors.Join(faults...)
}

func (w *stations) of(site string) *station {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at[site]
}

func (w *stations) list() []*station {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]*station, 0, len(w.at))
	for _, s := range w.at {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *station) int { return cmp.Compare(a.mine.Site.ID, b.mine.Site.ID) })
	return out
}

// start puts a mine to work.
func (w *stations) start(ctx context.Context, site string) error {
	m, err := w.a.mine(ctx, site)
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	s := &station{mine: m, sink: &source.Collector{Sink: m.readings}, stop: stop, done: make(chan struct{})}
	s.devices = w.a.devices(m, s.sink, w.log)
	w.mu.Lock()
	w.at[site] = s
	w.mu.Unlock()
	go func() {
		defer close(s.done)
		s.work(run, w.a, w.log)
	}()
	return nil
}

// work runs what a station consists of until the context ends.
func (s *station) work(ctx context.Context, a *app, log *slog.Logger) {
	log = log.With("mine", s.mine.Site.ID)
	var parts sync.WaitGroup
	parts.Go(func() { keep(ctx, log, "devices", s.devices.Run) })
	parts.Go(func() { keep(ctx, log, "live", s.live(a, log)) })
	parts.Go(func() { keep(ctx, log, "alarms", s.watch(a, log)) })
	parts.Go(func() { keep(ctx, log, "forms", s.remind(a, log)) })
	parts.Wait()
	if err := s.devices.Mine.Refused.Close(); err != nil {
		log.WarnContext(ctx, "refused messages", "error", err)
	}
}

// restart is how long a part that failed rests before it is tried again.
const restart = 5 * time.Second

// keep runs a part of a mine until the context ends. One that fails, even by a
// mistake of ours, is told and begun again, and takes no other part along.
func keep(ctx context.Context, log *slog.Logger, name string, run func(context.Context) error) {
	for {
		err := guarded(ctx, run)
		if ctx.Err() != nil {
			return
		}
		log.ErrorContext(ctx, "a part of the mine stopped and is begun again", "part", name, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(restart):
		}
	}
}

func guarded(ctx context.Context, run func(context.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return run(ctx)
}

func (w *stations) end(site string, s *station) {
	s.stop()
	<-s.done
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.at, site)
}

func (w *stations) stopAll() {
	all := w.list()
	for _, s := range all {
		s.stop()
	}
	for _, s := range all {
		w.end(s.mine.Site.ID, s)
	}
}

// devices makes what reads a mine's devices, whose files lie in the data
// folder under devices/<mine>.
func (a *app) devices(m *mineAt, sink source.Sink, log *slog.Logger) *source.Devices {
	id := m.Site.ID
	return &source.Devices{
		Folder: a.folder.path("devices", id),
		Mine: source.Mine{
			Site: id, Sink: sink, Marks: m.engine, Now: a.now, Dir: a.folder.path("drivers", id), Log: log.With("mine", id),
			Session: sessionCall(), Points: m.point, Refused: &source.Refused{Dir: a.folder.path("refused", id)},
			Unmapped: func(ctx context.Context, device, channel string) (reading.ID, error) {
				ids, err := a.store.SeriesID(ctx, id, unmapped(device, channel))
				if err != nil {
					return 0, err
				}
				return ids[0], nil
			},
		},
		Adopted: func(ctx context.Context, device string, file []byte) error { return a.adopted(ctx, m, device, file) },
	}
}

// unmapped names the series of a channel that is no point yet. No point's id
// has a slash.
func unmapped(device, channel string) string { return "device/" + device + "/" + channel }

// point tells a driver what it must know of a point.
func (m *mineAt) point(id string) (source.Point, bool) {
	p, ok := m.Site.Point(id)
	if !ok {
		return source.Point{}, false
	}
	return source.Point{Series: m.ids[id], Unit: p.Unit, Stamp: p.Stamp, Step: p.Step}, true
}

// adopted puts a device's file on record. Where it maps channels that have been
// sending already, what they sent becomes readings of their points.
func (a *app) adopted(ctx context.Context, m *mineAt, device string, file []byte) error {
	fresh, err := a.store.AdoptDevice(ctx, m.Site.ID, device, hashOf(file), file, a.cfg.text("actor"))
	if err != nil || !fresh || len(file) == 0 {
		return err
	}
	d, err := source.ReadDevice(device, file)
	if err != nil {
		return err
	}
	known, err := a.store.Series(ctx, m.Site.ID)
	if err != nil {
		return err
	}
	for _, s := range known {
		channel, ours := strings.CutPrefix(s.Point, unmapped(device, ""))
		if c, mapped := d.Channel(channel); ours && mapped {
			if err := a.takeOver(ctx, m, s.ID, c); err != nil {
				return fmt.Errorf("take over channel %q: %w", channel, err)
			}
		}
	}
	return nil
}

func hashOf(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// takeOver copies what a channel sent before it was mapped into its point. The
// same reading twice is one, so that it may be cut off and done again.
func (a *app) takeOver(ctx context.Context, m *mineAt, from reading.ID, c source.Channel) error {
	p, ok := m.point(c.Point)
	if !ok {
		return nil // told when its line is made
	}
	convert, err := c.Convert(p)
	if err != nil {
		return err
	}
	const enough = 50_000
	var batch []reading.Reading
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := m.readings.Accept(ctx, reading.Batch{Readings: batch})
		batch = nil
		return err
	}
	for r, err := range m.engine.Scan(ctx, reading.Query{Series: []reading.ID{from}, From: -reading.Forever, To: reading.Forever}) {
		if err != nil {
			return err
		}
		r.Series, r.V = p.Series, convert(r.V)
		if batch = append(batch, r); len(batch) == enough {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
