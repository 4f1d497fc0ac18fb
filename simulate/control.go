package simulate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// ControlName is the socket's usual name, in the platform's data folder.
const ControlName = "simulate.sock"

// Limits of one request: a fault is a line, and who asks waits for the answer.
const (
	maxRequest = 64 << 10
	askWithin  = 5 * time.Second
)

// request asks for faults, or with none only what there is.
type request struct {
	Faults []string `json:"faults"`
}

// Reply is what a running simulator answers.
type Reply struct {
	Devices []Device  `json:"devices"`
	Faults  []string  `json:"faults"` // under way or to come
	Wrong   lang.Text `json:"wrong,omitzero"`
}

// listen opens the socket; one that nobody listens at any more is taken over.
func (s *Simulator) listen(ctx context.Context) (net.Listener, error) {
	path := s.options.Control
	if path == "" {
		return nil, nil
	}
	if c, err := net.Dial("unix", path); err == nil { //nolint:noctx // a socket of this machine answers at once
		_ = c.Close()
		return nil, fault.Conflict.Say(lang.T("%s 已有演示在运行", "a simulator is running at %s already"), path).
			Do(lang.T("先停掉它", "stop it first"))
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fault.Invalid.Say(lang.T("开不了控制套接字 %s:%s", "cannot open the control socket %s: %s"), path, err.Error()).
			Do(lang.T("路径不超过 100 个字节,所在文件夹可写", "keep its path below 100 bytes, in a folder that can be written"))
	}
	return l, os.Chmod(path, 0o600)
}

// answer serves requests until the context ends.
func (s *Simulator) answer(ctx context.Context, l net.Listener) {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		open.Go(func() {
			defer func() { _ = c.Close() }()
			end := context.AfterFunc(ctx, func() { _ = c.Close() })
			defer end()
			if err := s.serve(c); err != nil {
				s.options.Log.DebugContext(ctx, "control request", "error", err)
			}
		})
	}
}

func (s *Simulator) serve(c net.Conn) error {
	if err := c.SetDeadline(s.options.Now().Add(askWithin)); err != nil {
		return err
	}
	line, err := bufio.NewReader(io.LimitReader(c, maxRequest)).ReadBytes('\n')
	if err != nil {
		return err
	}
	var asked request
	out := Reply{}
	if err := json.Unmarshal(line, &asked); err == nil {
		if err := s.cause(asked.Faults); err != nil {
			out.Wrong = lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))
		}
	}
	out.Devices = s.Devices()
	for _, f := range s.Faults() {
		out.Faults = append(out.Faults, f.String())
	}
	return json.NewEncoder(c).Encode(out)
}

func (s *Simulator) cause(texts []string) error {
	var faults []error
	for _, text := range texts {
		f, err := ParseFault(text)
		if err == nil {
			err = s.Cause(f)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// Ask asks a running simulator for faults, as [ParseFault] reads them; with
// none it tells what there is.
func Ask(ctx context.Context, path string, faults ...string) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return Reply{}, fault.NotFound.Say(lang.T("%s 没有演示在运行", "no simulator is running at %s"), path).
			Do(lang.T("先启动:lingtan serve --demo 或 lingtan simulate;或用 --control 指明套接字", "start one: lingtan serve --demo or lingtan simulate; or name its socket by --control"))
	}
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if err := json.NewEncoder(c).Encode(request{Faults: faults}); err != nil {
		return Reply{}, fmt.Errorf("ask the simulator: %w", err)
	}
	var out Reply
	if err := json.NewDecoder(io.LimitReader(c, 1<<20)).Decode(&out); err != nil {
		return Reply{}, fmt.Errorf("ask the simulator: %w", err)
	}
	if !out.Wrong.IsZero() {
		return out, fault.Invalid.Say(out.Wrong)
	}
	return out, nil
}
