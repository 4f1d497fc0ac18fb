// Package people owns how people come in: passwords, second factors, one-time
// keys, sessions, and who may open an account for whom. What they may do once
// they are in is the room access.
package people

import (
	"context"
	"io"
	"sync"
	"time"

	"lingtan/access"
)

// Store keeps people with what they show and what they have open.
type Store interface {
	Actor(ctx context.Context, id string) (access.Actor, error)
	ActorOfSubject(ctx context.Context, subject string) (access.Actor, error)
	ActorOfEmail(ctx context.Context, email string) (access.Actor, error)
	PutActor(ctx context.Context, a access.Actor, by string) error
	Administered(ctx context.Context) (bool, error)
	Authenticate(ctx context.Context, secret string, now time.Time) (access.Actor, access.Token, error)

	Credential(ctx context.Context, actor string) (Credential, error) // the zero one where there is none
	PutCredential(ctx context.Context, c Credential, w Note) error
	SpendStep(ctx context.Context, actor string, step int64) (bool, error) // false when it was used
	SpendRecovery(ctx context.Context, actor, hash string) (bool, error)

	PutSession(ctx context.Context, s Session) error
	OpenSession(ctx context.Context, id string) (Opened, error)
	TouchSession(ctx context.Context, id string, at time.Time) error
	EndSession(ctx context.Context, id, by string) error
	EndSessions(ctx context.Context, actor, keep, by string) error
	Sessions(ctx context.Context, actor string) ([]Session, error)
}

// Note says what was done to a credential, for the book.
type Note struct {
	By   string
	Kind string // of the entry; "" makes none: nothing was done that anybody chose
	Keep string // the session that goes on; the others end
	Ends bool   // whether any end
}

// Opened is a session with whose it is.
type Opened struct {
	Session Session
	Actor   access.Actor // as far as the session's token lets them
	Once    bool         // their password is to be changed first
	Over    bool         // the token that began it is
}

// Desk signs people in and looks after their accounts.
type Desk struct {
	Store  Store
	Hasher *Hasher
	Vault  *Vault
	Chance io.Reader // crypto/rand.Reader
	Now    func() time.Time
	// Key is the one-time key of the first start, shown on the console; "" is none.
	Key string
	// Demo lists who is let in without being asked, in the demonstration alone.
	Demo []string

	tries tries
	first sync.Mutex // one first start at a time
}
