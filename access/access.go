// Package access owns people, their duties and their mines, and answers one
// question: may this person do that there? What no row of its table allows is
// refused.
package access

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// AllSites in a duty stands for every mine, and for the platform itself.
const AllSites = "*"

// Platform is the site of what belongs to no mine: people, settings, the
// factor library. Only a duty at AllSites reaches it.
const Platform = ""

// maxDuties bounds what one person answers for; a group has some 20 mines.
const maxDuties = 200

// Actor is a person, or a program that acts under a name of its own.
type Actor struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email,omitempty"`
	Subject  string `json:"subject,omitempty"` // who this is at the provider of OpenID Connect
	Duties   []Duty `json:"duties"`
	Disabled bool   `json:"disabled,omitempty"` // may do nothing, and keeps the name in the book

	scope Scope // what the token that was shown leaves of the duties
}

// Duty is a role at a place: a mine or all of them, or one unit of a mine with
// all below it.
type Duty struct {
	Role Role   `json:"role"`
	Site string `json:"site"` // id of a mine, or AllSites
	Node string `json:"node,omitempty"`
}

// As makes the duties of a role at some mines.
func As(role Role, sites ...string) []Duty {
	out := make([]Duty, len(sites))
	for i, site := range sites {
		out[i] = Duty{Role: role, Site: site}
	}
	return out
}

var (
	idPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{0,63}$`)
	emailPattern = regexp.MustCompile(`^[^\s@]{1,64}@[^\s@]{1,189}$`)
)

// Validate tells every fault of an actor at once.
func (a Actor) Validate() error {
	var faults []error
	if !idPattern.MatchString(a.ID) {
		faults = append(faults, fault.Invalid.Say(lang.T("人员编号 %.70q 不合格", "actor id %.70q is not one"), a.ID).
			Do(lang.T("用小写字母、数字和 . _ @ -,至多 64 个", "use lower-case letters, digits and . _ @ -, at most 64")).
			At(fault.Place{Column: "id"}))
	}
	if len(a.Name) > 200 || strings.ContainsAny(a.Name, "\r\n\x00") {
		faults = append(faults, fault.Invalid.Say(lang.T("姓名过长或有换行", "the name is too long or has line breaks")).At(fault.Place{Column: "name"}))
	}
	if a.Email != "" && !emailPattern.MatchString(a.Email) {
		faults = append(faults, fault.Invalid.Say(lang.T("电子邮箱 %.70q 不合格", "%.70q is no e-mail address"), a.Email).At(fault.Place{Column: "email"}))
	}
	if len(a.Duties) > maxDuties {
		faults = append(faults, fault.Invalid.Say(lang.T("职责至多 %d 项", "at most %d duties"), maxDuties).At(fault.Place{Column: "duties"}))
	}
	for i, d := range a.Duties {
		faults = append(faults, fault.At(d.validate(), fault.Place{Row: i + 1, Column: "duties"}))
	}
	return errors.Join(append(faults, a.apart())...)
}

func (d Duty) validate() error {
	switch {
	case !slices.Contains(Roles(), d.Role):
		return fault.Invalid.Say(lang.T("没有角色 %q", "no role %q"), d.Role).Do(lang.T("可选 %v", "choose one of %v"), Roles())
	case d.Site == Platform:
		return fault.Invalid.Say(lang.T("站点编号为空", "a site id is empty"))
	case d.Node != "" && d.Site == AllSites:
		return fault.Invalid.Say(lang.T("单位 %q 须与其矿点一起写", "the unit %q needs its mine"), d.Node)
	}
	return nil
}

// apart refuses duties that one person must not have together at one mine:
// who admits people files nothing, and a verifier verifies no own work
// (ISO 14064-3:2019, clause 4.2: impartiality).
func (a Actor) apart() error {
	for _, d := range a.Duties {
		for _, e := range a.Duties {
			if slices.Contains(separate[d.Role], e.Role) && (d.Site == e.Site || d.Site == AllSites || e.Site == AllSites) {
				return fault.Invalid.Say(lang.T("%s与%s不能由同一人担任", "nobody is both %s and %s"), d.Role.Title(), e.Role.Title()).
					Do(lang.T("交给另一位人员", "give one of them to another person")).At(fault.Place{Column: "duties"})
			}
		}
	}
	return nil
}

// Sites lists the mines that an actor reaches, AllSites among them, sorted.
func (a Actor) Sites() []string {
	var out []string
	for _, d := range a.Duties {
		switch {
		case d.Site == AllSites && len(a.scope.Sites) > 0:
			out = append(out, a.scope.Sites...)
		case a.scope.sees(d.Site):
			out = append(out, d.Site)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
