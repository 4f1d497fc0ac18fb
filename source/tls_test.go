package source

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// certificate makes a certificate of 127.0.0.1 that is its own authority.
func certificate(t *testing.T, from, to time.Time) (ca []byte, pair tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "device"}, NotBefore: from, NotAfter: to,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secureActor is a server that makes secured connections and ends them.
func secureActor(t *testing.T, pair tls.Certificate) string {
	t.Helper()
	return actor(t, func(_ int, c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{pair}}).HandshakeContext(t.Context())
	})
}

func TestCredentials(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	valid, pair := certificate(t, now.Add(-time.Hour), now.Add(time.Hour))
	other, _ := certificate(t, now.Add(-time.Hour), now.Add(time.Hour))
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	address := secureActor(t, pair)
	for _, c := range []struct {
		name string
		with credentials
		want string
	}{
		{name: "trusted", with: credentials{ca: write("ca.pem", valid)}},
		{name: "another authority", with: credentials{ca: write("other.pem", other)}, want: "not of an authority we trust"},
		{name: "another name", with: credentials{ca: write("ca.pem", valid), name: "gateway.mine"}, want: "does not name it"},
		{name: "no certificate at all", with: credentials{ca: write("empty.pem", nil)}, want: "of no use"},
		{name: "no file", with: credentials{cert: "nowhere", key: "nowhere"}, want: "of no use"},
	} {
		w, err := dial(t.Context(), address, &c.with, now, 5*time.Second)
		if err == nil {
			_ = w.Close()
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(fault.Tell(err, lang.EN), c.want) {
			t.Errorf("%s: dial = %v, want %q", c.name, err, c.want)
		}
	}
	// A clock far ahead finds the certificate expired.
	if _, err := dial(t.Context(), address, &credentials{ca: write("ca.pem", valid)}, now.AddDate(1, 0, 0), 5*time.Second); err == nil ||
		!strings.Contains(fault.Tell(err, lang.ZH), "已过期") {
		t.Errorf("dial a year ahead = %v", err)
	}
}

func TestSecret(t *testing.T) {
	t.Setenv("LINGTAN_TEST_SECRET", "of the variable")
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("of the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		with secret
		want string
	}{{secret{}, ""}, {secret{env: "LINGTAN_TEST_SECRET"}, "of the variable"}, {secret{file: path}, "of the file"}} {
		if got, err := c.with.value(); got != c.want || err != nil {
			t.Errorf("value(%+v) = %q, %v", c.with, got, err)
		}
	}
	for _, missing := range []secret{{env: "LINGTAN_TEST_NOTHING"}, {file: path + "x"}} {
		if _, err := missing.value(); err == nil {
			t.Errorf("value(%+v) finds something", missing)
		}
	}
}
