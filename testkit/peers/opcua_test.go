package peers

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const opcUAFile = `
[device]
protocol = "opcua"
[opcua]
url = "opc.tcp://127.0.0.1:%d"
publish = "50 ms"
sample = "10 ms"
queue = 100
read_every = "1 h"
%s
[[channel]]
point = "energy"
node = "ns=1;s=Energy"
`

// TestOPCUASigned: a session that is signed only, with a server trusted by a
// folder of certificates, under a certificate made on the first start.
func TestOPCUASigned(t *testing.T) {
	s := open(t)
	server := startOPCUA(t, s, From)
	trust := filepath.Join(s.Dir, "pki", "own", "certs")
	s.Device("dcs", fmt.Sprintf(opcUAFile, server.port, "policy = \"Basic256Sha256\"\nmode = \"Sign\"\ntrust = \""+trust+"\""), true)
	s.Wait("the first value", func() bool { return s.stored() == 1 })
	if _, err := os.Stat(filepath.Join(s.Dir, "own", "dcs", "own-cert.pem")); err != nil {
		t.Error(err)
	}
}

// TestOPCUAHistory: what the server recorded while nobody listened is fetched.
func TestOPCUAHistory(t *testing.T) {
	s := open(t)
	server := startOPCUA(t, s, time.Now().Add(-time.Hour))
	file := fmt.Sprintf(opcUAFile, server.port, "history = true")
	s.Device("dcs", file, true)
	s.Wait("the first value", func() bool { return s.stored() == 1 })
	if err := os.Remove(filepath.Join(s.Devices.Folder, "dcs.toml")); err != nil {
		t.Fatal(err)
	}
	s.Wait("the device to be gone", func() bool { return len(s.Devices.Health()) == 0 })
	for range 20 {
		if _, err := io.WriteString(server.steps, "next\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.Device("dcs", file, true)
	s.Wait("the gap to be filled", func() bool { return s.stored() == 21 })
}
