package source

import (
	"bytes"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Frames seen on real lines, checksums recomputed (A).
const (
	askOfMeter    = "68 610100000000 68 11 04 33333433 14 16"
	answerOfMeter = "68 610100000000 68 91 08 33333433 59333333 8A 16"
)

var energyOf161 = meterAsk{meter: meterAddress{0x61, 1}, item: [4]byte{0, 1, 0, 0}}

func TestMeterFrame(t *testing.T) {
	if got := energyOf161.read().bytes(0); !bytes.Equal(got, unhex(askOfMeter)) {
		t.Errorf("question % X, want %s", got, askOfMeter)
	}
	if got := energyOf161.read().bytes(4); !bytes.Equal(got, append([]byte{0xFE, 0xFE, 0xFE, 0xFE}, unhex(askOfMeter)...)) {
		t.Errorf("question with a preamble % X", got)
	}
	layout, _ := layoutOf([4]byte{0, 1, 0, 0})
	for _, c := range []struct {
		name, wire, meter string
		want              float64
	}{
		{"0.26 kWh", answerOfMeter, "000000000161", 0.26},
		{"behind a preamble and noise", "FEFE 68 00 " + answerOfMeter, "000000000161", 0.26},
		{"behind half a frame", "68 610100000000 68 91 08 3333 " + answerOfMeter, "000000000161", 0.26},
		{"2.26 kWh", "68 943521908855 68 91 08 33333433 59353333 81 16", "558890213594", 2.26},
	} {
		f, used, _, ok := findMeterFrame(unhex(c.wire))
		if !ok || used != len(unhex(c.wire)) || f.meter.String() != c.meter || !f.answers(meterFrame{meter: f.meter, control: meterRead, data: unhex("00000100")}) {
			t.Errorf("%s: %+v, %d used, %v", c.name, f, used, ok)
			continue
		}
		if v, _, _, err := layout.value(f.data[4:]); err != nil || v != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, v, err, c.want)
		}
	}
	spoiled := unhex(answerOfMeter)
	spoiled[14] ^= 1
	if _, used, bad, ok := findMeterFrame(spoiled); ok || !bytes.Equal(bad, spoiled) || used != len(spoiled) {
		t.Errorf("a wrong checksum passes: %d, % X", used, bad)
	}
	if _, used, bad, ok := findMeterFrame(append([]byte{1, 2}, spoiled[:9]...)); ok || bad != nil || used != 2 {
		t.Errorf("half a frame: %d used, % X", used, bad)
	}
}

// TestMeterFrames writes every frame and finds it again between others' bytes.
func TestMeterFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := meterFrame{control: rapid.Byte().Draw(t, "control"), data: rapid.SliceOfN(rapid.Byte(), 0, mostMeter).Draw(t, "data")}
		copy(f.meter[:], rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "meter"))
		noise := rapid.SliceOfN(rapid.ByteRange(0x69, 0xFF), 0, 30).Draw(t, "noise")
		wire := append(slices.Clone(noise), f.bytes(rapid.IntRange(0, 4).Draw(t, "wake"))...)
		got, used, bad, ok := findMeterFrame(wire)
		if !ok || bad != nil || used != len(wire) || got.meter != f.meter || got.control != f.control || !bytes.Equal(got.data, f.data) {
			t.Fatalf("findMeterFrame(% X) = %+v, %v", wire, got, ok)
		}
	})
}

func TestMeterLayout(t *testing.T) {
	for _, c := range []struct {
		name, item, format string
		signed             bool
		data               string // before 33H is added, lowest byte first
		want               float64
		q                  reading.Quality
		why                reading.Reason
	}{
		{name: "forward active, all tariffs' sum", item: "00010000", data: "12 34 56 78", want: 785634.12},
		{name: "combined active, negative", item: "00000000", data: "12 34 56 80", want: -5634.12},
		{name: "combined reactive, negative", item: "00030000", data: "00 01 00 80", want: -1},
		{name: "voltage A", item: "02010100", data: "05 22", want: 220.5},
		{name: "current A, backwards", item: "02020100", data: "45 23 81", want: -12.345},
		{name: "power", item: "02030000", data: "56 34 12", want: 12.3456},
		{name: "power, backwards", item: "02030000", data: "56 34 92", want: -12.3456},
		{name: "power factor", item: "02060000", data: "99 09", want: 0.999},
		{name: "frequency", item: "02800002", data: "98 49", want: 49.98},
		{name: "own format", item: "02800007", format: "XXX.X", signed: true, data: "25 80", want: -2.5},
		{name: "whole number", item: "04000101", format: "XXXX", data: "34 12", want: 1234},
		{name: "no value", item: "00010000", data: "FF FF FF FF", q: reading.Bad, why: reading.Sentinel},
	} {
		item, _ := parseItem(c.item)
		layout, known := layoutOf(item)
		if c.format != "" {
			layout, known = parseLayout(c.format)
			layout.signed = c.signed
		}
		v, q, why, err := layout.value(unhex(c.data))
		if !known || err != nil || math.Abs(v-c.want) > 1e-12 || q != c.q || why != c.why {
			t.Errorf("%s: %v %v %v %v", c.name, v, q, why, err)
		}
	}
	for _, bad := range []string{"", "XXX", "XXXX.X.X", "YY", "XXXXXXXXXXXXXXXXXX"} {
		if _, ok := parseLayout(bad); ok {
			t.Errorf("format %q passes", bad)
		}
	}
	if _, _, _, err := (meterLayout{4, 2, false}).value(unhex("0A 00 00 00")); err == nil {
		t.Error("0A passes for a digit")
	}
	if _, known := layoutOf([4]byte{4, 0, 1, 1}); known {
		t.Error("a date passes for a number")
	}
}

const meterHeadFile = "[device]\nprotocol = \"dlt645\"\n[dlt645]\naddress = \"%s\"\nevery = \"50 ms\"\ntimeout = \"150 ms\"\npause = \"1 ms\"\nretries = 0\n"

func meterFile(address string, channels ...string) string {
	var file strings.Builder
	file.WriteString(strings.Replace(meterHeadFile, "%s", address, 1))
	for i, c := range channels {
		file.WriteString("[[channel]]\npoint = \"p" + string(rune('0'+i)) + "\"\n" + c + "\n")
	}
	return file.String()
}

// meters is a line of meters of a test's making: it answers each question as a
// function says, "" being silence.
func meters(t *testing.T, answer func(n int64, q meterFrame) []byte) string {
	t.Helper()
	var n atomic.Int64
	return actor(t, func(_ int, c net.Conn) {
		var buffer []byte
		chunk := make([]byte, 256)
		for {
			k, err := c.Read(chunk)
			if err != nil {
				return
			}
			buffer = append(buffer, chunk[:k]...)
			for {
				q, used, _, ok := findMeterFrame(buffer)
				buffer = buffer[used:]
				if !ok {
					break
				}
				if _, err := c.Write(answer(n.Add(1), q)); err != nil {
					return
				}
			}
		}
	})
}

func reply(q meterFrame, control byte, data string) []byte {
	return meterFrame{meter: q.meter, control: control, data: unhex(data)}.bytes(4)
}

func TestDLT645(t *testing.T) {
	address := meters(t, func(n int64, q meterFrame) []byte {
		if q.control != meterRead && q.control != meterNext {
			t.Errorf("control %X was sent", q.control)
		}
		item := [4]byte(q.data)
		switch {
		case q.meter == meterAddress{9}:
			return nil // a meter that is off
		case item == [4]byte{0, 0xFF, 1, 0} && q.control == meterRead: // a block in two frames
			return reply(q, 0xB1, "00FF0100 01000000 0200")
		case item == [4]byte{0, 0xFF, 1, 0}:
			return reply(q, 0x92, "00FF0100 0000 03000000 01")
		case item == [4]byte{0, 0, 3, 2}:
			return reply(q, 0xD1, "02")
		case item == [4]byte{0, 1, 1, 2}:
			return reply(q, 0x91, "00010102 0A20") // no digits
		}
		switch n % 7 {
		case 1: // noise, half a frame, another meter's, a late answer to another question, a wrong checksum; then the answer
			wrong := reply(q, 0x91, "00000100 99999999")
			wrong[len(wrong)-2]++
			return slices.Concat(unhex("FF 00 68 68"), reply(q, 0x91, "00000100 26000000")[:12], reply(meterFrame{meter: meterAddress{7}}, 0x91, "00000100 11111111"),
				reply(q, 0x91, "00000200 22222222"), wrong, reply(q, 0x91, "00000100 26000000"))
		case 2: // our own question back, as a two-wire line does
			return append(q.bytes(0), reply(q, 0x91, "00000100 26000000")...)
		}
		return reply(q, 0x91, "00000100 26000000")
	})
	b := newBench(t, "p0", "kWh", "p1", "kWh", "p2", "kWh", "p3", "kW", "p4", "kWh", "p5", "1", "p6", "kWh")
	l := b.line(t, "line", meterFile(address, "meter = \"161\"\nitem = \"00010000\"",
		"meter = \"161\"\nitem = \"0001FF00\"\npart = 1", "meter = \"161\"\nitem = \"0001FF00\"\npart = 2",
		"meter = \"161\"\nitem = \"02030000\"", "meter = \"9\"\nitem = \"00010000\"", "meter = \"161\"\nitem = \"02010100\"",
		"meter = \"161\"\nitem = \"0001FF00\"\npart = 3"))
	stop := b.start(t, l)
	wait(t, "three rounds", func() bool { return len(b.all()) >= 9 })
	stop()
	want := map[reading.ID]float64{1: 0.26, 2: 0.02, 3: 0.03}
	for _, r := range b.all() {
		if v, ok := want[r.Series]; !ok || r.V != v || r.Q != reading.Good || r.Why != 0 {
			t.Errorf("%+v, want %v", r, v)
		}
	}
	rows, _ := b.mine.Refused.List(time.Time{}, "line", 99)
	for _, text := range []string{"无请求数据", "电表不应答", "不是 BCD 码", "不够第 3 段", "校验码不符"} {
		if !hasRefusal(rows, text) {
			t.Errorf("nobody tells %s: %+v", text, rows)
		}
	}
}

func TestDLT645Faults(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"meter = \"1234567890123\"\nitem = \"00010000\"", "12 digits"},
		{"meter = \"12A\"\nitem = \"00010000\"", "12 digits"},
		{"meter = \"1\"\nitem = \"0001\"", "8 hex digits"},
		{"meter = \"1\"\nitem = \"04000101\"", "format is missing"},
		{"meter = \"1\"\nitem = \"04000101\"\nformat = \"XXX\"", "even number"},
		{"item = \"00010000\"", "meter is missing"},
	} {
		if _, err := ReadDevice("m", []byte(meterFile("h:1", c.keys))); err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
			t.Errorf("%s: %v, want %s", c.keys, err, c.want)
		}
	}
	b := newBench(t, "main-fan-energy", "kWh", "main-fan-power", "kW", "pump-peak-energy", "kWh", "pump-temperature", "°C")
	l := b.line(t, "dlt645", string(readExample(t, "dlt645")))
	if _, ok := l.Device.Channel("558890213594/0001FF00/2"); !ok {
		t.Errorf("%+v", l.Device.Channels)
	}
	b.start(t, l)
}

func TestDLT645StopsPromptly(t *testing.T) {
	address := actor(t, func(_ int, c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	b := newBench(t, "p0", "kWh")
	l := b.line(t, "line", strings.Replace(meterFile(address, "meter = \"1\"\nitem = \"00010000\""), "150 ms", "30 s", 1))
	stop := b.start(t, l)
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	stop()
	if d := time.Since(began); d > time.Second {
		t.Errorf("stopped after %v", d)
	}
}

// TestDLT645Endless: a meter whose answer never ends is given up.
func TestDLT645Endless(t *testing.T) {
	address := meters(t, func(_ int64, q meterFrame) []byte {
		return reply(q, q.control|0xA0, "00FF0100 00000000 01")
	})
	b := newBench(t, "p0", "kWh")
	l := b.line(t, "line", meterFile(address, "meter = \"1\"\nitem = \"0001FF00\""))
	b.start(t, l)
	wait(t, "a refusal", func() bool { return l.Health().Refused > 0 })
	if len(b.all()) != 0 {
		t.Errorf("%+v", b.all())
	}
}

func FuzzDLT645(f *testing.F) {
	f.Add(unhex(answerOfMeter))
	f.Add(unhex(askOfMeter))
	f.Add(unhex("68 AAAAAAAAAAAA 68 13 00 DF 16"))
	f.Add(unhex("FEFE 68 610100000000 68 91 08 3333 " + answerOfMeter))
	f.Add(unhex("68 610100000000 68 D1 01 35 D5 16"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, used, bad, ok := findMeterFrame(data)
		if used > len(data) || len(bad) > len(data) || len(got.data) > mostMeter {
			t.Fatalf("%d of %d bytes used, %d bad, %d data", used, len(data), len(bad), len(got.data))
		}
		if !ok {
			return
		}
		if !bytes.Contains(data, got.bytes(0)) {
			t.Fatalf("% X holds no % X", data, got.bytes(0))
		}
		if len(got.data) >= 8 {
			v, q, _, err := (meterLayout{4, 2, true}).value(got.data[4:8])
			if err == nil && q == reading.Good && math.Abs(v) > 999_999.99 {
				t.Fatalf("%v of % X", v, got.data)
			}
		}
	})
}
