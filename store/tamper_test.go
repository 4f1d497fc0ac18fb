package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/evidence"
	"lingtan/factor"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/reading"
	"lingtan/store"
	"lingtan/testkit"
	"lingtan/verification"
)

// frozen are the tables in which nothing changes, with a column of each.
var frozen = map[string]string{
	"ledger": "actor", "ledger_postings": "account", "sites": "file", "series": "point", "segments": "sha256", "filings": "quantity",
	"inventories": "body", "factor_sets": "sha256", "samples": "body", "opinions": "body",
	"month_steps": "reason", "remarks": "said", "reminders": "step",
}

// fill writes a row into every table of frozen.
func fill(tb testing.TB, s *store.Store) {
	tb.Helper()
	ctx := tb.Context()
	_, series := s.SeriesID(ctx, "qingling", "p")
	_, site := s.PutSite(ctx, "qingling", "x", "wang")
	_, entry := s.Append(ctx, act("f0"))
	f := filing.Filing{ID: "f1", Cell: filing.Cell{Site: "qingling", Source: "s", Parameter: "p", Month: "2024-06"}, By: "wang"}
	doc := store.InventoryRow{Head: inventory.Head{ID: "i1", Site: "qingling", Period: "2024", Edition: "e", Version: 1}}
	_, file := s.PutEvidence(ctx, evidence.File{Site: "qingling", SHA256: "ab", Size: 5, By: "wang"}, 1<<20)
	if err := errors.Join(series, site, entry, file,
		s.Segments("qingling").Add(ctx, reading.Segment{Name: "2024-06"}),
		s.PutFiling(ctx, f),
		s.SaveInventory(ctx, doc, act("i1")),
		desk(tb, s),
		forms(tb, s, f),
		s.AdoptFactors(ctx, factor.Adopted{ID: "grid", Version: "1", By: "wang", CSV: []byte("x")}),
	); err != nil {
		tb.Fatal(err)
	}
}

// forms says something of a filing, reminds of its month and submits it.
func forms(tb testing.TB, s *store.Store, f filing.Filing) error {
	tb.Helper()
	ctx := tb.Context()
	_, said := s.PutRemark(ctx, filing.Remark{ID: "r1", Cell: f.Cell, Kind: filing.Commented, Text: "x", By: "wang", At: s.Now()})
	_, told := s.Remind(ctx, f.Site, []filing.Reminder{{Reminded: filing.Reminded{Month: f.Month, Step: "remind.1", At: s.Now()}, Site: f.Site}})
	zhang := access.Actor{ID: "zhang", Duties: access.As(access.Filler, f.Site)}
	_, moved := s.MoveMonth(ctx, f.Site, f.Month, filing.Move{Step: filing.Submit, Actor: zhang, At: s.Now()})
	return errors.Join(said, told, moved)
}

// desk draws, finds and signs over the inventory of fill.
func desk(tb testing.TB, s *store.Store) error {
	tb.Helper()
	ctx, head := tb.Context(), inventory.Head{ID: "i1", Site: "qingling", Period: "2024", Edition: "e", Version: 1}
	_, drawn := s.AddSample(ctx, verification.Sample{Site: head.Site, Inventory: head.ID, By: verification.Random, Size: 1, Seed: "a", Actor: "wang"})
	_, raised := s.RaiseFinding(ctx, verification.Finding{
		Site: head.Site, Inventory: head.ID, Period: head.Period, Edition: head.Edition, Severity: verification.Observation, Text: "x",
	}, "wang")
	_, signed := s.SignOpinion(ctx, head, func(d verification.Desk) (verification.Opinion, error) {
		return d.Sign(verification.Adverse, "x", "wang", s.Now())
	})
	return errors.Join(drawn, raised, signed)
}

func TestAppendOnly(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		fill(t, s)
		var attacks []string
		for table, column := range frozen {
			attacks = append(attacks, fmt.Sprintf("UPDATE %s SET %s = %s", table, column, column), "DELETE FROM "+table)
			if s.Engine() == "postgres" {
				attacks = append(attacks, "TRUNCATE "+table+" CASCADE")
			} else {
				attacks = append(attacks, fmt.Sprintf("REPLACE INTO %s SELECT * FROM %s", table, table))
			}
		}
		attacks = append(attacks, "DELETE FROM findings", "UPDATE findings SET body = ''", "UPDATE findings SET version = version + 2",
			"DELETE FROM ledger_heads", "UPDATE ledger_heads SET seq = seq - 1", "UPDATE ledger_heads SET seq = seq + 2",
			"UPDATE ledger_heads SET site = 'other'",
			"DELETE FROM evidence", "UPDATE evidence SET size = 1", "UPDATE evidence SET sha256 = 'x'", "UPDATE evidence SET actor = 'x'")
		for _, attack := range attacks {
			if _, err := s.Raw().ExecContext(t.Context(), attack); err == nil || !strings.Contains(err.Error(), "append only") {
				t.Errorf("%s: %v, want it refused", attack, err)
			}
		}
		if head, err := s.VerifyLedger(t.Context(), "qingling"); err != nil || head.Seq == 0 {
			t.Errorf("the chain after all that: %v, %v", head, err)
		}
	})
}

// TestTampered: somebody takes the triggers away and edits the book.
func TestTampered(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		seq       int64
		field     string
	}{
		{"actor", `UPDATE ledger SET actor = 'wang' WHERE site = 'qingling' AND seq = 2`, 2, "hash"},
		{"one byte of a body", `UPDATE ledger SET body = '{"a":2}' WHERE site = 'qingling' AND seq = 2`, 2, "hash"},
		{"white space in a body", `UPDATE ledger SET body = '{"a": 1}' WHERE site = 'qingling' AND seq = 2`, 2, "hash"},
		{"instant", `UPDATE ledger SET recorded_ms = recorded_ms + 1 WHERE site = 'qingling' AND seq = 3`, 3, "hash"},
		{"grams", `UPDATE ledger_postings SET grams = grams + 1 WHERE site = 'qingling' AND seq = 1 AND n = 1`, 1, "hash"},
		{"both sides", `UPDATE ledger_postings SET grams = 2 * grams WHERE site = 'qingling' AND seq = 1`, 1, "hash"},
		{"order of postings", `UPDATE ledger_postings SET n = 3 WHERE site = 'qingling' AND seq = 1 AND n = 1`, 1, "hash"},
		{"a posting taken out", `DELETE FROM ledger_postings WHERE site = 'qingling' AND seq = 3 AND n = 2`, 3, "hash"},
		{"previous hash", `UPDATE ledger SET prev = hash WHERE site = 'qingling' AND seq = 3`, 3, "prev"},
		{"hash", `UPDATE ledger SET hash = prev WHERE site = 'qingling' AND seq = 2`, 2, "hash"},
		{"hash made unreadable", `UPDATE ledger SET hash = 'x' WHERE site = 'qingling' AND seq = 2`, 2, "hash"},
		{"an entry taken out", `DELETE FROM ledger WHERE site = 'qingling' AND seq = 2`, 2, "seq"},
		{"the end cut off", `DELETE FROM ledger WHERE site = 'qingling' AND seq = 4`, 4, "head"},
		{"the head set back", `UPDATE ledger_heads SET hash = (SELECT hash FROM ledger WHERE site = 'qingling' AND seq = 3), seq = 3 WHERE site = 'beiyuan'`, 3, "head"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *base) {
				s := testkit.OpenStore(t, t.dsn)
				for range 4 {
					for _, site := range []string{"qingling", "beiyuan"} {
						d := act("f1")
						d.Site = site
						if _, err := s.Append(t.Context(), d); err != nil {
							t.Fatal(err)
						}
					}
				}
				disarm(t, s)
				if _, err := s.Raw().ExecContext(t.Context(), tt.sql); err != nil {
					t.Fatal(err)
				}
				edited, whole := "qingling", "beiyuan"
				if strings.Contains(tt.sql, "'beiyuan'") {
					edited, whole = whole, edited
				}
				var broken *ledger.Broken
				if _, err := s.VerifyLedger(t.Context(), edited); !errors.As(err, &broken) || broken.Seq != tt.seq || broken.Field != tt.field {
					t.Errorf("VerifyLedger = %v, want %s of entry %d", err, tt.field, tt.seq)
				}
				if _, err := s.VerifyLedger(t.Context(), whole); err != nil {
					t.Errorf("the other mine's chain: %v", err)
				}
			})
		})
	}
}

// disarm takes the triggers and the foreign keys of the book away.
func disarm(tb testing.TB, s *store.Store) {
	tb.Helper()
	statements := []string{
		"ALTER TABLE ledger DISABLE TRIGGER ALL", "ALTER TABLE ledger_postings DISABLE TRIGGER ALL", "ALTER TABLE ledger_heads DISABLE TRIGGER ALL",
	}
	if s.Engine() == "sqlite" {
		statements = []string{
			"PRAGMA foreign_keys = 0", "DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete", "DROP TRIGGER ledger_postings_no_update",
			"DROP TRIGGER ledger_postings_no_delete", "DROP TRIGGER ledger_heads_forward",
		}
	}
	for _, statement := range statements {
		if _, err := s.Raw().ExecContext(tb.Context(), statement); err != nil {
			tb.Fatal(err)
		}
	}
}
