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
func Engines(tb testing.TB) []Engine {
	tb.Helper()
	engines := []Engine{{"sqlite", SQLite}}
	switch {
	case environment(PostgresEnv) != "":
		engines = append(engines, Engine{"postgres", Postgres})
	case environment("CI") == "true":
		tb.Fatalf("%s is not set: run the tests through make test, which starts a PostgreSQL", PostgresEnv)
	}
	return engines
}

// OpenStore opens a store and closes it with the test.
func OpenStore(tb testing.TB, dsn string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), dsn)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// SQLite gives the address of a file in the test's own folder.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "lingtan.db")
}

// Postgres gives an address with a schema of its own, which goes with the test.
func Postgres(tb testing.TB) string {
	tb.Helper()
	address, err := url.Parse(environment(PostgresEnv))
	if err != nil {
		tb.Fatalf("%s is not an address", PostgresEnv)
	}
	admin, err := sql.Open("pgx", address.String())
	if err != nil {
		tb.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(tb.Context(), "CREATE SCHEMA "+schema); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			tb.Errorf("drop schema %s: %v", schema, err)
		}
	})
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}

func environment(name string) string {
	return os.Getenv(name) //nolint:forbidigo // a test is told in this way where its PostgreSQL is
}
