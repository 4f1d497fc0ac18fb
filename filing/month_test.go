package filing

import (
	"slices"
	"testing"

	"lingtan/access"
	"lingtan/fault"
)

func person(id string, role access.Role) access.Actor {
	return access.Actor{ID: id, Duties: access.As(role, "qingling")}
}

// TestMove walks from every state to every other as every role: ways has the
// only moves there are.
func TestMove(t *testing.T) {
	may := map[step][]access.Role{
		{Draft, Submitted}: {access.Filler}, {Submitted, Draft}: {access.Reviewer}, {Submitted, Approved}: {access.Reviewer},
		{Approved, Draft}: {access.Reviewer}, {Approved, Locked}: {access.Reviewer, access.GroupReviewer}, {Locked, Draft}: {access.Reviewer, access.GroupReviewer},
	}
	states := []State{Draft, Submitted, Approved, Locked}
	for _, from := range states {
		for _, to := range append(states, "gone") {
			for _, role := range access.Roles() {
				who := person("wang", role)
				m := Month{Site: "qingling", Month: "2024-06", State: from, Submitter: "zhang"}
				moved, err := m.Move(Move{To: to, Actor: who, At: july, Reason: "更正", Filers: []string{"zhao"}})
				allowed, known := may[step{from, to}]
				switch want := known && slices.Contains(allowed, role); {
				case want && (err != nil || moved.State != to || moved.MovedBy != who.ID || !moved.MovedAt.Equal(july)):
					t.Errorf("%s from %s to %s: %+v, %v", role, from, to, moved, err)
				case !want && (err == nil || moved != m):
					t.Errorf("%s moved from %s to %s: %+v", role, from, to, moved)
				case !known && fault.KindOf(err) != fault.Conflict:
					t.Errorf("from %s to %s: %v, want a conflict", from, to, err)
				case known && !want && fault.KindOf(err) != fault.Forbidden:
					t.Errorf("%s from %s to %s: %v, want forbidden", role, from, to, err)
				}
			}
		}
	}
}

func TestMoveRefuses(t *testing.T) {
	wang := person("wang", access.Reviewer)
	month := func(s State) Month {
		return Month{Site: "qingling", Month: "2024-06", State: s, Submitter: "zhang"}
	}
	for _, tt := range []struct {
		name string
		m    Month
		w    Move
		kind fault.Kind
	}{
		{"approves what they filed", month(Submitted), Move{To: Approved, Actor: wang, Filers: []string{"li", "wang"}}, fault.Forbidden},
		{"approves what they submitted", Month{Site: "qingling", State: Submitted, Submitter: "wang"}, Move{To: Approved, Actor: wang}, fault.Forbidden},
		{"another mine's", Month{Site: "beiyuan", State: Submitted}, Move{To: Approved, Actor: wang}, fault.Forbidden},
		{"an empty month", month(""), Move{To: Submitted, Actor: person("zhang", access.Filler)}, fault.Conflict},
		{"returns without a reason", month(Submitted), Move{To: Draft, Actor: wang, Reason: " \n"}, fault.Invalid},
		{"reopens without a reason", month(Locked), Move{To: Draft, Actor: wang}, fault.Invalid},
		{"a book for a reason", month(Locked), Move{To: Draft, Actor: wang, Reason: string(make([]byte, MaxNote+1))}, fault.Invalid},
	} {
		if _, err := tt.m.Move(tt.w); fault.KindOf(err) != tt.kind {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.kind)
		}
	}
}

func TestOpen(t *testing.T) {
	for state, open := range map[State]bool{"": true, Draft: true, Submitted: false, Approved: false, Locked: false} {
		err := Month{Site: "qingling", Month: "2024-06", State: state}.Open()
		if (err == nil) != open || (err != nil && fault.KindOf(err) != fault.Conflict) {
			t.Errorf("%q: Open = %v, want open %v", state, err, open)
		}
	}
}
