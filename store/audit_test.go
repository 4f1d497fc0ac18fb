package store_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/ledger"
	"lingtan/store"
	"lingtan/testkit"
)

// acts writes a book of acts that differ in everything a filter asks for.
func acts(tb testing.TB, s *store.Store) {
	tb.Helper()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for i, a := range []struct{ actor, address, kind, subject, body string }{
		{"zhang", "10.0.0.1", ledger.FilingPut, "f1", `{"quantity":"100 t","supersedes":""}`},
		{"zhang", "10.0.0.1", ledger.FilingPut, "f2", `{"quantity":"90 t","supersedes":"f1","note":"更正 50%_A"}`},
		{"wang", "10.0.0.2", ledger.FilingMove, "2026-02", `{"to":"submitted"}`},
		{"wang", "10.0.0.2", ledger.FilingMove, "2026-02", `{"to":"draft","reason":"缺过磅单"}`},
		{"li", "", ledger.SettingPut, "theme", `{"after":"dark","before":"light"}`},
		{"li", "", ledger.SitePut, "2026-02", `{"sha256":"ab"}`}, // the same subject under another noun
	} {
		d := ledger.Draft{At: at.AddDate(0, 0, i), Actor: a.actor, Site: "qingling", Kind: a.kind, Subject: a.subject, Body: json.RawMessage(a.body)}
		if _, err := s.Append(ledger.From(tb.Context(), a.address), d); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestActs(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		acts(t, s)
		for _, tt := range []struct {
			name   string
			filter ledger.Filter
			want   []int64
		}{
			{"all, newest first", ledger.Filter{}, []int64{6, 5, 4, 3, 2, 1}},
			{"of somebody", ledger.Filter{Actor: "wang"}, []int64{4, 3}},
			{"from an address", ledger.Filter{Address: "10.0.0.1"}, []int64{2, 1}},
			{"of a kind", ledger.Filter{Kind: ledger.FilingMove}, []int64{4, 3}},
			{"of a noun", ledger.Filter{Kind: "filing"}, []int64{4, 3, 2, 1}},
			{"of a noun that is the beginning of another", ledger.Filter{Kind: "fil"}, nil},
			{"on a subject", ledger.Filter{Subject: "2026-02"}, []int64{6, 4, 3}},
			{"within days", ledger.Filter{From: day(2), To: day(4)}, []int64{3, 2}},
			{"a text", ledger.Filter{Text: "过磅单"}, []int64{4}},
			{"a text in other letters", ledger.Filter{Text: "SUBMITTED"}, []int64{3}},
			{"a text with wildcards, as it is", ledger.Filter{Text: "50%_a"}, []int64{2}},
			{"a wildcard alone", ledger.Filter{Text: "%"}, []int64{2}},
			{"a quote", ledger.Filter{Text: "' OR 1=1 --"}, nil},
			{"all at once", ledger.Filter{Actor: "wang", Kind: "filing", Subject: "2026-02", Text: "draft", From: day(1), To: day(9)}, []int64{4}},
		} {
			got, err := s.Acts(t.Context(), "qingling", tt.filter, 0, 100)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			var seqs []int64
			for _, a := range got {
				seqs = append(seqs, a.Seq)
			}
			if !slices.Equal(seqs, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, seqs, tt.want)
			}
		}
		if next, err := s.Acts(t.Context(), "qingling", ledger.Filter{Kind: "filing"}, 3, 1); err != nil || len(next) != 1 || next[0].Seq != 2 {
			t.Errorf("the page behind 3: %v, %v", next, err)
		}
		if none, err := s.Acts(t.Context(), "beiyuan", ledger.Filter{}, 0, 100); err != nil || len(none) != 0 {
			t.Errorf("another mine's acts: %v, %v", none, err)
		}
	})
}

func TestActsBefore(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		acts(t, s)
		got, err := s.Acts(t.Context(), "qingling", ledger.Filter{}, 0, 100)
		if err != nil || len(got) != 6 {
			t.Fatal(got, err)
		}
		for seq, want := range map[int64][2]string{
			1: {"", "100 t"}, 2: {"100 t", "90 t"}, 3: {"", "submitted"}, 4: {"submitted", "draft"}, 5: {`"light"`, `"dark"`}, 6: {"", "ab"},
		} {
			a := got[6-seq]
			if before := string(a.Before); (want[0] == "") != (before == "") || !strings.Contains(before, want[0]) || !strings.Contains(string(a.After), want[1]) {
				t.Errorf("act %d: before %s, after %s, want %v", seq, a.Before, a.After, want)
			}
		}
	})
}

// TestStanding flips one byte of the book while it is watched: it is found, and
// where, and stays found until the whole chain holds again.
func TestStanding(t *testing.T) {
	each(t, func(t *base) {
		ctx := t.Context()
		s := testkit.OpenStore(t, t.dsn)
		acts(t, s)
		if at, err := s.Standing(ctx, "qingling"); err != nil || !at.OK || at.Entries != 6 || at.CheckedTo != 6 {
			t.Fatalf("a whole chain: %+v, %v", at, err)
		}
		disarm(t, s)
		flip := func(from, to string) {
			t.Helper()
			if _, err := s.Raw().ExecContext(ctx, fmt.Sprintf(`UPDATE ledger SET body = REPLACE(body, '%s', '%s') WHERE site = 'qingling' AND seq = 2`, from, to)); err != nil {
				t.Fatal(err)
			}
		}
		flip("90 t", "91 t")
		if at, err := s.Standing(ctx, "qingling"); err != nil || !at.OK {
			t.Errorf("an entry behind what was looked through is for the next whole walk: %+v, %v", at, err)
		}
		if _, err := s.VerifyLedger(ctx, "qingling"); err == nil {
			t.Error("the whole walk holds")
		}
		at, err := s.Standing(ctx, "qingling")
		if err != nil || at.OK || at.Broken == nil || at.Broken.Seq != 2 || at.Broken.Field != "hash" || at.CheckedTo != 1 || at.Entries != 6 {
			t.Errorf("after a flipped byte: %+v, %v", at, err)
		}
		flip("91 t", "90 t")
		if at, _ := s.Standing(ctx, "qingling"); at.OK {
			t.Error("what was found broken is forgotten")
		}
		if _, err := s.VerifyLedger(ctx, "qingling"); err != nil {
			t.Error(err)
		}
		if at, err := s.Standing(ctx, "qingling"); err != nil || !at.OK || at.Broken != nil || at.CheckedTo != 6 {
			t.Errorf("mended: %+v, %v", at, err)
		}
	})
}

// TestWatchLedger lets the watch find by itself what was changed while the
// program did not run.
func TestWatchLedger(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		acts(t, s)
		disarm(t, s)
		if _, err := s.Raw().ExecContext(t.Context(), `UPDATE ledger SET address = '10.0.0.9' WHERE seq = 3`); err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		if err := s.LookAll(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), true); err != nil {
			t.Fatal(err)
		}
		if at, err := s.Standing(t.Context(), "qingling"); err != nil || at.OK || at.Broken.Seq != 3 {
			t.Errorf("standing %+v, %v", at, err)
		}
		if !strings.Contains(log.String(), "site=qingling entry=3 field=hash") {
			t.Errorf("the log says %s", log.String())
		}
	})
}
