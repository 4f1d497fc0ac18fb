package main

import (
	"io"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
	"lingtan/testkit/mine"
)

// TestDemoForms fills the demonstration's forms on the first of a month, once
// more a month later, and finds each month where a mine's would be.
func TestDemoForms(t *testing.T) {
	a := platform(t)
	ctx := t.Context()
	now := time.Date(2026, 1, 31, 18, 0, 0, 0, time.UTC) // the first of February in Shanxi
	a.now = func() time.Time { return now }
	c := &cli{tag: lang.EN, env: env{stdout: io.Discard, stderr: io.Discard, now: a.now}}
	if _, err := a.store.PutSite(ctx, mine.ID, string(mine.New(mine.Seed).File()), "demo"); err != nil {
		t.Fatal(err)
	}
	states := func(want map[string]filing.State) {
		t.Helper()
		if err := c.fileDemo(ctx, a); err != nil {
			t.Fatal(err)
		}
		for month, state := range want {
			if m, err := a.store.Month(ctx, mine.ID, month); err != nil || m.State != state {
				t.Errorf("%s is %s, %v, want %s", month, m.State, err, state)
			}
		}
	}
	states(map[string]filing.State{"2024-01": filing.Verified, "2025-11": filing.Verified, "2025-12": filing.Approved, "2026-01": filing.Draft})
	m, err := a.mine(ctx, mine.ID)
	if err != nil {
		t.Fatal(err)
	}
	desk := a.formsOf(m)
	g, err := desk.Grid(ctx, form.Ask{From: "2025-12", To: "2026-01", Actor: demoActor(access.Filler)})
	if err != nil {
		t.Fatal(err)
	}
	filed, back, open := 0, 0, map[string]int{}
	for _, cell := range g.Cells {
		if cell.Value != "" && cell.Month == "2026-01" {
			filed++
		}
		if cell.Returned != nil {
			back++
		}
		for _, f := range cell.Findings {
			if f.Open() {
				open[cell.Month]++
			}
		}
	}
	if len(g.Rows) < 60 || filed < 40 || back != 1 || open["2025-12"] > 0 || open["2026-01"] < 5 {
		t.Errorf("%d rows, %d filed in January, %d given back, open: %v", len(g.Rows), filed, back, open)
	}
	before, err := a.store.FilingCounts(ctx, mine.ID, "2024-01", "2026-12")
	if err != nil {
		t.Fatal(err)
	}
	states(nil) // started again, nothing is filed twice
	after, err := a.store.FilingCounts(ctx, mine.ID, "2024-01", "2026-12")
	if err != nil || len(after) != len(before) || after["2026-01"] != before["2026-01"] {
		t.Errorf("started again: %v, %v, want %v", after, err, before)
	}
	now = now.AddDate(0, 1, 0)
	states(map[string]filing.State{"2025-12": filing.Approved, "2026-01": filing.Draft, "2026-02": filing.Draft})
}
