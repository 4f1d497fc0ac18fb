package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/lang"
)

// People tells who a token belongs to.
type People interface {
	Authenticate(ctx context.Context, secret string, now time.Time) (access.Actor, access.Token, error)
}

// visit is what is known of a request on its way.
type visit struct {
	id      string
	tag     lang.Tag
	address string // from where
	actor   access.Actor
	secret  string // the token it came with
	leave   func() // gives its turn back before it ends
	err     error  // ours to mend: it is logged and not told
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

// door lets a request in that has a token whose actor may do the route's
// action there, before anything of its body is read.
func (s *server) door(r route) func(huma.Context, func(huma.Context)) {
	patience := orElse(r.patience, quick)
	return func(c huma.Context, next func(huma.Context)) {
		ctx, cancel := context.WithTimeout(c.Context(), patience)
		defer cancel()
		secret, err := secretOf(c)
		if err == nil {
			err = s.admit(ctx, r, secret, c.Param("site"))
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

// admit signs in and asks the table of access. It answers a mine that is not
// there and one that is another's alike.
func (s *server) admit(ctx context.Context, r route, secret, site string) error {
	actor, _, err := s.Store.Authenticate(ctx, secret, s.Now())
	if err != nil {
		return err
	}
	v := visitOf(ctx)
	v.actor, v.secret = actor, secret
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
