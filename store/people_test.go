package store_test

import (
	"os"
	"reflect"
	"testing"

	"lingtan/access"
	"lingtan/testkit"
)

// TestRolesBecomeDuties takes the step of the schema that makes duties of one
// role at some mines, over people as they were before.
func TestRolesBecomeDuties(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			s := testkit.OpenStore(t, engine.DSN(t))
			ctx := t.Context()
			step, err := os.ReadFile("migrations/0006_people_engine." + engine.Name + ".sql")
			if err != nil {
				t.Fatal(err)
			}
			for _, statement := range []string{
				`ALTER TABLE actors ADD COLUMN role TEXT NOT NULL DEFAULT ''`,
				`ALTER TABLE actors ADD COLUMN sites TEXT NOT NULL DEFAULT ''`,
				`INSERT INTO actors (id, name, role, sites, changed_ms) VALUES ('li', '李', 'filler', '["qingling","beiyuan"]', 1), ('gw', '网关', 'gateway', '["*"]', 1), ('no', '', 'viewer', 'null', 1), ('em', '', 'viewer', '[]', 1)`,
				string(step),
			} {
				if _, err := s.Raw().ExecContext(ctx, statement); err != nil {
					t.Fatalf("%.80s: %v", statement, err)
				}
			}
			for id, want := range map[string][]access.Duty{
				"li": {{Role: access.Filler, Site: "qingling"}, {Role: access.Filler, Site: "beiyuan"}}, "gw": access.As(access.Gateway, "*"), "no": {}, "em": {},
			} {
				a, err := s.Actor(ctx, id)
				if err != nil || len(a.Duties)+len(want) > 0 && !reflect.DeepEqual(a.Duties, want) {
					t.Errorf("%s has %v, %v, want %v", id, a.Duties, err, want)
				}
			}
		})
	}
}
