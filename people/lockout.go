package people

import (
	"sync"
	"time"
)

// limit is how often somebody may try, and how long they wait after that.
type limit struct {
	free        int
	first, most time.Duration
}

//nolint:gochecknoglobals // constants
var (
	ofAccount = limit{5, 30 * time.Second, 15 * time.Minute}  // then 100 tries a day: a password of ten letters holds
	ofAddress = limit{20, 30 * time.Second, 15 * time.Minute} // a hall of people sits behind one address
)

const (
	forgetAfter = time.Hour // a day's mistakes are no attack
	maxTries    = 20_000    // accounts and addresses remembered
)

// tries remembers who tried in vain. It lives in memory: to forget it by a
// restart takes somebody who can restart the server.
type tries struct {
	mu sync.Mutex
	of map[string]*tried
}

type tried struct {
	count int
	until time.Time // nobody tries before
	last  time.Time // in vain, as far as is known
	prior time.Time // last, before the try that is under way
}

// take counts a try before it is made, so that many at once are many, or tells
// how long to wait.
func (t *tries) take(key string, l limit, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]*tried{}
	}
	one := t.of[key]
	switch {
	case one == nil || now.Sub(one.last) > forgetAfter:
		t.forget(now)
		one = &tried{}
		t.of[key] = one
	case now.Before(one.until):
		return one.until.Sub(now)
	}
	one.count++
	one.last, one.prior = now, one.last
	if over := one.count - l.free; over >= 0 {
		one.until = now.Add(min(l.most, l.first<<min(over, 10)))
	}
	return 0
}

// forgive forgets an account's tries: the right password was given.
func (t *tries) forgive(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, key)
}

// giveBack takes one try back, so that a hall's good ones do not add up. A wait
// that has begun stays: who knows one password must not try others between.
func (t *tries) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one := t.of[key]; one != nil {
		one.count, one.last = one.count-1, one.prior
	}
}

// lockedUntil tells when a key may be tried again; the zero time is now.
func (t *tries) lockedUntil(key string, now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one := t.of[key]; one != nil && now.Before(one.until) {
		return one.until
	}
	return time.Time{}
}

// forget makes room: what is old goes first, then what waits for nothing, for a
// flood of names must neither fill the memory nor open what is locked.
func (t *tries) forget(now time.Time) {
	for _, idle := range []func(*tried) bool{
		func(one *tried) bool { return now.Sub(one.last) > forgetAfter },
		func(one *tried) bool { return !now.Before(one.until) },
		func(*tried) bool { return true },
	} {
		for key, one := range t.of {
			if len(t.of) < maxTries {
				return
			}
			if idle(one) {
				delete(t.of, key)
			}
		}
	}
}
