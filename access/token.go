package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	scheme      = "lingtan" // opens every secret, so that a leaked one is found by a search
	idBytes     = 6
	secretBytes = 32
	// MaxLife is how long a token may last: a key nobody remembers ends by itself.
	MaxLife = 366 * 24 * time.Hour
)

// Token is a bearer token as it is kept: what was shown once is only here as a
// hash. 32 random bytes need no salt and no slow hash.
type Token struct {
	ID      string            `json:"id"` // 12 hex digits, the part of the secret that may be shown
	Hash    [sha256.Size]byte `json:"-"`
	Actor   string            `json:"actor"`
	Name    string            `json:"name"` // what it is for
	Created time.Time         `json:"created"`
	Expires time.Time         `json:"expires"`
	Revoked time.Time         `json:"revoked,omitzero"`
	Scope
}

// Grant says whom a new token is for.
type Grant struct {
	Actor, Name string
	Life        time.Duration // 0 is MaxLife
	Scope
}

// Issue makes a token and the secret that is shown this once:
// lingtan_<id>_<43 characters>. chance is crypto/rand.Reader.
func Issue(chance io.Reader, g Grant, now time.Time) (secret string, t Token, err error) {
	if g.Life == 0 {
		g.Life = MaxLife
	}
	if g.Actor == "" || g.Life < 0 || g.Life > MaxLife {
		return "", Token{}, fault.Invalid.Say(lang.T("令牌须有持有人,有效期在 0 至 %v 之间", "a token has an owner and lives between 0 and %v"), MaxLife)
	}
	if err := g.Validate(); err != nil {
		return "", Token{}, err
	}
	raw := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", Token{}, fmt.Errorf("issue token for %s: %w", g.Actor, err)
	}
	now = now.UTC().Truncate(time.Millisecond)
	t = Token{ID: hex.EncodeToString(raw[:idBytes]), Actor: g.Actor, Name: g.Name, Created: now, Expires: now.Add(g.Life), Scope: g.Scope}
	secret = scheme + "_" + t.ID + "_" + base64.RawURLEncoding.EncodeToString(raw[idBytes:])
	t.Hash = sha256.Sum256([]byte(secret))
	return secret, t, nil
}

// TokenID reads from a secret the id under which its token is kept.
func TokenID(secret string) (string, error) {
	rest, ok := strings.CutPrefix(secret, scheme+"_")
	id, tail, found := strings.Cut(rest, "_")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(tail)
	if _, bad := hex.DecodeString(id); !ok || !found || bad != nil || err != nil || len(id) != 2*idBytes || len(raw) != secretBytes {
		return "", ErrRefused
	}
	return id, nil
}

// ErrRefused is the one answer to every secret that does not open, so that
// trying tells nothing.
var ErrRefused error = fault.Forbidden.Say(lang.T("令牌无效、已过期或已撤销", "the token is unknown, expired or revoked")).
	Do(lang.T("请管理员签发新令牌", "ask an administrator for a new one"))

// Check tells whether a secret opens with a token now. The comparison takes
// the same time wherever the difference is.
func (t Token) Check(secret string, now time.Time) error {
	sum := sha256.Sum256([]byte(secret))
	same := subtle.ConstantTimeCompare(sum[:], t.Hash[:]) == 1
	if !same || now.Before(t.Created) || !now.Before(t.Expires) || (!t.Revoked.IsZero() && !now.Before(t.Revoked)) {
		return ErrRefused
	}
	return nil
}

// Revoke ends a token; one that has ended stays as it is.
func (t Token) Revoke(now time.Time) (Token, error) {
	if !t.Revoked.IsZero() {
		return t, fault.Conflict.Say(lang.T("令牌 %s 已撤销", "token %s is revoked already"), t.ID)
	}
	t.Revoked = now.UTC().Truncate(time.Millisecond)
	return t, nil
}
