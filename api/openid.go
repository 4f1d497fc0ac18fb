package api

import "lingtan/lang"

// OpenID is a provider of OpenID Connect whose people may come in.
type OpenID interface {
	ID() string
	Title() lang.Text
	Issuer() string
}
