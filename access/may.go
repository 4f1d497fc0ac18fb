package access

import (
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// May tells whether an actor may do something at the whole of a mine; Platform
// asks for what belongs to no mine. The refusal does not tell whether the mine
// exists.
func May(a Actor, action Action, site string) error { return MayAt(a, action, site) }

// MayAt tells whether an actor may do something at a unit of a mine. path is
// the unit with all units above it, in any order; without one the whole mine
// is meant. A unit that nobody placed in the tree is under no one's duty but
// the whole mine's.
func MayAt(a Actor, action Action, site string, path ...string) error {
	return a.ask(action, site, func(d Duty) bool { return d.Node == "" || slices.Contains(path, d.Node) })
}

// MayWithin tells whether an actor may do something at a mine or at some unit
// of it: for what then shows the units of Nodes only.
func MayWithin(a Actor, action Action, site string) error {
	return a.ask(action, site, func(Duty) bool { return true })
}

// Nodes lists the units of a mine where an actor may do something; whole says
// that it is all of them.
func Nodes(a Actor, action Action, site string) (nodes []string, whole bool) {
	if May(a, action, site) == nil {
		return nil, true
	}
	_ = a.ask(action, site, func(d Duty) bool {
		nodes = append(nodes, d.Node)
		return false
	})
	return nodes, false
}

// MayAnywhere tells whether an actor may do something at one of their mines at
// least: for what all mines share, as the library of factors.
func MayAnywhere(a Actor, action Action) error {
	for _, d := range a.Duties {
		if slices.Contains(allowed[action], d.Role) && a.scope.sees(d.Site) && a.scope.does(action) && !a.Disabled {
			return nil
		}
	}
	return a.refused(action, AllSites)
}

// ask looks for a duty that allows an action at a mine.
func (a Actor) ask(action Action, site string, at func(Duty) bool) error {
	if a.Disabled || !a.scope.does(action) || !a.scope.opens(site) {
		return a.refused(action, site)
	}
	for _, d := range a.Duties {
		if d.reaches(site) && slices.Contains(allowed[action], d.Role) && at(d) {
			return nil
		}
	}
	return a.refused(action, site)
}

// reaches tells whether a duty is at a mine or at a part of it.
func (d Duty) reaches(site string) bool {
	return d.Site == AllSites || (site != Platform && d.Site == site)
}

func (a Actor) refused(action Action, site string) error {
	var zh, en []string
	for _, r := range a.roles() {
		zh, en = append(zh, r.Title().ZH), append(en, r.Title().EN)
	}
	roles := lang.T(strings.Join(zh, "、"), strings.Join(en, ", "))
	return fault.Forbidden.Say(lang.T("%s(%s)无权在 %q 执行 %s", "%s (%s) may not, at %q, do %s"), a.ID, roles, site, string(action)).
		Do(lang.T("请管理员授予相应角色和站点", "ask an administrator for a role and a site that allow it"))
}

func (a Actor) roles() []Role {
	var out []Role
	for _, d := range a.Duties {
		if !slices.Contains(out, d.Role) {
			out = append(out, d.Role)
		}
	}
	return out
}
