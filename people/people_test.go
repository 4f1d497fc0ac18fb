package people_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/people"
	"lingtan/store"
)

// cheap is a cost that a test can pay a thousand times.
var cheap = people.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

const good = "煤矿 horse staple 7"

var here = people.Visitor{Address: "192.0.2.7", Agent: "test"}

// hall is a desk over a real store, with a clock that the test moves.
type hall struct {
	*testing.T
	*people.Desk
	store *store.Store
	now   time.Time
}

func open(t *testing.T) *hall {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "people.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	vault, err := people.NewVault(make([]byte, people.KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, store: s, now: time.Date(2024, 7, 2, 9, 30, 0, 0, time.UTC)}
	h.Desk = &people.Desk{
		Store: s, Hasher: people.NewHasher(cheap, rand.Reader, 2), Vault: vault, Chance: rand.Reader,
		Now: func() time.Time { return h.now },
	}
	s.Now = h.Now
	return h
}

// person makes somebody with a password.
func (h *hall) person(id string, duties []access.Duty) {
	h.Helper()
	h.must(h.Put(h.Context(), access.Actor{ID: id, Email: id + "@Example.org", Duties: duties}, "root"))
	h.must(h.SetPassword(h.Context(), id, good, "console"))
}

func (h *hall) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// enter signs in and opens the session.
func (h *hall) enter(name, password, code string) (string, people.Opened, error) {
	h.Helper()
	secret, _, err := h.SignIn(h.Context(), people.Try{Name: name, Password: password, Code: code, Visitor: here})
	if err != nil {
		return "", people.Opened{}, err
	}
	o, err := h.Open(h.Context(), secret)
	return secret, o, err
}

func (h *hall) kinds() string {
	h.Helper()
	list, err := h.store.Entries(h.Context(), access.Platform, 0, 0)
	h.must(err)
	var out []string
	for _, e := range list {
		out = append(out, e.Kind)
		if strings.Contains(string(e.Body), good) || strings.Contains(string(e.Body), "argon2") {
			h.Errorf("the book holds a password: %s", e.Body)
		}
	}
	return strings.Join(out, " ")
}

func TestSignIn(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	for _, name := range []string{"zhang", " ZHANG ", "zhang@example.org"} {
		secret, o, err := h.enter(name, good, "")
		if err != nil || o.Actor.ID != "zhang" || o.Once || o.Session.Address != here.Address {
			t.Errorf("as %q: %+v, %v", name, o, err)
		}
		again, _, err := h.enter(name, good, "")
		if err != nil || again == secret {
			t.Errorf("a second sign-in has the id of the first, %v", err)
		}
	}
	disabled := access.Actor{ID: "li", Duties: access.As(access.Filler, "qingling")}
	h.person(disabled.ID, disabled.Duties)
	secret, _, err := h.enter("li", good, "")
	h.must(err)
	disabled.Disabled = true
	h.must(h.Put(t.Context(), disabled, "root"))
	if _, err := h.Open(t.Context(), secret); !errors.Is(err, people.ErrOver) {
		t.Errorf("the session of somebody disabled: %v", err)
	}
	h.must(h.Put(t.Context(), access.Actor{ID: "wang", Duties: access.As(access.Viewer, "qingling")}, "root")) // no password
	var first string
	for _, c := range []struct{ name, password string }{{"zhang", "wrong"}, {"nobody", good}, {"li", good}, {"wang", ""}, {"wang", good}, {"", ""}, {"zhang", ""}} {
		_, _, err := h.enter(c.name, c.password, "")
		if !errors.Is(err, people.ErrRefused) {
			t.Errorf("%s with %q: %v", c.name, c.password, err)
			continue
		}
		if first == "" {
			first = err.Error()
		}
		if err.Error() != first {
			t.Errorf("%s with %q is told %q, another %q", c.name, c.password, err, first)
		}
	}
}

// TestSessionsEnd: by hand, by time, by another password, by other rights, by
// the token that began them.
func TestSessionsEnd(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	begin := func() (string, people.Opened) {
		t.Helper()
		secret, o, err := h.enter("zhang", good, "")
		h.must(err)
		return secret, o
	}
	over := func(why, secret string) {
		t.Helper()
		if _, err := h.Open(t.Context(), secret); !errors.Is(err, people.ErrOver) {
			t.Errorf("%s: %v", why, err)
		}
	}
	secret, _ := begin()
	h.must(h.SignOut(t.Context(), secret))
	over("signed out", secret)
	h.must(h.SignOut(t.Context(), secret))

	secret, _ = begin()
	over("changed by a letter", secret[:len(secret)-1]+"_")
	over("nothing", "")
	over("another's id", "s0000000000000000"+secret[17:])

	for range 13 { // used every hour it goes on
		h.now = h.now.Add(time.Hour)
		if _, err := h.Open(t.Context(), secret); err != nil {
			t.Fatalf("a session in use: %v", err)
		}
	}
	h.now = h.now.Add(12 * time.Hour)
	over("unused for a shift", secret)

	secret, _ = begin()
	for range 7 * 24 {
		_, _ = h.Open(t.Context(), secret)
		h.now = h.now.Add(time.Hour)
	}
	over("a week old", secret)

	one, _ := begin()
	two, mine := begin()
	h.must(h.ChangePassword(t.Context(), mine, good, good+"!"))
	over("another's after a new password", one)
	if _, err := h.Open(t.Context(), two); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	h.must(h.Put(t.Context(), access.Actor{ID: "zhang", Duties: access.As(access.Viewer, "qingling")}, "root"))
	over("other rights", two)

	token, kept, err := access.Issue(rand.Reader, access.Grant{Actor: "zhang", Life: time.Hour, Scope: access.Scope{Actions: []access.Action{access.ReadWall}}}, h.now)
	h.must(err)
	h.must(h.store.PutToken(t.Context(), kept, "root"))
	walled, _, err := h.SignInToken(t.Context(), token, here)
	h.must(err)
	o, err := h.Open(t.Context(), walled)
	if err != nil || access.May(o.Actor, access.ReadWall, "qingling") != nil || access.May(o.Actor, access.ReadInventory, "qingling") == nil {
		t.Errorf("a token's session: %+v, %v", o, err)
	}
	if err := h.ChangePassword(t.Context(), o, good, good+"?"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a token changed the password: %v", err)
	}
	h.must(h.store.RevokeToken(t.Context(), kept.ID, "root"))
	over("its token revoked", walled)
	if got := h.kinds(); !strings.HasSuffix(got, "token.create session.begin token.revoke") || strings.Count(got, "session.end") != 1 {
		t.Errorf("the book: %s", got)
	}
}

func TestOnce(t *testing.T) {
	h := open(t)
	h.must(h.Put(t.Context(), access.Actor{ID: "zhang", Duties: access.As(access.Filler, "qingling")}, "root"))
	once, err := h.GiveOnce(t.Context(), "zhang", "root")
	h.must(err)
	_, o, err := h.enter("zhang", once, "")
	if err != nil || !o.Once {
		t.Fatalf("a one-time password: %+v, %v", o, err)
	}
	if err := h.ChangePassword(t.Context(), o, once, once); fault.KindOf(err) != fault.Invalid {
		t.Errorf("kept the one-time password: %v", err)
	}
	if err := h.ChangePassword(t.Context(), o, "wrong", good); fault.KindOf(err) != fault.Invalid {
		t.Errorf("changed without the old one: %v", err)
	}
	h.must(h.ChangePassword(t.Context(), o, once, good))
	if _, _, err := h.enter("zhang", once, ""); !errors.Is(err, people.ErrRefused) {
		t.Errorf("it opens twice: %v", err)
	}
	if _, o, err = h.enter("zhang", good, ""); err != nil || o.Once {
		t.Errorf("after that: %+v, %v", o, err)
	}
	once, err = h.GiveOnce(t.Context(), "zhang", "root")
	h.must(err)
	h.now = h.now.Add(7*24*time.Hour + time.Second)
	if _, _, err := h.enter("zhang", once, ""); !errors.Is(err, people.ErrRefused) {
		t.Errorf("a week later: %v", err)
	}
	if _, err := h.GiveOnce(t.Context(), "root", "root"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("to oneself: %v", err)
	}
	if _, err := h.GiveOnce(t.Context(), "nobody", "root"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("to nobody: %v", err)
	}
}

func TestFirstStart(t *testing.T) {
	h := open(t)
	h.Key = "abcd-efgh"
	first := people.First{ID: "root", Name: "管理员", Password: good, Key: "abcd-efgh", Visitor: here}
	for _, c := range []struct {
		name string
		mend func(*people.First)
		kind fault.Kind
	}{
		{"a wrong key", func(f *people.First) { f.Key = "abcd" }, fault.Invalid},
		{"a weak password", func(f *people.First) { f.Password = "password123" }, fault.Invalid},
		{"a bad id", func(f *people.First) { f.ID = "a b" }, fault.Invalid},
	} {
		f := first
		c.mend(&f)
		if _, _, err := h.FirstStart(t.Context(), f); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	h.must(h.Put(t.Context(), access.Actor{ID: "gw", Duties: access.As(access.Gateway, "qingling")}, "console"))
	taken := first
	taken.ID = "gw"
	if _, _, err := h.FirstStart(t.Context(), taken); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a gateway becomes administrator: %v", err)
	}
	secret, _, err := h.FirstStart(t.Context(), first)
	h.must(err)
	if o, err := h.Open(t.Context(), secret); err != nil || !o.Actor.Administers() {
		t.Errorf("the first administrator: %+v, %v", o, err)
	}
	first.ID = "second"
	if _, _, err := h.FirstStart(t.Context(), first); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second first start: %v", err)
	}
	// The last administrator can not be taken away, nor gives themselves more.
	root, err := h.store.Actor(t.Context(), "root")
	h.must(err)
	gone, more := root, root
	gone.Disabled = true
	more.Duties = append(more.Duties, access.Duty{Role: access.Viewer, Site: "qingling"})
	if err := h.Put(t.Context(), gone, "console"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the last administrator is disabled: %v", err)
	}
	if err := h.Put(t.Context(), more, "root"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("gave themselves rights: %v", err)
	}
	h.must(h.Put(t.Context(), access.Actor{ID: "other", Duties: root.Duties}, "root"))
	h.must(h.Put(t.Context(), gone, "other"))
	back := gone
	back.Disabled = false
	if err := h.Put(t.Context(), back, "root"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("let themselves in again: %v", err)
	}
}

func TestIdentity(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	enter := func(i people.Identity) (string, error) {
		secret, s, err := h.SignInIdentity(t.Context(), i, here)
		if err == nil {
			_, err = h.Open(t.Context(), secret)
		}
		return s.Actor, err
	}
	stranger := func(why string, i people.Identity) {
		t.Helper()
		if who, err := enter(i); !errors.Is(err, people.ErrStranger) {
			t.Errorf("%s: %s, %v", why, who, err)
		}
	}
	stranger("nobody we know", people.Identity{Subject: "idp#1"})
	stranger("an address that nobody verified", people.Identity{Subject: "idp#1", Email: "zhang@example.org"})
	if who, err := enter(people.Identity{Subject: "idp#1", Email: "Zhang@example.org", Verified: true}); err != nil || who != "zhang" {
		t.Errorf("by a verified address: %s, %v", who, err)
	}
	if who, err := enter(people.Identity{Subject: "idp#1"}); err != nil || who != "zhang" {
		t.Errorf("linked: %s, %v", who, err)
	}
	stranger("another with the same address", people.Identity{Subject: "idp#2", Email: "zhang@example.org", Verified: true})
	h.must(h.Put(t.Context(), access.Actor{ID: "zhang", Subject: "idp#1", Disabled: true}, "root"))
	stranger("disabled", people.Identity{Subject: "idp#1"})
}

func TestDemo(t *testing.T) {
	h := open(t)
	h.person("demo-filler", access.As(access.Filler, "qingling"))
	if _, _, err := h.SignInDemo(t.Context(), "demo-filler", here); !errors.Is(err, people.ErrRefused) {
		t.Errorf("without the demonstration: %v", err)
	}
	h.Demo = []string{"demo-filler"}
	secret, _, err := h.SignInDemo(t.Context(), "demo-filler", here)
	h.must(err)
	if o, err := h.Open(t.Context(), secret); err != nil || o.Actor.ID != "demo-filler" {
		t.Errorf("with it: %+v, %v", o, err)
	}
}
