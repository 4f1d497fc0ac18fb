package peers

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func init() {
	register(Peer{Name: "OPC UA None (node-opcua)", Play: func(t testing.TB, s *Stage) int { return playOPCUA(t, s, `policy = "None"`) }})
	register(Peer{Name: "OPC UA Basic256Sha256 (node-opcua)", Play: func(t testing.TB, s *Stage) int {
		t.Setenv("LINGTAN_PEER_PASSWORD", "a mine's word")
		return playOPCUA(t, s, `policy = "Basic256Sha256"
mode = "SignAndEncrypt"
user = "lingtan"
password_env = "LINGTAN_PEER_PASSWORD"`)
	}})
}

// opcUAServer is a server of another hand, with one variable.
type opcUAServer struct {
	port  int
	print string // SHA-256 of its certificate
	steps io.WriteCloser
}

// startOPCUA starts the server with the first of its values, a minute each. It
// makes its certificate before, which may take twenty seconds.
func startOPCUA(t testing.TB, s *Stage, from time.Time) opcUAServer {
	t.Helper()
	server := opcUAServer{port: FreePort(t)}
	folder := filepath.Join(s.Dir, "pki")
	cmd := Node(t, "opcua.mjs", strconv.Itoa(server.port), folder, strconv.FormatInt(from.UnixMilli(), 10), strconv.Itoa(Steps))
	var err error
	if server.steps, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	Run(t, cmd)
	s.Wait("the server's certificate", func() bool {
		print, err := os.ReadFile(filepath.Join(folder, "sha256"))
		server.print = string(print)
		return err == nil && len(print) == 64
	})
	return server
}

func playOPCUA(t testing.TB, s *Stage, security string) int {
	server := startOPCUA(t, s, From)
	s.Device("dcs", fmt.Sprintf(`
[device]
protocol = "opcua"
[opcua]
url = "opc.tcp://127.0.0.1:%d"
%s
server_sha256 = %q
publish = "50 ms"
sample = "10 ms"
queue = 100
read_every = "1 h"
[[channel]]
point = "energy"
unit = "kWh"
node = "ns=1;s=Energy"
`, server.port, security, server.print), true)
	for i := 1; i < Steps; i++ {
		s.Wait("a value", func() bool { return s.Delivered("dcs") >= i })
		if _, err := io.WriteString(server.steps, "next\n"); err != nil {
			t.Fatal(err)
		}
	}
	return Steps
}
