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
			testkit.Store(t, func(tb testing.TB) *store.Store {
				tb.Helper()
				return testkit.OpenStore(tb, engine.DSN(tb))
			})
		})
	}
}

// base is an empty database for one test.
type base struct {
	*testing.T
	dsn string
}

// each runs a test on every engine.
func each(t *testing.T, test func(*base)) {
	t.Helper()
	on(t, "", test)
}

// on runs a test on one engine, where it is there.
func on(t *testing.T, name string, test func(*base)) {
	t.Helper()
	for _, engine := range testkit.Engines(t) {
		if name == "" || name == engine.Name {
			t.Run(engine.Name, func(t *testing.T) { test(&base{t, engine.DSN(t)}) })
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
	each(t, func(t *base) {
		const writes = 40
		var wg sync.WaitGroup
		for _, s := range []*store.Store{testkit.OpenStore(t, t.dsn), testkit.OpenStore(t, t.dsn)} {
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
		head, err := testkit.OpenStore(t, t.dsn).VerifyLedger(t.Context(), "qingling")
		if err != nil || head.Seq != 2*writes {
			t.Errorf("the chain ends at %v, %v, want %d", head, err, 2*writes)
		}
	})
}

func TestCompleteListIsNeverCut(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		if list, err := s.Numbers(t.Context(), store.MaxAll); err != nil || len(list) != store.MaxAll {
			t.Errorf("%d rows, %v, want %d", len(list), err, store.MaxAll)
		}
		if list, err := s.Numbers(t.Context(), store.MaxAll+1); fault.KindOf(err) != fault.Conflict || list != nil {
			t.Errorf("one row too many gave %d rows and %v", len(list), err)
		}
	})
}
