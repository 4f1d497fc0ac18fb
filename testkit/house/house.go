// Package house is a small mine at work, for the tests of rooms above the
// inventory: a real store, a real engine of readings, a clock the test sets.
package house

import (
	"context"
	_ "embed" // the small mine's file
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // the mine's zone, wherever the tests run

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/store"
	"lingtan/testkit"
)

//go:embed testdata/beigou.toml
var beigou []byte

// House is a small mine at work: a real store, a real engine of readings and
// the service that closes its inventories, at a clock the test sets.
type House struct {
	*inventory.Service
	Clock     time.Time
	Store     *store.Store
	Described *inventory.Mine
	Meter     *reading.Service
	Segments  reading.Catalog
	Feeder    reading.ID // its one meter
	Dir       string     // of the engine

	t     testing.TB
	filed int
}

// Open opens the small mine, empty, in February 2025.
func Open(tb testing.TB) *House {
	tb.Helper()
	mine, err := inventory.OpenMine("beigou.toml", beigou)
	if err != nil {
		tb.Fatal(err)
	}
	h := &House{t: tb, Described: mine, Store: testkit.OpenStore(tb, testkit.SQLite(tb)), Dir: tb.TempDir(), Clock: time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.Clock }
	h.Store.Now = clock
	h.Segments = h.Store.Segments("beigou")
	engine, err := series.Open(tb.Context(), series.Options{Dir: h.Dir, Catalog: h.Segments, MemoryMB: 128, Threads: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := engine.Close(); err != nil {
			tb.Error(err)
		}
	})
	ids, err := h.Store.SeriesID(tb.Context(), "beigou", "feeder")
	if err != nil {
		tb.Fatal(err)
	}
	h.Feeder = ids[0]
	point, _ := mine.Site.Point("feeder")
	h.Meter = &reading.Service{Series: engine, Now: clock, Rules: func(reading.ID) (reading.Rule, bool) { return point.Rule(), true }}
	h.Service = &inventory.Service{
		Mine:    func(context.Context, string) (*inventory.Mine, error) { return h.Described, nil },
		Meters:  engine,
		Refresh: func(ctx context.Context) error { _, err := h.Meter.Refresh(ctx, nil); return err },
		Series: func(context.Context, string) (func(string) (reading.ID, bool), error) {
			return func(string) (reading.ID, bool) { return h.Feeder, true }, nil
		},
		Filings: h.Store, Books: h.Store.Books(), Now: clock,
		Factors: func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
	}
	return h
}

// Year reads the feeder every hour of 2024, 2 MWh each, and files a boiler that
// burns 100 t a month, no certificate and a gas balance of 10 vented, 20 drained, 8 utilised.
func (h *House) Year() {
	h.t.Helper()
	h.Read(2024, 1, 366*24, 2)
	var list []filing.Filing
	for m := 1; m <= 12; m++ {
		list = append(list,
			h.filing("boiler", "amount", m, "100 t", activity.Filed),
			h.filing("grid", "certificates", m, "0 MWh", activity.Filed),
			h.filing("gas", "vent", m, "10 万Nm3", activity.Filed),
			h.filing("gas", "drain", m, "20 万Nm3", activity.Filed),
			h.filing("gas", "utilised", m, "8 万Nm3", activity.Filed))
	}
	h.put(list...)
}

// Read appends hourly readings of a counter that rises by so much an hour.
func (h *House) Read(year int, month time.Month, hours int, step float64) {
	h.t.Helper()
	start := time.Date(year, month, 1, 0, 0, 0, 0, h.Described.Site.Calendar.Zone)
	batch := make([]reading.Reading, 0, hours+1)
	for i := range hours + 1 {
		batch = append(batch, reading.Reading{Series: h.Feeder, T: start.Add(time.Duration(i) * time.Hour).UnixMilli(), V: 1000 + float64(i)*step})
	}
	if _, err := h.Meter.Accept(h.t.Context(), reading.Batch{Readings: batch}); err != nil {
		h.t.Fatal(err)
	}
}

// File files a value of a month of 2024; a second one corrects the first.
func (h *House) File(source, parameter string, month int, amount string, how activity.How, evidence ...activity.Evidence) {
	h.t.Helper()
	h.put(h.filing(source, parameter, month, amount, how, evidence...))
}

func (h *House) filing(source, parameter string, month int, amount string, how activity.How, evidence ...activity.Evidence) filing.Filing {
	h.filed++
	return filing.Filing{
		ID:       strconv.Itoa(h.filed),
		Cell:     filing.Cell{Site: "beigou", Source: source, Parameter: parameter, Month: time.Date(2024, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")},
		Quantity: quantity.MustParse(amount), How: how, By: "统计员", At: h.Clock, Evidence: evidence,
	}
}

func (h *House) put(list ...filing.Filing) {
	h.t.Helper()
	if err := h.Store.File(h.t.Context(), list); err != nil {
		h.t.Fatal(err)
	}
}
