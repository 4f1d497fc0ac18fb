package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// fed is a server that a gateway feeds, second after second, and that is ended
// in every way but the right one.
type fed struct {
	testing.TB
	data   string // the server's data folder
	clock  string // its clock
	addr   string // where it listens; "" is any port
	args   []string
	eye    string // the key of somebody who only looks
	key    string // the gateway's
	url    string
	server *exec.Cmd
	lanes  [8]int // the first second of each lane that is not acknowledged yet

	mu      sync.Mutex
	acked   map[int64]bool // instants, ms UTC
	batches int
}

const (
	// perBatch is how many seconds a lane hands in at once.
	perBatch = 20
	// laneApart keeps the seconds of one lane from another's.
	laneApart = 100_000
)

// TestKilledServer: kill -9 of the server during a feed with acknowledgements.
// What was acknowledged is what is stored, and nothing is stored twice, though
// the gateway sends again whatever it heard no answer to.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	f := newFed(t, filepath.Join(t.TempDir(), "data"))
	chance := rand.New(rand.NewPCG(7, 7))
	for range rounds(t, killsEnv, 4) {
		f.start()
		f.feed(time.Duration(50+chance.IntN(350)) * time.Millisecond)
		go func(server *exec.Cmd, after time.Duration) {
			time.Sleep(after)
			_ = server.Process.Kill()
		}(f.server, time.Duration(chance.IntN(40))*time.Millisecond)
		f.feed(time.Minute) // until it is gone
		_ = f.server.Wait()
	}
	f.start()
	f.feed(100 * time.Millisecond)
	f.check()
	t.Logf("%d kills, %d readings acknowledged in %d batches", rounds(t, killsEnv, 4), len(f.acked), f.batches)
}

// powerEnv says how often the current is cut; without it, never: it needs root
// and a loop device.
const powerEnv = "LINGTAN_TEST_POWER_CUTS"

// TestPowerCut feeds a server whose folder is a file system in a file, and goes
// on from copies of that file: what the kernel had not yet written is not in
// them, as after a power cut.
func TestPowerCut(t *testing.T) {
	cuts := rounds(t, powerEnv, 0)
	if cuts == 0 {
		t.Skipf("%s is not set: it needs root and a loop device", powerEnv)
	}
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	shell(t, "truncate -s 512M "+disk+" && mkfs.ext4 -q "+disk)
	for i := range cuts {
		at := mount(t, disk)
		f := newFed(t, filepath.Join(at, "data"))
		f.start()
		f.feed(time.Duration(700+300*i) * time.Millisecond)
		if err := f.server.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(dir, fmt.Sprintf("cut%d", i))
		shell(t, "cp --sparse=always "+disk+" "+copied)
		_ = f.server.Process.Kill()
		_ = f.server.Wait()
		after := mount(t, copied)
		f.data = filepath.Join(after, "data")
		f.start()
		f.feed(100 * time.Millisecond)
		f.check()
		_ = f.server.Process.Kill()
		_ = f.server.Wait()
		shell(t, "umount "+after+" && umount "+at+" && rm "+copied)
		shell(t, "mkfs.ext4 -q -F "+disk)
		t.Logf("cut %d: %d readings acknowledged and there", i+1, len(f.acked))
	}
}

// rounds reads how often from the environment.
func rounds(t *testing.T, name string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(otherwise)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func shell(t *testing.T, script string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "bash", "-c", script).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

func mount(t *testing.T, disk string) string {
	t.Helper()
	at := t.TempDir()
	shell(t, "mount -o loop "+disk+" "+at)
	t.Cleanup(func() { _ = exec.CommandContext(context.Background(), "umount", "-l", at).Run() })
	return at
}

// newFed makes a mine with a gateway.
func newFed(t *testing.T, data string) *fed {
	t.Helper()
	f := &fed{TB: t, data: data, clock: clock, args: []string{"serve"}, acked: map[int64]bool{}}
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	f.run("site", "put", filepath.Join(testdata, "mine.toml"))
	f.key, f.eye = f.issue("gateway-1", "gateway"), f.issue("eye", "viewer")
	folder := filepath.Join(data, "devices", "small")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	const device = "[device]\nprotocol = \"push\"\n\n[push]\npoints = true\n"
	if err := os.WriteFile(filepath.Join(folder, "gateway-1.toml"), []byte(device), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// issue makes a token of somebody.
func (f *fed) issue(who, role string) string {
	f.Helper()
	var issued struct{ Token string }
	if err := json.Unmarshal(f.run("token", "create", who, "--role", role, "--json"), &issued); err != nil {
		f.Fatal(err)
	}
	return issued.Token
}

func (f *fed) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(f.Context(), "lingtan", args...)
	cmd.Env = append(os.Environ(), "CLOCK="+f.clock, "LINGTAN_LANG=en", "LINGTAN_DATA="+f.data)
	return cmd
}

func (f *fed) run(args ...string) []byte {
	f.Helper()
	cmd := f.command(args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		f.Fatalf("lingtan %s: %v\n%s", strings.Join(args, " "), err, said.Bytes())
	}
	return out
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start starts the server and waits until it takes readings.
func (f *fed) start() {
	f.Helper()
	f.server = f.command(append(slices.Clone(f.args), "--addr", cmp.Or(f.addr, "127.0.0.1:0"))...)
	var said bytes.Buffer
	f.server.Stderr = &said
	out, err := f.server.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := f.server.Start(); err != nil {
		f.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for f.url = ""; f.url == "" && lines.Scan(); {
		f.url = address.FindString(lines.Text())
	}
	if f.url == "" {
		_ = f.server.Wait()
		f.Fatalf("the server did not start:\n%s", said.Bytes())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
}

// kill ends the server at once.
func (f *fed) kill() {
	_ = f.server.Process.Kill()
	_ = f.server.Wait()
}

// feed hands batches in on all lanes, on each one after the other, for so long
// or until the server is gone. A batch without an answer is sent again, under
// the same id.
func (f *fed) feed(long time.Duration) {
	f.Helper()
	until := time.Now().Add(long)
	var lanes sync.WaitGroup
	for lane := range f.lanes {
		lanes.Go(func() {
			for time.Now().Before(until) {
				switch err := f.post(lane*laneApart + f.lanes[lane]); {
				case err == nil:
					f.lanes[lane] += perBatch
				case errors.Is(err, errNotYet):
					time.Sleep(5 * time.Millisecond)
				default:
					return
				}
			}
		})
	}
	lanes.Wait()
}

var (
	errNotYet  = errors.New("the device is not at work yet")
	errUnheard = errors.New("no answer")
)

func (f *fed) post(first int) error {
	f.Helper()
	began, err := time.Parse(time.RFC3339, clock)
	if err != nil {
		f.Error(err)
		return err
	}
	type sample struct {
		Point string  `json:"point"`
		T     int64   `json:"t"`
		V     float64 `json:"v"`
	}
	var rows []sample
	for i := range perBatch {
		rows = append(rows, sample{"feeder", began.AddDate(0, -1, 0).Add(time.Duration(first+i) * time.Second).UnixMilli(), 1})
	}
	body, err := json.Marshal(map[string]any{"id": fmt.Sprint(first), "readings": rows})
	if err != nil {
		f.Error(err)
		return err
	}
	answer, err := f.ask(http.MethodPost, "/api/v1/sites/small/devices/gateway-1/write", body)
	if err != nil {
		return errUnheard
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNoContent:
	case http.StatusNotFound:
		return errNotYet
	default:
		said, _ := io.ReadAll(answer.Body)
		f.Errorf("the gateway hears %d: %s", answer.StatusCode, said)
		return errUnheard
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.batches++
	for _, r := range rows {
		f.acked[r.T] = true
	}
	return nil
}

func (f *fed) ask(method, path string, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(f.Context(), 10*time.Second)
	f.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, f.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+f.key)
	request.Header.Set("Content-Type", "application/json")
	return http.DefaultClient.Do(request)
}

// check compares what was acknowledged with what is stored, row by row.
func (f *fed) check() {
	f.Helper()
	gateway := f.key
	f.key = f.eye
	defer func() { f.key = gateway }()
	stored := map[int64]int{}
	for cursor := ""; ; {
		answer, err := f.ask(http.MethodGet, "/api/v1/sites/small/readings?point=feeder&from=0&to=4102444800000&limit=10000&cursor="+cursor, nil)
		if err != nil {
			f.Fatal(err)
		}
		var page struct {
			Items []struct{ T time.Time }
			Next  string
		}
		err = json.NewDecoder(answer.Body).Decode(&page)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			f.Fatalf("reading back: %s, %v", answer.Status, err)
		}
		for _, r := range page.Items {
			stored[r.T.UnixMilli()]++
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for at, n := range stored {
		if n != 1 {
			f.Errorf("%v is stored %d times", time.UnixMilli(at).UTC(), n)
		}
		if !f.acked[at] {
			f.Errorf("%v is stored and was never acknowledged, though it was sent until it was", time.UnixMilli(at).UTC())
		}
	}
	for at := range f.acked {
		if stored[at] == 0 {
			f.Errorf("%v was acknowledged and is not stored", time.UnixMilli(at).UTC())
		}
	}
	if len(f.acked) < perBatch {
		f.Errorf("only %d readings were acknowledged", len(f.acked))
	}
}
