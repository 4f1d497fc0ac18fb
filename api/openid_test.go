package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lingtan/api"
	"lingtan/lang"
	"lingtan/people"
	"lingtan/testkit"
)

// vouching is a provider whose word is written here; a real one is walked to in
// the room openid.
type vouching struct {
	trip people.Trip // the last that left
	who  people.Identity
	err  error
}

func (*vouching) ID() string       { return "sso" }
func (*vouching) Title() lang.Text { return lang.Same("Group") }
func (*vouching) Issuer() string   { return "https://id.example.org" }

func (v *vouching) Leave(_ context.Context, t people.Trip) (string, error) {
	v.trip = t
	return "https://id.example.org/auth?state=" + t.State, v.err
}

func (v *vouching) Return(_ context.Context, t people.Trip, code string) (people.Identity, error) {
	if code != "good" || t != v.trip {
		return people.Identity{}, errors.New("not this trip")
	}
	return v.who, v.err
}

// TestOpenID: a browser goes to the provider and comes back as the person that
// an administrator linked, once, and by its own cookie only.
func TestOpenID(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	v := &vouching{who: people.Identity{Subject: "https://id.example.org#7"}}
	services := h.services()
	services.OpenID = []api.OpenID{v}
	web, err := api.New(services)
	if err != nil {
		t.Fatal(err)
	}
	h.web = web
	if ways := h.must(call{method: "GET", path: "/session/ways"}); !strings.Contains(ways, `"oidc":[{"id":"sso","title":{"zh":"Group","en":"Group"}}]`) {
		t.Errorf("ways: %s", ways)
	}
	leave := func(at string) (cookie string) {
		t.Helper()
		w := h.from("GET", "/oidc/sso?at="+url.QueryEscape(at), "")
		if w.Code != http.StatusFound || !strings.HasPrefix(w.Header().Get("Location"), "https://id.example.org/auth") {
			t.Fatalf("left with %d %s: %s", w.Code, w.Header().Get("Location"), w.Body)
		}
		set := w.Header().Get("Set-Cookie")
		for _, want := range []string{"lingtan_trip=", "HttpOnly", "SameSite=Lax", "Path=/oidc/"} {
			if !strings.Contains(set, want) {
				t.Errorf("the trip's cookie has no %s: %s", want, set)
			}
		}
		if strings.Contains(set, v.trip.State) || strings.Contains(set, v.trip.Verifier) {
			t.Error("the trip's cookie can be read")
		}
		pair, _, _ := strings.Cut(set, ";")
		return pair
	}
	back := func(cookie, query string) *httptest.ResponseRecorder {
		return h.from("GET", "/oidc/sso/callback?"+query, "", "Cookie", cookie)
	}
	cookie := leave("/filing?month=2024-01")
	if w := back(cookie, "state="+v.trip.State+"&code=good"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "nobody here has this identity") || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("a stranger: %d %s", w.Code, w.Body)
	}
	h.must(call{who: h.session("administrator@all"), method: "PUT", path: "/api/v1/people/manager@" + own, body: `{"name":"矿长","subject":"7","duties":[{"role":"manager","site":"` + own + `"}]}`})
	cookie = leave("/filing?month=2024-01")
	in := back(cookie, "state="+v.trip.State+"&code=good")
	if in.Code != http.StatusFound || in.Header().Get("Location") != "/filing?month=2024-01" {
		t.Fatalf("linked: %d %s %s", in.Code, in.Header().Get("Location"), in.Body)
	}
	for _, c := range in.Result().Cookies() {
		if c.Name == "lingtan" && (c.SameSite != http.SameSiteStrictMode || !c.HttpOnly) {
			t.Errorf("the session's cookie: %v", c)
		}
		if c.Name == "lingtan" {
			if me := h.must(call{who: "cookie " + c.Value, method: "GET", path: "/api/v1/me"}); !strings.Contains(me, "manager@"+own) || !strings.Contains(me, `"way":"openid"`) {
				t.Errorf("in as %s", me)
			}
		}
	}
	for _, tt := range []struct {
		name, cookie, query string
	}{
		{"another's state", leave("/"), "state=other&code=good"},
		{"no state", leave("/"), "code=good"},
		{"no cookie", "x=y", "state=" + v.trip.State + "&code=good"},
		{"a cookie of ours", "lingtan_trip=" + h.enter(`{"token":"`+h.tokens["viewer@"+own]+`"}`), "state=" + v.trip.State + "&code=good"},
		{"refused there", leave("/"), "state=" + v.trip.State + "&error=access_denied"},
	} {
		w := back(tt.cookie, tt.query)
		if w.Code != http.StatusForbidden || strings.Contains(w.Header().Get("Set-Cookie"), "lingtan=") {
			t.Errorf("%s: %d %v", tt.name, w.Code, w.Header())
		}
	}
	if w := h.from("GET", "/oidc/other", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a provider that is not there: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	for at, want := range map[string]string{"": "/", "/a?b=c": "/a?b=c", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "/a\r\nSet-Cookie: x": "/", "/" + strings.Repeat("a", 3000): "/"} {
		if leave(at); v.trip.At != want {
			t.Errorf("asked for %.40q goes on to %q, want %q", at, v.trip.At, want)
		}
	}
}

// TestTripEnds: who stays too long at the provider begins again.
func TestTripEnds(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	at := now
	h.desk.Now = func() time.Time { return at }
	trip, sealed, err := h.desk.BeginTrip(people.Trip{Provider: "sso"})
	if err != nil {
		t.Fatal(err)
	}
	at = now.Add(10*time.Minute - 1)
	if _, err := h.desk.EndTrip(sealed, "sso", trip.State); err != nil {
		t.Error(err)
	}
	if _, err := h.desk.EndTrip(sealed, "other", trip.State); !errors.Is(err, people.ErrTrip) {
		t.Errorf("at another provider: %v", err)
	}
	at = now.Add(10 * time.Minute)
	if _, err := h.desk.EndTrip(sealed, "sso", trip.State); !errors.Is(err, people.ErrTrip) {
		t.Errorf("after ten minutes: %v", err)
	}
}
