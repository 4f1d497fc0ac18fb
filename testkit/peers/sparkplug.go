package peers

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lingtan/source"
)

func init() {
	register(Peer{Name: "Sparkplug B (npm, mosquitto)", Play: playSparkplug})
}

// lost is the step before which a message of the edge node is lost.
const lost = 20

// playSparkplug has payloads encoded by another's library, published as an edge
// node does. A message is lost on the way; the node is then asked for a birth,
// and gives its metric another alias there. It dies at the end.
func playSparkplug(tb testing.TB, s *Stage) int {
	tb.Helper()
	b := mosquitto(tb, s, "")
	s.Device("edge", fmt.Sprintf(`
[device]
protocol = "sparkplug"
[sparkplug]
url = "mqtt://127.0.0.1:%d"
group = "Qingling"
host = "lingtan"
[[channel]]
name = "edge1/meter/energy"
point = "energy"
`, b.port), true)
	life := b.life(tb, s.Dir)
	for _, m := range life.first {
		b.say(tb, m)
	}
	asked := b.hear(tb, "spBv1.0/Qingling/NCMD/edge1")
	b.say(tb, life.late)
	if order := nodeLines(tb, "sparkplug.mjs", []string{asked()}, "decode")[0]; !strings.Contains(order, `"name":"Node Control/Rebirth"`) || !strings.Contains(order, `"value":true`) {
		tb.Errorf("the platform ordered %s", order)
	}
	for _, m := range life.second {
		b.say(tb, m)
	}
	s.Wait("all readings", func() bool { return s.Delivered("edge") >= Steps })
	b.say(tb, life.death)
	s.Wait("the node's death in the device's health", func() bool {
		h := s.Devices.Health()[0]
		return h.State == source.Down && strings.Contains(fmt.Sprint(h.Fault), "edge1")
	})
	return Steps
}

// spoken is a message of the edge node: its topic and a file with the payload.
type spoken struct{ topic, file string }

// life is what an edge node says until a message is lost, the first message
// after that, what it says from its new birth on, and its death.
type life struct {
	first, second []spoken
	late, death   spoken
}

func (b *broker) life(tb testing.TB, dir string) life {
	tb.Helper()
	var topics, payloads []string
	say := func(kind, payload string, args ...any) {
		topics, payloads = append(topics, "spBv1.0/Qingling/"+kind), append(payloads, fmt.Sprintf(payload, args...))
	}
	birth := func(session, step, alias int) {
		ms := At(step).UnixMilli()
		say("NBIRTH/edge1", `{"timestamp":%d,"seq":0,"metrics":[{"name":"bdSeq","type":"UInt64","value":%d},{"name":"Node Control/Rebirth","type":"Boolean","value":false}]}`, ms, session)
		say("DBIRTH/edge1/meter", `{"timestamp":%d,"seq":1,"metrics":[{"name":"energy","alias":%d,"type":"Double","value":%v,"timestamp":%d},{"name":"serial","type":"String","value":"A1"}]}`, ms, alias, Value(step), ms)
	}
	data := func(seq, step, alias int) {
		say("DDATA/edge1/meter", `{"timestamp":%d,"seq":%d,"metrics":[{"alias":%d,"type":"Double","value":%v,"timestamp":%d}]}`, At(step).UnixMilli(), seq, alias, Value(step), At(step).UnixMilli())
	}
	birth(0, 0, 7)
	for i := 1; i < lost; i++ {
		data(i+1, i, 7)
	}
	data(lost+2, lost, 7)
	birth(1, lost, 9)
	for i := lost + 1; i < Steps; i++ {
		data(i-lost+1, i, 9)
	}
	say("NDEATH/edge1", `{"timestamp":%d,"metrics":[{"name":"bdSeq","type":"UInt64","value":1}]}`, At(Steps).UnixMilli())
	var all []spoken
	for i, line := range nodeLines(tb, "sparkplug.mjs", payloads) {
		payload, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			tb.Fatal(err)
		}
		m := spoken{topics[i], filepath.Join(dir, fmt.Sprintf("payload-%02d", i))}
		if err := os.WriteFile(m.file, payload, 0o600); err != nil {
			tb.Fatal(err)
		}
		all = append(all, m)
	}
	const gap = lost + 1 // two births, and a message for each step but the first
	return life{first: all[:gap], late: all[gap], second: all[gap+1 : len(all)-1], death: all[len(all)-1]}
}

func (b *broker) say(tb testing.TB, m spoken) {
	tb.Helper()
	cmd := command(tb, "mosquitto_pub", "mosquitto-clients", "-h", "127.0.0.1", "-p", fmt.Sprint(b.port), "-V", "mqttv311", "-q", "1", "-t", m.topic, "-f", m.file)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("mosquitto_pub: %v\n%s", err, out)
	}
}

// hear listens for one message; the function it returns gives it in base64.
func (b *broker) hear(tb testing.TB, topic string) func() string {
	tb.Helper()
	sub := Need(tb, "mosquitto_sub", "mosquitto-clients")
	cmd := command(tb, "stdbuf", "coreutils", "-oL", sub, "-h", "127.0.0.1", "-p", fmt.Sprint(b.port), "-t", topic, "-C", "1", "-W", "10", "-F", "%x", "-d")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Subscribed") {
		continue // what else it says of itself
	}
	return func() string {
		var payload []byte
		for err = io.EOF; err != nil || len(payload) == 0; payload, err = hex.DecodeString(lines.Text()) {
			if !lines.Scan() {
				tb.Fatalf("no message came to %s", topic)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return base64.StdEncoding.EncodeToString(payload)
	}
}
