package source

import (
	"bytes"
	"context"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// brokerHook is where our broker asks us: who is this, what may it do, and what
// becomes of its message.
type brokerHook struct {
	mochi.HookBase
	understanding
	ctx    context.Context //nolint:containedctx // the broker's own calls carry none; it is that of Run
	line   *Line
	in     *intake
	server *mochi.Server
	users  map[string]*brokerGuest
	most   int
}

// ID implements [mochi.Hook].
func (h *brokerHook) ID() string { return "lingtan" }

// Provides implements [mochi.Hook].
func (h *brokerHook) Provides(event byte) bool {
	return bytes.IndexByte([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPublish, mochi.OnWill, mochi.OnWillSent}, event) >= 0
}

// OnConnectAuthenticate implements [mochi.Hook]. A client id belongs to the
// user that has it, so that nobody is put out by another.
func (h *brokerHook) OnConnectAuthenticate(c *mochi.Client, p packets.Packet) bool {
	guest, known := h.users[string(p.Connect.Username)]
	if !known || !guest.is(p.Connect.Password) {
		return false
	}
	if other, there := h.server.Clients.Get(c.ID); there && !bytes.Equal(other.Properties.Username, p.Connect.Username) {
		return false
	}
	if p.Connect.WillFlag && !guest.may(p.Connect.WillTopic, true) {
		return false
	}
	conn, ours := c.Net.Conn.(*brokerConn)
	if ours {
		conn.most = h.most
		h.line.Up()
	}
	return ours
}

// OnACLCheck implements [mochi.Hook].
func (h *brokerHook) OnACLCheck(c *mochi.Client, topic string, write bool) bool {
	guest, known := h.users[string(c.Properties.Username)]
	return known && guest.may(topic, write)
}

// OnPublish implements [mochi.Hook]. A message of readings goes to the store
// first: its sender hears of it, and those who subscribe do, when it is durable.
// The broker's own ways would make each message of a client wait for the one
// before it, so that an answer of QoS 1 is ours to give. Nothing is retained.
func (h *brokerHook) OnPublish(c *mochi.Client, p packets.Packet) (packets.Packet, error) {
	p.FixedHeader.Retain = false
	conn, ours := c.Net.Conn.(*brokerConn)
	guest := h.users[string(c.Properties.Username)]
	if !ours || guest == nil { // it is we who publish
		return p, nil
	}
	h.line.Heard(len(p.TopicName) + len(p.Payload))
	m := message{topic: p.TopicName, payload: p.Payload}
	if !h.concerns(m.topic) && len(m.topic) <= maxTopic {
		return p, guest.slow(h.ctx, h.line, 1) // from one client to others
	}
	values, err := h.understand(m)
	if err != nil {
		h.line.Refuse(frameOf(m), err)
	}
	if err := guest.slow(h.ctx, h.line, len(values)); err != nil {
		return p, packets.ErrRejectPacket
	}
	if p.FixedHeader.Qos == 2 {
		return p, h.inPerson(values)
	}
	select {
	case conn.places <- struct{}{}:
	case <-h.ctx.Done():
		return p, packets.ErrRejectPacket
	}
	_ = h.in.put(h.ctx, parcel{values, func() error {
		conn.acks <- func() { acknowledge(c, p) } // there is a place for it
		h.pass(m, p.FixedHeader.Qos)
		return nil
	}})
	return p, packets.ErrRejectPacket
}

// acknowledge tells a client that its message of QoS 1 is durable. One that is
// gone meanwhile sends it again.
func acknowledge(c *mochi.Client, p packets.Packet) {
	if p.FixedHeader.Qos > 0 {
		_ = c.WritePacket(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Puback}, PacketID: p.PacketID})
	}
}

// inPerson waits for a message of QoS 2, whose four steps the broker takes.
func (h *brokerHook) inPerson(values []Value) error {
	done := make(chan struct{})
	if h.in.put(h.ctx, parcel{values, func() error { close(done); return nil }}) != nil {
		return packets.ErrRejectPacket
	}
	select {
	case <-done:
		return nil
	case <-h.ctx.Done():
		return packets.ErrRejectPacket
	}
}

// pass hands a message on to who subscribes to it.
func (h *brokerHook) pass(m message, qos byte) {
	if err := h.server.Publish(m.topic, m.payload, false, qos); err != nil {
		h.line.Log().Debug("message not passed on", "topic", m.topic, "error", err)
	}
}

// OnWill implements [mochi.Hook].
func (h *brokerHook) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	will.Retain = false
	return will, nil
}

// OnWillSent implements [mochi.Hook]: an edge node's death is its will.
func (h *brokerHook) OnWillSent(_ *mochi.Client, p packets.Packet) {
	m := message{topic: p.TopicName, payload: p.Payload}
	if !h.concerns(m.topic) {
		return
	}
	values, err := h.understand(m)
	if err != nil {
		h.line.Refuse(frameOf(m), err)
	}
	_ = h.in.put(h.ctx, parcel{values: values}) // the client is gone, nobody waits
}
