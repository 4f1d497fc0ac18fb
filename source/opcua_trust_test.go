package source

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
)

// rsaPair is a server's certificate, for some time, as the platform makes its own.
func rsaPair(t *testing.T, now time.Time) (der []byte, key *rsa.PrivateKey) {
	t.Helper()
	dir := t.TempDir()
	if err := makeOwn(filepath.Join(dir, "c"), filepath.Join(dir, "k"), "server", now); err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "c"), filepath.Join(dir, "k"))
	if err != nil {
		t.Fatal(err)
	}
	return pair.Certificate[0], pair.PrivateKey.(*rsa.PrivateKey)
}

// TestOPCUADistrust: nothing is said to a server whose certificate is not the
// one expected. That secured sessions work is for an independent server to show.
func TestOPCUADistrust(t *testing.T) {
	der, key := rsaPair(t, time.Now())
	sum := sha256.Sum256(der)
	fingerprint := hex.EncodeToString(sum[:])
	old, oldKey := rsaPair(t, time.Now().AddDate(-21, 0, 0))
	seal := server.EnableSecurity("Basic256Sha256", ua.MessageSecurityModeSignAndEncrypt)
	valid := newPlant(t, seal, server.Certificate(der), server.PrivateKey(key))
	expired := newPlant(t, seal, server.Certificate(old), server.PrivateKey(oldKey))
	for _, c := range []struct {
		name       string
		p          *plant
		more, want string
	}{
		{"another server's", valid, "policy = \"Basic256Sha256\"\nserver_sha256 = \"" + strings.Repeat("ab", 32) + "\"", fingerprint},
		{"not in the folder", valid, "policy = \"Basic256Sha256\"\ntrust = \"" + t.TempDir() + "\"", "not trusted"},
		{"expired", expired, "policy = \"Basic256Sha256\"\ntrust = \"" + t.TempDir() + "\"", "has expired"},
		{"no such endpoint", valid, "policy = \"None\"", "no endpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := plantBench(t)
			l := b.line(t, "dcs", plantFile(c.p.address, c.more))
			if err := l.Device.driver.Run(t.Context(), l); err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
				t.Errorf("Run = %v, want %s", err, c.want)
			}
		})
	}
}

func TestOPCUAFolder(t *testing.T) {
	der, _ := rsaPair(t, time.Now())
	other, _ := rsaPair(t, time.Now())
	for _, c := range []struct {
		name, file string
		data       []byte
		want       bool
	}{
		{"in DER", "server.der", der, true},
		{"in PEM, behind another", "server.pem", append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...), true},
		{"another's", "server.der", other, false},
		{"no certificate", "server.crt", []byte("none"), false},
		{"a file of another kind", "server.txt", der, false},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, c.file), c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (opcUATrust{folder: folder}).takes(der, time.Now()); (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOPCUATrust(t *testing.T) {
	now := time.Now()
	old, _ := rsaPair(t, now.AddDate(-21, 0, 0))
	if err := (opcUATrust{}).takes(old, now); err == nil || !strings.Contains(fault.Tell(err, lang.ZH), "已过期") {
		t.Errorf("an expired certificate: %v", err)
	}
	if err := (opcUATrust{}).takes([]byte("none"), now); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no certificate at all: %v", err)
	}
	// Ours, made once and kept.
	b := plantBench(t)
	l := b.line(t, "dcs", plantFile("127.0.0.1:1", ""))
	first, _, err := opcUATrust{}.own(l)
	if err != nil {
		t.Fatal(err)
	}
	if second, _, err := (opcUATrust{}).own(l); err != nil || string(first) != string(second) {
		t.Errorf("made twice: %v", err)
	}
	b.mine.Dir = ""
	if _, _, err := (opcUATrust{}).own(l); err == nil {
		t.Error("made without a folder")
	}
}
