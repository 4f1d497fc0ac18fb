package source

import (
	"context"
	"fmt"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
)

// connect makes a session with the server.
func (o *opcUA) connect(ctx context.Context, l *Line) (*opcua.Client, error) {
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	options, err := o.options(limited, l)
	if err != nil {
		return nil, err
	}
	c, err := opcua.NewClient(o.url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", o.url, err)
	}
	if err := c.Connect(limited); err != nil {
		hangUp(ctx, c)
		return nil, o.turnedAway(err)
	}
	return c, nil
}

// patience is how long an answer may take: three times what a server takes its
// time for anyway.
func (o *opcUA) patience() time.Duration { return max(o.timeout, 3*o.publish) }

func (o *opcUA) options(ctx context.Context, l *Line) ([]opcua.Option, error) {
	out := []opcua.Option{
		opcua.ApplicationName("Lingtan"), opcua.ApplicationURI("urn:lingtan:" + l.Device.ID), opcua.ProductURI("urn:lingtan"),
		opcua.AutoReconnect(false), opcua.RequestTimeout(o.patience()), opcua.DialTimeout(o.timeout),
		opcua.MaxMessageSize(uint32(l.Device.MaxFrame)),
	}
	if o.policy != "None" {
		der, key, err := o.trust.own(l)
		if err != nil {
			return nil, err
		}
		out = append(out, opcua.Certificate(der), opcua.PrivateKey(key))
	}
	kind := ua.UserTokenTypeAnonymous
	if o.user != "" {
		password, err := o.password.value()
		if err != nil {
			return nil, err
		}
		kind, out = ua.UserTokenTypeUserName, append(out, opcua.AuthUsername(o.user, password))
	}
	endpoint, err := o.endpoint(ctx, l)
	if err != nil {
		return nil, err
	}
	if o.user != "" && o.mode != ua.MessageSecurityModeSignAndEncrypt && !sealsPassword(endpoint) {
		return nil, fault.Invalid.Say(lang.T("该端点只签名,会明文传送密码", "this endpoint signs only, and the password would travel in clear")).
			Do(lang.T("mode 改为 SignAndEncrypt", "use mode SignAndEncrypt"))
	}
	return append(out, opcua.SecurityFromEndpoint(endpoint, kind)), nil
}

// endpoint chooses the server's endpoint of our policy and mode, and looks at
// its certificate before anything is said to it.
func (o *opcUA) endpoint(ctx context.Context, l *Line) (*ua.EndpointDescription, error) {
	all, err := opcua.GetEndpoints(ctx, o.url, opcua.DialTimeout(o.timeout), opcua.RequestTimeout(o.timeout))
	if err != nil {
		return nil, unreachable(o.url, err)
	}
	for _, e := range all {
		if e.SecurityPolicyURI != ua.FormatSecurityPolicyURI(o.policy) || e.SecurityMode != o.mode {
			continue
		}
		if o.policy != "None" {
			if err := o.trust.takes(e.ServerCertificate, l.Now()); err != nil {
				return nil, err
			}
		}
		return e, nil
	}
	return nil, fault.NotFound.Say(lang.T("服务器没有 %s %v 端点", "the server has no endpoint of %s %v"), o.policy, o.mode).
		Do(lang.T("在服务器上启用它,或改 policy 与 mode", "enable it on the server, or change policy and mode"))
}

// sealsPassword tells whether an endpoint encrypts passwords by itself.
func sealsPassword(e *ua.EndpointDescription) bool {
	for _, t := range e.UserIdentityTokens {
		if t.TokenType == ua.UserTokenTypeUserName {
			return t.SecurityPolicyURI != ua.SecurityPolicyURINone
		}
	}
	return false
}

// turnedAway tells why a server did not make a session.
func (o *opcUA) turnedAway(err error) error {
	switch {
	case isStatus(err, ua.StatusBadUserAccessDenied, ua.StatusBadIdentityTokenRejected, ua.StatusBadIdentityTokenInvalid):
		return fault.Forbidden.Say(lang.T("服务器不接受此用户:%v", "the server does not take this user: %v"), err).
			Do(lang.T("核对 user 与密码,或服务器是否允许匿名", "check user and the password, or whether the server takes anonymous ones"))
	case isStatus(err, ua.StatusBadSecurityChecksFailed, ua.StatusBadCertificateUntrusted, ua.StatusBadCertificateInvalid, ua.StatusBadCertificateTimeInvalid, ua.StatusBadCertificateUseNotAllowed):
		return fault.Forbidden.Say(lang.T("服务器不接受本平台的证书:%v", "the server does not take our certificate: %v"), err).
			Do(lang.T("在服务器的受信列表中加入 own-cert.pem(或 cert 所指文件),并核对两端时钟", "add own-cert.pem, or the file of cert, to the server's trust list, and check the clocks at both ends"))
	}
	return unreachable(o.url, err)
}
