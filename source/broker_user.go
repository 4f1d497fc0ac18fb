package source

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"golang.org/x/time/rate"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// brokerUser is who may connect to our broker, and to what end.
type brokerUser struct {
	name      string
	password  secret
	publish   []topicPattern
	subscribe []topicPattern
	maxRate   int // readings a second of all its connections
}

func readBrokerUser(d *Device, s *site.Section) *brokerUser {
	defer s.Close()
	s.Need("name", "publish")
	u := &brokerUser{
		name: s.Text("name"), password: readSecret(s, "password"), publish: readRights(s, "publish"), subscribe: readRights(s, "subscribe"),
		// Half of the device's measure, so that one that floods leaves the others theirs.
		maxRate: int(orDefault(s, "max_rate", 1, 1_000_000, int64(max(1, d.MaxRate/2)))),
	}
	if u.password == (secret{}) {
		s.Need("password_file")
	}
	return u
}

func readRights(s *site.Section, key string) []topicPattern {
	var out []topicPattern
	for _, text := range s.Texts(key) {
		p, err := parseTopic(text)
		if err != nil {
			s.Fail(key, err)
			continue
		}
		out = append(out, p)
	}
	return out
}

// brokerGuest is a user while the broker runs.
type brokerGuest struct {
	*brokerUser
	sum   [sha256.Size]byte // of the password
	limit *rate.Limiter
}

// guest reads the user's password.
func (u *brokerUser) guest() (*brokerGuest, error) {
	word, err := u.password.value()
	if err == nil && word == "" {
		err = fault.Invalid.Say(lang.T("用户 %s 的密码为空", "the password of user %s is empty"), u.name).
			Do(lang.T("写入密码文件或环境变量", "write it into its file or environment variable"))
	}
	if err != nil {
		return nil, err
	}
	return &brokerGuest{brokerUser: u, sum: sha256.Sum256([]byte(word)), limit: rate.NewLimiter(rate.Limit(u.maxRate), 2*u.maxRate)}, nil
}

// is tells whether somebody knows the password.
func (g *brokerGuest) is(password []byte) bool {
	sum := sha256.Sum256(password)
	return subtle.ConstantTimeCompare(sum[:], g.sum[:]) == 1
}

// may tells whether a topic or filter lies within the user's rights.
func (g *brokerGuest) may(topic string, publish bool) bool {
	rights := g.subscribe
	if publish {
		rights = g.publish
	}
	_, ok := topics(rights).match(topic)
	return ok
}

// slow waits until the user may send so many readings more.
func (g *brokerGuest) slow(ctx context.Context, l *Line, n int) error {
	for n = max(n, 1); n > 0; {
		part := min(n, g.limit.Burst())
		if g.limit.Tokens() < float64(part) {
			l.count(func(h *Health) { h.Slowed++ })
		}
		if err := g.limit.WaitN(ctx, part); err != nil {
			return err
		}
		n -= part
	}
	return nil
}
