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
			f, err := in.filter(a)
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
			if f, err = in.filter(a); err != nil || len(f.Kinds) != 0 {
				t.Errorf("%s is told %v of another mine, %v", role, f.Kinds, err)
			}
		}
	}
}
