package source

import (
	"crypto/tls"
	"time"
)

// server gives the configuration of whoever is connected to. Where ca is
// written, only who has a certificate of that authority is let in.
func (c *credentials) server(now time.Time) (*tls.Config, error) {
	pair, err := ownCertificate(c.cert, c.key, now)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, Time: func() time.Time { return now }}
	if c.ca != "" {
		if config.ClientCAs, err = authorities(c.ca); err != nil {
			return nil, err
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}
