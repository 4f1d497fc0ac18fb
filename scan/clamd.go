package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"lingtan/evidence"
)

// Clamd asks a clamd over its socket.
type Clamd struct {
	Network, Address string
	Patience         time.Duration
}

var _ evidence.Scanner = (*Clamd)(nil)

const (
	chunk     = 128 << 10
	maxAnswer = 4 << 10 // bytes of clamd's answer: a line
)

// Scan sends the file as clamd(8) INSTREAM asks for it: chunks, each behind its
// length in four bytes, high one first, and a length of none at the end.
func (c *Clamd) Scan(ctx context.Context, r io.Reader, _ int64) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // what waits on it is let go
	sent := stream(conn, r)
	answer, err := io.ReadAll(io.LimitReader(conn, maxAnswer)) // also where sending failed: clamd says why, and hangs up
	if line := strings.TrimRight(string(answer), "\x00\r\n"); line != "" {
		return verdict(line)
	}
	return "", fmt.Errorf("clamd: %w", errors.Join(ctx.Err(), sent, err, errors.New("no answer")))
}

func stream(conn io.Writer, r io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, 4+chunk)
	for {
		n, err := io.ReadFull(r, buf[4:])
		binary.BigEndian.PutUint32(buf, uint32(n)) //nolint:gosec // at most chunk
		if _, err := conn.Write(buf[:4+n]); err != nil {
			return err
		}
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			_, err = conn.Write(make([]byte, 4))
			return err
		case err != nil:
			return err
		}
	}
}

func verdict(line string) (string, error) {
	switch {
	case strings.HasSuffix(line, ": OK"):
		return "", nil
	case strings.HasSuffix(line, " FOUND"):
		return named(line), nil
	}
	return "", fmt.Errorf("clamd answered %q", line)
}
