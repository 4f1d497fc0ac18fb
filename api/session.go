package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
)

const (
	// sessionCookie holds what opens a browser's session, where no script can
	// read it.
	sessionCookie = "lingtan"
	// ownHeader is sent by our page with every request. A foreign page cannot
	// send it without asking first, and is never allowed to.
	ownHeader = "X-Lingtan"
	// maxSignIn is the longest body of a sign-in: a token has 64 characters, a
	// password 128.
	maxSignIn = 4 << 10
)

var errForeign error = fault.Forbidden.Say(lang.T("请求不是由本平台的页面发出", "the request does not come from this platform's page")).
	Do(lang.T("从平台页面操作,或用令牌调用接口", "use the platform's page, or call the interface with a token"))

// recognise tells who sends a request: whose token is in its header, or whose
// session its cookie opens, which only our own page may use to change
// something.
func (s *server) recognise(ctx context.Context, c huma.Context) error {
	v := visitOf(ctx)
	if secret, ok := strings.CutPrefix(c.Header("Authorization"), "Bearer "); ok {
		v.secret = strings.TrimSpace(secret)
		return s.reopen(ctx)
	}
	cookie, err := huma.ReadCookie(c, sessionCookie)
	if err != nil || cookie.Value == "" {
		return errSignIn
	}
	if r, _ := humago.Unwrap(c); c.Method() != http.MethodGet && c.Method() != http.MethodHead {
		if err := ours(r); err != nil {
			return err
		}
	}
	v.secret, v.browser = cookie.Value, true
	return s.reopen(ctx)
}

// reopen asks once more who it is that a request came from: a stream asks this
// again and again.
func (s *server) reopen(ctx context.Context) (err error) {
	v := visitOf(ctx)
	if v.browser {
		v.opened, err = s.People.Open(ctx, v.secret)
		v.actor = v.opened.Actor
		return err
	}
	v.actor, _, err = s.Store.Authenticate(ctx, v.secret, s.Now())
	return err
}

// ours refuses a request that another site's page sent with our cookie: by its
// origin, as the browser tells it, and by a header that only our page sends.
func ours(r *http.Request) error {
	if r.Header.Get(ownHeader) == "" || http.NewCrossOriginProtection().Check(r) != nil {
		return errForeign
	}
	return nil
}

// entrance is what somebody shows at the door.
type entrance struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Code     string `json:"code"`
	Token    string `json:"token"`
	Demo     string `json:"demo"`
}

// signIn lets a browser in: by name and password, by a token, or as one of the
// demonstration's people. Each has a session of its own from here on.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) {
	var in entrance
	if !posted(w, r, &in) {
		return
	}
	visitor := visitorOf(r)
	var secret string
	var session people.Session
	var err error
	switch {
	case in.Token != "":
		secret, session, err = s.People.SignInToken(r.Context(), in.Token, visitor)
	case in.Demo != "":
		secret, session, err = s.People.SignInDemo(r.Context(), in.Demo, visitor)
	default:
		secret, session, err = s.People.SignIn(r.Context(), people.Try{Name: in.Name, Password: in.Password, Code: in.Code, Visitor: visitor})
	}
	s.let(w, r, secret, session, err)
}

// firstStart makes the first administrator and lets them in.
func (s *server) firstStart(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Password string `json:"password"`
		Key      string `json:"key"`
	}
	if !posted(w, r, &in) {
		return
	}
	secret, session, err := s.People.FirstStart(r.Context(), people.First{ID: in.ID, Name: in.Name, Password: in.Password, Key: in.Key, Visitor: visitorOf(r)})
	s.let(w, r, secret, session, err)
}

// posted reads what our page posted; false is answered already.
func posted(w http.ResponseWriter, r *http.Request, into any) bool {
	err := ours(r)
	if err == nil && json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSignIn)).Decode(into) != nil {
		err = fault.Invalid.Say(lang.T("请求正文不是 JSON", "the body is not JSON"))
	}
	if err != nil {
		write(w, problemOf(r.Context(), err))
	}
	return err == nil
}

// let puts a session into the cookie. What the browser was signed in with
// before ends: nobody goes on under an id from before.
func (s *server) let(w http.ResponseWriter, r *http.Request, secret string, session people.Session, err error) {
	if err != nil {
		write(w, problemOf(r.Context(), err))
		return
	}
	s.leaveBehind(r)
	http.SetCookie(w, s.cookie(r, secret, int(session.Expires.Sub(s.Now()).Seconds())))
	w.WriteHeader(http.StatusNoContent)
}

// leaveBehind ends the session that a browser comes with. That it could not is
// for the log: the new one stands.
func (s *server) leaveBehind(r *http.Request) {
	if old, err := r.Cookie(sessionCookie); err == nil {
		if err := s.People.SignOut(r.Context(), old.Value); err != nil {
			visitOf(r.Context()).err = err
		}
	}
}

// signOut ends the session on the server, and forgets the cookie.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) {
	if http.NewCrossOriginProtection().Check(r) != nil {
		write(w, problemOf(r.Context(), errForeign))
		return
	}
	s.leaveBehind(r)
	http.SetCookie(w, s.cookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) cookie(r *http.Request, value string, seconds int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure over plain HTTP, where it would never come back
		Name: sessionCookie, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: s.secure(r),
	}
}

// Ways are the ways in that there are.
type Ways struct {
	FirstStart bool         `json:"first_start"`
	OIDC       []WayIn      `json:"oidc"`
	Demo       []DemoPerson `json:"demo"`
}

// WayIn is a provider of OpenID Connect.
type WayIn struct {
	ID    string    `json:"id"`
	Title lang.Text `json:"title"`
}

// DemoPerson is one of the demonstration's people, whose password is no secret.
type DemoPerson struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Role     access.Role `json:"role"`
	Title    lang.Text   `json:"title"`
	Password string      `json:"password"`
}

// ways tells how one gets in: to everybody, for it is what the page of sign-in
// shows.
func (s *server) ways(w http.ResponseWriter, r *http.Request) {
	there, err := s.Store.Administered(r.Context())
	if err != nil {
		write(w, problemOf(r.Context(), err))
		return
	}
	out := Ways{FirstStart: !there && s.People.Key != "", OIDC: []WayIn{}, Demo: []DemoPerson{}}
	for _, p := range s.OpenID {
		out.OIDC = append(out.OIDC, WayIn{p.ID(), p.Title()})
	}
	for _, id := range s.People.Demo {
		a, err := s.Store.Actor(r.Context(), id)
		if err != nil || len(a.Duties) == 0 {
			continue // one that was taken away is no way in
		}
		out.Demo = append(out.Demo, DemoPerson{a.ID, a.Name, a.Duties[0].Role, a.Duties[0].Role.Title(), s.DemoPassword})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // a client that is gone is nobody to be told
}

func visitorOf(r *http.Request) people.Visitor {
	return people.Visitor{Address: visitOf(r.Context()).address, Agent: r.UserAgent()}
}
