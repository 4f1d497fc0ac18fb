package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/backup"
	"lingtan/ledger"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/store"
	"lingtan/testkit"
)

// TestBackupAtWork backs a platform up while readings and filings flow, restores
// it elsewhere, into the same database and into the other, and compares: it
// verifies, it is whole at the cut, and its totals are those of the cut.
func TestBackupAtWork(t *testing.T) {
	engines := testkit.Engines(t)
	for _, from := range engines {
		t.Run(from.Name, func(t *testing.T) {
			b := newBusy(t, from.DSN(t))
			admin, filler := b.issue("admin", "administrator"), b.issue("filler", "filler")
			token := filepath.Join(b.testdir, "token")
			if err := os.WriteFile(token, []byte(admin+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			b.start()
			defer b.kill()
			b.prove(filler)
			b.work(filler)
			time.Sleep(1500 * time.Millisecond)
			before := b.acknowledged()
			archive := filepath.Join(b.testdir, "all.zip")
			said := b.run("backup", archive, "--server", b.url, "--token-file", token)
			after := b.acknowledged()
			time.Sleep(300 * time.Millisecond)
			close(b.stop)
			b.working.Wait()
			if len(before) == 0 || len(after) == len(before) || !strings.Contains(string(said), "all.zip: ") {
				t.Fatalf("%d readings before, %d during the backup: %s", len(before), len(after)-len(before), said)
			}
			if said := b.run("verify", archive); !strings.Contains(string(said), "1 pieces of evidence match") {
				t.Errorf("verified: %s", said)
			}
			m := manifestIn(t, archive)
			b.flippedPaper(t, archive)
			for _, to := range engines {
				t.Run("to "+to.Name, func(t *testing.T) { b.compare(t, archive, m, to.DSN(t), before) })
			}
			t.Logf("%d readings before the backup, %d while it was made, %d in it; %d filings; the ledger at %d", len(before), len(after)-len(before), m.Arrivals["small"], b.filed, m.Heads["small"].Seq)
		})
	}
}

func manifestIn(t *testing.T, archive string) backup.Manifest {
	t.Helper()
	files, closing, err := openBackup(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	m, err := backup.ReadManifest(files)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// compare restores and looks at what came back.
func (b *busy) compare(t *testing.T, archive string, m backup.Manifest, dsn string, before map[int64]bool) {
	t.Helper()
	other := &fed{TB: t, data: filepath.Join(t.TempDir(), "data"), clock: clock}
	t.Setenv("LINGTAN_DATABASE", dsn)
	if said := other.run("restore", archive); !strings.Contains(string(said), "its ledger holds") {
		t.Errorf("restored: %s", said)
	}
	s := testkit.OpenStore(t, dsn)
	head, err := s.VerifyLedger(t.Context(), "small")
	if err != nil || head != m.Heads["small"] {
		t.Errorf("the mine's chain ends at %v, %v, want %v", head, err, m.Heads["small"])
	}
	last, err := s.Entries(t.Context(), "", m.Heads[""].Seq, 10)
	if err != nil || len(last) != 1 || last[0].Kind != ledger.BackupRestore {
		t.Errorf("behind the platform's cut stands %+v, %v, want the restore itself", last, err)
	}
	original := testkit.OpenStore(t, b.dsn)
	same, err := original.Entries(t.Context(), "small", head.Seq-1, 1)
	if err != nil || len(same) != 1 || same[0].Hash != head.Hash {
		t.Errorf("entry %d of the original is another: %v", head.Seq, err)
	}
	if paper, err := os.ReadFile(filepath.Join(other.data, filepath.FromSlash(backup.EvidenceFile(b.paper)))); err != nil || hashOf(paper) != b.paper {
		t.Errorf("the paper %s came back with %d bytes, %v", b.paper, len(paper), err)
	}
	b.compareReadings(t, other, s, m, before)
	for _, question := range [][]string{
		{"query", "totals", "feeder", "--period", "2024", "--json"}, {"query", "inventories", "--json"}, {"query", "line", "small.2024.cn-coal-2014.v1", "grid/2024-01:electricity", "--json"},
	} {
		t.Setenv("LINGTAN_DATABASE", dsn)
		back := other.run(question...)
		if !bytes.Equal(back, b.answer(t, question)) || len(back) < 100 {
			t.Errorf("lingtan %s answers otherwise than the original: %.400s", strings.Join(question, " "), back)
		}
	}
}

// answer asks the original, of which one answer is kept: its server is stopped for it.
func (b *busy) answer(t *testing.T, question []string) []byte {
	t.Helper()
	b.kill()
	t.Setenv("LINGTAN_DATABASE", b.dsn)
	return b.run(question...)
}

// compareReadings: all that was acknowledged before the backup began is there,
// nothing that was never sent, each once, and their total is that of the cut.
func (b *busy) compareReadings(t *testing.T, other *fed, s *store.Store, m backup.Manifest, before map[int64]bool) {
	t.Helper()
	ids, err := s.SeriesID(t.Context(), "small", "feeder")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := series.Open(t.Context(), series.Options{Dir: filepath.Join(other.data, "series", "small"), Catalog: s.Segments("small"), MemoryMB: 256})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	began, err := time.Parse(time.RFC3339, clock)
	if err != nil {
		t.Fatal(err)
	}
	february := began.AddDate(0, -1, 0).UnixMilli()
	total, there := int64(0), map[int64]bool{}
	for r, err := range engine.Scan(t.Context(), reading.Query{Series: ids, From: -reading.Forever, To: reading.Forever}) {
		if err != nil {
			t.Fatal(err)
		}
		total++
		if r.T < february {
			continue
		}
		if there[r.T] {
			t.Errorf("%v came back twice", time.UnixMilli(r.T).UTC())
		}
		there[r.T] = true
	}
	if total != m.Arrivals["small"] {
		t.Errorf("%d readings came back, %d had arrived at the cut", total, m.Arrivals["small"])
	}
	for at := range before {
		if !there[at] {
			t.Fatalf("%v was acknowledged before the backup and is not in it", time.UnixMilli(at).UTC())
		}
	}
	filed, err := s.Filings(t.Context(), "small", "2025-01", "2025-01")
	if err != nil || len(filed) == 0 || len(filed) > b.filed+1 {
		t.Errorf("%d of %d filings came back, %v", len(filed), b.filed, err)
	}
}

// TestBackupStopped backs up straight from the folder, into a folder, with its
// secrets; and every byte of it that is flipped is named.
func TestBackupStopped(t *testing.T) {
	b := newBusy(t, testkit.SQLite(t))
	passphrase := filepath.Join(b.testdir, "passphrase")
	for path, text := range map[string]string{passphrase: "一句谁也猜不到的长长的话\n", filepath.Join(b.data, "lingtan.toml"): "[lingtan]\nlang = \"en\"\n", filepath.Join(b.data, secretKey): "k"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree := filepath.Join(b.testdir, "tree") + "/"
	b.run("backup", tree, "--passphrase-file", passphrase)
	b.run("verify", tree)
	for name, says := range map[string]string{
		"relations/ledger.jsonl":            "relations/ledger.jsonl was changed",
		"relations/inventories.jsonl":       "relations/inventories.jsonl was changed",
		"series/small/image/hour.parquet":   "series/small/image/hour.parquet was changed",
		"series/small/segments/2024-0*":     ".parquet was changed",
		"devices/small/gateway-1.toml":      "devices/small/gateway-1.toml was changed",
		backup.SecretsFile:                  "secrets.sealed was changed",
		backup.ManifestFile:                 "",
		"README.txt":                        "README.txt was changed",
		"relations/ledger_postings.jsonl":   "relations/ledger_postings.jsonl was changed",
		"series/small/image/state.json":     "series/small/image/state.json was changed",
		"series/small/segments/2024-12.*":   ".parquet was changed",
		"relations/evidence.jsonl":          "relations/evidence.jsonl was changed",
		"series/small/image/stale.parquet":  "series/small/image/stale.parquet was changed",
		"series/small/image/hot.parquet":    "series/small/image/hot.parquet was changed",
		"series/small/image/last.parquet":   "series/small/image/last.parquet was changed",
		"relations/filings.jsonl":           "relations/filings.jsonl was changed",
		"relations/certificates.jsonl":      "relations/certificates.jsonl was changed",
		"relations/credentials.jsonl":       "relations/credentials.jsonl was changed",
		"relations/verification_none.jsonl": "there is a file too many",
	} {
		b.flipped(t, tree, name, says)
	}
	t.Setenv("LINGTAN_DATABASE", testkit.SQLite(t))
	other := &fed{TB: t, data: filepath.Join(t.TempDir(), "data"), clock: clock}
	other.run("restore", tree, "--passphrase-file", passphrase)
	for _, name := range []string{secretKey, "lingtan.toml", "devices/small/gateway-1.toml"} {
		was, errWas := os.ReadFile(filepath.Join(b.data, name))
		is, errIs := os.ReadFile(filepath.Join(other.data, name))
		if errWas != nil || errIs != nil || !bytes.Equal(was, is) {
			t.Errorf("%s came back as %q, want %q", name, is, was)
		}
	}
	refusesRestore(t, other, tree, "not empty")
	refusesRestore(t, &fed{TB: t, data: filepath.Join(t.TempDir(), "data"), clock: clock}, filepath.Join(b.testdir, "bundle.zip"), "this is no backup")
}

// flipped turns one byte of a file, and wants verification to name it.
func (b *busy) flipped(t *testing.T, tree, name, says string) {
	t.Helper()
	path := filepath.Join(tree, name)
	if found, err := filepath.Glob(path); err == nil && len(found) > 0 {
		path = found[0]
	}
	was, err := os.ReadFile(path)
	if err == nil {
		data := slices.Clone(was)
		data[len(data)/2] ^= 1
		err = os.WriteFile(path, data, 0o600)
		defer func() { _ = os.WriteFile(path, was, 0o600) }()
	} else {
		err = os.WriteFile(path, []byte("x"), 0o600)
		defer os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := b.command("verify", tree)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), says) {
		t.Errorf("%s flipped: %v\n%s", name, err, out)
	}
}

// flippedPaper turns one byte of the evidence in a backup that was unpacked.
func (b *busy) flippedPaper(t *testing.T, archive string) {
	t.Helper()
	files, closing, err := openBackup(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	dir := filepath.Join(t.TempDir(), "tree")
	to, err := newTree(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := spread(t.Context(), files, manifestIn(t, archive), to); err != nil {
		t.Fatal(err)
	}
	name := backup.EvidenceFile(b.paper)
	b.flipped(t, dir, filepath.FromSlash(name), name+" was changed")
}

func refusesRestore(t *testing.T, f *fed, from, says string) {
	t.Helper()
	if out, err := f.command("restore", from).CombinedOutput(); err == nil || !strings.Contains(string(out), says) {
		t.Errorf("restore of %s: %v\n%s", from, err, out)
	}
}

// holds tells whether the data folder has a file.
func (f *fed) holds(name string) bool {
	_, err := os.Stat(filepath.Join(f.data, name))
	return err == nil
}

// TestRestoreGoesOn kills a restore again and again, and runs it to its end: what
// comes of it is whole, and until then nobody serves it.
func TestRestoreGoesOn(t *testing.T) {
	b := newBusy(t, testkit.SQLite(t))
	archive := filepath.Join(b.testdir, "all.zip")
	b.run("backup", archive)
	t.Setenv("LINGTAN_DATABASE", "")
	other := &fed{TB: t, data: filepath.Join(t.TempDir(), "data"), clock: clock}
	kills := 0
	for wait := 40 * time.Millisecond; ; wait += 25 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		cmd := exec.CommandContext(ctx, "lingtan", "restore", archive)
		cmd.Env = other.command().Env
		out, err := cmd.CombinedOutput()
		killed := ctx.Err() != nil
		cancel()
		if err == nil {
			break
		}
		if !killed {
			t.Fatalf("%v\n%s", err, out)
		}
		if other.holds("lingtan.db") && !other.holds(restoringFile) {
			break // its last word was written when it was killed
		}
		if kills++; kills > 200 {
			t.Fatal("it never comes to its end")
		}
		if other.holds(restoringFile) {
			if out, err := other.command("query", "inventories").CombinedOutput(); err == nil || !strings.Contains(string(out), "has not come to its end") {
				t.Fatalf("half a restore is opened: %v\n%s", err, out)
			}
		}
	}
	var inventories []struct{ ID string }
	if err := json.Unmarshal(other.run("query", "inventories", "--json"), &inventories); err != nil || len(inventories) != 1 {
		t.Errorf("%v, %v", inventories, err)
	}
	again := filepath.Join(b.testdir, "again.zip")
	other.run("backup", again)
	was, is := manifestIn(t, archive), manifestIn(t, again)
	for _, f := range was.Files {
		if strings.HasPrefix(f.Name, "relations/ledger") || f.Name == "relations/settings.jsonl" {
			continue // the restore and the second backup stand in the platform's book
		}
		if i := slices.IndexFunc(is.Files, func(g backup.File) bool { return g.Name == f.Name }); i < 0 || is.Files[i].SHA256 != f.SHA256 {
			t.Errorf("%s came back as another file", f.Name)
		}
	}
	if leftovers, err := filepath.Glob(filepath.Join(other.data, "restoring*")); err != nil || len(leftovers) > 0 {
		t.Errorf("left behind: %v, %v", leftovers, err)
	}
	t.Logf("killed %d times", kills)
}

// TestBackupRefused: a token that may not, an address where nobody is.
func TestBackupRefused(t *testing.T) {
	b := newBusy(t, testkit.SQLite(t))
	viewer := b.issue("viewer", "viewer")
	b.start()
	defer b.kill()
	for _, tt := range []struct{ name, token, server, says string }{
		{"no token", "", b.url, "there is no token"},
		{"a viewer's", viewer, b.url, "the server refuses"},
		{"garbage", "garbage", b.url, "the server refuses"},
		{"nobody there", viewer, "http://127.0.0.1:1", "cannot reach"},
		{"no address", viewer, "::", "--server read"},
	} {
		cmd := b.command("backup", filepath.Join(b.testdir, "no.zip"), "--server", tt.server)
		cmd.Env = append(cmd.Env, "LINGTAN_TOKEN="+tt.token)
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), tt.says) {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
	}
	if out, err := b.command("backup", filepath.Join(b.testdir, "no.zip")).CombinedOutput(); err == nil || !strings.Contains(string(out), "backup --server") {
		t.Errorf("straight from the folder of a server at work: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(b.testdir, "no.zip")); err == nil {
		t.Error("half a backup is left")
	}
}
