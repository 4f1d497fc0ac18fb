package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// State is how a device's line stands.
type State string

// The states of a line.
const (
	Connecting State = "connecting"
	Up         State = "up"
	Down       State = "down"   // lost, and tried again after a pause
	Faulty     State = "faulty" // its file is not usable as it stands
)

// Health is how a device is doing, counted since it was started.
type Health struct {
	Device      string    `json:"device"`
	Name        lang.Text `json:"name"`
	Protocol    string    `json:"protocol"`
	State       State     `json:"state" enum:"connecting,up,down,faulty"`
	Since       time.Time `json:"since"`
	Silent      bool      `json:"silent" doc:"超过设备文件规定的时间没有读数 | without a reading for longer than its file allows"`
	Fault       error     `json:"-"` // why it is down or faulty
	LastHeard   time.Time `json:"last_heard,omitzero"`
	LastReading time.Time `json:"last_reading,omitzero"`
	Frames      int64     `json:"frames"`
	Bytes       int64     `json:"bytes"`
	Delivered   int64     `json:"delivered" doc:"已落盘的读数 | readings durable"`
	Bad         int64     `json:"bad"`
	Quarantined int64     `json:"quarantined"`
	Unmapped    int64     `json:"unmapped" doc:"未映射通道数 | channels that are no point yet"`
	Refused     int64     `json:"refused" doc:"未能理解的报文 | messages not understood"`
	Failed      int64     `json:"failed" doc:"未能落盘的读数 | readings that could not be made durable"`
	Passed      int64     `json:"passed" doc:"按设备文件不采的内容 | what its file says to leave out, or what carries no values"`
	Slowed      int64     `json:"slowed" doc:"因超速而等待的次数 | waits because it sent too fast"`
	Reconnects  int64     `json:"reconnects"`
}

// Unmapped is a channel that a device sends and no point takes. Its readings
// are kept as they come.
type Unmapped struct {
	Device   string    `json:"device"`
	Channel  string    `json:"channel"`
	Readings int64     `json:"readings"` // since the device was started
	First    time.Time `json:"first"`
	Example  float64   `json:"example"` // its first value

	series reading.ID
}

// Pass counts what the device said and its file leaves out: it is not read, and
// not lost silently.
func (l *Line) Pass(n int) {
	if n > 0 && l.home != nil {
		l.home.tell(notice{Say: sayPass, N: n})
	} else if n > 0 {
		l.count(func(h *Health) { h.Passed += int64(n) })
	}
}

// Health tells how the device is doing.
func (l *Line) Health() Health {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.health
	h.Unmapped = int64(len(l.unmapped))
	if last := later(h.LastReading, h.Since); l.Device.Silent > 0 && h.State != Faulty {
		h.Silent = l.Now().Sub(last) > l.Device.Silent
	}
	return h
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Unmapped lists the device's channels that are no point yet.
func (l *Line) Unmapped() []Unmapped {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Unmapped, 0, len(l.unmapped))
	for _, u := range l.unmapped {
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Unmapped) int { return cmp.Compare(a.Channel, b.Channel) })
	return out
}

// unknown gives an unmapped channel a series of its own. The series is 0 where
// the device has named too many already.
func (l *Line) unknown(ctx context.Context, v Value) (outlet, error) {
	l.mu.Lock()
	many := len(l.unmapped) >= maxUnmapped
	l.mu.Unlock()
	if many || len(v.Channel) > 256 {
		l.Refuse(fmt.Appendf(nil, "%.300q %v", v.Channel, v.V), fault.Invalid.Say(lang.T("未映射的通道已有 %d 个", "there are %d unmapped channels already"), maxUnmapped).
			Do(lang.T("先映射,或在设备侧少发", "map them, or let the device send fewer")))
		return outlet{}, nil
	}
	id, err := l.mine.Unmapped(ctx, l.Device.ID, v.Channel)
	if err != nil {
		return outlet{}, fmt.Errorf("device %s, channel %.100q: %w", l.Device.ID, v.Channel, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, there := l.targets[v.Channel]; !there {
		l.targets[v.Channel] = outlet{series: id, convert: asIs.apply}
		l.unmapped[v.Channel] = &Unmapped{Device: l.Device.ID, Channel: v.Channel, First: l.Now(), Example: finite(v.V), series: id}
	}
	l.unmapped[v.Channel].Readings++
	return l.targets[v.Channel], nil
}

// finite keeps NaN out of JSON.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

const (
	firstPause   = time.Second
	longestPause = time.Minute
	steady       = time.Minute // a line that held so long begins with a short pause again
)

// run keeps the device's driver at work until the context ends.
func (l *Line) run(ctx context.Context) {
	pause := firstPause
	for {
		began := l.Now()
		err := l.guard(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("the connection ended")
		}
		if l.Now().Sub(began) > steady {
			pause = firstPause
		}
		l.Log().WarnContext(ctx, "device down", "error", err, "pause", pause)
		l.count(func(h *Health) {
			h.State, h.Since, h.Fault = Down, l.Now(), err
			h.Reconnects++
		})
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// guard runs the driver once. A driver that panics is a fault of ours that
// costs its own device a reconnect, and the others nothing.
func (l *Line) guard(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internal.Errorf("driver %s: %v", l.Device.Protocol, p)
			l.Log().ErrorContext(ctx, "driver panicked", "panic", p)
		}
	}()
	if protocols[l.Device.Protocol].apart {
		return l.apart(ctx)
	}
	return l.Device.driver.Run(ctx, l)
}
