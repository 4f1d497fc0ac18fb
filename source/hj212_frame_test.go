package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHJ212CRC(t *testing.T) {
	for _, c := range []struct {
		in   string
		want uint16
	}{
		{"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", 0x1C80}, // HJ 212—2017 clause 6.3.1's own
		{"123456789", 0x2F80}, // Modbus has 4B37
		{"A", 0x7080},
		{"", 0xFFFF},
	} {
		if got := HJ212CRC([]byte(c.in)); got != c.want {
			t.Errorf("HJ212CRC(%q) = %04X, want %04X", c.in, got, c.want)
		}
	}
}

// The frames of HJ 212—2017 with their checks, to the byte.
const (
	sewageFrame = "##0139QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;w01018-Rtd=2.2,w01018-Flag=N&&17C0\r\n"
	stackFrame  = "##0236QN=20261123080000001;ST=31;CN=2061;PW=123456;MN=150622B0012000200092A001;Flag=5;CP=&&DataTime=20261123070000;a05002-Cou=946.3,a05002-Min=0.38,a05002-Avg=0.42,a05002-Max=0.47,a05002-Flag=N;a00000-Cou=7200.0,a00000-Avg=2.0,a00000-Flag=N&&D941\r\n"
	ackFrame    = "##0087QN=20261123080000001;ST=91;CN=9014;PW=123456;MN=150622B0012000200092A001;Flag=4;CP=&&&&4F40\r\n"
)

func TestHJ212Frames(t *testing.T) {
	for _, frame := range []string{sewageFrame, stackFrame, ackFrame} {
		n, segment, why := cutHJ212([]byte(frame+"##"), longestHJ212)
		if n != len(frame) || why != nil {
			t.Fatalf("cut %q: %d bytes, %v", frame, n, why)
		}
		m, err := parseHJ212(segment)
		if err != nil || string(m.Frame()) != frame {
			t.Errorf("%q was read and written as %q, %v", frame, m.Frame(), err)
		}
	}
	m, _ := parseHJ212([]byte(stackFrame[6:]))
	if got := string(answerHJ212(m, "9014").Frame()); got != ackFrame {
		t.Errorf("answer %q, want %q", got, ackFrame)
	}
}

// TestHJ212Tolerates reads the slips of the standard's printed samples and of
// loggers.
func TestHJ212Tolerates(t *testing.T) {
	st := &station212{flags: flags212, zone: time.FixedZone("", 8*3600)}
	for _, c := range []struct{ name, segment, want string }{
		{"no letter", "ST=32;CN=2011;MN=1;CP=&&DataTime=20160801085857;01018-Rtd=2.2,01018-Flag=N&&", "w01018-Rtd=2.2/0 "},
		{"no semicolon before CP", "QN=20160801085857223;ST=31;CN=2011;MN=1;Flag=4CP=&&DataTime=20160801085857;a21026-Rtd=2&&", ""},
		{"comma behind QN", "QN=20160801085857223,ST=31;CN=2011;MN=1CP=&&DataTime=20160801085857;a21026-Rtd=2&&", "a21026-Rtd=2/0 "},
		{"code of 2005", "ST=31;CN=2011;PW=1;MN=1;CP=&&DataTime=20160801085857;B02-Rtd=7,B02-Flag=T&&", "B02-Rtd=7/3 "},
		{"no value", "ST=31;CN=2011;MN=1;CP=&&DataTime=20160801085857;a1-Rtd=,a2-Rtd=-;a3-Rtd=NaN&&", ""},
		{"flag before value, comma for semicolon", "ST=31;CN=2011;MN=1;CP=&&DataTime=20160801085857,a1-Flag=D,a1-Rtd=1,b1-Rtd=2&&", "a1-Rtd=1/3 b1-Rtd=2/0 "},
		{"flag nobody knows", "ST=31;CN=2011;MN=1;CP=&&DataTime=20160801085857;a1-Rtd=1,a1-Flag=q&&", "a1-Rtd=1/2 "},
	} {
		m, err := parseHJ212([]byte(c.segment))
		if c.name == "no semicolon before CP" { // the Flag's own value is lost: the message is told, not guessed at
			m.Flag = 4
			if err != nil || m.CP == "" {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		values, faults := st.values(m, cnReal)
		var got strings.Builder
		for _, v := range values {
			fmt.Fprintf(&got, "%s=%v/%d ", v.Channel, v.V, v.Q)
			if v.T != time.Date(2016, 8, 1, 0, 58, 57, 0, time.UTC).UnixMilli() {
				t.Errorf("%s: at %d", c.name, v.T)
			}
		}
		if err != nil || len(faults) > 0 || got.String() != c.want {
			t.Errorf("%s: %q, want %q; %v %v", c.name, got.String(), c.want, err, faults)
		}
	}
}

// TestHJ212Resynchronises cuts a stream with rubbish, wrong checks and wrong
// lengths into the same frames however it arrives.
func TestHJ212Resynchronises(t *testing.T) {
	wrongCRC := strings.Replace(sewageFrame, "17C0", "17C1", 1)
	noEnd := strings.Replace(stackFrame, "\r\n", "\n\n", 1)
	stream := []byte("rubbish#" + sewageFrame + wrongCRC + "###" + stackFrame + "##12" + sewageFrame + noEnd + "\r\n  " + ackFrame + "##0200" + sewageFrame + stackFrame + sewageFrame)
	want := []string{sewageFrame, stackFrame, sewageFrame, ackFrame, sewageFrame, stackFrame, sewageFrame}
	for seed := range uint64(50) {
		chance := rand.New(rand.NewPCG(seed, 1))
		var buf []byte
		var got []string
		for rest := stream; len(rest) > 0; {
			piece := min(len(rest), 1+chance.IntN(90))
			buf, rest = append(buf, rest[:piece]...), rest[piece:]
			for {
				n, segment, _ := cutHJ212(buf, longestHJ212)
				if n == 0 {
					break
				}
				if segment != nil {
					got = append(got, string(buf[:n]))
				}
				buf = buf[n:]
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: %q", seed, got)
		}
	}
}

func FuzzHJ212(f *testing.F) {
	for _, s := range []string{sewageFrame, stackFrame, ackFrame, "##9999", "####0001", "##0000FFFF\r\n"} {
		f.Add([]byte(s))
	}
	st := &station212{flags: flags212, zone: time.UTC, minutes: time.Minute}
	f.Fuzz(func(t *testing.T, in []byte) {
		for buf := in; ; {
			n, segment, why := cutHJ212(buf, longestHJ212)
			if n == 0 {
				return
			}
			if n > len(buf) || segment != nil && why != nil {
				t.Fatalf("%d of %d bytes, %v", n, len(buf), why)
			}
			buf = buf[n:]
			m, err := parseHJ212(segment)
			if segment == nil || err != nil {
				continue
			}
			again, err := parseHJ212([]byte(m.Segment()))
			if err != nil || again.CN != m.CN || again.MN != m.MN || again.CP != m.CP {
				t.Fatalf("%q was read as %+v, then as %+v, %v", segment, m, again, err)
			}
			for _, cn := range []int{cnReal, cnMinute, cnDay} {
				st.values(m, cn)
			}
		}
	})
}

// TestHJ212Table: every unit the table states is one.
func TestHJ212Table(t *testing.T) {
	n := 0
	for edition, factors := range codes212() {
		for code, f := range factors {
			for _, field := range []string{"Rtd", "Cou"} {
				text := map[string]string{"Rtd": f.unit, "Cou": f.amount}[field]
				if _, ok := unit212(edition, address212{factor: code, field: field}); ok != (text != "") {
					t.Errorf("%s %s-%s: %q", edition, code, field, text)
				}
			}
			n++
		}
	}
	if n < 184 {
		t.Errorf("%d factors", n)
	}
}
