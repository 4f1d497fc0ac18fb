package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// postOffice is a mail server of the test's own, small and strict.
type postOffice struct {
	tb       testing.TB
	listener net.Listener
	cert     tls.Certificate
	roots    *x509.CertPool
	implicit bool   // TLS from the first byte
	offers   string // extensions before TLS
	auth     string // ways of signing in, behind TLS
	refuses  string // an address that it refuses

	mu      sync.Mutex
	busy    int // conversations that it turns away first
	letters []letter
	open    []string // lines that a stranger could hear
}

// letter is what arrived, and how.
type letter struct {
	from   string
	to     []string
	data   string
	secure bool
	user   string
}

func openPostOffice(tb testing.TB, change func(*postOffice)) *postOffice {
	tb.Helper()
	cert, roots := selfMade(tb)
	p := &postOffice{tb: tb, cert: cert, roots: roots, offers: "STARTTLS", auth: "PLAIN LOGIN"}
	change(p)
	var lc net.ListenConfig
	var err error
	if p.listener, err = lc.Listen(tb.Context(), "tcp", "127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	if p.implicit {
		p.listener = tls.NewListener(p.listener, p.tls())
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := p.listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(conn) })
		}
	})
	tb.Cleanup(func() {
		_ = p.listener.Close()
		wg.Wait()
	})
	return p
}

func (p *postOffice) port() int { return p.listener.Addr().(*net.TCPAddr).Port }

func (p *postOffice) tls() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{p.cert}, MinVersion: tls.VersionTLS12}
}

func (p *postOffice) got() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.letters...)
}

// overheard is what a stranger on the line knows.
func (p *postOffice) overheard() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.open, "\n")
}

// turnAway tells whether a conversation is one of those refused first.
func (p *postOffice) turnAway() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	return p.busy >= 0
}

func (p *postOffice) serve(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if p.turnAway() {
		fmt.Fprint(conn, "421 too busy\r\n")
		return
	}
	t := &talk{p: p, conn: conn, lines: bufio.NewReader(conn), letter: letter{secure: p.implicit}}
	t.say("220 post.example.com")
	for t.next() {
	}
}

// talk is one conversation.
type talk struct {
	p     *postOffice
	conn  net.Conn
	lines *bufio.Reader
	letter
}

func (t *talk) say(line string) { fmt.Fprint(t.conn, line+"\r\n") }

func (t *talk) hear() (string, bool) {
	line, err := t.lines.ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if !t.secure {
		t.p.mu.Lock()
		t.p.open = append(t.p.open, line)
		t.p.mu.Unlock()
	}
	return line, err == nil
}

func (t *talk) next() bool {
	line, ok := t.hear()
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		t.greet()
	case "STARTTLS":
		t.say("220 go ahead")
		t.conn = tls.Server(t.conn, t.p.tls())
		t.lines, t.secure = bufio.NewReader(t.conn), true
	case "AUTH":
		t.signIn(rest)
	case "MAIL":
		t.from = rest
		t.say("250 ok")
	case "RCPT":
		if t.p.refuses != "" && strings.Contains(rest, t.p.refuses) {
			t.say("550 no such person")
			return ok
		}
		t.to = append(t.to, rest)
		t.say("250 ok")
	case "DATA":
		t.take()
	case "QUIT":
		t.say("221 bye")
		return false
	default:
		t.say("500 what?")
	}
	return ok
}

func (t *talk) greet() {
	t.say("250-post.example.com")
	if t.secure {
		t.say("250-AUTH " + t.p.auth)
	} else if t.p.offers != "" {
		t.say("250-" + t.p.offers)
	}
	t.say("250 8BITMIME")
}

func (t *talk) signIn(rest string) {
	way, first, _ := strings.Cut(rest, " ")
	ask := func(what string) string {
		t.say("334 " + base64.StdEncoding.EncodeToString([]byte(what)))
		line, _ := t.hear()
		return line
	}
	plain := func(code string) string {
		text, _ := base64.StdEncoding.DecodeString(code)
		return string(text)
	}
	switch way {
	case "PLAIN":
		t.user = strings.ReplaceAll(strings.TrimPrefix(plain(first), "\x00"), "\x00", "/")
	case "LOGIN":
		t.user = plain(ask("Username:")) + "/" + plain(ask("Password:"))
	}
	if t.user != "lingtan/"+password {
		t.say("535 no")
		return
	}
	t.say("235 welcome")
}

func (t *talk) take() {
	t.say("354 send it")
	for {
		line, ok := t.hear()
		if !ok {
			return
		}
		if line == "." {
			break
		}
		t.data += line + "\n"
	}
	t.p.mu.Lock()
	t.p.letters = append(t.p.letters, t.letter)
	t.p.mu.Unlock()
	t.say("250 taken")
}

// selfMade makes a certificate for 127.0.0.1 that trusts itself.
func selfMade(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "post"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
