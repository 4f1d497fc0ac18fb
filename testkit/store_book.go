package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/reading"
	"lingtan/store"
)

// act is an entry that any site may have.
func act(site, subject string) ledger.Draft {
	return ledger.Draft{
		Actor: "li.wei", Site: site, Kind: ledger.FilingPut, Subject: subject, Body: json.RawMessage(`{"b": 1, "a": "填报 <&>"}`),
		Postings: ledger.Transfer{From: ledger.SourceAccount("vent"), To: ledger.InventoryAccount(site, "2024-06", 1), Gas: "CH4", Grams: 5}.Postings(),
	}
}

func chainGrows(t *storeTest) {
	ctx, s := t.Context(), t.s
	const n = 1203 // more than one page
	for i := range n {
		e := got(s.Append(ctx, act("qingling", fmt.Sprint("f", i%7))))(t)
		if e.Seq != int64(i+1) || !e.At.Equal(storeClock) {
			t.Fatalf("entry %d: seq %d at %v", i, e.Seq, e.At)
		}
	}
	if head := got(s.VerifyLedger(ctx, "qingling"))(t); head.Seq != n {
		t.Errorf("verified up to %d, want %d", head.Seq, n)
	}
	sums := got(ledger.Balance(s.Ledger(ctx, "qingling")))(t)
	if got := sums[ledger.Account{Name: "source/vent", Gas: "CH4"}]; got != -5*n {
		t.Errorf("balance of the source %d, want %d", got, -5*n)
	}
	page := got(s.Entries(ctx, "qingling", 10, 3))(t)
	if len(page) != 3 || page[0].Seq != 11 || len(page[2].Postings) != 2 {
		t.Errorf("page after 10: %+v", page)
	}
	about := got(s.EntriesAbout(ctx, "qingling", "f3", 0, 0))(t)
	if len(about) != 172 || about[1].Seq != 11 || about[1].Postings[1].Account != "inventory/qingling/2024-06/1" {
		t.Errorf("%d entries about f3, second %+v", len(about), about[1])
	}
	if head := got(s.VerifyLedger(ctx, ""))(t); head != (ledger.Head{}) {
		t.Errorf("the platform's chain is at %v, want empty", head)
	}
}

// manyHands writes to two chains from many goroutines.
func manyHands(t *storeTest) {
	s := t.s
	const hands, each = 16, 12
	var wg sync.WaitGroup
	errs := make(chan error, hands)
	for h := range hands {
		wg.Go(func() {
			for i := range each {
				if _, err := s.Append(t.Context(), act([]string{"qingling", ""}[h%2], fmt.Sprintf("%d/%d", h, i))); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	for _, site := range []string{"qingling", ""} {
		if head := got(s.VerifyLedger(t.Context(), site))(t); head.Seq != hands*each/2 {
			t.Errorf("chain %q ends at %d, want %d", site, head.Seq, hands*each/2)
		}
	}
}

// nothingHalf: an inventory whose entry does not hold, or whose writer goes
// away, leaves neither row nor entry.
func nothingHalf(t *storeTest) {
	ctx, s := t.Context(), t.s
	doc := june("i1", 1, "")
	bad := act("qingling", doc.ID)
	bad.Postings[0].Grams++
	if err := s.SaveInventory(ctx, doc, bad); fault.KindOf(err) != fault.Invalid {
		t.Errorf("saved with postings that do not sum to zero: %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.SaveInventory(gone, doc, act("qingling", doc.ID)); !errors.Is(err, context.Canceled) {
		t.Errorf("saved for who went away: %v", err)
	}
	doc.Certificates = []inventory.Use{{Certificate: "GEC-1", Month: "2024-06"}, {Certificate: "GEC-1", Month: "2024-06"}}
	elsewhere := doc
	elsewhere.ID, elsewhere.Period = "i0", "2024-05"
	elsewhere.Certificates = []inventory.Use{{Certificate: "GEC-1", Month: "2024-05"}}
	must(t, s.SaveInventory(ctx, elsewhere, act("qingling", elsewhere.ID)))
	before := got(s.Head(ctx, "qingling"))(t)
	if err := s.SaveInventory(ctx, doc, act("qingling", doc.ID)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("saved with a certificate of another period: %v", err)
	}
	if _, err := s.Inventory(ctx, doc.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an inventory that was refused is there: %v", err)
	}
	if after := got(s.Head(ctx, "qingling"))(t); after != before {
		t.Errorf("the chain moved from %v to %v", before, after)
	}
}

func seriesDense(t *storeTest) {
	ctx, s := t.Context(), t.s
	for _, step := range []struct {
		site   string
		points []string
		want   []reading.ID
	}{
		{"qingling", []string{"vent.flow", "vent.ch4"}, []reading.ID{1, 2}},
		{"beiyuan", []string{"vent.flow"}, []reading.ID{3}},
		{"qingling", []string{"vent.ch4", "kwh", "kwh", "vent.flow"}, []reading.ID{2, 4, 4, 1}},
		{"qingling", nil, []reading.ID{}},
	} {
		if ids := got(s.SeriesID(ctx, step.site, step.points...))(t); !reflect.DeepEqual(ids, step.want) {
			t.Errorf("SeriesID(%s, %v) = %v, want %v", step.site, step.points, ids, step.want)
		}
	}
	if _, err := s.SeriesID(ctx, "qingling", "new", ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("numbered a point without a name: %v", err)
	}
	if list := got(s.Series(ctx, "qingling"))(t); len(list) != 3 || list[2] != (store.Series{ID: 4, Site: "qingling", Point: "kwh"}) {
		t.Errorf("series of qingling: %+v", list)
	}
}

func seriesRace(t *storeTest) {
	s := t.s
	const hands = 12
	answers := make([][]reading.ID, hands)
	var wg sync.WaitGroup
	for h := range hands {
		wg.Go(func() {
			ids, err := s.SeriesID(t.Context(), "qingling", "a", "b", "c")
			if err != nil {
				t.Error(err)
			}
			answers[h] = ids
		})
	}
	wg.Wait()
	for _, ids := range answers {
		if !reflect.DeepEqual(ids, []reading.ID{1, 2, 3}) {
			t.Errorf("numbers %v, want 1 2 3", ids)
		}
	}
}

func segmentOnce(t *storeTest) {
	ctx, s := t.Context(), t.s
	catalog := s.Segments("qingling")
	may := reading.Segment{Name: "2024-05.1.parquet", SHA256: ledger.Hash{5}.String(), Month: "2024-05", From: -7, To: 9, Rows: 3, Series: 2, UptoArrival: 30, Clean: true}
	june := reading.Segment{Name: "2024-06.1.parquet", SHA256: ledger.Hash{6}.String(), Month: "2024-06", From: 10, To: 19, Rows: 4, Series: 2, UptoArrival: 31}
	for _, segment := range []reading.Segment{june, may, may} {
		must(t, catalog.Add(ctx, segment))
	}
	other := may
	other.SHA256 = june.SHA256
	if err := catalog.Add(ctx, other); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another file under a recorded name: %v", err)
	}
	if list := got(catalog.List(ctx))(t); !reflect.DeepEqual(list, []reading.Segment{may, june}) {
		t.Errorf("segments %+v", list)
	}
	sealed := got(s.Entries(ctx, "qingling", 0, 0))(t)
	if len(sealed) != 2 || sealed[1].Kind != ledger.SegmentSeal || sealed[1].Subject != may.Name {
		t.Errorf("entries %+v", sealed)
	}
}
