package source

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTelegram(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 1, 500e6, shanghai(t)).UnixMilli()
	const stamp = "DC05 00 08 17 0B 1A" // 1.5 s past 08:00 on 23 November 2026
	for _, c := range []struct {
		name, asdu string
		want       []object
	}{
		{"float, the reference's sample", "0D 01 0300 0100 102700 85EB4742 00", []object{{ioa: 10000, value: 49.97999954223633}}},
		{"single, in sequence", "01 83 1400 0100 010000 01 00 81", []object{{ioa: 1, value: 1}, {ioa: 2}, {ioa: 3, value: 1, q: reading.Bad, why: reading.DeviceFault}}},
		{"double", "03 04 0300 0100 010000 01 020000 02 030000 00 040000 03", []object{
			{ioa: 1}, {ioa: 2, value: 1}, {ioa: 3, q: reading.Bad, why: reading.Uncertain}, {ioa: 4, q: reading.Bad, why: reading.Uncertain},
		}},
		{"normalized", "09 01 0300 0100 010000 00C0 00", []object{{ioa: 1, value: -0.5}}},
		{"scaled, not topical", "0B 01 0300 0100 010000 FEFF 40", []object{{ioa: 1, value: -2, q: reading.Suspect, why: reading.NotCurrent}}},
		{"scaled, substituted and blocked", "0B 01 0300 0100 010000 0100 30", []object{{ioa: 1, value: 1, q: reading.Suspect, why: reading.TypedIn | reading.Maintenance}}},
		{"scaled, overflow", "0B 01 0300 0100 010000 FF7F 01", []object{{ioa: 1, value: 32767, q: reading.Bad, why: reading.OverScale}}},
		{"counter", "0F 01 2500 0100 010000 A0860100 25", []object{{ioa: 1, value: 100000}}},
		{"counter, set by hand", "0F 01 2500 0100 010000 A0860100 40", []object{{ioa: 1, value: 100000, q: reading.Suspect, why: reading.TypedIn}}},
		{"counter, invalid, negative", "0F 01 2500 0100 010000 FFFFFFFF 80", []object{{ioa: 1, value: -1, q: reading.Bad, why: reading.DeviceFault}}},
		{"single with time", "1E 01 0300 0100 010000 01" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"double with time", "1F 01 0300 0100 010000 02" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"normalized with time", "22 01 0300 0100 010000 0040 00" + stamp, []object{{ioa: 1, value: 0.5, t: at}}},
		{"scaled with time", "23 01 0300 0100 010000 0200 00" + stamp, []object{{ioa: 1, value: 2, t: at}}},
		{"float with time", "24 01 0300 0100 010000 0000C03F 00" + stamp, []object{{ioa: 1, value: 1.5, t: at}}},
		{"counter with time", "25 01 0300 0100 010000 01000000 00" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"time the station calls invalid", "1E 01 0300 0100 010000 01 DC05 80 08 17 0B 1A", []object{{ioa: 1, value: 1}}},
		{"under test", "01 01 8300 0100 010000 01", []object{{ioa: 1, value: 1, q: reading.Bad, why: reading.Calibrating}}},
		{"not a number", "0D 01 0300 0100 010000 0000807F 00", []object{{ioa: 1, value: math.Inf(1), q: reading.Bad, why: reading.NotNumber}}},
	} {
		got, err := parseTelegram(unhex(c.asdu), shanghai(t))
		if err != nil || !slices.Equal(got.objects, c.want) {
			t.Errorf("%s: parseTelegram = %+v, %v, want %+v", c.name, got.objects, err, c.want)
		}
	}
	for _, bad := range []string{"0D 01 0300", "0D 01 0300 0100 102700 85EB4742", "01 80 0300 0100 010000", "01 00 0300 0100", "05 01 0300 0100 010000 01 00", "0D 7F 0300 0100 010000"} {
		if _, err := parseTelegram(unhex(bad), time.UTC); fault.KindOf(err) != fault.Invalid {
			t.Errorf("parseTelegram(%s) = %v", bad, err)
		}
	}
}

func TestCP56(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, wire string
		zone       *time.Location
		want       string // "" for none
	}{
		{"Shanghai", "0000 1E 08 17 0B 1A", shanghai(t), "2026-11-23T00:30:00Z"},
		{"a clock in summer time where the zone has none", "0000 1E 88 17 07 1A", shanghai(t), "2026-07-22T23:30:00Z"},
		{"Warsaw in summer", "0000 1E 88 17 07 1A", warsaw, "2026-07-23T06:30:00Z"},
		{"Warsaw in summer, bit not set", "0000 1E 08 17 07 1A", warsaw, "2026-07-23T06:30:00Z"},
		{"the hour an autumn night has twice, first", "0000 1E 82 19 0A 1A", warsaw, "2026-10-25T00:30:00Z"},
		{"and again", "0000 1E 02 19 0A 1A", warsaw, "2026-10-25T01:30:00Z"},
		{"31 April", "0000 00 00 1F 04 1A", time.UTC, ""},
		{"month 0", "0000 00 00 01 00 1A", time.UTC, ""},
		{"60 s", "60EA 00 00 01 01 1A", time.UTC, ""},
		{"a year ahead is told as it is", "0000 00 00 17 0B 1B", time.UTC, "2027-11-23T00:00:00Z"},
	} {
		got := readCP56(unhex(c.wire), c.zone)
		if c.want == "" && got == 0 {
			continue
		}
		if text := time.UnixMilli(got).UTC().Format(time.RFC3339); text != c.want {
			t.Errorf("%s: readCP56(%s) = %s, want %s", c.name, c.wire, text, c.want)
		}
	}
}

// TestIEC104WritesNoCommand: of all that could be asked, two types can be
// written, and both read.
func TestIEC104WritesNoCommand(t *testing.T) {
	for q := range 256 {
		asdu := question(q).asdu(1)
		switch {
		case q == int(askAll) && bytes.Equal(asdu, unhex("64 01 0600 0100 000000 14")):
		case q == int(askCounters) && bytes.Equal(asdu, unhex("65 01 0600 0100 000000 05")):
		case q > int(askCounters) && asdu == nil:
		default:
			t.Errorf("question %d is written as % x", q, asdu)
		}
	}
}

// station is a controlled station of a test's making.
type station struct {
	t   *testing.T
	c   net.Conn
	in  chan apdu
	ns  uint16
	nr  uint16
	mu  *sync.Mutex
	all *[]apdu // of every connection
}

func (s *station) send(frame []byte) { _, _ = s.c.Write(frame) }

func (s *station) data(asdu string) {
	s.send(frameI(s.ns, s.nr, unhex(asdu)))
	s.ns++
}

// next waits for a frame; false once the connection is gone.
func (s *station) next() (apdu, bool) {
	a, raw, err := readAPDU(s.c)
	if err != nil {
		if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && len(raw) > 0 {
			s.t.Errorf("the station read % x: %v", raw, err)
		}
		return a, false
	}
	if a.kind == 'I' {
		s.nr++
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.all = append(*s.all, a)
	return a, true
}

// stations serve a script that begins after STARTDT; what they hear is kept.
func stations(t *testing.T, script func(n int, s *station)) (address string, heard func() []apdu) {
	t.Helper()
	var mu sync.Mutex
	var all []apdu
	address = actor(t, func(n int, c net.Conn) {
		s := &station{t: t, c: c, mu: &mu, all: &all}
		if a, ok := s.next(); !ok || a.order != startAct {
			return
		}
		s.send(frameU(startCon))
		script(n, s)
	})
	return address, func() []apdu {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func iec104File(address, more string) string {
	return "[device]\nprotocol = \"iec104\"\n[iec104]\naddress = \"" + address + "\"\n" + more + "\n[[channel]]\npoint = \"power\"\nca = 1\nioa = 1\n"
}

const floatAt = "0D 01 0300 0100 010000 0000803F 00" // 1.0 at 1/1

func TestIEC104Acknowledges(t *testing.T) {
	var script sync.WaitGroup
	script.Add(1)
	address, heard := stations(t, func(_ int, s *station) {
		defer script.Done()
		for range 8 {
			s.data(floatAt)
		}
		s.send(frameU(testAct))
		for {
			if _, ok := s.next(); !ok {
				return
			}
		}
	})
	b := newBench(t, "power", "kW")
	l := b.line(t, "s", iec104File(address, "t2 = \"0.2 s\""))
	stop := b.start(t, l)
	wait(t, "an acknowledgement", func() bool {
		return slices.ContainsFunc(heard(), func(a apdu) bool { return a.kind != 'U' && a.nr == 8 })
	})
	if n := len(b.all()); n != 8 {
		t.Errorf("acknowledged with %d readings durable, want 8", n)
	}
	stop()
	script.Wait()
	if !slices.ContainsFunc(heard(), func(a apdu) bool { return a.order == testCon }) {
		t.Error("a test was not confirmed")
	}
	for _, a := range heard() {
		if a.kind == 'I' && a.asdu[0] != typeAll && a.asdu[0] != typeCounters {
			t.Errorf("type %d was sent", a.asdu[0])
		}
	}
}

// TestIEC104AcknowledgesDurable: what cannot be made durable is not acknowledged.
func TestIEC104AcknowledgesDurable(t *testing.T) {
	address, heard := stations(t, func(_ int, s *station) {
		for range 8 {
			s.data(floatAt)
		}
		for {
			if _, ok := s.next(); !ok {
				return
			}
		}
	})
	b := newBench(t, "power", "kW")
	b.fail = errors.New("the disk is full")
	l := b.line(t, "s", iec104File(address, ""))
	if err := l.Device.driver.Run(t.Context(), l); !errors.Is(err, b.fail) {
		t.Errorf("Run = %v", err)
	}
	for _, a := range heard() {
		if a.kind != 'U' && a.nr != 0 {
			t.Errorf("acknowledged %d", a.nr)
		}
	}
}

// TestIEC104BrokenLink: a link on which something is amiss is left at once.
func TestIEC104BrokenLink(t *testing.T) {
	for _, c := range []struct {
		name, want string
		script     func(s *station)
		settings   string
	}{
		{name: "a frame is missing", want: "N(S)=5, expected 1", script: func(s *station) { s.data(floatAt); s.ns = 5; s.data(floatAt) }},
		{name: "an acknowledgement of nothing", want: "not sent", script: func(s *station) { s.send(frameS(9)) }},
		{name: "noise", want: "not a frame", script: func(s *station) { s.send(unhex("FFFF FFFF")) }},
		{name: "a length that cannot be", want: "not a frame", script: func(s *station) { s.send(unhex("68 FF 0000 0000")) }},
		{name: "half a frame", want: "half a frame", script: func(s *station) { s.send(unhex("68 12 0000")); _ = s.c.(*net.TCPConn).CloseWrite() }},
		{name: "silence", want: "does not answer", script: func(*station) {}, settings: "t1 = \"1 s\"\nt2 = \"0.5 s\"\nt3 = \"1 s\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, _ := stations(t, func(_ int, s *station) {
				c.script(s)
				for {
					if _, ok := s.next(); !ok {
						return
					}
				}
			})
			b := newBench(t, "power", "kW")
			l := b.line(t, "s", iec104File(address, c.settings))
			if err := l.Device.driver.Run(t.Context(), l); err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
				t.Errorf("Run = %v, want %s", err, c.want)
			}
		})
	}
}

// TestIEC104Counters: they are asked for in their time, and a refusal is told.
func TestIEC104Counters(t *testing.T) {
	address, heard := stations(t, func(_ int, s *station) {
		for {
			a, ok := s.next()
			if !ok {
				return
			}
			if a.kind != 'I' {
				continue
			}
			if a.asdu[0] == typeAll {
				s.data("64 01 4700 0100 000000 14") // negative confirmation
				continue
			}
			s.data("65 01 0700 0100 000000 05")
			s.data("0F 01 2500 0100 010000 E8030000 01")
			s.data("65 01 0A00 0100 000000 05")
		}
	})
	b := newBench(t, "power", "kW")
	l := b.line(t, "s", iec104File(address, "counters_every = \"1 s\"\nt2 = \"0.2 s\""))
	b.start(t, l)
	wait(t, "two counters", func() bool { return len(b.all()) >= 2 })
	for _, r := range b.all() {
		if r.V != 1000 || r.Why.Has(reading.ServerTime) {
			t.Errorf("%+v", r)
		}
	}
	if rows, _ := b.mine.Refused.List(time.Time{}, "s", 9); len(rows) != 1 || !hasRefusal(rows, "拒绝召唤") {
		t.Errorf("refused %+v", rows)
	}
	wait(t, "an acknowledgement by t2", func() bool {
		return slices.ContainsFunc(heard(), func(a apdu) bool { return a.kind == 'S' })
	})
}

// TestIEC104Unknown: a type that is not supported is kept and told, a point
// nobody mapped is kept under its address, a value without a time is stamped.
func TestIEC104Unknown(t *testing.T) {
	address, _ := stations(t, func(_ int, s *station) {
		s.data("07 01 0300 0100 010000 00000000 00")
		s.data("0D 01 0300 0200 020000 0000803F 00")
		for {
			if _, ok := s.next(); !ok {
				return
			}
		}
	})
	b := newBench(t, "power", "kW")
	l := b.line(t, "s", iec104File(address, ""))
	b.start(t, l)
	wait(t, "an unmapped reading", func() bool { return len(l.Unmapped()) == 1 })
	if u := l.Unmapped()[0]; u.Channel != "2/2" || u.Example != 1 {
		t.Errorf("%+v", u)
	}
	if r := b.all()[0]; !r.Why.Has(reading.ServerTime) {
		t.Errorf("%+v", r)
	}
	if rows, _ := b.mine.Refused.List(time.Time{}, "s", 9); !hasRefusal(rows, "类型标识 7") {
		t.Errorf("refused %+v", rows)
	}
}

func TestIEC104Names(t *testing.T) {
	b := newBench(t, "intake-energy", "kWh", "intake-power", "kW")
	l := b.line(t, "iec104", string(readExample(t, "iec104")))
	m := l.Device.driver.(*iec104)
	if m.names["1/25601"] != "1/25601" || m.names["1/16385"] != "intake-power" || !slices.Equal(m.stations, []uint16{1}) {
		t.Errorf("%+v", m)
	}
	b.start(t, l)
	for _, bad := range []string{"address = \"x\"", "address = \"h:1\"\nt2 = \"20 s\"", "address = \"h:1\"\nk = 0", "address = \"h:1\"\nclock = true"} {
		if _, err := ReadDevice("s", []byte("[device]\nprotocol = \"iec104\"\n[iec104]\n"+bad)); err == nil {
			t.Errorf("ReadDevice takes %s", bad)
		}
	}
}

// TestAPDU writes every frame and reads it back.
func TestAPDU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ns, nr := rapid.Uint16Max(window-1).Draw(t, "ns"), rapid.Uint16Max(window-1).Draw(t, "nr")
		asdu := rapid.SliceOfN(rapid.Byte(), 1, 249).Draw(t, "asdu")
		a, _, err := readAPDU(bytes.NewReader(frameI(ns, nr, asdu)))
		if err != nil || a.kind != 'I' || a.ns != ns || a.nr != nr || !bytes.Equal(a.asdu, asdu) {
			t.Fatalf("I: %+v, %v", a, err)
		}
		if a, _, err = readAPDU(bytes.NewReader(frameS(nr))); err != nil || a.kind != 'S' || a.nr != nr {
			t.Fatalf("S: %+v, %v", a, err)
		}
	})
}

func FuzzIEC104(f *testing.F) {
	f.Add(unhex("68 12 0000 0000 0D 01 0300 0100 102700 85EB4742 00"))
	f.Add(unhex("68 04 07000000"))
	f.Add(unhex("68 04 01000200"))
	f.Add(unhex("68 0E 0000 0000 64 01 0600 0100 000000 14"))
	f.Add(append(unhex("68 FD 0000 0000 01 FF 0300 0100 010000"), make([]byte, 240)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, raw, err := readAPDU(bytes.NewReader(data))
		if len(raw) > 255 {
			t.Fatalf("a frame of %d bytes", len(raw))
		}
		if err != nil || a.kind != 'I' {
			return
		}
		got, err := parseTelegram(a.asdu, time.UTC)
		if err == nil && len(got.objects) > 127 {
			t.Fatalf("%d objects", len(got.objects))
		}
		for _, o := range got.objects {
			if o.ioa > 1<<24+127 || o.t < 0 {
				t.Fatalf("%+v", o)
			}
		}
	})
}
