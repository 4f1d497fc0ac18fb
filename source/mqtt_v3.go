package source

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"
)

// client3 speaks MQTT 3.1.1, for brokers that know nothing newer.
type client3 struct{ mqtt3.Client }

func (k *mqttLink) connect3(ctx context.Context, conn *packetGuard, password string, will *message, hear func(message), lost func(error)) (mqttClient, error) {
	o := mqtt3.NewClientOptions().AddBroker("tcp://" + k.address).SetProtocolVersion(4).
		SetClientID(k.clientID).SetUsername(k.user).SetPassword(password).SetCleanSession(k.session == 0).
		SetKeepAlive(k.alive).SetConnectTimeout(brokerWait).SetWriteTimeout(brokerWait).
		SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(true).SetAutoAckDisabled(true).
		SetConnectionLostHandler(func(_ mqtt3.Client, err error) { lost(err) }).
		SetDefaultPublishHandler(func(_ mqtt3.Client, m mqtt3.Message) {
			hear(message{topic: m.Topic(), payload: m.Payload(), retained: m.Retained(), ack: func() error { m.Ack(); return nil }})
		}).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt3.ClientOptions) (net.Conn, error) { return conn, nil })
	if will != nil {
		o.SetBinaryWill(will.topic, will.payload, 1, will.retained)
	}
	c := mqtt3.NewClient(o)
	if err := settled(ctx, c.Connect()); err != nil {
		c.Disconnect(0)
		return nil, refusedBy(k.address, err)
	}
	return client3{c}, nil
}

// settled waits for what was asked of the broker.
func settled(ctx context.Context, t mqtt3.Token) error {
	limited, cancel := context.WithTimeout(ctx, brokerWait)
	defer cancel()
	select {
	case <-t.Done():
		return t.Error()
	case <-limited.Done():
		return context.Cause(limited)
	}
}

func (c client3) subscribe(ctx context.Context, filters []string) error {
	qos := map[string]byte{}
	for _, f := range filters {
		qos[f] = 1
	}
	t := c.SubscribeMultiple(qos, nil)
	if err := settled(ctx, t); err != nil {
		return err
	}
	if s, ok := t.(*mqtt3.SubscribeToken); ok {
		for filter, granted := range s.Result() {
			if granted == 0x80 { // refused (MQTT 3.1.1, clause 3.9.3)
				return fmt.Errorf("no right to %s", filter)
			}
		}
	}
	return nil
}

func (c client3) publish(ctx context.Context, m message) error {
	return settled(ctx, c.Publish(m.topic, 0, m.retained, m.payload))
}

func (c client3) close() { c.Disconnect(uint(farewell / time.Millisecond)) }
