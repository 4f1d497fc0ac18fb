package testkit

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/ledger"
	"lingtan/people"
)

// peopleKept puts people, and reads of them what a list and a sign-in show.
func peopleKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	li := access.Actor{
		ID: "li", Name: "李工", Email: "li@example.org", Subject: "idp#7",
		Duties: []access.Duty{{Role: access.Filler, Site: "qingling", Node: "shaft"}, {Role: access.Viewer, Site: "qingling"}},
	}
	must(t, s.PutActor(ctx, li, "admin"))
	must(t, s.PutActor(ctx, access.Actor{ID: "wang", Name: "王100%", Duties: access.As(access.Reviewer, "beiyuan")}, "admin"))
	for what, found := range map[string]access.Actor{
		"id": got(s.Actor(ctx, "li"))(t), "subject": got(s.ActorOfSubject(ctx, "idp#7"))(t), "address": got(s.ActorOfEmail(ctx, "li@example.org"))(t),
	} {
		if !reflect.DeepEqual(found, li) {
			t.Errorf("by %s: %+v, want %+v", what, found, li)
		}
	}
	for what, twice := range map[string]access.Actor{"address": {ID: "x", Email: li.Email}, "subject": {ID: "x", Subject: li.Subject}} {
		if err := s.PutActor(ctx, twice, "admin"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("two people with one %s: %v", what, err)
		}
	}
	if _, err := s.ActorOfSubject(ctx, "idp#8"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody's subject: %v", err)
	}
	must(t, s.PutCredential(ctx, people.Credential{Actor: "li", Password: "x", Once: true, TOTPOn: true, Changed: storeClock}, people.Note{}))
	for text, want := range map[string]string{"": "li wang", "LI@": "li", "王": "wang", "%": "li wang", "_": "li wang", "nobody": ""} {
		var ids []string
		for _, a := range got(s.Accounts(ctx, text, "", 0))(t) {
			ids = append(ids, a.ID)
			if a.ID == "li" && (a.Password != "once" || !a.TOTP) || a.ID == "wang" && a.Password != "none" {
				t.Errorf("account %+v", a)
			}
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("people about %q: %v, want %s", text, ids, want)
		}
	}
	entries := got(s.EntriesAbout(ctx, "", "li", 0, 0))(t)
	li.Duties = nil
	must(t, s.PutActor(ctx, li, "admin"))
	after := got(s.EntriesAbout(ctx, "", "li", 0, 0))(t)
	if len(entries) != 1 || len(after) != 2 || after[1].Kind != ledger.ActorPut || !strings.Contains(string(after[1].Body), `"node":"shaft"`) {
		t.Errorf("the book: %d entries, then %+v", len(entries), after)
	}
}

// sessionsEnd begins sessions and ends them in every way.
func sessionsEnd(t *storeTest) {
	ctx, s := t.Context(), t.s
	must(t, s.PutActor(ctx, access.Actor{ID: "li", Duties: access.As(access.Filler, "qingling")}, "admin"))
	begin := func(id, token string) people.Session {
		v := people.Session{
			ID: id, Hash: [32]byte{1}, Actor: "li", Token: token, Way: people.ByPassword, Address: "192.0.2.7", Agent: "test",
			Began: storeClock, Seen: storeClock, Idle: time.Hour, Expires: storeClock.Add(24 * time.Hour),
		}
		must(t, s.PutSession(ctx, v))
		return v
	}
	one, _, _ := begin("a", ""), begin("b", ""), begin("c", "")
	if o := got(s.OpenSession(ctx, "a"))(t); !reflect.DeepEqual(o.Session, one) || o.Actor.ID != "li" || o.Once || o.Over {
		t.Errorf("opened %+v, want %+v", o, one)
	}
	must(t, s.TouchSession(ctx, "a", storeClock.Add(time.Minute)))
	if o := got(s.OpenSession(ctx, "a"))(t); !o.Session.Seen.Equal(storeClock.Add(time.Minute)) {
		t.Errorf("last used %v", o.Session.Seen)
	}
	open := func() string {
		var ids []string
		for _, v := range got(s.Sessions(ctx, "li"))(t) {
			ids = append(ids, v.ID)
		}
		slices.Sort(ids)
		return strings.Join(ids, "")
	}
	must(t, s.EndSession(ctx, "b", "li"))
	if err := s.EndSession(ctx, "b", "li"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("ended twice: %v", err)
	}
	if open() != "ac" {
		t.Errorf("open after one ended: %s", open())
	}
	must(t, s.EndSessions(ctx, "li", "c", "admin"))
	if open() != "c" {
		t.Errorf("open after all but one ended: %s", open())
	}
	secret, token, err := access.Issue(strings.NewReader(strings.Repeat("0123456789", 20)), access.Grant{Actor: "li", Scope: access.Scope{Sites: []string{"qingling"}}}, storeClock)
	must(t, errors.Join(err, s.PutToken(ctx, token, "li")))
	begin("d", token.ID)
	if o := got(s.OpenSession(ctx, "d"))(t); access.May(o.Actor, access.ReadSite, "beiyuan") == nil {
		t.Error("a session is wider than its token")
	}
	must(t, s.RevokeToken(ctx, token.ID, "li"))
	if open() != "c" || !got(s.OpenSession(ctx, "d"))(t).Over || secret == "" {
		t.Errorf("open after the token was revoked: %s", open())
	}
	must(t, s.PutCredential(ctx, people.Credential{Actor: "li"}, people.Note{By: "li", Kind: ledger.PasswordPut, Ends: true}))
	if open() != "" {
		t.Errorf("open after another password: %s", open())
	}
	begin("e", "")
	must(t, s.PutActor(ctx, access.Actor{ID: "li", Name: "李", Duties: access.As(access.Filler, "qingling")}, "admin"))
	if open() != "e" {
		t.Errorf("another name ended a session: %s", open())
	}
	must(t, s.PutActor(ctx, access.Actor{ID: "li", Duties: access.As(access.Viewer, "qingling")}, "admin"))
	if open() != "" {
		t.Errorf("open after other rights: %s", open())
	}
	if _, err := s.OpenSession(ctx, "nothing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a session that is not there: %v", err)
	}
	if head := got(s.VerifyLedger(ctx, ""))(t); head.Seq < 10 {
		t.Errorf("%d entries", head.Seq)
	}
}

// codesSpent lets many hands use one code: one of them does.
func codesSpent(t *storeTest) {
	ctx, s := t.Context(), t.s
	must(t, s.PutActor(ctx, access.Actor{ID: "li", Duties: access.As(access.Filler, "qingling")}, "admin"))
	must(t, s.PutCredential(ctx, people.Credential{Actor: "li", TOTPOn: true, Step: 7, Recovery: []string{"aa", "bb", "cc"}}, people.Note{}))
	for what, spend := range map[string]func() (bool, error){
		"a code":          func() (bool, error) { return s.SpendStep(ctx, "li", 8) },
		"a recovery code": func() (bool, error) { return s.SpendRecovery(ctx, "li", "bb") },
	} {
		var wg sync.WaitGroup
		var mu sync.Mutex
		times := 0
		for range 8 {
			wg.Go(func() {
				spent, err := spend()
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if spent {
					times++
				}
			})
		}
		wg.Wait()
		if times != 1 {
			t.Errorf("%s was used %d times", what, times)
		}
	}
	if spent := got(s.SpendStep(ctx, "li", 7))(t); spent {
		t.Error("a code from before was used")
	}
	if c := got(s.Credential(ctx, "li"))(t); c.Step != 8 || strings.Join(c.Recovery, "") != "aacc" {
		t.Errorf("left: %+v", c)
	}
}
