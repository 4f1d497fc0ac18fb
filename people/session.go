package people

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Way is how a session was begun.
type Way string

// The ways in.
const (
	ByPassword Way = "password"
	ByToken    Way = "token"
	ByOpenID   Way = "openid"
	ByDemo     Way = "demo"
	ByFirst    Way = "first_start"
)

// The lives of sessions. One that a token began lives as the token does: a
// wall is signed in once and stays for months.
const (
	idleLife  = 12 * time.Hour // a shift with its way home
	wholeLife = 7 * 24 * time.Hour
	wallIdle  = 45 * 24 * time.Hour
	seenEvery = time.Minute // between two notes of when it was last used
)

// Session is a browser that somebody signed in with. What the cookie holds is
// only here as a hash; 32 random bytes need no slow one.
type Session struct {
	ID      string
	Hash    [sha256.Size]byte
	Actor   string
	Token   string // id of the token that began it, and with which it ends
	Way     Way
	Address string
	Agent   string // what the browser says of itself
	Began   time.Time
	Seen    time.Time
	Idle    time.Duration // unused for so long it ends
	Expires time.Time
	Ended   time.Time
}

// ErrOver is the one answer to every cookie that opens nothing.
var ErrOver error = fault.Forbidden.Say(lang.T("会话已结束", "the session is over")).Do(lang.T("请重新登录", "sign in again"))

var sessionPattern = regexp.MustCompile(`^s([0-9a-f]{16})_([A-Za-z0-9_-]{43})$`)

const maxAgent = 200 // bytes kept of what a browser says of itself

// begin gives a session its id and its secret, both new.
func begin(chance io.Reader, s Session, now time.Time) (secret string, _ Session, err error) {
	raw := make([]byte, 8+32)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", s, fmt.Errorf("begin session: %w", err)
	}
	s.ID = hex.EncodeToString(raw[:8])
	secret = "s" + s.ID + "_" + base64.RawURLEncoding.EncodeToString(raw[8:])
	s.Hash = sha256.Sum256([]byte(secret))
	s.Agent = s.Agent[:min(len(s.Agent), maxAgent)]
	s.Began = now.UTC().Truncate(time.Millisecond)
	s.Seen = s.Began
	if s.Idle == 0 {
		s.Idle = idleLife
	}
	if s.Expires.IsZero() {
		s.Expires = s.Began.Add(wholeLife)
	}
	return secret, s, nil
}

// sessionID reads from a cookie the id under which its session is kept.
func sessionID(secret string) (string, error) {
	parts := sessionPattern.FindStringSubmatch(secret)
	if parts == nil {
		return "", ErrOver
	}
	return parts[1], nil
}

// check tells whether a cookie opens a session now.
func (s Session) check(secret string, now time.Time) error {
	sum := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(sum[:], s.Hash[:]) != 1 || !s.Alive(now) {
		return ErrOver
	}
	return nil
}

// Alive tells whether a session is open.
func (s Session) Alive(now time.Time) bool {
	return s.Ended.IsZero() && now.Before(s.Expires) && now.Sub(s.Seen) < s.Idle && !now.Before(s.Began)
}
