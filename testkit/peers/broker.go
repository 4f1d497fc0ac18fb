package peers

import (
	"fmt"
	"path/filepath"
	"testing"
)

func init() {
	register(Peer{Name: "own broker, MQTT 3.1.1", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		return playBroker(tb, s, "mqttv311")
	}})
	register(Peer{Name: "own broker, MQTT 5, TLS", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		return playBroker(tb, s, "mqttv5")
	}})
}

// playBroker publishes to the platform's own broker; over TLS where it is of
// the newer version.
func playBroker(tb testing.TB, s *Stage, version string) int {
	tb.Helper()
	b := &broker{port: FreePort(tb), client: []string{"-u", "pump-1", "-P", "a word of the pump"}}
	file := filepath.Join(s.Dir, "secret")
	write(tb, file, "a word of the pump\n")
	secured := ""
	if version == "mqttv5" {
		ca, cert, key := certificates(tb, s.Dir)
		secured = fmt.Sprintf("cert = %q\nkey = %q\n", cert, key)
		b.client = append(b.client, "--cafile", ca)
	}
	s.Device("devices", fmt.Sprintf(`
[device]
protocol = "broker"
[broker]
listen = "127.0.0.1:%d"
topic = "mine/{mine}/{area}/{device}/telemetry"
channel = "{device}/{point}"
%s
[[broker.user]]
name = "pump-1"
password_file = %q
publish = "mine/qingling/gas/pump-1/#"
[[channel]]
name = "pump-1/energy"
point = "energy"
unit = "kWh"
`, b.port, secured, file), false)
	Listening(tb, b.port)
	return b.publish(tb, version, readings())
}
