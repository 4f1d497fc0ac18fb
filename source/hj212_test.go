package source

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/reading"
)

// hj212File is the example file on a port of its own, with rules of a test.
func hj212File(t *testing.T, port int, replace ...string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/devices/hj212.toml")
	if err != nil {
		t.Fatal(err)
	}
	all := append([]string{`listen = ":9212"`, fmt.Sprintf(`listen = "127.0.0.1:%d"`, port)}, replace...)
	return strings.NewReplacer(all...).Replace(string(b))
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// caller is a logger that connected.
type caller struct {
	net.Conn
	in *bufio.Reader
}

func call(t *testing.T, port int) caller {
	t.Helper()
	var conn net.Conn
	wait(t, "the centre", func() (ok bool) {
		var err error
		conn, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		return err == nil
	})
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return caller{conn, bufio.NewReader(conn)}
}

func (c caller) say(t *testing.T, frames ...string) {
	t.Helper()
	if _, err := c.Write([]byte(strings.Join(frames, ""))); err != nil {
		t.Fatal(err)
	}
}

func (c caller) hear(t *testing.T) string {
	t.Helper()
	line, err := c.in.ReadString('\n')
	if err != nil {
		t.Fatalf("heard %q, %v", line, err)
	}
	return line
}

func TestHJ212(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	whole := b.mine.Points
	b.mine.Points = func(id string) (Point, bool) {
		p, ok := whole(id)
		if id == "stack-volume" {
			p.Stamp, p.Step = "end", time.Hour
		}
		return p, ok
	}
	port := freePort(t)
	l := b.line(t, "stack", hj212File(t, port))
	b.start(t, l)
	c := call(t, port)
	c.say(t, stackFrame)
	if got := c.hear(t); got != ackFrame {
		t.Fatalf("answer %q", got)
	}
	if len(b.all()) != 6 {
		t.Fatalf("acknowledged with %d readings durable, want 6", len(b.all()))
	}
	// What the mine's file maps: the hour that began at 07:00 ends at 08:00 in Beijing.
	hour := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).UnixMilli()
	if r := b.all()[4]; r.Series != 2 || r.T != hour || r.V != 7200 || r.Q != reading.Good || r.Seq != hour+1 {
		t.Errorf("volume %+v", r)
	}
	if u := l.Unmapped(); len(u) != 5 || u[0].Channel != "a00000-Avg@2061" {
		t.Errorf("unmapped %+v", u)
	}
	c.say(t, stackFrame) // a resend says the same
	c.hear(t)
	if again := b.all(); again[4] != withRecv(again[10], again[4].Recv) {
		t.Errorf("sent again: %+v, then %+v", again[4], again[10])
	}
	if h := l.Health(); h.State != Up || h.Frames != 2 || h.Refused != 0 {
		t.Errorf("health %+v", h)
	}
}

func withRecv(r reading.Reading, recv int64) reading.Reading {
	r.Recv = recv
	return r
}

// TestHJ212Parts takes a record in two parts with a QN of their own each, as
// appendix C of HJ 212—2017 prints it; each is answered by its own QN.
func TestHJ212Parts(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	port := freePort(t)
	b.start(t, b.line(t, "stack", hj212File(t, port)))
	c := call(t, port)
	part := func(no int, cp string) HJ212Message {
		return HJ212Message{QN: fmt.Sprintf("2026112308000000%d", no), ST: "31", CN: "2061", PW: "1", MN: "150622B0012000200092A001", Flag: 7, PNUM: 2, PNO: no, CP: "DataTime=20261123070000;" + cp}
	}
	one, two := part(1, "a05002-Cou=946.3,a05002-Flag=N"), part(2, "a00000-Cou=7200.0,a00000-Flag=M")
	c.say(t, string(one.Frame()), string(two.Frame()))
	for _, m := range []HJ212Message{one, two} {
		if got, want := c.hear(t), string(answerHJ212(m, "9014").Frame()); got != want {
			t.Errorf("answer %q, want %q", got, want)
		}
	}
	rs := b.all()
	if len(rs) != 2 || rs[0].T != rs[1].T || rs[1].Q != reading.Bad || rs[1].Why != reading.Maintenance {
		t.Errorf("readings %+v", rs)
	}
}

// TestHJ212Refuses goes through what a logger, or something that is none, may
// get wrong: nothing of it is acknowledged, all of it is told, and a good frame
// behind it is taken.
func TestHJ212Refuses(t *testing.T) {
	t.Setenv("HJ212_PW", "123456")
	ours := HJ212Message{QN: "20261123080000001", ST: "31", CN: "2011", PW: "123456", MN: "150622B0012000200092A001", Flag: 5, CP: "DataTime=20261123080000;a05002-Rtd=0.4"}
	with := func(change func(m *HJ212Message)) string {
		m := ours
		change(&m)
		return string(m.Frame())
	}
	for _, c := range []struct{ name, frame, why string }{
		{"wrong check", strings.Replace(string(ours.Frame()), "Rtd=0.4", "Rtd=0.5", 1), "expected"},
		{"wrong length", strings.Replace(string(ours.Frame()), "##0", "##1", 1)[:80] + "##", ""},
		{"no length", "##zz12abcdef", "four digits"},
		{"unknown logger", with(func(m *HJ212Message) { m.MN = "FFFF" }), "FFFF"},
		{"wrong password", with(func(m *HJ212Message) { m.PW = "000000" }), "password"},
		{"unknown version", with(func(m *HJ212Message) { m.Flag = 2<<2 + 1 }), `"2" = "2017"`},
		{"unknown command", with(func(m *HJ212Message) { m.CN = "2999" }), "2999"},
		{"no time of an hour", with(func(m *HJ212Message) { m.CN, m.CP = "2061", "a05002-Avg=1" }), "DataTime"},
		{"value that is none", with(func(m *HJ212Message) { m.Flag, m.CP = 4, "DataTime=20261123080000;a05002-Rtd=0x1p3" }), "0x1p3"},
		{"command not carried out", with(func(m *HJ212Message) { m.CN, m.CP = "9012", "ExeRtn=2" }), "ExeRtn=2"},
		{"no MN", with(func(m *HJ212Message) { m.MN = "" }), "MN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
			port := freePort(t)
			l := b.line(t, "stack", hj212File(t, port, "# password_env", "password_env"))
			b.start(t, l)
			conn := call(t, port)
			good := string(ours.Frame())
			conn.say(t, c.frame, strings.Repeat(good, 8)) // a wrong length swallows some, until it is found out
			if got, want := conn.hear(t), string(answerHJ212(ours, "9014").Frame()); got != want {
				t.Errorf("answer %q", got)
			}
			refused, err := b.mine.Refused.List(time.Time{}, "stack", 10)
			if err != nil || len(refused) == 0 || !strings.Contains(refused[len(refused)-1].Why.EN, c.why) || refused[0].Why.ZH == "" {
				t.Errorf("told %+v, %v", refused, err)
			}
			for _, r := range b.all() {
				if r.V != 0.4 {
					t.Errorf("taken %+v", r)
				}
			}
		})
	}
}

// TestHJ212Half: what follows a half frame is taken at the latest when the rest
// should have come, and at once when the caller hangs up.
func TestHJ212Half(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	port := freePort(t)
	l := b.line(t, "stack", hj212File(t, port, `"65 min"`, `"1 s"`))
	b.start(t, l)
	c := call(t, port)
	c.say(t, stackFrame[:100])
	_ = c.Close()
	wait(t, "the half frame", func() bool { return l.Health().Refused == 1 })
	if refused, _ := b.mine.Refused.List(time.Time{}, "", 1); string(refused[0].Frame) != stackFrame[:100] {
		t.Errorf("kept %q", refused[0].Frame)
	}
	c = call(t, port)
	c.say(t, "##0999QN=1;", sewageFrame, stackFrame)
	if got := c.hear(t); got != ackFrame { // after a second; the sewage is not ours
		t.Errorf("answer %q", got)
	}
}

// TestHJ212Commands are those that carry no values.
func TestHJ212Commands(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	port := freePort(t)
	b.start(t, b.line(t, "stack", hj212File(t, port, "set_clock = false", "set_clock = true")))
	c := call(t, port)
	m := HJ212Message{QN: "20261123080000001", ST: "31", CN: "9015", PW: "1", MN: "150622B0012000200092A001", Flag: 1}
	c.say(t, string(m.Frame()))
	if got := c.hear(t); !strings.Contains(got, "CN=9014;PW=1;MN=150622B0012000200092A001;Flag=0;") {
		t.Errorf("heart-beat of 2005 answered by %q", got)
	}
	m.CN, m.Flag = "1013", 5
	c.say(t, string(m.Frame()))
	if got := c.hear(t); !strings.Contains(got, "CN=9013") {
		t.Errorf("request for the time answered by %q", got)
	}
	if got := c.hear(t); !strings.Contains(got, "ST=31;CN=1012;") || !strings.Contains(got, "SystemTime=2") {
		t.Errorf("clock set by %q", got)
	}
}

// TestHJ212Clock: a logger a year ahead is answered, for what it says is kept,
// and its values are quarantined.
func TestHJ212Clock(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	service := &reading.Service{Series: keeping{tray: b.tray}, Now: time.Now, Rules: func(reading.ID) (reading.Rule, bool) { return reading.Rule{}, false }}
	b.mine.Sink = service
	port := freePort(t)
	l := b.line(t, "stack", hj212File(t, port))
	b.start(t, l)
	c := call(t, port)
	at := time.Now().AddDate(1, 0, 0).Format("20060102150405")
	c.say(t, string(HJ212Message{QN: at + "000", ST: "31", CN: "2011", MN: "150622B0012000200092A001", Flag: 5, CP: "DataTime=" + at + ";a05002-Rtd=1"}.Frame()))
	c.hear(t)
	if h := l.Health(); h.Quarantined != 1 || h.Delivered != 1 {
		t.Errorf("health %+v", h)
	}
}

// keeping is an engine that only keeps.
type keeping struct {
	reading.Series

	tray *tray
}

func (k keeping) Append(ctx context.Context, b reading.Batch) error {
	_, err := k.tray.Accept(ctx, b)
	return err
}

// TestHJ212Flood: a logger that sends faster than its file allows is held up,
// and nothing of it is lost; one that is not let in costs nothing.
func TestHJ212Flood(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	port := freePort(t)
	l := b.line(t, "stack", hj212File(t, port, "silent = ", "max_rate = 2000\nsilent = ", "max_connections = 16", "max_connections = 1"))
	b.start(t, l)
	c := call(t, port)
	const n = 8000
	began := time.Now()
	go func() {
		for i := range n {
			m := HJ212Message{QN: "20261123080000001", ST: "31", CN: "2011", MN: "150622B0012000200092A001", Flag: 4, CP: fmt.Sprintf("DataTime=20261123%02d%02d%02d;a05002-Rtd=%d", i/3600, i/60%60, i%60, i)}
			if _, err := c.Write(m.Frame()); err != nil {
				return
			}
		}
	}()
	wait(t, "the flood", func() bool { return len(b.all()) == n })
	if spent := time.Since(began); spent < 1500*time.Millisecond || l.Health().Slowed == 0 {
		t.Errorf("%d readings in %v with 2000/s allowed", n, spent)
	}
	other := call(t, port)
	if _, err := other.in.ReadByte(); err == nil {
		t.Error("a second caller was let in")
	}
	rs := b.all()
	for i, r := range rs {
		if r.V != float64(i) {
			t.Fatalf("reading %d is %+v", i, r)
		}
	}
	if bytes.Contains([]byte(l.Health().State), []byte("down")) {
		t.Error("the device went down")
	}
}

func TestHJ212File(t *testing.T) {
	good := hj212File(t, 9212)
	for _, c := range []struct{ old, new, want string }{
		{`cn = 2061 `, ``, "take one"},
		{`name = "a05002-Rtd"`, `name = "a05002"`, "factor-field"},
		{`unit = "mg/m3" `, ``, ""},
		{`codes = "2017"`, `codes = "own"`, ""},
		{`mn = "150622B0012000200092A001"`, `mn = "1-1"`, "24 letters"},
		{`"10.20.0.0/16"`, `"ten"`, "networks"},
		{`# password_env = "HJ212_PW"`, `password = "123456"`, "not written into"},
		{`stamp = "start" `, "stamp = \"sometimes\"", "one of"},
		{`# versions = { "2"`, `versions = { "99"`, "version"},
		{`# flags = { F = "good stopped" }`, `flags = { F = "fine" }`, "quality"},
		{`listen = "127.0.0.1:9212"`, `listen = "9212"`, "host:port"},
		{`[[hj212.station]]`, `[[hj212.station]]` + "\nmn = \"A\"\n[[hj212.station]]", "MN/factor-field"},
	} {
		_, err := ReadDevice("stack", []byte(strings.Replace(good, c.old, c.new, 1)))
		if !strings.Contains(good, c.old) {
			t.Errorf("%q is not in the example", c.old)
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v", c.new, c.old, err)
		}
	}
	d, err := ReadDevice("stack", []byte(strings.Replace(good, `unit = "mg/m3" `, "", 1)))
	if err != nil || d.Channels[0].Unit.String() != "g/1e9m3" {
		t.Errorf("the table's unit: %v, %v", d, err)
	}
}

// TestHJ212Allow: a caller from elsewhere is not let in, and told.
func TestHJ212Allow(t *testing.T) {
	b := newBench(t, "stack-ch4", "mg/m3", "stack-volume", "m3", "engine-1-state", "1")
	port := freePort(t)
	l := b.line(t, "stack", hj212File(t, port, `, "127.0.0.1"`, ""))
	b.start(t, l)
	c := call(t, port)
	if _, err := c.in.ReadByte(); err == nil || l.Health().Refused != 1 {
		t.Errorf("let in: %v, %+v", err, l.Health())
	}
}
