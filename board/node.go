package board

import (
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// node is the part of the mine that is looked at: all of it, a unit with what
// is under it, or one source.
type node struct {
	id      string
	name    lang.Text
	whole   bool
	unit    bool
	sources map[string]bool
	orgs    map[string]bool
}

// nodeOf finds a unit or a source. An id that is both is told apart as the
// stream does, "org:heating" and "source:heating".
func nodeOf(s *site.Site, id string) (node, error) {
	n := node{id: id, name: s.Name, whole: id == "" || id == "site:"+s.ID, unit: true, sources: map[string]bool{}, orgs: map[string]bool{}}
	org, isOrg := s.Org(strings.TrimPrefix(id, "org:"))
	source, isSource := s.Source(strings.TrimPrefix(id, "source:"))
	switch {
	case n.whole:
	case isOrg && !strings.HasPrefix(id, "source:"):
		n.name = org.Name
	case isSource:
		n.name, n.unit = source.Name, false
		n.sources[source.ID] = true
		return n, nil
	default:
		return n, fault.Invalid.Say(lang.T("没有组织或排放源 %.80q", "there is no unit or source %.80q"), id).
			Do(lang.T("写 [[org]] 或 [[source]] 的编号", "write the id of an [[org]] or a [[source]]")).At(fault.Place{Column: "node"})
	}
	under := func(of string) bool {
		return n.whole || slices.ContainsFunc(s.Path(of), func(o site.Org) bool { return o.ID == org.ID })
	}
	for _, o := range s.Orgs {
		n.orgs[o.ID] = under(o.ID)
	}
	for _, src := range s.Sources {
		n.sources[src.ID] = under(src.Org)
	}
	return n, nil
}

// budgeted tells whether a budget is of just this node. That of the whole mine
// stands with a unit that has every source under it.
func (n node) budgeted(s *site.Site, id string) bool {
	if !n.whole {
		return id == strings.TrimPrefix(strings.TrimPrefix(n.id, "org:"), "source:")
	}
	other, err := nodeOf(s, "org:"+id)
	if err != nil {
		return false
	}
	for _, src := range s.Sources {
		if !other.sources[src.ID] {
			return false
		}
	}
	return true
}
