package source

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"lingtan/reading"
)

const (
	beatEvery = time.Second
	lastTurn  = 600 * time.Millisecond // that a driver has to end in when the platform wants no more
	// softMemory is where a session's garbage is collected harder, and hardMemory
	// what it may take beyond what it began with: 4 MiB of a message are decoded
	// into less than 100.
	softMemory = 256 << 20
	hardMemory = 1 << 30
)

// RunSession is a process of its own for one driver, whose library may bring its
// process down. What the driver says goes to the platform through the pipes,
// and the platform's own line takes it in. It returns when the driver has ended
// or in has, as it does when the platform dies; the process must end then.
func RunSession(ctx context.Context, in io.Reader, out io.Writer, now func() time.Time) error {
	unbounded := boundMemory()
	var t task
	if err := readPiped(in, &t); err != nil {
		return err
	}
	p := &home{out: out, turn: make(chan struct{}, 1), answers: make(chan answer)}
	d, err := ReadDevice(t.Device, t.File)
	if err != nil {
		return p.say(notice{Say: sayEnd, Why: pipeError(err)})
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l := &Line{Device: d, mine: &Mine{Dir: t.Dir, Now: now, Log: slog.New(farLog{p})}, home: p}
	if unbounded != nil {
		l.Log().WarnContext(ctx, "the memory of the session is not bounded", "error", unbounded)
	}
	go p.listen(ctx, in, stop)
	go p.beat(ctx)
	done := make(chan struct{})
	go func() { defer close(done); err = d.driver.Run(ctx, l) }()
	select {
	case <-done:
		return p.say(notice{Say: sayEnd, Why: pipeError(err)})
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(lastTurn):
	}
	return nil
}

// home is the other end of a session's pipes.
type home struct {
	mu      sync.Mutex // a message goes out at one go
	out     io.Writer
	turn    chan struct{} // one question at a time
	answers chan answer
}

func (p *home) say(m notice) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return writePiped(p.out, m)
}

// tell says what needs no answer. That it cannot be said shows at once where
// the platform listens: in has ended then.
func (p *home) tell(m notice) { _ = p.say(m) }

// ask says a question and waits for its answer: what is being made durable is
// not called back, unless the session is at its end.
func (p *home) ask(ctx context.Context, m notice) (answer, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	if err := p.say(m); err != nil {
		return answer{}, err
	}
	a, open := <-p.answers
	if !open {
		return answer{}, io.ErrUnexpectedEOF
	}
	return a, a.Err.err()
}

// listen hears the platform's answers until it wants no more.
func (p *home) listen(ctx context.Context, in io.Reader, stop func()) {
	defer close(p.answers)
	defer stop()
	for {
		var a answer
		if readPiped(in, &a) != nil {
			return
		}
		select {
		case p.answers <- a:
		case <-ctx.Done():
			return
		}
	}
}

func (p *home) beat(ctx context.Context) {
	beats := time.NewTicker(beatEvery)
	defer beats.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beats.C:
			p.tell(notice{Say: sayBeat})
		}
	}
}

// deliver hands values over and returns when the platform has made them
// durable. The marks go with the last of them.
func (p *home) deliver(ctx context.Context, values []Value, marks []reading.Mark) error {
	for len(values)+len(marks) > 0 {
		m := notice{Say: sayDeliver}
		part := values[:min(len(values), mostPiped)]
		for _, v := range part {
			m.Values = append(m.Values, pipe(v))
		}
		if values = values[len(part):]; len(values) == 0 {
			m.Marks, marks = marks, nil
		}
		if _, err := p.ask(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (p *home) mark(ctx context.Context, key string) (reading.Mark, bool, error) {
	a, err := p.ask(ctx, notice{Say: sayMark, Key: key})
	return a.Mark, a.Known, err
}

func (p *home) refuse(frame []byte, why error) {
	p.tell(notice{Say: sayRefuse, Frame: frame[:min(len(frame), longestRaw)], Why: pipeError(why)})
}

// farLog is a log that the platform writes.
type farLog struct{ home *home }

// Enabled leaves out what only somebody who mends a driver wants to know.
func (f farLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle hands a record over in words.
func (f farLog) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	return f.home.say(notice{Say: sayLog, Level: r.Level, Text: text})
}

// WithAttrs keeps nothing: what a line says with every record, the line at the
// platform says as well.
func (f farLog) WithAttrs([]slog.Attr) slog.Handler { return f }

// WithGroup keeps nothing either: drivers use none.
func (f farLog) WithGroup(string) slog.Handler { return f }
