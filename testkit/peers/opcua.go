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
	register(Peer{Name: "OPC UA None (node-opcua)", Play: playOPCUA(`policy = "None"`)})
	register(Peer{Name: "OPC UA Basic256Sha256 (node-opcua)", Play: playOPCUA(`policy = "Basic256Sha256"
mode = "SignAndEncrypt"
user = "lingtan"
password_env = "LINGTAN_PEER_PASSWORD"`)})
}

// opcUAServer is a server of another hand, with one variable.
type opcUAServer struct {
	port   int
	sha256 string // SHA-256 of its certificate
	steps  io.WriteCloser
}

// startOPCUA starts the server with the first of its values, a minute each. It
// makes its certificate before, which may take twenty seconds.
func startOPCUA(tb testing.TB, s *Stage, from time.Time) opcUAServer {
	tb.Helper()
	server := opcUAServer{port: FreePort(tb)}
	folder := filepath.Join(s.Dir, "pki")
	cmd := Node(tb, "opcua.mjs", strconv.Itoa(server.port), folder, strconv.FormatInt(from.UnixMilli(), 10), strconv.Itoa(Steps))
	var err error
	if server.steps, err = cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	Run(tb, cmd)
	s.Wait("the server's certificate", func() bool {
		sum, err := os.ReadFile(filepath.Join(folder, "sha256"))
		server.sha256 = string(sum)
		return err == nil && len(sum) == 64
	})
	return server
}

// playOPCUA subscribes to the server and lets it go from step to step.
func playOPCUA(security string) func(testing.TB, *Stage) int {
	return func(tb testing.TB, s *Stage) int {
		tb.Helper()
		server := startOPCUA(tb, s, From)
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
`, server.port, security, server.sha256), true)
		for i := 1; i < Steps; i++ {
			s.Wait("a value", func() bool { return s.Delivered("dcs") >= i })
			if _, err := io.WriteString(server.steps, "next\n"); err != nil {
				tb.Fatal(err)
			}
		}
		return Steps
	}
}
