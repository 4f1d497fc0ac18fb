package people_test

import (
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/people"
)

// TestLockOut: after five tries an account waits, longer each time; a right
// password forgets them; an account that is not there waits as well.
func TestLockOut(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	try := func(name, password, address string) error {
		_, _, err := h.SignIn(t.Context(), people.Try{Name: name, Password: password, Visitor: people.Visitor{Address: address}})
		return err
	}
	for _, name := range []string{"zhang", "nobody"} {
		for i := range 5 {
			if err := try(name, "wrong", "192.0.2.1"); !errors.Is(err, people.ErrRefused) {
				t.Fatalf("%s, try %d: %v", name, i, err)
			}
		}
		var locked *people.Locked
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if err := try(name, good, "192.0.2.2"); !errors.As(err, &locked) || locked.Wait != wait {
				t.Fatalf("%s is let try: %v, want to wait %v", name, err, wait)
			}
			h.now = h.now.Add(wait)
			if err := try(name, "wrong", "192.0.2.2"); !errors.Is(err, people.ErrRefused) {
				t.Fatalf("%s after %v: %v", name, wait, err)
			}
		}
	}
	if h.LockedUntil("zhang").IsZero() {
		t.Error("nobody can see that zhang is locked out")
	}
	h.now = h.now.Add(15 * time.Minute)
	h.must(try("zhang", good, "192.0.2.2"))
	for range 4 {
		_ = try("zhang", "wrong", "192.0.2.3")
	}
	h.must(try("zhang", good, "192.0.2.3"))
}

// TestAddressLockOut: who tries many names waits, and the good ones of a hall
// do not add up; who knows one password does not try others between.
func TestAddressLockOut(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	enter := func(name, password string) error { _, _, err := h.enter(name, password, ""); return err }
	for range 100 {
		h.must(enter("zhang", good))
	}
	var locked *people.Locked
	n := 0
	for ; n < 60 && !errors.As(enter("nobody"+string(rune('a'+n)), "wrong"), &locked); n++ {
		if err := enter("zhang", good); err != nil && !errors.As(err, &locked) {
			t.Fatal(err)
		}
	}
	if n > 20 {
		t.Errorf("%d names were tried from one address", n)
	}
	if err := enter("zhang", good); !errors.As(err, &locked) {
		t.Errorf("from a locked address: %v", err)
	}
}

// TestManyAtOnce: what is tried at the same time counts all the same.
func TestManyAtOnce(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 50 {
		wg.Go(func() {
			_, _, err := h.SignIn(t.Context(), people.Try{Name: "zhang", Password: "wrong", Visitor: here})
			if errors.Is(err, people.ErrRefused) {
				mu.Lock()
				tried++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if tried != 5 {
		t.Errorf("%d of 50 passwords were tried, want 5", tried)
	}
}

// TestSameWork: whoever is refused costs the same, whether there is such a
// person or not, so that the time of an answer tells nothing.
func TestSameWork(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	h.must(h.Put(t.Context(), access.Actor{ID: "wang", Duties: access.As(access.Viewer, "qingling")}, "root")) // no password
	h.Hasher = people.NewHasher(people.Cost{MemoryKiB: 8 << 10, Passes: 8, Lanes: 1}, rand.Reader, 1)
	h.must(h.SetPassword(t.Context(), "zhang", good, "console"))
	least := func(name string) time.Duration {
		shortest := time.Hour
		for range 5 {
			h.now = h.now.Add(2 * time.Hour) // nobody is locked out
			began := time.Now()
			if _, _, err := h.enter(name, "wrong", ""); !errors.Is(err, people.ErrRefused) {
				t.Fatal(err)
			}
			shortest = min(shortest, time.Since(began))
		}
		return shortest
	}
	known := least("zhang")
	for _, name := range []string{"nobody", "wang", "nobody@example.org"} {
		if took := least(name); took < known/2 || took > known*2 {
			t.Errorf("%s is refused after %v, zhang after %v", name, took, known)
		}
	}
}
