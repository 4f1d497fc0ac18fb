package peers

import (
	"fmt"
	"path/filepath"
	"testing"
)

func init() {
	register(Peer{Name: "own broker, MQTT 3.1.1", Play: func(t testing.TB, s *Stage) int { return playBroker(t, s, "mqttv311") }})
	register(Peer{Name: "own broker, MQTT 5, TLS", Play: func(t testing.TB, s *Stage) int { return playBroker(t, s, "mqttv5") }})
}

// playBroker publishes to the platform's own broker; over TLS where it is of
// the newer version.
func playBroker(t testing.TB, s *Stage, version string) int {
	b := &broker{port: FreePort(t), client: []string{"-u", "pump-1", "-P", "a word of the pump"}}
	file := filepath.Join(s.Dir, "secret")
	write(t, file, "a word of the pump\n")
	secured := ""
	if version == "mqttv5" {
		ca, cert, key := certificates(t, s.Dir)
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
	Listening(t, b.port)
	return b.publish(t, version, "mine/qingling/gas/pump-1/telemetry", readings())
}
