package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/people"
)

// People keeps who may come in, and what they come in with.
type People interface {
	Authenticate(ctx context.Context, secret string, now time.Time) (access.Actor, access.Token, error)
	Administered(ctx context.Context) (bool, error)
	Actor(ctx context.Context, id string) (access.Actor, error)
	Accounts(ctx context.Context, text, after string, limit int) ([]people.Account, error)
	Credential(ctx context.Context, actor string) (people.Credential, error)
	Sessions(ctx context.Context, actor string) ([]people.Session, error)
	EndSessions(ctx context.Context, actor, keep, by string) error
	Token(ctx context.Context, id string) (access.Token, error)
	Tokens(ctx context.Context, actor string) ([]access.Token, error)
	PutToken(ctx context.Context, t access.Token, by string) error
	RevokeToken(ctx context.Context, id, by string) error
}

// visit is what is known of a request on its way.
type visit struct {
	id      string
	tag     lang.Tag
	address string // from where
	actor   access.Actor
	secret  string        // what it came with
	browser bool          // in a cookie, so that secret is a session's and not a token
	opened  people.Opened // the session, where there is one
	leave   func()        // gives its turn back before it ends
	err     error         // ours to mend: it is logged and not told
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{tag: lang.ZH, leave: func() {}}
}

func actorOf(ctx context.Context) access.Actor { return visitOf(ctx).actor }
func tagOf(ctx context.Context) lang.Tag       { return visitOf(ctx).tag }

// door lets a request in that comes from somebody who may do the route's action
// there, before anything of its body is read.
func (s *server) door(r route) func(huma.Context, func(huma.Context)) {
	patience := orElse(r.patience, quick)
	return func(c huma.Context, next func(huma.Context)) {
		ctx, cancel := context.WithTimeout(c.Context(), patience)
		defer cancel()
		err := s.recognise(ctx, c)
		if err == nil {
			err = s.admit(ctx, r, c.Param("site"))
		}
		if err != nil {
			refuse(c, problemOf(ctx, err))
			return
		}
		if r.patience == compute {
			if err := s.computing.enter(ctx); err != nil {
				refuse(c, problemOf(ctx, err))
				return
			}
			defer s.computing.leave()
		}
		next(huma.WithContext(c, ctx))
	}
}

// admit asks the table of access. It answers a mine that is not there and one
// that is another's alike.
func (*server) admit(ctx context.Context, r route, site string) error {
	v := visitOf(ctx)
	if v.opened.Once && !r.mine() {
		return people.ErrOnce
	}
	actor := v.actor
	switch r.where {
	case bySite:
		return access.May(actor, r.action, site)
	case within:
		return access.MayWithin(actor, r.action, site)
	case anywhere:
		return access.MayAnywhere(actor, r.action)
	case himself:
		return nil
	case platform:
	}
	return access.May(actor, r.action, access.Platform)
}

// refuse answers with a problem. What can not be written has nobody to be told.
func refuse(c huma.Context, p *Problem) {
	for key, values := range p.GetHeaders() {
		c.SetHeader(key, values[0])
	}
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(p.Status)
	_ = json.NewEncoder(c.BodyWriter()).Encode(p)
}
