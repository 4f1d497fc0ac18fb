package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/paho"
)

func init() {
	p := part{faults: Kinds(), cast: castPublisher}
	register("mqtt", p)
	register("broker", p)
}

// publisher is a gateway that publishes what its sensors show as JSON, to a
// broker or to the platform's own, and waits for the acknowledgement.
type publisher struct {
	unit           *unit
	address        string
	id             string
	user, password string
	messages       map[string][]member // by topic
}

// member is a value of a message.
type member struct {
	name string
	wire int
}

// publisherFile is what is read of the device's file.
type publisherFile struct {
	MQTT struct {
		talk
		URL  string
		User string
		word
	}
	Broker struct {
		talk
		Listen string
		User   []struct {
			Name string
			word
		}
	}
}

// talk is what both sorts of broker have.
type talk struct {
	Topic            any
	Channel, Payload string
}

// word is where a password is kept.
type word struct {
	PasswordEnv  string `toml:"password_env"`
	PasswordFile string `toml:"password_file"`
}

func (w word) read() (string, error) {
	if w.PasswordEnv != "" {
		return os.Getenv(w.PasswordEnv), nil //nolint:forbidigo // the device's file names the variable
	}
	if w.PasswordFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(w.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func castPublisher(u *unit) (player, error) {
	var f publisherFile
	if err := u.describe(&f); err != nil {
		return nil, err
	}
	p := &publisher{unit: u, id: "instrument-" + u.device.ID, user: f.MQTT.User, messages: map[string][]member{}}
	own, kept := f.MQTT.talk, f.MQTT.word
	if u.device.Protocol == "broker" {
		own, p.address = f.Broker.talk, f.Broker.Listen
		if len(f.Broker.User) > 0 {
			p.user, kept = f.Broker.User[0].Name, f.Broker.User[0].word
		}
	} else if at, err := url.Parse(f.MQTT.URL); err != nil || at.Scheme != "mqtt" {
		return nil, fmt.Errorf("only mqtt:// is played, not %q", f.MQTT.URL)
	} else {
		p.address = at.Host
	}
	topic, ok := own.Topic.(string)
	if list, several := own.Topic.([]any); several && len(list) > 0 {
		topic, ok = list[0].(string)
	}
	if !ok || own.Channel != "" || own.Payload != "" && own.Payload != "readings" {
		return nil, errors.New("only a topic, channels as usual and payload = \"readings\" are played")
	}
	var err error
	if p.password, err = kept.read(); err != nil {
		return nil, err
	}
	for i, w := range u.wires {
		t, name := topicOf(topic, w.channel)
		p.messages[t] = append(p.messages[t], member{name, i})
	}
	return p, nil
}

// topicOf finds the topic and the member that a channel's usual name stands
// for: the topic's named levels and the member, apart by slashes.
func topicOf(pattern, channel string) (topic, member string) {
	levels := strings.Split(pattern, "/")
	for i, level := range levels {
		if strings.HasPrefix(level, "{") {
			levels[i], channel, _ = strings.Cut(channel, "/")
		}
	}
	return strings.Join(levels, "/"), channel
}

func (p *publisher) play(outer context.Context) error {
	ctx, lose := context.WithCancelCause(outer)
	defer lose(nil)
	conn, err := (&net.Dialer{Timeout: answerWithin}).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := paho.NewClient(paho.ClientConfig{
		ClientID: p.id, Conn: conn, PacketTimeout: 2 * answerWithin, OnClientError: lose,
		OnServerDisconnect: func(d *paho.Disconnect) { lose(fmt.Errorf("the broker ended the connection: 0x%02X", d.ReasonCode)) },
	})
	if _, err := c.Connect(ctx, &paho.Connect{
		ClientID: p.id, KeepAlive: 30, CleanStart: true,
		Username: p.user, UsernameFlag: p.user != "", Password: []byte(p.password), PasswordFlag: p.password != "",
	}); err != nil {
		return err
	}
	defer func() { _ = c.Disconnect(&paho.Disconnect{}) }() // whether heard or not, it is over
	return p.unit.each(ctx, func(t time.Time) error { return p.publish(ctx, c, t) })
}

// publish sends the messages of an instant at once, and returns when all are
// acknowledged.
func (p *publisher) publish(ctx context.Context, c *paho.Client, t time.Time) error {
	values := p.unit.show(t)
	at := p.unit.stamp(t).UnixMilli()
	errs := make([]error, len(p.messages))
	var sent sync.WaitGroup
	for i, topic := range slices.Sorted(maps.Keys(p.messages)) {
		message, err := p.message(topic, at, values)
		if err != nil {
			return err
		}
		sent.Go(func() { errs[i] = p.send(ctx, c, topic, message) })
	}
	sent.Wait()
	return errors.Join(errs...)
}

// sensed is a value as the payload "readings" has it.
type sensed struct {
	Value float64 `json:"value"`
	Q     string  `json:"q"`
}

func (p *publisher) message(topic string, at int64, values []told) ([]byte, error) {
	v := map[string]sensed{}
	for _, m := range p.messages[topic] {
		if !values[m.wire].none {
			v[m.name] = sensed{values[m.wire].value, "good"}
		}
	}
	out, err := json.Marshal(map[string]any{"ts": at, "v": v})
	switch {
	case err != nil:
		return nil, fmt.Errorf("message: %w", err)
	case p.unit.suffers(HalfFrame):
		out = out[:len(out)/2]
	case p.unit.suffers(WrongCRC): // TCP has repaired what was damaged on the way; this was damaged before
		out[len(out)/2] = 0
	}
	return out, nil
}

func (p *publisher) send(ctx context.Context, c *paho.Client, topic string, message []byte) error {
	if p.unit.suffers(Flood) {
		for range flood {
			if _, err := c.Publish(ctx, &paho.Publish{Topic: topic, QoS: 0, Payload: message}); err != nil {
				return err
			}
		}
	}
	_, err := c.Publish(ctx, &paho.Publish{Topic: topic, QoS: 1, Payload: message})
	return err
}
