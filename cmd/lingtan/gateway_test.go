package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// minutesOfDay is what the gateway's meter says in a day.
const minutesOfDay = 24 * 60

// TestGatewayCut: a gateway takes a day of readings in while there is no way to
// the platform, is itself killed twice, and sends them when there is one again,
// to a platform that is killed in the midst. The totals are those of a run
// without any cut, byte for byte.
func TestGatewayCut(t *testing.T) {
	t.Parallel()
	whole := newRemote(t)
	whole.platform.start()
	whole.gateway.start()
	for hour := range 24 {
		whole.drop(hour)
	}
	whole.arrive()
	want := whole.totals()

	cut := newRemote(t)
	cut.platform.start()
	cut.gateway.start() // it has to hear of its mine once
	cut.gateway.kill()
	cut.platform.kill()
	cut.gateway.start()
	for hour := range 24 {
		cut.drop(hour)
		if hour == 9 || hour == 17 {
			cut.gateway.kill()
			cut.gateway.start()
		}
	}
	cut.waits(minutesOfDay)
	cut.platform.start()
	time.Sleep(300 * time.Millisecond)
	cut.platform.kill()
	cut.platform.start()
	cut.arrive()
	if got := cut.totals(); got != want {
		t.Errorf("with the link cut the hours are\n%s\nwithout they are\n%s", got, want)
	}
	if !strings.Contains(want, `"`) || strings.Count(want, "\n") < 24 {
		t.Errorf("the totals are %q", want)
	}
}

// remote is a platform and a gateway far from it.
type remote struct {
	*testing.T
	platform, gateway *fed
	in                string // the folder that the gateway watches
}

func newRemote(t *testing.T) *remote {
	t.Helper()
	dir := t.TempDir()
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	r := &remote{T: t, in: filepath.Join(dir, "in"), platform: newFed(t, filepath.Join(dir, "platform"))}
	r.platform.addr = freeAddress(t)
	token := filepath.Join(dir, "token")
	r.write(token, r.platform.key)
	r.gateway = &fed{TB: t, data: filepath.Join(dir, "gateway"), clock: realClock, addr: freeAddress(t), args: []string{
		"gateway", "--platform", "http://" + r.platform.addr, "--site", "small", "--name", "gateway-1", "--token-file", token,
	}}
	r.platform.args = []string{"serve"}
	if err := os.MkdirAll(r.in, 0o700); err != nil {
		t.Fatal(err)
	}
	r.write(filepath.Join(r.gateway.data, "devices", "small", "meter.toml"), fmt.Sprintf(
		"[device]\nprotocol = \"folder\"\n\n[folder]\nfolder = %q\nmapping = %q\nstable = \"100 ms\"\npoll = \"100 ms\"\n", r.in, filepath.Join(testdata, "belt.toml")))
	return r
}

func (r *remote) write(path, text string) {
	r.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

// freeAddress is one that nobody listens on: a server that comes back has to be
// found where it was.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// drop puts an hour of the meter's minutes into the gateway's folder, whole.
func (r *remote) drop(hour int) {
	r.Helper()
	chance := rand.New(rand.NewPCG(uint64(hour), 1))
	var text strings.Builder
	text.WriteString("time,kWh\n")
	for minute := 1; minute <= 60; minute++ {
		at := time.Date(2025, 2, 20, hour, minute, 0, 0, time.UTC)
		fmt.Fprintf(&text, "%s,%.3f\n", at.Format("2006-01-02 15:04"), 3+2*chance.Float64())
	}
	part := filepath.Join(filepath.Dir(r.in), "part")
	r.write(part, text.String())
	if err := os.Rename(part, filepath.Join(r.in, fmt.Sprintf("%02d.csv", hour))); err != nil {
		r.Fatal(err)
	}
}

// waits waits until so many readings wait in the gateway.
func (r *remote) waits(n int64) {
	r.Helper()
	var last string
	for range 600 {
		pending, said := r.pending()
		if last = said; pending == n {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.Fatalf("the gateway does not come to %d waiting readings: %s", n, last)
}

// arrive waits until all of the day has left the gateway and is with the platform.
func (r *remote) arrive() {
	r.Helper()
	for range 600 {
		pending, _ := r.pending()
		if pending == 0 && strings.Count(r.totals(), "\n") >= 24 {
			r.waits(0)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	_, said := r.pending()
	r.Fatalf("the day does not arrive: %s\n%s", said, r.totals())
}

func (r *remote) pending() (n int64, said string) {
	r.Helper()
	answer, err := http.Get(r.gateway.url + "/healthz")
	if err != nil {
		return -1, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	var health struct{ Spool struct{ Pending int64 } }
	if err != nil || json.Unmarshal(body, &health) != nil {
		return -1, string(body)
	}
	return health.Spool.Pending, string(body)
}

// totals are the day's hours as the platform tells them, a row each.
func (r *remote) totals() string {
	r.Helper()
	gateway := r.platform.key
	defer func() { r.platform.key = gateway }()
	r.platform.key = r.platform.eye
	answer, err := r.platform.ask(http.MethodGet, "/api/v1/sites/small/amounts?point=belt&by=hour&from=2025-02-19T16:00:00Z&to=2025-02-20T16:00:00Z", nil)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(body), "},{", "},\n{")
}
