package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/lang"
	"lingtan/notify"
	"lingtan/site"
)

// desk is a web server that takes alarms, and answers as it is told to.
type desk struct {
	*httptest.Server
	mu      sync.Mutex
	answers []int // of the next requests; then 200
	bodies  []string
	heads   []http.Header
}

func openDesk(tb testing.TB, answers ...int) *desk {
	tb.Helper()
	d := &desk{answers: answers}
	d.Server = httptest.NewServer(d)
	tb.Cleanup(d.Close)
	return d
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bodies, d.heads = append(d.bodies, string(body)), append(d.heads, r.Header)
	status := http.StatusOK
	if len(d.answers) > 0 {
		status, d.answers = d.answers[0], d.answers[1:]
	}
	w.Header().Set("Location", "/elsewhere")
	w.WriteHeader(status)
}

func (d *desk) hook() map[string]notify.Address {
	return map[string]notify.Address{"desk": {
		Kind: "webhook", URL: d.URL + "/hook?key=in-the-address", Secret: secret, Lang: lang.EN, Mine: lang.T("青岭矿", "Qingling Mine"),
	}}
}

func TestWebhook(t *testing.T) {
	d := openDesk(t)
	o := open(t, d.hook())
	id := o.put("desk", site.Vented, 1)[0]
	o.round(time.Second)
	if len(d.bodies) != 1 || o.queue.state(id) != "sent after 1" {
		t.Fatalf("%d requests, message %s", len(d.bodies), o.queue.state(id))
	}
	h := d.heads[0]
	stamp := strconv.FormatInt(start.Add(time.Second).Unix(), 10)
	if h.Get("Lingtan-Timestamp") != stamp || h.Get("Lingtan-Signature") != notify.Sign(secret, stamp, []byte(d.bodies[0])) || h.Get("Lingtan-Id") != id {
		t.Errorf("headers %v", h)
	}
	var body struct {
		Schema, ID, Title, Text string
		Messages                []alarm.Message
	}
	if err := json.Unmarshal([]byte(d.bodies[0]), &body); err != nil {
		t.Fatal(err)
	}
	if body.Schema != "lingtan.alarm/1" || body.ID != id || len(body.Messages) != 1 || body.Messages[0].Alarm.Subject != "p-000" {
		t.Errorf("body %s", d.bodies[0])
	}
	for _, want := range []string{"Qingling Mine", "8.4 % > 8 %", "not verified (C)", "2024-03-11 02:00:00Z", "to the flare"} {
		if !strings.Contains(body.Text, want) {
			t.Errorf("text has no %q: %s", want, body.Text)
		}
	}
	o.round(time.Hour)
	if len(d.bodies) != 1 {
		t.Error("what was sent is sent again")
	}
}

// TestSign compares with what others compute:
// printf '1710122401.what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe.
func TestSign(t *testing.T) {
	const want = "sha256=65361d6af6cc72169861aadcb52d4a3652f1008233bc5fddac71d57c8b5c1589"
	if got := notify.Sign("Jefe", "1710122401", []byte("what do ya want for nothing?")); got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
}

// TestWebhookFails follows a message over failures and restarts: a 500, a
// redirect, a server that is not there, and then one that takes it.
func TestWebhookFails(t *testing.T) {
	d := openDesk(t, 500, 302, 404)
	o := open(t, d.hook())
	id := o.put("desk", site.Threshold, 1)[0]
	for _, step := range []struct {
		after time.Duration
		want  string
		calls int
		fault string
	}{
		{0, "waits after 1", 1, "answered with 500"},
		{4 * time.Second, "waits after 1", 1, "answered with 500"}, // 5 s are not over
		{5 * time.Second, "waits after 2", 2, "answered with 302, a redirect, which is not followed"},
		{14 * time.Second, "waits after 2", 2, "answered with 302, a redirect, which is not followed"},
		{15 * time.Second, "waits after 3", 3, "answered with 404"},
		{35 * time.Second, "sent after 4", 4, ""},
	} {
		o.restart()
		o.round(step.after)
		if got, fault := o.queue.state(id), o.queue.list[id].Sending.Fault; got != step.want || len(d.bodies) != step.calls || fault != step.fault {
			t.Errorf("after %s: %s, %d calls, %q, want %s, %d, %q", step.after, got, len(d.bodies), fault, step.want, step.calls, step.fault)
		}
	}
	for _, h := range d.heads {
		if h.Get("Lingtan-Id") != id {
			t.Errorf("sent again as %s, want %s", h.Get("Lingtan-Id"), id)
		}
	}
	d.Close()
	second := raised("desk", site.Threshold, 7)
	o.queue.list[second.ID] = second
	o.round(time.Minute)
	if got := o.queue.list[second.ID].Sending.Fault; !strings.Contains(got, "refused") {
		t.Errorf("a server that is gone: %s", got)
	}
	o.round(25 * time.Hour)
	if got := o.queue.state(second.ID); got != "lost after 2" {
		t.Errorf("after a day: %s", got)
	}
	o.noSecrets("in-the-address")
}

// TestPace holds that a flood is a few messages and a digest, and that a
// broken channel holds up no other.
func TestPace(t *testing.T) {
	d, broken := openDesk(t), openDesk(t, 500, 500, 500, 500)
	to := d.hook()
	few := to["desk"]
	few.PerMinute = 3
	to["desk"], to["broken"] = few, broken.hook()["desk"]
	o := open(t, to)
	ids := o.put("desk", site.Threshold, 250)
	o.put("broken", site.Threshold, 20)
	for after := time.Duration(0); after < time.Minute; after += time.Second {
		o.round(after)
	}
	if len(d.bodies) != 3 || len(broken.bodies) != 4 {
		t.Fatalf("%d and %d messages in the first minute, want 3 and 4", len(d.bodies), len(broken.bodies))
	}
	late := raised("desk", site.Threshold, 300)
	late.At, late.Sending.Next = start.Add(time.Minute), start.Add(time.Minute)
	o.queue.list[late.ID] = late
	o.round(time.Minute)
	o.round(time.Minute + time.Second)
	var digest struct {
		Title, ID string
		Messages  []alarm.Message
	}
	if err := json.Unmarshal([]byte(d.bodies[3]), &digest); err != nil {
		t.Fatal(err)
	}
	if len(d.bodies) != 4 || len(digest.Messages) != 200 || !strings.Contains(digest.Title, "200 alarms") || !strings.HasPrefix(digest.ID, "digest/") {
		t.Fatalf("%d messages; the digest is %s of %d", len(d.bodies), digest.Title, len(digest.Messages))
	}
	o.round(2 * time.Minute)
	for _, id := range append(ids, late.ID) {
		if got := o.queue.state(id); got != "sent after 1" {
			t.Errorf("%s %s", id, got)
		}
	}
	if len(d.bodies) != 5 {
		t.Errorf("%d messages in all, want 5", len(d.bodies))
	}
}

// TestQueueBroken holds that what was sent and could not be marked is not sent
// each second anew.
func TestQueueBroken(t *testing.T) {
	d := openDesk(t)
	o := open(t, d.hook())
	id := o.put("desk", site.Threshold, 1)[0]
	o.queue.broken = true
	o.round(0)
	if err := o.Deliver(t.Context()); err == nil {
		t.Error("a queue that can not be written is not told")
	}
	o.queue.broken = false
	o.round(time.Minute)
	if len(d.bodies) != 1 || o.queue.state(id) != "sent after 1" {
		t.Errorf("%d requests, %s", len(d.bodies), o.queue.state(id))
	}
}

// TestChannelGone holds that a message to a channel that is no longer there is
// given up, and one without an address waits for the configuration.
func TestChannelGone(t *testing.T) {
	o := open(t, map[string]notify.Address{"bare": {Kind: "webhook"}, "pigeon": {Kind: "pigeon"}})
	gone, bare, odd := o.put("gone", site.Threshold, 1)[0], o.put("bare", site.Threshold, 1)[0], o.put("pigeon", site.Threshold, 1)[0]
	o.round(0)
	for id, want := range map[string]string{gone: "lost after 1", bare: "waits after 1", odd: "waits after 1"} {
		if got := o.queue.state(id); got != want {
			t.Errorf("%s %s, want %s", id, got, want)
		}
	}
}

// TestRun holds that the loop sends by itself and stops when told to.
func TestRun(t *testing.T) {
	d := openDesk(t)
	o := open(t, d.hook())
	o.put("desk", site.Threshold, 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	for range 200 {
		d.mu.Lock()
		n := len(d.bodies)
		d.mu.Unlock()
		if n > 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil || len(d.bodies) != 1 {
		t.Errorf("Run = %v, %d requests", err, len(d.bodies))
	}
}
