package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/testkit"
)

// TestSession: a browser signs in with a token, reads with the cookie, and
// changes something only with the header that our page sends.
func TestSession(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	send := func(method, path, body string, head ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		for i := 0; i+1 < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		h.web.ServeHTTP(w, r)
		return w
	}
	token := h.tokens[string(access.Filler)+"@"+own]
	signedIn := send("POST", "/session", `{"token":"`+token+`"}`, "X-Lingtan", "1")
	cookie := signedIn.Header().Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", strings.ReplaceAll(cookie, token, "…"), want)
		}
	}
	pair, _, _ := strings.Cut(cookie, ";")
	for _, tt := range []struct {
		name         string
		method, path string
		head         []string
		status       int
	}{
		{"reads with the cookie", "GET", "/api/v1/sites/" + own, []string{"Cookie", pair}, http.StatusOK},
		{"reads another's mine", "GET", "/api/v1/sites/" + other, []string{"Cookie", pair}, http.StatusForbidden},
		{"a foreign page changes something", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair}, http.StatusForbidden},
		{"our page does", "POST", "/api/v1/sites/" + own + "/months/" + month + "/submit", []string{"Cookie", pair, "X-Lingtan", "1"}, http.StatusBadRequest},
		{"a cookie of nobody", "GET", "/api/v1/sites/" + own, []string{"Cookie", "lingtan=lingtan_000000000000_x"}, http.StatusUnauthorized},
		{"no cookie", "GET", "/api/v1/sites/" + own, nil, http.StatusUnauthorized},
	} {
		if w := send(tt.method, tt.path, "", tt.head...); w.Code != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, w.Code, tt.status, w.Body)
		}
	}
	if w := send("POST", "/session", `{"token":"`+token+`"}`); w.Code != http.StatusForbidden {
		t.Errorf("a foreign page signs somebody in: %d", w.Code)
	}
	if w := send("POST", "/session", `{"token":"garbage"}`, "X-Lingtan", "1"); w.Code != http.StatusUnauthorized || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("garbage signs in: %d", w.Code)
	}
	if w := send("DELETE", "/session", ""); w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d, %q", w.Code, w.Header().Get("Set-Cookie"))
	}
}
