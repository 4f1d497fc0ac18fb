package main

import (
	"bufio"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/openid"
	"lingtan/people"
)

// openID is the provider's name in our addresses.
const openID = "sso"

// sealedMark begins a setting's value that `lingtan config seal` has sealed
// under the key of the data folder.
const sealedMark = "sealed:"

// providers are those of OpenID Connect that the settings name.
func (a *app) providers(d *people.Desk) ([]api.OpenID, error) {
	issuer := a.cfg.text("oidc-issuer")
	if issuer == "" {
		return nil, nil
	}
	if a.cfg.text("oidc-client") == "" {
		return nil, fault.Invalid.Say(lang.T("有 oidc-issuer 而没有 oidc-client", "there is oidc-issuer and no oidc-client")).
			Do(lang.T("填写在身份提供方登记的客户端编号", "give the id of the client that is registered with the provider"))
	}
	secret, err := a.unsealed(d, "oidc-secret")
	if err != nil {
		return nil, err
	}
	return []api.OpenID{openid.New(openid.Options{
		ID: openID, Title: a.cfg.text("oidc-title"), Issuer: issuer, Client: a.cfg.text("oidc-client"), Secret: secret, Now: a.now,
	})}, nil
}

// unsealed reads a setting that may be sealed.
func (a *app) unsealed(d *people.Desk, name string) (string, error) {
	text, sealed := strings.CutPrefix(a.cfg.text(name), sealedMark)
	if !sealed {
		return text, nil
	}
	plain, err := d.Vault.Open(text, name)
	return string(plain), err
}

// configSeal seals a secret so that the file of settings may be read by others.
func (c *cli) configSeal() *cobra.Command {
	return &cobra.Command{
		Use: "seal NAME", Args: c.args("NAME"),
		Short: c.text(lang.T("用数据文件夹的密钥封存一项密文(从标准输入读),把结果写进 lingtan.toml", "seal a secret, read from standard input, under the key of the data folder; put the result into lingtan.toml")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "oidc-secret" {
				return fault.Invalid.Say(lang.T("设置 %q 不能封存", "the setting %q is not one that can be sealed"), args[0]).Do(lang.T("可封存 oidc-secret", "oidc-secret can"))
			}
			line, err := bufio.NewReader(c.stdin).ReadString('\n')
			if line = strings.TrimRight(line, "\r\n"); line == "" {
				return fault.Invalid.Say(lang.T("标准输入里没有密文:%v", "there is no secret on standard input: %v"), err)
			}
			return c.atDesk(cmd.Context(), func(_ *app, d *people.Desk) error {
				sealed, err := d.Vault.Seal([]byte(line), args[0])
				if err != nil {
					return err
				}
				return c.print(map[string]string{"name": args[0], "value": sealedMark + sealed}, func(p *printer) {
					p.line(lang.T("%s = \"%s\"", "%s = \"%s\""), args[0], sealedMark+sealed)
				})
			})
		},
	}
}

func checkURL(v string) error {
	u, err := url.Parse(v)
	if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil {
		return nil
	}
	return fault.Invalid.Say(lang.T("网址读到 %q", "the address read %q"), v).Do(lang.T("写成 https://主机/", "write https://host/"))
}
