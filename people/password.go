package people

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

const (
	// shortest follows NIST SP 800-63B-4, section 3.1.1.2, between its 8 of a
	// password beside a second factor and its 15 of one that stands alone.
	shortest = 10
	// longest is what nobody types and every manager of passwords stays below.
	longest  = 128
	fewest   = 5 // different characters
	saltSize = 16
	keySize  = 32
)

// Cost is what it costs to try a password.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Usual is the second of the two choices of RFC 9106, section 4, for where
// memory is short: a mine's server has other work.
var Usual = Cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4} //nolint:gochecknoglobals // a constant

// most bounds what a stored hash may ask of the machine.
var most = Cost{MemoryKiB: 1 << 20, Passes: 20, Lanes: 16} //nolint:gochecknoglobals // a constant

func (c Cost) within(limit Cost) bool {
	return c.MemoryKiB <= limit.MemoryKiB && c.Passes <= limit.Passes && c.Lanes <= limit.Lanes && c.Passes > 0 && c.Lanes > 0
}

// Hasher makes and tries passwords with argon2id, so many at once as there is
// memory for.
type Hasher struct {
	cost   Cost
	chance io.Reader
	turns  chan struct{} // of who computes
	queue  chan struct{} // of who computes or waits to
}

// NewHasher makes a hasher that computes at most atOnce passwords at a time.
func NewHasher(cost Cost, chance io.Reader, atOnce int) *Hasher {
	return &Hasher{cost: cost, chance: chance, turns: make(chan struct{}, atOnce), queue: make(chan struct{}, atOnce*waiting)}
}

// Hash gives a password as it is kept, with the cost and the salt in it.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.chance, salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	key, err := h.compute(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes, b64(salt), b64(key)), nil
}

// Try compares a password with one that is kept; weak says that it was kept at
// a lower cost than is usual now. Where nothing is kept it computes all the
// same, so that the time it takes does not tell who has an account.
func (h *Hasher) Try(ctx context.Context, kept, password string) (same, weak bool, err error) {
	if kept == "" {
		_, err := h.compute(ctx, password, make([]byte, saltSize), h.cost)
		return false, false, err
	}
	cost, salt, want, err := parse(kept)
	if err != nil {
		return false, false, err
	}
	key, err := h.compute(ctx, password, salt, cost)
	return err == nil && subtle.ConstantTimeCompare(key, want) == 1, !h.cost.within(cost), err
}

// waiting is how many wait for each that computes: a flood of sign-ins is sent
// away, and does not stand where other requests want to pass.
const waiting = 8

// compute waits for a turn: each takes tens of megabytes.
func (h *Hasher) compute(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	defer func() { <-h.queue }()
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Lanes, keySize), nil
}

// parse reads what Hash wrote.
func parse(kept string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(kept, "$")
	var version int
	if len(parts) == 6 && parts[1] == "argon2id" {
		_, err = fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &c.MemoryKiB, &c.Passes, &c.Lanes)
		if err == nil {
			salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4])
		}
		if err == nil {
			key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5])
		}
	}
	if err != nil || version != argon2.Version || len(key) != keySize || len(salt) < 8 || !c.within(most) {
		return c, nil, nil, fault.Internal.Errorf("the kept password is damaged")
	}
	return c, salt, key, nil
}

//go:embed common.txt
var common string

// CheckPassword refuses a password that others will guess first. It asks for
// no mixture of characters, which makes people choose Password1! (NIST
// SP 800-63B-4, section 3.1.1.2).
func CheckPassword(password string, a access.Actor) error {
	low := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, func(r rune) bool { return r < ' ' }):
		return weakPassword(lang.T("密码含有控制字符", "the password holds control characters"))
	case n < shortest:
		return weakPassword(lang.T("密码至少 %d 个字符", "a password has at least %d characters").Format(shortest))
	case n > longest:
		return weakPassword(lang.T("密码至多 %d 个字符", "a password has at most %d characters").Format(longest))
	case distinct(low) < fewest:
		return weakPassword(lang.T("密码至少用 %d 种不同的字符", "a password has at least %d different characters").Format(fewest))
	case isCommon(low):
		return weakPassword(lang.T("这个密码太常见,最先被人猜到", "this password is common and is guessed first"))
	case names(low, a):
		return weakPassword(lang.T("密码不能含有自己的名字、编号或邮箱", "a password does not hold one's own name, id or address"))
	}
	return nil
}

func weakPassword(why lang.Text) error {
	return fault.Invalid.Say(why).Do(lang.T("例如用四五个不相干的词", "for instance four or five words that have nothing to do with each other")).
		At(fault.Place{Column: "password"})
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

func isCommon(low string) bool {
	for line := range strings.Lines(common) {
		if line = strings.TrimSpace(line); line != "" && line == low {
			return true
		}
	}
	return false
}

// names tells whether a password holds what everybody knows of its owner.
func names(low string, a access.Actor) bool {
	box, _, _ := strings.Cut(a.Email, "@")
	for _, word := range []string{a.ID, a.Name, box} {
		word = strings.ToLower(strings.TrimSpace(word))
		if utf8.RuneCountInString(word) >= 2 && len(word) >= 3 && strings.Contains(low, word) {
			return true
		}
	}
	return false
}
