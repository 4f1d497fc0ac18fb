package testkit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lingtan/store"
)

// PostgresEnv names the variable that holds the address of a PostgreSQL in
// which tests may make and drop schemas. make test sets it.
const PostgresEnv = "LINGTAN_TEST_POSTGRES"

// Engine is a way to come by an address of an empty database of the test's own.
type Engine struct {
	Name string
	DSN  func(testing.TB) string
}

// Engines lists the databases to test on: SQLite always, PostgreSQL where there
// is one. Where CI runs there has to be one.
func Engines(t testing.TB) []Engine {
	t.Helper()
	engines := []Engine{{"sqlite", SQLite}}
	switch {
	case os.Getenv(PostgresEnv) != "":
		engines = append(engines, Engine{"postgres", Postgres})
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not set: run the tests through make test, which starts a PostgreSQL", PostgresEnv)
	}
	return engines
}

// OpenStore opens a store and closes it with the test.
func OpenStore(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// SQLite gives the address of a file in the test's own folder.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "lingtan.db")
}

// Postgres gives an address with a schema of its own, which goes with the test.
func Postgres(t testing.TB) string {
	t.Helper()
	address, err := url.Parse(os.Getenv(PostgresEnv))
	if err != nil {
		t.Fatalf("%s is not an address", PostgresEnv)
	}
	admin, err := sql.Open("pgx", address.String())
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Errorf("drop schema %s: %v", schema, err)
		}
	})
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}
