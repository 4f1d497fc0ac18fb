package main

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/testkit"
)

// hourlyNano is what each point of the mine-year counts in an hour: 2 kWh.
const hourlyNano = 2e9

// BenchmarkClose closes a year of a mine whose every point is in the plan, from
// its hour buckets to the inventory in the ledger: 5,000 points and 43.8
// million buckets at full size.
func BenchmarkClose(b *testing.B) {
	points := 200
	if os.Getenv("LINGTAN_BENCH") == "full" {
		points = 5000
	}
	mine, err := inventory.OpenMine("large.toml", []byte(largeMine(points)))
	if err != nil {
		b.Fatal(err)
	}
	ids := map[string]reading.ID{}
	for i, p := range mine.Site.Points {
		ids[p.ID] = reading.ID(i + 1)
	}
	engine, err := series.Open(b.Context(), series.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = engine.Close() }()
	fillYear(b, engine, points)
	for b.Loop() {
		b.StopTimer()
		s := testkit.OpenStore(b, testkit.SQLite(b))
		service := &inventory.Service{
			Mine: func(context.Context, string) (*inventory.Mine, error) { return mine, nil }, Meters: engine,
			Refresh: func(context.Context) error { return nil },
			Series: func(context.Context, string) (func(string) (reading.ID, bool), error) {
				return func(point string) (reading.ID, bool) { id, ok := ids[point]; return id, ok }, nil
			},
			Filings: s, Books: s.Books(), Now: time.Now,
			Factors: func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
		}
		b.StartTimer()
		inv, err := service.Close(b.Context(), inventory.Close{Site: "large", Period: "2025", Edition: "cn-coal-2014", By: "bench", Accept: "a benchmark files nothing"})
		if err != nil {
			b.Fatal(err)
		}
		checkYear(b, inv, points)
	}
	b.ReportMetric(float64(points*8760), "hours")
}

// checkYear compares the inventory's electricity with what was put in.
func checkYear(b *testing.B, inv inventory.Inventory, points int) {
	b.Helper()
	kWh := quantity.MustUnit("kWh")
	sum := quantity.Int(0, kWh)
	for _, a := range inv.Content.Activities {
		v, err := a.Values["purchased"].Quantity.In(kWh)
		if err == nil {
			sum, err = sum.Add(v)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	nano := new(big.Int).Mul(big.NewInt(int64(points)*8760), big.NewInt(hourlyNano))
	if want := quantity.Nano(nano, kWh); !sum.Equal(want) {
		b.Fatalf("the inventory has %s, want %s", sum, want)
	}
}

// fillYear puts the hour buckets of 2025 in Shanxi's zone, as a backfill would.
func fillYear(b *testing.B, engine reading.Series, points int) {
	b.Helper()
	const stretch = 73 // hours; 120 of them are the year
	first := time.Date(2024, 12, 31, 16, 0, 0, 0, time.UTC).UnixMilli() / reading.HourMS
	for from := int64(0); from < 8760; from += stretch {
		var w reading.Write
		for id := 1; id <= points; id++ {
			for h := from; h < from+stretch; h++ {
				w.Hours = append(w.Hours, reading.Hour{Series: reading.ID(id), Hour: first + h, Amount: hourlyNano, CoveredMS: reading.HourMS, N: 60})
			}
		}
		if err := engine.PutHours(b.Context(), w); err != nil {
			b.Fatal(err)
		}
	}
}

// largeMine describes a mine of that many electricity meters in fifty sources.
func largeMine(points int) string {
	const sources = 50
	var out strings.Builder
	out.WriteString(`[site]
id = "large"
name = { zh = "大矿", en = "Large Mine" }
province = "CN-14"
zone = "Asia/Shanghai"
mine = "underground"
gas_grade = "high"
[entity]
name = { zh = "大矿", en = "Large Mine" }
credit_code = "91140000A00000001F"
address = "山西省"
[[org]]
id = "mine"
name = { zh = "大矿", en = "Large Mine" }
[plan]
version = 1
valid_from = 2024-12-01
editions = ["cn-coal-2014"]
changes = [{ version = 1, on = 2024-12-20, reason = "first" }]
`)
	for s := range sources {
		fmt.Fprintf(&out, "[[source]]\nid = \"grid-%d\"\nname = { zh = \"外购电力\", en = \"Purchased electricity\" }\norg = \"mine\"\nkind = \"electricity\"\n", s)
		var names []string
		for p := s; p < points; p += sources {
			id := fmt.Sprintf("meter-%04d", p)
			names = append(names, fmt.Sprintf("%q", id))
			fmt.Fprintf(&out, "[[point]]\nid = %q\nname = { zh = \"电表\", en = \"Meter\" }\norg = \"mine\"\nsource = \"grid-%d\"\nkind = \"counter\"\nunit = \"kWh\"\nstep = \"1 min\"\nuncertainty = \"1 %%\"\n", id, s)
		}
		fmt.Fprintf(&out, "[[parameter]]\nsource = \"grid-%d\"\nname = \"purchased\"\nhow = \"meter\"\npoints = [%s]\nunit = \"MWh\"\nfallback = \"none\"\nowner = { department = \"mine\", duty = \"电工\" }\n", s, strings.Join(names, ", "))
	}
	return out.String()
}
