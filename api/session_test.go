package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lingtan/testkit"
)

// from is a request as a browser sends it, with what it says of where it stands.
func (h *house) from(method, path, body string, head ...string) *httptest.ResponseRecorder {
	h.tb.Helper()
	header := map[string]string{}
	for i := 0; i+1 < len(head); i += 2 {
		header[head[i]] = head[i+1]
	}
	return h.do(call{method: method, path: path, body: body, header: header})
}

// TestSession: a browser signs in with a token or a password, reads with the
// cookie, and changes something only with the header that our page sends.
func TestSession(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, way := range []string{`{"token":"` + h.tokens["filler@"+own] + `"}`, ""} {
		var value string
		if way == "" {
			value, _, _ = strings.Cut(strings.TrimPrefix(h.session("filler@"+own), "cookie "), " ")
		} else {
			value = h.enter(way)
		}
		pair := "lingtan=" + value
		for _, tt := range []struct {
			name         string
			method, path string
			head         []string
			status       int
		}{
			{"reads with the cookie", "GET", "/api/v1/sites/" + own, []string{"Cookie", pair}, http.StatusOK},
			{"reads another's mine", "GET", "/api/v1/sites/" + other, []string{"Cookie", pair}, http.StatusForbidden},
			{"a foreign page changes something", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair}, http.StatusForbidden},
			{"one that knows our header", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair, "X-Lingtan", "1", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
			{"a neighbour of our host", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair, "X-Lingtan", "1", "Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
			{"one of another origin", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair, "X-Lingtan", "1", "Origin", "https://evil.example"}, http.StatusForbidden},
			{"our page does", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair, "X-Lingtan", "1", "Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, http.StatusBadRequest},
			{"a cookie of nobody", "GET", "/api/v1/sites/" + own, []string{"Cookie", "lingtan=s0123456789abcdef_x"}, http.StatusUnauthorized},
			{"a token for a cookie", "GET", "/api/v1/sites/" + own, []string{"Cookie", "lingtan=" + h.tokens["filler@"+own]}, http.StatusUnauthorized},
			{"a cookie for a token", "GET", "/api/v1/sites/" + own, []string{"Authorization", "Bearer " + value}, http.StatusUnauthorized},
			{"no cookie", "GET", "/api/v1/sites/" + own, nil, http.StatusUnauthorized},
		} {
			if w := h.from(tt.method, tt.path, "", tt.head...); w.Code != tt.status {
				t.Errorf("%s: %d, want %d: %s", tt.name, w.Code, tt.status, w.Body)
			}
		}
		if w := h.from("DELETE", "/session", "", "Cookie", pair, "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
			t.Errorf("a foreign page signs somebody out: %d", w.Code)
		}
		if w := h.from("DELETE", "/session", "", "Cookie", pair); w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("signing out: %d, %q", w.Code, w.Header().Get("Set-Cookie"))
		}
		if w := h.from("GET", "/api/v1/me", "", "Cookie", pair); w.Code != http.StatusUnauthorized {
			t.Errorf("signed out, a copy of the cookie opens: %d", w.Code)
		}
	}
}

// TestCookie: what the browser is told of the cookie, over TLS and without.
func TestCookie(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	in := h.from("POST", "/session", `{"token":"`+h.tokens["viewer@"+own]+`"}`, "X-Lingtan", "1")
	cookie := in.Header().Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie has no %s: %s", want, cookie)
		}
	}
	if strings.Contains(cookie, "Secure") || in.Header().Get("Strict-Transport-Security") != "" || strings.Contains(cookie, h.tokens["viewer@"+own]) {
		t.Errorf("over plain HTTP: %s, %v", cookie, in.Header())
	}
	r := httptest.NewRequest(http.MethodPost, "https://mine.example/session", strings.NewReader(`{"token":"`+h.tokens["viewer@"+own]+`"}`))
	r.Header.Set("X-Lingtan", "1")
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	if !strings.Contains(w.Header().Get("Set-Cookie"), "Secure") || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %v", w.Header())
	}
	if w := h.from("GET", "/healthz", "", "X-Forwarded-Proto", "https"); w.Header().Get("Strict-Transport-Security") != "" {
		t.Error("a stranger says that the connection is encrypted")
	}
}

// TestFixation: whatever cookie a browser comes with, it goes on with another
// one, and the one before opens nothing more.
func TestFixation(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.session("filler@" + own)
	before := h.enter(`{"token":"` + h.tokens["viewer@"+other] + `"}`)
	for _, planted := range []string{before, "s0123456789abcdef_" + strings.Repeat("A", 43)} {
		w := h.from("POST", "/session", `{"name":"filler@`+own+`","password":"`+password+`"}`, "X-Lingtan", "1", "Cookie", "lingtan="+planted)
		after := w.Result().Cookies()
		if w.Code != http.StatusNoContent || len(after) != 1 || after[0].Value == planted {
			t.Errorf("signed in with %d and %v", w.Code, after)
		}
		if w := h.from("GET", "/api/v1/me", "", "Cookie", "lingtan="+planted); w.Code != http.StatusUnauthorized {
			t.Errorf("the planted cookie opens: %d %s", w.Code, w.Body)
		}
	}
}

// TestRefused: who is not let in learns nothing, and after some tries waits.
func TestRefused(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.session("filler@" + own)
	enter := func(body string, head ...string) *httptest.ResponseRecorder {
		return h.from("POST", "/session", body, append(head, "X-Lingtan", "1")...)
	}
	plain := func(w *httptest.ResponseRecorder) string {
		return strings.ReplaceAll(w.Body.String(), w.Header().Get("X-Request-Id"), "")
	}
	wrong := enter(`{"name":"filler@` + own + `","password":"wrong"}`)
	nobody := enter(`{"name":"nobody","password":"wrong"}`)
	if wrong.Code != http.StatusUnauthorized || plain(wrong) != plain(nobody) || !strings.Contains(plain(wrong), `"code":"refused"`) {
		t.Errorf("a wrong password: %d %s, nobody: %d %s", wrong.Code, wrong.Body, nobody.Code, nobody.Body)
	}
	for _, body := range []string{`{"token":"garbage"}`, `{"demo":"filler@` + own + `"}`, `{}`, `{"name":""}`} {
		if w := enter(body); w.Code != http.StatusUnauthorized || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s signs in: %d %s", body, w.Code, w.Body)
		}
	}
	if w := enter(`not JSON`); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("not JSON: %d", w.Code)
	}
	if w := enter(`{"name":"` + strings.Repeat("x", 5000) + `"}`); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("5000 bytes: %d", w.Code)
	}
	if w := h.from("POST", "/session", `{"token":"`+h.tokens["viewer@"+own]+`"}`); w.Code != http.StatusForbidden {
		t.Errorf("a foreign page signs somebody in: %d", w.Code)
	}
	for range 4 {
		enter(`{"name":"filler@` + own + `","password":"wrong"}`)
	}
	locked := enter(`{"name":"filler@` + own + `","password":"` + password + `"}`)
	if locked.Code != http.StatusTooManyRequests || locked.Header().Get("Retry-After") != "30" || !strings.Contains(locked.Body.String(), `"code":"locked"`) {
		t.Errorf("after five: %d %v %s", locked.Code, locked.Header(), locked.Body)
	}
	tried := 0
	for n := range 40 { // one address, one name after another
		if w := enter(`{"name":"n` + string(rune('a'+n%26)) + string(rune('a'+n/26)) + `","password":"wrong"}`); w.Code == http.StatusUnauthorized {
			tried++
		}
	}
	if tried > 20 {
		t.Errorf("%d names were tried from one address", tried)
	}
}

// TestFirstStart: while nobody administers, whoever reads the console does.
func TestFirstStart(t *testing.T) {
	h := raise(t, testkit.SQLite(t))
	start := func(key string) *httptest.ResponseRecorder {
		return h.from("POST", "/first-start", `{"id":"root","name":"管理员","password":"`+password+`","key":"`+key+`"}`, "X-Lingtan", "1")
	}
	ways := func(want string) {
		t.Helper()
		if body := h.must(call{method: "GET", path: "/session/ways"}); !strings.Contains(body, want) || !strings.Contains(body, `"demo":[]`) {
			t.Errorf("ways: %s, want %s", body, want)
		}
	}
	ways(`"first_start":false`) // no key, no way
	h.desk.Key = "abcd-efgh"
	ways(`"first_start":true`)
	if w := start("wrong"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong key: %d %s", w.Code, w.Body)
	}
	w := start("abcd-efgh")
	if w.Code != http.StatusNoContent || len(w.Result().Cookies()) != 1 {
		t.Fatalf("the right one: %d %s", w.Code, w.Body)
	}
	h.must(call{who: "cookie " + w.Result().Cookies()[0].Value, method: "GET", path: "/api/v1/people"})
	if w := start("abcd-efgh"); w.Code != http.StatusConflict {
		t.Errorf("once more: %d %s", w.Code, w.Body)
	}
	ways(`"first_start":false`)
}

// TestDemoPeople: where the demonstration is served they are listed with their
// password and let in by a click.
func TestDemoPeople(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.desk.Demo = []string{"filler@" + own}
	if body := h.must(call{method: "GET", path: "/session/ways"}); !strings.Contains(body, `"role":"filler"`) || !strings.Contains(body, "known to all") {
		t.Errorf("ways: %s", body)
	}
	h.must(call{who: "cookie " + h.enter(`{"demo":"filler@`+own+`"}`), method: "GET", path: "/api/v1/me"})
	if w := h.from("POST", "/session", `{"demo":"administrator@all"}`, "X-Lingtan", "1"); w.Code != http.StatusUnauthorized {
		t.Errorf("one who is not of the demonstration: %d", w.Code)
	}
}
