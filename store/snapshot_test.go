package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/dump"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/store"
	"lingtan/testkit"
)

// copied is a snapshot in memory.
type copied struct {
	relations dump.Relations
	tables    map[string][]byte
}

func snapshot(t *testing.T, s *store.Store, meanwhile func()) copied {
	t.Helper()
	ctx := t.Context()
	p, err := s.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	meanwhile()
	c := copied{dump.Relations{}, map[string][]byte{}}
	var schema, heads, tables error
	c.relations.Schema, schema = p.Schema(ctx)
	c.relations.Heads, heads = p.Heads(ctx)
	c.relations.Tables, tables = s.Tables()
	if err := errors.Join(schema, heads, tables); err != nil {
		t.Fatal(err)
	}
	for _, table := range c.relations.Tables {
		var out bytes.Buffer
		if _, err := p.WriteTable(ctx, &out, table); err != nil {
			t.Fatal(err)
		}
		c.tables[table] = out.Bytes()
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c copied) open(table string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(c.tables[table])), nil
}

// TestTables makes sure that a snapshot has every table there is, but for those
// that are left on purpose.
func TestTables(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, t.dsn)
		query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
		if s.Engine() == "postgres" {
			query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
		}
		rows, err := s.Raw().QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		known, err := s.Tables()
		if err != nil {
			t.Fatal(err)
		}
		there := 0
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			there++
			if !slices.Contains(append(known, "migrations", "sessions"), name) {
				t.Errorf("no backup has the table %s", name)
			}
		}
		if err := rows.Err(); err != nil || there < len(known) {
			t.Errorf("%d tables, %d of a snapshot, %v", there, len(known), err)
		}
	})
}

// TestRestore copies a database while it is written to, and restores it into
// each engine: it is the same to the byte, it verifies, and it goes on.
func TestRestore(t *testing.T) {
	engines := testkit.Engines(t)
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from.Name+" to "+to.Name, func(t *testing.T) {
				ctx := t.Context()
				s := testkit.OpenStore(t, from.DSN(t))
				fill(t, s)
				acts(t, s)
				strange := act("行\u2028\"\\<&>")
				strange.Body = []byte(`"\t\u2028` + strings.Repeat("矿", 5000) + `"`)
				if _, err := s.Append(ctx, strange); err != nil {
					t.Fatal(err)
				}
				c := snapshot(t, s, func() {
					for i := range 300 { // more than one statement of a restore takes
						if _, err := s.Append(ctx, act(fmt.Sprint("later", i))); err != nil {
							t.Fatal(err)
						}
					}
				})
				dsn := to.DSN(t)
				if err := store.Restore(ctx, dsn, c.relations, c.open, nil); err != nil {
					t.Fatal(err)
				}
				back := testkit.OpenStore(t, dsn)
				again := snapshot(t, back, func() {})
				for _, table := range c.relations.Tables {
					if !bytes.Equal(again.tables[table], c.tables[table]) {
						t.Errorf("table %s came back as\n%.600s\nwant\n%.600s", table, again.tables[table], c.tables[table])
					}
				}
				head, err := back.VerifyLedger(ctx, "qingling")
				if err != nil || head != c.relations.Heads["qingling"] {
					t.Errorf("the chain ends at %v, %v, want %v", head, err, c.relations.Heads["qingling"])
				}
				if _, err := back.Append(ctx, act("after")); err != nil {
					t.Errorf("it does not go on: %v", err)
				}
				if err := store.Restore(ctx, dsn, c.relations, c.open, nil); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Tell(err, lang.EN), "not empty") {
					t.Errorf("restored over a database that is used: %v", err)
				}
			})
		}
	}
}

// TestRestoreOlder restores a backup of before some steps of the schema: they
// are taken over its rows.
func TestRestoreOlder(t *testing.T) {
	each(t, func(t *base) {
		columns := []string{"site", "seq", "recorded_ms", "actor", "kind", "subject", "body", "prev", "hash"}
		e, err := ledger.Chain(ledger.Head{}, ledger.Draft{At: time.UnixMilli(1e12), Actor: "li", Site: "qingling", Kind: ledger.SitePut, Subject: "x"})
		if err != nil {
			t.Fatal(err)
		}
		var book, heads bytes.Buffer
		write := func(out *bytes.Buffer, table string, columns []string, row ...any) {
			t.Helper()
			w, err := dump.NewTable(out, table, columns)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		write(&book, "ledger", columns, "qingling", int64(1), int64(1e12), "li", ledger.SitePut, "x", "{}", e.Prev.String(), e.Hash.String())
		write(&heads, "ledger_heads", []string{"site", "seq", "hash"}, "qingling", int64(1), e.Hash.String())
		c := copied{dump.Relations{Schema: []dump.Step{{Version: 1}, {Version: 2}}, Tables: []string{"ledger_heads", "ledger"}}, map[string][]byte{"ledger": book.Bytes(), "ledger_heads": heads.Bytes()}}
		if err := store.Restore(t.Context(), t.dsn, c.relations, c.open, nil); err != nil {
			t.Fatal(err)
		}
		s := testkit.OpenStore(t, t.dsn)
		if head, err := s.VerifyLedger(t.Context(), "qingling"); err != nil || head != e.Head() {
			t.Errorf("verified to %v, %v", head, err)
		}
	})
}

// TestRestoreRefuses leaves an empty database where it fails.
func TestRestoreRefuses(t *testing.T) {
	each(t, func(t *base) {
		s := testkit.OpenStore(t, testkit.SQLite(t))
		fill(t, s)
		whole := snapshot(t.T, s, func() {})
		spoil := func(table, from, to string) copied {
			c := copied{whole.relations, map[string][]byte{}}
			maps.Copy(c.tables, whole.tables)
			c.tables[table] = bytes.Replace(c.tables[table], []byte(from), []byte(to), 1)
			return c
		}
		strange := whole
		strange.relations.Tables = append([]string{"migrations"}, whole.relations.Tables...)
		for name, c := range map[string]copied{
			"a table that is none of ours": strange,
			"a column that is none":        spoil("filings", `"month"`, `"month) VALUES (1); DROP TABLE ledger; --"`),
			"another table's rows":         spoil("filings", `"filings"`, `"months"`),
			"a row that is too short":      spoil("months", `"]}`, `","more"]}`),
			"no table":                     spoil("sites", `{"table"`, `{"tabel"`),
			"a row twice":                  spoil("sites", "\n", "\n[\"qingling\",1,\"x\",\"y\",\"z\",1]\n"),
		} {
			if err := store.Restore(t.Context(), t.dsn, c.relations, c.open, nil); err == nil {
				t.Errorf("%s was restored", name)
			}
		}
		if err := store.Restore(t.Context(), t.dsn, whole.relations, whole.open, nil); err != nil {
			t.Errorf("what failed left something behind: %v", err)
		}
	})
}
