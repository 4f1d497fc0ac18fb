package backup

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestLocal(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "series/qingling/image/hot.parquet": true, "零碳.toml": true, "a..b": true,
		"": false, "..": false, "../a": false, "/a": false, "a/../../b": false, "a/./b": false, `a\b`: false, "c:/a": false, "a\x00": false, "a/": false,
	} {
		if Local(name) != want {
			t.Errorf("Local(%q) = %v", name, !want)
		}
	}
}

func TestSeal(t *testing.T) {
	secrets := []Secret{{"secret.key", []byte{1, 2, 3}}, {"lingtan.toml", []byte("[lingtan]\n")}}
	const passphrase = "一句谁也猜不到的长长的话"
	chance := func() io.Reader { return strings.NewReader(strings.Repeat("x", 64)) }
	sealed, err := Seal(chance(), passphrase, secrets)
	if err != nil || bytes.Contains(sealed, []byte("lingtan.toml")) {
		t.Fatal(err)
	}
	if back, err := Unseal(passphrase, sealed); err != nil || !reflect.DeepEqual(back, secrets) {
		t.Errorf("Unseal = %v, %v", back, err)
	}
	if _, err := Unseal(passphrase+"。", sealed); err == nil {
		t.Error("another passphrase opens")
	}
	for _, at := range []int{0, 5, len(sealed) / 2, len(sealed) - 1} {
		flipped := bytes.Clone(sealed)
		flipped[at] ^= 1
		if _, err := Unseal(passphrase, flipped); err == nil {
			t.Errorf("byte %d flipped, and it opens", at)
		}
	}
	if _, err := Seal(chance(), "short", secrets); err == nil {
		t.Error("sealed under a short passphrase")
	}
	outside, err := Seal(chance(), passphrase, []Secret{{"../../etc/passwd", nil}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unseal(passphrase, outside); err == nil {
		t.Error("a secret outside the folder is restored")
	}
}
