package store_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/store"
	"lingtan/testkit"
)

// refuses opens what can not be opened, and wants one message in both
// languages that tells no password.
func refuses(tb testing.TB, dsn string, kind fault.Kind, says string) {
	tb.Helper()
	s, err := store.Open(tb.Context(), dsn)
	if err == nil {
		tb.Fatalf("%s was opened: %v", dsn, s.Close())
	}
	en, zh := fault.Tell(err, lang.EN), fault.Tell(err, lang.ZH)
	if fault.KindOf(err) != kind || !strings.Contains(en, says) || en == zh {
		tb.Errorf("Open = %v: %s / %s, want %v: %s", fault.KindOf(err), en, zh, kind, says)
	}
	if strings.Contains(en+zh+err.Error(), "geheim") {
		tb.Errorf("the message tells the password: %s", en)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	scrap := filepath.Join(dir, "scrap.db")
	if err := os.WriteFile(scrap, []byte(strings.Repeat("not a database, but a page long ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, dsn string
		kind      fault.Kind
		says      string
	}{
		{"nothing", "", fault.Invalid, "kind of database"},
		{"no path", "sqlite:", fault.Invalid, "no path"},
		{"another engine", "mysql://root:geheim@db/x", fault.Invalid, `"mysql"`},
		{"no folder", "sqlite:" + filepath.Join(dir, "none", "l.db"), fault.Conflict, "folder exists"},
		{"a folder", dir, fault.Conflict, "can not be opened"},
		{"scrap", scrap, fault.Invalid, "not a sound SQLite database"},
		{"no server", "postgres://u:geheim@127.0.0.1:1/x", fault.Conflict, "127.0.0.1:1/x can not be reached"},
		{"a broken address", "postgres://u:geheim@127.0.0.1:port/x", fault.Invalid, "not well formed"},
		{"an unknown option", "postgres://u:geheim@127.0.0.1:1/x?sslmode=perhaps", fault.Invalid, "not well formed"},
	} {
		t.Run(tt.name, func(t *testing.T) { refuses(t, tt.dsn, tt.kind, tt.says) })
	}
}

func TestOpenPaths(t *testing.T) {
	for _, name := range []string{"l.db", "零碳 100%?#&.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := testkit.OpenStore(t, path)
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); err != nil || s.Name() != path || s.Engine() != "sqlite" {
			t.Errorf("%s: opened %s: %v", path, s.Name(), err)
		}
	}
}

// TestOpenBusy takes as long as the store waits for a lock, five seconds.
func TestOpenBusy(t *testing.T) {
	t.Parallel()
	dsn := testkit.SQLite(t)
	other := testkit.OpenStore(t, dsn)
	tx, err := other.Raw().BeginTx(t.Context(), nil) // takes the write lock at once
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	refuses(t, dsn, fault.Conflict, "in use by another program")
}

func TestOpenVersions(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		if _, err := s.Append(t.Context(), act("f1")); err != nil {
			t.Fatal(err)
		}
		again := testkit.OpenStore(t, t.dsn) // an old database, nothing to do
		if head, err := again.Head(t.Context(), "qingling"); err != nil || head.Seq != 1 {
			t.Errorf("opened again: %v, %v", head, err)
		}
		if _, err := s.Raw().ExecContext(t.Context(), `INSERT INTO migrations VALUES (99, 'later', '', 0)`); err != nil {
			t.Fatal(err)
		}
		refuses(t, t.dsn, fault.Conflict, "newer program")
		if _, err := s.Raw().ExecContext(t.Context(), `UPDATE migrations SET sha256 = 'other' WHERE version = 1`); err != nil {
			t.Fatal(err)
		}
		refuses(t, t.dsn, fault.Conflict, "version 1 of the schema")
	})
}

// TestMigrateWhole: a step that fails takes the steps before it back.
func TestMigrateWhole(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		raw := s.Raw()
		for _, statement := range []string{
			`DROP TABLE migrations`, `DROP TABLE settings`, `DROP TABLE ledger_postings`, `DROP TABLE ledger`, `DROP TABLE ledger_heads`,
		} {
			if _, err := raw.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		if s, err := store.Open(t.Context(), t.dsn); err == nil { // the table of sites is in the way
			t.Fatalf("opened over strange tables: %v", s.Close())
		}
		for _, table := range []string{"migrations", "ledger", "ledger_heads"} {
			var n int
			if err := raw.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err == nil {
				t.Errorf("table %s is left of an upgrade that failed", table)
			}
		}
	})
}

func TestOpenTogether(t *testing.T) {
	each(t, func(t *base) {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				s, err := store.Open(t.Context(), t.dsn)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestOpenPostgresRefuses(t *testing.T) {
	on(t, "postgres", func(t *base) {
		address, err := url.Parse(t.dsn)
		if err != nil {
			t.Fatal(err)
		}
		wrong := *address
		wrong.User = url.UserPassword("lingtan_nobody", "geheim")
		refuses(t, wrong.String(), fault.Forbidden, "refuses this user or password")
		wrong = *address
		wrong.Path = "/lingtan_no_such_database"
		refuses(t, wrong.String(), fault.NotFound, "does not exist")
	})
}

// TestTextOrder: every text of PostgreSQL is ordered by its bytes, whichever
// migration made it.
func TestTextOrder(t *testing.T) {
	const others = `SELECT COUNT(*), COALESCE(MIN(table_name || '.' || column_name), '') FROM information_schema.columns
WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`
	on(t, "postgres", func(t *base) {
		var n int
		var first string
		if err := testkit.OpenStore(t, t.dsn).Raw().QueryRowContext(t.Context(), others).Scan(&n, &first); err != nil || n > 0 {
			t.Errorf("%d columns are not COLLATE \"C\", the first %s: %v", n, first, err)
		}
	})
}
