package api_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2" // reads what parquet-go wrote

	"lingtan/testkit"
)

const exports = sites + "/xiaoyao/export"

// TestExport has files read by DuckDB, whose reader of Parquet is not the
// writer's.
func TestExport(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/xiaoyao/readings", body: hours()})
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/xiaoyao/readings", body: `{"readings":[{"point":"feeder","t":"2024-01-02T00:00:00+08:00","v":99,"q":"bad"},{"point":"spare","t":"2024-01-05T00:00:00Z","v":-1.5}]}`})
	for _, c := range []struct{ name, ask, sql, want string }{
		{
			"types", "?period=2024-01&point=feeder", "SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT * FROM %s)",
			"point VARCHAR, t TIMESTAMP WITH TIME ZONE, value DOUBLE, unit VARCHAR, quality VARCHAR, reasons VARCHAR, seq BIGINT, recv TIMESTAMP WITH TIME ZONE",
		},
		{"all that was sent", "?period=2024-01&point=feeder", "SELECT count(*) || ' ' || sum(value)::BIGINT || ' ' || min(epoch_ms(t)) || ' ' || count(*) FILTER (quality = 'bad') FROM %s", "745 1296891 1704038400000 1"},
		{"what counts", "?period=2024-01&point=feeder&of=settled", "SELECT count(*) || ' ' || sum(value)::BIGINT FROM %s", "744 1296792"},
		{"two points", "?period=2024-01&point=feeder&point=spare&of=settled", "SELECT string_agg(DISTINCT point || ' ' || unit, ', ' ORDER BY point || ' ' || unit) FROM %s", "feeder kWh, spare kW"},
		{"hours", "?period=2024-01&point=feeder&of=hours", "SELECT count(*) || ' ' || sum(amount) || ' ' || sum(amount_nano) || ' ' || min(coverage) || ' ' || max(epoch_ms(hour)) FROM %s", "744 119040.0 119040000000000 1.0 1706713200000"},
		{
			"by the mine's day, as docs/grafana.md shows", "?period=2024-01&point=feeder&of=hours",
			"SELECT count(*) || ' ' || min(kwh) || ' ' || max(kwh) FROM (SELECT date_trunc('day', hour AT TIME ZONE 'Asia/Shanghai') AS day, sum(amount) AS kwh FROM %s GROUP BY ALL)", "31 3840.0 3840.0",
		},
		{"nothing", "?from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z&point=feeder", "SELECT count(*)::VARCHAR FROM %s", "0"},
	} {
		w := h.do(call{who: "viewer@" + own, method: "GET", path: exports + c.ask})
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/vnd.apache.parquet" || !strings.Contains(w.Header().Get("Content-Disposition"), "filename=xiaoyao.") {
			t.Fatalf("%s: %d %v %.300s", c.name, w.Code, w.Header(), w.Body)
		}
		if got := query(t, w.Body.Bytes(), c.sql); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// query asks DuckDB about a Parquet file.
func query(tb testing.TB, file []byte, ask string) (answer string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "a.parquet")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(tb.Context(), fmt.Sprintf(ask, "read_parquet('"+path+"')")).Scan(&answer); err != nil {
		tb.Fatal(err)
	}
	return answer
}

// TestExportRefusals tells what is wrong before a byte is sent.
func TestExportRefusals(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		name, ask string
		status    int
		has       string
	}{
		{"no point", "?period=2024-01", 422, "point"},
		{"an unknown one", "?period=2024-01&point=nowhere", 404, `no point \"nowhere\"`},
		{"two years", "?from=2022-01-01T00:00:00Z&to=2024-01-01T00:00:00Z&point=feeder", 422, "at most 366 days"},
		{"no stretch", "?point=feeder", 422, "no stretch of time"},
		{"another format", "?period=2024-01&point=feeder&of=csv", 422, "of"},
		{"too many points", "?period=2024-01" + strings.Repeat("&point=feeder", 51), 422, "point"},
	} {
		w := h.do(call{who: "viewer@" + own, method: "GET", path: exports + c.ask})
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d with %s", c.name, w.Code, w.Body, c.status, c.has)
		}
	}
}
