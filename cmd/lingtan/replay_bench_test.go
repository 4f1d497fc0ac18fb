package main

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"lingtan/factor"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/site"
	"lingtan/source"
)

// The replayed week: 200 cumulative meters, a reading a minute, both ends.
const (
	replayMeters  = 200
	replayMinutes = 7*24*60 + 1
	replayBatch   = 50_000
)

var replayStart = time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC)

// replayFace is what a meter shows, in hundredths of a kWh.
func replayFace(meter, minute int) int64 {
	return 100_000 + int64(meter)*1000 + int64(minute)*int64(3+meter%7)
}

// BenchmarkReplay takes a week of 200 meters from a CSV file through the import
// and Accept to hour buckets, and tells energy and CO2 at every node of an
// organisation of four levels. appender-s is DuckDB's appender alone with the
// same rows in the same run.
func BenchmarkReplay(b *testing.B) {
	text, mapping := replaySite()
	s, err := site.Parse("replay.toml", []byte(text))
	if err != nil {
		b.Fatal(err)
	}
	m, err := source.ParseMapping("replay-mapping.toml", []byte(mapping))
	if err != nil {
		b.Fatal(err)
	}
	path := replayFile(b)
	var alone, all, imported, refreshed time.Duration
	for b.Loop() {
		alone += replayAlone(b)
		r := replay{b: b, site: s, mapping: m, path: path}
		r.run()
		all, imported, refreshed = all+r.imported+r.refreshed+r.told, imported+r.imported, refreshed+r.refreshed
	}
	n := float64(b.N)
	b.ReportMetric(alone.Seconds()/n, "appender-s")
	b.ReportMetric(imported.Seconds()/n, "import-s")
	b.ReportMetric(refreshed.Seconds()/n, "refresh-s")
	b.ReportMetric(all.Seconds()/n, "all-s")
	b.ReportMetric(all.Seconds()/alone.Seconds(), "ratio")
}

// replay is one run of the whole way.
type replay struct {
	b       *testing.B
	site    *site.Site
	mapping *source.Mapping
	path    string

	imported, refreshed, told time.Duration
}

func (r *replay) run() {
	ctx, began := r.b.Context(), time.Now()
	engine, err := series.Open(ctx, series.Options{Dir: r.b.TempDir()})
	r.ok(err)
	defer func() { r.ok(engine.Close()) }()
	service := &reading.Service{Series: engine, Now: time.Now, Rules: func(id reading.ID) (reading.Rule, bool) {
		return r.site.Points[id-1].Rule(), true
	}}
	report, err := source.Import{
		Path: r.path, Mapping: r.mapping, Sink: service, Marks: engine, Now: time.Now,
		Points: func(id string) (source.Point, bool) {
			for i, p := range r.site.Points {
				if p.ID == id {
					return source.Point{Series: reading.ID(i + 1), Unit: p.Unit, Step: p.Step}, true
				}
			}
			return source.Point{}, false
		},
	}.Run(ctx)
	r.ok(err)
	if report.Delivered != replayMeters*replayMinutes {
		r.b.Fatalf("%d readings imported, want %d", report.Delivered, replayMeters*replayMinutes)
	}
	r.imported = time.Since(began)
	_, err = service.Refresh(ctx, nil)
	r.ok(err)
	r.refreshed = time.Since(began) - r.imported
	r.tell(ctx, engine)
	r.told = time.Since(began) - r.imported - r.refreshed
}

func (r *replay) ok(err error) {
	r.b.Helper()
	if err != nil {
		r.b.Fatal(err)
	}
}

// tell reckons every node of the tree and checks it against what the meters
// below show.
func (r *replay) tell(ctx context.Context, engine reading.Series) {
	from := replayStart.UnixMilli()
	totals, err := engine.Totals(ctx, reading.All(), []int64{from, from + 7*24*reading.HourMS})
	r.ok(err)
	grid, err := factor.Builtin().Find("grid_province", r.site.Province, 2023)
	r.ok(err)
	energy, want := map[string]*big.Int{}, map[string]int64{}
	for _, t := range totals {
		for _, org := range r.site.Path(r.site.Points[t.Series-1].Org) {
			if energy[org.ID] == nil {
				energy[org.ID] = new(big.Int)
			}
			energy[org.ID].Add(energy[org.ID], t.Amount)
			want[org.ID] += replayFace(int(t.Series-1), replayMinutes-1) - replayFace(int(t.Series-1), 0)
		}
	}
	kWh, tonne := quantity.MustUnit("kWh"), quantity.MustUnit("tCO2")
	for _, org := range r.site.Orgs {
		q := quantity.Nano(energy[org.ID], kWh)
		emitted, err := q.Mul(grid.Value).In(tonne)
		r.ok(err)
		hand, err := quantity.New(big.NewRat(want[org.ID], 100), kWh).Mul(grid.Value).In(tonne)
		r.ok(err)
		if !emitted.Equal(hand) {
			r.b.Fatalf("%s: %s, want %s", org.ID, emitted, hand)
		}
	}
	if len(energy) != len(r.site.Orgs) || len(r.site.Path(r.site.Points[0].Org)) != 4 {
		r.b.Fatalf("%d of %d nodes have energy", len(energy), len(r.site.Orgs))
	}
}

// replaySite describes 200 meters under a group, its two mines, ten shops and
// forty lines, and the file's mapping.
func replaySite() (text, mapping string) {
	var out strings.Builder
	out.WriteString(`[site]
id = "replay"
name = { zh = "回放矿", en = "Replay" }
province = "CN-14"
zone = "Asia/Shanghai"
mine = "underground"
gas_grade = "high"
[entity]
name = { zh = "回放矿", en = "Replay" }
credit_code = "91140000A00000001F"
address = "山西省"
`)
	org := func(id, parent string) {
		fmt.Fprintf(&out, "[[org]]\nid = %q\nname = { zh = %[1]q, en = %[1]q }\n", id)
		if parent != "" {
			fmt.Fprintf(&out, "parent = %q\n", parent)
		}
	}
	org("group", "")
	for i := range 2 {
		org(fmt.Sprintf("mine-%d", i), "group")
	}
	for i := range 10 {
		org(fmt.Sprintf("shop-%d", i), fmt.Sprintf("mine-%d", i%2))
	}
	for i := range 40 {
		org(fmt.Sprintf("line-%d", i), fmt.Sprintf("shop-%d", i%10))
	}
	mapping = "[mapping]\nkind = \"readings\"\n[time]\ncolumn = \"time\"\nlayouts = [\"yyyy-MM-dd HH:mm:ss\"]\nzone = \"UTC\"\n"
	for m := range replayMeters {
		fmt.Fprintf(&out, "[[point]]\nid = \"meter-%03d\"\nname = { zh = \"电表\", en = \"Meter\" }\norg = \"line-%d\"\nkind = \"counter\"\nunit = \"kWh\"\nstep = \"1 min\"\n", m, m%40)
		mapping += fmt.Sprintf("[[column]]\nname = \"meter-%03d\"\npoint = \"meter-%03[1]d\"\nunit = \"kWh\"\n", m)
	}
	return out.String(), mapping
}

// replayFile writes the week, a column for each meter.
func replayFile(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "week.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprint(w, "time")
	for m := range replayMeters {
		fmt.Fprintf(w, ",meter-%03d", m)
	}
	for i := range replayMinutes {
		fmt.Fprint(w, replayStart.Add(time.Duration(i)*time.Minute).Format("\n2006-01-02 15:04:05"))
		for m := range replayMeters {
			v := replayFace(m, i)
			fmt.Fprintf(w, ",%d.%02d", v/100, v%100)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// replayAlone appends the same rows by the appender and nothing else: the same
// columns, each batch durable.
func replayAlone(b *testing.B) time.Duration {
	b.Helper()
	connector, err := duckdb.NewConnector(filepath.Join(b.TempDir(), "alone.duckdb"), nil)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "CREATE TABLE hot (arr BIGINT, series BIGINT, t BIGINT, recv BIGINT, v DOUBLE, q UTINYINT, seq BIGINT)"); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	c, err := connector.Connect(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for n := 0; n < replayMeters*replayMinutes; n += replayBatch {
		a, err := duckdb.NewAppenderFromConn(c, "", "hot")
		if err != nil {
			b.Fatal(err)
		}
		for i := n; i < min(n+replayBatch, replayMeters*replayMinutes); i++ {
			minute, meter := i/replayMeters, i%replayMeters
			t := replayStart.UnixMilli() + int64(minute)*60_000
			row := []driver.Value{int64(i + 1), int64(meter + 1), t, t + 800, float64(replayFace(meter, minute)) / 100, uint8(0), int64(0)}
			if err := a.AppendRow(row...); err != nil {
				b.Fatal(err)
			}
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}
