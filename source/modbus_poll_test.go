package source

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	simon "github.com/simonvetter/modbus"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// slave is a memory of registers behind a server of another hand.
type slave struct {
	mu      sync.Mutex
	holding map[uint16]uint16
	asked   []simon.HoldingRegistersRequest
	wrote   bool
}

func (s *slave) HandleCoils(r *simon.CoilsRequest) ([]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = s.wrote || r.IsWrite
	out := make([]bool, r.Quantity)
	for i := range out {
		out[i] = (int(r.Addr)+i)%2 == 1
	}
	return out, nil
}

func (s *slave) HandleDiscreteInputs(r *simon.DiscreteInputsRequest) ([]bool, error) {
	return make([]bool, r.Quantity), nil
}

func (s *slave) HandleHoldingRegisters(r *simon.HoldingRegistersRequest) ([]uint16, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = s.wrote || r.IsWrite
	s.asked = append(s.asked, *r)
	if r.UnitId == 9 {
		return nil, simon.ErrGWTargetFailedToRespond
	}
	out := make([]uint16, r.Quantity)
	for i := range out {
		v, ok := s.holding[r.Addr+uint16(i)]
		if !ok {
			return nil, simon.ErrIllegalDataAddress
		}
		out[i] = v
	}
	return out, nil
}

func (s *slave) HandleInputRegisters(*simon.InputRegistersRequest) ([]uint16, error) {
	return nil, simon.ErrIllegalFunction
}

func (s *slave) serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	server, err := simon.NewServer(&simon.ServerConfiguration{URL: "tcp://" + address, Timeout: 10 * time.Second, MaxClients: 4}, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return address
}

func TestModbusPolls(t *testing.T) {
	s := &slave{holding: map[uint16]uint16{0: 0x0001, 1: 0x86A0, 4: 251, 5: 0xFFFF}}
	b := newBench(t, "energy", "kWh", "temperature", "°C", "none", "kWh", "coil", "1", "lacking", "kWh", "input", "kWh", "gone", "kWh")
	l := b.line(t, "meter", `
[device]
protocol = "modbus"
[modbus]
url = "tcp://`+s.serve(t)+`"
every = "50 ms"
[[channel]]
point = "energy"
register = 40001
type = "u32"
scale = 0.01
[[channel]]
point = "temperature"
address = 4
type = "i16"
scale = 0.1
offset = -40
[[channel]]
point = "none"
address = 5
sentinel = ["0xFFFF"]
[[channel]]
point = "coil"
register = 2
[[channel]]
point = "lacking"
address = 8
[[channel]]
point = "input"
register = 30001
[[channel]]
point = "gone"
unit_id = 9
register = 40001
`)
	stop := b.start(t, l)
	wait(t, "two rounds", func() bool { return len(b.all()) >= 8 })
	stop()
	want := map[reading.ID]float64{1: 1000, 2: -14.9, 3: 65535, 4: 1}
	for _, r := range b.all() {
		if v, ok := want[r.Series]; !ok || r.V != v || (r.Q == reading.Bad) != (r.Series == 3) || r.Why.Has(reading.ServerTime) {
			t.Errorf("%+v, want %v", r, v)
		}
	}
	rows, err := b.mine.Refused.List(time.Time{}, "meter", 100)
	if err != nil || len(rows) != 3 {
		t.Errorf("%d refused, want one for each of three channels: %+v, %v", len(rows), rows, err)
	}
	for i, text := range []string{"网关后的从站不应答", "illegal function", "没有此寄存器地址"} {
		if !hasRefusal(rows, text) {
			t.Errorf("%d: nobody tells %q: %+v", i, text, rows)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wrote {
		t.Error("the slave was written to")
	}
	for _, r := range s.asked {
		if r.Addr == 1 || r.Addr == 0 && r.Quantity < 2 && r.UnitId == 1 {
			t.Errorf("the counter is torn: %+v", r)
		}
	}
}

// TestModbusRTUNoise: a wrong checksum, half a frame, a late answer and another
// slave's cost one question each; none is taken for an answer, and the other
// slave of the line is unharmed.
func TestModbusRTUNoise(t *testing.T) {
	answer := func(unit byte, value string) []byte {
		b := append([]byte{unit}, unhex("03 02 "+value)...)
		crc := crcRTU(b)
		return append(b, byte(crc), byte(crc>>8))
	}
	var questions atomic.Int64
	address := actor(t, func(_ int, c net.Conn) {
		ask := make([]byte, 8)
		for {
			if _, err := io.ReadFull(c, ask); err != nil {
				return
			}
			out := answer(ask[0], "002A")
			if ask[0] == 1 {
				switch questions.Add(1) {
				case 1:
					out[3] ^= 0x40
				case 2:
					out = out[:4]
				case 3:
					time.Sleep(150 * time.Millisecond)
				case 4:
					out = answer(3, "0004")
				}
			}
			if _, err := c.Write(out); err != nil {
				return
			}
		}
	})
	b := newBench(t, "p", "kWh", "q", "kWh")
	l := b.line(t, "rtu", `
[device]
protocol = "modbus"
[modbus]
url = "rtuovertcp://`+address+`"
every = "20 ms"
timeout = "100 ms"
[[channel]]
point = "p"
address = 0
[[channel]]
point = "q"
unit_id = 2
address = 0
`)
	b.start(t, l)
	wait(t, "a good answer of the first slave", func() bool {
		for _, r := range b.all() {
			if r.Series == 1 {
				return true
			}
		}
		return false
	})
	for _, r := range b.all() {
		if r.V != 42 {
			t.Errorf("read %v, want 42 only", r.V)
		}
	}
	if h := l.Health(); h.Refused != 4 || h.Reconnects != 0 || len(b.all()) < 5 {
		t.Errorf("%d readings, %+v", len(b.all()), h)
	}
}

// TestModbusPymodbus reads 123.456, or 123456, from a server of another hand in
// every order of bytes.
func TestModbusPymodbus(t *testing.T) {
	var group sync.WaitGroup
	for _, c := range []struct{ kind, bytes, words, order string }{
		{"f32", "big", "big", "ABCD"},
		{"f32", "big", "little", "CDAB"},
		{"f32", "little", "big", "BADC"},
		{"f32", "little", "little", "DCBA"},
		{"i32", "big", "little", "CDAB"},
		{"u64", "big", "big", "ABCD"},
		{"i64", "little", "big", "BADC"},
		{"f64", "big", "little", "CDAB"},
	} {
		want := 123456.0
		switch c.kind {
		case "f32":
			want = float64(float32(123.456))
		case "f64":
			want = 123.456
		}
		address := pymodbus(t, c.kind, c.bytes, c.words)
		b := newBench(t, "p", "kWh")
		b.start(t, b.line(t, "slave", modbusTo(address, "every = \"1 s\"", "address = 0\ntype = \""+c.kind+"\"\norder = \""+c.order+"\"")))
		group.Go(func() {
			for range 2000 {
				if rs := b.all(); len(rs) > 0 {
					if rs[0].V != want {
						t.Errorf("%s %s: %v, want %v", c.kind, c.order, rs[0].V, want)
					}
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Errorf("%s %s: nothing is read", c.kind, c.order)
		})
	}
	group.Wait()
}

// pymodbus starts a server of Debian's python3-pymodbus and ends it with the test.
func pymodbus(t *testing.T, kind, bytes, words string) (address string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", filepath.Join("..", "testkit", "peers", "python", "modbus.py"), port, kind, bytes, words, "0")
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("apt-get install python3-pymodbus: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("apt-get install python3-pymodbus? It said: %s", said.String())
		}
	})
	return address
}

func modbusTo(address, own, channel string) string {
	return "[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"tcp://" + address + "\"\n" + own + "\n[[channel]]\npoint = \"p\"\n" + channel + "\n"
}

func TestModbusTLSExpired(t *testing.T) {
	ca, pair := certificate(t, time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour))
	address := secureActor(t, pair)
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	l := b.line(t, "tls", "[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"tcp+tls://"+address+"\"\nca = \""+path+"\"\n")
	err := l.Device.driver.Run(t.Context(), l)
	if err == nil || !strings.Contains(fault.Tell(err, lang.ZH), "已过期") || !strings.Contains(fault.Tell(err, lang.EN), "has expired") {
		t.Errorf("Run = %v", err)
	}
}

func TestModbusStopsPromptly(t *testing.T) {
	address := actor(t, func(_ int, c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	b := newBench(t, "p", "kWh")
	l := b.line(t, "silent", "[device]\nprotocol = \"modbus\"\n[modbus]\nurl = \"tcp://"+address+"\"\ntimeout = \"30 s\"\n[[channel]]\npoint = \"p\"\naddress = 0\n")
	stop := b.start(t, l)
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	stop()
	if d := time.Since(began); d > time.Second {
		t.Errorf("stopped after %v", d)
	}
}

func TestModbusExample(t *testing.T) {
	b := newBench(t, "engine-energy", "kWh", "engine-gas", "m3/h", "engine-temperature", "°C")
	b.start(t, b.line(t, "modbus", string(readExample(t, "modbus"))))
}
