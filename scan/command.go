package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"lingtan/evidence"
)

// Command asks a program, which reads the file from its standard input and ends
// as clamscan does: 0 is clean, 1 is a virus, anything else is no answer.
type Command struct {
	Args     []string
	Patience time.Duration
}

var _ evidence.Scanner = (*Command)(nil)

// Scan runs the program, without a shell.
func (c *Command) Scan(ctx context.Context, r io.Reader, _ int64) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	said := &brief{}
	run := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...) //nolint:gosec // what the settings name
	run.Stdin, run.Stdout, run.Stderr, run.WaitDelay = r, said, said, time.Second
	err := run.Run()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case ctx.Err() == nil && errors.As(err, &ended) && ended.ExitCode() == 1:
		line, _, _ := bytes.Cut(bytes.TrimSpace(said.kept), []byte("\n"))
		return named(string(line)), nil
	}
	return "", fmt.Errorf("%s: %w: %s", c.Args[0], errors.Join(ctx.Err(), err), bytes.TrimSpace(said.kept))
}

// brief keeps the beginning of what a program says.
type brief struct{ kept []byte }

func (b *brief) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), maxAnswer-len(b.kept))]...)
	return len(p), nil
}
