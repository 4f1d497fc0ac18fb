package testkit

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/quantity"
	"lingtan/store"
)

// coal is a filing of a month's raw coal.
func coal(id, by, amount, supersedes string) filing.Filing {
	return filing.Filing{
		ID: id, Cell: filing.Cell{Site: "qingling", Source: "boiler", Parameter: "fuel", Month: "2024-06"},
		Quantity: quantity.MustParse(amount), How: activity.Filed, By: by, At: storeClock, Note: "过磅单 6 月",
		Evidence: []activity.Evidence{{Kind: "file", ID: "weigh.pdf", SHA256: ledger.Hash{1}.String()}}, Supersedes: supersedes,
	}
}

func siteVersions(t *storeTest) {
	ctx, s := t.Context(), t.s
	first := got(s.PutSite(ctx, "qingling", "name = \"青岭矿\"\n", "li.wei"))(t)
	again := got(s.PutSite(ctx, "qingling", "name = \"青岭矿\"\n", "other"))(t)
	second := got(s.PutSite(ctx, "qingling", "name = \"青岭煤矿\"\n", "wang"))(t)
	if first.Version != 1 || again != first || second.Version != 2 {
		t.Errorf("versions %+v, %+v, %+v", first, again, second)
	}
	if now := got(s.Site(ctx, "qingling"))(t); now != second {
		t.Errorf("current %+v, want %+v", now, second)
	}
	if then := got(s.SiteVersion(ctx, "qingling", 1))(t); then != first {
		t.Errorf("version 1 is %+v, want %+v", then, first)
	}
	if list := got(s.SiteHistory(ctx, "qingling"))(t); len(list) != 2 || list[0].SHA256 != first.SHA256 || list[0].File != "" {
		t.Errorf("history %+v", list)
	}
	got(s.PutSite(ctx, "beiyuan", "x", "li.wei"))(t)
	if list := got(s.Sites(ctx, "beiyuan", 0))(t); len(list) != 1 || list[0].Version != 2 {
		t.Errorf("sites after beiyuan: %+v", list)
	}
	if _, err := s.Site(ctx, "nowhere"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a site that is not there: %v", err)
	}
}

func filingLine(t *storeTest) {
	ctx, s := t.Context(), t.s
	first, second := coal("f1", "zhang", "1250.50 t", ""), coal("f2", "zhao", "1/3 万t", "f1")
	must(t, s.PutFiling(ctx, first))
	must(t, s.PutFiling(ctx, first)) // a retry
	must(t, s.PutFiling(ctx, second))
	for name, f := range map[string]filing.Filing{
		"first again in another's name": coal("f3", "zhang", "1 t", ""),
		"corrects what was corrected":   coal("f4", "zhang", "1 t", "f1"),
		"corrects nothing known":        coal("f5", "zhang", "1 t", "f9"),
		"a used id":                     coal("f1", "zhang", "1 t", "f2"),
	} {
		if err := s.PutFiling(ctx, f); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v, want a conflict", name, err)
		}
	}
	list := got(s.Filings(ctx, "qingling", "2024-01", "2024-12"))(t)
	if len(list) != 2 || !reflect.DeepEqual(list[0], first) {
		t.Errorf("filings %+v, want first %+v", list, first)
	}
	if now := filing.Current(list); len(now) != 1 || now[0].ID != "f2" || !now[0].Quantity.Equal(quantity.MustParse("10000/3 t")) {
		t.Errorf("current %+v", now)
	}
	if list := got(s.Filings(ctx, "qingling", "2024-07", "2024-12"))(t); len(list) != 0 {
		t.Errorf("filings of later months %+v", list)
	}
	if head := got(s.VerifyLedger(ctx, "qingling"))(t); head.Seq != 2 {
		t.Errorf("%d entries, want one for each filing", head.Seq)
	}
}

func monthLocks(t *storeTest) {
	ctx, s := t.Context(), t.s
	at := storeClock.Add(time.Hour)
	reviewer := access.Actor{ID: "wang", Duties: access.As(access.Reviewer, "qingling")}
	filler := access.Actor{ID: "zhang", Duties: access.As(access.Filler, "qingling")}
	author := access.Actor{ID: "zhao", Duties: access.As(access.Reviewer, "*")}
	move := func(who access.Actor, step filing.Step, reason string) error {
		_, err := s.MoveMonth(ctx, "qingling", "2024-06", filing.Move{Step: step, Actor: who, At: at, Reason: reason})
		return err
	}
	if err := move(filler, filing.Submit, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("submitted an empty month: %v", err)
	}
	must(t, s.PutFiling(ctx, coal("f1", "zhao", "5 t", "")))
	must(t, move(filler, filing.Submit, ""))
	if err := s.PutFiling(ctx, coal("f2", "zhang", "6 t", "f1")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("filed into a submitted month: %v", err)
	}
	if err := move(author, filing.Approve, ""); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("approved what they filed: %v", err)
	}
	must(t, move(reviewer, filing.Approve, ""))
	must(t, move(reviewer, filing.Lock, ""))
	err := s.PutFiling(ctx, coal("f2", "zhang", "6 t", "f1"))
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "restate") {
		t.Errorf("filed into a locked month: %v", err)
	}
	want := filing.Month{Site: "qingling", Month: "2024-06", State: filing.Locked, Submitter: "zhang", Approver: "wang", MovedBy: "wang", MovedAt: at, SubmittedAt: at, ReviewedAt: at}
	if m := got(s.Month(ctx, "qingling", "2024-06"))(t); m != want {
		t.Errorf("month %+v, want %+v", m, want)
	}
	must(t, move(reviewer, filing.Reopen, "过磅单更正"))
	must(t, s.PutFiling(ctx, coal("f2", "zhang", "6 t", "f1")))
	if who := got(s.Filers(ctx, "qingling", "2024-06"))(t); !reflect.DeepEqual(who, []string{"zhang"}) {
		t.Errorf("filers of what stands: %v", who)
	}
	if list := got(s.Months(ctx, "qingling", "2024-01", "2024-12"))(t); len(list) != 1 || list[0].State != filing.Draft {
		t.Errorf("months %+v", list)
	}
}

// submit is the first move of a month.
func submit(who access.Actor) filing.Move {
	return filing.Move{Step: filing.Submit, Actor: who, At: storeClock}
}

// june is an inventory of June 2024.
func june(id string, version int, previous string) store.InventoryRow {
	return store.InventoryRow{Body: []byte(`{"lines":[],"note":"井工"}`), Head: inventory.Head{
		ID: id, Site: "qingling", Period: "2024-06", Edition: "cn-coal-2014", Version: version, Hash: ledger.Hash{9}.String(),
		ClosedAt: storeClock, By: "wang", Previous: previous,
	}}
}

func inventoryVersions(t *storeTest) {
	ctx, s := t.Context(), t.s
	one, two := june("i1", 1, ""), june("i2", 2, "i1")
	must(t, s.SaveInventory(ctx, one, act("qingling", "i1")))
	must(t, s.SaveInventory(ctx, two, act("qingling", "i2")))
	for name, doc := range map[string]store.InventoryRow{
		"closed again":         june("i3", 1, ""),
		"skips a version":      june("i3", 4, "i2"),
		"follows an older one": june("i3", 3, "i1"),
	} {
		if err := s.SaveInventory(ctx, doc, act("qingling", "i3")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v, want a conflict", name, err)
		}
	}
	if err := s.SaveInventory(ctx, june("i3", 3, "i2"), act("beiyuan", "i3")); err == nil {
		t.Error("posted in another mine's book")
	}
	if doc := got(s.Inventory(ctx, "i1"))(t); !reflect.DeepEqual(doc, one) {
		t.Errorf("read %+v, want %+v", doc, one)
	}
	if doc := got(s.LatestInventory(ctx, "qingling", "2024-06", "cn-coal-2014"))(t); doc.ID != "i2" {
		t.Errorf("latest is %s", doc.ID)
	}
	list := got(s.Inventories(ctx, "qingling"))(t)
	if len(list) != 2 || list[1].ID != "i2" {
		t.Errorf("list %+v", list)
	}
}

func inventoryRace(t *storeTest) {
	s := t.s
	const hands = 8
	errs := make([]error, hands)
	var wg sync.WaitGroup
	for h := range hands {
		wg.Go(func() {
			id := string(rune('a' + h))
			errs[h] = s.SaveInventory(t.Context(), june(id, 1, ""), act("qingling", id))
		})
	}
	wg.Wait()
	saved := 0
	for _, err := range errs {
		switch {
		case err == nil:
			saved++
		case fault.KindOf(err) != fault.Conflict:
			t.Error(err)
		}
	}
	if head := got(s.VerifyLedger(t.Context(), "qingling"))(t); saved != 1 || head.Seq != 1 {
		t.Errorf("%d saved, %d entries, want 1: %v", saved, head.Seq, errors.Join(errs...))
	}
}

func certificateOnce(t *storeTest) {
	ctx, s := t.Context(), t.s
	save := func(id, site, period, edition, month string, ids ...string) error {
		doc := june(id, 1, "")
		doc.Site, doc.Period, doc.Edition = site, period, edition
		for _, id := range ids {
			doc.Certificates = append(doc.Certificates, inventory.Use{Certificate: id, Month: month})
		}
		return s.SaveInventory(ctx, doc, act(site, id))
	}
	must(t, save("i1", "qingling", "2024-06", "cn-coal-2014", "2024-06", "GEC-2", "GEC-1"))
	must(t, save("i2", "qingling", "2024-06", "gbt-32151-11", "2024-06", "GEC-1")) // another edition of the same month
	must(t, save("i5", "qingling", "2024", "cn-coal-2014", "2024-06", "GEC-1"))    // the year that holds the month
	err := save("i3", "qingling", "2024-07", "cn-coal-2014", "2024-07", "GEC-1", "GEC-2", "GEC-3")
	if told := fault.Tell(err, lang.ZH); fault.KindOf(err) != fault.Conflict || strings.Count(told, "已用于 2024-06") != 2 {
		t.Errorf("used in two months: %s", told)
	}
	err = save("i4", "beiyuan", "2024-06", "cn-coal-2014", "2024-06", "GEC-1")
	if fault.KindOf(err) != fault.Conflict || strings.Contains(err.Error(), "qingling") {
		t.Errorf("used by two mines, or told by whom: %v", err)
	}
	uses := got(s.CertificateUses(ctx, "beiyuan", []string{"GEC-3", "GEC-1"}))(t)
	if !reflect.DeepEqual(uses, []inventory.CertificateUse{{ID: "GEC-1"}}) {
		t.Errorf("uses as beiyuan may know them: %+v", uses)
	}
	list := got(s.Certificates(ctx, "qingling"))(t)
	if len(list) != 2 || list[0] != (inventory.CertificateUse{ID: "GEC-1", Site: "qingling", Period: "2024-06", Inventory: "i1", At: storeClock}) {
		t.Errorf("certificates %+v", list)
	}
}
