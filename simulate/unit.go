package simulate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/source"
)

// player speaks a protocol for one instrument.
type player interface {
	// play keeps one connection alive until the context ends or it is lost.
	play(ctx context.Context) error
}

// part is what a protocol needs to be played.
type part struct {
	faults []Kind // that it can show
	cast   func(u *unit) (player, error)
}

// parts are the protocols played here; devices of others are left alone.
var parts = map[string]part{} //nolint:gochecknoglobals // the registry, written once by init functions

func register(protocol string, p part) { parts[protocol] = p }

// unit is one instrument at play.
type unit struct {
	device *source.Device
	wires  []wire // by channel
	clock  *clock
	every  time.Duration
	at     func(time.Time) map[string]float64
	now    func() map[string]float64 // at our own time
	board  *board
	log    *slog.Logger
	part   part
	player player
	file   []byte

	mu     sync.Mutex
	next   time.Time          // the first instant not told yet
	frozen map[string]float64 // what a stuck sensor shows
}

// wire is how a channel's value travels: what the point shows, in the unit and
// scale of the device.
type wire struct {
	channel, point string
	scale, shift   float64
}

func (w wire) of(shown map[string]float64) float64 { return (shown[w.point] - w.shift) / w.scale }

// unit makes an instrument of a device's file; nil where its protocol is not
// played.
func (s *Simulator) unit(id string, data []byte, points source.Points) (*unit, error) {
	d, err := source.ReadDevice(id, data)
	if err != nil {
		return nil, err
	}
	p, played := parts[d.Protocol]
	if !played {
		return nil, nil
	}
	u := &unit{
		device: d, clock: s.clock, every: s.options.Every, at: s.plant.At, board: s.board, part: p, file: data,
		now: func() map[string]float64 { return s.present.At(s.options.Now()) },
		log: s.options.Log.With("instrument", id), next: s.clock.since,
	}
	for _, c := range d.Channels {
		point, ok := points(c.Point)
		if !ok {
			return nil, fault.NotFound.Say(lang.T("示范矿没有测点 %q", "the demonstration mine has no point %q"), c.Point).
				Do(lang.T("只演示青岭矿的设备", "only devices of Qingling are played")).At(c.At("point"))
		}
		convert, err := c.Convert(point)
		if err != nil {
			return nil, err
		}
		zero := convert(0)
		u.wires = append(u.wires, wire{channel: c.Name, point: c.Point, shift: zero, scale: convert(1) - zero})
	}
	if u.player, err = p.cast(u); err != nil {
		return nil, fmt.Errorf("simulate %s: %w", id, err)
	}
	return u, nil
}

// describe reads what the platform keeps to itself of the device's file: where
// and how its protocol is spoken.
func (u *unit) describe(into any) error { return toml.Unmarshal(u.file, into) }

// run plays, connects again when a connection is lost, and stays away while its
// link is cut.
func (u *unit) run(ctx context.Context) {
	for ctx.Err() == nil {
		if !u.suffers(LinkCut) {
			link, cut := u.link(ctx)
			err := u.player.play(link)
			cut()
			if ctx.Err() == nil {
				u.log.DebugContext(ctx, "instrument off the line", "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(u.pause()):
		}
	}
}

func (u *unit) pause() time.Duration {
	if u.suffers(LinkCut) {
		return lookEvery
	}
	return retry
}

// link is a context that ends when the instrument's link is cut.
func (u *unit) link(ctx context.Context) (context.Context, func()) {
	link, end := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		for {
			select {
			case <-link.Done():
				return
			case <-look.C:
				if u.suffers(LinkCut) {
					end(errCut)
				}
			}
		}
	}()
	return link, func() {
		end(nil)
		<-done
	}
}

var errCut = errors.New("the link is cut, as asked for")

func (u *unit) suffers(k Kind) bool {
	_, ill := u.board.on(k, u.device.ID)
	return ill
}

// backlog is how much of the past an instrument still tells after a cut, as
// loggers keep it.
const backlog = 24 * time.Hour

// each hands over every instant that is due, in order: also those that passed
// while the link was cut, or while the play is in the past.
func (u *unit) each(ctx context.Context, tell func(t time.Time) error) error {
	for {
		t := u.due()
		if err := u.clock.wait(ctx, t); err != nil {
			return context.Cause(ctx)
		}
		if err := tell(t); err != nil {
			return err
		}
		u.mu.Lock()
		u.next = t.Add(time.Nanosecond)
		u.mu.Unlock()
	}
}

// skip leaves out what was not told so far: for an instrument that knows only
// the present.
func (u *unit) skip() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.next = u.clock.at()
}

// due is the next instant to tell.
func (u *unit) due() time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	at := u.clock.at()
	if oldest := at.Add(-backlog); u.next.Before(oldest) {
		u.next = oldest
	}
	step := u.clock.step(u.every, at.Sub(u.next))
	// Instants are multiples of the step, of Unix time: full hours are among them.
	ms := u.next.UnixMilli()
	if u.next.Sub(time.UnixMilli(ms)) > 0 {
		ms++
	}
	size := step.Milliseconds()
	return time.UnixMilli((ms + size - 1) / size * size)
}

// told is one value on the wire.
type told struct {
	wire
	value float64
	none  bool // the instrument has no value now: an amount of the hour, within the hour
}

// show tells what the channels say at an instant of the play.
func (u *unit) show(t time.Time) []told { return u.values(u.at(t)) }

// values puts what the points show on the wires; a stuck sensor shows what it
// showed when it stuck.
func (u *unit) values(shown map[string]float64) []told {
	u.mu.Lock()
	defer u.mu.Unlock()
	f, stuck := u.board.on(SensorStuck, u.device.ID)
	if !stuck {
		u.frozen = nil
	} else if u.frozen == nil {
		u.frozen = shown
	}
	out := make([]told, 0, len(u.wires))
	for _, w := range u.wires {
		from := shown
		if stuck && (f.Point == "" || f.Point == w.point) {
			from = u.frozen
		}
		_, shows := from[w.point]
		out = append(out, told{wire: w, value: w.of(from), none: !shows})
	}
	return out
}

// stamp is an instant as the instrument's clock tells it.
func (u *unit) stamp(t time.Time) time.Time {
	if f, wrong := u.board.on(ClockWrong, u.device.ID); wrong {
		return t.Add(f.By)
	}
	return t
}

// can tells whether the instrument can have a fault.
func (u *unit) can(k Kind) bool { return slices.Contains(u.part.faults, k) }
