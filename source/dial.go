package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// wire is a connection to a device that the platform made. It is closed when
// the context it was made with ends, so that no read outlives that.
type wire struct {
	net.Conn
	forget func() bool
}

// dial connects to a device by TCP, secured where its file says so.
func dial(ctx context.Context, address string, secure *credentials, now time.Time, wait time.Duration) (*wire, error) {
	limited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var config *tls.Config
	if secure != nil {
		var err error
		if config, err = secure.client(address, now); err != nil {
			return nil, err
		}
	}
	conn, err := (&net.Dialer{}).DialContext(limited, "tcp", address)
	if err != nil {
		return nil, unreachable(address, err)
	}
	if config != nil {
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(limited); err != nil {
			return nil, errors.Join(distrusted(address, err), conn.Close())
		}
		conn = secured
	}
	return &wire{Conn: conn, forget: context.AfterFunc(ctx, func() { _ = conn.Close() })}, nil
}

// Close ends the connection.
func (w *wire) Close() error {
	w.forget()
	return w.Conn.Close()
}

// soon is an instant from now by the system's clock, in which the deadlines of
// connections are told.
func soon(d time.Duration) time.Time {
	return time.Now().Add(d) //nolint:forbidigo // the kernel knows no other clock
}

func unreachable(address string, err error) error {
	return fault.NotFound.Say(lang.T("连接不上 %s:%v", "cannot connect to %s: %v"), address, err).
		Do(lang.T("检查地址、端口、网线和防火墙", "check the address, the port, the cable and the firewall"))
}

// readAddress reads host:port; "" with a fault where it is none.
func readAddress(s *site.Section, key string) string {
	s.Need(key)
	text := s.Text(key)
	if text == "" {
		return ""
	}
	if !isAddress(text) {
		s.Wrong(key, lang.T("主机:端口,如 192.168.1.10:2404", "host:port, such as 192.168.1.10:2404"))
		return ""
	}
	return text
}

// cutURL takes scheme://host:port apart; ok is false where it is not of the
// schemes. An empty text is for the one who needs it to miss.
func cutURL(text string, schemes ...string) (scheme, address string, ok bool) {
	scheme, address, _ = strings.Cut(text, "://")
	return scheme, address, text == "" || slices.Contains(schemes, scheme) && isAddress(address)
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && isPort(port)
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// patience reads a stretch of time within bounds; the key may be left out.
func patience(s *site.Section, key string, low, high, otherwise time.Duration) time.Duration {
	if !s.Has(key) {
		return otherwise
	}
	d := s.Duration(key)
	if d != 0 && (d < low || d > high) {
		s.Wrong(key, lang.T("%v 到 %v 的时长", "a stretch of time from %v to %v").Format(low, high))
		return otherwise
	}
	return d
}

// repeat does something now and then at every tick, until the context ends or
// it fails. A turn that lasts longer than a tick skips those it missed.
func repeat(ctx context.Context, every time.Duration, turn func() error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := turn(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// mute is a device that is connected and says nothing.
func mute(address string) error {
	return fault.NotFound.Say(lang.T("%s 已连接但不应答", "%s is connected but does not answer"), address).
		Do(lang.T("检查站号、线路和装置电源", "check the station's number, the line and the device's power"))
}

// grudges keep from telling the same fault of a channel at every poll.
type grudges map[string]string

// bear refuses a frame for a channel unless that is known already.
func (g grudges) bear(l *Line, channel string, frame []byte, why error) {
	if text := fmt.Sprint(why); g[channel] != text {
		g[channel] = text
		l.Refuse(frame, why)
	}
}

// forgive is told of a channel that reads well.
func (g grudges) forgive(channel string) { delete(g, channel) }
