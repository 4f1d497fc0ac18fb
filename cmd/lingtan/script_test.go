package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the scripts compare with; read the difference before it is committed")

// clock is the instant that a script's programs take for now; it stands still.
const clock = "2025-03-01T08:00:00Z"

// realClock, in its place, is a clock that goes.
const realClock = "real"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lingtan": lingtan})
}

// lingtan is the program as main starts it, with the script's clock.
func lingtan() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	now := time.Now
	if text := os.Getenv("CLOCK"); text != realClock {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		now = func() time.Time { return at }
	}
	code := run(ctx, env{args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: now})
	stop()
	os.Exit(code)
}

// TestScripts runs the command line as a user types it: every file of
// testdata/script is one story.
func TestScripts(t *testing.T) {
	t.Parallel()
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(testdata, "script"), RequireExplicitExec: true, RequireUniqueNames: true, ContinueOnError: true, UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CLOCK", clock)
			e.Setenv("LINGTAN_LANG", "en")
			e.Setenv("TESTDATA", testdata)
			e.Setenv("EXAMPLES", filepath.Join(testdata, "..", "..", "..", "standard", "testdata"))
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "mount" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "both": both, "readings": readings, "flip": flip, "cut": cut, "sparse": sparse, "appears": appears, "unpack": unpack,
		},
	})
}

// unpack ARCHIVE PATTERN reads a zip whole, which checks every entry, and writes
// the entries that match beside it; none matching is a failure.
func unpack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unpack ARCHIVE PATTERN")
	}
	archive, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer archive.Close()
	written := 0
	for _, f := range archive.File {
		in, err := f.Open()
		ts.Check(err)
		data, err := io.ReadAll(in)
		ts.Check(err)
		matches, err := path.Match(args[1], f.Name)
		ts.Check(err)
		if !matches {
			continue
		}
		written++
		name := ts.MkAbs(f.Name)
		ts.Check(os.MkdirAll(filepath.Dir(name), 0o750))
		ts.Check(os.WriteFile(name, data, 0o600))
	}
	if written == 0 {
		ts.Fatalf("%s has no entry like %s", args[0], args[1])
	}
}

// exits CODE PROGRAM ARGS… runs a program that must end with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	code := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("%s ended with %d, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// both TEXT-ZH TEXT-EN -- ARGS… runs a command that must fail with 1, in either
// language with the message that holds the text.
func both(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || args[2] != "--" {
		ts.Fatalf("usage: both TEXT-ZH TEXT-EN -- ARGS…")
	}
	for i, tag := range []string{"zh", "en"} {
		exits(ts, false, append([]string{"1", "lingtan", "--lang", tag}, args[3:]...))
		if told := ts.ReadFile("stderr"); !strings.Contains(told, args[i]) {
			ts.Fatalf("in %s the message is\n%s\nwant it to hold\n%s", tag, told, args[i])
		}
	}
}

// readings FILE STEP FROM TO KWH writes a reading for every step of the days
// from FROM until before TO, stamped at the step's end.
func readings(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: readings FILE STEP FROM TO KWH")
	}
	step, err := time.ParseDuration(args[1])
	ts.Check(err)
	ts.Check(writeReadings(ts.MkAbs(args[0]), step, args[2], args[3], args[4]))
}

func writeReadings(path string, step time.Duration, from, to, value string) error {
	at, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return err
	}
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return err
	}
	b := bytes.NewBufferString("time,kWh\n")
	for at = at.Add(step); !at.After(end); at = at.Add(step) {
		fmt.Fprintf(b, "%s,%s\n", at.Format("2006-01-02 15:04"), value)
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

// cut FILE BYTES keeps a file's first bytes; a negative number leaves so many off.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE BYTES")
	}
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if n < 0 {
		n += int64(len(ts.ReadFile(args[0])))
	}
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// sparse FILE GIGABYTES makes a file of a size that takes no room.
func sparse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sparse FILE GIGABYTES")
	}
	gb, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_RDWR, 0o600)
	ts.Check(err)
	ts.Check(f.Truncate(gb << 30))
	ts.Check(f.Close())
}

// flip BUNDLE WHERE turns one bit of a bundle: in the middle of a file's bytes,
// in the time of the archive's first header, or in its last byte.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip BUNDLE FILE|header|last")
	}
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	at := int64(-1)
	switch args[1] {
	case "header":
		at = 10
	case "last":
		at = int64(len(data)) - 1
	default:
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		ts.Check(err)
		for _, f := range archive.File {
			if ok, _ := filepath.Match(args[1], f.Name); ok && at < 0 {
				offset, err := f.DataOffset()
				ts.Check(err)
				at = offset + int64(f.CompressedSize64)/2
			}
		}
	}
	if at < 0 {
		ts.Fatalf("no file %s in %s", args[1], args[0])
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}

// appears FILE waits for a file that another process writes.
func appears(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: appears FILE")
	}
	for range 500 {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear", args[0])
}
