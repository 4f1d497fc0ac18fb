package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/testkit"
)

// TestStreamEnds: whoever may no longer listen hears no more, whatever took it
// from them.
func TestStreamEnds(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.awake(t, own)
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	admin := h.session("administrator@all")
	put := func(id, duties, active string) {
		h.must(call{who: admin, method: "PUT", path: "/api/v1/people/" + id, body: `{"name":"x","duties":[` + duties + `],"active":` + active + `}`})
	}
	for _, tt := range []struct {
		name, who string
		session   bool
		act       func(id, who string)
	}{
		{"signed out", "viewer@" + own, true, func(_, who string) { h.do(call{who: who, method: "DELETE", path: "/session"}) }},
		{"ended by the administrator", "filler@" + own, true, func(id, _ string) {
			h.must(call{who: admin, method: "DELETE", path: "/api/v1/people/" + id + "/sessions"})
		}},
		{"given another password", "manager@" + own, true, func(id, _ string) {
			h.must(call{who: admin, method: "POST", path: "/api/v1/people/" + id + "/password"})
		}},
		{"disabled", "verifier@" + own, false, func(id, _ string) { put(id, `{"role":"verifier","site":"`+own+`"}`, "false") }},
		{"sent to another mine", "auditor@" + own, false, func(id, _ string) { put(id, `{"role":"auditor","site":"`+other+`"}`, "true") }},
		{"made a banker", "climate@" + own, false, func(id, _ string) { put(id, `{"role":"banker","site":"`+own+`"}`, "true") }},
		{"at a unit only", "reviewer@" + own, false, func(id, _ string) {
			put(id, `{"role":"reviewer","site":"`+own+`","node":"works"}`, "true")
		}},
	} {
		who := tt.who
		if tt.session {
			who = h.session(tt.who)
		}
		l, status := h.listen(t, web.URL, who, "/api/v1/sites/"+own+"/stream")
		if status != http.StatusOK {
			t.Fatalf("%s: %d", tt.name, status)
		}
		l.next(t)
		tt.act(tt.who, who)
		select {
		case _, open := <-l.events:
			if open {
				t.Errorf("%s: hears on", tt.name)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s: is not let go", tt.name)
		}
	}
}

// TestStreamByRole: who hears the stream at all, and who of another mine.
func TestStreamByRole(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.awake(t, own)
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	for _, role := range access.Roles() {
		actor, err := h.store.Actor(t.Context(), string(role)+"@"+own)
		if err != nil {
			t.Fatal(err)
		}
		want := http.StatusForbidden
		if access.May(actor, access.ReadWall, own) == nil {
			want = http.StatusOK
		}
		for site, want := range map[string]int{own: want, other: http.StatusForbidden} {
			l, status := h.listen(t, web.URL, string(role)+"@"+own, "/api/v1/sites/"+site+"/stream")
			if l.stop(); status != want {
				t.Errorf("%s hears %s with %d, want %d", role, site, status, want)
			}
		}
	}
}
