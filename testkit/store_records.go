package testkit

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/reading"
	"lingtan/store"
)

func factorsKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	table := factor.Adopted{ID: "grid", Version: "2024", CSV: []byte("\xef\xbb\xbfkind,key\r\n\x00\xff"), By: "wang"}
	must(t, s.AdoptFactors(ctx, table))
	must(t, s.AdoptFactors(ctx, table))
	other := table
	other.CSV = []byte("kind\n")
	if err := s.AdoptFactors(ctx, other); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another table under one version: %v", err)
	}
	kept := got(s.FactorSet(ctx, "grid", "2024"))(t)
	if string(kept.CSV) != string(table.CSV) || !kept.AdoptedAt.Equal(storeClock) {
		t.Errorf("kept %+v", kept)
	}
	if list := got(s.FactorSets(ctx))(t); len(list) != 1 || len(list[0].CSV) != 0 || list[0].SHA256 != kept.SHA256 {
		t.Errorf("list %+v", list)
	}
}

func clashesOnce(t *storeTest) {
	ctx, s := t.Context(), t.s
	id := got(s.SeriesID(ctx, "qingling", "vent.ch4"))(t)[0]
	clash := func(at int64, kept, other float64) reading.Clash {
		return reading.Clash{
			Series: id, T: at, Kept: reading.Reading{Series: id, T: at, Recv: 5, V: kept, Seq: 2},
			Other: reading.Reading{Series: id, T: at, Recv: 6, V: other, Q: reading.Suspect, Seq: 1},
		}
	}
	first := clash(-1000, 0.1+0.2, math.Copysign(0, -1))
	must(t, s.PutClashes(ctx, []reading.Clash{clash(2000, 4, 3), first, clash(2000, 4, 2)}))
	must(t, s.PutClashes(ctx, []reading.Clash{clash(2000, 5, 3)})) // a better reading came
	list := got(s.Clashes(ctx, "qingling", -5000, 5000, reading.Clash{}, 0))(t)
	if len(list) != 3 || list[0].Clash != first || list[1].Other.V != 2 || list[2].Kept.V != 5 {
		t.Fatalf("clashes %+v", list)
	}
	if next := got(s.Clashes(ctx, "qingling", -5000, 5000, list[1].Clash, 0))(t); len(next) != 1 || next[0] != list[2] {
		t.Errorf("after the second: %+v", next)
	}
	w := store.Settlement{Site: "qingling", Series: id, T: -1000, Value: 0, By: "wang", Note: "复核"}
	must(t, s.SettleClash(ctx, w))
	if err := s.SettleClash(ctx, w); fault.KindOf(err) != fault.Conflict {
		t.Errorf("settled twice: %v", err)
	}
	if c := got(s.Clashes(ctx, "qingling", -5000, 0, reading.Clash{}, 1))(t)[0]; c.SettledBy != "wang" || !c.SettledAt.Equal(storeClock) {
		t.Errorf("settled clash %+v", c)
	}
	lost := clash(1, 1, 2)
	lost.Series = 99
	if err := s.PutClashes(ctx, []reading.Clash{clash(3000, 1, 2), lost}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a clash of no series: %v", err)
	}
	if list := got(s.Clashes(ctx, "qingling", 3000, 4000, reading.Clash{}, 0))(t); len(list) != 0 {
		t.Errorf("half of a refused batch is there: %+v", list)
	}
}

func eventsReplace(t *storeTest) {
	ctx, s := t.Context(), t.s
	id := got(s.SeriesID(ctx, "qingling", "kwh"))(t)[0]
	e := reading.Event{Series: id, Kind: reading.Jump, Prev: 10, T: 20, From: 1, To: 1e9}
	must(t, s.PutEvents(ctx, []reading.Event{e, {Series: id, Kind: reading.Reset, Prev: 20, T: 30, From: 5, To: 0}}))
	e.Confirmed = true
	must(t, s.PutEvents(ctx, []reading.Event{e}))
	list := got(s.Events(ctx, "qingling", 0, 100, reading.Event{}, 0))(t)
	if len(list) != 2 || list[0] != e {
		t.Errorf("events %+v", list)
	}
	if next := got(s.Events(ctx, "qingling", 0, 100, e, 0))(t); len(next) != 1 || next[0].Kind != reading.Reset {
		t.Errorf("after the first: %+v", next)
	}
}

func importsGoOn(t *storeTest) {
	ctx, s := t.Context(), t.s
	m := reading.Import{ID: "20240702-1", Site: "qingling", File: "6月.csv", SHA256: "ab", Mapping: "cd", Total: 100, By: "zhang"}
	m = got(s.StartImport(ctx, m))(t)
	m.Done, m.Accepted, m.Refused, m.ErrorsFile = 60, 58, 2, "errors.csv"
	must(t, s.PutImport(ctx, m))
	again, found, err := s.ImportOf(ctx, "qingling", "ab", "cd")
	if err != nil || !found || again != m {
		t.Errorf("resume from %+v, %v, %v, want %+v", again, found, err, m)
	}
	m.Done, m.State = 100, reading.ImportDone
	must(t, s.PutImport(ctx, m))
	if err := s.PutImport(ctx, m); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an ended import went on: %v", err)
	}
	if now := got(s.Import(ctx, "qingling", m.ID))(t); now != m {
		t.Errorf("import %+v, want %+v", now, m)
	}
	if _, found, err := s.ImportOf(ctx, "qingling", "ab", "other"); found || err != nil {
		t.Errorf("another mapping's run: %v, %v", found, err)
	}
	if list := got(s.Imports(ctx, "qingling", "", 0))(t); len(list) != 1 {
		t.Errorf("imports %+v", list)
	}
	if head := got(s.VerifyLedger(ctx, "qingling"))(t); head.Seq != 2 {
		t.Errorf("%d entries, want a start and an end", head.Seq)
	}
}

func tokensOpen(t *storeTest) {
	ctx, s := t.Context(), t.s
	zhang := access.Actor{ID: "zhang", Name: "张工", Duties: access.As(access.Filler, "qingling")}
	must(t, s.PutActor(ctx, zhang, "admin"))
	chance := strings.NewReader(strings.Repeat("0123456789", 20))
	secret, token, err := access.Issue(chance, access.Grant{Actor: "zhang", Name: "采集", Life: time.Hour}, storeClock)
	must(t, err)
	must(t, s.PutToken(ctx, token, "admin"))
	who, same, err := s.Authenticate(ctx, secret, storeClock.Add(time.Minute))
	if err != nil || !reflect.DeepEqual(who, zhang) || !reflect.DeepEqual(same, token) {
		t.Errorf("opened for %+v with %+v: %v", who, same, err)
	}
	unknown, foreign, err := access.Issue(chance, access.Grant{Actor: "nobody"}, storeClock)
	must(t, err)
	if err := s.PutToken(ctx, foreign, "admin"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a token for nobody: %v", err)
	}
	refused := func(why, secret string, at time.Time) {
		t.Helper()
		if _, _, err := s.Authenticate(ctx, secret, at); !errors.Is(err, access.ErrRefused) {
			t.Errorf("%s: %v", why, err)
		}
	}
	refused("unknown", unknown, storeClock)
	refused("changed", secret[:len(secret)-1]+"A", storeClock)
	refused("not one", "lingtan_x", storeClock)
	refused("expired", secret, storeClock.Add(time.Hour))
	must(t, s.RevokeToken(ctx, token.ID, "admin"))
	refused("revoked", secret, storeClock)
	if err := s.RevokeToken(ctx, "000000000000", "admin"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("revoked what is not there: %v", err)
	}
	if list := got(s.Tokens(ctx, "zhang"))(t); len(list) != 1 || !list[0].Revoked.Equal(storeClock) {
		t.Errorf("tokens %+v", list)
	}
	for _, e := range got(s.Entries(ctx, "", 0, 0))(t) {
		if strings.Contains(string(e.Body), secret[20:]) {
			t.Errorf("entry %d holds the secret", e.Seq)
		}
	}
	if list := got(s.Actors(ctx, "", 0))(t); len(list) != 1 {
		t.Errorf("actors %+v", list)
	}
}

func settingsKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	must(t, s.PutSetting(ctx, "locale", "zh", "admin"))
	must(t, s.PutSetting(ctx, "locale", "en", "admin"))
	if value, found, err := s.Setting(ctx, "locale"); value != "en" || !found || err != nil {
		t.Errorf("locale %q, %v, %v", value, found, err)
	}
	if _, found, err := s.Setting(ctx, "other"); found || err != nil {
		t.Errorf("other: %v, %v", found, err)
	}
	if all := got(s.Settings(ctx))(t); !reflect.DeepEqual(all, map[string]string{"locale": "en"}) {
		t.Errorf("settings %v", all)
	}
}

// tenancy fills one mine with a row of everything and reads as another.
func tenancy(t *storeTest) {
	ctx, s := t.Context(), t.s
	id := got(s.SeriesID(ctx, "qingling", "p"))(t)[0]
	got(s.PutSite(ctx, "qingling", "x", "wang"))(t)
	must(t, s.Segments("qingling").Add(ctx, reading.Segment{Name: "2024-06", Month: "2024-06"}))
	must(t, s.PutFiling(ctx, coal("f1", "zhang", "5 t", "")))
	wang := access.Actor{ID: "wang", Duties: access.As(access.Filler, "*")}
	got(s.MoveMonth(ctx, "qingling", "2024-06", submit(wang)))(t)
	doc := june("i1", 1, "")
	doc.Certificates = []inventory.Use{{Certificate: "GEC-1", Month: "2024-06"}}
	must(t, s.SaveInventory(ctx, doc, act("qingling", "i1")))
	must(t, s.PutClashes(ctx, []reading.Clash{{Series: id, T: 5}}))
	must(t, s.PutEvents(ctx, []reading.Event{{Series: id, T: 5}}))
	got(s.StartImport(ctx, reading.Import{ID: "m1", Site: "qingling", SHA256: "ab", By: "wang"}))(t)
	got(s.PutEvidence(ctx, weighbill("qingling", ledger.Hash{1}), 1<<20))(t)

	for _, site := range []string{"qingling", "qingling2", "QINGLING", "q%", ""} {
		want := 0
		if site == "qingling" {
			want = 1
		}
		for what, rows := range map[string]int{
			"series":       len(got(s.Series(ctx, site))(t)),
			"history":      len(got(s.SiteHistory(ctx, site))(t)),
			"segments":     len(got(s.Segments(site).List(ctx))(t)),
			"filings":      len(got(s.Filings(ctx, site, "2000-01", "2099-12"))(t)),
			"months":       len(got(s.Months(ctx, site, "2000-01", "2099-12"))(t)),
			"filers":       len(got(s.Filers(ctx, site, "2024-06"))(t)),
			"inventories":  len(got(s.Inventories(ctx, site))(t)),
			"certificates": len(got(s.Certificates(ctx, site))(t)),
			"clashes":      len(got(s.Clashes(ctx, site, 0, 10, reading.Clash{}, 0))(t)),
			"events":       len(got(s.Events(ctx, site, 0, 10, reading.Event{}, 0))(t)),
			"imports":      len(got(s.Imports(ctx, site, "", 0))(t)),
			"evidence":     len(got(s.AllEvidence(ctx, site))(t)),
			"files":        len(got(s.FilingsWithFiles(ctx, site, "2000-01", "2099-12"))(t)),
			"about i1":     len(got(s.EntriesAbout(ctx, site, "i1", 0, 0))(t)),
		} {
			if rows != want {
				t.Errorf("%q reads %d rows of %s, want %d", site, rows, what, want)
			}
		}
		if entries := got(s.Entries(ctx, site, 0, 0))(t); (len(entries) > 0) != (want > 0) {
			t.Errorf("%q reads %d entries", site, len(entries))
		}
	}
	for what, err := range map[string]error{
		"filing":    errOf(s.Filing(ctx, "beiyuan", "f1")),
		"import":    errOf(s.Import(ctx, "beiyuan", "m1")),
		"evidence":  errOf(s.Evidence(ctx, "beiyuan", ledger.Hash{1}.String())),
		"inventory": errOf(s.LatestInventory(ctx, "beiyuan", "2024-06", "cn-coal-2014")),
		"version":   errOf(s.SiteVersion(ctx, "beiyuan", 1)),
		"clash":     s.SettleClash(ctx, store.Settlement{Site: "beiyuan", Series: id, T: 5, By: "wang"}),
		"progress":  s.PutImport(ctx, reading.Import{ID: "m1", Site: "beiyuan", State: reading.ImportRunning}),
	} {
		if kind := fault.KindOf(err); kind != fault.NotFound && kind != fault.Conflict {
			t.Errorf("another mine's %s: %v", what, err)
		}
	}
}

func errOf[T any](_ T, err error) error { return err }
