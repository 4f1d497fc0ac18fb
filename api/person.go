package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/people"
)

func (s *server) peopleRoutes() []route {
	return group(lang.T("人员", "people"),
		at(get, "/people", access.ReadPeople, platform, "list-people", lang.T("列出人员", "list people"), handle(s.listPeople)),
		at(put, "/people/{id}", access.WritePeople, platform, "put-person", lang.T("开户或更改职责", "open an account, or change what somebody answers for"), handle(s.putPerson)),
		at(post, "/people/{id}/password", access.WritePeople, platform, "give-password", lang.T("发一次性密码", "give a one-time password"), handle(s.givePassword)),
		at(del, "/people/{id}/totp", access.WritePeople, platform, "reset-totp", lang.T("为丢失手机的人停用动态验证码", "turn the second factor off for who has lost it"), handle(s.resetTOTP), nothing),
	)
}

// boardsOf are the pages with what they are opened by.
//
//nolint:gochecknoglobals // a table that is read only
var boardsOf = []struct {
	board string
	asks  access.Action
}{
	{"wall", access.ReadWall},
	{"overview", access.ReadInventory},
	{"emissions", access.ReadInventory},
	{"filing", access.ReadFilings},
	{"verification", access.ReadSamples},
	{"settings", access.ReadReadings},
	{"people", access.ReadPeople},
	{"audit", access.ReadAudit},
}

// RoleCard tells a role.
type RoleCard struct {
	Role    access.Role     `json:"role"`
	Title   lang.Text       `json:"title"`
	Tells   lang.Text       `json:"tells"`
	Actions []access.Action `json:"actions"`
	Boards  []string        `json:"boards"`
}

func (*server) listRoles(context.Context, *Languaged) (*struct{ Body []RoleCard }, error) {
	var out []RoleCard
	for _, r := range access.Roles() {
		card := RoleCard{Role: r, Title: r.Title(), Tells: r.Tells(), Actions: access.ActionsOf(r), Boards: []string{}}
		for _, b := range boardsOf {
			if slices.Contains(card.Actions, b.asks) {
				card.Boards = append(card.Boards, b.board)
			}
		}
		out = append(out, card)
	}
	return &struct{ Body []RoleCard }{out}, nil
}

// PersonCard is somebody as who looks after people sees them.
type PersonCard struct {
	Person
	Subject     string    `json:"subject,omitempty" doc:"在 OpenID 提供方的身份 | who they are at the provider of OpenID Connect"`
	Active      bool      `json:"active"`
	Password    string    `json:"password" enum:"own,once,none"`
	TOTP        bool      `json:"totp"`
	LockedUntil time.Time `json:"locked_until,omitzero"`
	LastSignIn  time.Time `json:"last_sign_in,omitzero"`
}

func (s *server) cardOf(a people.Account) PersonCard {
	return PersonCard{
		Person: personOf(a.Actor), Subject: a.Subject, Active: !a.Disabled, Password: a.Password, TOTP: a.TOTP,
		LockedUntil: s.People.LockedUntil(a.ID), LastSignIn: a.LastSignIn,
	}
}

func (s *server) listPeople(ctx context.Context, in *struct {
	Languaged
	Query string `query:"query" maxLength:"100" doc:"编号、姓名或邮箱的一部分 | a part of an id, name or address"`
	After string `query:"after" maxLength:"64" doc:"上一页的 next | next of the page before"`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
},
) (*Listed[PersonCard], error) {
	rows, err := s.Store.Accounts(ctx, in.Query, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	cards := make([]PersonCard, len(rows))
	for i, a := range rows {
		cards[i] = s.cardOf(a)
	}
	return follow(cards, Paged{Limit: in.Limit}, func(p PersonCard) string { return p.ID }), nil
}

// PersonForm is what is said of a person. What is left out of e-mail address
// and subject stays as it is.
type PersonForm struct {
	Name    string        `json:"name" maxLength:"200"`
	Email   *string       `json:"email,omitempty" maxLength:"254"`
	Subject *string       `json:"subject,omitempty" maxLength:"500" doc:"OpenID 的 sub | the provider's sub"`
	Duties  []access.Duty `json:"duties" maxItems:"200"`
	Active  *bool         `json:"active,omitempty" doc:"缺省为 true | true unless said"`
}

func (s *server) putPerson(ctx context.Context, in *struct {
	Languaged
	ID   string `path:"id" maxLength:"64"`
	Body PersonForm
},
) (*struct{ Body PersonCard }, error) {
	before, err := s.Store.Actor(ctx, in.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	after := access.Actor{ID: in.ID, Name: in.Body.Name, Email: before.Email, Subject: before.Subject, Duties: in.Body.Duties, Disabled: in.Body.Active != nil && !*in.Body.Active}
	if in.Body.Email != nil {
		after.Email = *in.Body.Email
	}
	if in.Body.Subject != nil {
		after.Subject = s.subject(*in.Body.Subject)
	}
	if err := s.People.Put(ctx, after, actorOf(ctx).ID); err != nil {
		return nil, err
	}
	return s.personCard(ctx, in.ID)
}

func (s *server) personCard(ctx context.Context, id string) (*struct{ Body PersonCard }, error) {
	a, err := s.Store.Actor(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := s.Store.Credential(ctx, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body PersonCard }{s.cardOf(people.Account{Actor: a, Password: c.State(), TOTP: c.TOTPOn})}, nil
}

// OnePassword is shown this once.
type OnePassword struct {
	Once string `json:"once"`
}

// OfPerson names somebody in the address.
type OfPerson struct {
	Languaged
	ID string `path:"id" maxLength:"64" doc:"人员编号 | id of the person"`
}

func (s *server) givePassword(ctx context.Context, in *OfPerson) (*struct{ Body OnePassword }, error) {
	once, err := s.People.GiveOnce(ctx, in.ID, actorOf(ctx).ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body OnePassword }{OnePassword{once}}, nil
}

func (s *server) resetTOTP(ctx context.Context, in *OfPerson) (*struct{}, error) {
	return nil, s.People.ResetTOTP(ctx, in.ID, actorOf(ctx).ID)
}

// mayFor tells whether a reader may do something for somebody: for themselves
// always, for others where the table lets them. It tells nothing of who is there.
func mayFor(ctx context.Context, id string, action access.Action) error {
	a := actorOf(ctx)
	if a.ID == id {
		return nil
	}
	return access.May(a, action, access.Platform)
}

// SessionCard is a session as its owner sees it.
type SessionCard struct {
	ID      string     `json:"id"`
	Way     people.Way `json:"way"`
	Began   time.Time  `json:"began"`
	Expires time.Time  `json:"expires"`
	Seen    time.Time  `json:"seen"`
	From    string     `json:"from"`
	Agent   string     `json:"agent,omitempty"`
	Current bool       `json:"current,omitempty" doc:"就是这一个 | this one"`
}

func (s *server) listSessions(ctx context.Context, in *OfPerson) (*struct{ Body Page[SessionCard] }, error) {
	if err := mayFor(ctx, in.ID, access.ReadPeople); err != nil {
		return nil, err
	}
	rows, err := s.Store.Sessions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Page[SessionCard]{Items: []SessionCard{}}
	for _, v := range rows {
		if v.Alive(s.Now()) {
			out.Items = append(out.Items, SessionCard{v.ID, v.Way, v.Began, v.Expires, v.Seen, v.Address, v.Agent, v.ID == visitOf(ctx).opened.Session.ID})
		}
	}
	return &struct{ Body Page[SessionCard] }{out}, nil
}

func (s *server) endSessions(ctx context.Context, in *OfPerson) (*struct{}, error) {
	if err := mayFor(ctx, in.ID, access.WritePeople); err != nil {
		return nil, err
	}
	keep := ""
	if o := visitOf(ctx).opened; o.Actor.ID == in.ID {
		keep = o.Session.ID
	}
	return nil, s.Store.EndSessions(ctx, in.ID, keep, actorOf(ctx).ID)
}

// subject is who somebody is at the provider, with the provider's name in front
// so that another's sub does not open the same account.
func (s *server) subject(sub string) string {
	sub = strings.TrimSpace(sub)
	if sub == "" || strings.Contains(sub, "#") || len(s.OpenID) == 0 {
		return sub
	}
	return people.SubjectAt(s.OpenID[0].Issuer(), sub)
}
