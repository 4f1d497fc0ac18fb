package source

import (
	"io"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

func TestOPCUAQuality(t *testing.T) {
	for _, c := range []struct {
		code ua.StatusCode
		q    reading.Quality
		why  reading.Reason
	}{
		{ua.StatusOK, reading.Good, 0},
		{ua.StatusGoodLocalOverride, reading.Good, reading.TypedIn},
		{ua.StatusBadSensorFailure, reading.Bad, reading.DeviceFault},
		{0x808C0000 | 0x0480, reading.Bad, reading.DeviceFault}, // with the bits of a data value
		{ua.StatusBadNoCommunication, reading.Bad, reading.LinkLost},
		{ua.StatusBadOutOfService, reading.Bad, reading.Stopped},
		{ua.StatusBad, reading.Bad, reading.DeviceFault},
		{ua.StatusUncertain, reading.Suspect, reading.Uncertain},
		{ua.StatusUncertainLastUsableValue, reading.Suspect, reading.Uncertain | reading.NotCurrent},
		{ua.StatusUncertainSubstituteValue, reading.Suspect, reading.Uncertain | reading.TypedIn},
		{ua.StatusUncertainSensorCalibration, reading.Suspect, reading.Uncertain | reading.Calibrating},
		{0xC0000000, reading.Bad, reading.DeviceFault}, // reserved: taken for the worst
	} {
		if q, why := qualityOf(c.code); q != c.q || why != c.why {
			t.Errorf("qualityOf(%#x) = %v %v, want %v %v", uint32(c.code), q, why.Names(), c.q, c.why.Names())
		}
	}
	if overflowed(ua.StatusOK) || !overflowed(0x0480) || overflowed(0x0080) {
		t.Error("the overflow bit counts only among the bits of a data value")
	}
}

func TestOPCUAValue(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 2, 3, 4e6, time.UTC)
	for _, c := range []struct {
		name string
		dv   ua.DataValue
		want Value
		ok   bool
	}{
		{"double", ua.DataValue{Value: ua.MustVariant(1.5), SourceTimestamp: at}, Value{T: at.UnixMilli(), V: 1.5}, true},
		{"a year ahead is told as it is", ua.DataValue{Value: ua.MustVariant(1.5), SourceTimestamp: at.AddDate(1, 0, 0)}, Value{T: at.AddDate(1, 0, 0).UnixMilli(), V: 1.5}, true},
		{"without an instant", ua.DataValue{Value: ua.MustVariant(int16(-2))}, Value{V: -2}, true},
		{"with that of 1601", ua.DataValue{Value: ua.MustVariant(uint64(2)), SourceTimestamp: time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)}, Value{V: 2}, true},
		{"true", ua.DataValue{Value: ua.MustVariant(true)}, Value{V: 1}, true},
		{"not a number", ua.DataValue{Value: ua.MustVariant(float32(math.Inf(1)))}, Value{V: math.Inf(1), Q: reading.Bad, Why: reading.NotNumber}, true},
		{"bad without a value", ua.DataValue{Status: ua.StatusBadSensorFailure}, Value{Q: reading.Bad, Why: reading.DeviceFault}, true},
		{"good without a value", ua.DataValue{}, Value{}, false},
		{"a text", ua.DataValue{Value: ua.MustVariant("on")}, Value{}, false},
		{"a list", ua.DataValue{Value: ua.MustVariant([]float64{1})}, Value{}, false},
	} {
		if got, ok := dataValueOf("", &c.dv); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v %v, want %+v", c.name, got, ok, c.want)
		}
	}
}

// plant is a server in this process, with two variables.
type plant struct {
	*server.NodeNameSpace
	address string
	mu      sync.Mutex
	values  map[string]*ua.DataValue
}

func newPlant(t *testing.T, options ...server.Option) *plant {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	// The first endpoint is the one that is listened on.
	options = append([]server.Option{server.EndPoint("127.0.0.1", port), server.EnableAuthMode(ua.UserTokenTypeAnonymous)}, options...)
	s := server.New(options...)
	p := &plant{NodeNameSpace: server.NewNodeNameSpace(s, "plant"), values: map[string]*ua.DataValue{}, address: free.Addr().String()}
	for _, name := range []string{"Flow", "Energy", "Text"} {
		n := server.NewVariableNode(ua.NewStringNodeID(p.ID(), name), name, func() *ua.DataValue {
			p.mu.Lock()
			defer p.mu.Unlock()
			dv := *p.values[name]
			dv.ServerTimestamp = time.Now()
			return &dv
		})
		p.AddNode(n)
		p.Objects().AddRef(n, 47, true)
		p.values[name] = stamped(0.0, ua.StatusOK, time.Now())
	}
	p.values["Text"] = stamped("closed", ua.StatusOK, time.Now())
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { go func() { _ = s.Close() }() }) // it waits ten seconds for channels that are long gone
	return p
}

func stamped(v any, code ua.StatusCode, at time.Time) *ua.DataValue {
	return &ua.DataValue{
		EncodingMask: ua.DataValueValue | ua.DataValueStatusCode | ua.DataValueSourceTimestamp | ua.DataValueServerTimestamp,
		Value:        ua.MustVariant(v), Status: code, SourceTimestamp: at, ServerTimestamp: time.Now(),
	}
}

func (p *plant) set(name string, dv *ua.DataValue) {
	p.mu.Lock()
	p.values[name] = dv
	p.mu.Unlock()
	p.ChangeNotification(ua.NewStringNodeID(p.ID(), name))
}

func plantFile(address, more string) string {
	return "[device]\nprotocol = \"opcua\"\n[opcua]\nurl = \"opc.tcp://" + address + "\"\npublish = \"50 ms\"\nwatch = \"300 ms\"\ntimeout = \"2 s\"\n" + more + `
[[channel]]
point = "flow"
node = "ns=1;s=Flow"
[[channel]]
point = "energy"
name = "meter"
node = "ns=1;s=Energy"
[[channel]]
point = "text"
node = "ns=1;s=Text"
[[channel]]
point = "none"
node = "ns=1;s=Nobody"
`
}

func plantBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, "flow", "m3/h", "energy", "kWh", "text", "1", "none", "1")
	b.mine.Dir = t.TempDir()
	return b
}

func (b *bench) has(series reading.ID, v float64) bool {
	for _, r := range b.all() {
		if r.Series == series && r.V == v {
			return true
		}
	}
	return false
}

func TestOPCUASubscribes(t *testing.T) {
	p := newPlant(t, server.EnableSecurity("None", ua.MessageSecurityModeNone))
	b := plantBench(t)
	l := b.line(t, "dcs", plantFile(p.address, "read_every = \"1 h\""))
	stop := b.start(t, l)
	wait(t, "the first values", func() bool { return b.has(1, 0) && b.has(2, 0) })
	at := time.Now().Add(-time.Minute).Truncate(time.Millisecond)
	p.set("Flow", stamped(12.5, ua.StatusUncertainLastUsableValue, at))
	p.set("Energy", stamped(uint32(1000), ua.StatusBadSensorFailure, at))
	wait(t, "changes", func() bool { return b.has(1, 12.5) && b.has(2, 1000) })
	for _, r := range b.all() {
		switch r.V {
		case 12.5:
			if r.T != at.UnixMilli() || r.Q != reading.Suspect || r.Why != reading.Uncertain|reading.NotCurrent {
				t.Errorf("%+v", r)
			}
		case 1000:
			if r.T != at.UnixMilli() || r.Q != reading.Bad || r.Why != reading.DeviceFault {
				t.Errorf("%+v", r)
			}
		}
	}
	rows, _ := b.mine.Refused.List(time.Time{}, "dcs", 9)
	if !hasRefusal(rows, "值不是一个数") || !hasRefusal(rows, "服务器不给节点") {
		t.Errorf("refused %+v", rows)
	}
	began := time.Now()
	stop()
	if d := time.Since(began); d > time.Second {
		t.Errorf("stopped after %v", d)
	}
}

// TestOPCUAReadsAll: a variable that stands still is read all the same.
func TestOPCUAReadsAll(t *testing.T) {
	p := newPlant(t, server.EnableSecurity("None", ua.MessageSecurityModeNone))
	b := plantBench(t)
	b.start(t, b.line(t, "dcs", plantFile(p.address, "read_every = \"100 ms\"")))
	wait(t, "three readings of what stands still", func() bool {
		instants := map[int64]bool{}
		for _, r := range b.all() {
			if r.Series == 2 {
				instants[r.T] = true
			}
		}
		return len(instants) >= 3
	})
}

// between passes bytes on until it is told to swallow those of the server: all
// of them, or only the answers to publish requests.
type between struct {
	address string
	target  atomic.Pointer[string]
	deaf    atomic.Bool                            // nothing passes
	mute    atomic.Bool                            // notifications do not pass
	spoil   atomic.Pointer[func(body []byte) bool] // the next that it can spoil passes spoiled
	calls   atomic.Int64
}

// publishResponse is the type of a notification on the wire (OPC 10000-6,
// NodeIds of encodings: 829).
const publishResponse = 829

func newBetween(t *testing.T) *between {
	t.Helper()
	b := &between{}
	b.address = actor(t, func(_ int, c net.Conn) {
		b.calls.Add(1)
		up, err := net.Dial("tcp", *b.target.Load())
		if err != nil {
			return
		}
		defer up.Close()
		go func() { _, _ = io.Copy(up, c); _ = up.Close() }()
		for {
			head := make([]byte, 8)
			if _, err := io.ReadFull(up, head); err != nil {
				return
			}
			size := int(head[4]) | int(head[5])<<8 | int(head[6])<<16
			body := make([]byte, size-8)
			if _, err := io.ReadFull(up, body); err != nil {
				return
			}
			isNote := string(head[:3]) == "MSG" && len(body) > 20 && int(body[18])|int(body[19])<<8 == publishResponse
			if b.deaf.Load() || isNote && b.mute.Load() {
				continue
			}
			if spoil := b.spoil.Load(); isNote && spoil != nil && (*spoil)(body) {
				b.spoil.Store(nil)
			}
			if _, err := c.Write(slices.Concat(head, body)); err != nil {
				return
			}
		}
	})
	return b
}

// TestOPCUAWatchDog: a server that falls silent while the connection stands,
// and one that answers but no longer notifies, are left and called anew.
func TestOPCUAWatchDog(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func(b *between, on bool)
		more string
	}{
		{"silent though connected", func(b *between, on bool) { b.deaf.Store(on) }, "read_every = \"1 h\""},
		{"answers but does not notify", func(b *between, on bool) { b.mute.Store(on) }, "read_every = \"300 ms\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			proxy := newBetween(t)
			_, port, _ := net.SplitHostPort(proxy.address)
			number, _ := strconv.Atoi(port)
			p := newPlant(t, server.EnableSecurity("None", ua.MessageSecurityModeNone), server.EndPoint("127.0.0.1", number)) // it knows itself by this one too
			proxy.target.Store(&p.address)
			b := plantBench(t)
			l := b.line(t, "dcs", plantFile(proxy.address, c.more))
			b.start(t, l)
			wait(t, "the first values", func() bool { return b.has(1, 0) })
			calls := proxy.calls.Load()
			c.fail(proxy, true)
			moving := time.NewTicker(50 * time.Millisecond)
			defer moving.Stop()
			n := 1.0
			wait(t, "the connection to be given up", func() bool {
				n++
				p.set("Flow", stamped(n, ua.StatusOK, time.Now()))
				return l.Health().Reconnects > 0
			})
			c.fail(proxy, false)
			p.set("Flow", stamped(-7.0, ua.StatusOK, time.Now()))
			wait(t, "values after it was made anew", func() bool { return b.has(1, -7) })
			if proxy.calls.Load() <= calls {
				t.Error("no new connection was made")
			}
		})
	}
}

func TestOPCUAFaults(t *testing.T) {
	head := "[device]\nprotocol = \"opcua\"\n[opcua]\nurl = \"opc.tcp://h:4840\"\n"
	for _, c := range []struct{ file, want string }{
		{"[device]\nprotocol = \"opcua\"\n[opcua]\nurl = \"http://h:1\"\n", "opc.tcp://host:port"},
		{head + "user = \"u\"\n", "in clear"},
		{head + "password = \"x\"\n", "not written into"},
		{head + "policy = \"Basic256Sha256\"\n", "which server's certificate"},
		{head + "policy = \"Basic128\"\n", "one of None"},
		{head + "server_sha256 = \"12\"\n", "64 hex digits"},
		{head + "cert = \"c\"\n", "key is missing"},
		{head + "[[channel]]\npoint = \"p\"\nnode = \"Flow\"\n", "a node id"},
		{head + "[[channel]]\npoint = \"p\"\nnode = \"ns=1;x=1\"\n", "a node id"},
		{head + "[[channel]]\npoint = \"p\"\n", "node is missing"},
		{head + "[[channel]]\npoint = \"p\"\nnode = \"i=1\"\ndeadband = -1\n", "not below zero"},
	} {
		if _, err := ReadDevice("d", []byte(c.file)); err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
			t.Errorf("%s: %v, want %s", c.file, err, c.want)
		}
	}
	b := newBench(t, "engine-gas", "m3/h", "engine-energy", "kWh")
	b.mine.Dir = t.TempDir()
	l := b.line(t, "opcua", string(readExample(t, "opcua")))
	if o := l.Device.driver.(*opcUA); o.queue != 10 || o.channels[0].deadband != 0.5 || !o.history {
		t.Errorf("%+v", o)
	}
	b.start(t, l)
}

// FuzzOPCUA: what is done with a data value and with a certificate. The bytes of
// messages are the library's to read.
func FuzzOPCUA(f *testing.F) {
	f.Add(uint32(0), uint8(11), math.Float64bits(1.5), int64(1_772_409_600_000), []byte{})
	f.Add(uint32(ua.StatusBadSensorFailure), uint8(0), uint64(0), int64(0), []byte("none"))
	f.Add(uint32(0x0480), uint8(11), math.Float64bits(math.NaN()), int64(math.MaxInt64), unhex("30 82 00 00"))
	f.Add(uint32(ua.StatusUncertain), uint8(12), uint64(7), int64(-1), []byte{})
	f.Fuzz(func(t *testing.T, code uint32, kind uint8, bits uint64, ms int64, der []byte) {
		dv := &ua.DataValue{Status: ua.StatusCode(code), SourceTimestamp: time.UnixMilli(ms)}
		switch kind % 13 {
		case 1:
			dv.Value = ua.MustVariant(bits&1 == 1)
		case 6:
			dv.Value = ua.MustVariant(int32(bits))
		case 9:
			dv.Value = ua.MustVariant(bits)
		case 10:
			dv.Value = ua.MustVariant(math.Float32frombits(uint32(bits)))
		case 11:
			dv.Value = ua.MustVariant(math.Float64frombits(bits))
		case 12:
			dv.Value = ua.MustVariant("a text")
		}
		v, ok := dataValueOf("c", dv)
		if ok && v.Q != reading.Bad && (math.IsNaN(v.V) || math.IsInf(v.V, 0) || code >= uaBad) {
			t.Fatalf("%+v of %#x", v, code)
		}
		if err := (opcUATrust{}).takes(der, time.UnixMilli(ms)); err == nil {
			t.Fatalf("% x is trusted", der)
		}
	})
}
