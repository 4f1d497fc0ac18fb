package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Live is how old a value may be on arrival to be taken for a present one, and
// how far a device's clock may be off before it is told.
const Live = 5 * time.Minute

// maxUnmapped is how many channels without a point are kept of one device: a
// device that names more is not talking of channels.
const maxUnmapped = 2000

// Value is one value as a device tells it.
type Value struct {
	Channel string // as the device calls it, mapped or not
	T       int64  // instant of measurement, ms UTC; 0 takes the time of arrival
	V       float64
	Q       reading.Quality
	Why     reading.Reason
	Seq     int64 // a correction carries a higher one
	Recv    int64 // when a gateway took it in, ms UTC; 0 where it comes straight to us
}

// Mine is the mine that devices send to.
type Mine struct {
	Site   string
	Points Points
	// Unmapped numbers the series of a channel that is no point yet: its values
	// are kept under "device/channel" until somebody says what they are.
	Unmapped func(ctx context.Context, device, channel string) (reading.ID, error)
	Sink     Sink
	Marks    Marks
	Refused  *Refused
	Dir      string // of drivers' own files, such as their certificates; each device has a folder in it
	// Session is how this program is called to be a process for one driver, its
	// own name first: it must then call [RunSession]. A driver whose library may
	// bring a process down runs in no other way.
	Session []string
	Now     func() time.Time
	Log     *slog.Logger
}

// Line is a device's way in.
type Line struct {
	Device *Device
	mine   *Mine
	limit  *rate.Limiter
	home   *home // in a session's process, where the line at the platform takes everything in

	mu       sync.Mutex
	health   Health
	targets  map[string]outlet
	unmapped map[string]*Unmapped
}

// outlet is where a channel's values go.
type outlet struct {
	series  reading.ID
	convert func(float64) float64
	known   bool // a point of the site
}

// newLine joins a device to a mine, and tells every channel that does not fit.
func newLine(d *Device, m *Mine) (*Line, error) {
	l := &Line{
		Device: d, mine: m, limit: rate.NewLimiter(rate.Limit(d.MaxRate), 2*d.MaxRate), // two seconds' worth may come at once
		health:  Health{Device: d.ID, Name: d.Name, Protocol: d.Protocol, State: Connecting, Since: m.Now()},
		targets: map[string]outlet{}, unmapped: map[string]*Unmapped{},
	}
	var faults []error
	for _, c := range d.Channels {
		p, ok := m.Points(c.Point)
		if !ok {
			faults = append(faults, fault.NotFound.Say(lang.T("没有测点 %q", "there is no point %q"), c.Point).
				Do(lang.T("先在矿点文件中定义它,或改正 point", "define it in the site file first, or mend point")).At(c.At("point")))
			continue
		}
		convert, err := c.Convert(p)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		l.targets[c.Name] = outlet{series: p.Series, convert: convert, known: true}
	}
	return l, errors.Join(faults...)
}

// Now is the platform's clock.
func (l *Line) Now() time.Time { return l.mine.Now() }

// Log is where a driver tells what only an engineer wants to know.
func (l *Line) Log() *slog.Logger { return l.mine.Log.With("device", l.Device.ID) }

// Dir gives the folder of the device's own files, and makes it where it is not.
func (l *Line) Dir() (string, error) {
	if l.mine.Dir == "" {
		return "", fault.Internal.Errorf("device %s: no folder for files of its own", l.Device.ID)
	}
	dir := filepath.Join(l.mine.Dir, l.Device.ID)
	return dir, os.MkdirAll(dir, 0o700)
}

// Mark reads back how far the device's data were read under a key of its own.
func (l *Line) Mark(ctx context.Context, key string) (reading.Mark, bool, error) {
	if l.home != nil {
		return l.home.mark(ctx, key)
	}
	return l.mine.Marks.Mark(ctx, l.markKey(key))
}

func (l *Line) markKey(key string) string { return "device/" + l.Device.ID + "/" + key }

// Deliver takes values in and returns when they are durable: only then may a
// device be told that they arrived. It waits where a device sends more than its
// file allows, so that it is slowed down and nothing is lost. Marks are durable
// together with the values; their keys are the driver's own.
func (l *Line) Deliver(ctx context.Context, values []Value, marks ...reading.Mark) error {
	if l.home != nil {
		return l.home.deliver(ctx, values, marks)
	}
	if err := l.slow(ctx, len(values)); err != nil {
		return err
	}
	batch := reading.Batch{Readings: make([]reading.Reading, 0, len(values))}
	now := l.Now()
	for _, v := range values {
		r, ok, err := l.reading(ctx, v, now)
		if err != nil {
			return err
		}
		if ok {
			batch.Readings = append(batch.Readings, r)
		}
	}
	for _, m := range marks {
		m.Key = l.markKey(m.Key)
		batch.Marks = append(batch.Marks, m)
	}
	if len(batch.Readings)+len(batch.Marks) == 0 {
		return nil
	}
	_, err := l.commit(ctx, batch)
	return err
}

// commit makes readings durable and counts them.
func (l *Line) commit(ctx context.Context, batch reading.Batch) (reading.Receipt, error) {
	n := int64(len(batch.Readings))
	receipt, err := l.mine.Sink.Accept(ctx, batch)
	if err != nil {
		l.count(func(h *Health) { h.Failed += n })
		return receipt, fmt.Errorf("device %s: %w", l.Device.ID, err)
	}
	l.count(func(h *Health) {
		h.Delivered += n
		h.Bad += int64(receipt.Bad)
		h.Quarantined += int64(receipt.Quarantined)
		h.LastReading = l.Now()
	})
	return receipt, nil
}

// slow waits until the device may send so many readings more.
func (l *Line) slow(ctx context.Context, n int) error {
	for n > 0 {
		part := min(n, l.limit.Burst())
		if !l.limit.AllowN(time.Now(), part) { //nolint:forbidigo // how fast a device may send is the machine's own time
			l.count(func(h *Health) { h.Slowed++ })
			if err := l.limit.WaitN(ctx, part); err != nil {
				return fmt.Errorf("device %s sends more than %d readings a second: %w", l.Device.ID, l.Device.MaxRate, err)
			}
		}
		n -= part
	}
	return nil
}

// reading makes a reading of a value; ok is false where it cannot be one, and
// it is then among the refused.
func (l *Line) reading(ctx context.Context, v Value, now time.Time) (r reading.Reading, ok bool, err error) {
	r = reading.Reading{T: v.T, Recv: now.UnixMilli(), Q: v.Q, Why: v.Why, Seq: v.Seq}
	if v.Recv > reading.Oldest && v.Recv < r.Recv {
		r.Recv = v.Recv
	}
	if v.T == 0 {
		r.T, r.Why = r.Recv, r.Why|reading.ServerTime
	}
	if r.T < reading.Oldest || r.T > reading.Newest {
		l.Refuse(fmt.Appendf(nil, "%s %d %v", v.Channel, v.T, v.V), fault.Invalid.Say(lang.T("时间 %d 不可能", "instant %d cannot be"), v.T).
			Do(lang.T("校准装置的时钟", "set the device's clock")))
		return r, false, nil
	}
	to, known := l.target(v.Channel)
	if !known {
		if to, err = l.unknown(ctx, v); err != nil || to.series == 0 {
			return r, false, err
		}
	}
	r.Series, r.V = to.series, to.convert(v.V)
	return r, true, nil
}

func (l *Line) target(channel string) (outlet, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.targets[channel]
	if ok && !t.known {
		l.unmapped[channel].Readings++
	}
	return t, ok
}

// Heard counts a message of the device.
func (l *Line) Heard(bytes int) {
	if l.home != nil {
		l.home.tell(notice{Say: sayHeard, N: bytes})
		return
	}
	l.count(func(h *Health) {
		h.Frames++
		h.Bytes += int64(bytes)
		h.LastHeard = l.Now()
	})
}

// Up tells that the device answers.
func (l *Line) Up() {
	if l.home != nil {
		l.home.tell(notice{Say: sayUp})
		return
	}
	l.count(func(h *Health) {
		if h.State != Up {
			h.State, h.Since, h.Fault = Up, l.Now(), nil
		}
	})
}

// Refuse keeps a message that was not understood for a day, with the reason.
func (l *Line) Refuse(frame []byte, why error) {
	if l.home != nil {
		l.home.refuse(frame, why)
		return
	}
	l.count(func(h *Health) { h.Refused++ })
	if l.mine.Refused != nil {
		l.mine.Refused.Keep(l.Now(), l.Device, frame, why)
	}
}

func (l *Line) count(change func(h *Health)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.health)
}
