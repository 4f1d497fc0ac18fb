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
	Administrator: "alarm.read actor.manage diagnostics.read factor.read filing.read bundle.export inventory.read ledger.read readings.read report.read setting.read setting.write site.read site.write token.manage",
	Reviewer:      "alarm.acknowledge alarm.read bundle.export clash.settle factor.read factor.write filing.read inventory.close inventory.read ledger.read month.lock month.reopen month.review readings.read report.read site.read",
	Filler:        "alarm.acknowledge alarm.read factor.read filing.read filing.write inventory.read month.submit readings.read readings.write report.read site.read",
	Verifier:      "alarm.read bundle.export factor.read filing.read inventory.read ledger.read readings.read report.read site.read",
	Gateway:       "readings.write site.read",
	Viewer:        "alarm.read factor.read inventory.read readings.read report.read site.read",
}

func TestMay(t *testing.T) {
	cases := 0
	for role, list := range matrix {
		may := strings.Fields(list)
		for _, action := range append(Actions(), "unheard.of", "") {
			for _, tt := range []struct {
				sites   []string
				site    string
				reaches bool
			}{
				{[]string{"qingling"}, "qingling", true},
				{[]string{"qingling"}, "beiyuan", false},
				{[]string{"qingling"}, Platform, false},
				{[]string{"qingling"}, "*", false},
				{[]string{""}, Platform, false},
				{nil, "qingling", false},
				{[]string{AllSites}, "beiyuan", true},
				{[]string{AllSites}, Platform, true},
			} {
				cases++
				err := May(Actor{ID: "a", Role: role, Sites: tt.sites}, action, tt.site)
				want := tt.reaches && slices.Contains(may, string(action))
				if (err == nil) != want {
					t.Errorf("%s of %v, %s at %q: %v, want allowed %v", role, tt.sites, action, tt.site, err, want)
				}
				if err != nil && fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s: refused with %v", action, err)
				}
			}
		}
	}
	if want := len(Roles()) * (len(Actions()) + 2) * 8; cases != want {
		t.Errorf("tried %d cases, want %d: a role is missing from the matrix", cases, want)
	}
	if err := May(Actor{Role: "root", Sites: []string{AllSites}}, ReadSite, "qingling"); err == nil {
		t.Error("a role that is not one was let in")
	}
}

func TestMayAnywhere(t *testing.T) {
	viewer := Actor{ID: "a", Role: Viewer, Sites: []string{"qingling"}}
	if err := MayAnywhere(viewer, ReadFactors); err != nil {
		t.Error(err)
	}
	if err := MayAnywhere(viewer, WriteFactors); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a viewer wrote factors: %v", err)
	}
	viewer.Sites = nil
	if err := MayAnywhere(viewer, ReadFactors); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("somebody of no site read factors: %v", err)
	}
}

func TestActorValidate(t *testing.T) {
	good := Actor{ID: "li.wei", Name: "李工", Role: Filler, Sites: []string{"qingling"}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	bad := Actor{ID: "李 工", Role: "root", Sites: []string{""}}
	if faults := fault.Split(bad.Validate()); len(faults) != 3 {
		t.Errorf("%d faults, want 3: %v", len(faults), faults)
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
