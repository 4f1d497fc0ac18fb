package source

import (
	"bytes"
	"encoding/binary"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
)

// listBit makes a list of a variant that is one value (OPC 10000-6, 5.2.2.16).
const listBit = 0x80

// poisoned is a number whose low bytes, read as the length of a list, are -2.
var poisoned = math.Float64frombits(0x40590000_FFFFFFFE)

// negativeList turns one bit of a notification of the poisoned number: what
// stood for a value is then a list of less than no values.
func negativeList(body []byte) bool {
	double := binary.LittleEndian.AppendUint64([]byte{byte(ua.TypeIDDouble)}, math.Float64bits(poisoned))
	at := bytes.Index(body, double)
	if at < 0 {
		return false
	}
	body[at] |= listBit
	return true
}

// endlessList says that 2^31-1 numbers follow where a notification lists those
// that wait: behind the four numbers of its chunk, its type, its head and the
// number of its subscription (OPC 10000-4, 5.13.5.2).
func endlessList(body []byte) bool {
	const list = 16 + 4 + 24 + 4
	if len(body) < list+4 {
		return false
	}
	binary.LittleEndian.PutUint32(body[list:], math.MaxInt32)
	return true
}

// TestOPCUAPoison: a message that ends the library's process costs its device
// one reconnect, and the platform and its other devices nothing.
func TestOPCUAPoison(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(body []byte) bool
		cause string
	}{
		{"a list of negative length", negativeList, "panic: reflect.MakeSlice: negative len"},
		{"a list of all memory", endlessList, noMemory},
	} {
		t.Run(c.name, func(t *testing.T) {
			proxy := newBetween(t)
			_, port, _ := net.SplitHostPort(proxy.address)
			number, _ := strconv.Atoi(port)
			p := newPlant(t, server.EnableSecurity("None", ua.MessageSecurityModeNone), server.EndPoint("127.0.0.1", number))
			proxy.target.Store(&p.address)
			b := plantBench(t)
			victim, other := b.line(t, "victim", plantFile(proxy.address, "")), b.line(t, "other", plantFile(p.address, ""))
			b.start(t, victim)
			b.start(t, other)
			wait(t, "both to be up", func() bool { return victim.Health().State == Up && other.Health().State == Up })
			proxy.spoil.Store(&c.spoil)
			p.set("Flow", stamped(poisoned, ua.StatusOK, time.Now()))
			wait(t, "the session to break off", func() bool { return victim.Health().State == Down })
			proxy.spoil.Store(nil)
			flaw := victim.Health().Fault
			if zh, en := fault.Tell(flaw, lang.ZH), fault.Tell(flaw, lang.EN); !strings.Contains(zh, "OPC UA 会话中断:") || !tells(zh, c.cause) || !strings.Contains(en, "OPC UA session broke off: ") || !tells(en, c.cause) {
				t.Errorf("%s\n%s", zh, en)
			}
			p.set("Flow", stamped(7.0, ua.StatusOK, time.Now()))
			wait(t, "the device to be up again", func() bool { return victim.Health().State == Up && victim.Health().Reconnects == 1 })
			delivered := victim.Health().Delivered
			p.set("Flow", stamped(8.0, ua.StatusOK, time.Now()))
			wait(t, "its values", func() bool { return b.has(1, 8) && victim.Health().Delivered > delivered })
			if h := other.Health(); h.State != Up || h.Reconnects != 0 {
				t.Errorf("the other device: %+v", h)
			}
		})
	}
}
