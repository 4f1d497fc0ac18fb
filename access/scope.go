package access

import (
	"errors"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// Scope narrows what a token opens to some actions and some mines. It never
// widens: the duties of its owner are asked as well. An empty list narrows
// nothing.
type Scope struct {
	Actions []Action `json:"actions,omitempty"`
	Sites   []string `json:"sites,omitempty"`
}

// Validate tells what a scope names that is not there.
func (s Scope) Validate() error {
	var faults []error
	for _, a := range s.Actions {
		if !slices.Contains(Actions(), a) {
			faults = append(faults, fault.Invalid.Say(lang.T("没有操作 %.60q", "there is no action %.60q"), string(a)).At(fault.Place{Column: "actions"}))
		}
	}
	if slices.Contains(s.Sites, Platform) {
		faults = append(faults, fault.Invalid.Say(lang.T("站点编号为空", "a site id is empty")).At(fault.Place{Column: "sites"}))
	}
	return errors.Join(faults...)
}

// Narrowed is the actor as far as a scope lets them.
func (a Actor) Narrowed(s Scope) Actor {
	a.scope = s
	return a
}

func (s Scope) does(a Action) bool { return len(s.Actions) == 0 || slices.Contains(s.Actions, a) }

// opens tells whether a mine, or the platform, is in the scope.
func (s Scope) opens(site string) bool {
	return len(s.Sites) == 0 || slices.Contains(s.Sites, AllSites) || (site != Platform && slices.Contains(s.Sites, site))
}

// sees tells whether a duty's mines are in the scope, as far as one of them.
func (s Scope) sees(site string) bool { return site == AllSites || s.opens(site) }
