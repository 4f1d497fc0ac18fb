package source

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// credentials are the files of a secured connection. They are read at every
// connection, so that a renewed certificate needs no restart.
type credentials struct {
	ca        string // PEM; the system's authorities where it is not written
	cert, key string // ours, PEM; where the device asks for one
	name      string // the device's, where the address is not in its certificate
}

// readCredentials reads ca, cert, key and server_name.
func readCredentials(s *site.Section) *credentials {
	c := &credentials{ca: s.Text("ca"), cert: s.Text("cert"), key: s.Text("key"), name: s.Text("server_name")}
	if (c.cert == "") != (c.key == "") {
		s.Need("cert", "key")
	}
	return c
}

// client gives the configuration of whoever connects.
func (c *credentials) client(address string, now time.Time) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, Time: func() time.Time { return now }}
	if c.name != "" {
		config.ServerName = c.name
	}
	if c.ca != "" {
		if config.RootCAs, err = authorities(c.ca); err != nil {
			return nil, err
		}
	}
	if c.cert != "" {
		pair, err := ownCertificate(c.cert, c.key, now)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func authorities(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return nil, fault.Invalid.Say(lang.T("证书文件 %s 不可用:%v", "certificate file %s is of no use: %v"), path, err).
			Do(lang.T("应为 PEM 文本,可含多张证书", "it must be PEM text, of one certificate or more"))
	}
	return pool, nil
}

// ownCertificate reads our certificate, and tells before the device does that
// its time is over.
func ownCertificate(cert, key string, now time.Time) (tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return pair, fault.Invalid.Say(lang.T("证书 %s 与私钥 %s 不可用:%v", "certificate %s and key %s are of no use: %v"), cert, key, err).
			Do(lang.T("应为 PEM 文本且互相匹配", "both must be PEM text and fit each other"))
	}
	return pair, inForce(pair.Leaf, lang.T("本平台的证书", "our own certificate"), now)
}

// inForce tells of a certificate whose time is over or has not come.
func inForce(c *x509.Certificate, whose lang.Text, now time.Time) error {
	if now.Before(c.NotBefore) || now.After(c.NotAfter) {
		return outOfForce(c, whose)
	}
	return nil
}

func outOfForce(c *x509.Certificate, whose lang.Text) error {
	return fault.Invalid.Say(lang.T("%s已过期或尚未生效,只在 %s 至 %s 有效", "%s has expired or is not valid yet: it is from %s to %s"), whose,
		c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339)).
		Do(lang.T("换一张有效的证书,并核对两端时钟", "renew it, and check the clocks at both ends"))
}

// distrusted tells why a secured connection was not made.
func distrusted(address string, err error) error {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return outOfForce(invalid.Cert, lang.T("装置的证书", "the device's certificate"))
	case errors.As(err, &unknown):
		return fault.Invalid.Say(lang.T("%s 的证书不由所信任的机构签发", "the certificate of %s is not of an authority we trust"), address).
			Do(lang.T("把签发机构的证书写入 ca", "write its authority's certificate into ca"))
	case errors.As(err, &host):
		return fault.Invalid.Say(lang.T("%s 的证书不含此地址:%v", "the certificate of %s does not name it: %v"), address, err).
			Do(lang.T("用 server_name 写明证书中的名称", "state the name in the certificate by server_name"))
	}
	return fault.Invalid.Say(lang.T("与 %s 的加密握手未成:%v", "no secured connection to %s: %v"), address, err).
		Do(lang.T("核对两端证书与 TLS 版本(1.2 及以上)", "check the certificates of both ends and the version of TLS, 1.2 or later"))
}
