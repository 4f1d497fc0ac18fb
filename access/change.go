package access

import (
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// Change is a change of somebody's rights, with what has to be known to judge it.
type Change struct {
	Before, After Actor // Before is empty where the person is new
	By            string
	Others        bool // there is another administrator of the platform
}

// Validate refuses what would let one person rule alone or nobody rule at all:
// duties given to oneself, and the last administrator taken away.
func (c Change) Validate() error {
	if c.By == c.After.ID && c.gains() {
		return fault.Forbidden.Say(lang.T("%s 不能给自己授权", "%s may not give rights to themselves"), c.By).
			Do(lang.T("请另一位管理员授予", "ask another administrator"))
	}
	if c.Before.Administers() && !c.After.Administers() && !c.Others {
		return fault.Conflict.Say(lang.T("%s 是最后一位平台管理员", "%s is the last administrator of the platform"), c.Before.ID).
			Do(lang.T("先任命另一位管理员", "make somebody else an administrator first"))
	}
	return nil
}

func (c Change) gains() bool {
	return c.Before.Disabled && !c.After.Disabled ||
		slices.ContainsFunc(c.After.Duties, func(d Duty) bool { return !slices.Contains(c.Before.Duties, d) })
}

// Moves tells whether the person may do other things after the change, or is
// somebody else at the provider of OpenID Connect.
func (c Change) Moves() bool {
	return c.Before.Disabled != c.After.Disabled || c.Before.Subject != c.After.Subject || !slices.Equal(c.Before.Duties, c.After.Duties)
}

// Administers tells whether an actor looks after the platform and its people.
func (a Actor) Administers() bool {
	return !a.Disabled && slices.Contains(a.Duties, Duty{Role: Administrator, Site: AllSites})
}
