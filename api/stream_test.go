package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/api"
	"lingtan/factor"
	"lingtan/live"
	"lingtan/reading"
	"lingtan/store"
	"lingtan/testkit"
)

// event is one as a browser sees it.
type event struct{ id, kind, data string }

// listener reads a stream in the background.
type listener struct {
	events chan event
	stop   context.CancelFunc
}

// listen opens the stream as somebody, with further headers.
func (h *house) listen(t *testing.T, server, who, path string, head ...string) (*listener, int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cookie, is := strings.CutPrefix(who, "cookie "); is {
		cookie, _, _ = strings.Cut(cookie, " ")
		r.AddCookie(&http.Cookie{Name: "lingtan", Value: cookie})
	} else {
		r.Header.Set("Authorization", "Bearer "+h.tokens[who])
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	answer, err := http.DefaultClient.Do(r) //nolint:bodyclose // closed by who reads it, or below
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{events: make(chan event, 100), stop: stop}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return l, answer.StatusCode
	}
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" || answer.Header.Get("Content-Encoding") != "" {
		t.Errorf("a stream of type %q, packed %q", kind, answer.Header.Get("Content-Encoding"))
	}
	go func() {
		defer answer.Body.Close()
		defer close(l.events)
		var e event
		rows := bufio.NewScanner(answer.Body)
		rows.Buffer(nil, 1<<22)
		for rows.Scan() {
			key, value, _ := strings.Cut(rows.Text(), ": ")
			switch key {
			case "id":
				e.id = value
			case "event":
				e.kind = value
			case "data":
				e.data = value
			case "":
				if e.kind != "" {
					l.events <- e
				}
				e = event{}
			}
		}
	}()
	return l, answer.StatusCode
}

func (l *listener) next(t *testing.T) event {
	t.Helper()
	select {
	case e, ok := <-l.events:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(5 * time.Second):
		t.Fatal("no event within 5 s")
	}
	return event{}
}

// until waits for an event of a kind that mentions something.
func (l *listener) until(t *testing.T, kind, mentions string) event {
	t.Helper()
	for {
		if e := l.next(t); e.kind == kind && strings.Contains(e.data, mentions) {
			return e
		}
	}
}

// awake gives a mine its open hour, at the house's clock, which goes on.
func (h *house) awake(t *testing.T, site string) *api.Mine {
	t.Helper()
	began := time.Now()
	m, err := h.mine(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	hall, err := live.Open(t.Context(), live.Inputs{
		Site: m.Site, Plan: m.Plan, Series: m.Number, Meters: m.Readings.Series, Filings: h.store, Edition: edition, Factors: factor.Builtin(),
		Now:     func() time.Time { return now.Add(time.Since(began)) },
		Refresh: func(ctx context.Context) error { _, err := m.Readings.Refresh(ctx, nil); return err },
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Hall, m.Readings.Accepted = hall, hall.Touch
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = hall.Run(ctx, func(err error) { t.Error(err) }) })
	t.Cleanup(func() { stop(); running.Wait() })
	return m
}

// TestStream: a viewer gets the mine as it stands and then what moves, comes
// back where it was, sees only what it asks for and may see, and is let go when
// its token is revoked.
func TestStream(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	m := h.awake(t, own)
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	const path = "/api/v1/sites/" + own + "/stream"
	point := m.Site.Points[0].ID
	say := func(v float64) {
		id, _ := m.Number(point)
		if _, err := m.Readings.Accept(t.Context(), reading.Batch{Readings: []reading.Reading{{Series: id, T: now.UnixMilli() + int64(v), V: v}}}); err != nil {
			t.Error(err)
		}
	}
	viewer, status := h.listen(t, web.URL, "viewer@"+own, path, "Accept-Encoding", "gzip")
	if status != http.StatusOK {
		t.Fatalf("the stream answers %d", status)
	}
	first := viewer.next(t)
	var state live.State
	if err := json.Unmarshal([]byte(first.data), &state); first.kind != "snapshot" || err == nil && len(state.Points) == 0 {
		t.Errorf("the stream begins with %.200q, %v", first, err)
	}
	say(1)
	seen := viewer.until(t, "points", point)
	viewer.stop()
	say(2)
	back, _ := h.listen(t, web.URL, "viewer@"+own, path, "Last-Event-ID", seen.id)
	if e := back.next(t); e.kind != "points" || e.id <= seen.id {
		t.Errorf("who comes back after %s gets %s %s", seen.id, e.kind, e.id)
	}
	lost, _ := h.listen(t, web.URL, "viewer@"+own, path+"?after=1")
	if e := lost.next(t); e.kind != "snapshot" {
		t.Errorf("who was away too long gets %s", e.kind)
	}
	none, _ := h.listen(t, web.URL, "viewer@"+own, path+"?kinds=points&points=none")
	if e := none.next(t); strings.Contains(e.data, `"`+point+`"`) {
		t.Errorf("who asked for another point gets %.100q", e.data)
	}
	secret := h.tokens["reviewer@"+own]
	reviewer, _ := h.listen(t, web.URL, "reviewer@"+own, path+"?kinds=alarm")
	reviewer.next(t)
	id, err := access.TokenID(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.RevokeToken(t.Context(), id, store.System); err != nil {
		t.Fatal(err)
	}
	select {
	case _, open := <-reviewer.events:
		if open {
			t.Error("a revoked token goes on to hear")
		}
	case <-time.After(5 * time.Second):
		t.Error("a revoked token is not let go")
	}
	for who, want := range map[string]int{"gateway@" + own: http.StatusForbidden, "viewer@" + other: http.StatusForbidden, "expired": http.StatusUnauthorized} {
		if _, status := h.listen(t, web.URL, who, path); status != want {
			t.Errorf("%s hears %d, want %d", who, status, want)
		}
	}
	if _, status := h.listen(t, web.URL, "viewer@"+own, path+"?kinds=gossip"); status != http.StatusUnprocessableEntity {
		t.Errorf("a kind that is none: %d", status)
	}
}

// TestManyViewers: two hundred listen, and none of them takes a turn from who
// asks for something else.
func TestManyViewers(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.awake(t, own)
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	const viewers = 200
	for range viewers {
		l, status := h.listen(t, web.URL, "viewer@"+own, "/api/v1/sites/"+own+"/stream?kinds=totals")
		if status != http.StatusOK {
			t.Fatalf("a viewer is answered %d", status)
		}
		if e := l.next(t); e.kind != "snapshot" {
			t.Fatalf("a viewer gets %s", e.kind)
		}
	}
	began := time.Now()
	h.must(call{who: string(access.Viewer) + "@" + own, method: "GET", path: fmt.Sprintf("/api/v1/sites/%s/live", own)})
	if took := time.Since(began); took > time.Second {
		t.Errorf("beside %d viewers a request takes %v", viewers, took)
	}
}
