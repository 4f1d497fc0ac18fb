package openid

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// claims are what the provider says of somebody beside who they are.
type claims struct {
	Email    string   `json:"email"`
	Verified truthful `json:"email_verified"`
}

// truthful is a truth value that some providers write as text (OpenID Connect
// Core 1.0, section 5.1, wants a boolean).
type truthful bool

// UnmarshalJSON takes true and "true".
func (t *truthful) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	*t = v == true || v == "true"
	return nil
}

// claims reads them from the signed identity, or asks the provider where they
// do not stand in it (section 5.3.2: the answer has to be of the same subject).
func (p *Provider) claims(ctx context.Context, known *oidc.Provider, signed *oidc.IDToken, tokens *oauth2.Token) (c claims, err error) {
	if err := signed.Claims(&c); err != nil {
		return c, refused(fmt.Errorf("read the claims: %w", err))
	}
	if c.Email != "" || known.UserInfoEndpoint() == "" {
		return c, nil
	}
	info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return c, refused(fmt.Errorf("ask for the claims: %w", err))
	}
	if info.Subject != signed.Subject {
		return c, refused(fmt.Errorf("the claims are of another person"))
	}
	if err := info.Claims(&c); err != nil {
		return c, refused(fmt.Errorf("read the claims: %w", err))
	}
	return c, nil
}
