package source

import (
	"context"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

func init() {
	register("mqtt", protocol{title: lang.T("MQTT(外部消息服务器)", "MQTT, of an external broker"), read: readMQTT})
}

// message is what somebody published.
type message struct {
	topic    string
	payload  []byte
	retained bool         // kept by the broker: told at once to whoever subscribes
	ack      func() error // nil where nobody waits for one
}

// understanding turns messages into values.
type understanding interface {
	// concerns tells whether a topic is one of readings.
	concerns(topic string) bool
	understand(m message) ([]Value, error)
}

// mqttDriver subscribes to topics of an external broker.
type mqttDriver struct {
	link      *mqttLink
	telemetry *telemetry
}

func readMQTT(d *Device, r *site.Reader, s *site.Section, _ []*site.Section) Driver {
	if s == nil {
		r.Table("mqtt") // tells that it is missing
		return nil
	}
	return &mqttDriver{link: readLink(d, s), telemetry: readTelemetry(d, s)}
}

// Run implements [Driver].
func (m *mqttDriver) Run(ctx context.Context, l *Line) error {
	return m.link.run(ctx, l, conversation{filters: m.telemetry.topics.filters(), understanding: m.telemetry})
}

// telemetry understands messages that are JSON or bare numbers.
type telemetry struct {
	topics  topics
	payload payload
	channel template
	most    int // bytes of one message
}

// readTelemetry reads the keys topic, channel and those of the payload.
func readTelemetry(d *Device, s *site.Section) *telemetry {
	t := &telemetry{payload: readPayload(s, d.Zone), most: d.MaxFrame}
	s.Need("topic")
	known := []string{"topic", "point"}
	for i, text := range s.Texts("topic") {
		p, err := parseTopic(text)
		if err != nil {
			s.Fail("topic", err)
			continue
		}
		t.topics = append(t.topics, p)
		if i == 0 {
			known = append(known, p.names()...)
			continue
		}
		// A name can be used where every topic has it.
		known = slices.DeleteFunc(known, func(n string) bool { return n != "topic" && n != "point" && !slices.Contains(p.names(), n) })
	}
	channel := s.Text("channel")
	if channel == "" {
		channel = t.usualChannel(known[2:])
	}
	var err error
	if t.channel, err = parseTemplate(channel, known); err != nil {
		s.Fail("channel", err)
	}
	return t
}

// usualChannel is what channels are called unless the device's file says: the
// topic's named levels and the member's name, apart by slashes.
func (t *telemetry) usualChannel(names []string) string {
	if t.payload.number {
		return "{topic}"
	}
	var b strings.Builder
	for _, n := range names {
		b.WriteString("{" + n + "}/")
	}
	return b.String() + "{point}"
}

func (t *telemetry) concerns(topic string) bool {
	_, fits := t.topics.match(topic)
	return fits
}

func (t *telemetry) understand(m message) ([]Value, error) {
	if err := bounded(m, t.most); err != nil {
		return nil, err
	}
	named, fits := t.topics.match(m.topic)
	if !fits {
		return nil, fault.Invalid.Say(lang.T("主题 %.100q 不在设备文件的 topic 之中", "topic %.100q is not among those of the device's file"), m.topic).
			Do(lang.T("在 topic 中加入它", "add it to topic"))
	}
	values, err := t.payload.Values(m.payload)
	for i := range values {
		v := &values[i]
		if v.T == 0 && m.retained {
			return nil, undated()
		}
		point := v.Channel
		v.Channel, _ = t.channel.fill(func(name string) (string, bool) {
			switch name {
			case "point":
				return point, true
			case "topic":
				return m.topic, true
			}
			return named[name], true // every name was checked when the file was read
		})
	}
	return values, err
}

// bounded refuses a message of a size that is none of a meter's.
func bounded(m message, most int) error {
	switch {
	case len(m.topic) > maxTopic:
		return fault.Invalid.Say(lang.T("主题长 %d 字节,上限 %d", "a topic of %d bytes, at most %d"), len(m.topic), maxTopic).
			Do(lang.T("核对发布者", "look into who publishes it"))
	case len(m.payload) > most:
		return fault.Invalid.Say(lang.T("报文 %d 字节,上限 %d", "a message of %d bytes, at most %d"), len(m.payload), most).
			Do(lang.T("分批发布,或改设备文件的 max_frame", "publish it in parts, or raise max_frame in the device's file"))
	}
	return nil
}

// undated tells of a retained message without an instant: the broker repeats it
// at every connection, and stamped on arrival it would be a new reading each time.
func undated() error {
	return fault.Invalid.Say(lang.T("保留消息没有时间,不知是何时的值", "a retained message without an instant: nobody knows when its value was")).
		Do(lang.T("发布时不加 retain,或在报文中写时间", "publish it without retain, or with an instant"))
}
