package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
	"lingtan/store"
)

// secretKey is the file of the data folder under which secrets in the database
// are sealed. A backup of the folder holds it, a copy of the database does not.
const secretKey = "secret.key"

// desk makes who signs people in. Few passwords are tried at once: each takes
// 64 MB and four threads, and meters go on meanwhile.
func (a *app) desk() (*people.Desk, error) {
	key, err := a.folder.key(secretKey, rand.Reader)
	if err != nil {
		return nil, err
	}
	vault, err := people.NewVault(key, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.folder.path(secretKey), err)
	}
	hasher := people.NewHasher(people.Usual, rand.Reader, max(1, min(runtime.NumCPU()/4, 4)))
	return &people.Desk{Store: a.store, Hasher: hasher, Vault: vault, Chance: rand.Reader, Now: a.now}, nil
}

// key reads a key of the folder, and makes it the first time.
func (f *folder) key(name string, chance io.Reader) ([]byte, error) {
	path := f.path(name)
	key, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	key = make([]byte, people.KeySize)
	if _, err := io.ReadFull(chance, key); err != nil {
		return nil, fmt.Errorf("make %s: %w", path, err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, unwritable(path, err)
	}
	_, err = out.Write(key)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return nil, unwritable(path, errors.Join(err, os.Remove(path)))
	}
	return key, nil
}

// reception is the desk of a server: with the demonstration's people, or with
// the first start where nobody administers yet.
func (c *cli) reception(ctx context.Context, a *app, demo demonstration) (*people.Desk, error) {
	d, err := a.desk()
	if err != nil {
		return nil, err
	}
	if demo.on {
		return d, c.demoPeople(ctx, a, d)
	}
	if err := a.shutDemo(ctx); err != nil {
		return nil, err
	}
	return d, c.welcome(ctx, a, d)
}

// welcome opens the first start where nobody administers the platform: whoever
// reads the console may.
func (c *cli) welcome(ctx context.Context, a *app, d *people.Desk) error {
	there, err := a.store.Administered(ctx)
	if err != nil || there {
		return err
	}
	if d.Key, err = people.OneTime(rand.Reader); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s %s\n", c.text(lang.T("首次启动:还没有管理员。打开下面的地址,用这个一次性密钥开设第一个账户:", "first start: there is no administrator. Open the address below and make the first account with this one-time key:")), d.Key)
	return nil
}

// demoMark begins the ids of the demonstration's people.
const demoMark = "demo-"

// demoPassword is everybody's in the demonstration and is told on its page of
// sign-in; the demonstration holds no real data.
const demoPassword = "shift of qingling"

// shutDemo takes the known passwords away where the folder is served without
// the demonstration.
func (a *app) shutDemo(ctx context.Context) error {
	list, err := a.store.Accounts(ctx, demoMark, "", 0)
	if err != nil {
		return err
	}
	for _, who := range list {
		if !strings.HasPrefix(who.ID, demoMark) || who.Password == "none" {
			continue
		}
		if err := a.store.PutCredential(ctx, people.Credential{Actor: who.ID}, people.Note{By: store.System, Kind: "password.put", Ends: true}); err != nil {
			return err
		}
	}
	return nil
}

// noPerson tells what to do about somebody who is not there.
func noPerson(err error, id string) error {
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return fault.NotFound.Say(lang.T("没有人员 %s", "there is no person %s"), id).Do(lang.T("用 lingtan person list 查看", "look with: lingtan person list"))
	}
	return err
}
