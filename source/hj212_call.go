package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// call212 is a logger's call: one connection.
type call212 struct {
	*hj212

	line    *Line
	conn    net.Conn
	buf     []byte
	wrong   int // in a row
	hush    int // bytes yet to come of what was refused already
	values  []Value
	answers []*HJ212Message // due once the values are durable
}

// talk reads frames until the caller or the context ends it.
func (c *call212) talk(ctx context.Context) error {
	piece := make([]byte, 16<<10)
	for {
		wait := c.idle
		if len(c.buf) > 0 {
			wait = min(halfHJ212, c.idle)
		}
		if err := c.conn.SetReadDeadline(time.Now().Add(wait)); err != nil { //nolint:forbidigo // a connection's deadline is by the system's clock
			return err
		}
		n, err := c.conn.Read(piece)
		c.buf = append(c.buf, piece[:n]...)
		if err := c.take(ctx); err != nil {
			return err
		}
		if err == nil {
			continue
		}
		if len(c.buf) > 0 {
			c.refuse(halfFrame(len(c.buf)))
		}
		if len(c.buf) == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		c.pass(1) // the next frame may begin within the half one
		if err := c.take(ctx); err != nil {
			return err
		}
	}
}

// take reads all frames that have come in whole, makes their values durable
// and then answers them.
func (c *call212) take(ctx context.Context) error {
	for {
		n, segment, why := cutHJ212(c.buf, min(longestHJ212, c.line.Device.MaxFrame))
		if n == 0 {
			break
		}
		if why != nil {
			c.refuse(why)
		}
		if segment != nil {
			c.wrong, c.hush = 0, 0
			c.message(c.buf[:n], segment)
		}
		c.pass(n)
		if c.wrong > wrongHJ212 {
			return fmt.Errorf("%d wrong frames in a row from %s", c.wrong, c.conn.RemoteAddr())
		}
		if len(c.values) >= togetherHJ212 {
			if err := c.settle(ctx); err != nil {
				return err
			}
		}
	}
	c.buf = append([]byte(nil), c.buf...) // and not the bytes of all frames before
	return c.settle(ctx)
}

// refuse tells of bytes that are no frame, up to where another may begin, once.
func (c *call212) refuse(why error) {
	if c.hush > 0 {
		return
	}
	c.hush = len(c.buf)
	if next := bytes.Index(c.buf[1:], []byte("##")); next >= 0 {
		c.hush = next + 1
	}
	c.line.Refuse(c.buf[:c.hush], why)
	c.wrong++
}

// pass is done with bytes.
func (c *call212) pass(n int) {
	c.buf, c.hush = c.buf[n:], max(0, c.hush-n)
}

// message reads one segment.
func (c *call212) message(frame, segment []byte) {
	c.line.Heard(len(frame))
	m, err := parseHJ212(segment)
	if err != nil {
		c.line.Refuse(frame, err)
		return
	}
	values, answer, faults := c.understand(m)
	for _, why := range faults {
		c.line.Refuse(frame, why)
	}
	if len(faults) > 0 && len(values) == 0 && answer == nil {
		return
	}
	c.line.Up()
	c.values = append(c.values, values...)
	if answer != nil {
		c.answers = append(c.answers, answer)
	}
	if m.CN == "1013" && c.setClock {
		c.answers = append(c.answers, c.stations[m.MN].clockHJ212(m, c.line.Now()))
	}
}

// settle makes values durable and only then tells the logger that they came.
func (c *call212) settle(ctx context.Context) error {
	if len(c.values) > 0 {
		if err := c.line.Deliver(ctx, c.values); err != nil {
			return err
		}
	}
	for _, a := range c.answers {
		if err := c.conn.SetWriteDeadline(time.Now().Add(replyHJ212)); err != nil { //nolint:forbidigo // a connection's deadline is by the system's clock
			return err
		}
		if _, err := c.conn.Write(a.Frame()); err != nil {
			return fmt.Errorf("answer %s: %w", a.MN, err)
		}
	}
	c.values, c.answers = nil, nil
	return nil
}
