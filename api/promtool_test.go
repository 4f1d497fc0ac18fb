package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"lingtan/reading"
	"lingtan/testkit"
	"lingtan/testkit/peers"
)

// TestPromtool has Prometheus' own client ask, and compares what it is told
// with what is stored.
func TestPromtool(t *testing.T) {
	program := peers.Need(t, "promtool", "prometheus")
	h := build(t, testkit.SQLite(t))
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/xiaoyao/readings", body: hours()})
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	bearer := "Bearer " + h.tokens["viewer@"+own]
	// Debian's promtool sends a header with query range alone; for the others it is put on here.
	signed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Authorization", bearer)
		h.web.ServeHTTP(w, r)
	}))
	t.Cleanup(signed.Close)
	ask := func(args ...string) []byte {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), program, append([]string{"query"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("promtool query %v: %v: %s", args, err, out)
		}
		return out
	}
	mine := signed.URL + sites + "/xiaoyao/prometheus"
	start := time.Date(2024, 1, 10, 0, 0, 0, 0, time.UTC)
	end := start.Add(48 * time.Hour)

	var told []struct {
		Values [][2]any `json:"values"`
	}
	body := ask("range", "-o", "json", "--start="+start.Format(time.RFC3339), "--end="+end.Format(time.RFC3339), "--step=1h",
		"--header=Authorization="+bearer, web.URL+sites+"/xiaoyao/prometheus", `lingtan_reading{point="feeder"}`)
	if err := json.Unmarshal(body, &told); err != nil || len(told) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	stored := h.stored(start.UnixMilli(), end.UnixMilli()+1)
	if len(told[0].Values) != len(stored) || len(stored) != 49 {
		t.Fatalf("promtool was told %d values, %d are stored", len(told[0].Values), len(stored))
	}
	for i, v := range told[0].Values {
		if at, value := v[0].(float64), v[1].(string); int64(at*1000) != stored[i].T || value != strconv.FormatFloat(stored[i].V, 'f', -1, 64) {
			t.Errorf("promtool was told %v, stored is %+v", v, stored[i])
		}
	}
	if got := string(ask("instant", "--time="+end.Format(time.RFC3339), mine, `sum(sum_over_time(lingtan_amount{point="feeder"}[1d]))`)); got != "{} => 3840 @["+strconv.FormatInt(end.Unix(), 10)+"]\n" {
		t.Errorf("the day's amount is told as %q", got)
	}
	if got := string(ask("labels", mine, "point")); got != "feeder\nspare\n" {
		t.Errorf("the points are told as %q", got)
	}
	ask("series", "--match=lingtan_amount", mine)
}

// stored are the feeder's readings as the engine has them.
func (h *house) stored(from, to int64) []reading.Reading {
	h.tb.Helper()
	m, err := h.mine(h.tb.Context(), own)
	if err != nil {
		h.tb.Fatal(err)
	}
	id, _ := m.Number("feeder")
	var out []reading.Reading
	for r, err := range m.Readings.Series.Scan(h.tb.Context(), reading.Query{Series: []reading.ID{id}, From: from, To: to}) {
		if err != nil {
			h.tb.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}
