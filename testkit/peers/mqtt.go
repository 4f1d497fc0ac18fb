package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func init() {
	register(Peer{Name: "MQTT 3.1.1 (mosquitto_pub)", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		b := mosquitto(tb, s, "")
		s.Device("drainage", b.file("3.1.1"), true)
		return b.publish(tb, "mqttv311", readings())
	}})
	register(Peer{Name: "MQTT 5 (mosquitto_pub)", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		b := mosquitto(tb, s, "")
		s.Device("drainage", b.file("5"), true)
		return b.publish(tb, "mqttv5", readings())
	}})
	register(Peer{Name: "MQTT 5, TLS, password", Play: playSecured})
	register(Peer{Name: "MQTT 5, away meanwhile", Play: playAway})
}

// readings are the known hour as JSON of the usual form, a line each.
func readings() []string {
	lines := make([]string, Steps)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"ts":%q,"seq":%d,"v":{"energy":{"value":%v,"q":"good"}}}`, At(i).Format(time.RFC3339), i, Value(i))
	}
	return lines
}

// broker is mosquitto at work.
type broker struct {
	port   int
	tls    bool
	extra  string   // keys of the device's file
	client []string // flags of mosquitto_pub
}

// mosquitto starts a broker; options are lines of its configuration. Without
// any, everybody may do everything.
func mosquitto(tb testing.TB, s *Stage, options string) *broker {
	tb.Helper()
	b := &broker{port: FreePort(tb)}
	if options == "" {
		options = "allow_anonymous true"
	}
	file := filepath.Join(s.Dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %d 127.0.0.1\n%s\n", b.port, options)
	if os.Getuid() == 0 {
		text += "user root\n" // it would lose the right to read the test's own folder
	}
	write(tb, file, text)
	Run(tb, exec.Command(Need(tb, "mosquitto", "mosquitto"), "-c", file))
	Listening(tb, b.port)
	return b
}

// file is a device's file for the broker's topics.
func (b *broker) file(version string) string {
	scheme := map[bool]string{false: "mqtt", true: "mqtts"}[b.tls]
	return fmt.Sprintf(`
[device]
protocol = "mqtt"
[mqtt]
url = "%s://127.0.0.1:%d"
version = %q
topic = "mine/{mine}/{area}/{device}/telemetry"
channel = "{device}/{point}"
%s
[[channel]]
name = "pump-1/energy"
point = "energy"
unit = "kWh"
`, scheme, b.port, version, b.extra)
}

// publish sends a message a line, at least once each, and tells how many.
func (b *broker) publish(tb testing.TB, version string, lines []string) int {
	tb.Helper()
	args := append([]string{"-h", "127.0.0.1", "-p", fmt.Sprint(b.port), "-V", version, "-q", "1", "-t", "mine/qingling/gas/pump-1/telemetry", "-l"}, b.client...)
	cmd := exec.Command(Need(tb, "mosquitto_pub", "mosquitto-clients"), args...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("mosquitto_pub: %v\n%s", err, out)
	}
	return len(lines)
}

// playSecured has a broker that asks for a password over TLS.
func playSecured(tb testing.TB, s *Stage) int {
	tb.Helper()
	ca, cert, key := certificates(tb, s.Dir)
	users := filepath.Join(s.Dir, "users")
	const secret = "not for anybody's eyes"
	hide := exec.Command(Need(tb, "mosquitto_passwd", "mosquitto"), "-c", "-b", users, "platform", secret)
	if out, err := hide.CombinedOutput(); err != nil {
		tb.Fatalf("mosquitto_passwd: %v\n%s", err, out)
	}
	b := mosquitto(tb, s, fmt.Sprintf("allow_anonymous false\npassword_file %s\ncafile %s\ncertfile %s\nkeyfile %s", users, ca, cert, key))
	b.tls = true
	file := filepath.Join(s.Dir, "secret")
	write(tb, file, secret+"\n")
	b.extra = fmt.Sprintf("user = \"platform\"\npassword_file = %q\nca = %q\n", file, ca)
	b.client = []string{"--cafile", ca, "-u", "platform", "-P", secret}
	s.Device("drainage", b.file("5"), true)
	return b.publish(tb, "mqttv5", readings())
}

// playAway takes the platform away for the second half: the broker keeps what
// is published meanwhile.
func playAway(tb testing.TB, s *Stage) int {
	tb.Helper()
	b := mosquitto(tb, s, "")
	s.Device("drainage", b.file("5"), true)
	lines := readings()
	sent := b.publish(tb, "mqttv5", lines[:Steps/2])
	s.Wait("the first half", func() bool { return s.Delivered("drainage") >= sent })
	if err := os.Remove(filepath.Join(s.Devices.Folder, "drainage.toml")); err != nil {
		tb.Fatal(err)
	}
	s.Wait("the device's end", func() bool { return len(s.Devices.Health()) == 0 })
	sent += b.publish(tb, "mqttv5", lines[Steps/2:])
	s.Device("drainage", b.file("5"), true)
	return sent
}

// certificates makes an authority and a certificate of 127.0.0.1.
func certificates(tb testing.TB, dir string) (ca, cert, key string) {
	tb.Helper()
	ca, cert, key = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	openssl := Need(tb, "openssl", "openssl")
	run := func(args ...string) {
		if out, err := exec.Command(openssl, args...).CombinedOutput(); err != nil {
			tb.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	caKey, request, names := filepath.Join(dir, "ca.key"), filepath.Join(dir, "request.pem"), filepath.Join(dir, "names")
	write(tb, names, "subjectAltName=IP:127.0.0.1\n")
	run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=test authority", "-keyout", caKey, "-out", ca)
	run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request)
	run("x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2", "-extfile", names, "-out", cert)
	return ca, cert, key
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}
