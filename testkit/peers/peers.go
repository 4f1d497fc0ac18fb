// Package peers sends a known hour to the platform in every protocol, each from
// an independent program that speaks it: a broker, a library of another
// language, a real collector.
//
// A peer is one file here. It starts the other program, writes the device's
// file, and makes the program say 61 values of one counter, 1000 to 1240 kWh in
// steps of 4. What was sent, what was stored and what the hours amount to must
// agree, and the tests print it as a table.
package peers

import (
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/source"
	"lingtan/testkit"
)

// The known hour: 4 kWh a minute, told by a counter at 61 instants.
const (
	Steps = 61
	First = 1000.0
	Step  = 4.0
	Total = Step * (Steps - 1) // kWh
)

// From is the first instant of the known hour, where a protocol carries
// instants: 2026-03-02 08:00 in Beijing.
var From = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant; an instant is computed

// passwordEnv is the variable that holds the password of those who ask for one.
const passwordEnv = "LINGTAN_PEER_PASSWORD"

// sessionArg makes the test binary the process of a device's session.
const sessionArg = "session"

// Point is the mine's only point, in kWh.
const Point = "energy"

// At is the instant of a step.
func At(step int) time.Time { return From.Add(time.Duration(step) * time.Minute) }

// Value is the counter at a step.
func Value(step int) float64 { return First + Step*float64(step) }

// Peer is an independent program that speaks a protocol.
type Peer struct {
	Name string // as the table prints it
	// Play starts the program, puts the device's file on the stage and sends the
	// known hour. It returns how many values it sent, once the program has done
	// its part; the platform may still be taking them in. Everything it started
	// ends with the test.
	Play func(t testing.TB, s *Stage) (sent int)
}

var all []Peer //nolint:gochecknoglobals // the registry, written once by init functions

func register(p Peer) { all = append(all, p) }

// Stage is a small platform: a folder of devices, a collector, a real engine.
type Stage struct {
	Dir     string // for the peer's own files
	Devices *source.Devices

	t      testing.TB
	meter  *reading.Service
	engine reading.Series
}

// open sets the platform up and keeps its devices at work until the test ends.
func open(tb testing.TB) *Stage {
	tb.Helper()
	store := testkit.OpenStore(tb, testkit.SQLite(tb))
	engine, err := series.Open(tb.Context(), series.Options{Dir: tb.TempDir(), Catalog: store.Segments("peers"), MemoryMB: 128, Threads: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := engine.Close(); err != nil {
			tb.Error(err)
		}
	})
	s := &Stage{Dir: tb.TempDir(), t: tb, engine: engine}
	rule := reading.Rule{Kind: reading.Counter, Step: time.Minute}
	clock := time.Now //nolint:forbidigo // real programs send the time that it is
	s.meter = &reading.Service{Series: engine, Now: clock, Rules: func(id reading.ID) (reading.Rule, bool) { return rule, id == 1 }}
	s.Devices = &source.Devices{Folder: filepath.Join(s.Dir, "devices"), Mine: source.Mine{
		Site: "peers", Now: clock, Log: slog.New(slog.NewTextHandler(logTo{tb}, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Points: func(id string) (source.Point, bool) {
			return source.Point{Series: 1, Unit: quantity.MustUnit("kWh"), Step: time.Minute}, id == Point
		},
		Unmapped: func(context.Context, string, string) (reading.ID, error) { return 2, nil },
		Sink:     &source.Collector{Sink: s.meter}, Marks: engine,
		Refused: &source.Refused{Dir: filepath.Join(s.Dir, "refused")},
		Dir:     filepath.Join(s.Dir, "own"),
		Session: []string{os.Args[0], sessionArg}, //nolint:forbidigo // the test binary itself, see TestMain
	}}
	if err := os.MkdirAll(s.Devices.Folder, 0o700); err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Devices.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			tb.Error(err)
		}
	})
	return s
}

type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Logf("%s", b)
	return len(b), nil
}

// Device puts a device's file on the stage and waits until it is up or, with
// up false, until it is at work at all.
func (s *Stage) Device(id, file string, up bool) {
	s.t.Helper()
	path := filepath.Join(s.Devices.Folder, id)
	write(s.t, path, file) // under another name, so that it is not found half written
	if err := os.Rename(path, path+".toml"); err != nil {
		s.t.Fatal(err)
	}
	s.Wait("device "+id, func() bool {
		for _, h := range s.Devices.Health() {
			if h.State == source.Faulty {
				s.t.Fatalf("device %s: %v", id, h.Fault)
			}
			if h.Device == id && (!up || h.State == source.Up) {
				return true
			}
		}
		return false
	})
}

// Wait waits until something holds, at most 30 seconds.
func (s *Stage) Wait(what string, holds func() bool) {
	s.t.Helper()
	for range 1500 {
		if holds() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("waited in vain for %s; health %+v", what, s.Devices.Health())
}

// Delivered tells how many readings of a device are durable.
func (s *Stage) Delivered(id string) int {
	for _, h := range s.Devices.Health() {
		if h.Device == id {
			return int(h.Delivered)
		}
	}
	return 0
}

// stored counts the known point's readings, each instant and value once.
func (s *Stage) stored() int {
	s.t.Helper()
	seen := map[reading.Reading]bool{}
	for r, err := range s.engine.Scan(s.t.Context(), reading.Query{Series: []reading.ID{1}, From: -reading.Forever, To: reading.Forever}) {
		if err != nil {
			s.t.Fatal(err)
		}
		if r.Counts() {
			seen[reading.Reading{T: r.T, V: r.V}] = true
		}
	}
	return len(seen)
}

// total is what the hours amount to, in kWh, exactly.
func (s *Stage) total() *big.Rat {
	s.t.Helper()
	if _, err := s.meter.Refresh(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
	sum := new(big.Int)
	for h, err := range s.engine.Hours(s.t.Context(), reading.All()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if h.Series == 1 {
			sum.Add(sum, big.NewInt(h.Amount))
		}
	}
	return new(big.Rat).SetFrac(sum, big.NewInt(1_000_000_000))
}

// Need gives the path of a program, or fails naming the Debian package it is in.
func Need(tb testing.TB, program, debian string) string {
	tb.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		tb.Fatalf("%s is missing: apt-get install %s", program, debian)
	}
	return path
}

// Run starts a program and ends it with the test. What it says is logged where
// the test fails.
func Run(tb testing.TB, cmd *exec.Cmd) *exec.Cmd {
	tb.Helper()
	out, err := os.Create(filepath.Join(tb.TempDir(), "out"))
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if tb.Failed() {
			said, _ := os.ReadFile(out.Name())
			tb.Logf("%s said:\n%s", filepath.Base(cmd.Path), said)
		}
		_ = out.Close()
	})
	return cmd
}

// FreePort gives a TCP port of the loopback that nobody listens on.
func FreePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Listening waits until somebody listens on a port of the loopback.
func Listening(tb testing.TB, port int) {
	tb.Helper()
	for range 1500 {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.Fatalf("nobody listens on port %d", port)
}
