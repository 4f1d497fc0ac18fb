package openid

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lingtan/people"
)

// provider starts a real one, the example server of zitadel/oidc, with two
// people, and gives its issuer.
func provider(t *testing.T, back string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(t.TempDir(), "users.json")
	person := func(id string, verified bool) map[string]any {
		return map[string]any{"ID": id, "Username": id, "Password": "verysecure", "Email": id + "@example.org", "EmailVerified": verified}
	}
	text, err := json.Marshal(map[string]any{"zhang": person("zhang", true), "li": person("li", false)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(users, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "tool", "-modfile=../tools/oidc/go.mod", "server")
	run.Env = append(os.Environ(), "PORT="+port, "USERS_FILE="+users, "REDIRECT_URI="+back)
	var log strings.Builder
	run.Stdout, run.Stderr = &log, &log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(os.Interrupt) // go tool hands it on
		_ = run.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	issuer := "http://localhost:" + port + "/"
	for begun := time.Now(); time.Since(begun) < 3*time.Minute; time.Sleep(100 * time.Millisecond) { // it is built the first time
		if answer, err := http.Get(issuer + ".well-known/openid-configuration"); err == nil {
			_ = answer.Body.Close()
			return issuer
		}
	}
	t.Fatalf("the provider does not answer: %s", log.String())
	return ""
}

// browser signs in at the provider, as a person does, and gives the address to
// which it is sent back.
func browser(t *testing.T, leave, name string) *url.URL {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back *url.URL
	client := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/oidc/mine/callback" {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := client.Get(leave)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`name="id" value="([^"]*)"`).FindSubmatch(body)
	if id == nil {
		t.Fatalf("the provider shows no form: %s", body)
	}
	form := url.Values{"id": {string(id[1])}, "username": {name}, "password": {"verysecure"}}
	answer, err := client.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if back == nil {
		body, _ := io.ReadAll(answer.Body)
		t.Fatalf("the provider answers %d %s", answer.StatusCode, body)
	}
	return back
}

// TestOpenID walks to a real provider and back, and then as those do who want
// to be somebody else.
func TestOpenID(t *testing.T) {
	const back = "http://localhost:8080/oidc/mine/callback"
	issuer := provider(t, back)
	p := New(Options{ID: "mine", Issuer: issuer, Client: "web", Secret: "secret", Now: time.Now})
	if p.ID() != "mine" || p.Issuer() != issuer || p.Title().EN != issuer {
		t.Errorf("it is called %s, %s, %v", p.ID(), p.Issuer(), p.Title())
	}
	n := 0
	begin := func() people.Trip {
		n++
		word := func(what string) string { return fmt.Sprintf("%s-%d-%s", what, n, strings.Repeat("x", 40)) }
		return people.Trip{State: word("state"), Nonce: word("nonce"), Verifier: word("verifier"), Back: back}
	}
	walk := func(trip people.Trip, name string) string {
		t.Helper()
		leave, err := p.Leave(t.Context(), trip)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"code_challenge_method=S256", "nonce=", "state=" + trip.State, "scope=openid"} {
			if !strings.Contains(leave, want) {
				t.Errorf("%s has no %s", leave, want)
			}
		}
		if strings.Contains(leave, trip.Verifier) || strings.Contains(leave, "secret") {
			t.Errorf("%s tells what only we may know", leave)
		}
		at := browser(t, leave, name).Query()
		if at.Get("state") != trip.State {
			t.Errorf("came back with state %s, want %s", at.Get("state"), trip.State)
		}
		return at.Get("code")
	}
	for name, verified := range map[string]bool{"zhang": true, "li": false} {
		trip := begin()
		who, err := p.Return(t.Context(), trip, walk(trip, name))
		want := people.Identity{Subject: issuer + "#" + name, Email: name + "@example.org", Verified: verified}
		if err != nil || who != want {
			t.Errorf("%s is %+v, %v, want %+v", name, who, err, want)
		}
	}
	for _, tt := range []struct {
		name  string
		spoil func(*people.Trip, *string)
	}{
		{"a code that nobody gave", func(_ *people.Trip, code *string) { *code = "guess" }},
		{"another's verifier", func(t *people.Trip, _ *string) { t.Verifier = strings.Repeat("y", 43) }},
		{"another's nonce", func(t *people.Trip, _ *string) { t.Nonce = "other" }},
		{"another's way back", func(t *people.Trip, _ *string) { t.Back = "http://localhost:8080/elsewhere" }},
	} {
		trip := begin()
		code := walk(trip, "zhang")
		tt.spoil(&trip, &code)
		if who, err := p.Return(t.Context(), trip, code); err == nil || who.Subject != "" {
			t.Errorf("%s: %+v, %v", tt.name, who, err)
		}
	}
	trip := begin()
	code := walk(trip, "zhang")
	if _, err := p.Return(t.Context(), trip, code); err != nil {
		t.Fatal(err)
	}
	if who, err := p.Return(t.Context(), trip, code); err == nil {
		t.Errorf("a code opens twice: %+v", who)
	}
	for name, o := range map[string]Options{
		"the wrong secret":    {Issuer: issuer, Client: "web", Secret: "guess", Now: time.Now},
		"signed for another":  {Issuer: issuer, Client: "api", Secret: "secret", Now: time.Now},
		"after it has lapsed": {Issuer: issuer, Client: "web", Secret: "secret", Now: func() time.Time { return time.Now().Add(24 * time.Hour) }},
	} {
		trip := begin()
		if who, err := New(o).Return(t.Context(), trip, walk(trip, "zhang")); err == nil {
			t.Errorf("%s: %+v", name, who)
		}
	}
}

func TestOpenIDAbsent(t *testing.T) {
	p := New(Options{ID: "mine", Issuer: "http://127.0.0.1:1", Client: "web", Now: time.Now})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := p.Leave(ctx, people.Trip{}); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("a provider that is down: %v", err)
	}
	if _, err := p.Return(ctx, people.Trip{}, "x"); err == nil {
		t.Error("somebody comes back from it")
	}
}

func TestVerified(t *testing.T) {
	for text, want := range map[string]bool{`true`: true, `"true"`: true, `false`: false, `"false"`: false, `null`: false, `1`: false, `"yes"`: false} {
		var c claims
		if err := json.Unmarshal([]byte(`{"email_verified":`+text+`}`), &c); err != nil || bool(c.Verified) != want {
			t.Errorf("%s is %v, %v, want %v", text, c.Verified, err, want)
		}
	}
}
