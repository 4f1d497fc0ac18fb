package store_test

import (
	"testing"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/quantity"
	"lingtan/testkit"
)

// TestFile files a file, files it again with one value corrected, and files one
// whose last row is of a locked month: of that nothing may stay.
func TestFile(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			s := testkit.OpenStore(t, engine.DSN(t))
			ctx := t.Context()
			row := func(id, month, amount string) filing.Filing {
				return filing.Filing{
					ID: id, Cell: filing.Cell{Site: "qingling", Source: "boiler", Parameter: "amount", Month: month},
					Quantity: quantity.MustParse(amount), How: activity.Filed, By: "wang", At: time.Date(2024, 8, 1, 0, 0, 0, 0, time.UTC),
				}
			}
			if err := s.File(ctx, []filing.Filing{row("a1", "2024-05", "10 t"), row("a2", "2024-06", "20 t")}); err != nil {
				t.Fatal(err)
			}
			if err := s.File(ctx, []filing.Filing{row("b1", "2024-05", "10 t"), row("b2", "2024-06", "21 t")}); err != nil {
				t.Fatal(err)
			}
			all, err := s.Filings(ctx, "qingling", "2024-01", "2024-12")
			if err != nil || len(all) != 3 || all[2].Supersedes != "a2" {
				t.Fatalf("filings = %+v, %v, want a1, a2 and b2 correcting a2", all, err)
			}
			wang := access.Actor{ID: "wang", Duties: access.As(access.Filler, "qingling")}
			li := access.Actor{ID: "li", Duties: access.As(access.Reviewer, "qingling")}
			for _, w := range []filing.Move{{Step: filing.Submit, Actor: wang}, {Step: filing.Approve, Actor: li}, {Step: filing.Lock, Actor: li}} {
				w.At = time.Date(2024, 8, 2, 0, 0, 0, 0, time.UTC)
				if _, err := s.MoveMonth(ctx, "qingling", "2024-06", w); err != nil {
					t.Fatal(err)
				}
			}
			err = s.File(ctx, []filing.Filing{row("c1", "2024-05", "11 t"), row("c2", "2024-06", "22 t")})
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("a locked month took a filing: %v", err)
			}
			if all, err = s.Filings(ctx, "qingling", "2024-01", "2024-12"); err != nil || len(all) != 3 {
				t.Errorf("half a file stayed: %+v, %v", all, err)
			}
			if head, err := s.VerifyLedger(ctx, "qingling"); err != nil || head.Seq < 3 {
				t.Errorf("ledger = %v, %v", head, err)
			}
		})
	}
}
