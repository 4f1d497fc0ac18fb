package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/quantity"
	"lingtan/rule"
	"lingtan/testkit"
)

// benchRows is the size of the form that is measured: a group's largest mine.
const benchRows = 200

// rows gives the mine so many records more.
func (h *house) rows(n int) {
	h.tb.Helper()
	var file strings.Builder
	file.WriteString(small)
	for i := range n {
		fmt.Fprintf(&file, "\n[[record]]\nsource = \"post-mining\"\nname = \"r%d\"\ntitle = \"台账 %d\"\nunit = \"t\"\nowner = { department = \"mine\" }\n", i, i)
	}
	if _, err := h.store.PutSite(h.tb.Context(), own, file.String(), "bench"); err != nil {
		h.tb.Fatal(err)
	}
}

// crowded is a house whose mine has a form of 200 rows, filed for three years
// up to the month that is being filled.
func crowded(b *testing.B, dsn string) *house {
	b.Helper()
	h := build(b, dsn)
	h.rows(benchRows - 1)
	var list []filing.Filing
	for m := rule.MonthOf("2021-03"); m <= rule.MonthOf("2024-02"); m++ {
		for i := range benchRows {
			name := fmt.Sprintf("r%d", i-1)
			if i == 0 {
				name = "raw_coal"
			}
			list = append(list, filing.Filing{
				ID: fmt.Sprintf("f-%s-%s", m, name), Cell: filing.Cell{Site: own, Source: "post-mining", Parameter: name, Month: m.String()},
				Quantity: quantity.MustParse(fmt.Sprintf("%d.%02d t", 1000+i+int(m)%7, i%100)), How: activity.Filed, By: "filler@xiaoyao", At: now.Add(-time.Hour),
			})
		}
	}
	for block := range slices.Chunk(list, 5000) {
		if _, err := h.store.PutFilings(b.Context(), own, block); err != nil {
			b.Fatal(err)
		}
	}
	return h
}

// clocked measures one request.
func clocked(h *house, c call) (string, time.Duration) {
	h.tb.Helper()
	start := time.Now()
	got := h.must(c)
	return got, time.Since(start)
}

// p95 runs a request many times and reports the time that all but a twentieth
// stay under.
func p95(b *testing.B, do func(i int) time.Duration) {
	b.Helper()
	var took []time.Duration
	i := 0
	for b.Loop() {
		took = append(took, do(i))
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func each95(b *testing.B, measure func(*testing.B, *house)) {
	b.Helper()
	for _, engine := range testkit.Engines(b) {
		b.Run(engine.Name, func(b *testing.B) { measure(b, crowded(b, engine.DSN(b))) })
	}
}

// BenchmarkGrid reads 200 rows and 12 months, packed as browsers ask for it.
func BenchmarkGrid(b *testing.B) {
	each95(b, func(b *testing.B, h *house) {
		b.Helper()
		path := sites + "/xiaoyao/grid?from=2023-03&to=2024-02"
		p95(b, func(int) time.Duration {
			_, took := clocked(h, call{who: "filler@xiaoyao", method: "GET", path: path, header: map[string]string{"Accept-Encoding": "gzip"}})
			return took
		})
	})
}

// BenchmarkSaveCell files one cell after the other, each with every rule asked.
func BenchmarkSaveCell(b *testing.B) {
	each95(b, func(b *testing.B, h *house) {
		b.Helper()
		last := "f-2024-02-r7"
		p95(b, func(i int) time.Duration {
			body := fmt.Sprintf(`{"value":"%d","supersedes":"%s"}`, 1000+i%50, last)
			got, took := clocked(h, call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/cells/post-mining/r7/2024-02", body: body})
			_, rest, _ := strings.Cut(got, `"filing":"`)
			last, _, _ = strings.Cut(rest, `"`)
			return took
		})
	})
}

// BenchmarkSubmit submits a month with every check of 200 rows, and takes it
// back, which is not in p95.
func BenchmarkSubmit(b *testing.B) {
	each95(b, func(b *testing.B, h *house) {
		b.Helper()
		step := func(name string) time.Duration {
			_, took := clocked(h, call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/months/2024-02/" + name, body: "{}"})
			return took
		}
		p95(b, func(int) time.Duration {
			took := step("submit")
			step("withdraw")
			return took
		})
	})
}
