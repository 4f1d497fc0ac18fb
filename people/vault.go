package people

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"io"

	"lingtan/fault"
	"lingtan/lang"
)

// KeySize is the size of the key that a vault is opened with.
const KeySize = 32

// Vault seals what has to be read again, as the secret of a second factor,
// under a key that lies beside the database and not in it: who has a copy of
// the database alone can not use it.
type Vault struct {
	aead   cipher.AEAD
	chance io.Reader
}

// NewVault makes a vault; chance is crypto/rand.Reader.
func NewVault(key []byte, chance io.Reader) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fault.Invalid.Say(lang.T("密钥 %d 字节,须为 %d", "the key has %d bytes, %d are needed"), len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Vault{aead: aead, chance: chance}, nil
}

// Seal closes a secret; what names whose it is, so that no other's can be put
// in its place.
func (v *Vault) Seal(secret []byte, what string) (string, error) {
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := io.ReadFull(v.chance, nonce); err != nil {
		return "", fmt.Errorf("seal %s: %w", what, err)
	}
	return base64.RawStdEncoding.EncodeToString(v.aead.Seal(nonce, nonce, secret, []byte(what))), nil
}

// Open reads what Seal closed.
func (v *Vault) Open(sealed, what string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err == nil && len(raw) > v.aead.NonceSize() {
		n := v.aead.NonceSize()
		var secret []byte
		if secret, err = v.aead.Open(nil, raw[:n], raw[n:], []byte(what)); err == nil {
			return secret, nil
		}
	}
	return nil, fault.Conflict.Say(lang.T("%s 用另一把密钥封存或已损坏", "%s was sealed with another key, or is damaged"), what).
		Do(lang.T("从备份恢复数据文件夹中的 secret.key,或重置该项", "restore secret.key of the data folder from a backup, or reset it"))
}
