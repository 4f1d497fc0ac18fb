// Package access owns people, their roles and their mines, and answers one
// question: may this person do that there? What no row of its table allows is
// refused.
package access

import (
	"errors"
	"regexp"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// Role is what a person was made responsible for.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // people, sites, settings
	Reviewer      Role = "reviewer"      // approves, locks, closes and restates
	Filler        Role = "filler"        // files values, imports readings
	Verifier      Role = "verifier"      // outside the mine: reads all of it, changes nothing
	Viewer        Role = "viewer"        // looks at results
	Gateway       Role = "gateway"       // a machine: hands readings in and does nothing else
)

// Roles lists every role.
func Roles() []Role { return []Role{Administrator, Reviewer, Filler, Verifier, Viewer, Gateway} }

// Title tells the role to a reader.
func (r Role) Title() lang.Text {
	switch r {
	case Administrator:
		return lang.T("管理员", "administrator")
	case Reviewer:
		return lang.T("审核人", "reviewer")
	case Filler:
		return lang.T("填报人", "filler")
	case Verifier:
		return lang.T("核查员", "verifier")
	case Viewer:
		return lang.T("查看者", "viewer")
	case Gateway:
		return lang.T("网关", "gateway")
	}
	return lang.Same(string(r))
}

// AllSites in an actor's sites stands for every mine, and for the platform itself.
const AllSites = "*"

// Platform is the site of what belongs to no mine: people, settings, the
// factor library. Only who has AllSites reaches it.
const Platform = ""

// Actor is a person, or a program that acts under a name of its own.
type Actor struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Role  Role     `json:"role"`
	Sites []string `json:"sites"` // ids of mines, or AllSites
}

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{0,63}$`)

// Validate tells every fault of an actor at once.
func (a Actor) Validate() error {
	var faults []error
	if !idPattern.MatchString(a.ID) {
		faults = append(faults, fault.Invalid.Say(lang.T("人员编号 %.70q 不合格", "actor id %.70q is not one"), a.ID).
			Do(lang.T("用小写字母、数字和 . _ @ -,至多 64 个", "use lower-case letters, digits and . _ @ -, at most 64")).
			At(fault.Place{Column: "id"}))
	}
	if !slices.Contains(Roles(), a.Role) {
		faults = append(faults, fault.Invalid.Say(lang.T("没有角色 %q", "no role %q"), a.Role).
			Do(lang.T("可选 %v", "choose one of %v"), Roles()).At(fault.Place{Column: "role"}))
	}
	if slices.Contains(a.Sites, Platform) {
		faults = append(faults, fault.Invalid.Say(lang.T("站点编号为空", "a site id is empty")).At(fault.Place{Column: "sites"}))
	}
	return errors.Join(faults...)
}

// Reaches tells whether a site is one of the actor's.
func (a Actor) Reaches(site string) bool {
	return slices.Contains(a.Sites, AllSites) || (site != Platform && slices.Contains(a.Sites, site))
}
