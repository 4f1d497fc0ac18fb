package simulate

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// cable stands between a server of ours and whoever asks it: it can be cut, and
// what travels on it can be spoiled, which no server would do by itself. Who
// connects before the server stands is kept waiting.
type cable struct {
	inner string // where the server is to listen
	outer net.Listener
	// spoil changes an answer on its way; with false the connection is lost after it.
	spoil func(answer []byte) ([]byte, bool)
}

// lay opens a cable at the address that the device's file names.
func lay(ctx context.Context, address string, spoil func([]byte) ([]byte, bool)) (*cable, error) {
	inner, err := freeAddress()
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for the platform: %w", err)
	}
	return &cable{inner: inner, outer: l, spoil: spoil}, nil
}

// carry runs the cable until the context ends, and takes it away.
func (c *cable) carry(ctx context.Context) error {
	l := c.outer
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		outside, err := l.Accept()
		if err != nil {
			return context.Cause(ctx)
		}
		open.Go(func() { c.join(ctx, outside) })
	}
}

// join carries one connection.
func (c *cable) join(ctx context.Context, outside net.Conn) {
	defer func() { _ = outside.Close() }()
	inside, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", c.inner)
	if err != nil {
		return
	}
	defer func() { _ = inside.Close() }()
	end := func() { _, _ = inside.Close(), outside.Close() }
	defer context.AfterFunc(ctx, end)()
	var ways sync.WaitGroup
	ways.Go(func() {
		defer end()
		_, _ = io.Copy(inside, outside) // ends with either side
	})
	ways.Go(func() {
		defer end()
		buffer := make([]byte, 64<<10)
		for {
			n, err := inside.Read(buffer)
			if err != nil {
				return
			}
			answer, holds := c.spoil(buffer[:n])
			if _, err := outside.Write(answer); err != nil || !holds {
				return
			}
		}
	})
	ways.Wait()
}

// spoil damages answers as the instrument's faults ask: half of one, then the
// line is lost; or a byte of its head, so that it is none of its protocol.
func (u *unit) spoil(head int) func(answer []byte) ([]byte, bool) {
	return func(answer []byte) ([]byte, bool) {
		switch {
		case u.suffers(HalfFrame):
			return answer[:len(answer)/2], false
		case u.suffers(WrongCRC) && len(answer) > head:
			answer[head] ^= 0xA5
		}
		return answer, true
	}
}

// freeAddress is an address of this machine at which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
