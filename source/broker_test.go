package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"

	"lingtan/reading"
)

// ownBroker runs the platform's broker for two pumps, who may publish under
// their own names and hear everything.
func ownBroker(t *testing.T, b *bench, payload string) (l *Line, address string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	word := filepath.Join(t.TempDir(), "word")
	if err := os.WriteFile(word, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	fmt.Fprintf(&file, "[device]\nprotocol = \"broker\"\nmax_frame = 100000\n[broker]\nlisten = %q\nallow = [\"127.0.0.1\", \"::1\"]\n%s\n", address, payload)
	for _, name := range []string{"one", "two"} {
		fmt.Fprintf(&file, "[[broker.user]]\nname = %q\npassword_file = %q\npublish = [\"pump/%s/+\", \"pump/%s/#\", \"spBv1.0/G/+/%s\"]\nsubscribe = \"#\"\nmax_rate = 200\n", name, word, name, name, name)
	}
	l = b.line(t, "broker", file.String()+"[[channel]]\nname = \"one/flow\"\npoint = \"flow\"\n")
	b.start(t, l)
	wait(t, "the broker", func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return l, address
}

const pumps = "topic = \"pump/{pump}/telemetry\"\nchannel = \"{pump}/{point}\""

// sent tells whether a message of QoS 1 was acknowledged in time.
func sent(c mqtt3.Client, topic, payload string, in time.Duration) bool {
	token := c.Publish(topic, 1, false, payload)
	return token.WaitTimeout(in) && token.Error() == nil
}

func TestBrokerAnswersWhatIsDurable(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	gate := make(chan struct{})
	b.mine.Sink = gated{gate, b.tray}
	_, address := ownBroker(t, b, pumps)
	c, ear := publisher(t, address, "one", "open sesame"), publisher(t, address, "two", "open sesame")
	heard := make(chan string, 10)
	if token := ear.Subscribe("pump/one/#", 1, func(_ mqtt3.Client, m mqtt3.Message) { heard <- string(m.Payload()) }); !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	const message = `{"ts":1772409600,"v":{"flow":1}}`
	token := c.Publish("pump/one/telemetry", 1, false, message)
	twice := c.Publish("pump/one/telemetry", 2, false, message)
	if token.WaitTimeout(300 * time.Millisecond) {
		t.Error("acknowledged before it was durable")
	}
	close(gate)
	if !token.WaitTimeout(5*time.Second) || token.Error() != nil || !twice.WaitTimeout(5*time.Second) || twice.Error() != nil {
		t.Errorf("not acknowledged: %v, %v", token.Error(), twice.Error())
	}
	for range 2 {
		select {
		case m := <-heard:
			if m != message {
				t.Errorf("passed on %q", m)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("not passed on")
		}
	}
	if rs := b.all(); len(rs) != 2 || rs[0].Series != 1 || rs[1].V != 1 {
		t.Errorf("%+v", rs)
	}
}

// gated is a sink that waits until a gate is opened.
type gated struct {
	gate chan struct{}
	Sink
}

func (g gated) Accept(ctx context.Context, batch reading.Batch) (reading.Receipt, error) {
	select {
	case <-g.gate:
		return g.Sink.Accept(ctx, batch)
	case <-ctx.Done():
		return reading.Receipt{}, ctx.Err()
	}
}

// TestBrokerFlood: a client that sends more than it may is slowed down, and
// hurts no other.
func TestBrokerFlood(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l, address := ownBroker(t, b, pumps)
	flood, calm := publisher(t, address, "one", "open sesame"), publisher(t, address, "two", "open sesame")
	for i := range 20_000 { // a hundred seconds' worth at once
		flood.Publish("pump/one/telemetry", 0, false, fmt.Sprintf(`{"ts":%d,"v":{"flow":1}}`, 1772409600+i))
	}
	wait(t, "the flood to be slowed", func() bool { return l.Health().Slowed > 0 })
	began := len(b.all())
	longest, from := time.Duration(0), time.Now()
	for i := range 20 {
		at := time.Now()
		if !sent(calm, "pump/two/telemetry", fmt.Sprintf(`{"ts":%d,"v":{"flow":2}}`, 1772409600+i), 5*time.Second) {
			t.Fatal("the calm client was not answered")
		}
		longest = max(longest, time.Since(at))
		time.Sleep(50 * time.Millisecond)
	}
	if longest > 500*time.Millisecond {
		t.Errorf("the calm client waited %v", longest)
	}
	if rate := float64(len(b.all())-began) / time.Since(from).Seconds(); rate > 400 {
		t.Errorf("the flood came in at %.0f a second, it may send 200", rate)
	}
}

func TestBrokerRights(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l, address := ownBroker(t, b, pumps)
	for user, word := range map[string]string{"one": "wrong", "three": "open sesame", "": ""} {
		c := mqtt3.NewClient(mqtt3.NewClientOptions().AddBroker("tcp://" + address).SetUsername(user).SetPassword(word))
		if token := c.Connect(); !token.WaitTimeout(5*time.Second) || token.Error() == nil {
			t.Errorf("%q came in with %q", user, word)
		}
	}
	usurper := mqtt3.NewClient(mqtt3.NewClientOptions().AddBroker("tcp://" + address).SetClientID("test-one").SetUsername("two").SetPassword("open sesame"))
	one := publisher(t, address, "one", "open sesame")
	if token := usurper.Connect(); !token.WaitTimeout(5*time.Second) || token.Error() == nil || !one.IsConnectionOpen() {
		t.Error("a client id was taken by another user")
	}
	two := publisher(t, address, "two", "open sesame")
	_ = sent(two, "pump/one/telemetry", `{"ts":1772409600,"v":{"flow":66}}`, 200*time.Millisecond) // 3.1.1 has no word for a refusal
	if !sent(one, "pump/one/telemetry", `{"ts":1772409600,"v":{"flow":1}}`, 5*time.Second) {
		t.Error("not answered")
	}
	if rs := b.all(); len(rs) != 1 || rs[0].V != 1 {
		t.Errorf("%+v", rs)
	}
	// A topic of 64 kB is refused by name, and its sender is answered.
	again := publisher(t, address, "one", "open sesame")
	if !sent(again, "pump/one/"+strings.Repeat("x", 65_000), "1", 5*time.Second) || l.Health().Refused != 1 {
		t.Errorf("a long topic: refused %d", l.Health().Refused)
	}
	if sent(again, "pump/one/telemetry", strings.Repeat(" ", 300_000), 2*time.Second) {
		t.Error("a packet of 300 kB was taken")
	}
	wait(t, "its refusal", func() bool { return l.Health().Refused == 2 })
}

// TestBrokerStranger: before a client has said who it is, it may send no more
// than that.
func TestBrokerStranger(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l, address := ownBroker(t, b, pumps)
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte{0x10, 0xff, 0xff, 0xff, 0x7f}); err != nil { // a CONNECT of 256 MB
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var gone net.Error
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.As(err, &gone) && gone.Timeout() {
		t.Errorf("still there: %v", err)
	}
	wait(t, "its refusal", func() bool { return l.Health().Refused == 1 })
}

func TestBrokerSparkplug(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l, address := ownBroker(t, b, "payload = \"sparkplug\"\ngroup = \"G\"")
	death := SparkplugPayload{Metrics: []SparkplugMetric{{Name: "bdSeq", Type: SparkplugUInt64, Number: 1}}}
	wire, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	o := mqtt3.NewClientOptions().AddBroker("tcp://"+address).SetUsername("one").SetPassword("open sesame").SetAutoReconnect(false).
		SetBinaryWill(SparkplugTopic("G", "NDEATH", "one", ""), death.Encode(), 1, false).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt3.ClientOptions) (net.Conn, error) { return wire, nil })
	node := mqtt3.NewClient(o)
	if token := node.Connect(); !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	asked := make(chan SparkplugPayload, 1)
	if token := node.Subscribe("spBv1.0/G/NCMD/one", 0, func(_ mqtt3.Client, m mqtt3.Message) {
		p, _ := DecodeSparkplug(m.Payload())
		asked <- p
	}); !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	unknown := SparkplugPayload{Seq: 9, HasSeq: true, Metrics: []SparkplugMetric{{Alias: 1, HasAlias: true, Type: SparkplugDouble, Number: 3}}}
	if !sent(node, SparkplugTopic("G", "NDATA", "one", ""), string(unknown.Encode()), 5*time.Second) {
		t.Fatal("not answered")
	}
	select {
	case p := <-asked:
		if len(p.Metrics) != 1 || p.Metrics[0].Name != "Node Control/Rebirth" || p.Metrics[0].Number != 1 {
			t.Errorf("asked for %+v", p)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("no birth was asked for")
	}
	birth := SparkplugPayload{HasSeq: true, Metrics: append(death.Metrics, SparkplugMetric{Name: "flow", Type: SparkplugDouble, Number: 3, Timestamp: 1772409600000})}
	if !sent(node, SparkplugTopic("G", "NBIRTH", "one", ""), string(birth.Encode()), 5*time.Second) {
		t.Fatal("not answered")
	}
	if rs := b.all(); len(rs) != 1 || rs[0].Series != 1 || rs[0].V != 3 {
		t.Errorf("%+v", rs)
	}
	if err := wire.Close(); err != nil { // without a word
		t.Fatal(err)
	}
	wait(t, "its death", func() bool { return l.Health().State == Down })
}
