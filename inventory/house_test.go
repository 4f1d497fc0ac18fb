package inventory_test

import (
	"context"
	_ "embed"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata"

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

const edition = "cn-coal-2014"

// house is a mine with a real store and a real engine of readings.
type house struct {
	*inventory.Service
	t      *testing.T
	store  *store.Store
	mine   *inventory.Mine
	meter  *reading.Service
	feeder reading.ID
	now    time.Time
	filed  int
}

func build(t *testing.T) *house {
	t.Helper()
	mine, err := inventory.OpenMine("beigou.toml", beigou)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, mine: mine, store: testkit.OpenStore(t, testkit.SQLite(t)), now: time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	h.store.Now = clock
	engine, err := series.OpenLite(t.Context(), series.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	ids, err := h.store.SeriesID(t.Context(), "beigou", "feeder")
	if err != nil {
		t.Fatal(err)
	}
	h.feeder = ids[0]
	point, _ := mine.Site.Point("feeder")
	h.meter = &reading.Service{Series: engine, Now: clock, Rules: func(reading.ID) (reading.Rule, bool) { return point.Rule(), true }}
	h.Service = &inventory.Service{
		Mine:    func(context.Context, string) (*inventory.Mine, error) { return h.mine, nil },
		Meters:  engine,
		Refresh: func(ctx context.Context) error { _, err := h.meter.Refresh(ctx, nil); return err },
		Series: func(context.Context, string) (func(string) (reading.ID, bool), error) {
			return func(string) (reading.ID, bool) { return h.feeder, true }, nil
		},
		Filings: h.store, Books: h.store.Books(), Now: clock,
		Factors: func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
	}
	return h
}

// year reads the feeder every hour of 2024, 2 MWh each, and files a boiler that
// burns 100 t a month, no certificate and a gas balance of 10 vented, 20 drained, 8 utilised.
func (h *house) year() {
	h.t.Helper()
	h.read(2024, 1, 366*24, 2)
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

// read appends hourly readings of a counter that rises by so much an hour.
func (h *house) read(year int, month time.Month, hours int, step float64) {
	h.t.Helper()
	start := time.Date(year, month, 1, 0, 0, 0, 0, h.mine.Site.Calendar.Zone)
	batch := make([]reading.Reading, 0, hours+1)
	for i := range hours + 1 {
		batch = append(batch, reading.Reading{Series: h.feeder, T: start.Add(time.Duration(i) * time.Hour).UnixMilli(), V: 1000 + float64(i)*step})
	}
	if _, err := h.meter.Accept(h.t.Context(), reading.Batch{Readings: batch}); err != nil {
		h.t.Fatal(err)
	}
}

// file files a value of a month of 2024; a second one corrects the first.
func (h *house) file(source, parameter string, month int, amount string, how activity.How, evidence ...activity.Evidence) {
	h.t.Helper()
	h.put(h.filing(source, parameter, month, amount, how, evidence...))
}

func (h *house) filing(source, parameter string, month int, amount string, how activity.How, evidence ...activity.Evidence) filing.Filing {
	h.filed++
	return filing.Filing{
		ID:       strconv.Itoa(h.filed),
		Cell:     filing.Cell{Site: "beigou", Source: source, Parameter: parameter, Month: time.Date(2024, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")},
		Quantity: quantity.MustParse(amount), How: how, By: "统计员", At: h.now, Evidence: evidence,
	}
}

func (h *house) put(list ...filing.Filing) {
	h.t.Helper()
	if err := h.store.File(h.t.Context(), list); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) close(period string) inventory.Inventory {
	h.t.Helper()
	inv, err := h.Close(h.t.Context(), ask(period))
	if err != nil {
		h.t.Fatalf("close %s: %v", period, err)
	}
	return inv
}

func ask(period string) inventory.Close {
	return inventory.Close{Site: "beigou", Period: period, Edition: edition, By: "审核员"}
}

func total(t *testing.T, c inventory.Content, id string) quantity.Quantity {
	t.Helper()
	got, err := c.Result.Total(id)
	if err != nil {
		t.Fatal(err)
	}
	return got.CO2e
}
