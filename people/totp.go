package people

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every authenticator on a telephone has it
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"time"
)

const (
	stepLength   = 30 * time.Second // RFC 6238, section 5.2
	digits       = 6
	around       = 1  // steps that a telephone's clock may be off, either way
	secretSize   = 20 // RFC 4226, section 4, R6 recommends 160 bits
	codes        = 10 // of recovery
	recoverySize = 10 // bytes: 80 bits need no slow hash
	issuer       = "Lingtan 零碳"
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding) //nolint:gochecknoglobals // a constant

// hotp is the code of a moving factor, RFC 4226, section 5.3.
func hotp(secret []byte, counter uint64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, counter) // a hash takes everything
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & math.MaxInt32
	return fmt.Sprintf("%0*d", digits, n%uint32(math.Pow10(digits)))
}

// stepOf is the moving factor of an instant.
func stepOf(now time.Time) int64 { return now.Unix() / int64(stepLength/time.Second) }

// totpStep finds the step whose code was typed, later than the one used last:
// a code opens once (RFC 6238, section 5.2). 0 is none.
func totpStep(secret []byte, code string, now time.Time, last int64) int64 {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	found := int64(0)
	for step := stepOf(now) - around; step <= stepOf(now)+around; step++ {
		same := subtle.ConstantTimeCompare([]byte(hotp(secret, uint64(step), digits)), []byte(code)) == 1 //nolint:gosec // after 1970
		if same && step > last {
			found = step
		}
	}
	return found
}

// totpURI is what an authenticator reads from a picture.
func totpURI(secret []byte, person string) string {
	q := url.Values{"secret": {base32Text.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+person) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// recoveryCodes makes codes for who has lost the telephone, and their hashes.
func recoveryCodes(chance io.Reader) (shown, hashes []string, err error) {
	for range codes {
		raw := make([]byte, recoverySize)
		if _, err := io.ReadFull(chance, raw); err != nil {
			return nil, nil, fmt.Errorf("recovery codes: %w", err)
		}
		text := strings.ToLower(base32Text.EncodeToString(raw))
		shown = append(shown, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, hashRecovery(text))
	}
	return shown, hashes, nil
}

// hashRecovery is a code as it is kept, however it was typed.
func hashRecovery(code string) string {
	plain := strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(code)))
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
