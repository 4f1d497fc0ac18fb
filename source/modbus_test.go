package source

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

func TestModbusValue(t *testing.T) {
	for _, c := range []struct {
		name string // with its source
		kind string
		ord  string
		wire string
		want float64
		q    reading.Quality
		why  reading.Reason
	}{
		{name: "123.456 ABCD", kind: "f32", ord: "ABCD", wire: "42F6 E979", want: 123.45600128173828},
		{name: "123.456 CDAB", kind: "f32", ord: "CDAB", wire: "E979 42F6", want: 123.45600128173828},
		{name: "123.456 BADC", kind: "f32", ord: "BADC", wire: "F642 79E9", want: 123.45600128173828},
		{name: "123.456 DCBA", kind: "f32", ord: "DCBA", wire: "79E9 F642", want: 123.45600128173828},
		{name: "eight bytes in order", kind: "u64", ord: "ABCDEFGH", wire: "0001 0203 0405 0607", want: 0x0001020304050607},
		{name: "eight bytes, last register first", kind: "u64", ord: "GHEFCDAB", wire: "0607 0405 0203 0001", want: 0x0001020304050607},
		{name: "eight bytes, bytes swapped", kind: "u64", ord: "BADC", wire: "0100 0302 0504 0706", want: 0x0001020304050607},
		{name: "eight bytes reversed", kind: "u64", ord: "DCBA", wire: "0706 0504 0302 0100", want: 0x0001020304050607},
		{name: "f64", kind: "f64", ord: "ABCD", wire: "3FF8 0000 0000 0000", want: 1.5},
		{name: "i16", kind: "i16", ord: "ABCD", wire: "FFFE", want: -2},
		{name: "i16 swapped", kind: "i16", ord: "BADC", wire: "FEFF", want: -2},
		{name: "i32", kind: "i32", ord: "ABCD", wire: "FFFF FFFE", want: -2},
		{name: "i64", kind: "i64", ord: "ABCD", wire: "FFFF FFFF FFFF FFFE", want: -2},
		{name: "u32 above 2^31", kind: "u32", ord: "ABCD", wire: "FFFF FFFE", want: 4294967294},
		{name: "bcd", kind: "bcd", ord: "ABCD", wire: "1234 5678", want: 12345678},
		{name: "mod10k", kind: "mod10k", ord: "ABCD", wire: "04D2 162E", want: 12345678},
		{name: "mod10k, low first", kind: "mod10k", ord: "CDAB", wire: "162E 04D2", want: 12345678},
		{name: "bcd of a letter", kind: "bcd", ord: "ABCD", wire: "123A 5678", q: reading.Bad, why: reading.NotNumber},
		{name: "mod10k above 9999", kind: "mod10k", ord: "ABCD", wire: "2710 0000", q: reading.Bad, why: reading.NotNumber},
		{name: "infinity", kind: "f32", ord: "ABCD", wire: "7F80 0000", want: math.Inf(1), q: reading.Bad, why: reading.NotNumber},
		{name: "NaN", kind: "f32", ord: "ABCD", wire: "7FC0 0000", want: math.NaN(), q: reading.Bad, why: reading.Sentinel},
	} {
		r := slot{function: 3, kind: c.kind, count: kinds[c.kind]}
		if r.count == 0 {
			r.count = 2
		}
		r.arrange(c.ord)
		got := r.value(unhex(c.wire))
		if got.Q != c.q || got.Why != c.why || got.V != c.want && !(math.IsNaN(got.V) && math.IsNaN(c.want)) {
			t.Errorf("%s: value(%s) = %+v, want %v %v %v", c.name, c.wire, got, c.want, c.q, c.why.Names())
		}
	}
}

// TestModbusOrders turns every number round in every order and back.
func TestModbusOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.Uint64().Draw(t, "bits")
		r := slot{function: 3, kind: "u64", count: rapid.IntRange(1, 4).Draw(t, "registers")}
		r.arrange(rapid.SampledFrom(orders).Draw(t, "order"))
		wire := make([]byte, 2*r.count)
		for i := range wire { // byte i of the number, lowest first
			word, low := r.count-1-i/2, i%2 == 0
			if r.words {
				word = i / 2
			}
			if r.bytes {
				low = !low
			}
			at := 2 * word
			if low {
				at++
			}
			wire[at] = byte(bits >> (8 * i))
		}
		mask := uint64(1)<<(16*r.count) - 1
		if got := r.bits(wire); got != bits&mask {
			t.Fatalf("bits(% x) = %x, want %x", wire, got, bits&mask)
		}
	})
}

func TestModbusCRC(t *testing.T) {
	// MODBUS over Serial Line V1.02, 6.2.2; vector of the reference (A).
	if got := frameRTU(1, unhex("03 0000 0002")); !bytes.Equal(got, unhex("01 03 0000 0002 C40B")) {
		t.Errorf("frameRTU = % X", got)
	}
}

const modbusHead = `
[device]
protocol = "modbus"
[modbus]
url = "tcp://127.0.0.1:502"
`

func TestModbusSlots(t *testing.T) {
	for _, c := range []struct {
		keys, name   string
		function     byte
		at           int
		shift        float64
		words, bytes bool
	}{
		{keys: `register = 40001`, name: "40001", function: 3},
		{keys: `register = 400001`, name: "40001", function: 3},
		{keys: `register = 465536`, name: "465536", function: 3, at: 65535},
		{keys: `register = 30017`, name: "30017", function: 4, at: 16},
		{keys: `register = 10002`, name: "10002", function: 2, at: 1},
		{keys: `register = 3`, name: "00003", function: 1, at: 2},
		{keys: `address = 0`, name: "40001", function: 3},
		{keys: `function = "input"` + "\naddress = 9999", name: "310000", function: 4, at: 9999},
		{keys: `register = 40001` + "\nunit_id = 7", name: "7/40001", function: 3},
		{keys: `register = 40001` + "\nscale = 0.1\noffset = -40\norder = \"DCBA\"", name: "40001", function: 3, shift: -400, words: true, bytes: true},
	} {
		d, err := ReadDevice("m", []byte(modbusHead+"[[channel]]\npoint = \"p\"\n"+c.keys))
		if err != nil {
			t.Errorf("%s: %v", c.keys, err)
			continue
		}
		r := d.driver.(*modbus).channels[0]
		if r.channel != c.name || r.function != c.function || r.at != c.at || r.shift != c.shift || r.words != c.words || r.bytes != c.bytes {
			t.Errorf("%s: %+v", c.keys, r)
		}
	}
}

func TestModbusFaults(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{modbusHead + "[[channel]]\npoint = \"p\"\n", "address is missing"},
		{modbusHead + "[[channel]]\npoint = \"p\"\nregister = 50001", "40001, 30001"},
		{modbusHead + "[[channel]]\npoint = \"p\"\nregister = 40001\nfunction = \"input\"", "agrees with function"},
		{modbusHead + "[[channel]]\npoint = \"p\"\nregister = 40001\naddress = 0", "not both"},
		{modbusHead + "[[channel]]\npoint = \"p\"\naddress = 65535\ntype = \"u32\"", "65535"},
		{modbusHead + "[[channel]]\npoint = \"p\"\naddress = 1\ntype = \"u31\"", "one of u16"},
		{modbusHead + "[[channel]]\npoint = \"p\"\naddress = 1\nsentinel = \"x\"", "raw values"},
		{"[device]\nprotocol = \"modbus\"\n", "[modbus] is missing"},
		{"[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"udp://1.2.3.4:5\"\n", "tcp://host:port"},
		{"[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"tcp://1.2.3.4:5\"\nevery = \"1 ms\"\n", "20ms"},
		{"[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"tcp+tls://1.2.3.4:5\"\ncert = \"x\"\n", "key is missing"},
	} {
		if _, err := ReadDevice("m", []byte(c.file)); err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
			t.Errorf("ReadDevice(%s) = %v, want %s", c.file, err, c.want)
		}
	}
}

func TestModbusBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) slot {
			return slot{
				unit: byte(rapid.IntRange(1, 2).Draw(t, "unit")), function: byte(rapid.IntRange(1, 4).Draw(t, "function")),
				at: rapid.IntRange(0, 500).Draw(t, "at"), count: rapid.IntRange(1, 4).Draw(t, "count"),
			}
		}), 1, 60).Draw(t, "slots")
		found := 0
		for _, b := range planBlocks(slots, rapid.IntRange(0, 30).Draw(t, "gap")) {
			if b.count > mostRegisters && b.function > 2 {
				t.Fatalf("%d registers in one request", b.count)
			}
			for _, r := range b.channels {
				if r.unit != b.unit || r.function != b.function || r.at < b.at || r.at+r.count > b.at+b.count {
					t.Fatalf("%+v is torn by %+v", r, b)
				}
			}
			found += len(b.channels)
		}
		if found != len(slots) {
			t.Fatalf("%d channels are read, want %d", found, len(slots))
		}
	})
}

func FuzzModbus(f *testing.F) {
	f.Add(unhex("0001 0000 0007 01 03 04 0001 86A0"), uint8(2), false)
	f.Add(unhex("0001 0000 0003 01 83 02"), uint8(2), false)
	f.Add(unhex("0001 0000 FFFF 01"), uint8(2), false)
	f.Add(unhex("01 03 04 0001 86A0 C9DB"), uint8(2), true)
	f.Add(unhex("01 83 02 C0F1"), uint8(1), true)
	f.Fuzz(func(t *testing.T, data []byte, count uint8, rtu bool) {
		r := slot{unit: 1, function: 3, kind: "f32", count: 2}
		b := alone(r)
		b.count = max(2, min(int(count), mostRegisters))
		var pdu, raw []byte
		var err error
		if rtu {
			_, pdu, raw, err = readRTU(bytes.NewReader(data))
		} else {
			_, _, pdu, raw, err = readTCP(bytes.NewReader(data))
		}
		if len(raw) > 260 {
			t.Fatalf("a frame of %d bytes", len(raw))
		}
		if err != nil {
			return
		}
		payload, err := b.payload(pdu)
		if err == nil && len(payload) != 2*b.count {
			t.Fatalf("%d bytes for %d registers", len(payload), b.count)
		}
		if err == nil {
			b.values(payload, 0)
		} else if !errors.As(err, new(exception)) && !errors.As(err, new(garbled)) {
			t.Fatalf("payload = %v", err)
		}
	})
}
