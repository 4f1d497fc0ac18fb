package api_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/store"
	"lingtan/testkit"
)

// TestOnceBeforeAll: with a one-time password nothing opens but its change.
func TestOnceBeforeAll(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	admin := h.session("administrator@all")
	var out struct {
		Once string `json:"once"`
	}
	if err := json.Unmarshal([]byte(h.must(call{who: admin, method: "POST", path: "/api/v1/people/filler@" + own + "/password"})), &out); err != nil || out.Once == "" {
		t.Fatal(out, err)
	}
	mine := "cookie " + h.enter(`{"name":"filler@`+own+`","password":"`+out.Once+`"}`)
	if body := h.must(call{who: mine, method: "GET", path: "/api/v1/me"}); !strings.Contains(body, `"once":true`) {
		t.Errorf("me: %s", body)
	}
	for _, c := range []call{
		{method: "GET", path: "/api/v1/sites/" + own},
		{method: "GET", path: "/api/v1/people/filler@" + own + "/sessions"},
		{method: "POST", path: "/api/v1/tokens", body: `{"name":"x","life_days":1}`},
	} {
		c.who = mine
		if w := h.do(c); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"code":"password_once"`) {
			t.Errorf("%s %s before the change: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
	h.must(call{who: mine, method: "PUT", path: "/api/v1/me/password", body: `{"old":"` + out.Once + `","new":"` + password + `"}`})
	h.must(call{who: mine, method: "GET", path: "/api/v1/sites/" + own})
}

// TestRightsChange: what an administrator changes counts with the next request,
// ends the sessions, and stands in the book with what it was.
func TestRightsChange(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	admin, mine := h.session("administrator@all"), h.session("filler@"+own)
	path := "/api/v1/people/filler@" + own
	card := h.must(call{who: admin, method: "PUT", path: path, body: `{"name":"张工","email":"Zhang@Example.org","duties":[{"role":"viewer","site":"` + own + `"}],"active":true}`})
	for _, want := range []string{`"role":"viewer"`, `"email":"zhang@example.org"`, `"password":"own"`, `"active":true`} {
		if !strings.Contains(card, want) {
			t.Errorf("%s has no %s", card, want)
		}
	}
	if w := h.do(call{who: mine, method: "GET", path: "/api/v1/me"}); w.Code != http.StatusUnauthorized {
		t.Errorf("the session from before: %d", w.Code)
	}
	if w := h.do(call{who: "filler@" + own, method: "GET", path: sites + "/" + own + "/filings?first=2024-01&last=2024-01"}); w.Code != http.StatusForbidden {
		t.Errorf("the token goes on with the old rights: %d", w.Code)
	}
	entry := h.must(call{who: admin, method: "GET", path: "/api/v1/ledger?subject=filler@" + own})
	for _, want := range []string{`"before":{`, `"role":"filler"`, `"after":{`, `"actor":"administrator@all"`} {
		if !strings.Contains(entry, want) {
			t.Errorf("the book has no %s: %s", want, entry)
		}
	}
	h.must(call{who: admin, method: "PUT", path: path, body: `{"name":"张工","duties":[],"active":false}`})
	if w := h.do(call{who: "filler@" + own, method: "GET", path: "/api/v1/me"}); w.Code != http.StatusUnauthorized {
		t.Errorf("the token of somebody disabled: %d", w.Code)
	}
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"rights for oneself":    {`{"name":"a","duties":[{"role":"administrator","site":"*"},{"role":"viewer","site":"` + own + `"}]}`, 403},
		"a role that is not":    {`{"name":"a","duties":[{"role":"root","site":"*"}]}`, 422},
		"two that do not go":    {`{"name":"a","duties":[{"role":"administrator","site":"*"},{"role":"filler","site":"*"}]}`, 422},
		"the last one leaves":   {`{"name":"a","duties":[]}`, 409},
		"the last one disabled": {`{"name":"a","duties":[{"role":"administrator","site":"*"}],"active":false}`, 409},
	} {
		if w := h.do(call{who: admin, method: "PUT", path: "/api/v1/people/administrator@all", body: c.body}); w.Code != c.code {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, c.code, w.Body)
		}
	}
	list := h.must(call{who: admin, method: "GET", path: "/api/v1/people?query=" + "%E5%BC%A0"})
	if strings.Count(list, `"id"`) != 1 || !strings.Contains(list, `"active":false`) {
		t.Errorf("people called 张: %s", list)
	}
}

// TestTokensOfOthers: nobody gets a token to act as another person, nor learns
// of another's.
func TestTokensOfOthers(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	admin, mine, byToken := h.session("administrator@all"), h.session("filler@"+own), "filler@"+own
	ask := func(who, actor, extra string) *httptest.ResponseRecorder {
		return h.do(call{who: who, method: "POST", path: "/api/v1/tokens", body: `{"actor":"` + actor + `","name":"x","life_days":30` + extra + `}`})
	}
	for _, c := range []struct {
		name string
		got  *httptest.ResponseRecorder
		code int
	}{
		{"one's own", ask(mine, "filler@"+own, ""), 201},
		{"one's own by a token", ask(byToken, "filler@"+own, ""), 403},
		{"another's", ask(mine, "reviewer@"+own, ""), 403},
		{"a gateway's, by a filler", ask(mine, "gateway@"+own, ""), 403},
		{"a gateway's, by the administrator", ask(admin, "gateway@"+own, ""), 201},
		{"a reviewer's, by the administrator", ask(admin, "reviewer@"+own, ""), 403},
		{"nobody's", ask(admin, "nobody", ""), 404},
		{"for ever", ask(mine, "filler@"+own, `,"actions":["x.y"]`), 422},
	} {
		if c.got.Code != c.code {
			t.Errorf("%s: %d, want %d: %s", c.name, c.got.Code, c.code, c.got.Body)
		}
	}
	var narrow struct{ ID, Secret string }
	if err := json.Unmarshal(ask(mine, "filler@"+own, `,"actions":["readings.read"],"sites":["`+own+`"]`).Body.Bytes(), &narrow); err != nil {
		t.Fatal(err)
	}
	if w := h.do(call{who: narrow.Secret, method: "GET", path: sites + "/" + own + "/points"}); w.Code != 200 {
		t.Errorf("a narrow token reads: %d", w.Code)
	}
	if w := h.do(call{who: narrow.Secret, method: "GET", path: sites + "/" + own + "/months?first=2024-01&last=2024-01"}); w.Code != 403 {
		t.Errorf("a narrow token reads what it should not: %d", w.Code)
	}
	if list := h.must(call{who: mine, method: "GET", path: "/api/v1/tokens"}); !strings.Contains(list, narrow.ID) || strings.Contains(list, narrow.Secret[20:]) {
		t.Errorf("own tokens: %s", list)
	}
	if w := h.do(call{who: mine, method: "GET", path: "/api/v1/tokens?actor=reviewer@" + own}); w.Code != 403 {
		t.Errorf("another's tokens: %d", w.Code)
	}
	theirs, nothing := h.do(call{who: h.session("viewer@" + own), method: "DELETE", path: "/api/v1/tokens/" + narrow.ID}), h.do(call{who: mine, method: "DELETE", path: "/api/v1/tokens/000000000000"})
	if theirs.Code != 404 || nothing.Code != 404 {
		t.Errorf("another's token %d, none %d", theirs.Code, nothing.Code)
	}
	h.must(call{who: mine, method: "DELETE", path: "/api/v1/tokens/" + narrow.ID})
	if w := h.do(call{who: narrow.Secret, method: "GET", path: sites + "/" + own + "/points"}); w.Code != 401 {
		t.Errorf("revoked it opens: %d", w.Code)
	}
}

// TestSessionsOfOthers: everybody sees and ends their own sessions.
func TestSessionsOfOthers(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	mine := h.session("filler@" + own)
	second := "cookie " + h.enter(`{"name":"filler@`+own+`","password":"`+password+`"}`)
	path := "/api/v1/people/filler@" + own + "/sessions"
	list := h.must(call{who: mine, method: "GET", path: path})
	if strings.Count(list, `"id"`) != 2 || strings.Count(list, `"current":true`) != 1 {
		t.Errorf("sessions: %s", list)
	}
	h.must(call{who: mine, method: "DELETE", path: path})
	if w := h.do(call{who: second, method: "GET", path: "/api/v1/me"}); w.Code != 401 {
		t.Errorf("the other one: %d", w.Code)
	}
	h.must(call{who: mine, method: "GET", path: "/api/v1/me"})
	h.must(call{who: h.session("administrator@all"), method: "DELETE", path: path})
	if w := h.do(call{who: mine, method: "GET", path: "/api/v1/me"}); w.Code != 401 {
		t.Errorf("ended by the administrator: %d", w.Code)
	}
}

// TestExpiredSession: a session ends with its token and by itself.
func TestExpiredSession(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	secret, token, err := access.Issue(rand.Reader, access.Grant{Actor: "viewer@" + own, Life: time.Hour}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.PutToken(t.Context(), token, store.System); err != nil {
		t.Fatal(err)
	}
	mine := "cookie " + h.enter(`{"token":"`+secret+`"}`)
	h.must(call{who: mine, method: "GET", path: "/api/v1/me"})
	if err := h.store.RevokeToken(t.Context(), token.ID, store.System); err != nil {
		t.Fatal(err)
	}
	if w := h.do(call{who: mine, method: "GET", path: "/api/v1/me"}); w.Code != 401 {
		t.Errorf("its token is revoked: %d", w.Code)
	}
}
