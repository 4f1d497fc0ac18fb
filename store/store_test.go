package store_test

import (
	"encoding/json"
	"sync"
	"testing"

	"lingtan/fault"
	"lingtan/ledger"
	"lingtan/store"
	"lingtan/testkit"
)

func TestStore(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			testkit.Store(t, func(t testing.TB) *store.Store { return testkit.OpenStore(t, engine.DSN(t)) })
		})
	}
}

// each runs a test on every engine.
func each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) { test(t, engine.DSN(t)) })
	}
}

// on runs a test on one engine, where it is there.
func on(t *testing.T, name string, test func(t *testing.T, dsn string)) {
	t.Helper()
	for _, engine := range testkit.Engines(t) {
		if engine.Name == name {
			t.Run(name, func(t *testing.T) { test(t, engine.DSN(t)) })
		}
	}
}

func act(subject string) ledger.Draft {
	return ledger.Draft{
		Actor: "li.wei", Site: "qingling", Kind: ledger.FilingPut, Subject: subject, Body: json.RawMessage(`{"a":1}`),
		Postings: ledger.Transfer{From: "source/vent", To: "inventory/qingling/2024/1", Gas: "CH4", Grams: 7}.Postings(),
	}
}

// TestTwoPrograms: a server and a command line write to one database.
func TestTwoPrograms(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		const writes = 40
		var wg sync.WaitGroup
		for _, s := range []*store.Store{testkit.OpenStore(t, dsn), testkit.OpenStore(t, dsn)} {
			wg.Go(func() {
				for range writes {
					if _, err := s.Append(t.Context(), act("f1")); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		head, err := testkit.OpenStore(t, dsn).VerifyLedger(t.Context(), "qingling")
		if err != nil || head.Seq != 2*writes {
			t.Errorf("the chain ends at %v, %v, want %d", head, err, 2*writes)
		}
	})
}

func TestCompleteListIsNeverCut(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		s := testkit.OpenStore(t, dsn)
		if list, err := s.Numbers(t.Context(), store.MaxAll); err != nil || len(list) != store.MaxAll {
			t.Errorf("%d rows, %v, want %d", len(list), err, store.MaxAll)
		}
		if list, err := s.Numbers(t.Context(), store.MaxAll+1); fault.KindOf(err) != fault.Conflict || list != nil {
			t.Errorf("one row too many gave %d rows and %v", len(list), err)
		}
	})
}
