package main

import (
	"bufio"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
)

func (c *cli) personCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "person", Short: c.text(lang.T("人员与账户:列出、开户、职责、密码、停用(服务停止时用)", "people and their accounts: list, add, duties, passwords, disable; while the server is stopped"))}
	return c.group(cmd, c.personList(), c.personAdd(), c.personDuty(), c.personPassword(), c.personDisable())
}

func (c *cli) personList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Args: c.args(), Short: c.text(lang.T("列出人员", "list people")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd.Context(), func(a *app) error {
				list, err := a.everybody(cmd.Context())
				if err != nil {
					return err
				}
				return c.print(list, func(p *printer) {
					for _, who := range list {
						p.row(who.ID, who.Name, c.dutiesOf(who.Actor), c.stateOf(who))
					}
				})
			})
		},
	}
}

// everybody lists all people, a page at a time.
func (a *app) everybody(ctx context.Context) (all []people.Account, err error) {
	for after := ""; ; after = all[len(all)-1].ID {
		page, err := a.store.Accounts(ctx, "", after, 0)
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); len(page) == 0 {
			return all, nil
		}
	}
}

func (c *cli) dutiesOf(a access.Actor) string {
	var out []string
	for _, d := range a.Duties {
		at := d.Site
		if d.Node != "" {
			at += "/" + d.Node
		}
		out = append(out, c.text(d.Role.Title())+"@"+at)
	}
	return strings.Join(out, ", ")
}

func (c *cli) stateOf(a people.Account) string {
	switch {
	case a.Disabled:
		return c.text(lang.T("已停用", "disabled"))
	case a.Password == "once":
		return c.text(lang.T("一次性密码", "one-time password"))
	case a.Password == "none":
		return c.text(lang.T("无密码", "no password"))
	case a.TOTP:
		return c.text(lang.T("密码与动态验证码", "password and code"))
	}
	return c.text(lang.T("密码", "password"))
}

// place is the flags of a duty.
type place struct {
	role, node string
	sites      []string
}

func (c *cli) bindPlace(cmd *cobra.Command, p *place, role string) {
	flags := cmd.Flags()
	flags.StringVar(&p.role, "role", role, c.text(lang.T("角色:%s", "role: %s").Format(roleNames())))
	flags.StringSliceVar(&p.sites, "sites", []string{access.AllSites}, c.text(lang.T("矿点,* 为所有", "mines, * for all")))
	flags.StringVar(&p.node, "node", "", c.text(lang.T("只在矿点的这个单位及其下级", "at this unit of the mine and below it only")))
}

func (p place) duties() []access.Duty {
	out := access.As(access.Role(p.role), p.sites...)
	for i := range out {
		out[i].Node = p.node
	}
	return out
}

func (c *cli) personAdd() *cobra.Command {
	var a access.Actor
	var at place
	cmd := &cobra.Command{
		Use: "add ID", Args: c.args("ID"),
		Short: c.text(lang.T("开户,给出一次性密码", "open an account and give a one-time password")),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.ID, a.Duties = args[0], at.duties()
			return c.atDesk(cmd.Context(), func(p *app, d *people.Desk) error {
				if _, err := p.store.Actor(cmd.Context(), a.ID); err == nil {
					return fault.Conflict.Say(lang.T("已有人员 %s", "%s is there already"), a.ID).Do(lang.T("用 lingtan person duty 更改职责", "change duties with: lingtan person duty"))
				} else if fault.KindOf(err) != fault.NotFound {
					return err
				}
				if err := d.Put(cmd.Context(), a, p.cfg.text("actor")); err != nil {
					return err
				}
				return c.giveOnce(cmd.Context(), p, d, a.ID)
			})
		},
	}
	c.bindPlace(cmd, &at, string(access.Viewer))
	cmd.Flags().StringVar(&a.Name, "name", "", c.text(lang.T("姓名", "the person's name")))
	cmd.Flags().StringVar(&a.Email, "email", "", c.text(lang.T("电子邮箱", "address of e-mail")))
	return cmd
}

func (c *cli) personDuty() *cobra.Command {
	var at place
	var remove bool
	cmd := &cobra.Command{
		Use: "duty ID", Args: c.args("ID"),
		Short: c.text(lang.T("增加一项职责,--remove 去掉一项", "add a duty; --remove takes one away")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atDesk(cmd.Context(), func(p *app, d *people.Desk) error {
				a, err := p.store.Actor(cmd.Context(), args[0])
				if err != nil {
					return noPerson(err, args[0])
				}
				for _, duty := range at.duties() {
					has := slices.Contains(a.Duties, duty)
					switch {
					case has && remove:
						a.Duties = slices.DeleteFunc(a.Duties, func(d access.Duty) bool { return d == duty })
					case !has && !remove:
						a.Duties = append(a.Duties, duty)
					case !has && remove:
						return fault.NotFound.Say(lang.T("%s 没有职责 %s@%s", "%s has no duty %s@%s"), a.ID, string(duty.Role), duty.Site)
					}
				}
				if err := d.Put(cmd.Context(), a, p.cfg.text("actor")); err != nil {
					return err
				}
				return c.print(a, func(out *printer) { out.row(a.ID, a.Name, c.dutiesOf(a)) })
			})
		},
	}
	c.bindPlace(cmd, &at, string(access.Viewer))
	cmd.Flags().BoolVar(&remove, "remove", false, c.text(lang.T("去掉而不是增加", "take it away instead")))
	return cmd
}

func (c *cli) personPassword() *cobra.Command {
	var typed, codes bool
	cmd := &cobra.Command{
		Use: "password ID", Args: c.args("ID"),
		Short: c.text(lang.T("发一次性密码;--stdin 从标准输入读一个密码", "give a one-time password; --stdin reads one from standard input")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atDesk(cmd.Context(), func(p *app, d *people.Desk) error {
				if codes {
					if err := d.ResetTOTP(cmd.Context(), args[0], p.cfg.text("actor")); err != nil {
						return noPerson(err, args[0])
					}
				}
				if !typed {
					return noPerson(c.giveOnce(cmd.Context(), p, d, args[0]), args[0])
				}
				line, err := bufio.NewReader(c.stdin).ReadString('\n')
				if err != nil && line == "" {
					return fault.Invalid.Say(lang.T("标准输入里没有密码", "there is no password on standard input"))
				}
				return noPerson(d.SetPassword(cmd.Context(), args[0], strings.TrimRight(line, "\r\n"), p.cfg.text("actor")), args[0])
			})
		},
	}
	cmd.Flags().BoolVar(&typed, "stdin", false, c.text(lang.T("从标准输入读密码", "read the password from standard input")))
	cmd.Flags().BoolVar(&codes, "reset-code", false, c.text(lang.T("同时停用动态验证码", "turn the second factor off as well")))
	return cmd
}

func (c *cli) personDisable() *cobra.Command {
	var again bool
	cmd := &cobra.Command{
		Use: "disable ID", Args: c.args("ID"), Short: c.text(lang.T("停用账户;--undo 恢复", "disable an account; --undo lets it in again")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.atDesk(cmd.Context(), func(p *app, d *people.Desk) error {
				a, err := p.store.Actor(cmd.Context(), args[0])
				if err != nil {
					return noPerson(err, args[0])
				}
				a.Disabled = !again
				return d.Put(cmd.Context(), a, p.cfg.text("actor"))
			})
		},
	}
	cmd.Flags().BoolVar(&again, "undo", false, c.text(lang.T("恢复", "let it in again")))
	return cmd
}

// atDesk opens the platform with its desk.
func (c *cli) atDesk(ctx context.Context, work func(*app, *people.Desk) error) error {
	return c.with(ctx, func(a *app) error {
		d, err := a.desk()
		if err != nil {
			return err
		}
		return work(a, d)
	})
}

// giveOnce gives a one-time password and prints it, this once.
func (c *cli) giveOnce(ctx context.Context, a *app, d *people.Desk, id string) error {
	once, err := d.GiveOnce(ctx, id, a.cfg.text("actor"))
	if err != nil {
		return err
	}
	return c.print(map[string]string{"id": id, "once": once}, func(p *printer) {
		p.line(lang.T("%s\n一次性密码,7 天内有效,首次登录须更换,不再显示", "%s\na one-time password: it opens for 7 days, is changed at the first sign-in, and is not shown again"), once)
	})
}
