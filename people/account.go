package people

import (
	"context"
	"fmt"
	"io"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// ChangePassword gives somebody another password of their own choice, and ends
// what they have open elsewhere.
func (d *Desk) ChangePassword(ctx context.Context, o Opened, old, chosen string) error {
	c, err := d.own(ctx, o)
	if err != nil {
		return err
	}
	if c.Password == "" {
		return fault.Conflict.Say(lang.T("%s 没有密码", "%s has no password"), o.Actor.ID).
			Do(lang.T("请管理员发一次性密码", "ask an administrator for a one-time password"))
	}
	if err := d.prove(ctx, o, c, old); err != nil {
		return err
	}
	if err := CheckPassword(chosen, o.Actor); err != nil {
		return err
	}
	if old == chosen {
		return fault.Invalid.Say(lang.T("新密码与旧密码相同", "the new password is the old one")).At(fault.Place{Column: "password"})
	}
	if c.Password, err = d.Hasher.Hash(ctx, chosen); err != nil {
		return err
	}
	c.Once, c.Changed = false, d.Now()
	return d.Store.PutCredential(ctx, c, Note{By: o.Actor.ID, Kind: ledger.PasswordPut, Ends: true, Keep: o.Session.ID})
}

// own is the credential of whoever has a session; a token does not do, for it
// must not open more than it is.
func (d *Desk) own(ctx context.Context, o Opened) (Credential, error) {
	if o.Session.ID == "" || o.Session.Token != "" {
		return Credential{}, errNoSession
	}
	c, err := d.Store.Credential(ctx, o.Actor.ID)
	c.Actor = o.Actor.ID
	return c, err
}

// prove asks for the password once more; a session left open is no licence to
// guess it.
func (d *Desk) prove(ctx context.Context, o Opened, c Credential, password string) error {
	if err := d.takeTry(o.Actor.ID, o.Session.Address); err != nil {
		return err
	}
	same, _, err := d.Hasher.Try(ctx, c.Password, password)
	if err != nil {
		return err
	}
	if !same {
		return fault.Invalid.Say(lang.T("旧密码不对", "the old password is wrong")).At(fault.Place{Column: "old"})
	}
	d.tries.forgive(accountKey(o.Actor.ID))
	d.tries.giveBack(addressKey(o.Session.Address))
	return nil
}

// Pairing is what an authenticator is set up with, shown this once.
type Pairing struct {
	Secret string `json:"secret" doc:"手工输入用 | to type in by hand"`
	URI    string `json:"uri" doc:"画成二维码 | to be drawn as a QR code"`
}

// BeginTOTP shows the secret of a second factor, which is asked for only when
// a code has proved that it arrived.
func (d *Desk) BeginTOTP(ctx context.Context, o Opened) (Pairing, error) {
	c, err := d.own(ctx, o)
	if err != nil {
		return Pairing{}, err
	}
	if c.TOTPOn {
		return Pairing{}, fault.Conflict.Say(lang.T("动态验证码已启用", "the second factor is on already")).Do(lang.T("先停用再重设", "turn it off first"))
	}
	if c.Password == "" {
		return Pairing{}, fault.Conflict.Say(lang.T("没有密码,动态验证码无处可用", "there is no password that a second factor would guard"))
	}
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(d.Chance, secret); err != nil {
		return Pairing{}, fmt.Errorf("second factor of %s: %w", c.Actor, err)
	}
	if c.TOTP, err = d.Vault.Seal(secret, totpName(c.Actor)); err != nil {
		return Pairing{}, err
	}
	c.Step = 0
	if err := d.Store.PutCredential(ctx, c, Note{}); err != nil {
		return Pairing{}, err
	}
	return Pairing{Secret: base32Text.EncodeToString(secret), URI: totpURI(secret, o.Actor.ID)}, nil
}

// ConfirmTOTP turns the second factor on and gives the recovery codes, shown
// this once.
func (d *Desk) ConfirmTOTP(ctx context.Context, o Opened, code string) (recovery []string, err error) {
	c, err := d.own(ctx, o)
	if err != nil {
		return nil, err
	}
	if c.TOTPOn || c.TOTP == "" {
		return nil, fault.Conflict.Say(lang.T("没有待确认的动态验证码", "there is no second factor to confirm")).Do(lang.T("从头设置", "begin anew"))
	}
	if err := d.takeTry(o.Actor.ID, o.Session.Address); err != nil {
		return nil, err
	}
	secret, err := d.Vault.Open(c.TOTP, totpName(c.Actor))
	if err != nil {
		return nil, err
	}
	if c.Step = totpStep(secret, code, d.Now(), 0); c.Step == 0 {
		return nil, ErrCodeWrong
	}
	d.tries.forgive(accountKey(o.Actor.ID))
	d.tries.giveBack(addressKey(o.Session.Address))
	recovery, c.Recovery, err = recoveryCodes(d.Chance)
	if err != nil {
		return nil, err
	}
	c.TOTPOn = true
	return recovery, d.Store.PutCredential(ctx, c, Note{By: o.Actor.ID, Kind: ledger.TOTPOn, Ends: true, Keep: o.Session.ID})
}

// DropTOTP turns the second factor off for who can still use it.
func (d *Desk) DropTOTP(ctx context.Context, o Opened, code string) error {
	c, err := d.own(ctx, o)
	if err != nil {
		return err
	}
	if !c.TOTPOn {
		return fault.Conflict.Say(lang.T("动态验证码没有启用", "the second factor is not on"))
	}
	if err := d.takeTry(o.Actor.ID, o.Session.Address); err != nil {
		return err
	}
	if err := d.second(ctx, c, code); err != nil {
		return err
	}
	d.tries.forgive(accountKey(o.Actor.ID))
	d.tries.giveBack(addressKey(o.Session.Address))
	return d.dropTOTP(ctx, c, Note{By: o.Actor.ID, Kind: ledger.TOTPOff, Ends: true, Keep: o.Session.ID})
}

func (d *Desk) dropTOTP(ctx context.Context, c Credential, n Note) error {
	c.TOTP, c.TOTPOn, c.Step, c.Recovery = "", false, 0, nil
	return d.Store.PutCredential(ctx, c, n)
}
