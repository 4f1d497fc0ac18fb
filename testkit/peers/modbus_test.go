package peers

import (
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/simonvetter/modbus"
)

// memory is that of a Modbus server of this process: the library
// that the simulator answers with.
type memory []uint16

func (m memory) HandleHoldingRegisters(r *modbus.HoldingRegistersRequest) ([]uint16, error) {
	if r.IsWrite || int(r.Addr)+int(r.Quantity) > len(m) {
		return nil, modbus.ErrIllegalDataAddress
	}
	return m[r.Addr : r.Addr+r.Quantity], nil
}

func (memory) HandleCoils(*modbus.CoilsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

func (memory) HandleDiscreteInputs(*modbus.DiscreteInputsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

func (memory) HandleInputRegisters(*modbus.InputRegistersRequest) ([]uint16, error) {
	return nil, modbus.ErrIllegalFunction
}

// TestMbpollReadsServer: the library's server, which this repository's tests
// and its simulator answer with, is read by libmodbus as it should be.
func TestMbpollReadsServer(t *testing.T) {
	mbpoll := Need(t, "mbpoll", "mbpoll")
	port := FreePort(t)
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	server, err := modbus.NewServer(&modbus.ServerConfiguration{URL: "tcp://" + address, Timeout: time.Minute, MaxClients: 2}, memory{0x42F6, 0xE979, 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	Listening(t, port)
	for _, c := range []struct{ from, kind, want string }{
		{"1", "4:float", "123.456"},
		{"3", "4", "7"},
		{"9", "4", "Illegal data address"},
	} {
		args := []string{"-q", "-B", "-m", "tcp", "-a", "1", "-t", c.kind, "-r", c.from, "-c", "1", "-1", "-p", strconv.Itoa(port), "127.0.0.1"}
		out, err := exec.CommandContext(t.Context(), mbpoll, args...).CombinedOutput()
		if !strings.Contains(string(out), c.want) {
			t.Errorf("mbpoll %s of register %s: %v\n%s", c.kind, c.from, err, out)
		}
	}
}
