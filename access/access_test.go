package access

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"lingtan/fault"
)

// matrix is the whole rule once more, in the other direction, as a person in
// charge would sign it: what each role may do at its own mine.
var matrix = map[Role]string{
	Administrator: "account.own alarm.read backup.make bundle.export diagnostics.read factor.read filing.read finding.read inventory.read ledger.read audit.read person.read person.write readings.read report.read sample.read setting.read setting.write site.read site.write token.manage wall.read",
	Filler:        "account.own alarm.acknowledge alarm.read factor.read filing.comment filing.read filing.write finding.answer finding.read inventory.read month.submit readings.read readings.write report.read sample.read site.read wall.read",
	Reviewer:      "account.own alarm.acknowledge alarm.read audit.read bundle.export clash.settle factor.read factor.write filing.comment filing.read finding.answer finding.read inventory.close inventory.read ledger.read month.lock month.reopen month.return month.review readings.read report.read sample.read site.read wall.read",
	GroupReviewer: "account.own alarm.read audit.read bundle.export factor.read filing.comment filing.read finding.answer finding.read inventory.read ledger.read month.group-approve month.lock month.reopen month.return readings.read report.read sample.read site.read wall.read",
	Verifier:      "account.own alarm.read audit.read bundle.export factor.read filing.comment filing.read finding.read finding.write inventory.read ledger.read month.return month.verify opinion.sign readings.read report.read sample.draw sample.read site.read wall.read",
	Manager:       "account.own alarm.read bundle.export factor.read filing.read finding.read inventory.read readings.read report.read sample.read site.read wall.read",
	Climate:       "account.own alarm.read bundle.export factor.read filing.read inventory.read readings.read report.read site.read wall.read",
	Banker:        "account.own bundle.export factor.read inventory.read report.read site.read",
	Dispatcher:    "account.own alarm.read site.read wall.read",
	Auditor:       "account.own alarm.read audit.read bundle.export diagnostics.read factor.read filing.read finding.read inventory.read ledger.read person.read readings.read report.read sample.read setting.read site.read wall.read",
	Viewer:        "account.own alarm.read factor.read inventory.read readings.read report.read site.read wall.read",
	Gateway:       "account.own readings.write site.read",
}

// places are duties of one role with what is asked of them: a mine, and the
// unit with all above it where not the whole of the mine is meant.
var places = []struct {
	duty  Duty
	site  string
	path  []string
	there bool
}{
	{Duty{Site: "qingling"}, "qingling", nil, true},
	{Duty{Site: "qingling"}, "qingling", []string{"shaft", "mine"}, true},
	{Duty{Site: "qingling"}, "beiyuan", nil, false},
	{Duty{Site: "qingling"}, Platform, nil, false},
	{Duty{Site: "qingling"}, "*", nil, false},
	{Duty{Site: ""}, Platform, nil, false},
	{Duty{Site: ""}, "", []string{""}, false},
	{Duty{Site: AllSites}, "beiyuan", nil, true},
	{Duty{Site: AllSites}, Platform, nil, true},
	{Duty{Site: "qingling", Node: "shaft"}, "qingling", nil, false},
	{Duty{Site: "qingling", Node: "shaft"}, "qingling", []string{"shaft", "mine"}, true},
	{Duty{Site: "qingling", Node: "shaft"}, "qingling", []string{"face", "shaft", "mine"}, true},
	{Duty{Site: "qingling", Node: "shaft"}, "qingling", []string{"plant", "mine"}, false},
	{Duty{Site: "qingling", Node: "shaft"}, "qingling", []string{"mine"}, false},
	{Duty{Site: "qingling", Node: "shaft"}, "beiyuan", []string{"shaft", "mine"}, false},
}

func TestMay(t *testing.T) {
	cases := 0
	for role, list := range matrix {
		may := strings.Fields(list)
		if got := ActionsOf(role); len(got) != len(may) {
			t.Errorf("%s may do %d things, want %d: %v", role, len(got), len(may), got)
		}
		for _, action := range append(Actions(), "unheard.of", "") {
			for _, p := range places {
				cases++
				p.duty.Role = role
				a := Actor{ID: "a", Duties: []Duty{p.duty}}
				err := MayAt(a, action, p.site, p.path...)
				want := p.there && slices.Contains(may, string(action))
				if (err == nil) != want {
					t.Errorf("%+v, %s at %q %v: %v, want allowed %v", p.duty, action, p.site, p.path, err, want)
				}
				if err != nil && fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s: refused with %v", action, err)
				}
				if a.Disabled = true; MayAt(a, action, p.site, p.path...) == nil || MayAnywhere(a, action) == nil || MayWithin(a, action, p.site) == nil {
					t.Errorf("%+v is disabled and does %s", p.duty, action)
				}
			}
		}
	}
	if want := len(Roles()) * (len(Actions()) + 2) * len(places); cases != want {
		t.Errorf("tried %d cases, want %d: a role is missing from the matrix", cases, want)
	}
	if err := May(Actor{Duties: As("root", AllSites)}, ReadSite, "qingling"); err == nil {
		t.Error("a role that is not one was let in")
	}
	if err := May(Actor{ID: "a"}, ReadSite, "qingling"); err == nil {
		t.Error("somebody without a duty was let in")
	}
}

// TestDutiesTogether: what two duties allow is what either allows, at its place.
func TestDutiesTogether(t *testing.T) {
	a := Actor{ID: "a", Duties: []Duty{{Filler, "qingling", "shaft"}, {Viewer, "qingling", ""}, {Filler, "beiyuan", ""}, {Filler, "qingling", "plant"}}}
	for _, tt := range []struct {
		name string
		err  error
		may  bool
	}{
		{"views the mine", May(a, ReadInventory, "qingling"), true},
		{"files at the whole mine", May(a, WriteFiling, "qingling"), false},
		{"files somewhere in it", MayWithin(a, WriteFiling, "qingling"), true},
		{"files at the shaft", MayAt(a, WriteFiling, "qingling", "shaft", "mine"), true},
		{"files at the other mine", May(a, WriteFiling, "beiyuan"), true},
		{"files at a third", MayWithin(a, WriteFiling, "nanshan"), false},
		{"views filings of all", May(a, ReadFilings, "qingling"), false},
	} {
		if (tt.err == nil) != tt.may {
			t.Errorf("%s: %v, want allowed %v", tt.name, tt.err, tt.may)
		}
	}
	if nodes, whole := Nodes(a, WriteFiling, "qingling"); whole || !slices.Equal(nodes, []string{"shaft", "plant"}) {
		t.Errorf("files at %v, whole %v", nodes, whole)
	}
	if nodes, whole := Nodes(a, ReadInventory, "qingling"); !whole || nodes != nil {
		t.Errorf("views %v, whole %v", nodes, whole)
	}
	if nodes, whole := Nodes(a, WriteFiling, "nanshan"); whole || nodes != nil {
		t.Errorf("at a third mine files at %v, whole %v", nodes, whole)
	}
	if got := a.Sites(); !slices.Equal(got, []string{"beiyuan", "qingling"}) {
		t.Errorf("reaches %v", got)
	}
}

// TestScope: a token narrows what its owner may do, and never widens it.
func TestScope(t *testing.T) {
	a := Actor{ID: "a", Duties: As(Filler, AllSites)}
	for _, tt := range []struct {
		name   string
		scope  Scope
		action Action
		site   string
		may    bool
	}{
		{"not narrowed", Scope{}, WriteFiling, Platform, true},
		{"one action", Scope{Actions: []Action{ReadReadings}}, ReadReadings, "qingling", true},
		{"another action", Scope{Actions: []Action{ReadReadings}}, WriteFiling, "qingling", false},
		{"an action beyond the role", Scope{Actions: []Action{ReviewMonth}}, ReviewMonth, "qingling", false},
		{"one mine", Scope{Sites: []string{"qingling"}}, WriteFiling, "qingling", true},
		{"another mine", Scope{Sites: []string{"qingling"}}, WriteFiling, "beiyuan", false},
		{"the platform", Scope{Sites: []string{"qingling"}}, WriteFiling, Platform, false},
		{"all mines", Scope{Sites: []string{AllSites}}, WriteFiling, Platform, true},
	} {
		if err := May(a.Narrowed(tt.scope), tt.action, tt.site); (err == nil) != tt.may {
			t.Errorf("%s: %v, want allowed %v", tt.name, err, tt.may)
		}
	}
	narrow := a.Narrowed(Scope{Sites: []string{"qingling"}, Actions: []Action{ReadSite}})
	if got := narrow.Sites(); !slices.Equal(got, []string{"qingling"}) {
		t.Errorf("narrowed to a mine it reaches %v", got)
	}
	if MayAnywhere(narrow, ReadSite) != nil || MayAnywhere(narrow, WriteFiling) == nil {
		t.Error("MayAnywhere forgets the scope")
	}
	if narrow = (Actor{ID: "a", Duties: As(Filler, "beiyuan")}).Narrowed(Scope{Sites: []string{"qingling"}}); MayAnywhere(narrow, ReadSite) == nil || len(narrow.Sites()) != 0 {
		t.Error("a token for a mine that its owner lacks opens something")
	}
	if faults := fault.Split(Scope{Actions: []Action{"x.y"}, Sites: []string{""}}.Validate()); len(faults) != 2 {
		t.Errorf("a bad scope: %v", faults)
	}
}

func TestMayAnywhere(t *testing.T) {
	viewer := Actor{ID: "a", Duties: As(Viewer, "qingling")}
	if err := MayAnywhere(viewer, ReadFactors); err != nil {
		t.Error(err)
	}
	if err := MayAnywhere(viewer, WriteFactors); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a viewer wrote factors: %v", err)
	}
	viewer.Duties = nil
	if err := MayAnywhere(viewer, ReadFactors); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("somebody of no mine read factors: %v", err)
	}
}

func TestActorValidate(t *testing.T) {
	good := Actor{ID: "li.wei", Name: "李工", Email: "li.wei@example.org", Duties: As(Filler, "qingling")}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	bad := Actor{ID: "李 工", Name: "a\nb", Email: "@", Duties: []Duty{{"root", "qingling", ""}, {Filler, "", ""}, {Filler, AllSites, "shaft"}}}
	if faults := fault.Split(bad.Validate()); len(faults) != 6 {
		t.Errorf("%d faults, want 6: %v", len(faults), faults)
	}
	for _, tt := range []struct {
		duties []Duty
		good   bool
	}{
		{[]Duty{{Administrator, AllSites, ""}, {Filler, "qingling", ""}}, false},
		{[]Duty{{Verifier, "qingling", ""}, {Filler, "qingling", "shaft"}}, false},
		{[]Duty{{Verifier, "qingling", ""}, {Filler, "beiyuan", ""}}, true},
		{[]Duty{{Filler, "qingling", ""}, {Reviewer, "qingling", ""}}, true}, // four eyes are asked for month by month
		{[]Duty{{Administrator, AllSites, ""}, {Viewer, "qingling", ""}}, true},
		{make([]Duty, maxDuties+1), false},
	} {
		if err := (Actor{ID: "a", Duties: tt.duties}).Validate(); (err == nil) != tt.good {
			t.Errorf("%v: %v, want good %v", tt.duties, err, tt.good)
		}
	}
	for _, r := range Roles() {
		if r.Title().ZH == string(r) || r.Tells().EN == "" {
			t.Errorf("%s is not told: %v", r, r.Title())
		}
	}
}

func TestToken(t *testing.T) {
	now := time.Date(2024, 7, 2, 9, 30, 0, 5_600_000, time.UTC)
	chance := bytes.NewReader(bytes.Repeat([]byte{1, 2, 3, 254, 255}, 40))
	secret, token, err := Issue(chance, Grant{Actor: "zhang", Name: "采集", Life: time.Hour}, now)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := TokenID(secret); err != nil || id != token.ID || !strings.HasPrefix(secret, "lingtan_"+id+"_") {
		t.Errorf("secret %s has id %s, want %s: %v", secret, id, token.ID, err)
	}
	other, _, err := Issue(chance, Grant{Actor: "zhang"}, now)
	if err != nil || other == secret {
		t.Errorf("a second secret %s, %v", other, err)
	}
	revoked, err := token.Revoke(now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := revoked.Revoke(now); fault.KindOf(err) != fault.Conflict {
		t.Errorf("revoked twice: %v", err)
	}
	for _, tt := range []struct {
		name   string
		token  Token
		secret string
		at     time.Time
		opens  bool
	}{
		{"at once", token, secret, now, true},
		{"in its last moment", token, secret, token.Expires.Add(-1), true},
		{"expired", token, secret, token.Expires, false},
		{"before it was made", token, secret, now.Add(-time.Second), false},
		{"before its revocation", revoked, secret, now, true},
		{"revoked", revoked, secret, now.Add(time.Minute), false},
		{"another's secret", token, other, now, false},
		{"shortened", token, secret[:len(secret)-1], now, false},
		{"empty", token, "", now, false},
		{"no token", Token{}, "", now, false},
	} {
		if err := tt.token.Check(tt.secret, tt.at); (err == nil) != tt.opens || (err != nil && !errors.Is(err, ErrRefused)) {
			t.Errorf("%s: Check = %v, want opens %v", tt.name, err, tt.opens)
		}
	}
}

func TestTokenIDRefuses(t *testing.T) {
	tail := strings.Repeat("A", 43)
	for _, secret := range []string{
		"", "lingtan_", "lingtan_0123456789ab", "lingtan_0123456789ab_", "lingtan_0123456789ab_" + tail + "A", "other_0123456789ab_" + tail,
		"lingtan_0123456789a_" + tail, "lingtan_0123456789xy_" + tail, "lingtan_0123456789ab_" + tail[1:] + "=", "lingtan_0123456789ab_" + tail[1:] + "B",
	} {
		if id, err := TokenID(secret); !errors.Is(err, ErrRefused) {
			t.Errorf("TokenID(%q) = %q, %v", secret, id, err)
		}
	}
	if id, err := TokenID("lingtan_0123456789ab_" + tail); err != nil || id != "0123456789ab" {
		t.Errorf("a well-formed secret: %q, %v", id, err)
	}
}

func TestIssueRefuses(t *testing.T) {
	now := time.Unix(1e9, 0)
	for name, g := range map[string]Grant{
		"nobody":    {},
		"for ever":  {Actor: "zhang", Life: MaxLife + 1},
		"backwards": {Actor: "zhang", Life: -1},
	} {
		if _, _, err := Issue(bytes.NewReader(make([]byte, 100)), g, now); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Issue(iotest.ErrReader(errors.New("no entropy")), Grant{Actor: "zhang"}, now); err == nil {
		t.Error("issued without chance")
	}
}
