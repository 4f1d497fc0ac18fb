// Package simulate owns the mine's instruments at play: what the demonstration
// mine measures, told to the platform over the protocols that meters speak.
//
// It reads the same device files as the platform. Where the platform asks
// (Modbus, OPC UA) it answers at the address of the file; where it listens
// (MQTT, HJ 212) it connects there; where it watches a folder it drops files.
// It shares nothing else with the platform, and on request it breaks like the
// real thing.
package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
	"lingtan/source"
	"lingtan/testkit/mine"
)

// Options say how the mine is played.
type Options struct {
	Devices string // the folder of device files
	// Speed is how many seconds of the mine pass in one of ours; 0 is 1. Above 1
	// the play begins in the past, at Since, and falls into step with the clock
	// when it has caught up: nothing is ever stamped in the future.
	Speed   float64
	Since   time.Duration
	Every   time.Duration // between two readings of an instrument; 0 is DefaultEvery
	Faults  []Fault       // to happen, counted from the start
	Control string        // path of the socket for requests; "" for none
	Plant   *mine.Plant   // the mine at work since before the play begins; nil lets one be put to work
	Now     func() time.Time
	Log     *slog.Logger
}

// DefaultEvery makes a wall look alive and a small machine hardly warm.
const DefaultEvery = 5 * time.Second

// retry is how long an instrument waits before it connects again: less than the
// platform, which is to be seen waiting.
const retry = time.Second

// Simulator plays the mine.
type Simulator struct {
	options Options
	clock   *clock
	plant   *mine.Plant // at the play's own time
	present *mine.Plant // at the clock's, for who asks without an instant
	units   []*unit
	board   *board
}

// New reads the devices and puts the mine to work.
func New(o Options) (*Simulator, error) {
	o.Speed = max(o.Speed, 1)
	o.Every = cmp.Or(o.Every, DefaultEvery)
	if o.Speed == 1 {
		o.Since = 0
	}
	now := o.Now()
	s := &Simulator{options: o, board: &board{now: o.Now}}
	s.clock = &clock{now: o.Now, began: now, since: now.Add(-o.Since), speed: o.Speed}
	if s.plant = o.Plant; s.plant == nil {
		s.plant = mine.New(mine.Seed).Plant(s.clock.since)
	}
	s.present = s.plant
	if o.Since > mine.Remembered {
		s.present = s.plant.Mine().Plant(now)
	}
	points, err := pointsOf(s.plant.Mine())
	if err != nil {
		return nil, err
	}
	if err := s.read(points); err != nil {
		return nil, err
	}
	var faults []error
	for _, f := range o.Faults {
		faults = append(faults, s.Cause(f))
	}
	return s, errors.Join(faults...)
}

// pointsOf tells the units in which the mine's points are told.
func pointsOf(demo *mine.Mine) (source.Points, error) {
	doc, err := site.Open(mine.ID+".toml", demo.File())
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	described, err := doc.Site()
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	units := map[string]quantity.Unit{}
	for _, p := range described.Points {
		units[p.ID] = p.Unit
	}
	return func(id string) (source.Point, bool) {
		u, ok := units[id]
		return source.Point{Unit: u}, ok
	}, nil
}

// read makes a unit of every device file that can be played.
func (s *Simulator) read(points source.Points) error {
	files, err := filepath.Glob(filepath.Join(s.options.Devices, "*.toml"))
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	var faults []error
	for _, name := range files {
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // taken away this moment
		}
		if err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		u, err := s.unit(strings.TrimSuffix(filepath.Base(name), ".toml"), data, points)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if u != nil {
			s.units = append(s.units, u)
		}
	}
	if len(s.units) == 0 && len(faults) == 0 {
		faults = append(faults, fault.NotFound.Say(lang.T("文件夹 %s 中没有可演示的设备", "there is no device to play in the folder %s"), s.options.Devices).
			Do(lang.T("用 --devices 指明平台的设备文件夹,如 data/demo/devices/qingling", "name the platform's folder of devices by --devices, such as data/demo/devices/qingling")))
	}
	slices.SortFunc(s.units, func(a, b *unit) int { return cmp.Compare(a.device.ID, b.device.ID) })
	return errors.Join(faults...)
}

// Run plays until the context ends and leaves nothing running.
func (s *Simulator) Run(ctx context.Context) error {
	listener, err := s.listen(ctx)
	if err != nil {
		return err
	}
	var parts sync.WaitGroup
	for _, u := range s.units {
		parts.Go(func() { u.run(ctx) })
	}
	if listener != nil {
		parts.Go(func() { s.answer(ctx, listener) })
	}
	parts.Wait()
	return nil
}

// At tells what the instruments show at an instant of the play.
func (s *Simulator) At(t time.Time) map[string]float64 { return s.plant.At(t) }

// Device is an instrument at play.
type Device struct {
	ID       string `json:"id"`
	Protocol string `json:"protocol"`
}

// Devices lists what is played, by id.
func (s *Simulator) Devices() []Device {
	out := make([]Device, 0, len(s.units))
	for _, u := range s.units {
		out = append(out, Device{u.device.ID, u.device.Protocol})
	}
	return out
}
