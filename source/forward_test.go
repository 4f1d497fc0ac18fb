package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lingtan/reading"
)

// platform is the other end: it takes posts as the push protocol does, and
// fails as a test says.
type platform struct {
	t      *testing.T
	posts  map[string]string // id to content
	rs     []postedReading   // in the order they came, repeats included
	answer func(n int, rs []postedReading) (status int, lost bool)
	n      int
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	return &platform{t: t, posts: map[string]string{}, answer: func(int, []postedReading) (int, bool) { return http.StatusNoContent, false }}
}

// RoundTrip implements [http.RoundTripper].
func (p *platform) RoundTrip(r *http.Request) (*http.Response, error) {
	p.t.Helper()
	p.n++
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		p.t.Error(err)
		return nil, err
	}
	body, err := io.ReadAll(z)
	var post struct {
		ID       string          `json:"id"`
		Readings []postedReading `json:"readings"`
	}
	if err = errors.Join(err, json.Unmarshal(body, &post)); err != nil {
		p.t.Error(err)
		return nil, err
	}
	if r.URL.Path != "/api/v1/sites/qingling/devices/gateway-1/write" || r.Header.Get("Authorization") != "Bearer lingtan_x" || len(post.ID) > maxEventID {
		p.t.Errorf("%s %q %q", r.URL.Path, r.Header.Get("Authorization"), post.ID)
	}
	status, lost := p.answer(p.n, post.Readings)
	if status == 0 {
		return nil, errors.New("no route to host")
	}
	if status < 300 {
		if before, again := p.posts[post.ID]; again && before != string(body) {
			p.t.Errorf("%s came again with another content", post.ID)
		} else if !again {
			p.rs = append(p.rs, post.Readings...)
		}
		p.posts[post.ID] = string(body)
	}
	if lost {
		return nil, errors.New("connection reset")
	}
	said := io.NopCloser(strings.NewReader(`{"detail":"as the test says"}`))
	return &http.Response{StatusCode: status, Body: said, Header: http.Header{"Content-Type": {"application/problem+json"}}, Request: r}, nil
}

// once gives what counts: each point, instant, value and sequence once, in the
// order of their first coming.
func (p *platform) once() (out []postedReading) {
	seen := map[string]bool{}
	for _, r := range p.rs {
		key := fmt.Sprintln(r.Point, r.T, string(r.V), r.Seq)
		if !seen[key] {
			out = append(out, r)
		}
		seen[key] = true
	}
	return out
}

func (p *platform) forward(s *Spool, most int) *Forward {
	return &Forward{
		Spool: s, Platform: "http://platform/", Site: "qingling", Gateway: "gateway-1", Most: most, Log: slog.New(slog.DiscardHandler),
		Token: func() (string, error) { return "lingtan_x", nil }, Client: &http.Client{Transport: p},
	}
}

// run forwards until something holds, by the bubble's clock.
func (f *Forward) run(t *testing.T, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	for range 1_000_000 {
		synctest.Wait() // what the forwarder does is read below
		if until() {
			break
		}
		time.Sleep(time.Second)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestForwardAfterADay: the link is down for a day while a meter goes on every
// five minutes. Everything arrives, oldest first, the same as without the cut.
func TestForwardAfterADay(t *testing.T) {
	var outcomes [2][]postedReading
	for i, cut := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := openSpool(t, t.TempDir(), SpoolOptions{Segment: 4000, Now: time.Now})
			p := newPlatform(t)
			began := time.Now()
			p.answer = func(int, []postedReading) (int, bool) {
				if since := time.Since(began); cut && since > time.Hour && since < 25*time.Hour {
					return 0, false
				}
				return http.StatusNoContent, false
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- p.forward(s, 500).Run(ctx) }()
			most := int64(0)
			for n := range 26 * 12 {
				accept(t, s, reading.Batch{Readings: []reading.Reading{{Series: 1, T: spoolStart.UnixMilli() + int64(n)*300_000, Recv: 1, V: float64(1000 + 4*n)}}})
				time.Sleep(5 * time.Minute)
				most = max(most, s.Health().Pending)
			}
			synctest.Wait()
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if h := s.Health(); h.Pending != 0 || h.Sent != 26*12 || h.Fault != nil || cut != (most > 280) {
				t.Errorf("cut %v: %+v, at most %d pending", cut, h, most)
			}
			outcomes[i] = p.rs
		})
	}
	if len(outcomes[1]) != 26*12 || fmt.Sprint(outcomes[0]) != fmt.Sprint(outcomes[1]) {
		t.Errorf("%d readings with the cut, %d without, or not the same", len(outcomes[1]), len(outcomes[0]))
	}
}

// TestForwardKilled: answers are lost, the platform is busy, and the gateway is
// killed and started again in between, while new readings come. Each reading
// arrives, and counts once.
func TestForwardKilled(t *testing.T) {
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 2))
			dir, p := t.TempDir(), newPlatform(t)
			p.answer = func(int, []postedReading) (int, bool) {
				return []int{0, http.StatusServiceUnavailable, http.StatusNoContent, http.StatusNoContent}[chance.IntN(4)], chance.IntN(3) == 0
			}
			var want []reading.Reading
			for run := range 6 {
				s := openSpool(t, dir, SpoolOptions{Segment: 1500, Now: time.Now})
				for n := range 10 {
					want = append(want, accept(t, s, some(10*run+n, 1+chance.IntN(9)))...)
				}
				stop := p.n + chance.IntN(6)
				p.forward(s, 20).run(t, func() bool { return p.n >= stop && run < 5 || s.Health().Pending == 0 })
				_ = s.active.Close() // killed: nothing is put away
			}
			got := p.once()
			if len(got) != len(want) {
				t.Fatalf("seed %d: %d readings arrived, %d were taken in", seed, len(got), len(want))
			}
			for i, r := range got {
				w := spooledReading{point: fmt.Sprintf("point-%d", want[i].Series), unit: "kWh", Reading: want[i]}.posted()
				if fmt.Sprint(r) != fmt.Sprint(w) {
					t.Fatalf("seed %d: reading %d arrived as %+v, want %+v", seed, i, r, w)
				}
			}
		})
	}
}

// TestForwardSetsAside: a reading that the platform refuses is set aside alone,
// with the reason, and hinders no other.
func TestForwardSetsAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, p := t.TempDir(), newPlatform(t)
		s := openSpool(t, dir, SpoolOptions{})
		bad := []string{"7", "8", "40"}
		p.answer = func(_ int, rs []postedReading) (int, bool) {
			if slices.ContainsFunc(rs, func(r postedReading) bool { return slices.Contains(bad, string(r.V)) }) {
				return http.StatusUnprocessableEntity, false
			}
			return http.StatusNoContent, false
		}
		for n := range 100 {
			accept(t, s, reading.Batch{Readings: []reading.Reading{{Series: 1, T: spoolStart.UnixMilli() + int64(n), V: float64(n)}}})
		}
		p.forward(s, 64).run(t, func() bool { return s.Health().Pending == 0 })
		if h := s.Health(); h.SetAside != 3 || len(p.once()) != 97 || p.n > 60 {
			t.Errorf("%+v; %d arrived in %d posts", h, len(p.once()), p.n)
		}
		aside, err := os.ReadFile(filepath.Join(dir, asideFile))
		if err != nil || bytes.Count(aside, []byte("\n")) != 3 || !bytes.Contains(aside, []byte(`as the test says`)) || !bytes.Contains(aside, []byte(`"v":40`)) {
			t.Errorf("%s, %v", aside, err)
		}
	})
}

// TestForwardKeepsWhatIsNotItsFault: a wrong token, an unknown site or a page of
// something in between cost no reading, and are told.
func TestForwardKeepsWhatIsNotItsFault(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests, http.StatusBadGateway} {
		synctest.Test(t, func(t *testing.T) {
			p := newPlatform(t)
			s := openSpool(t, t.TempDir(), SpoolOptions{})
			p.answer = func(int, []postedReading) (int, bool) { return status, false }
			accept(t, s, some(1, 3))
			began := time.Now()
			p.forward(s, 10).run(t, func() bool { return time.Since(began) > time.Hour })
			if h := s.Health(); h.Pending != 3 || h.Fault == nil || !strings.Contains(h.Fault.Error(), fmt.Sprint(status)) {
				t.Errorf("%d: %+v", status, h)
			}
			if p.n < 30 || p.n > 130 { // every minute, give or take a half
				t.Errorf("%d: tried %d times in an hour", status, p.n)
			}
		})
	}
}

// TestForwardedIsUnderstood: what a gateway posts, the push protocol reads as
// the same readings.
func TestForwardedIsUnderstood(t *testing.T) {
	in := some(3, 12)
	var rs []spooledReading
	for _, r := range in.Readings {
		rs = append(rs, spooledReading{point: "p", unit: "MWh", Reading: r})
	}
	body, err := postBody("gateway-1-1-2-3", rs)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, "p", "kWh")
	l := b.line(t, "gateway-1", "[device]\nprotocol = \"push\"\n[push]\npoints = true\n")
	r, ok := l.Device.Receiver()
	if !ok {
		t.Fatal("push is not posted to")
	}
	for range 2 { // sent again it is known
		post := Post{Body: body, Header: func(name string) string { return map[string]string{"Content-Encoding": "gzip"}[name] }, Query: func(string) string { return "" }}
		if err := r.Receive(t.Context(), l, post); err != nil {
			t.Fatal(err)
		}
	}
	got := b.all()
	if len(got) != len(in.Readings) {
		t.Fatalf("%d readings, want %d", len(got), len(in.Readings))
	}
	for i, g := range got {
		w := in.Readings[i]
		if g.T != w.T || g.Recv != w.Recv || g.V != 1000*w.V || g.Q != w.Q || !g.Why.Has(w.Why) || g.Seq != w.Seq {
			t.Errorf("%+v arrived as %+v", w, g)
		}
	}
}

func TestTokenFrom(t *testing.T) {
	t.Setenv("GATEWAY_TOKEN", "lingtan_y")
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("lingtan_z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if v, err := TokenFrom("GATEWAY_TOKEN", "")(); v != "lingtan_y" || err != nil {
		t.Error(v, err)
	}
	if v, err := TokenFrom("", file)(); v != "lingtan_z" || err != nil {
		t.Error(v, err)
	}
	if _, err := TokenFrom("NO_SUCH_TOKEN", "")(); err == nil {
		t.Error("a token that is not there")
	}
}
