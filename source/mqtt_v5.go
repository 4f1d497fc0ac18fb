package source

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eclipse/paho.golang/paho"
)

// client5 speaks MQTT 5.
type client5 struct{ *paho.Client }

func (k *mqttLink) connect5(ctx context.Context, conn *packetGuard, password string, will *message, hear func(message), lost func(error)) (mqttClient, error) {
	c := paho.NewClient(paho.ClientConfig{
		Conn: conn, PacketTimeout: brokerWait, EnableManualAcknowledgment: true, SendAcksInterval: 20 * time.Millisecond,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			hear(message{topic: p.Packet.Topic, payload: p.Packet.Payload, retained: p.Packet.Retain, ack: func() error { return p.Client.Ack(p.Packet) }})
			return true, nil
		}},
		OnClientError:      lost,
		OnServerDisconnect: func(d *paho.Disconnect) { lost(farewell5(d)) },
	})
	expiry, receive, size := uint32(k.session.Seconds()), uint16(waiting), uint32(min(k.most, math.MaxUint32))
	connect := &paho.Connect{
		ClientID: k.clientID, KeepAlive: uint16(k.alive.Seconds()), CleanStart: k.session == 0,
		Username: k.user, UsernameFlag: k.user != "", Password: []byte(password), PasswordFlag: password != "",
		Properties: &paho.ConnectProperties{SessionExpiryInterval: &expiry, ReceiveMaximum: &receive, MaximumPacketSize: &size, RequestProblemInfo: true},
	}
	if will != nil {
		connect.WillMessage = &paho.WillMessage{Topic: will.topic, Payload: will.payload, QoS: 1, Retain: will.retained}
	}
	if ack, err := c.Connect(ctx, connect); err != nil {
		if ack != nil {
			err = fmt.Errorf("%s (0x%02X)", reasons5[ack.ReasonCode], ack.ReasonCode)
		}
		return nil, refusedBy(k.address, err)
	}
	return client5{c}, nil
}

// reasons5 are the reasons a broker refuses or ends a connection for that
// somebody can do something about (MQTT 5.0, clauses 3.2.2.2 and 3.14.2.1).
var reasons5 = map[byte]string{ //nolint:gochecknoglobals // a constant table
	0x84: "unsupported protocol version", 0x85: "client id not valid", 0x86: "bad user name or password", 0x87: "not authorized",
	0x8A: "banned", 0x8B: "server shutting down", 0x8E: "another client took our client id", 0x95: "packet too large", 0x97: "quota exceeded",
}

func farewell5(d *paho.Disconnect) error {
	return fmt.Errorf("the broker ended the connection: %s (0x%02X)", reasons5[d.ReasonCode], d.ReasonCode)
}

func (c client5) subscribe(ctx context.Context, filters []string) error {
	s := &paho.Subscribe{}
	for _, f := range filters {
		s.Subscriptions = append(s.Subscriptions, paho.SubscribeOptions{Topic: f, QoS: 1})
	}
	for try := 0; ; try++ {
		ack, err := c.Subscribe(ctx, s)
		if err == nil || ack == nil || !slices.Contains(ack.Reasons, idInUse) || try == idTries {
			return err
		}
		select {
		case <-time.After(idPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Some brokers count their own messages and ours with the same numbers, and
// refuse a number that one of theirs still has which waits to be acknowledged
// since the last connection. It is free a moment later.
const (
	idInUse = 0x91
	idTries = 50
	idPause = 100 * time.Millisecond
)

func (c client5) publish(ctx context.Context, m message) error {
	_, err := c.Publish(ctx, &paho.Publish{Topic: m.topic, Payload: m.payload, Retain: m.retained, QoS: 0})
	if errors.Is(err, paho.ErrInvalidArguments) {
		return fmt.Errorf("publish to %s: %w", m.topic, err)
	}
	return err
}

func (c client5) close() { _ = c.Disconnect(&paho.Disconnect{}) } // whether heard or not, it is over
