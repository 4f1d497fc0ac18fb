// Package openid owns the way in by a provider of OpenID Connect: where to send
// a browser, and who it is that comes back.
package openid

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
)

// patience is how long the provider may take for one answer.
const patience = 10 * time.Second

// Options say who the provider is and who we are to it.
type Options struct {
	ID        string // in our addresses
	Title     string // as the page of sign-in calls it; "" is the provider's host
	Issuer    string // https://id.example.org
	Client    string
	Secret    string // "" of a client without one, which PKCE alone guards
	Now       func() time.Time
	Transport http.RoundTripper // nil is the usual one
}

// Provider is one whose people may come in. It is asked for its addresses and
// keys when somebody first comes, so that we start also while it is down.
type Provider struct {
	Options
	client *http.Client

	mu    sync.Mutex
	known *oidc.Provider
}

// New makes a provider.
func New(o Options) *Provider {
	return &Provider{Options: o, client: &http.Client{Timeout: patience, Transport: o.Transport}}
}

// ID names the provider in our addresses.
func (p *Provider) ID() string { return p.Options.ID }

// Title is what the page of sign-in calls it.
func (p *Provider) Title() lang.Text { return lang.Same(cmp.Or(p.Options.Title, p.Options.Issuer)) }

// Issuer is the provider's own name.
func (p *Provider) Issuer() string { return p.Options.Issuer }

// discover asks the provider for its addresses, once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// Its keys are fetched again when they change, long after this request.
	known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Options.Issuer)
	if err != nil {
		return nil, fault.Conflict.Say(lang.T("身份提供方 %s 不应答或设置有误:%v", "the provider %s does not answer, or is set up wrongly: %v"), p.Options.Issuer, err).
			Do(lang.T("稍后再试,或用密码登录;管理员核对 oidc-issuer", "try again later, or use a password; an administrator checks oidc-issuer"))
	}
	p.known = known
	return known, nil
}

func (p *Provider) flow(known *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.Client, ClientSecret: p.Secret, Endpoint: known.Endpoint(), RedirectURL: back,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// Leave gives the address at the provider to which a browser is sent.
func (p *Provider) Leave(ctx context.Context, t people.Trip) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.flow(known, t.Back).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// Return tells who comes back with a code: whom the provider has signed for,
// to us, for this trip, and not long ago.
func (p *Provider) Return(ctx context.Context, t people.Trip, code string) (people.Identity, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return people.Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := p.flow(known, t.Back).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return people.Identity{}, refused(fmt.Errorf("exchange the code: %w", err))
	}
	raw, _ := tokens.Extra("id_token").(string)
	signed, err := known.VerifierContext(ctx, &oidc.Config{ClientID: p.Client, Now: p.Now}).Verify(ctx, raw)
	if err != nil {
		return people.Identity{}, refused(fmt.Errorf("verify the identity: %w", err))
	}
	if signed.Nonce != t.Nonce {
		return people.Identity{}, refused(fmt.Errorf("the identity is of another sign-in"))
	}
	claims, err := p.claims(ctx, known, signed, tokens)
	return people.Identity{Subject: people.SubjectAt(p.Options.Issuer, signed.Subject), Email: claims.Email, Verified: bool(claims.Verified)}, err
}

// refused is an answer of the provider that does not let anybody in. Its words
// are for the log of who wrapped it.
func refused(err error) error {
	return fault.Forbidden.Say(lang.T("身份提供方没有证明您的身份:%v", "the provider has not vouched for you: %v"), err).
		Do(lang.T("重新登录;再不行请管理员核对设置", "sign in again; if that does not help an administrator checks the settings"))
}
