package people

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/fault"
)

// Try is somebody at the door.
type Try struct {
	Name     string // id or e-mail address
	Password string
	Code     string // of the second factor, or a recovery code
	Visitor
}

// Visitor is where somebody comes from.
type Visitor struct{ Address, Agent string }

// SignIn lets somebody in by name and password. Whatever is wrong, the answer
// and the work are the same, and each try counts before it is made.
func (d *Desk) SignIn(ctx context.Context, t Try) (secret string, s Session, err error) {
	name := strings.ToLower(strings.TrimSpace(t.Name))
	if err := d.takeTry(name, t.Address); err != nil {
		return "", s, err
	}
	a, err := d.named(ctx, name)
	if err != nil {
		return "", s, err
	}
	c, err := d.Store.Credential(ctx, a.ID)
	if err != nil {
		return "", s, err
	}
	same, weak, err := d.Hasher.Try(ctx, c.Password, t.Password)
	if err != nil {
		return "", s, err
	}
	if !same || a.ID == "" || a.Disabled || c.stale(d.Now()) {
		return "", s, ErrRefused
	}
	if err := d.second(ctx, c, t.Code); err != nil {
		return "", s, err
	}
	if weak {
		if err := d.strengthen(ctx, c, t.Password); err != nil {
			return "", s, err
		}
	}
	d.tries.forgive(accountKey(name))
	d.tries.giveBack(addressKey(t.Address))
	return d.begin(ctx, a, Session{Way: ByPassword}, t.Visitor)
}

func accountKey(name string) string    { return "account " + name }
func addressKey(address string) string { return "address " + address }

// takeTry counts a try of an account from an address, or says how long to wait.
func (d *Desk) takeTry(name, address string) error {
	now := d.Now()
	if wait := d.tries.take(addressKey(address), ofAddress, now); wait > 0 {
		return &Locked{wait}
	}
	if name == "" {
		return nil
	}
	if wait := d.tries.take(accountKey(name), ofAccount, now); wait > 0 {
		return &Locked{wait}
	}
	return nil
}

// LockedUntil tells until when nobody is let in under a name.
func (d *Desk) LockedUntil(name string) time.Time {
	return d.tries.lockedUntil(accountKey(strings.ToLower(name)), d.Now())
}

// named finds a person by id or address; nobody is the empty one.
func (d *Desk) named(ctx context.Context, name string) (access.Actor, error) {
	find := d.Store.Actor
	a, err := find(ctx, name)
	if fault.KindOf(err) == fault.NotFound && err != nil && strings.Contains(name, "@") {
		a, err = d.Store.ActorOfEmail(ctx, name)
	}
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return access.Actor{}, nil
	}
	return a, err
}

// second asks for the second factor where there is one. A recovery code goes
// for it once.
func (d *Desk) second(ctx context.Context, c Credential, code string) error {
	if !c.TOTPOn {
		return nil
	}
	if code == "" {
		return ErrCodeNeeded
	}
	if hash := hashRecovery(code); slices.Contains(c.Recovery, hash) {
		spent, err := d.Store.SpendRecovery(ctx, c.Actor, hash)
		return orWrong(spent, err)
	}
	secret, err := d.Vault.Open(c.TOTP, totpName(c.Actor))
	if err != nil {
		return err
	}
	step := totpStep(secret, code, d.Now(), c.Step)
	if step == 0 {
		return ErrCodeWrong
	}
	spent, err := d.Store.SpendStep(ctx, c.Actor, step)
	return orWrong(spent, err)
}

func orWrong(spent bool, err error) error {
	if err == nil && !spent {
		return ErrCodeWrong
	}
	return err
}

func totpName(actor string) string { return "totp of " + actor }

// strengthen keeps a password anew at the cost that is usual now.
func (d *Desk) strengthen(ctx context.Context, c Credential, password string) error {
	var err error
	if c.Password, err = d.Hasher.Hash(ctx, password); err != nil {
		return err
	}
	now, err := d.Store.Credential(ctx, c.Actor) // a code may have been spent since
	if err != nil {
		return err
	}
	now.Password = c.Password
	return d.Store.PutCredential(ctx, now, Note{})
}

// SignInToken lets a browser in with a token, as long as the token lives and as
// far as it reaches.
func (d *Desk) SignInToken(ctx context.Context, token string, v Visitor) (secret string, s Session, err error) {
	if err := d.takeTry("", v.Address); err != nil {
		return "", s, err
	}
	a, t, err := d.Store.Authenticate(ctx, strings.TrimSpace(token), d.Now())
	if err != nil {
		return "", s, err
	}
	d.tries.giveBack(addressKey(v.Address))
	return d.begin(ctx, a, Session{Way: ByToken, Token: t.ID, Idle: wallIdle, Expires: t.Expires}, v)
}

// SignInDemo lets one of the demonstration's people in.
func (d *Desk) SignInDemo(ctx context.Context, id string, v Visitor) (secret string, s Session, err error) {
	if !slices.Contains(d.Demo, id) {
		return "", s, ErrRefused
	}
	a, err := d.Store.Actor(ctx, id)
	if err != nil {
		return "", s, err
	}
	return d.begin(ctx, a, Session{Way: ByDemo}, v)
}

// Identity is somebody whom a provider of OpenID Connect vouches for.
type Identity struct {
	Subject  string // with the provider's own name in front, so that no other's fits
	Email    string
	Verified bool // the provider has seen that the address is theirs
}

// SubjectAt is who somebody is at a provider, with the provider's own name in
// front, so that the same sub at another one opens nothing.
func SubjectAt(issuer, sub string) string { return issuer + "#" + sub }

// SignInIdentity lets somebody in whom the provider vouches for, and who was
// linked to a person: by an administrator, or the first time by an address
// that the provider has verified. An address alone never replaces a link.
func (d *Desk) SignInIdentity(ctx context.Context, i Identity, v Visitor) (secret string, s Session, err error) {
	a, err := d.Store.ActorOfSubject(ctx, i.Subject)
	if fault.KindOf(err) == fault.NotFound && err != nil && i.Verified && i.Email != "" {
		if a, err = d.Store.ActorOfEmail(ctx, strings.ToLower(i.Email)); err == nil {
			if a.Subject != "" || a.Disabled {
				return "", s, ErrStranger
			}
			a.Subject = i.Subject
			err = d.Store.PutActor(ctx, a, a.ID)
		}
	}
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound, err == nil && a.Disabled:
		return "", s, ErrStranger
	case err != nil:
		return "", s, err
	}
	return d.begin(ctx, a, Session{Way: ByOpenID}, v)
}

func (d *Desk) begin(ctx context.Context, a access.Actor, s Session, v Visitor) (string, Session, error) {
	s.Actor, s.Address, s.Agent = a.ID, v.Address, v.Agent
	secret, s, err := begin(d.Chance, s, d.Now())
	if err != nil {
		return "", s, err
	}
	return secret, s, d.Store.PutSession(ctx, s)
}

// Open gives the session that a cookie opens, and notes that it was used.
func (d *Desk) Open(ctx context.Context, secret string) (Opened, error) {
	id, err := sessionID(secret)
	if err != nil {
		return Opened{}, err
	}
	o, err := d.Store.OpenSession(ctx, id)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return Opened{}, ErrOver
	case err != nil:
		return Opened{}, err
	}
	now := d.Now()
	if err := o.Session.check(secret, now); err != nil {
		return Opened{}, err
	}
	if o.Actor.Disabled || o.Over {
		return Opened{}, ErrOver
	}
	if o.Session.Way != ByPassword {
		o.Once = false
	}
	if now.Sub(o.Session.Seen) < seenEvery {
		return o, nil
	}
	o.Session.Seen = now
	return o, d.Store.TouchSession(ctx, id, now)
}

// SignOut ends the session that a cookie opens; a cookie that opens nothing is
// out already.
func (d *Desk) SignOut(ctx context.Context, secret string) error {
	o, err := d.Open(ctx, secret)
	if errors.Is(err, ErrOver) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.Store.EndSession(ctx, o.Session.ID, o.Actor.ID)
}
