package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	// hushed is how long a session may say nothing, not even that it lives.
	hushed = 10 * time.Second
	// stopWithin is how long a session may take to end before it is killed; its
	// driver has lastTurn of it.
	stopWithin = 750 * time.Millisecond
	// maxWords is what is kept of what a session's process wrote at its end, and
	// shownWords what the log is given of it.
	maxWords, shownWords = 64 << 10, 4 << 10
	maxCause             = 300 // letters of it that the device's fault tells
)

// session is a driver at work in a process of its own, as the platform sees it.
type session struct {
	line    *Line
	to      io.WriteCloser
	from    io.Reader
	words   lastWritten
	answers sync.WaitGroup
	asking  chan struct{} // one question at a time
	end     context.CancelCauseFunc
	ended   bool // as it should: the driver came back
	err     error
}

// apart runs the device's driver in a process of its own: this same program,
// begun anew, which calls [RunSession]. Whatever becomes of that process, be it
// a panic in a goroutine of a library's or all the memory it may have, costs
// the device one reconnect and nothing else.
func (l *Line) apart(ctx context.Context) error {
	hurried, end := context.WithCancelCause(ctx)
	defer end(nil)
	s := &session{line: l, asking: make(chan struct{}, 1), end: end}
	cmd, err := s.begin(hurried)
	if err != nil {
		return fault.Internal.Say(lang.T("无法启动 %s 会话进程:%v", "cannot start the process of an %s session: %v"), s.title(), err)
	}
	s.answers.Go(func() { _ = writePiped(s.to, task{Device: l.Device.ID, File: l.Device.file, Dir: l.mine.Dir}) }) // its end shows where it is heard
	s.listen(ctx)
	s.answers.Wait()
	state := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case hurried.Err() != nil:
		return context.Cause(hurried)
	case s.ended:
		return s.err
	}
	return s.brokeOff(cmp.Or(state, io.ErrUnexpectedEOF))
}

// begin starts the process. When the context ends its stdin is closed, which
// asks it to end, and a moment later it is killed.
func (s *session) begin(ctx context.Context) (*exec.Cmd, error) {
	argv := s.line.mine.Session
	if len(argv) == 0 {
		return nil, errors.New("this program has none")
	}
	program, err := itself()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, argv[1:]...) //nolint:gosec // this very program
	cmd.Args[0], cmd.Stderr, cmd.SysProcAttr = argv[0], &s.words, withoutOrphans()
	if s.to, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if s.from, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	cmd.Cancel, cmd.WaitDelay = s.to.Close, stopWithin
	return cmd, cmd.Start()
}

// listen takes in what the session says until it is gone. One that says nothing
// for long, or what no session says, is ended.
func (s *session) listen(ctx context.Context) {
	silent := fault.Internal.Say(lang.T("%s 会话进程 %v 没有动静,已结束它", "the process of the %s session gave no sign of life for %v and was ended"), s.title(), hushed).
		Do(lang.T("连接会自动重建", "the connection is made anew by itself"))
	watch := time.AfterFunc(hushed, func() { s.end(silent) })
	defer watch.Stop()
	for {
		var m notice
		watch.Reset(hushed)
		err := readPiped(s.from, &m)
		watch.Stop()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return
		case err == nil:
			err = s.take(ctx, m)
		}
		if err != nil {
			s.end(err)
			_, _ = io.Copy(io.Discard, s.from) // until it is gone
			return
		}
	}
}

// take takes in one message.
func (s *session) take(ctx context.Context, m notice) error {
	switch l := s.line; m.Say {
	case sayDeliver, sayMark:
		return s.asked(ctx, m)
	case sayBeat:
	case sayUp:
		l.Up()
	case sayHeard:
		l.Heard(m.N)
	case sayPass:
		l.Pass(m.N)
	case sayRefuse:
		l.Refuse(m.Frame, cmp.Or(m.Why.err(), errors.ErrUnsupported))
	case sayLog:
		l.Log().Log(ctx, m.Level, "session says", "text", m.Text)
	case sayEnd:
		s.ended, s.err = true, m.Why.err()
	default:
		return fault.Internal.Errorf("session says %.20q", m.Say)
	}
	return nil
}

// asked answers a question when the answer is there, and lets the session be
// heard meanwhile.
func (s *session) asked(ctx context.Context, m notice) error {
	select {
	case s.asking <- struct{}{}:
	default:
		return fault.Internal.Errorf("session asks before it was answered")
	}
	s.answers.Go(func() {
		a := s.answer(ctx, m)
		<-s.asking
		_ = writePiped(s.to, a) // a session that is gone needs no answer
	})
	return nil
}

func (s *session) answer(ctx context.Context, m notice) (a answer) {
	defer func() {
		if p := recover(); p != nil { // as in guard: a mistake of ours costs this device a reconnect
			s.line.Log().ErrorContext(ctx, "taking in panicked", "panic", p)
			a.Err = pipeError(fault.Internal.Errorf("take in: %v", p))
		}
	}()
	var err error
	if m.Say == sayMark {
		a.Mark, a.Known, err = s.line.Mark(ctx, m.Key)
	} else {
		values := make([]Value, 0, len(m.Values))
		for _, v := range m.Values {
			values = append(values, v.value())
		}
		err = s.line.Deliver(ctx, values, m.Marks...)
	}
	a.Err = pipeError(err)
	return a
}

func (s *session) title() lang.Text { return protocols[s.line.Device.Protocol].title }

// brokeOff tells a process that ended without a word from its driver.
func (s *session) brokeOff(state error) error {
	cause, rest := s.words.last()
	s.line.Log().Error("session broke off", "state", state, "words", rest)
	if cause == "" {
		cause = state.Error()
	}
	return fault.Invalid.Say(lang.T("%s 会话中断:%s", "the %s session broke off: %s"), s.title(), cause).
		Do(lang.T("连接会自动重建;若反复发生,检查服务器或线路上是否有不合规的报文,并查看平台日志",
			"the connection is made anew by itself; if this goes on, look for malformed messages of the server or on its line, and into the platform's log"))
}

// lastWritten keeps the end of what a process wrote.
type lastWritten struct{ kept []byte }

// Write keeps what is written, and forgets what is old.
func (w *lastWritten) Write(p []byte) (int, error) {
	w.kept = append(w.kept, p...)
	w.kept = slices.Delete(w.kept, 0, max(0, len(w.kept)-maxWords))
	return len(p), nil
}

// last gives the lines that tell why Go ended the process, and these with what
// stands below, shortened.
func (w *lastWritten) last() (cause, rest string) {
	from := len(w.kept)
	for _, mark := range []string{"panic: ", "fatal error: ", "runtime: "} {
		if i := bytes.Index(w.kept, []byte(mark)); i >= 0 {
			from = min(from, i)
		}
	}
	if from == len(w.kept) { // not Go's: all of it
		from = 0
	}
	rest = strings.ToValidUTF8(strings.TrimSpace(string(w.kept[from:min(len(w.kept), from+shownWords)])), "?")
	head, _, _ := strings.Cut(rest, "\n\n")
	cause = strings.Join(strings.Fields(head), " ")
	if letters := []rune(cause); len(letters) > maxCause {
		cause = string(letters[:maxCause])
	}
	return cause, rest
}
