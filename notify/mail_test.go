package notify_test

import (
	"encoding/base64"
	"io"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"

	"lingtan/lang"
	"lingtan/notify"
	"lingtan/site"
)

func (p *postOffice) smtp() notify.SMTP {
	return notify.SMTP{Host: "127.0.0.1", Port: p.port(), User: "lingtan", Password: password, From: "青岭矿 <alarm@example.com>", Roots: p.roots}
}

func duty() map[string]notify.Address {
	return map[string]notify.Address{"duty": {
		Kind: "email", To: []string{"duty@example.com", "gone@example.com"}, Lang: lang.ZH, Mine: lang.T("青岭矿", "Qingling Mine"),
		Zone: time.FixedZone("CST", 8*3600),
	}}
}

// TestMail has the conversation in each way that servers ask for.
func TestMail(t *testing.T) {
	for _, c := range []struct {
		name   string
		server func(*postOffice)
		client func(*notify.SMTP)
		fault  string // "" arrives
	}{
		{"STARTTLS and PLAIN", func(*postOffice) {}, func(*notify.SMTP) {}, ""},
		{"LOGIN", func(p *postOffice) { p.auth = "LOGIN" }, func(*notify.SMTP) {}, ""},
		{"TLS from the first byte", func(p *postOffice) { p.implicit = true }, func(m *notify.SMTP) { m.Security = notify.TLS }, ""},
		{"a relay without a password", func(p *postOffice) { p.offers = "" }, func(m *notify.SMTP) { m.Security, m.User = notify.Plain, "" }, ""},
		{"one address refused", func(p *postOffice) { p.refuses = "gone" }, func(*notify.SMTP) {}, ""},
		{"every address refused", func(p *postOffice) { p.refuses = "@" }, func(*notify.SMTP) {}, "no address was accepted"},
		{"no STARTTLS, no letter", func(p *postOffice) { p.offers = "" }, func(*notify.SMTP) {}, "offers no STARTTLS"},
		{"a certificate of somebody else", func(*postOffice) {}, func(m *notify.SMTP) { m.Roots = nil }, "certificate"},
		{"a wrong password", func(*postOffice) {}, func(m *notify.SMTP) { m.Password = "guess" }, "535"},
		{"a password in the open", func(*postOffice) {}, func(m *notify.SMTP) { m.Security = notify.Plain }, "no password is sent"},
		{"not configured", func(*postOffice) {}, func(m *notify.SMTP) { m.Host = "" }, "no mail server is configured"},
		{"no sender", func(*postOffice) {}, func(m *notify.SMTP) { m.From = "alarm" }, "is no address"},
		{"an unknown security", func(*postOffice) {}, func(m *notify.SMTP) { m.Security = "ssl3" }, "ssl3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			post := openPostOffice(t, c.server)
			o := open(t, duty())
			o.Mail = post.smtp()
			c.client(&o.Mail)
			id := o.put("duty", site.Vented, 1)[0]
			o.round(time.Second)
			if c.fault != "" {
				if got := o.queue.list[id].Sending.Fault; o.queue.state(id) != "waits after 1" || !strings.Contains(got, c.fault) {
					t.Errorf("%s: %q, want %q", o.queue.state(id), got, c.fault)
				}
				if heard := post.overheard(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "alarm@example.com") && o.Mail.Security != notify.Plain {
					t.Errorf("a stranger heard %s", heard)
				}
				o.noSecrets()
				return
			}
			letters := post.got()
			if len(letters) != 1 || o.queue.state(id) != "sent after 1" {
				t.Fatalf("%d letters, %s: %s", len(letters), o.queue.state(id), o.log)
			}
			if l := letters[0]; l.secure == (o.Mail.Security == notify.Plain) || (o.Mail.User != "" && l.user == "") {
				t.Errorf("letter came secure = %v from %q", l.secure, l.user)
			}
			if got := o.queue.list[id].Sending.Fault; (got != "") != (post.refuses != "") {
				t.Errorf("somebody did not get it: %q", got)
			}
			readLetter(t, letters[0].data)
		})
	}
}

func readLetter(t *testing.T, data string) {
	t.Helper()
	for line := range strings.SplitSeq(data, "\n") {
		if len(line) > 78 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "[严重] 报警:瓦斯超限(北站 Bcc: x@example.com) · 青岭矿" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("Message-Id") == "" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v", m.Header)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"青岭矿", "所见:8.4 % > 8 %", "未经核对(C)", "2024-03-11 10:00:00 +08:00", "火炬"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("body has no %q: %s", want, body)
		}
	}
}

// TestMailFails follows a letter over a server that is busy, a restart, and the
// server's return.
func TestMailFails(t *testing.T) {
	post := openPostOffice(t, func(p *postOffice) { p.busy = 2 })
	o := open(t, duty())
	o.Mail = post.smtp()
	id := o.put("duty", site.Silence, 1)[0]
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "waits after 1"}, {5 * time.Second, "waits after 2"}, {15 * time.Second, "sent after 3"}} {
		o.round(step.after)
		o.restart()
		if got := o.queue.state(id); got != step.want {
			t.Errorf("after %s: %s, want %s", step.after, got, step.want)
		}
	}
	if n := len(post.got()); n != 1 {
		t.Errorf("%d letters, want 1", n)
	}
}

// TestWords holds that every kind of alarm has words in both languages.
func TestWords(t *testing.T) {
	for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
		advice := map[string]bool{}
		for _, kind := range []site.AlarmKind{site.Threshold, site.SteepRate, site.Silence, site.Vented, site.OverBudget, site.FailedCheck, site.SourceHealth} {
			text := notify.Told(notify.Address{Lang: tag}, raised("desk", kind, 0))
			parts := strings.Split(strings.TrimSpace(text), "\n\n")
			if len(parts) != 4 || !strings.Contains(parts[0], kind.Title().In(tag)) || strings.Contains(text, "<no value>") {
				t.Errorf("%s in %s: %s", kind, tag, text)
				continue
			}
			advice[parts[2]] = true
		}
		if len(advice) != 7 {
			t.Errorf("%d advices in %s, want one for each kind", len(advice), tag)
		}
	}
}
