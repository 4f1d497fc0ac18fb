package source

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"lingtan/reading"
)

// foreign is a payload as the npm package sparkplug-payload 1.0.3 encodes it:
// an Int32 of −5 that travels as 4294967291, a Double that is null, a UInt32
// that travels as a long, a UInt64 and an Int8 of −5.
const foreign = "CIDw4N7KMxIUCgFhEAEYgPDg3sozIANQ+////w8SBwoBbiAKOAESCwoBdSAHWIDQrPMOEgcKAWwgCFgqEgwKAmk4IAFQ+////w8YAw=="

func TestSparkplugDecodes(t *testing.T) {
	b, err := base64.StdEncoding.DecodeString(foreign)
	if err != nil {
		t.Fatal(err)
	}
	p, err := DecodeSparkplug(b)
	if err != nil || p.Timestamp != 1772409600000 || p.Seq != 3 || !p.HasSeq || len(p.Metrics) != 5 {
		t.Fatalf("%+v, %v", p, err)
	}
	var e edgeNode
	e.birth(p)
	values, err := e.born("", p)
	const at = 1772409600000
	want := []Value{
		{Channel: "a", T: at, V: -5},
		{Channel: "n", T: at, V: math.NaN(), Q: reading.Bad, Why: reading.Sentinel},
		{Channel: "u", T: at, V: 4e9},
		{Channel: "l", T: at, V: 42},
		{Channel: "i8", T: at, V: -5},
	}
	if err != nil || !sameValues(values, want) {
		t.Errorf("values %+v, %v, want %+v", values, err, want)
	}
}

// TestSparkplugTypes: every type of number survives the way there and back.
func TestSparkplugTypes(t *testing.T) {
	bounds := map[SparkplugType][]float64{
		SparkplugInt8: {-128, -5, 0, 127}, SparkplugInt16: {-32768, 32767}, SparkplugInt32: {math.MinInt32, -5, math.MaxInt32}, SparkplugInt64: {-1 << 62, 1 << 62},
		SparkplugUInt8: {0, 255}, SparkplugUInt16: {0, 65535}, SparkplugUInt32: {0, math.MaxUint32}, SparkplugUInt64: {0, 1 << 63},
		SparkplugFloat: {-1.5, float64(float32(1.2)), math.Inf(1)}, SparkplugDouble: {1.2, math.Copysign(0, -1), 5e-324}, SparkplugBoolean: {0, 1}, SparkplugDateTime: {1772409600000},
	}
	for kind, numbers := range bounds {
		for _, n := range numbers {
			in := SparkplugPayload{Metrics: []SparkplugMetric{{Name: "x", Type: kind, Number: n}}}
			out, err := DecodeSparkplug(in.Encode())
			if err != nil || len(out.Metrics) != 1 || out.Metrics[0].Number != n {
				t.Errorf("type %d: %v came back as %+v, %v", kind, n, out.Metrics, err)
			}
		}
	}
}

func TestSparkplugCompressed(t *testing.T) {
	b := protowire.AppendString(protowire.AppendTag(nil, payloadID, protowire.BytesType), packedPayload)
	if p, err := DecodeSparkplug(b); err == nil || !strings.Contains(err.Error(), "compressed") {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestSparkplugRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := SparkplugPayload{
			Timestamp: rapid.Int64Range(0, math.MaxInt64).Draw(t, "timestamp"), Seq: rapid.Uint8().Draw(t, "seq"), HasSeq: true,
			Metrics: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) SparkplugMetric {
				return SparkplugMetric{
					Name: rapid.String().Draw(t, "name"), Alias: rapid.Uint64().Draw(t, "alias"), HasAlias: true, Timestamp: rapid.Int64Range(0, math.MaxInt64).Draw(t, "at"),
					Type: SparkplugDouble, Historical: rapid.Bool().Draw(t, "historical"), HasQuality: true, Quality: int64(rapid.Int32().Draw(t, "quality")), Number: rapid.Float64().Draw(t, "number"),
				}
			}), 1, 5).Draw(t, "metrics"),
		}
		out, err := DecodeSparkplug(in.Encode())
		for i := range out.Metrics {
			out.Metrics[i].bits, out.Metrics[i].field = 0, 0
		}
		if err != nil || !reflect.DeepEqual(in, out) {
			t.Fatalf("%+v came back as %+v, %v", in, out, err)
		}
	})
}

// talk is a host without a broker: what it asks for is kept.
type talk struct {
	*sparkplugHost
	*testing.T
	bench *bench
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	b := newBench(t, "energy", "kWh")
	l := b.line(t, "edge", "[device]\nprotocol = \"sparkplug\"\n[sparkplug]\nurl = \"mqtt://h\"\ngroup = \"G\"\n")
	return &talk{newHost(l, "G", nil), t, b}
}

// say gives the host a message; it tells the values and whether a birth was asked for.
func (k *talk) say(kind, device string, p SparkplugPayload) (values []Value, asked bool, err error) {
	values, err = k.understand(message{topic: SparkplugTopic("G", kind, "e1", device), payload: p.Encode()})
	select {
	case <-k.asks:
		asked = true
	default:
	}
	return values, asked, err
}

func metric(name string, alias uint64, v float64) SparkplugMetric {
	return SparkplugMetric{Name: name, Alias: alias, HasAlias: alias > 0, Type: SparkplugDouble, Number: v, Timestamp: 1772409600000}
}

func TestSparkplugLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTalk(t)
		data := func(seq uint8, ms ...SparkplugMetric) SparkplugPayload {
			return SparkplugPayload{Seq: seq, HasSeq: true, Metrics: ms}
		}
		session := SparkplugMetric{Name: "bdSeq", Type: SparkplugUInt64, Number: 4}
		byAlias := SparkplugMetric{Alias: 7, HasAlias: true, Type: SparkplugDouble, Number: 9}

		if v, asked, err := k.say("DDATA", "m", data(5, byAlias)); len(v) != 0 || !asked || err == nil {
			t.Fatalf("before the birth: %v, asked %v, %v", v, asked, err)
		}
		if v, _, err := k.say("DDATA", "m", data(6, metric("named", 0, 2))); len(v) != 1 || err != nil {
			t.Fatalf("a metric that explains itself: %v, %v", v, err)
		}
		time.Sleep(rebirthWait)
		if v, asked, err := k.say("NBIRTH", "", data(0, session, metric("uptime", 1, 3), SparkplugMetric{Name: "Node Control/Rebirth", Type: SparkplugBoolean})); len(v) != 1 || asked || err != nil || v[0].Channel != "e1/uptime" {
			t.Fatalf("birth: %v, asked %v, %v", v, asked, err)
		}
		if v, asked, err := k.say("DBIRTH", "m", data(1, metric("energy", 7, 8))); len(v) != 1 || asked || err != nil || v[0].Channel != "e1/m/energy" {
			t.Fatalf("device's birth: %v, asked %v, %v", v, asked, err)
		}
		for seq := 2; seq < 600; seq++ { // past 255, which is followed by 0
			if v, asked, err := k.say("DDATA", "m", data(uint8(seq), byAlias)); len(v) != 1 || asked || err != nil || v[0].Channel != "e1/m/energy" || v[0].V != 9 {
				t.Fatalf("seq %d: %v, asked %v, %v", seq, v, asked, err)
			}
		}
		if v, _, err := k.say("DDATA", "other", data(uint8(600%256), byAlias)); len(v) != 0 || err == nil {
			t.Fatalf("another device's alias: %v, %v", v, err)
		}
		if _, asked, _ := k.say("NDEATH", "", SparkplugPayload{Metrics: []SparkplugMetric{{Name: "bdSeq", Type: SparkplugUInt64, Number: 3}}}); asked || k.line.Health().State == Down {
			t.Fatal("the death of an earlier life killed this one")
		}
		time.Sleep(rebirthWait)
		k.drain()
		if v, asked, err := k.say("DDATA", "m", data(100, byAlias)); len(v) != 0 || !asked || err == nil {
			t.Fatalf("after a gap: %v, asked %v, %v", v, asked, err)
		}
		if _, asked, _ := k.say("DDATA", "m", data(101, byAlias)); asked {
			t.Fatal("asked twice within two seconds")
		}
		if _, _, err := k.say("NBIRTH", "", data(0, session)); err != nil {
			t.Fatal(err)
		}
		if v, _, err := k.say("NDEATH", "", SparkplugPayload{Metrics: []SparkplugMetric{session}}); len(v) != 0 || err != nil {
			t.Fatalf("a death has values: %v, %v", v, err)
		}
		if h := k.line.Health(); h.State != Down || !strings.Contains(h.Fault.Error(), "G/e1") {
			t.Fatalf("health %+v", h)
		}
		if _, _, err := k.say("NBIRTH", "", data(0, session)); err != nil || k.line.Health().State != Up {
			t.Fatalf("born again: %v, health %+v", err, k.line.Health())
		}
	})
}

func (k *talk) drain() {
	for len(k.asks) > 0 {
		<-k.asks
	}
}

func TestSparkplugQuality(t *testing.T) {
	k := newTalk(t)
	ms := []SparkplugMetric{metric("good", 0, 1), metric("bad", 0, 2), metric("stale", 0, 3), metric("old", 0, 4), metric("null", 0, 5)}
	ms[0].Quality, ms[0].HasQuality = 192, true
	ms[1].HasQuality = true
	ms[2].Quality, ms[2].HasQuality = 500, true
	ms[3].Historical, ms[4].Null = true, true
	values, _, err := k.say("NBIRTH", "", SparkplugPayload{HasSeq: true, Metrics: ms})
	got := make([]verdict, 0, len(values))
	for _, v := range values {
		got = append(got, verdict{v.Q, v.Why})
	}
	want := []verdict{{}, {reading.Bad, reading.DeviceFault}, {reading.Bad, reading.NotCurrent}, {0, reading.CameLate}, {reading.Bad, reading.Sentinel}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// TestSparkplugState: nodes that wait for us are told when we come and, in
// order or not, when we go; and a known node is asked for a birth when we are back.
func TestSparkplugState(t *testing.T) {
	server, address := foreignBroker(t)
	b := newBench(t)
	l := b.line(t, "edge", "[device]\nprotocol = \"sparkplug\"\n[sparkplug]\nurl = \"mqtt://"+address+"\"\ngroup = \"G\"\nhost = \"lingtan\"\n")
	asked := make(chan string, 10)
	if err := server.Subscribe("spBv1.0/G/NCMD/+", 1, func(_ *mochi.Client, _ packets.Subscription, p packets.Packet) { asked <- p.TopicName }); err != nil {
		t.Fatal(err)
	}
	state := func(want string) func() bool {
		return func() bool {
			p, there := server.Topics.Retained.Get("spBv1.0/STATE/lingtan")
			return there && strings.Contains(string(p.Payload), want)
		}
	}
	for range 2 {
		stop := b.start(t, l)
		wait(t, "our state", state(`{"online":true,"timestamp":`))
		birth := SparkplugPayload{HasSeq: true, Metrics: []SparkplugMetric{metric("a", 1, 2)}}
		if err := server.Publish(SparkplugTopic("G", "NBIRTH", "e1", ""), birth.Encode(), false, 0); err != nil {
			t.Fatal(err)
		}
		wait(t, "the birth", func() bool { return l.Health().Delivered > 0 })
		stop()
		wait(t, "our end", state(`{"online":false`))
	}
	select {
	case topic := <-asked:
		if topic != "spBv1.0/G/NCMD/e1" {
			t.Errorf("asked %s", topic)
		}
	case <-time.After(5 * time.Second):
		t.Error("the known node was not asked for a birth")
	}
}

func FuzzSparkplug(f *testing.F) {
	b, _ := base64.StdEncoding.DecodeString(foreign)
	f.Add(b)
	f.Add(SparkplugPayload{HasSeq: true, Metrics: []SparkplugMetric{metric("a", 1, 2)}}.Encode())
	f.Add([]byte{0x12, 0x02, 0x4a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodeSparkplug(b)
		if err != nil {
			return
		}
		again, err := DecodeSparkplug(p.Encode())
		if err != nil || len(again.Metrics) != len(p.Metrics) || again.Seq != p.Seq || again.Timestamp != p.Timestamp {
			t.Fatalf("%+v encodes to %+v, %v", p, again, err)
		}
		var e edgeNode
		e.birth(p)
		values, _ := e.born("d", p)
		for _, v := range values {
			if v.V != v.V && v.Q.Counts() {
				t.Fatalf("a NaN counts: %+v", v)
			}
		}
	})
}
