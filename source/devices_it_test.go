package source

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"lingtan/reading"
)

// TestExamplesOfIT: the example of every protocol that IT systems speak is
// read, begins its work, and stops within a second, whether or not anybody is there.
func TestExamplesOfIT(t *testing.T) {
	t.Setenv("PUMP_1_PASSWORD", "a")
	t.Setenv("PANEL_PASSWORD", "b")
	for _, protocol := range []string{"mqtt", "sparkplug", "broker", "push", "lineprotocol", "remotewrite"} {
		t.Run(protocol, func(t *testing.T) {
			file, err := os.ReadFile("testdata/devices/" + protocol + ".toml")
			if err != nil {
				t.Fatal(err)
			}
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := free.Addr().String()
			if err := free.Close(); err != nil {
				t.Fatal(err)
			}
			for _, usual := range []string{"127.0.0.1:1883", "0.0.0.0:1883"} {
				file = bytes.ReplaceAll(file, []byte(usual), []byte(address))
			}
			d, err := ReadDevice(protocol, file)
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t)
			b.mine.Points = func(id string) (Point, bool) {
				for i, c := range d.Channels {
					if c.Point == id {
						return Point{Series: reading.ID(i + 1), Unit: c.Unit}, true
					}
				}
				return Point{}, false
			}
			l, err := newLine(d, b.mine)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); l.run(ctx) }()
			time.Sleep(100 * time.Millisecond)
			stop()
			select {
			case <-done:
			case <-time.After(time.Second):
				t.Error("it did not stop")
			}
		})
	}
}

// TestFaultsOfITFiles: what is wrong with a file is told at its place.
func TestFaultsOfITFiles(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"no url", "[device]\nprotocol=\"mqtt\"\n[mqtt]\ntopic=\"a/{p}\"", "url is missing"},
		{"http", "[device]\nprotocol=\"mqtt\"\n[mqtt]\nurl=\"http://a\"\ntopic=\"a\"", "mqtt://host:port"},
		{"password in clear", "[device]\nprotocol=\"mqtt\"\n[mqtt]\nurl=\"mqtt://a\"\ntopic=\"a\"\npassword=\"x\"", "not written into"},
		{"topic", "[device]\nprotocol=\"mqtt\"\n[mqtt]\nurl=\"mqtt://a\"\ntopic=\"a/#/b\"", "is not one"},
		{"name in one topic only", "[device]\nprotocol=\"mqtt\"\n[mqtt]\nurl=\"mqtt://a\"\ntopic=[\"a/{x}\",\"b/{y}\"]\nchannel=\"{x}\"", "comes from nowhere"},
		{"no section", "[device]\nprotocol=\"mqtt\"", "[mqtt]"},
		{"broker without users", "[device]\nprotocol=\"broker\"\n[broker]\nlisten=\"0.0.0.0:1883\"\ntopic=\"a\"", "user is missing"},
		{"user without a password", "[device]\nprotocol=\"broker\"\n[broker]\nlisten=\"0.0.0.0:1883\"\ntopic=\"a\"\n[[broker.user]]\nname=\"a\"\npublish=\"#\"", "password_file is missing"},
		{"braces", "[device]\nprotocol=\"lineprotocol\"\n[lineprotocol]\nchannel=\"{a\"", "do not match"},
		{"host", "[device]\nprotocol=\"sparkplug\"\n[sparkplug]\nurl=\"mqtt://a\"\nhost=\"a/b\"", "without / + #"},
		{"unknown key", "[device]\nprotocol=\"push\"\n[push]\npoint=true", "did you mean points"},
	} {
		d, err := ReadDevice("d", []byte(c.file))
		if err == nil || !bytes.Contains(fmt.Append(nil, err), []byte(c.want)) {
			t.Errorf("%s: %v, %v, want %q", c.name, d, err, c.want)
		}
	}
}
