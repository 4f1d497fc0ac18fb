package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	// sessionCookie holds a browser's token, where no script can read it.
	sessionCookie = "lingtan"
	// ownHeader is sent by our page with every request. A foreign page cannot
	// send it without asking first, and is never allowed to.
	ownHeader = "X-Lingtan"
	// maxSignIn is the longest body of a sign-in: a token has 64 characters.
	maxSignIn = 4 << 10
)

// secretOf gives the token that a request came with: in its header, or in a
// browser's cookie, which only our own page may use to change something.
func secretOf(c huma.Context) (string, error) {
	if secret, ok := strings.CutPrefix(c.Header("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(secret), nil
	}
	cookie, err := huma.ReadCookie(c, sessionCookie)
	if err != nil || cookie.Value == "" {
		return "", errSignIn
	}
	if c.Method() != http.MethodGet && c.Method() != http.MethodHead && c.Header(ownHeader) == "" {
		return "", errForeign
	}
	return cookie.Value, nil
}

var errForeign error = fault.Forbidden.Say(lang.T("请求不是由本平台的页面发出", "the request does not come from this platform's page")).
	Do(lang.T("从平台页面操作,或用令牌调用接口", "use the platform's page, or call the interface with a token"))

// signIn takes a token and puts it into a cookie until it expires.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token string `json:"token"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSignIn)).Decode(&in)
	if err != nil || r.Header.Get(ownHeader) == "" {
		write(w, problemOf(r.Context(), errForeign))
		return
	}
	_, token, err := s.Store.Authenticate(r.Context(), strings.TrimSpace(in.Token), s.Now())
	if err != nil {
		write(w, problemOf(r.Context(), err))
		return
	}
	http.SetCookie(w, s.cookie(r, strings.TrimSpace(in.Token), int(token.Expires.Sub(s.Now()).Seconds())))
	w.WriteHeader(http.StatusNoContent)
}

// signOut forgets the cookie; the token goes on to be good for programs.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, s.cookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) cookie(r *http.Request, value string, seconds int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure over plain HTTP, where it would never come back
		Name: sessionCookie, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
}
