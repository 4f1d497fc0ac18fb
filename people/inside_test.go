package people

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/argon2"

	"lingtan/access"
	"lingtan/fault"
)

// The secret of both RFCs' vectors.
var rfcSecret = []byte("12345678901234567890")

// TestHOTP: RFC 4226, appendix D.
func TestHOTP(t *testing.T) {
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(rfcSecret, uint64(counter), 6); got != want {
			t.Errorf("hotp(%d) = %s, want %s", counter, got, want)
		}
	}
}

// TestTOTP: RFC 6238, appendix B, the rows of SHA-1.
func TestTOTP(t *testing.T) {
	for _, c := range []struct {
		unix int64
		want string
	}{
		{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"}, {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
	} {
		now := time.Unix(c.unix, 0)
		if got := hotp(rfcSecret, uint64(stepOf(now)), 8); got != c.want {
			t.Errorf("at %d: %s, want %s", c.unix, got, c.want)
		}
		code := c.want[2:] // the last six digits are the code of six
		if got := totpStep(rfcSecret, " "+code[:3]+" "+code[3:], now, 0); got != stepOf(now) {
			t.Errorf("at %d: step %d, want %d", c.unix, got, stepOf(now))
		}
	}
}

func TestTOTPWindow(t *testing.T) {
	now := time.Unix(1234567890, 0)
	step := stepOf(now)
	for off, found := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		code := hotp(rfcSecret, uint64(step+off), digits)
		if got := totpStep(rfcSecret, code, now, 0); (got == step+off) != found {
			t.Errorf("%d steps off: %d", off, got)
		}
		if got := totpStep(rfcSecret, code, now, step+off); got != 0 {
			t.Errorf("%d steps off, used: %d", off, got)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", "005924 "} {
		if got := totpStep(rfcSecret, code, now, step); got != 0 {
			t.Errorf("%q opens step %d", code, got)
		}
	}
	uri := totpURI(rfcSecret, "li.wei")
	for _, want := range []string{"otpauth://totp/Lingtan%20", "li.wei", "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "period=30", "digits=6", "issuer=Lingtan%20"} {
		if !strings.Contains(uri, want) {
			t.Errorf("%s has no %s", uri, want)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	shown, hashes, err := recoveryCodes(rand.Reader)
	if err != nil || len(shown) != codes || len(hashes) != codes {
		t.Fatalf("%d codes, %d hashes, %v", len(shown), len(hashes), err)
	}
	seen := map[string]bool{}
	for i, code := range shown {
		if seen[code] || hashRecovery(" "+strings.ToUpper(strings.ReplaceAll(code, "-", " "))) != hashes[i] || strings.Contains(hashes[i], code[:4]+code[5:9]) {
			t.Errorf("code %s, hash %s", code, hashes[i])
		}
		seen[code] = true
	}
	if _, _, err := recoveryCodes(iotest.ErrReader(errors.New("no entropy"))); err == nil {
		t.Error("codes without chance")
	}
}

func TestCheckPassword(t *testing.T) {
	a := access.Actor{ID: "zhang.wei", Name: "张伟", Email: "zw88@example.org"}
	for password, good := range map[string]bool{
		"horse staple battery": true, "煤矿安全第一定不忘记": true, strings.Repeat("abcde", 25): true, "correct horse": true,
		"short": false, "九个汉字不够长的呢": false, "aaaaaaaaaaaa": false, "abababababab": false, "qwertyuiop": false, "QwertyUiop": false,
		"1qaz2wsx3edc": false, "zhang.wei-2024!": false, "我叫张伟今年四十岁了": false, "zw88zw88-mine": false, "ten chars\x00\n": false,
		strings.Repeat("abcde", 26): false, "bad\xffutf8 bytes": false, "lingtan2026": false,
	} {
		if err := CheckPassword(password, a); (err == nil) != good {
			t.Errorf("%q: %v, want good %v", password, err, good)
		}
	}
	if n := strings.Count(common, "\n"); n < 100 {
		t.Errorf("%d common passwords", n)
	}
	for line := range strings.Lines(common) {
		if line = strings.TrimSpace(line); line != strings.ToLower(line) || len([]rune(line)) < shortest {
			t.Errorf("%q is in the list and can never be met", line)
		}
	}
}

func TestHasher(t *testing.T) {
	low, high := Cost{64, 1, 1}, Cost{128, 1, 1}
	h := NewHasher(low, rand.Reader, 1)
	kept, err := h.Hash(t.Context(), "horse staple")
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Hash(t.Context(), "horse staple")
	if err != nil || again == kept {
		t.Errorf("two people with one password look alike: %v", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(strings.Split(kept, "$")[4])
	if err != nil {
		t.Fatal(err)
	}
	want := base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte("horse staple"), salt, 1, 64, 1, 32))
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=64,t=1,p=1$") || !strings.HasSuffix(kept, "$"+want) {
		t.Errorf("kept as %s, want …%s", kept, want)
	}
	for _, c := range []struct {
		h          *Hasher
		password   string
		same, weak bool
	}{{h, "horse staple", true, false}, {h, "horse stapl", false, false}, {NewHasher(high, rand.Reader, 1), "horse staple", true, true}} {
		same, weak, err := c.h.Try(t.Context(), kept, c.password)
		if same != c.same || weak != c.weak || err != nil {
			t.Errorf("Try(%s) = %v, %v, %v", c.password, same, weak, err)
		}
	}
	if same, _, err := h.Try(t.Context(), "", ""); same || err != nil {
		t.Errorf("no password opens with none: %v, %v", same, err)
	}
	for _, damaged := range []string{
		"x", "$argon2id$v=19$m=64,t=1,p=1$$", strings.Replace(kept, "m=64", "m=99999999", 1), strings.Replace(kept, "t=1", "t=0", 1),
		strings.Replace(kept, "v=19", "v=16", 1), strings.Replace(kept, "argon2id", "argon2i", 1), kept + "A",
	} {
		if same, _, err := h.Try(t.Context(), damaged, "horse staple"); same || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: %v, %v", damaged, same, err)
		}
	}
	if _, err := NewHasher(low, iotest.ErrReader(errors.New("no entropy")), 1).Hash(t.Context(), "x"); err == nil {
		t.Error("a hash without salt")
	}
}

// TestHasherTurns: no more are computed at once than there is memory for.
func TestHasherTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(Cost{64, 1, 1}, rand.Reader, 1)
		h.turns <- struct{}{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := h.Try(ctx, "", "x"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("computed without a turn: %v", err)
		}
		for range cap(h.queue) {
			h.queue <- struct{}{}
		}
		if _, _, err := h.Try(ctx, "", "x"); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many waits: %v", err)
		}
		for range cap(h.queue) {
			<-h.queue
		}
		<-h.turns
		if _, _, err := h.Try(t.Context(), "", "x"); err != nil || len(h.turns)+len(h.queue) != 0 {
			t.Errorf("with one: %v, %d turns held", err, len(h.turns))
		}
	})
}

func TestVault(t *testing.T) {
	v, err := NewVault(bytes.Repeat([]byte{7}, KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(rfcSecret, "totp of zhang")
	if err != nil || strings.Contains(sealed, base64.RawStdEncoding.EncodeToString(rfcSecret)[:8]) {
		t.Fatalf("sealed as %s, %v", sealed, err)
	}
	if got, err := v.Open(sealed, "totp of zhang"); err != nil || !bytes.Equal(got, rfcSecret) {
		t.Errorf("opened %q, %v", got, err)
	}
	other, err := NewVault(make([]byte, KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another's":   func() ([]byte, error) { return v.Open(sealed, "totp of li") },
		"another key": func() ([]byte, error) { return other.Open(sealed, "totp of zhang") },
		"a bit changed": func() ([]byte, error) {
			raw, err := base64.RawStdEncoding.DecodeString(sealed)
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)-1] ^= 1
			return v.Open(base64.RawStdEncoding.EncodeToString(raw), "totp of zhang")
		},
		"not its text":    func() ([]byte, error) { return v.Open(strings.ToLower(sealed[:1])+"!"+sealed[2:], "totp of zhang") },
		"nothing":         func() ([]byte, error) { return v.Open("", "totp of zhang") },
		"not even base64": func() ([]byte, error) { return v.Open("!", "totp of zhang") },
	} {
		if got, err := open(); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s opens: %q, %v", name, got, err)
		}
	}
	if _, err := NewVault([]byte("short"), rand.Reader); err == nil {
		t.Error("a short key makes a vault")
	}
}

// TestTriesForget: a flood of names neither fills the memory nor opens what is
// locked, and what is old is forgotten.
func TestTriesForget(t *testing.T) {
	now := time.Unix(1e9, 0)
	var all tries
	for range 6 {
		all.take("account zhang", ofAccount, now)
	}
	for i := range maxTries + 100 {
		all.take("account "+strings.Repeat("x", i%100)+string(rune('0'+i/100)), ofAccount, now)
	}
	if len(all.of) > maxTries {
		t.Errorf("%d are remembered", len(all.of))
	}
	if all.lockedUntil("account zhang", now).IsZero() {
		t.Error("a flood of names opened a locked account")
	}
	now = now.Add(2 * time.Hour)
	if wait := all.take("account zhang", ofAccount, now); wait != 0 || all.of["account zhang"].count != 1 {
		t.Errorf("after two hours %+v waits %v", all.of["account zhang"], wait)
	}
}
