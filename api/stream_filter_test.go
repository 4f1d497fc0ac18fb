package api

import (
	"slices"
	"testing"

	"lingtan/access"
	"lingtan/live"
)

// TestFilterByRole: a viewer is told the kinds of event that the table of access
// lets them have, asked for or not.
func TestFilterByRole(t *testing.T) {
	for _, role := range access.Roles() {
		a := access.Actor{ID: "a", Duties: access.As(role, "qingling")}
		for _, asked := range [][]string{nil, {live.Points, alarmed}} {
			in := &Listened{OfSite: OfSite{Site: "qingling"}, Kinds: asked}
			f, err := in.hears(a)
			if err != nil {
				t.Fatal(err)
			}
			for kind, action := range streamed {
				want := access.May(a, action, "qingling") == nil && (asked == nil || slices.Contains(asked, kind))
				if slices.Contains(f.Kinds, kind) != want {
					t.Errorf("%s asks for %v and is told %v, of %s want %v", role, asked, f.Kinds, kind, want)
				}
			}
			in.Site = "beiyuan"
			if f, err = in.hears(a); err != nil || len(f.Kinds) != 0 {
				t.Errorf("%s is told %v of another mine, %v", role, f.Kinds, err)
			}
		}
	}
}

// TestFilterByUnit: who has a duty at a unit hears of its rows, by the kinds
// that are about rows, and of nothing else; other units make another hearing.
func TestFilterByUnit(t *testing.T) {
	at := func(units ...string) hearing {
		var a access.Actor
		for _, unit := range units {
			a.Duties = append(a.Duties, access.Duty{Role: access.Filler, Site: "qingling", Node: unit})
		}
		in := &Listened{OfSite: OfSite{Site: "qingling"}}
		h, err := in.hears(a)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two := at("works"), at("works", "stores")
	if want := []string{filedKind, presenceKind}; !slices.Equal(one.Kinds, want) || !slices.Equal(one.units, []string{"works"}) {
		t.Errorf("at the works %v of %v are heard, want %v of the works", one.Kinds, one.units, want)
	}
	if slices.Equal(one.units, two.units) {
		t.Error("a duty more makes no other hearing")
	}
}
