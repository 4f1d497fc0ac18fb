package people

import (
	"time"

	"lingtan/access"
)

// onceLife is how long a one-time password opens: it was told on paper.
const onceLife = 7 * 24 * time.Hour

// Credential is how a person shows who they are.
type Credential struct {
	Actor    string
	Password string    // as a Hasher keeps it; "" is none
	Once     bool      // to be changed before anything else
	Changed  time.Time // the password
	TOTP     string    // the second factor's secret, sealed; "" is none
	TOTPOn   bool      // asked for; before that it was only shown
	Step     int64     // the code used last
	Recovery []string  // hashes of the codes that are left
}

// State tells what password there is, as a list of people shows it.
func (c Credential) State() string {
	switch {
	case c.Password == "":
		return "none"
	case c.Once:
		return "once"
	}
	return "own"
}

// stale tells whether a one-time password has had its time.
func (c Credential) stale(now time.Time) bool {
	return c.Once && now.Sub(c.Changed) > onceLife
}

// Account is a person as a list of people shows them.
type Account struct {
	access.Actor
	Password   string // "own", "once" or "none"
	TOTP       bool
	LastSignIn time.Time // as far as is known
}
