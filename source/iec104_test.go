package source

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// station is a controlled station of a test's making.
type station struct {
	t   *testing.T
	c   net.Conn
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

// TestIEC104Flood: a station that sends more than its file allows is slowed
// down, loses nothing, and its tests of the link are answered meanwhile.
func TestIEC104Flood(t *testing.T) {
	address, heard := stations(t, func(_ int, s *station) {
		for range 60 {
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
	l := b.line(t, "s", strings.Replace(iec104File(address, ""), "[iec104]", "max_rate = 20\n[iec104]", 1))
	b.start(t, l)
	wait(t, "all values", func() bool { return len(b.all()) == 60 })
	if h := l.Health(); h.Slowed == 0 || h.Reconnects != 0 {
		t.Errorf("%+v", h)
	}
	wait(t, "an answer to the test", func() bool {
		return slices.ContainsFunc(heard(), func(a apdu) bool { return a.order == testCon })
	})
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
