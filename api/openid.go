package api

import (
	"context"
	"net/http"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
)

// OpenID is a provider of OpenID Connect whose people may come in.
type OpenID interface {
	ID() string
	Title() lang.Text
	Issuer() string
	// Leave gives the address at the provider to which a browser is sent.
	Leave(ctx context.Context, t people.Trip) (string, error)
	// Return tells who comes back with a code.
	Return(ctx context.Context, t people.Trip, code string) (people.Identity, error)
}

// tripCookie goes with a browser to the provider and back. It is Lax, for the
// way back begins at the provider's page, where a Strict one stays behind; the
// session's own cookie is Strict.
const tripCookie = "lingtan_trip"

// maxWay bounds the page that is asked for after the sign-in.
const maxWay = 2000

// provider finds the one that an address names.
func (s *server) provider(r *http.Request) (OpenID, error) {
	for _, p := range s.OpenID {
		if p.ID() == r.PathValue("provider") {
			return p, nil
		}
	}
	return nil, fault.NotFound.Say(lang.T("没有身份提供方 %.40q", "there is no provider %.40q"), r.PathValue("provider"))
}

// leave sends a browser to the provider.
func (s *server) leave(w http.ResponseWriter, r *http.Request) {
	p, err := s.provider(r)
	if err != nil {
		s.turnAway(w, r, err)
		return
	}
	trip, sealed, err := s.People.BeginTrip(people.Trip{Provider: p.ID(), Back: s.base(r) + "/oidc/" + p.ID() + "/callback", At: way(r.URL.Query().Get("at"))})
	if err != nil {
		s.turnAway(w, r, err)
		return
	}
	to, err := p.Leave(r.Context(), trip)
	if err != nil {
		s.turnAway(w, r, err)
		return
	}
	http.SetCookie(w, s.trip(r, sealed, 600))
	http.Redirect(w, r, to, http.StatusFound)
}

// comeBack lets in whom the provider sends back, if an administrator has.
func (s *server) comeBack(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, s.trip(r, "", -1))
	trip, who, err := s.returned(r)
	if err != nil {
		s.turnAway(w, r, err)
		return
	}
	secret, session, err := s.People.SignInIdentity(r.Context(), who, visitorOf(r))
	if err != nil {
		s.turnAway(w, r, err)
		return
	}
	s.leaveBehind(r)
	http.SetCookie(w, s.cookie(r, secret, int(session.Expires.Sub(s.Now()).Seconds())))
	http.Redirect(w, r, trip.At, http.StatusFound)
}

// returned is the trip that a browser comes back from, with who it is.
func (s *server) returned(r *http.Request) (people.Trip, people.Identity, error) {
	p, err := s.provider(r)
	if err != nil {
		return people.Trip{}, people.Identity{}, err
	}
	cookie, err := r.Cookie(tripCookie)
	if err != nil {
		return people.Trip{}, people.Identity{}, people.ErrTrip
	}
	q := r.URL.Query()
	trip, err := s.People.EndTrip(cookie.Value, p.ID(), q.Get("state"))
	if err != nil {
		return trip, people.Identity{}, err
	}
	if q.Get("error") != "" {
		return trip, people.Identity{}, fault.Forbidden.Say(lang.T("身份提供方拒绝了登录:%.200s", "the provider refused: %.200s"), q.Get("error")).
			Do(lang.T("重新登录,或用密码登录", "sign in again, or with a password"))
	}
	who, err := p.Return(r.Context(), trip, q.Get("code"))
	return trip, who, err
}

func (s *server) trip(r *http.Request, value string, seconds int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure over plain HTTP, where it would never come back
		Name: tripCookie, Value: value, Path: "/oidc/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r),
	}
}

// way is the page that was asked for, one of ours: an address elsewhere would
// make our sign-in somebody's bait.
func way(at string) string {
	if len(at) > maxWay || !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "//") || strings.ContainsFunc(at, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return "/"
	}
	return at
}

// base is how a browser addresses us: as the setting says, or as it does.
func (s *server) base(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	scheme := "http"
	if s.secure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// turnAway tells somebody who is not let in why, as a page: a browser stands
// here and no program.
func (s *server) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", stylePolicy())
	w.WriteHeader(p.Status)
	_, _ = w.Write(render(refusedPage, tagOf(r.Context()), s.Version, p)) // a client that is gone is nobody to be told
}
