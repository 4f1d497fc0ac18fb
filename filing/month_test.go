package filing

import (
	"maps"
	"slices"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/fault"
)

func person(id string, role access.Role) access.Actor {
	return access.Actor{ID: id, Duties: access.As(role, "qingling")}
}

// full is the way with every review on it.
var full = []State{Approved, GroupApproved, Verified}

// TestMove tries every step in every state as every role, by three ways: there
// are no other moves than these.
func TestMove(t *testing.T) {
	type try struct {
		step Step
		from State
	}
	reviewers := []access.Role{access.Reviewer, access.GroupReviewer, access.Verifier}
	may := map[try][]access.Role{
		{Submit, Draft}: {access.Filler}, {Withdraw, Submitted}: {access.Filler}, {Approve, Submitted}: {access.Reviewer},
		{Return, Submitted}: reviewers, {Reopen, Locked}: {access.Reviewer, access.GroupReviewer},
	}
	lockers := []access.Role{access.Reviewer, access.GroupReviewer}
	for _, way := range [][]State{nil, full, {Approved, Verified}} {
		want := map[try][]access.Role{}
		maps.Copy(want, may)
		switch len(way) {
		case 0:
			want[try{Lock, Approved}], want[try{Return, Approved}] = lockers, reviewers
		case 2:
			want[try{Verify, Approved}], want[try{Lock, Verified}] = []access.Role{access.Verifier}, lockers
			want[try{Return, Approved}], want[try{Return, Verified}] = reviewers, reviewers
		case 3:
			want[try{GroupApprove, Approved}], want[try{Verify, GroupApproved}], want[try{Lock, Verified}] = []access.Role{access.GroupReviewer}, []access.Role{access.Verifier}, lockers
			want[try{Return, Approved}], want[try{Return, GroupApproved}], want[try{Return, Verified}] = reviewers, reviewers, reviewers
		}
		for _, step := range Steps() {
			for _, from := range append([]State{Draft, Submitted, Locked}, full...) {
				for _, role := range access.Roles() {
					m := Month{Site: "qingling", Month: "2024-06", State: from, Submitter: "zhang"}
					who := person("wang", role)
					if step == Withdraw {
						who.ID = "zhang"
					}
					moved, err := m.Move(Move{Step: step, Actor: who, At: july, Reason: "更正", Filers: []string{"zhao"}, Way: way})
					switch allowed := slices.Contains(want[try{step, from}], role); {
					case allowed && (err != nil || moved.MovedBy != who.ID || !moved.MovedAt.Equal(july)):
						t.Errorf("%s: %s of %s by %v: %+v, %v", role, step, from, way, moved, err)
					case !allowed && (err == nil || moved != m):
						t.Errorf("%s: %s of %s by %v led to %+v", role, step, from, way, moved)
					case !allowed && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Forbidden:
						t.Errorf("%s: %s of %s by %v: %v", role, step, from, way, err)
					}
				}
			}
		}
	}
}

func TestMoveRefuses(t *testing.T) {
	wang, group, verifier := person("wang", access.Reviewer), person("wang", access.GroupReviewer), person("wang", access.Verifier)
	month := func(s State) Month {
		return Month{Site: "qingling", Month: "2024-06", State: s, Submitter: "zhang", Approver: "wang"}
	}
	seen := month(Submitted)
	seen.SubmittedAt, seen.ReviewedAt = july, july.Add(time.Minute)
	for _, tt := range []struct {
		name string
		m    Month
		w    Move
		kind fault.Kind
	}{
		{"approves what they filed", month(Submitted), Move{Step: Approve, Actor: wang, Filers: []string{"li", "wang"}}, fault.Forbidden},
		{"approves what they submitted", Month{Site: "qingling", State: Submitted, Submitter: "wang"}, Move{Step: Approve, Actor: wang}, fault.Forbidden},
		{"approves twice, the second time for the group", month(Approved), Move{Step: GroupApprove, Actor: group, Way: full}, fault.Forbidden},
		{"verifies what they approved", month(GroupApproved), Move{Step: Verify, Actor: verifier, Way: full}, fault.Forbidden},
		{"another mine's", Month{Site: "beiyuan", State: Submitted}, Move{Step: Approve, Actor: wang}, fault.Forbidden},
		{"an empty month", month(""), Move{Step: Submit, Actor: person("zhang", access.Filler)}, fault.Conflict},
		{"takes back what another submitted", month(Submitted), Move{Step: Withdraw, Actor: person("zhao", access.Filler)}, fault.Forbidden},
		{"takes back what was looked at", seen, Move{Step: Withdraw, Actor: person("zhang", access.Filler)}, fault.Conflict},
		{"returns without a reason", month(Submitted), Move{Step: Return, Actor: wang, Reason: " \n"}, fault.Invalid},
		{"reopens without a reason", month(Locked), Move{Step: Reopen, Actor: wang}, fault.Invalid},
		{"a book for a reason", month(Locked), Move{Step: Reopen, Actor: wang, Reason: string(make([]byte, MaxNote+1))}, fault.Invalid},
		{"a step there is not", month(Draft), Move{Step: "skip", Actor: wang}, fault.Forbidden},
	} {
		if _, err := tt.m.Move(tt.w); fault.KindOf(err) != tt.kind {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.kind)
		}
	}
}

// TestWay walks a month all the way, and keeps who did what.
func TestWay(t *testing.T) {
	m := Month{Site: "qingling", Month: "2024-06"}
	for i, w := range []Move{
		{Step: Submit, Actor: person("zhang", access.Filler), Filers: []string{"zhang"}},
		{Step: Approve, Actor: person("wang", access.Reviewer)},
		{Step: GroupApprove, Actor: person("sun", access.GroupReviewer)},
		{Step: Verify, Actor: person("he", access.Verifier)},
		{Step: Lock, Actor: person("wang", access.Reviewer)},
	} {
		w.Way, w.At = full, july.Add(time.Duration(i)*time.Hour)
		var err error
		if m, err = m.Move(w); err != nil {
			t.Fatal(err)
		}
	}
	want := Month{
		Site: "qingling", Month: "2024-06", State: Locked, Submitter: "zhang", Approver: "wang", GroupApprover: "sun", Verifier: "he",
		MovedBy: "wang", MovedAt: july.Add(4 * time.Hour), SubmittedAt: july, ReviewedAt: july.Add(3 * time.Hour),
	}
	if m != want {
		t.Errorf("the month is %+v, want %+v", m, want)
	}
}

// TestGiveBack: a cell is given back, and who had accepted the month is asked
// once more.
func TestGiveBack(t *testing.T) {
	group := person("sun", access.GroupReviewer)
	for _, s := range []State{Draft, Submitted, Approved, GroupApproved, Locked} {
		m := Month{Site: "qingling", Month: "2024-06", State: s, Submitter: "zhang", Approver: "wang"}
		got, err := m.GiveBack(Move{Actor: group, At: july, Reason: "磅单缺页", Way: full})
		switch refused := s == Draft || s == Locked; {
		case refused && fault.KindOf(err) != fault.Conflict:
			t.Errorf("a cell of a month that is %s given back: %v", s, err)
		case !refused && (err != nil || got.State != Submitted || got.Approver != "" || got.Submitter != "zhang" || !got.ReviewedAt.Equal(july)):
			t.Errorf("a cell of a month that was %s given back: %+v, %v", s, got, err)
		}
	}
	if _, err := (Month{Site: "qingling", State: Submitted}).GiveBack(Move{Actor: person("zhang", access.Filler), Reason: "x"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a filler gave a cell back: %v", err)
	}
}

func TestOffers(t *testing.T) {
	m := Month{Site: "qingling", Month: "2024-06", State: Submitted, Submitter: "zhang"}
	for _, tt := range []struct {
		who  access.Actor
		want []Step
	}{
		{person("zhang", access.Filler), []Step{Withdraw}},
		{person("wang", access.Reviewer), []Step{Approve, Return}},
		{person("li", access.Viewer), []Step{}},
	} {
		if got := m.Offers(Move{Actor: tt.who, Way: full}); !slices.Equal(got, tt.want) {
			t.Errorf("%s is offered %v, want %v", tt.who.ID, got, tt.want)
		}
	}
}

func TestOpen(t *testing.T) {
	for state, open := range map[State]bool{"": true, Draft: true, Submitted: false, Approved: false, GroupApproved: false, Verified: false, Locked: false} {
		err := Month{Site: "qingling", Month: "2024-06", State: state}.Open()
		if (err == nil) != open || (err != nil && fault.KindOf(err) != fault.Conflict) {
			t.Errorf("%q: Open = %v, want open %v", state, err, open)
		}
	}
}

func TestRemark(t *testing.T) {
	good := Remark{ID: "r1", Cell: Cell{"qingling", "boiler", "fuel", "2024-06"}, Kind: Explained, Rule: "change_month", Filing: "f1", Text: "停产", By: "zhang", At: july}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	if !good.Holds("f1") || good.Holds("f2") || good.Holds("") {
		t.Error("an explanation holds for another value")
	}
	for name, spoil := range map[string]func(*Remark){
		"a dot for a reason":   func(r *Remark) { r.Text = "." },
		"of no rule":           func(r *Remark) { r.Rule = "" },
		"a return of no words": func(r *Remark) { r.Kind, r.Text = Returned, " " },
		"a comment of none":    func(r *Remark) { r.Kind, r.Text = Commented, "" },
		"not text":             func(r *Remark) { r.Text = "\xff\xff" },
		"nobody's":             func(r *Remark) { r.By = "" },
		"of no month":          func(r *Remark) { r.Month = "2024" },
	} {
		bad := good
		spoil(&bad)
		if err := bad.Validate(); fault.KindOf(err) != fault.Invalid || len(fault.Split(err)) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	proved := good
	proved.Text, proved.Evidence = "", []string{"ab"}
	if err := proved.Validate(); err != nil {
		t.Errorf("explained by a file: %v", err)
	}
}
