package source

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// opcUATrust is by which certificate we are known, and which of a server's we
// take.
type opcUATrust struct {
	cert, key string // ours, PEM; made on the first start where they are not written
	pin       string // SHA-256 of the server's, in small hex
	folder    string // of certificates of servers and of their authorities
}

// own gives our certificate and key.
func (t opcUATrust) own(l *Line) (der []byte, key *rsa.PrivateKey, err error) {
	cert, keyFile := t.cert, t.key
	if cert == "" {
		dir, err := l.Dir()
		if err != nil {
			return nil, nil, err
		}
		cert, keyFile = filepath.Join(dir, "own-cert.pem"), filepath.Join(dir, "own-key.pem")
		if err := makeOwn(cert, keyFile, l.Device.ID, l.Now()); err != nil {
			return nil, nil, err
		}
	}
	pair, err := ownCertificate(cert, keyFile, l.Now())
	if err != nil {
		return nil, nil, err
	}
	key, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fault.Invalid.Say(lang.T("%s 不是 RSA 私钥", "%s is not an RSA key"), keyFile).
			Do(lang.T("Basic256Sha256 须用 2048 至 4096 位的 RSA", "Basic256Sha256 takes RSA of 2048 to 4096 bits"))
	}
	return pair.Certificate[0], key, nil
}

// makeOwn makes a certificate of our own, once. Its uses are those that OPC
// 10000-6, 6.2.2 asks of an application instance certificate.
func makeOwn(certFile, keyFile, device string, now time.Time) error {
	if _, err := os.Stat(certFile); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Lingtan " + device, Organization: []string{"Lingtan"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(20, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		URIs:        []*url.URL{{Scheme: "urn", Opaque: "lingtan:" + device}}, DNSNames: []string{"lingtan"},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(keyFile, secret, 0o600); err != nil {
		return err
	}
	return os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}

// takes tells whether a server's certificate is in force and one we trust: that
// of the fingerprint, one in the folder, or one an authority in it has signed.
func (t opcUATrust) takes(der []byte, now time.Time) error {
	server, err := x509.ParseCertificate(der)
	if err != nil {
		return fault.Invalid.Say(lang.T("服务器证书不可解:%v", "the server's certificate is none: %v"), err).
			Do(lang.T("在服务器上重新生成证书", "have the server make a new one"))
	}
	if err := inForce(server, lang.T("服务器的证书", "the server's certificate"), now); err != nil {
		return err
	}
	sum := sha256.Sum256(der)
	fingerprint := hex.EncodeToString(sum[:])
	if fingerprint == t.pin || t.folder != "" && inFolder(t.folder, server, now) {
		return nil
	}
	return fault.Invalid.Say(lang.T("不信任服务器证书,其 SHA-256 指纹为 %s", "the server's certificate is not trusted; its SHA-256 is %s"), fingerprint).
		Do(lang.T("与服务器上显示的指纹核对无误后,写入 server_sha256", "compare it with what the server shows, and write it as server_sha256"))
}

func inFolder(folder string, server *x509.Certificate, now time.Time) bool {
	for _, pattern := range []string{"*.der", "*.pem", "*.crt", "*.cer"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return false
		}
		for _, file := range files {
			for _, c := range certificates(file) {
				if c.Equal(server) || c.IsCA && inForce(c, lang.Text{}, now) == nil && server.CheckSignatureFrom(c) == nil {
					return true
				}
			}
		}
	}
	return false
}

// certificates reads a file of one certificate in DER, or of any number in PEM;
// what is none in it is passed over.
func certificates(file string) []*x509.Certificate {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	if c, err := x509.ParseCertificate(data); err == nil {
		return []*x509.Certificate{c}
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, c)
		}
	}
	return out
}
