package source

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// perform runs an act to its end and gives what the line was told of it.
func perform(t *testing.T, b *bench, act string) (*Line, error) {
	t.Helper()
	l := b.line(t, "d", actorFile(act))
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	return l, l.guard(ctx)
}

func TestSessionSaysEverything(t *testing.T) {
	b := newBench(t, "p", "kWh")
	var log bytes.Buffer
	b.mine.Log = slog.New(slog.NewTextHandler(&log, nil))
	b.marks["device/d/seen"] = reading.Mark{Key: "device/d/seen", Pos: 40}
	l, err := perform(t, b, "says everything")
	if fault.KindOf(err) != fault.Forbidden || fault.Tell(err, lang.ZH) != "完了 true 40 41" || fault.Tell(err, lang.EN) != "done true 40 41" {
		t.Errorf("the driver ended with %v", err)
	}
	h := l.Health()
	if h.State != Up || h.Frames != 1 || h.Bytes != 7 || h.Passed != 2 || h.Refused != 1 || h.Delivered != 2*mostPiped+1 || h.Unmapped != 1 {
		t.Errorf("%+v", h)
	}
	rs := b.all()
	if r := rs[1]; r.Series != 1000 || r.T != 1_772_409_600_000 || !math.IsInf(r.V, 1) || r.Q != reading.Bad || r.Why != reading.NotNumber || r.Seq != 3 {
		t.Errorf("%+v", r)
	}
	if last := rs[len(rs)-1]; last.Series != 1 || last.V != 2*mostPiped {
		t.Errorf("%+v", last)
	}
	rows, _ := b.mine.Refused.List(time.Time{}, "d", 9)
	if len(rows) != 1 || string(rows[0].Frame) != "a frame" || rows[0].Why != lang.T("读不懂", "not understood") {
		t.Errorf("refused %+v", rows)
	}
	if !strings.Contains(log.String(), "a word channel=p") {
		t.Errorf("log %s", log.String())
	}
}

// noMemory stands for what Go says where there is none, and the race detector.
const noMemory = "out of memory|failed to allocate"

// tells finds one of several wordings.
func tells(text, wordings string) bool {
	return slices.ContainsFunc(strings.Split(wordings, "|"), func(w string) bool { return strings.Contains(text, w) })
}

// TestSessionBreaksOff: whatever ends the process is the device's fault, in both
// languages, and the platform lives.
func TestSessionBreaksOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ act, zh, en string }{
		{"panics", "演员 会话中断:panic: a library's mistake", "the actor session broke off: panic: a library's mistake"},
		{"takes all memory", noMemory, noMemory},
		{"says what nobody says", "message of 1751477356 bytes", "message of 1751477356 bytes"},
	} {
		t.Run(c.act, func(t *testing.T) {
			t.Parallel()
			_, err := perform(t, newBench(t, "p", "kWh"), c.act)
			if zh, en := fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN); !tells(zh, c.zh) || !tells(en, c.en) {
				t.Errorf("%s\n%s", zh, en)
			}
		})
	}
}

func TestSessionWithoutProgram(t *testing.T) {
	b := newBench(t, "p", "kWh")
	b.mine.Session = nil
	if _, err := perform(t, b, "waits"); err == nil || !strings.Contains(err.Error(), "cannot start") {
		t.Errorf("%v", err)
	}
}

// TestSessionStops: within a second, also where the driver would not.
func TestSessionStops(t *testing.T) {
	t.Parallel()
	for _, act := range []string{"waits", "counts", "does not stop", "stands still"} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "p", "kWh")
			l := b.line(t, "d", actorFile(act))
			stop := b.start(t, l)
			wait(t, "the process to be at work", func() bool { return act == "stands still" || l.Health().State == Up })
			if act == "stands still" {
				time.Sleep(200 * time.Millisecond)
			}
			began := time.Now()
			stop()
			if d := time.Since(began); d > time.Second {
				t.Errorf("stopped after %v", d)
			}
		})
	}
}

// TestSessionHushed: a process that gives no sign of life is ended.
func TestSessionHushed(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, err := perform(t, newBench(t, "p", "kWh"), "stands still")
	if err == nil || !strings.Contains(fault.Tell(err, lang.EN), "no sign of life") || !strings.Contains(fault.Tell(err, lang.ZH), "没有动静") {
		t.Errorf("%v", err)
	}
	if d := time.Since(began); d < hushed || d > hushed+10*time.Second {
		t.Errorf("ended after %v", d)
	}
}

// narrow is a sink that takes one batch whenever it is let.
type narrow struct {
	*tray
	gate chan struct{}
}

func (n narrow) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	select {
	case <-n.gate:
		return n.tray.Accept(ctx, b)
	case <-ctx.Done():
		return reading.Receipt{}, ctx.Err()
	}
}

// TestSessionWaits: Deliver comes back in the process only when the platform
// made the values durable, however long that takes; meanwhile the process is
// not taken for a silent one.
func TestSessionWaits(t *testing.T) {
	t.Parallel()
	b := newBench(t, "p", "kWh")
	gate := make(chan struct{})
	b.mine.Sink = narrow{b.tray, gate}
	l := b.line(t, "d", actorFile("counts"))
	b.start(t, l)
	for i := range 5 {
		gate <- struct{}{}
		wait(t, "a value", func() bool { return len(b.all()) > i })
		time.Sleep(50 * time.Millisecond)
		if n := len(b.all()); n != i+1 {
			t.Fatalf("%d values when %d were let through", n, i+1)
		}
	}
	time.Sleep(hushed + time.Second)
	if h := l.Health(); h.State != Up || h.Reconnects != 0 {
		t.Errorf("%+v", h)
	}
	if rs := b.all(); rs[4].V != 4 {
		t.Errorf("%+v", rs)
	}
}

// TestSessionFails: what could not be made durable ends the session with the
// reason, and comes to the driver.
func TestSessionFails(t *testing.T) {
	b := newBench(t, "p", "kWh")
	b.fail = fault.Conflict.Say(lang.T("磁盘已满", "the disk is full"))
	l, err := perform(t, b, "counts")
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Tell(err, lang.ZH), "磁盘已满") || l.Health().Failed != 1 {
		t.Errorf("%v, %+v", err, l.Health())
	}
}

// TestSessionDiesWithPlatform: kill -9 of the platform leaves nothing behind.
func TestSessionDiesWithPlatform(t *testing.T) {
	dir := t.TempDir()
	platform := exec.Command(os.Args[0], victimArg, dir)
	if err := platform.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	wait(t, "the session", func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "d", "pid"))
		pid, _ = strconv.Atoi(string(text))
		return err == nil
	})
	if !alive(pid) {
		t.Fatalf("%d is not alive", pid)
	}
	began := time.Now()
	if err := platform.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = platform.Wait()
	wait(t, "the session to be gone", func() bool { return !alive(pid) })
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("gone after %v", d)
	}
}

// alive tells whether a process runs; one that nobody has buried does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

// TestLastWritten: what Go says at its end is found in what else was written.
func TestLastWritten(t *testing.T) {
	var w lastWritten
	for range 3000 {
		fmt.Fprintln(&w, "a line of no interest, written before")
	}
	fmt.Fprint(&w, "panic: first\n\tpanic: second\n\ngoroutine 7 [running]:\n"+strings.Repeat("x", 2*shownWords))
	if len(w.kept) != maxWords {
		t.Errorf("%d bytes kept", len(w.kept))
	}
	cause, rest := w.last()
	if cause != "panic: first panic: second" || !strings.HasPrefix(rest, cause[:12]) || len(rest) != shownWords {
		t.Errorf("%q, %d of the rest", cause, len(rest))
	}
	if cause, _ := (&lastWritten{kept: []byte(strings.Repeat("长", 5000))}).last(); len([]rune(cause)) != maxCause {
		t.Errorf("%q", cause)
	}
}

// FuzzSession: what comes through the pipe is a message or an error.
func FuzzSession(f *testing.F) {
	var b bytes.Buffer
	_ = writePiped(&b, notice{Say: sayDeliver, Values: []pipedValue{pipe(Value{Channel: "c", V: math.NaN()})}})
	f.Add(b.Bytes())
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Add([]byte{255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		var m notice
		if readPiped(bytes.NewReader(data), &m) != nil {
			return
		}
		var again bytes.Buffer
		if err := writePiped(&again, m); err != nil {
			t.Fatal(err)
		}
		for _, v := range m.Values {
			if back := pipe(v.value()); back != v {
				t.Fatalf("%+v came back as %+v", v, back)
			}
		}
	})
}

// BenchmarkSession: what it costs to start a session and end it, and to hand a
// full message of values over.
func BenchmarkSession(b *testing.B) {
	run := func(b *testing.B, act string) {
		b.Helper()
		d, err := ReadDevice("d", []byte(actorFile(act)))
		if err != nil {
			b.Fatal(err)
		}
		sink := &tray{marks: map[string]reading.Mark{}}
		l, err := newLine(d, &Mine{
			Now: time.Now, Session: sessionCall(), Log: slog.New(slog.DiscardHandler), Sink: sink,
			Points: func(string) (Point, bool) { return Point{Series: 1, Unit: quantity.MustUnit("kWh")}, true },
		})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.apart(b.Context()); err == nil || err.Error() != errPlayed.Error() {
			b.Fatal(err)
		}
	}
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			run(b, "returns")
		}
	})
	b.Run("deliver", func(b *testing.B) {
		for b.Loop() {
			run(b, "delivers a million")
		}
		b.ReportMetric(float64(million*b.N)/b.Elapsed().Seconds(), "values/s")
	})
}
