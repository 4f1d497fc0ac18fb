package source

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// foreignBroker is a broker that lets everybody do everything.
func foreignBroker(t *testing.T) (server *mochi.Server, address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server = mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := errors.Join(server.AddHook(new(everybody), nil), server.AddListener(listeners.NewNet("t", l)), server.Serve()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, l.Addr().String()
}

// everybody may do everything.
type everybody struct{ mochi.HookBase }

func (*everybody) ID() string { return "everybody" }
func (*everybody) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}
func (*everybody) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }
func (*everybody) OnACLCheck(*mochi.Client, string, bool) bool              { return true }

func mqttFile(address, more string) string {
	return fmt.Sprintf("[device]\nprotocol = \"mqtt\"\nmax_frame = 4096\n[mqtt]\nurl = \"mqtt://%s\"\ntopic = \"mine/{device}/telemetry\"\n%s\n[[channel]]\nname = \"pump/flow\"\npoint = \"flow\"\n", address, more)
}

// publisher is an independent client, of version 3.1.1.
func publisher(t *testing.T, address, user, password string) mqtt3.Client {
	t.Helper()
	o := mqtt3.NewClientOptions().AddBroker("tcp://" + address).SetClientID("test-" + user).SetUsername(user).SetPassword(password).SetAutoReconnect(false)
	c := mqtt3.NewClient(o)
	if token := c.Connect(); !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		t.Fatalf("connect: %v", token.Error())
	}
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

func TestMQTTAcknowledgesWhatIsDurable(t *testing.T) {
	for _, version := range []string{"5", "3.1.1"} {
		t.Run(version, func(t *testing.T) {
			server, address := foreignBroker(t)
			b := newBench(t, "flow", "m3/min")
			l := b.line(t, "d", mqttFile(address, fmt.Sprintf("version = %q", version)))
			b.start(t, l)
			wait(t, "the connection", func() bool { return l.Health().State == Up })
			b.setFail(os.ErrClosed)
			if err := server.Publish("mine/pump/telemetry", []byte(`{"ts":1772409600,"v":{"flow":1}}`), false, 1); err != nil {
				t.Fatal(err)
			}
			wait(t, "a failure", func() bool { return l.Health().Failed > 0 && l.Health().State == Down })
			b.setFail(nil)
			wait(t, "the message again", func() bool { return len(b.all()) > 0 })
			if r := b.all()[0]; r.V != 1 || r.T != 1772409600000 {
				t.Errorf("%+v", r)
			}
			if err := server.Publish("mine/pump/telemetry", []byte(`{"ts":1772409601,"v":{"flow":2}}`), false, 1); err != nil {
				t.Fatal(err)
			}
			wait(t, "the next", func() bool { rs := b.all(); return rs[len(rs)-1].V == 2 })
			inflight := func() int {
				c, _ := server.Clients.Get("lingtan-d")
				return c.State.Inflight.Len()
			}
			wait(t, "the acknowledgements", func() bool { return inflight() == 0 })
		})
	}
}

func (s *tray) setFail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func TestMQTTRefuses(t *testing.T) {
	server, address := foreignBroker(t)
	b := newBench(t, "flow", "m3/min")
	l := b.line(t, "d", mqttFile(address, ""))
	say := func(topic, payload string, retain bool) {
		t.Helper()
		if err := server.Publish(topic, []byte(payload), retain, 1); err != nil {
			t.Fatal(err)
		}
	}
	say("mine/old/telemetry", `{"v":{"flow":3}}`, true)
	b.start(t, l)
	wait(t, "the connection", func() bool { return l.Health().State == Up })
	say("mine/"+strings.Repeat("x", 60_000)+"/telemetry", `{"v":{"flow":1}}`, false)
	say("mine/pump/telemetry", `{"v":{"flow":`, false)
	say("mine/pump/telemetry", strings.Repeat(" ", 5000)+`{"v":{"flow":1}}`, false)
	say("mine/pump/telemetry", `{"ts":1772409600,"v":{"flow":1,"new":2}}`, false)
	wait(t, "what is understood", func() bool { return len(b.all()) == 2 && l.Health().Refused == 4 })
	rows, err := b.mine.Refused.List(time.Time{}, "d", 10)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d refused, %v", len(rows), err)
	}
	var told strings.Builder
	for _, r := range rows {
		told.WriteString(r.Why.EN + r.Why.ZH)
	}
	for _, want := range []string{"retained message", "topic of 60015 bytes", "not JSON", "5016 bytes, at most 4096", "保留消息"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("%q is not told in %s", want, told.String())
		}
	}
	if u := l.Unmapped(); len(u) != 1 || u[0].Channel != "pump/new" {
		t.Errorf("unmapped %+v", u)
	}
}

// TestMQTTLongPacket: a broker of 3.1.1 cannot be told the longest packet, and
// one that comes ends the connection before it is taken into memory.
func TestMQTTLongPacket(t *testing.T) {
	server, address := foreignBroker(t)
	b := newBench(t, "flow", "m3/min")
	l := b.line(t, "d", mqttFile(address, `version = "3.1.1"`))
	b.start(t, l)
	wait(t, "the connection", func() bool { return l.Health().State == Up })
	if err := server.Publish("mine/pump/telemetry", make([]byte, 1<<20), false, 0); err != nil {
		t.Fatal(err)
	}
	wait(t, "the end", func() bool { return l.Health().State == Down })
	if told := fault.Tell(l.Health().Fault, lang.EN); !strings.Contains(told, "a packet of MQTT of 1048") {
		t.Error(told)
	}
}

func TestGuard(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"two packets", []byte{0x30, 3, 'a', 'b', 'c', 0xD0, 0}, ""},
		{"long", []byte{0x30, 0x80, 0x80, 0x80, 0x01}, "of 2097152 bytes"},
		{"no length", []byte{0x30, 0xff, 0xff, 0xff, 0xff, 0xff}, "not a packet"},
		{"half", []byte{0x30, 3, 'a'}, "EOF"},
	} {
		g := guard(readOnly{bytes.NewReader(c.in)}, 100)
		got, err := io.ReadAll(io.LimitReader(g, 1000))
		if c.want == "" && (err != nil || !bytes.Equal(got, c.in)) || c.want == "EOF" && len(got) != 3 || c.want != "" && c.want != "EOF" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

// readOnly is a connection of which only the reading is asked for.
type readOnly struct{ r io.Reader }

func (c readOnly) Read(p []byte) (int, error) { return c.r.Read(p) }
func (readOnly) Write(p []byte) (int, error)  { return len(p), nil }
func (readOnly) Close() error                 { return nil }
func (readOnly) LocalAddr() net.Addr          { return nil }
func (readOnly) RemoteAddr() net.Addr         { return nil }
func (readOnly) SetDeadline(time.Time) error  { return nil }
func (readOnly) SetReadDeadline(time.Time) error {
	return nil
}
func (readOnly) SetWriteDeadline(time.Time) error { return nil }

// TestMQTTClockAhead: a clock that is a year ahead is no reason to lose a value,
// and none to count it.
func TestMQTTClockAhead(t *testing.T) {
	server, address := foreignBroker(t)
	b := newBench(t, "flow", "m3/min")
	kept := &keeper{}
	b.mine.Sink = &reading.Service{Series: kept, Now: time.Now}
	l := b.line(t, "d", mqttFile(address, ""))
	b.start(t, l)
	wait(t, "the connection", func() bool { return l.Health().State == Up })
	ahead := time.Now().AddDate(1, 0, 0).Truncate(time.Second)
	if err := server.Publish("mine/pump/telemetry", fmt.Appendf(nil, `{"ts":%d,"v":{"flow":1}}`, ahead.Unix()), false, 1); err != nil {
		t.Fatal(err)
	}
	wait(t, "the reading", func() bool { return l.Health().Quarantined == 1 })
	if r := <-kept.rs; r.T != ahead.UnixMilli() || r.Q != reading.Quarantined {
		t.Errorf("%+v", r)
	}
}

// keeper is an engine that takes one reading.
type keeper struct {
	reading.Series
	rs chan reading.Reading
}

func (k *keeper) Append(_ context.Context, b reading.Batch) error {
	k.rs = make(chan reading.Reading, 1)
	k.rs <- b.Readings[0]
	return nil
}

func TestMQTTExpiredCertificate(t *testing.T) {
	cert, key := selfSigned(t, time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour))
	b := newBench(t, "flow", "m3/min")
	l := b.line(t, "d", strings.Replace(mqttFile("127.0.0.1:1", fmt.Sprintf("cert = %q\nkey = %q\nca = %q", cert, key, cert)), "mqtt://", "mqtts://", 1))
	b.start(t, l)
	wait(t, "the fault", func() bool { return l.Health().State == Down })
	if h := l.Health(); !strings.Contains(fault.Tell(h.Fault, lang.EN), "expired") || !strings.Contains(fault.Tell(h.Fault, lang.ZH), "过期") {
		t.Error(h.Fault)
	}
}

// selfSigned makes a certificate of 127.0.0.1 that is its own authority.
func selfSigned(t *testing.T, from, to time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: from, NotAfter: to, IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
