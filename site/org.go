package site

import (
	"regexp"

	"lingtan/fault"
	"lingtan/lang"
)

// identPattern keeps ids fit for addresses, file names and MQTT topics.
var identPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func (s *Section) ident() string {
	id := s.Text("id")
	if s.Has("id") && !identPattern.MatchString(id) {
		s.Wrong("id", lang.T("小写字母、数字、点、横线、下划线,至多 64 个,以字母或数字开头",
			"up to 64 small letters, digits, dots, dashes, underscores, beginning with a letter or digit"))
	}
	return id
}

// register numbers a section's id and faults one that is taken.
func (s *Section) register(id string, n int, taken ...map[string]int) {
	for _, index := range taken {
		if _, twice := index[id]; twice && id != "" {
			s.Fail("id", fault.Invalid.Say(lang.T("编号 %q 已被使用", "id %q is taken"), id).
				Do(lang.T("每个编号只用一次(点与气体点共用一套编号)", "use an id once (points and gas points share theirs)")))
			return
		}
	}
	taken[0][id] = n
}

func (s *Site) readOrgs(r *Reader) {
	s.orgs = map[string]int{}
	all := r.Tables("org")
	for i, o := range all {
		o.Need("id", "name")
		org := Org{ID: o.ident(), Name: o.Name("name"), Parent: o.Text("parent"), At: o.Place("")}
		o.register(org.ID, i, s.orgs)
		s.Orgs = append(s.Orgs, org)
		o.Close()
	}
	for i, o := range all {
		_, has := s.orgs[s.Orgs[i].Parent]
		o.known("parent", s.Orgs[i].Parent, lang.T("组织", "unit"), has)
		if way := s.cycle(s.Orgs[i]); way != "" {
			o.Fail("parent", fault.Invalid.Say(lang.T("组织的上级成环:%s", "the unit is above itself: %s"), way).
				Do(lang.T("让其中一个没有上级", "let one of them have no parent")))
		}
	}
}

// cycle tells the way from a unit back to itself, "" where there is none.
func (s *Site) cycle(o Org) string {
	way, at := o.ID, o
	for range s.Orgs {
		up, ok := s.Org(at.Parent)
		if !ok {
			return ""
		}
		way += " → " + up.ID
		if up.ID == o.ID {
			return way
		}
		at = up
	}
	return ""
}

// orgOf reads the unit a thing belongs to.
func (s *Site) orgOf(t *Section) string {
	id := t.Text("org")
	_, has := s.orgs[id]
	t.known("org", id, lang.T("组织", "unit"), has)
	return id
}

// sourceOf reads the source a thing belongs to.
func (s *Site) sourceOf(t *Section) string {
	id := t.Text("source")
	_, has := s.sources[id]
	t.known("source", id, lang.T("排放源", "source"), has)
	return id
}

func (s *Site) readSources(r *Reader) {
	s.sources = map[string]int{}
	for i, t := range r.Tables("source") {
		t.Need("id", "name", "org", "kind")
		source := Source{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), Kind: t.Text("kind"),
			Item: t.Text("item"), Attrs: t.Pairs("attrs"), At: t.Place(""),
		}
		t.register(source.ID, i, s.sources)
		s.Sources = append(s.Sources, source)
		t.Close()
	}
}

// Path gives the units from the root down to the one asked for.
func (s *Site) Path(org string) []Org {
	var path []Org
	for o, ok := s.Org(org); ok; o, ok = s.Org(o.Parent) {
		path = append([]Org{o}, path...)
	}
	return path
}
