package api

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

func (s *server) listTokens(ctx context.Context, in *struct {
	Languaged
	Actor string `query:"actor" maxLength:"64" doc:"缺省为自己,* 为所有人 | oneself unless said, * is everybody"`
},
) (*struct{ Body Page[access.Token] }, error) {
	id := orElse(in.Actor, actorOf(ctx).ID) // nobody is called *
	if err := mayFor(ctx, id, access.ReadPeople); err != nil {
		return nil, err
	}
	rows, err := s.Store.Tokens(ctx, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Page[access.Token] }{Page[access.Token]{Items: append([]access.Token{}, rows...)}}, nil
}

// TokenForm asks for a token.
type TokenForm struct {
	Actor    string          `json:"actor,omitempty" maxLength:"64" doc:"缺省为自己 | oneself unless said"`
	Name     string          `json:"name" minLength:"1" maxLength:"200" doc:"用途 | what it is for"`
	LifeDays int             `json:"life_days" minimum:"1" maximum:"366"`
	Actions  []access.Action `json:"actions,omitempty" maxItems:"100" doc:"只许这些操作 | these actions only"`
	Sites    []string        `json:"sites,omitempty" maxItems:"200" doc:"只在这些矿点 | at these mines only"`
}

// IssuedToken is a token with its secret, shown this once.
type IssuedToken struct {
	ID      string    `json:"id"`
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

var (
	errOwnToken error = fault.Forbidden.Say(lang.T("令牌由本人签发", "a person's token is issued by that person")).
			Do(lang.T("请本人登录后签发;管理员只为网关、调度员与查看者签发", "let them sign in and issue it; an administrator does so for gateways, dispatchers and viewers alone"))
	errBySession error = fault.Forbidden.Say(lang.T("令牌不能签发令牌", "a token issues no token")).
			Do(lang.T("用密码登录后签发", "sign in with the password"))
)

// createToken issues a token: one's own by who has signed in, and those of
// machines and walls by who looks after people. Nobody gets a token to act as
// another person.
func (s *server) createToken(ctx context.Context, in *struct {
	Languaged
	Body TokenForm
},
) (*struct{ Body IssuedToken }, error) {
	b := in.Body
	b.Actor = orElse(b.Actor, actorOf(ctx).ID)
	if err := s.mayIssue(ctx, b.Actor); err != nil {
		return nil, err
	}
	secret, t, err := access.Issue(rand.Reader, access.Grant{
		Actor: b.Actor, Name: b.Name, Life: time.Duration(b.LifeDays) * 24 * time.Hour, Scope: access.Scope{Actions: b.Actions, Sites: b.Sites},
	}, s.Now())
	if err != nil {
		return nil, err
	}
	if err := s.Store.PutToken(ctx, t, actorOf(ctx).ID); err != nil {
		return nil, err
	}
	return &struct{ Body IssuedToken }{IssuedToken{t.ID, secret, t.Expires}}, nil
}

func (s *server) mayIssue(ctx context.Context, id string) error {
	v := visitOf(ctx)
	if v.actor.ID == id {
		if v.opened.Session.ID == "" || v.opened.Session.Token != "" {
			return errBySession // a stolen one would make itself another, wider and longer
		}
		return nil
	}
	if err := access.May(v.actor, access.ManageTokens, access.Platform); err != nil {
		return err
	}
	a, err := s.Store.Actor(ctx, id)
	if err != nil {
		return err
	}
	silent := []access.Role{access.Gateway, access.Dispatcher, access.Viewer}
	if slices.ContainsFunc(a.Duties, func(d access.Duty) bool { return !slices.Contains(silent, d.Role) }) {
		return errOwnToken
	}
	return nil
}

// revokeToken ends a token. One that is another's is, to who may not know it,
// not there.
func (s *server) revokeToken(ctx context.Context, in *struct {
	Languaged
	ID string `path:"id" maxLength:"64"`
},
) (*struct{}, error) {
	t, err := s.Store.Token(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if mayFor(ctx, t.Actor, access.ManageTokens) != nil {
		return nil, fault.NotFound.Say(lang.T("没有令牌 %s", "there is no token %s"), in.ID)
	}
	return nil, s.Store.RevokeToken(ctx, in.ID, actorOf(ctx).ID)
}
