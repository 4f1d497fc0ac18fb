package source

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

func init() {
	register("broker", protocol{title: lang.T("MQTT(内置消息服务器)", "MQTT, with a broker of our own"), read: readBroker})
}

const (
	// unanswered is how many messages of one connection may wait to become
	// durable; a client that sends more is not read from meanwhile.
	unanswered = 256
	// stranger is the longest packet of a client we do not know yet: its CONNECT.
	stranger = 16 << 10
)

// brokerDriver is a small broker, for a site that has none: devices connect to
// it, publish, and hear that a message arrived when its readings are durable.
type brokerDriver struct {
	door      entrance
	secure    *credentials // nil where it is not secured
	users     []*brokerUser
	telemetry *telemetry // nil where devices speak Sparkplug B
	group     string     // of Sparkplug B
	most      int        // bytes of one packet
}

func readBroker(d *Device, r *site.Reader, s *site.Section, _ []*site.Section) Driver {
	if s == nil {
		r.Table("broker") // tells that it is missing
		return nil
	}
	b := &brokerDriver{door: readEntrance(s), most: d.MaxFrame + longTopic}
	if c := readCredentials(s); c.cert != "" {
		b.secure = c
	}
	if s.Text("payload") == "sparkplug" {
		b.group = readGroup(s)
	} else {
		b.telemetry = readTelemetry(d, s)
	}
	s.Need("user")
	for _, u := range s.Tables("user") {
		b.users = append(b.users, readBrokerUser(d, u))
	}
	return b
}

// Run implements [Driver].
func (b *brokerDriver) Run(ctx context.Context, l *Line) error {
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	h := &brokerHook{ctx: ctx, line: l, in: newIntake(), users: map[string]*brokerGuest{}, most: b.most}
	for _, u := range b.users {
		guest, err := u.guest()
		if err != nil {
			return err
		}
		h.users[u.name] = guest
	}
	h.server = mochi.New(&mochi.Options{Capabilities: brokerLimits(b.most), InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := errors.Join(h.server.AddHook(h, nil), h.server.Serve()); err != nil {
		return err
	}
	var work sync.WaitGroup
	b.listen(ctx, h, &work)
	work.Go(func() {
		if err := h.in.run(ctx, l); err != nil {
			lose(err)
		}
	})
	err := b.door.serve(ctx, l, func(ctx context.Context, conn net.Conn) error { return b.talk(ctx, h, conn) })
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	lose(nil)
	work.Wait()
	return errors.Join(err, h.server.Close())
}

// listen chooses how messages are understood.
func (b *brokerDriver) listen(ctx context.Context, h *brokerHook, work *sync.WaitGroup) {
	if b.telemetry != nil {
		h.understanding = b.telemetry
		return
	}
	host := newHost(h.line, b.group, nil)
	h.understanding = host
	work.Go(func() {
		host.ask(ctx, func(_ context.Context, m message) error { return h.server.Publish(m.topic, m.payload, false, 0) })
	})
}

// brokerLimits are the bounds of what clients may ask for.
func brokerLimits(most int) *mochi.Capabilities {
	c := mochi.NewDefaultServerCapabilities()
	c.MaximumPacketSize = uint32(most)
	c.MaximumSessionExpiryInterval = 3600
	c.MaximumInflight = 1000
	c.MaximumClientWritesPending = 1000
	c.ReceiveMaximum = unanswered
	c.TopicAliasMaximum = 0 // a topic is checked before an alias would be resolved
	c.SharedSubAvailable = 0
	return c
}

// brokerConn is a client's connection. What it is told of its messages is
// written by a goroutine of its own, so that one that does not read hinders no
// other.
type brokerConn struct {
	*packetGuard
	places chan struct{} // taken by messages that wait
	acks   chan func()
}

// answer gives the client its answers until it is gone.
func (c *brokerConn) answer(gone <-chan struct{}) {
	for {
		select {
		case ack := <-c.acks:
			ack()
			<-c.places
		case <-gone:
			return
		}
	}
}

// talk has one client's connection.
func (b *brokerDriver) talk(ctx context.Context, h *brokerHook, conn net.Conn) error {
	if b.secure != nil {
		secured, err := b.secured(ctx, h.line, conn)
		if err != nil {
			return err
		}
		conn = secured
	}
	c := &brokerConn{packetGuard: guard(conn, stranger), places: make(chan struct{}, unanswered), acks: make(chan func(), unanswered)}
	gone := make(chan struct{})
	var answering sync.WaitGroup
	answering.Go(func() { c.answer(gone) })
	err := h.server.EstablishConnection("broker", c)
	close(gone)
	answering.Wait()
	var why *fault.Fault
	if errors.As(err, &why) {
		h.line.Refuse([]byte(conn.RemoteAddr().String()), why)
	}
	return err
}

// secured makes a client prove that it speaks TLS, and who it is where ca is
// written.
func (b *brokerDriver) secured(ctx context.Context, l *Line, conn net.Conn) (net.Conn, error) {
	config, err := b.secure.server(l.Now())
	if err != nil {
		l.Refuse([]byte(conn.RemoteAddr().String()), err)
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, brokerWait)
	defer cancel()
	secured := tls.Server(conn, config)
	if err := secured.HandshakeContext(limited); err != nil {
		err = distrusted(conn.RemoteAddr().String(), err)
		l.Refuse([]byte(conn.RemoteAddr().String()), err)
		return nil, err
	}
	return secured, nil
}
