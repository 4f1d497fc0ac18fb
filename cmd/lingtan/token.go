package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

func (c *cli) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: c.text(lang.T("接口令牌:签发、列出、吊销", "tokens of the interface: create, list, revoke"))}
	return c.group(cmd, c.tokenCreate(), c.tokenList(), c.tokenRevoke())
}

func (c *cli) tokenCreate() *cobra.Command {
	var actor access.Actor
	var role, name string
	var sites, actions []string
	var days int
	cmd := &cobra.Command{
		Use: "create ACTOR", Args: c.args("ACTOR"),
		Short: c.text(lang.T("为某人签发令牌,只显示一次", "issue a token to somebody; it is shown this once")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 {
				return misused(cmd, lang.T("--days 读到 %d,至少 1 天", "--days read %d, at least 1 is needed"), days)
			}
			actor.ID, actor.Duties = args[0], access.As(access.Role(role), sites...)
			named := cmd.Flags().Changed("role") || cmd.Flags().Changed("sites")
			return c.with(cmd.Context(), func(a *app) error {
				owner, err := a.owner(cmd.Context(), actor, named)
				if err != nil {
					return err
				}
				secret, t, err := a.issue(cmd.Context(), owner, access.Grant{Actor: actor.ID, Name: name, Life: time.Duration(days) * 24 * time.Hour, Scope: access.Scope{Actions: actionsOf(actions)}})
				if err != nil {
					return err
				}
				return c.print(map[string]any{"token": secret, "id": t.ID, "expires": t.Expires}, func(p *printer) {
					p.line(lang.T("%s\n有效至 %s,请妥善保存,不再显示", "%s\nvalid until %s; keep it, it is not shown again"), secret, t.Expires.Format(time.DateOnly))
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&role, "role", string(access.Viewer), c.text(lang.T("角色:%s", "role: %s").Format(roleNames())))
	flags.StringSliceVar(&sites, "sites", []string{"*"}, c.text(lang.T("可见矿点", "the sites they reach")))
	flags.StringVar(&actor.Name, "person", "", c.text(lang.T("姓名", "the person's name")))
	flags.StringVar(&name, "for", "", c.text(lang.T("用途", "what the token is for")))
	flags.StringSliceVar(&actions, "actions", nil, c.text(lang.T("只许这些操作,如 readings.write", "these actions only, as readings.write")))
	flags.IntVar(&days, "days", 90, c.text(lang.T("有效天数", "days it is valid")))
	return cmd
}

// owner is the person that a token is for. One who is there stays as they are,
// but for what the command line says.
func (a *app) owner(ctx context.Context, asked access.Actor, named bool) (access.Actor, error) {
	there, err := a.store.Actor(ctx, asked.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return asked, err
	}
	if err == nil {
		if named {
			there.Duties = asked.Duties
		}
		there.Name = cmp.Or(asked.Name, there.Name)
		return there, nil
	}
	asked.Name = cmp.Or(asked.Name, asked.ID)
	return asked, nil
}

func actionsOf(names []string) []access.Action {
	var out []access.Action
	for _, n := range names {
		out = append(out, access.Action(n))
	}
	return out
}

// issue records the person as they now are and a token for them.
func (a *app) issue(ctx context.Context, actor access.Actor, g access.Grant) (string, access.Token, error) {
	by := a.cfg.text("actor")
	if err := a.store.PutActor(ctx, actor, by); err != nil {
		return "", access.Token{}, err
	}
	secret, t, err := access.Issue(rand.Reader, g, a.now())
	if err != nil {
		return "", t, err
	}
	return secret, t, a.store.PutToken(ctx, t, by)
}

func (c *cli) tokenList() *cobra.Command {
	return &cobra.Command{
		Use: "list ACTOR", Args: c.args("ACTOR"), Short: c.text(lang.T("列出某人的令牌", "list somebody's tokens")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				tokens, err := a.store.Tokens(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return c.print(tokens, func(p *printer) {
					for _, t := range tokens {
						state := t.Expires.Format(time.DateOnly)
						if !t.Revoked.IsZero() {
							state = c.text(lang.T("已吊销", "revoked"))
						}
						p.row(t.ID, t.Name, state)
					}
				})
			})
		},
	}
}

func (c *cli) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revoke TOKEN", Args: c.args("TOKEN"), Short: c.text(lang.T("吊销令牌(按编号)", "revoke a token, by its id")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				return a.store.RevokeToken(cmd.Context(), args[0], a.cfg.text("actor"))
			})
		},
	}
}

// roleNames lists the roles for a flag's text.
func roleNames() string {
	var names []string
	for _, r := range access.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}
