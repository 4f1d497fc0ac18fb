package source

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lingtan/quantity"
	"lingtan/reading"
)

// tray is a sink that keeps what it is given, as durable.
type tray struct {
	mu    sync.Mutex
	rs    []reading.Reading
	marks map[string]reading.Mark
	fail  error
	times int
}

func (s *tray) Accept(_ context.Context, b reading.Batch) (reading.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times++
	if s.fail != nil {
		return reading.Receipt{}, s.fail
	}
	s.rs = append(s.rs, b.Readings...)
	for _, m := range b.Marks {
		s.marks[m.Key] = m
	}
	return reading.Receipt{Accepted: len(b.Readings)}, nil
}

func (s *tray) Mark(_ context.Context, key string) (reading.Mark, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.marks[key]
	return m, ok, nil
}

// all gives a copy of what was taken in, in the order of reading.Compare.
func (s *tray) all() []reading.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]reading.Reading(nil), s.rs...)
}

// bench is a mine for tests of drivers: its points are numbered in the order
// given, from 1, and told in the units given; what is unmapped from 1000.
type bench struct {
	*tray
	mine     *Mine
	mu       sync.Mutex
	unmapped map[string]reading.ID
}

// newBench makes a mine of points, given as id and unit in turn.
func newBench(t *testing.T, pointsAndUnits ...string) *bench {
	t.Helper()
	b := &bench{tray: &tray{marks: map[string]reading.Mark{}}, unmapped: map[string]reading.ID{}}
	points := map[string]Point{}
	for i := 0; i+1 < len(pointsAndUnits); i += 2 {
		points[pointsAndUnits[i]] = Point{Series: reading.ID(i/2 + 1), Unit: quantity.MustUnit(pointsAndUnits[i+1]), Step: time.Minute}
	}
	refused := &Refused{Dir: filepath.Join(t.TempDir(), "refused")}
	t.Cleanup(func() { _ = refused.Close() })
	b.mine = &Mine{
		Site: "m", Sink: b.tray, Marks: b.tray, Refused: refused, Now: time.Now, Log: slog.New(slog.DiscardHandler), Session: sessionCall(),
		Points: func(id string) (Point, bool) { p, ok := points[id]; return p, ok },
		Unmapped: func(_ context.Context, device, channel string) (reading.ID, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			key := device + "/" + channel
			if b.unmapped[key] == 0 {
				b.unmapped[key] = reading.ID(1000 + len(b.unmapped))
			}
			return b.unmapped[key], nil
		},
	}
	return b
}

// line makes the line of a device described by a file.
func (b *bench) line(t *testing.T, id, file string) *Line {
	t.Helper()
	d, err := ReadDevice(id, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLine(d, b.mine)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// start runs a line's driver as the platform does, until the test ends or the
// returned function is called; stopping must take less than a second.
func (b *bench) start(t *testing.T, l *Line) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); l.run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case <-done:
			case <-time.After(5 * time.Second):
				t.Error("the driver did not stop")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// wait waits until something holds, at most ten seconds.
func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 1000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

// fake is a driver that does what a test says.
type fake struct {
	run func(ctx context.Context, l *Line) error
}

func (f fake) Run(ctx context.Context, l *Line) error { return f.run(ctx, l) }

func TestCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tray{marks: map[string]reading.Mark{}}
		c := &Collector{Sink: s}
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				r, err := c.Accept(t.Context(), reading.Batch{Readings: []reading.Reading{{Series: 1, T: int64(i), V: 1}, {Series: 1, T: int64(i), Q: reading.Bad}}})
				if err != nil || r.Accepted != 1 || r.Bad != 1 {
					t.Errorf("Accept = %+v, %v", r, err)
				}
			})
		}
		wg.Wait()
		if len(s.rs) != 200 || s.times != 1 {
			t.Errorf("%d readings in %d commits, want 200 in 1", len(s.rs), s.times)
		}
	})
}

func TestCollectorSortsOutRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := picky(func(b reading.Batch) error {
			for _, r := range b.Readings {
				if r.V < 0 {
					return os.ErrInvalid
				}
			}
			return nil
		})
		c := &Collector{Sink: p}
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				v := float64(i)
				if i == 3 {
					v = -1
				}
				if _, err := c.Accept(t.Context(), reading.Batch{Readings: []reading.Reading{{V: v}}}); (err != nil) != (i == 3) {
					t.Errorf("sender %d heard %v", i, err)
				}
			})
		}
		wg.Wait()
	})
}

type picky func(reading.Batch) error

func (f picky) Accept(_ context.Context, b reading.Batch) (reading.Receipt, error) {
	return reading.Receipt{}, f(b)
}

func TestLineReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, "p", "kWh")
		runs := 0
		d := &Device{ID: "d", MaxRate: 10, driver: fake{func(ctx context.Context, l *Line) error {
			if runs++; runs == 2 {
				panic("a driver's mistake")
			}
			return os.ErrDeadlineExceeded
		}}}
		b.mine.Refused = nil
		l, err := newLine(d, b.mine)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		l.run(ctx)
		// 0, 1, 3, 7, 15, 31, 63 s, then every minute.
		if runs != 7 || l.Health().Reconnects != 7 || l.Health().State != Down {
			t.Errorf("%d runs, health %+v", runs, l.Health())
		}
	})
}

func TestRefused(t *testing.T) {
	f := &Refused{Dir: filepath.Join(t.TempDir(), "refused")}
	d := &Device{ID: "pump", Protocol: "modbus"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 30 {
		f.Keep(at.Add(time.Duration(i)*time.Hour), d, make([]byte, 5000+i), os.ErrInvalid)
	}
	rows, err := f.List(time.Time{}, "pump", 100)
	if err != nil || len(rows) < 25 || len(rows) > 26 || rows[0].Size != 5029 || len(rows[0].Frame) != keptFrame || rows[0].Why.EN == "" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if rows, _ := f.List(at.Add(28*time.Hour), "", 100); len(rows) != 2 {
		t.Errorf("%d rows since, want 2", len(rows))
	}
	if rows, _ := f.List(time.Time{}, "other", 100); len(rows) != 0 {
		t.Error("another device's")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
