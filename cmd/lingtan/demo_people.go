package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/people"
)

// demoPeople makes a person of every role, with a token in the demonstration's
// folder and the one known password, and says where: it holds no real data, and
// its server listens on this machine alone unless told otherwise.
func (c *cli) demoPeople(ctx context.Context, a *app, d *people.Desk) error {
	dir := a.folder.path("tokens")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable(dir, err)
	}
	for _, role := range access.Roles() {
		if err := c.demoToken(ctx, a, role, filepath.Join(dir, string(role))); err != nil {
			return err
		}
		if role == access.Gateway { // a machine has no password
			continue
		}
		if err := a.demoPerson(ctx, d, demoMark+string(role)); err != nil {
			return err
		}
	}
	fmt.Fprintln(c.stdout, c.text(lang.T("示范令牌(每个角色一个)在", "the demonstration's tokens, one a role, are in")), dir)
	fmt.Fprintf(c.stdout, c.text(lang.T("示范账户 demo-administrator、demo-filler 等,密码均为:%s\n", "the demonstration's accounts demo-administrator, demo-filler, … have the password: %s\n")), demoPassword)
	return nil
}

// demoPerson lets one of them in. A password that somebody changed stays.
func (a *app) demoPerson(ctx context.Context, d *people.Desk, id string) error {
	d.Demo = append(d.Demo, id)
	kept, err := a.store.Credential(ctx, id)
	if err != nil || kept.Password != "" {
		return err
	}
	return d.SetPassword(ctx, id, demoPassword, a.cfg.text("actor"))
}

func (c *cli) demoToken(ctx context.Context, a *app, role access.Role, path string) error {
	if old, err := os.ReadFile(path); err == nil {
		if _, _, err := a.store.Authenticate(ctx, string(old), c.now()); err == nil {
			return nil
		}
	}
	actor := access.Actor{ID: demoMark + string(role), Name: role.Title().In(c.tag), Duties: access.As(role, access.AllSites)}
	secret, _, err := a.issue(ctx, actor, access.Grant{Actor: actor.ID, Name: "demonstration"})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
		return unwritable(path, err)
	}
	return nil
}
