package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
)

// mailTimeout is for one conversation with the mail server.
const mailTimeout = 20 * time.Second

// The ways in which a conversation with a mail server is kept from strangers.
const (
	StartTLS = "starttls" // asked for once connected; refused where the server has none
	TLS      = "tls"      // from the first byte
	Plain    = "none"     // for a relay on the same machine or net; never with a password
)

// SMTP is the mail server that e-mails go through.
type SMTP struct {
	Host     string
	Port     int // 0 is 587, or 465 for TLS
	Security string
	User     string // "" signs in nowhere
	Password string
	From     string
	Roots    *x509.CertPool // of the mine's own authority; nil is the machine's
}

// Validate tells what would keep any e-mail from going out.
func (m SMTP) Validate() error {
	from, err := mail.ParseAddress(m.From)
	switch {
	case m.Host == "":
		return fault.Invalid.Say(lang.T("没有配置邮件服务器", "no mail server is configured")).
			Do(lang.T("在程序配置中写 SMTP 主机与发件地址", "write the SMTP host and the sender in the program's configuration"))
	case err != nil || !strings.Contains(from.Address, "@"):
		return fault.Invalid.Say(lang.T("发件地址 %q 不合格", "the sender %q is no address"), m.From)
	case m.security() != StartTLS && m.security() != TLS && m.security() != Plain:
		return fault.Invalid.Say(lang.T("邮件加密方式 %q 不认识", "unknown security of mail %q"), m.Security).
			Do(lang.T("写 starttls、tls 或 none", "write starttls, tls or none"))
	case m.security() == Plain && m.User != "":
		return fault.Invalid.Say(lang.T("不加密的连接上不发送密码", "no password is sent over a connection that is not encrypted")).
			Do(lang.T("用 starttls 或 tls,或删去用户名", "use starttls or tls, or remove the user"))
	}
	return nil
}

func (m SMTP) security() string {
	if m.Security == "" {
		return StartTLS
	}
	return m.Security
}

func (m SMTP) address() string {
	port := m.Port
	switch {
	case port == 0 && m.security() == TLS:
		port = 465
	case port == 0:
		port = 587
	}
	return net.JoinHostPort(m.Host, strconv.Itoa(port))
}

func (m SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}
}

// send has one conversation with the server.
func (m SMTP) send(ctx context.Context, to Address, batch []alarm.Message, now time.Time) error {
	if err := m.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	c, err := m.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })() // a server that says nothing more
	if err := m.enter(c); err != nil {
		return err
	}
	refused, err := m.hand(c, to.To, m.letter(to, batch, now))
	if err != nil {
		return err
	}
	_ = c.Quit() // it has the letter: how it says goodbye changes nothing
	if refused != nil {
		return partly{refused}
	}
	return nil
}

// partly is of a letter that some of its readers will not have.
type partly struct{ error }

func (m SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", m.address())
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(end)
	}
	if err == nil && m.security() == TLS {
		secure := tls.Client(conn, m.tls())
		err = secure.HandshakeContext(ctx)
		conn = secure
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	c, err := smtp.NewClient(conn, m.Host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// enter secures the conversation and signs in.
func (m SMTP) enter(c *smtp.Client) error {
	if err := c.Hello("lingtan"); err != nil {
		return err
	}
	if m.security() == StartTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errors.New("the mail server offers no STARTTLS")
		}
		if err := c.StartTLS(m.tls()); err != nil {
			return err
		}
	}
	if m.User == "" {
		return nil
	}
	_, ways := c.Extension("AUTH")
	if !strings.Contains(ways, "PLAIN") && strings.Contains(ways, "LOGIN") {
		return c.Auth(login{m.User, m.Password})
	}
	return c.Auth(smtp.PlainAuth("", m.User, m.Password, m.Host))
}

// hand gives the letter over. An address that the server refuses keeps the
// others from nothing.
func (m SMTP) hand(c *smtp.Client, to []string, letter []byte) (refused, err error) {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, err
	}
	if err := c.Mail(from.Address); err != nil {
		return nil, err
	}
	accepted := 0
	for _, address := range to {
		if err := c.Rcpt(address); err != nil {
			refused = errors.Join(refused, fmt.Errorf("%s: %w", address, err))
			continue
		}
		accepted++
	}
	if accepted == 0 {
		return nil, fmt.Errorf("no address was accepted: %w", refused)
	}
	w, err := c.Data()
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(letter); err != nil {
		return nil, err
	}
	return refused, w.Close()
}

// login is the way of signing in that servers know which know no PLAIN.
type login struct{ user, password string }

// Start offers to sign in, on a secured conversation only.
func (login) Start(server *smtp.ServerInfo) (proto string, first []byte, err error) {
	if !server.TLS {
		return "", nil, errors.New("no password is sent over a connection that is not encrypted")
	}
	return "LOGIN", nil, nil
}

// Next answers what the server asks for.
func (l login) Next(asked []byte, more bool) ([]byte, error) {
	switch q := strings.ToLower(string(asked)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(q, "user"):
		return []byte(l.user), nil
	case strings.HasPrefix(q, "pass"):
		return []byte(l.password), nil
	}
	return nil, errors.New("the mail server asks for something other than user and password")
}

// letter writes the e-mail. Its id is made of what it tells, so that a mail
// server knows it when it comes twice.
func (m SMTP) letter(to Address, batch []alarm.Message, now time.Time) []byte {
	text := textOf(to, batch)
	sum := sha256.Sum256([]byte(idOf(batch) + strings.Join(to.To, ",")))
	from, _ := mail.ParseAddress(m.From) // validated
	_, domain, _ := strings.Cut(from.Address, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", strings.Join(to.To, ", ")},
		{"Subject", subject(text.title)},
		{"Date", now.Format(time.RFC1123Z)},
		{"Message-ID", "<" + hex.EncodeToString(sum[:16]) + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=UTF-8"},
		{"Content-Transfer-Encoding", "base64"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	code := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(text.body, "\n", "\r\n")))
	const width = 76 // RFC 2045, 6.8
	for len(code) > width {
		b.WriteString(code[:width] + "\r\n")
		code = code[width:]
	}
	b.WriteString(code + "\r\n")
	return b.Bytes()
}

// subject encodes a title (RFC 2047), a word to a line of at most 76 bytes. A
// name from a file can put no line of its own into the head.
func subject(title string) string {
	const most = 36 // bytes of a word: 48 once encoded, and 12 around them
	var words []string
	word := ""
	for _, r := range strings.Join(strings.Fields(title), " ") {
		if len(word)+utf8.RuneLen(r) > most {
			words, word = append(words, word), ""
		}
		word += string(r)
	}
	words = append(words, word)
	for i, w := range words {
		words[i] = "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(w)) + "?="
	}
	return strings.Join(words, "\r\n ")
}
