package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/quantity"
	"lingtan/standard"
	"lingtan/testkit"
)

// bound is what a report may take: a reader does not wait for it.
const bound = 20 * time.Millisecond

// year keeps a large mine's year in the house: sixty sources, each month.
func (h *house) year() string {
	h.tb.Helper()
	cal := period.Natural(time.FixedZone("CST", 8*3600))
	content := inventory.Content{
		Site:   inventory.Site{ID: own, Name: lang.T("小窑矿", "Xiaoyao Mine"), Entity: lang.T("小窑煤业", "Xiaoyao Coal"), Mine: "underground", Grade: "high", Zone: "Asia/Shanghai"},
		Period: "2023", Edition: edition, Province: "CN-14", FactorSet: factor.BuiltinID, FactorSHA: factor.Builtin().SHA256(),
	}
	for m := time.January; m <= time.December; m++ {
		for i := range 60 {
			source := fmt.Sprintf("feeder-%02d", i)
			content.Activities = append(content.Activities, activity.Activity{
				ID: source + fmt.Sprintf("/2023-%02d", m), Kind: "electricity", Source: source, Name: lang.Same(source), Period: cal.Month(2023, m),
				Values: map[string]activity.Value{"net": {Quantity: quantity.Int(int64(1000+i), quantity.MustUnit("MWh")), How: activity.Metered, Evidence: []activity.Evidence{{Kind: "readings", ID: source}}}},
			})
		}
	}
	result, err := standard.Compute(standard.Request{Edition: edition, Activities: content.Activities, Factors: factor.Builtin(), Province: "CN-14", Calendar: cal})
	if err != nil {
		h.tb.Fatal(err)
	}
	content.Result, content.GWP = result, result.GWP
	inv := inventory.Inventory{ID: "xiaoyao.2023.cn-coal-2014.v1", Version: 1, ClosedAt: now, By: "reviewer@xiaoyao", Content: content}
	if inv.Hash, err = content.Sum(); err != nil {
		h.tb.Fatal(err)
	}
	entry := ledger.Draft{At: now, Actor: inv.By, Site: own, Kind: ledger.InventoryClose, Subject: inv.ID}
	if err := h.store.Books().SaveInventory(h.tb.Context(), inv, nil, entry); err != nil {
		h.tb.Fatal(err)
	}
	return sites + "/xiaoyao/inventories/" + inv.ID
}

// BenchmarkReport asks for a closed year's reports. The first of each is
// encoded ("first-ms"); what every reader after it waits is p95, held to bound.
func BenchmarkReport(b *testing.B) {
	h := build(b, testkit.SQLite(b))
	year := h.year()
	for _, path := range []string{"", "/lines", "/card?line=feeder-07%2F2023-05:electricity", "/report?format=json", "/report?format=csv", "/report?format=xlsx", "/report?format=docx"} {
		b.Run(path, func(b *testing.B) {
			ask := call{who: "viewer@xiaoyao", method: "GET", path: year + path}
			first := timed(b, h, ask)
			var took []time.Duration
			for b.Loop() {
				took = append(took, timed(b, h, ask))
			}
			slices.Sort(took)
			p95 := took[len(took)*95/100]
			b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
			b.ReportMetric(float64(p95.Microseconds())/1000, "p95-ms")
			if p95 > bound {
				b.Errorf("GET %s: p95 %v, at most %v", path, p95, bound)
			}
		})
	}
}

func timed(b *testing.B, h *house, c call) time.Duration {
	b.Helper()
	start := time.Now()
	w := h.do(c)
	if w.Code != http.StatusOK {
		b.Fatalf("GET %s = %d: %.300s\n%.2000s", c.path, w.Code, w.Body, h.log.String()[max(0, len(h.log.String())-1000):])
	}
	return time.Since(start)
}

// BenchmarkReadings sends batches of a collector: 10,000 readings each.
func BenchmarkReadings(b *testing.B) {
	h := build(b, testkit.SQLite(b))
	at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	const rows = 10_000
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		body := []byte(`{"readings":[`)
		for i := range rows {
			if i > 0 {
				body = append(body, ',')
			}
			body = fmt.Appendf(body, `{"point":"spare","t":%d,"v":%d.5}`, at.UnixMilli(), i)
			at = at.Add(time.Second)
		}
		body = append(body, "]}"...)
		b.StartTimer()
		h.must(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/readings", body: string(body)})
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "readings/s")
}
