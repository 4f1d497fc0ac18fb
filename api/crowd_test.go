package api_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/people"
	"lingtan/store"
)

// people is the desk that signs in, at a cost that tests can pay.
func (h *house) people() *people.Desk {
	h.tb.Helper()
	vault, err := people.NewVault(make([]byte, people.KeySize), rand.Reader)
	if err != nil {
		h.tb.Fatal(err)
	}
	cheap := people.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}
	return &people.Desk{Store: h.store, Hasher: people.NewHasher(cheap, rand.Reader, 2), Vault: vault, Chance: rand.Reader, Now: clock}
}

// everybody makes one actor of each role at each mine, at all of them, and at a
// unit of one.
func (h *house) everybody() {
	h.tb.Helper()
	for _, role := range access.Roles() {
		for _, site := range []string{own, other, access.AllSites} {
			h.person(string(role)+"@"+strings.ReplaceAll(site, access.AllSites, "all"), access.As(role, site), now.Add(-time.Hour), 24*time.Hour)
		}
		h.person(string(role)+"@"+own+"/works", []access.Duty{{Role: role, Site: own, Node: "works"}}, now.Add(-time.Hour), 24*time.Hour)
	}
	h.person("second@xiaoyao", access.As(access.Reviewer, own), now, 0)
	h.person("expired", access.As(access.Reviewer, own), now.Add(-2*time.Hour), time.Hour)
}

// person makes somebody with a token; their id is the key without its slash.
func (h *house) person(key string, duties []access.Duty, from time.Time, life time.Duration) {
	h.tb.Helper()
	ctx, id := h.tb.Context(), strings.ReplaceAll(key, "/", ".")
	if err := h.store.PutActor(ctx, access.Actor{ID: id, Name: id, Duties: duties}, store.System); err != nil {
		h.tb.Fatal(err)
	}
	secret, token, err := access.Issue(rand.Reader, access.Grant{Actor: id, Name: "test", Life: life}, from)
	if err != nil {
		h.tb.Fatal(err)
	}
	if err := h.store.PutToken(ctx, token, store.System); err != nil {
		h.tb.Fatal(err)
	}
	h.tokens[key] = secret
}

// password is everybody's who signs in with one.
const password = "horse staple battery"

// session signs somebody in by password, once, and gives what call.who takes.
func (h *house) session(key string) string {
	h.tb.Helper()
	if h.inside[key] == "" {
		id := strings.ReplaceAll(key, "/", ".")
		if err := h.desk.SetPassword(h.tb.Context(), id, password, store.System); err != nil {
			h.tb.Fatal(err)
		}
		h.inside[key] = h.enter(`{"name":"` + id + `","password":"` + password + `"}`)
	}
	return "cookie " + h.inside[key] + " " + key
}

// enter signs in and gives the cookie's value.
func (h *house) enter(body string) string {
	h.tb.Helper()
	w := h.do(call{method: "POST", path: "/session", body: body, header: map[string]string{"X-Lingtan": "1"}})
	for _, c := range w.Result().Cookies() {
		if c.Name == "lingtan" && w.Code == http.StatusNoContent {
			return c.Value
		}
	}
	h.tb.Fatalf("sign in with %s: %d %s", body, w.Code, w.Body)
	return ""
}
