package peers

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// beijing is where the known hour is told in local time.
var beijing = time.FixedZone("+08:00", 8*3600) //nolint:gochecknoglobals // a constant

// hourArgs are the known hour as the arguments of a script.
func hourArgs() []string {
	return []string{From.In(beijing).Format("200601021504"), strconv.Itoa(Steps), fmt.Sprint(First), fmt.Sprint(Step)}
}

func init() {
	register(Peer{Name: "HJ 212-2017 (python)", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		const mn = "150622B0012000200092A001"
		port := FreePort(tb)
		s.Device("stack", fmt.Sprintf(`
[device]
protocol = "hj212"
[hj212]
listen = "127.0.0.1:%d"
allow = ["127.0.0.1"]
[[hj212.station]]
mn = %q
codes = "own"
[[channel]]
name = "e00001-Cou"
cn = 2051
point = %q
unit = "kWh"
`, port, mn, Point), false)
		Listening(tb, port)
		return counted(tb, Python(tb, "python3", "hj212.py", append([]string{strconv.Itoa(port), mn, "123456"}, hourArgs()...)...))
	}})
}
