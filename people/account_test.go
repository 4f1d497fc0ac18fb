package people_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/people"
)

// telephone shows the code of a secret, as an authenticator does.
func telephone(secret string, now time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, now.Unix()/30)
	sum := mac.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// TestSecondFactor: set up, asked for, used once each, recovered, taken away.
func TestSecondFactor(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	other, _, err := h.enter("zhang", good, "")
	h.must(err)
	_, mine, err := h.enter("zhang", good, "")
	h.must(err)
	if _, err := h.ConfirmTOTP(t.Context(), mine, "123456"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("confirmed before it began: %v", err)
	}
	pair, err := h.BeginTOTP(t.Context(), mine)
	if err != nil || !strings.Contains(pair.URI, pair.Secret) {
		t.Fatalf("%+v, %v", pair, err)
	}
	if _, _, err := h.enter("zhang", good, ""); err != nil {
		t.Errorf("a factor that was only shown is asked for: %v", err)
	}
	if _, err := h.ConfirmTOTP(t.Context(), mine, "000000"); !errors.Is(err, people.ErrCodeWrong) {
		t.Errorf("confirmed with a guess: %v", err)
	}
	recovery, err := h.ConfirmTOTP(t.Context(), mine, telephone(pair.Secret, h.now))
	if err != nil || len(recovery) != 10 {
		t.Fatalf("%v, %v", recovery, err)
	}
	if _, err := h.Open(t.Context(), other); !errors.Is(err, people.ErrOver) {
		t.Errorf("a session begun without it goes on: %v", err)
	}
	if _, err := h.BeginTOTP(t.Context(), mine); fault.KindOf(err) != fault.Conflict {
		t.Errorf("begun anew while it is on: %v", err)
	}
	c, err := h.store.Credential(t.Context(), "zhang")
	if err != nil || strings.Contains(c.TOTP, pair.Secret) || strings.Contains(strings.Join(c.Recovery, ""), recovery[0]) {
		t.Errorf("secrets lie open in the database: %+v, %v", c, err)
	}
	for _, step := range []struct {
		name, password, code string
		wait                 time.Duration
		want                 error
	}{
		{"without a code", good, "", 0, people.ErrCodeNeeded},
		{"a code, no password", "wrong", telephone(pair.Secret, h.now), 0, people.ErrRefused},
		{"the code that confirmed it", good, telephone(pair.Secret, h.now), 0, people.ErrCodeWrong},
		{"the next one", good, telephone(pair.Secret, h.now.Add(30*time.Second)), 0, nil},
		{"once more", good, telephone(pair.Secret, h.now.Add(30*time.Second)), 0, people.ErrCodeWrong},
		{"one from before", good, telephone(pair.Secret, h.now), 30 * time.Second, people.ErrCodeWrong},
		{"a recovery code", good, strings.ToUpper(recovery[3]), 0, nil},
		{"once more", good, recovery[3], 0, people.ErrCodeWrong},
		{"another one", good, recovery[4], 0, nil},
	} {
		h.now = h.now.Add(step.wait)
		if _, _, err := h.enter("zhang", step.password, step.code); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
	}
	h.now = h.now.Add(time.Minute)
	_, mine, err = h.enter("zhang", good, telephone(pair.Secret, h.now))
	h.must(err)
	if err := h.DropTOTP(t.Context(), mine, telephone(pair.Secret, h.now)); !errors.Is(err, people.ErrCodeWrong) {
		t.Errorf("a used code turned it off: %v", err)
	}
	h.must(h.DropTOTP(t.Context(), mine, recovery[5]))
	if _, _, err := h.enter("zhang", good, ""); err != nil {
		t.Errorf("turned off it is asked for: %v", err)
	}
	if err := h.DropTOTP(t.Context(), mine, recovery[6]); fault.KindOf(err) != fault.Conflict {
		t.Errorf("turned off twice: %v", err)
	}
	if got := h.kinds(); !strings.Contains(got, "totp.on") || strings.Count(got, "recovery.spend") != 3 || !strings.HasSuffix(got, "totp.off session.begin") {
		t.Errorf("the book: %s", got)
	}
}

func TestLostTelephone(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	secret, mine, err := h.enter("zhang", good, "")
	h.must(err)
	if err := h.ResetTOTP(t.Context(), "zhang", "root"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("reset what is not on: %v", err)
	}
	pair, err := h.BeginTOTP(t.Context(), mine)
	h.must(err)
	_, err = h.ConfirmTOTP(t.Context(), mine, telephone(pair.Secret, h.now))
	h.must(err)
	if err := h.ResetTOTP(t.Context(), "zhang", "zhang"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("reset their own: %v", err)
	}
	h.must(h.ResetTOTP(t.Context(), "zhang", "root"))
	if _, err := h.Open(t.Context(), secret); !errors.Is(err, people.ErrOver) {
		t.Errorf("a session goes on: %v", err)
	}
	if _, _, err := h.enter("zhang", good, ""); err != nil {
		t.Error(err)
	}
}

// TestStrengthen: a password kept at a lower cost is kept anew when it is used.
func TestStrengthen(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	h.Hasher = people.NewHasher(people.Cost{MemoryKiB: 128, Passes: 2, Lanes: 1}, rand.Reader, 1)
	for _, password := range []string{"wrong", good, good} {
		_, _, _ = h.enter("zhang", password, "")
	}
	c, err := h.store.Credential(t.Context(), "zhang")
	if err != nil || !strings.Contains(c.Password, "$m=128,t=2,p=1$") {
		t.Errorf("kept as %s, %v", c.Password, err)
	}
}

// TestGuessingWithinASession: whoever finds a session open has five tries at
// the password, no more.
func TestGuessingWithinASession(t *testing.T) {
	h := open(t)
	h.person("zhang", access.As(access.Filler, "qingling"))
	_, mine, err := h.enter("zhang", good, "")
	h.must(err)
	for range 5 {
		if err := h.ChangePassword(t.Context(), mine, "wrong", "another horse"); fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
	}
	var locked *people.Locked
	if err := h.ChangePassword(t.Context(), mine, good, "another horse"); !errors.As(err, &locked) {
		t.Errorf("a sixth try: %v", err)
	}
}
