package main

import (
	"context"
	"log/slog"
	"net/url"
	"strconv"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/notify"
)

// outbox carries alarms out of the house, by the channels of each mine's file.
func (a *app) outbox(log *slog.Logger) (*notify.Outbox, error) {
	mail, err := smtpOf(a.cfg.text("smtp"))
	if err != nil {
		return nil, err
	}
	return &notify.Outbox{Queue: a.store, Mail: mail, Now: a.now, Log: log, Address: func(ctx context.Context, id, channel string) (notify.Address, error) {
		m, err := a.mine(ctx, id)
		if err != nil {
			return notify.Address{}, err
		}
		for _, c := range m.Site.Channels {
			if c.ID == channel {
				return notify.Address{
					Kind: c.Kind, URL: c.URL, Secret: a.cfg.text("webhook-secret"), To: c.To, Lang: c.Lang, PerMinute: c.PerMinute,
					Mine: m.Site.Name, Zone: m.Site.Calendar.Zone,
				}, nil
			}
		}
		return notify.Address{}, fault.NotFound.Say(lang.T("矿点 %s 没有通道 %q", "site %s has no channel %q"), id, channel)
	}}, nil
}

// smtpOf reads the mail server's address; an empty one sends no mail.
func smtpOf(text string) (notify.SMTP, error) {
	if text == "" {
		return notify.SMTP{}, nil
	}
	u, err := url.Parse(text)
	if err != nil { // its message would tell the password
		return notify.SMTP{}, badSMTP()
	}
	security, known := map[string]string{"smtp": notify.StartTLS, "smtps": notify.TLS, "smtp+plain": notify.Plain}[u.Scheme]
	port, err := strconv.Atoi(orZero(u.Port()))
	if !known || err != nil {
		return notify.SMTP{}, badSMTP()
	}
	password, _ := u.User.Password()
	m := notify.SMTP{Host: u.Hostname(), Port: port, Security: security, User: u.User.Username(), Password: password, From: u.Query().Get("from")}
	return m, m.Validate()
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

func badSMTP() error {
	return fault.Invalid.Say(lang.T("邮件服务器地址不认识", "the mail server's address is not understood")).
		Do(lang.T("写成 smtp://用户:密码@主机:587?from=carbon@example.com", "write smtp://user:password@host:587?from=carbon@example.com"))
}

func checkSMTP(v string) error {
	_, err := smtpOf(v)
	return err
}
