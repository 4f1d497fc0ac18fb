package store_test

import (
	"fmt"
	"testing"

	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/store"
	"lingtan/testkit"
)

// bench measures on every engine.
func bench(b *testing.B, measure func(*testing.B, *store.Store)) {
	b.Helper()
	for _, engine := range testkit.Engines(b) {
		b.Run(engine.Name, func(b *testing.B) { measure(b, testkit.OpenStore(b, engine.DSN(b))) })
	}
}

func BenchmarkAppend(b *testing.B) {
	bench(b, func(b *testing.B, s *store.Store) {
		b.Helper()
		for b.Loop() {
			if _, err := s.Append(b.Context(), act("f1")); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSaveInventory saves a mine's year: 2,000 lines, 1 MB.
func BenchmarkSaveInventory(b *testing.B) {
	bench(b, func(b *testing.B, s *store.Store) {
		b.Helper()
		entry := act("i")
		for i := range 1999 {
			entry.Postings = append(entry.Postings, ledger.Transfer{From: fmt.Sprint("source/", i), To: "inventory/qingling/2024/1", Gas: "CO2", Grams: 5}.Postings()...)
		}
		doc := store.InventoryRow{Head: inventory.Head{Site: "qingling", Period: "2024", Edition: "e"}, Body: make([]byte, 1<<20)}
		for i := range doc.Body {
			doc.Body[i] = ' '
		}
		for b.Loop() {
			doc.Previous = doc.ID
			doc.Version++
			doc.ID = fmt.Sprint("i", doc.Version)
			if err := s.SaveInventory(b.Context(), doc, entry); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerify walks a chain of 1,000 entries.
func BenchmarkVerify(b *testing.B) {
	bench(b, func(b *testing.B, s *store.Store) {
		b.Helper()
		for range 1000 {
			if _, err := s.Append(b.Context(), act("f1")); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			if _, err := s.VerifyLedger(b.Context(), "qingling"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkActs looks through a book of 20,000 entries, some four years of a
// busy mine: a page of the audit with what stood before each act, a text
// somewhere in the book, and the whole chain.
func BenchmarkActs(b *testing.B) {
	bench(b, func(b *testing.B, s *store.Store) {
		b.Helper()
		for i := range 20_000 {
			d := act(fmt.Sprint("f", i%500))
			d.Body = fmt.Appendf(nil, `{"quantity":"%d t","note":"过磅单 %d"}`, i, i)
			if _, err := s.Append(b.Context(), d); err != nil {
				b.Fatal(err)
			}
		}
		for name, filter := range map[string]ledger.Filter{"page": {}, "text": {Text: "过磅单 17 "}, "subject": {Subject: "f17"}} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Acts(b.Context(), "qingling", filter, 0, 100); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("verify", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.VerifyLedger(b.Context(), "qingling"); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
