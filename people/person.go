package people

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"strings"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// onceSize is of a one-time password: 80 bits in 16 letters and digits.
const onceSize = 10

// Put records a person and what they may do; by is who does it.
func (d *Desk) Put(ctx context.Context, a access.Actor, by string) error {
	a.Email = strings.ToLower(strings.TrimSpace(a.Email))
	a.Name = strings.TrimSpace(a.Name)
	if a.Name == "" {
		a.Name = a.ID
	}
	return d.Store.PutActor(ctx, a, by)
}

// GiveOnce gives somebody a password that opens until they have chosen their
// own, ends what they have open, and lets them try again at once.
func (d *Desk) GiveOnce(ctx context.Context, id, by string) (string, error) {
	if id == by {
		return "", fault.Forbidden.Say(lang.T("自己的密码不用一次性密码更换", "one's own password is not changed by a one-time one")).
			Do(lang.T("在“我的账户”中更换", "change it in your account"))
	}
	c, err := d.credential(ctx, id)
	if err != nil {
		return "", err
	}
	once, err := d.random()
	if err != nil {
		return "", err
	}
	if c.Password, err = d.Hasher.Hash(ctx, once); err != nil {
		return "", err
	}
	c.Once, c.Changed = true, d.Now()
	if err := d.Store.PutCredential(ctx, c, Note{By: by, Kind: ledger.PasswordOnce, Ends: true}); err != nil {
		return "", err
	}
	d.tries.forgive(accountKey(id))
	return once, nil
}

// SetPassword gives somebody a password that is known to whoever runs the
// machine: for the command line.
func (d *Desk) SetPassword(ctx context.Context, id, password, by string) error {
	c, err := d.credential(ctx, id)
	if err != nil {
		return err
	}
	a, err := d.Store.Actor(ctx, id)
	if err != nil {
		return err
	}
	if err := CheckPassword(password, a); err != nil {
		return err
	}
	if c.Password, err = d.Hasher.Hash(ctx, password); err != nil {
		return err
	}
	c.Once, c.Changed = false, d.Now()
	return d.Store.PutCredential(ctx, c, Note{By: by, Kind: ledger.PasswordPut, Ends: true})
}

// ResetTOTP takes the second factor from who has lost it.
func (d *Desk) ResetTOTP(ctx context.Context, id, by string) error {
	c, err := d.credential(ctx, id)
	if err != nil {
		return err
	}
	if id == by {
		return fault.Forbidden.Say(lang.T("自己的动态验证码在“我的账户”中停用", "one's own second factor is turned off in one's account"))
	}
	if c.TOTP == "" {
		return fault.Conflict.Say(lang.T("动态验证码没有启用", "the second factor is not on"))
	}
	return d.dropTOTP(ctx, c, Note{By: by, Kind: ledger.TOTPOff, Ends: true})
}

// credential is that of a person who is there.
func (d *Desk) credential(ctx context.Context, id string) (Credential, error) {
	if _, err := d.Store.Actor(ctx, id); err != nil {
		return Credential{}, err
	}
	c, err := d.Store.Credential(ctx, id)
	c.Actor = id
	return c, err
}

func (d *Desk) random() (string, error) { return OneTime(d.Chance) }

// OneTime makes a secret that is read off a screen and typed once.
func OneTime(chance io.Reader) (string, error) {
	raw := make([]byte, onceSize)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", fmt.Errorf("one-time secret: %w", err)
	}
	text := strings.ToLower(base32Text.EncodeToString(raw))
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:], nil
}

// First is who becomes the first administrator.
type First struct {
	ID, Name, Password string
	Key                string // as the console shows it
	Visitor
}

// FirstStart makes the first administrator, for whoever can read the console,
// and signs them in. Where there is one it refuses: the way in is shut for good.
func (d *Desk) FirstStart(ctx context.Context, f First) (secret string, s Session, err error) {
	if err := d.takeTry("", f.Address); err != nil {
		return "", s, err
	}
	d.first.Lock()
	defer d.first.Unlock()
	if there, err := d.Store.Administered(ctx); err != nil {
		return "", s, err
	} else if there || d.Key == "" {
		return "", s, fault.Conflict.Say(lang.T("平台已有管理员", "the platform has an administrator")).Do(lang.T("请登录", "sign in"))
	}
	if subtle.ConstantTimeCompare([]byte(strings.ToLower(strings.TrimSpace(f.Key))), []byte(d.Key)) != 1 {
		return "", s, fault.Invalid.Say(lang.T("密钥不对", "the key is wrong")).
			Do(lang.T("抄写服务器控制台上的一次性密钥", "copy the one-time key from the server's console")).At(fault.Place{Column: "key"})
	}
	a := access.Actor{ID: f.ID, Name: f.Name, Duties: access.As(access.Administrator, access.AllSites)}
	if err := a.Validate(); err != nil {
		return "", s, err
	}
	if err := CheckPassword(f.Password, a); err != nil {
		return "", s, err
	}
	if _, err := d.Store.Actor(ctx, a.ID); fault.KindOf(err) != fault.NotFound || err == nil { // its tokens would rule with it
		return "", s, fault.Conflict.Say(lang.T("编号 %s 已有人用", "the id %s is taken"), a.ID).At(fault.Place{Column: "id"})
	}
	kept, err := d.Hasher.Hash(ctx, f.Password)
	if err != nil {
		return "", s, err
	}
	if err := d.Put(ctx, a, firstActor); err != nil {
		return "", s, err
	}
	if err := d.Store.PutCredential(ctx, Credential{Actor: a.ID, Password: kept, Changed: d.Now()}, Note{By: firstActor, Kind: ledger.PasswordPut}); err != nil {
		return "", s, err
	}
	d.tries.giveBack(addressKey(f.Address))
	return d.begin(ctx, a, Session{Way: ByFirst}, f.Visitor)
}

// firstActor stands in the book for whoever read the console.
const firstActor = "first-start"
