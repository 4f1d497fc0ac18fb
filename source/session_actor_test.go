package source

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

const million = 1_000_000

var errPlayed = errors.New("played")

// actors are what the driver of the tests does in its process, by name.
var actors = map[string]func(ctx context.Context, l *Line) error{
	"says everything": func(ctx context.Context, l *Line) error {
		l.Up()
		l.Heard(7)
		l.Pass(2)
		l.Log().InfoContext(ctx, "a word", "channel", "p")
		l.Refuse([]byte("a frame"), fault.Invalid.Say(lang.T("读不懂", "not understood")))
		before, known, err := l.Mark(ctx, "seen")
		if err != nil {
			return err
		}
		values := make([]Value, 2*mostPiped+1)
		for i := range values {
			values[i] = Value{Channel: "p", T: time.Now().UnixMilli(), V: float64(i)}
		}
		values[1] = Value{Channel: "nobody's", T: 1_772_409_600_000, V: math.Inf(1), Q: reading.Bad, Why: reading.NotNumber, Seq: 3}
		if err := l.Deliver(ctx, values, reading.Mark{Key: "seen", Pos: 41}); err != nil {
			return err
		}
		after, _, err := l.Mark(ctx, "seen")
		if err != nil {
			return err
		}
		return fault.Forbidden.Say(lang.T("完了 %v %d %d", "done %v %d %d"), known, before.Pos, after.Pos)
	},
	"counts": func(ctx context.Context, l *Line) error {
		l.Up()
		for i := 0; ; i++ {
			if err := l.Deliver(ctx, []Value{{Channel: "p", V: float64(i)}}); err != nil {
				return err
			}
		}
	},
	"panics": func(ctx context.Context, l *Line) error {
		l.Up()
		go func() { panic("a library's mistake") }()
		<-ctx.Done()
		return ctx.Err()
	},
	"takes all memory": func(context.Context, *Line) error {
		l := make([][]byte, 0)
		for {
			block := make([]byte, 64<<20)
			for i := 0; i < len(block); i += 4096 {
				block[i] = 1
			}
			l = append(l, block)
			runtime.KeepAlive(l)
		}
	},
	"stands still": func(context.Context, *Line) error { return syscall.Kill(os.Getpid(), syscall.SIGSTOP) },
	"does not stop": func(_ context.Context, l *Line) error {
		l.Up()
		select {}
	},
	"says what nobody says": func(_ context.Context, l *Line) error {
		_, err := os.Stdout.WriteString("hello")
		l.Up()
		return errors.Join(err, syscall.Kill(os.Getpid(), syscall.SIGSTOP))
	},
	"returns": func(context.Context, *Line) error { return errPlayed },
	"delivers a million": func(ctx context.Context, l *Line) error {
		values := make([]Value, mostPiped)
		for i := range values {
			values[i] = Value{Channel: "p", T: 1_772_409_600_000 + int64(i), V: float64(i) / 3}
		}
		for range million / mostPiped {
			if err := l.Deliver(ctx, values); err != nil {
				return err
			}
		}
		return errPlayed
	},
	"says its number": func(ctx context.Context, l *Line) error {
		dir, err := l.Dir()
		if err != nil {
			return err
		}
		part := filepath.Join(dir, "part")
		if err := os.WriteFile(part, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			return err
		}
		if err := os.Rename(part, filepath.Join(dir, "pid")); err != nil {
			return err
		}
		<-ctx.Done()
		select {} // as deaf as can be
	},
	"waits": func(ctx context.Context, l *Line) error {
		l.Up()
		<-ctx.Done()
		return ctx.Err()
	},
}

func init() {
	register("actor", protocol{title: lang.T("演员", "actor"), apart: true, read: func(_ *Device, _ *site.Reader, own *site.Section, _ []*site.Section) Driver {
		return fake{actors[own.Text("act")]}
	}})
}

func actorFile(act string) string {
	return "[device]\nprotocol = \"actor\"\nmax_rate = 1000000\n[actor]\nact = \"" + act + "\"\n[[channel]]\nname = \"p\"\npoint = \"p\"\n"
}

// victim is a platform that runs one device until it is killed.
func victim(dir string) error {
	d, err := ReadDevice("d", []byte(actorFile("says its number")))
	if err != nil {
		return err
	}
	mine := &Mine{
		Now: time.Now, Session: sessionCall(), Dir: dir, Log: slog.New(slog.DiscardHandler),
		Points: func(string) (Point, bool) { return Point{}, true },
	}
	l, err := newLine(d, mine)
	if err != nil {
		return err
	}
	l.run(context.Background())
	return nil
}
