package simulate_test

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/reading"
	"lingtan/simulate"
	"lingtan/site"
	"lingtan/source"
	"lingtan/testkit/mine"
)

// tray is a sink that judges what comes as the platform does and keeps it.
type tray struct {
	mu    sync.Mutex
	judge *reading.Judge
	marks map[string]reading.Mark
	rs    map[reading.ID][]reading.Reading
}

func (s *tray) Accept(_ context.Context, b reading.Batch) (reading.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.judge.Batch(b, time.Now().UnixMilli())
	for _, m := range b.Marks {
		s.marks[m.Key] = m
	}
	var out reading.Receipt
	for _, r := range b.Readings {
		s.rs[r.Series] = append(s.rs[r.Series], r)
		switch {
		case r.Q == reading.Quarantined:
			out.Quarantined++
		case r.Counts():
			out.Accepted++
		default:
			out.Bad++
		}
	}
	return out, nil
}

func (s *tray) Mark(_ context.Context, key string) (reading.Mark, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.marks[key]
	return m, ok, nil
}

// of gives a copy of what came of a point, in order of the instants.
func (s *tray) of(id reading.ID) []reading.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.rs[id])
	slices.SortStableFunc(out, reading.Compare)
	return out
}

// stage is a platform without an engine: devices and a tray, and the simulator
// that plays for them. They meet over sockets and files only.
type stage struct {
	*tray
	t       *testing.T
	ids     map[string]reading.ID
	folder  string
	home    string
	control string
	devices *source.Devices
	sim     *simulate.Simulator
}

// plant is the mine at work since three hours ago.
var plant = sync.OnceValue(func() *mine.Plant { return mine.New(mine.Seed).Plant(time.Now().Add(-3 * time.Hour)) })

// qingling is the mine's site, read once.
var qingling = sync.OnceValues(func() (*site.Site, error) {
	doc, err := site.Open("qingling.toml", plant().Mine().File())
	if err != nil {
		return nil, err
	}
	return doc.Site()
})

// open puts the demonstration's devices on the stage; with names, only those.
func open(t *testing.T, names ...string) *stage {
	t.Helper()
	described, err := qingling()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &stage{
		t: t, ids: map[string]reading.ID{}, folder: filepath.Join(dir, "devices"), home: filepath.Join(dir, "instruments"), control: filepath.Join(dir, "c.sock"),
		tray: &tray{marks: map[string]reading.Mark{}, rs: map[reading.ID][]reading.Reading{}},
	}
	judgements := map[reading.ID]reading.Judgement{}
	points := map[string]source.Point{}
	for i, p := range described.Points {
		id := reading.ID(i + 1)
		s.ids[p.ID], points[p.ID] = id, source.Point{Series: id, Unit: p.Unit, Stamp: p.Stamp, Step: p.Step}
		judgements[id] = reading.Judgement{FlatAfter: 3 * time.Second}
	}
	s.judge = reading.NewJudge(judgements)
	if err := simulate.Install(s.folder, s.home); err != nil {
		t.Fatal(err)
	}
	s.keep(names)
	refused := &source.Refused{Dir: filepath.Join(dir, "refused")}
	t.Cleanup(func() { _ = refused.Close() })
	s.devices = &source.Devices{Folder: s.folder, Mine: source.Mine{
		Site: mine.ID, Sink: &source.Collector{Sink: s.tray, Wait: 10 * time.Millisecond}, Marks: s.tray, Refused: refused, Now: time.Now,
		Log:      slog.New(slog.DiscardHandler),
		Session:  []string{os.Args[0], sessionArg},
		Points:   func(id string) (source.Point, bool) { p, ok := points[id]; return p, ok },
		Unmapped: func(context.Context, string, string) (reading.ID, error) { return 10_000, nil },
	}}
	return s
}

// keep takes all other devices off the stage, and lets those that stay be in
// more of a hurry than at a mine.
func (s *stage) keep(names []string) {
	files, err := filepath.Glob(filepath.Join(s.folder, "*.toml"))
	if err != nil || len(files) == 0 {
		s.t.Fatal(err, "no device files")
	}
	for _, f := range files {
		if id := strings.TrimSuffix(filepath.Base(f), ".toml"); len(names) > 0 && !slices.Contains(names, id) {
			if err := os.Remove(f); err != nil {
				s.t.Fatal(err)
			}
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			s.t.Fatal(err)
		}
		hasty := strings.ReplaceAll(string(text), `every = "5 s"`, `every = "1 s"`)
		hasty = local.ReplaceAllStringFunc(hasty, func(string) string { return s.free() })
		if err := os.WriteFile(f, []byte(hasty), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// local is an address of a device's file. Each stage has its own, so that tests
// run side by side.
var local = regexp.MustCompile(`127\.0\.0\.1:\d+`)

func (s *stage) free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// play starts the platform's devices and the simulator until the test ends;
// both must stop within a second.
func (s *stage) play(o simulate.Options) {
	s.t.Helper()
	o.Plant = plant()
	o.Devices, o.Control, o.Now, o.Log = s.folder, s.control, time.Now, slog.New(slog.DiscardHandler)
	began := time.Now()
	var err error
	if s.sim, err = simulate.New(o); err != nil {
		s.t.Fatal(err)
	}
	if took := time.Since(began); took > slack*time.Second {
		s.t.Errorf("the simulator took %s to start", took)
	}
	s.background("platform", s.devices.Run)
	s.background("simulator", s.sim.Run)
}

func (s *stage) background(what string, run func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				s.t.Errorf("%s: %v", what, err)
			}
		case <-time.After((1 + slack) * time.Second):
			s.t.Errorf("the %s did not stop", what)
		}
	})
}

// wait waits until something holds, at most so many seconds.
func (s *stage) wait(seconds int, what string, holds func() bool) {
	s.t.Helper()
	if !s.await(seconds, what, holds) {
		s.t.FailNow()
	}
}

// await is wait for a goroutine of the test, which only may go on.
func (s *stage) await(seconds int, what string, holds func() bool) bool {
	s.t.Helper()
	for range slack * seconds * 50 {
		if holds() {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Errorf("waited in vain for %s; %s", what, s.told())
	return false
}

// told is the state of the devices, for a message.
func (s *stage) told() string {
	var b strings.Builder
	for _, h := range s.devices.Health() {
		b.WriteString("\n" + h.Device + " " + string(h.State))
		if h.Fault != nil {
			b.WriteString(": " + h.Fault.Error())
		}
	}
	return b.String()
}

// health is how one device is doing.
func (s *stage) health(id string) source.Health {
	for _, h := range s.devices.Health() {
		if h.Device == id {
			return h
		}
	}
	return source.Health{}
}

// points lists what a device measures.
func (s *stage) points(id string) (out []string) {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.folder, id+".toml"))
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := source.ReadDevice(id, data)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range d.Channels {
		out = append(out, c.Point)
	}
	return out
}

// measured lists the points that the monitoring plan asks for: they and what
// the gases among them are made of.
func measured(t *testing.T) []string {
	t.Helper()
	described, err := qingling()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{"main-1-import": true, "main-2-import": true, "flare-q": true}
	for _, g := range described.Gases {
		for _, id := range g.Inputs() {
			out[id] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
