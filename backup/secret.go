package backup

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"

	"lingtan/fault"
	"lingtan/lang"
)

// The way secrets are sealed: AES-256-GCM under a key that PBKDF2 makes of the
// passphrase (600,000 rounds of SHA-256, as OWASP advised in 2023), each seal
// with a salt of its own.
const (
	rounds        = 600_000
	saltBytes     = 16
	secretMagic   = "LTS1"
	MinPassphrase = 12 // letters
	maxSecrets    = 1 << 20
)

// Secret is a file that a backup holds under its passphrase only.
type Secret struct {
	Name string `json:"name"` // within the data folder
	Data []byte `json:"data"`
}

// Seal seals secrets. chance is crypto/rand.Reader.
func Seal(chance io.Reader, passphrase string, secrets []Secret) ([]byte, error) {
	if len([]rune(passphrase)) < MinPassphrase {
		return nil, fault.Invalid.Say(lang.T("密码至少 %d 个字符", "a passphrase has at least %d letters"), MinPassphrase).
			Do(lang.T("用一句不易猜到的话", "take a sentence that nobody guesses"))
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(chance, salt); err != nil {
		return nil, fmt.Errorf("seal secrets: %w", err)
	}
	lock, err := lockOf(passphrase, salt)
	if err != nil {
		return nil, err
	}
	// Every key is used once, so the nonce may be the same for all.
	out := append([]byte(secretMagic), salt...)
	return lock.Seal(out, make([]byte, lock.NonceSize()), plain, out), nil //nolint:gosec // G407: the salt is new each time, and with it the key
}

// Unseal opens what Seal sealed.
func Unseal(passphrase string, sealed []byte) ([]Secret, error) {
	head := len(secretMagic) + saltBytes
	if len(sealed) < head || len(sealed) > maxSecrets || !bytes.HasPrefix(sealed, []byte(secretMagic)) {
		return nil, changed(SecretsFile)
	}
	lock, err := lockOf(passphrase, sealed[len(secretMagic):head])
	if err != nil {
		return nil, err
	}
	plain, err := lock.Open(nil, make([]byte, lock.NonceSize()), sealed[head:], sealed[:head])
	if err != nil {
		return nil, fault.Forbidden.Say(lang.T("密码不对,或 %s 已被改动", "the passphrase is wrong, or %s was changed"), SecretsFile)
	}
	var out []Secret
	if err := json.Unmarshal(plain, &out); err != nil {
		return nil, changed(SecretsFile)
	}
	for _, s := range out {
		if !Local(s.Name) {
			return nil, changed(SecretsFile)
		}
	}
	return out, nil
}

func lockOf(passphrase string, salt []byte) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha256.New, passphrase, salt, rounds, 32)
	if err != nil {
		return nil, fmt.Errorf("seal secrets: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal secrets: %w", err)
	}
	return cipher.NewGCM(block)
}
