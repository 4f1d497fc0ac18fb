package api

import (
	"context"
	"time"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/people"
)

// accountRoutes are everybody's own.
func (s *server) accountRoutes() []route {
	own := func(method, path, id string, title lang.Text, mount mounting, ws ...with) route {
		return at(method, path, access.OwnAccount, himself, id, title, mount, ws...)
	}
	return group(lang.T("我的账户", "account"),
		own(get, "/me", "me", lang.T("我是谁、能做什么", "who I am and what I may do"), handle(s.getMe)),
		own(put, "/me/password", "put-password", lang.T("更换密码,其他会话随之结束", "change my password; my other sessions end"), handle(s.putPassword), nothing),
		own(post, "/me/totp", "begin-totp", lang.T("开始设置动态验证码", "begin with a second factor"), handle(s.beginTOTP)),
		own(put, "/me/totp", "confirm-totp", lang.T("用一个动态验证码启用,取恢复码", "turn it on with a code, and get the recovery codes"), handle(s.confirmTOTP)),
		own(del, "/me/totp", "drop-totp", lang.T("停用动态验证码", "turn it off"), handle(s.dropTOTP), nothing),
		own(get, "/roles", "list-roles", lang.T("角色及其权限", "the roles with what they allow"), handle(s.listRoles)),
		own(get, "/people/{id}/sessions", "list-sessions", lang.T("某人的会话;他人的须有权限", "somebody's sessions; another's take a right"), handle(s.listSessions)),
		own(del, "/people/{id}/sessions", "end-sessions", lang.T("结束某人的会话(本会话除外)", "end somebody's sessions but this one"), handle(s.endSessions), nothing),
		own(get, "/tokens", "list-tokens", lang.T("某人的令牌", "somebody's tokens"), handle(s.listTokens)),
		own(post, "/tokens", "create-token", lang.T("签发令牌,密文只显示一次", "issue a token, whose secret is shown this once"), handle(s.createToken), created),
		own(del, "/tokens/{id}", "revoke-token", lang.T("吊销令牌", "revoke a token"), handle(s.revokeToken), nothing),
	)
}

// Me tells a reader who they are here.
type Me struct {
	Actor   Person                     `json:"actor"`
	May     map[string][]access.Action `json:"may" doc:"可执行的操作,按矿点;* 为所有矿点,空为平台 | what they may do by mine; * is every mine, the empty name the platform"`
	Once    bool                       `json:"once,omitempty" doc:"一次性密码,须先更换 | a one-time password, to be changed before all else"`
	TOTP    bool                       `json:"totp"`
	Session *MySession                 `json:"session,omitempty" doc:"以令牌调用时没有 | none with a token"`
}

// Person is somebody as others see them.
type Person struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Email  string        `json:"email,omitempty"`
	Duties []access.Duty `json:"duties"`
}

// MySession is what a reader is signed in with.
type MySession struct {
	ID      string     `json:"id"`
	Way     people.Way `json:"way" enum:"password,token,openid,demo,first_start"`
	Began   time.Time  `json:"began"`
	Expires time.Time  `json:"expires"`
	From    string     `json:"from"`
}

func (s *server) getMe(ctx context.Context, _ *Languaged) (*struct{ Body Me }, error) {
	v := visitOf(ctx)
	c, err := s.Store.Credential(ctx, v.actor.ID)
	if err != nil {
		return nil, err
	}
	me := Me{Actor: personOf(v.actor), May: mayOf(v.actor), Once: v.opened.Once, TOTP: c.TOTPOn}
	if o := v.opened.Session; o.ID != "" {
		me.Session = &MySession{o.ID, o.Way, o.Began, o.Expires, o.Address}
	}
	return &struct{ Body Me }{me}, nil
}

func personOf(a access.Actor) Person {
	return Person{a.ID, a.Name, a.Email, append([]access.Duty{}, a.Duties...)}
}

// mayOf lists what somebody may do, at the whole of a mine or at a unit of it.
func mayOf(a access.Actor) map[string][]access.Action {
	out := map[string][]access.Action{}
	for _, site := range append(a.Sites(), access.Platform) {
		for _, action := range access.Actions() {
			if access.MayWithin(a, action, site) == nil {
				out[site] = append(out[site], action)
			}
		}
	}
	return out
}

func (s *server) putPassword(ctx context.Context, in *struct {
	Languaged
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" maxLength:"1024"`
	}
},
) (*struct{}, error) {
	return nil, s.People.ChangePassword(ctx, visitOf(ctx).opened, in.Body.Old, in.Body.New)
}

// Code is a code of the second factor.
type Code struct {
	Code string `json:"code" maxLength:"64" doc:"6 位动态验证码或恢复码 | six digits, or a recovery code"`
}

func (s *server) beginTOTP(ctx context.Context, _ *Languaged) (*struct{ Body people.Pairing }, error) {
	pairing, err := s.People.BeginTOTP(ctx, visitOf(ctx).opened)
	if err != nil {
		return nil, err
	}
	return &struct{ Body people.Pairing }{pairing}, nil
}

// Recovery are codes for who has lost the telephone, shown this once.
type Recovery struct {
	Codes []string `json:"recovery"`
}

func (s *server) confirmTOTP(ctx context.Context, in *struct {
	Languaged
	Body Code
},
) (*struct{ Body Recovery }, error) {
	codes, err := s.People.ConfirmTOTP(ctx, visitOf(ctx).opened, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Recovery }{Recovery{codes}}, nil
}

func (s *server) dropTOTP(ctx context.Context, in *struct {
	Languaged
	Body Code
},
) (*struct{}, error) {
	return nil, s.People.DropTOTP(ctx, visitOf(ctx).opened, in.Body.Code)
}
