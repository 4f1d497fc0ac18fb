package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/evidence"
	"lingtan/lang"
)

// handIn takes a file in at a platform.
func handIn(tb testing.TB, a *app, name, text string) (evidence.File, string) {
	tb.Helper()
	k, err := a.keeper(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	f, err := k.Take(tb.Context(), evidence.Handed{
		Site: "small", Name: name, Kind: evidence.Weighbill, By: "zhang", Bytes: strings.NewReader(text), Size: int64(len(text)),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return f, a.folder.path("evidence", f.SHA256[:2], f.SHA256[2:4], f.SHA256)
}

// TestEvidenceCheck reads every file again: one whose byte was changed and one
// that is gone are told by their names.
func TestEvidenceCheck(t *testing.T) {
	a := platform(t)
	_, _ = handIn(t, a, "good.csv", "1250.5\n")
	_, changed := handIn(t, a, "changed.csv", "1250.6\n")
	_, gone := handIn(t, a, "gone.csv", "1250.7\n")
	if err := os.WriteFile(changed, []byte("1250.9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	c := &cli{tag: lang.EN, env: env{stdout: &out}}
	err := c.checkEvidence(t.Context(), a, "small")
	if err == nil || !strings.Contains(err.Error(), "2 files of evidence") {
		t.Errorf("checkEvidence = %v", err)
	}
	for _, want := range []string{"good.csv     ok", "changed.csv: the evidence file", "was changed", "gone.csv: the store has no evidence file", "3 files, 2 not as they should be"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}

// TestTend: what no mine has is removed once it is old, and nothing else.
func TestTend(t *testing.T) {
	a := platform(t)
	_, held := handIn(t, a, "held.csv", "1250.5\n")
	orphan := strings.Repeat("ab", 32)
	lost := a.folder.path("evidence", "ab", "ab", orphan)
	if err := os.MkdirAll(filepath.Dir(lost), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lost, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := a.now().Add(-48 * time.Hour)
	for _, path := range []string{held, lost} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	k, err := a.keeper(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.tend(ctx, k, slog.New(slog.DiscardHandler)) }()
	for range 100 {
		if _, err := os.Stat(lost); err != nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(lost); err == nil {
		t.Error("what no mine has is still there")
	}
	if _, err := os.Stat(held); err != nil {
		t.Errorf("a mine's file is gone: %v", err)
	}
}

// TestTendStopped: told to stop while it sweeps, it stops, and that is no error.
func TestTendStopped(t *testing.T) {
	a := platform(t)
	handIn(t, a, "held.csv", "1250.5\n")
	k, err := a.keeper(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := a.tend(ctx, k, slog.New(slog.DiscardHandler)); err != nil {
		t.Errorf("tend = %v", err)
	}
}
