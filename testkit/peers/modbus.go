package peers

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

func init() {
	register(Peer{Name: "Modbus TCP u32 ABCD (pymodbus)", Play: modbusPlay("u32", "big", "big", "ABCD")})
	register(Peer{Name: "Modbus TCP f64 DCBA (pymodbus)", Play: modbusPlay("f64", "little", "little", "DCBA")})
	register(Peer{Name: "DL/T 645 (own meter, vectors A)", Play: playDLT645})
}

// Python gives a command that runs one of the scripts in python/ by the
// system's Python, which has the packages of Debian.
func Python(tb testing.TB, debian, script string, args ...string) *exec.Cmd {
	tb.Helper()
	python := Need(tb, "/usr/bin/python3", debian)
	return exec.Command(python, append([]string{filepath.Join("python", script)}, args...)...)
}

// modbusPlay polls a counter that advances with every request until its
// registers are gone: each of its values is read exactly once.
func modbusPlay(kind, bytes, words, order string) func(testing.TB, *Stage) int {
	return func(tb testing.TB, s *Stage) int {
		tb.Helper()
		port := FreePort(tb)
		Run(tb, Python(tb, "python3-pymodbus", "modbus.py", strconv.Itoa(port), kind, bytes, words, strconv.Itoa(Steps)))
		Listening(tb, port)
		s.Device("slave", fmt.Sprintf(`
[device]
protocol = "modbus"
[modbus]
url = "tcp://127.0.0.1:%d"
every = "20 ms"
[[channel]]
point = "energy"
unit = "kWh"
register = 40001
type = %q
order = %q
`, port, kind, order), true)
		return Steps
	}
}

func playDLT645(tb testing.TB, s *Stage) int {
	tb.Helper()
	port := FreePort(tb)
	Run(tb, Python(tb, "python3", "dlt645.py", strconv.Itoa(port), "558890213594", strconv.Itoa(Steps)))
	Listening(tb, port)
	s.Device("meter", fmt.Sprintf(`
[device]
protocol = "dlt645"
[dlt645]
address = "127.0.0.1:%d"
every = "20 ms"
pause = "1 ms"
[[channel]]
point = "energy"
unit = "kWh"
meter = "558890213594"
item = "00010000"
`, port), true)
	return Steps
}
