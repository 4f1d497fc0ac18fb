package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lingtan/api"
	"lingtan/reading"
	"lingtan/testkit"
)

// TestFindings reads clashes and counter events by pages, as the store has them.
func TestFindings(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	ids, err := h.store.SeriesID(t.Context(), own, "feeder", "gone")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := h.store.SeriesID(t.Context(), other, "feeder")
	if err != nil {
		t.Fatal(err)
	}
	clash := func(id reading.ID, at int64, v float64) reading.Clash {
		return reading.Clash{Series: id, T: at, Kept: reading.Reading{Series: id, T: at, V: 5, Recv: at}, Other: reading.Reading{Series: id, T: at, V: v, Recv: at, Q: reading.Suspect}}
	}
	const noon = 1_704_081_600_000 // 2024-01-01T04:00:00Z
	clashes := []reading.Clash{clash(ids[0], noon, -0.125), clash(ids[0], noon, 2.5), clash(ids[0], noon+1, 1e-9), clash(ids[1], noon+2, 7), clash(ours[0], noon, 99)}
	if err := h.store.PutClashes(t.Context(), clashes); err != nil {
		t.Fatal(err)
	}
	events := []reading.Event{
		{Series: ids[0], Kind: reading.Reset, Prev: noon, T: noon + 5, From: 900, To: 1, Confirmed: true},
		{Series: ids[0], Kind: reading.Spike, Prev: noon, T: noon + 5, From: 900, To: 1e6},
		{Series: ids[0], Kind: reading.Jump, Prev: noon + 6, T: noon + 86_400_000, From: 1, To: 5000},
	}
	if err := h.store.PutEvents(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	got := paged[api.Clash](t, h, "/clashes?limit=1")
	var told []string
	for _, c := range got {
		told = append(told, c.Point)
	}
	if len(got) != 4 || told[0] != "feeder" || told[3] != fmt.Sprintf("#%d", ids[1]) || got[0].Kept.Q != "good" || got[0].Other.Q != "suspect" || *got[1].Other.V+*got[0].Other.V != 2.375 {
		t.Errorf("clashes = %+v of %v, want four, the last of a point that is gone", got, told)
	}
	if day := paged[api.Clash](t, h, "/clashes?limit=100&period=2024-01-02"); len(day) != 0 {
		t.Errorf("clashes of the day after = %+v", day)
	}
	kinds := []string{}
	for _, e := range paged[api.CounterEvent](t, h, "/counter-events?limit=1") {
		kinds = append(kinds, e.Point+" "+e.Kind)
	}
	if want := []string{"feeder reset", "feeder spike", "feeder jump"}; !slices.Equal(kinds, want) {
		t.Errorf("events = %v, want %v", kinds, want)
	}
	if day := paged[api.CounterEvent](t, h, "/counter-events?period=2024-01-01"); len(day) != 2 || !day[0].Confirmed || day[0].Before != 900 || day[0].After != 1 {
		t.Errorf("events of the day = %+v", day)
	}
	for _, path := range []string{"/clashes?cursor=x", "/counter-events?cursor=1.2", "/clashes?cursor=1.0.5", "/clashes?period=2024-13", "/clashes?from=2024-01-01T00:00:00Z"} {
		if w := h.do(call{who: "viewer@" + own, method: "GET", path: sites + "/" + own + path}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("GET %s = %d %s, want 422", path, w.Code, w.Body)
		}
	}
}

// paged reads a whole list, page by page.
func paged[T any](t *testing.T, h *house, path string) []T {
	t.Helper()
	var out []T
	for cursor := ""; ; {
		var page api.Page[T]
		body := h.must(call{who: "viewer@" + own, method: "GET", path: sites + "/" + own + path + cursor})
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
		if page.Next == "" || len(out) > 50 {
			return out
		}
		cursor = "&cursor=" + strings.ReplaceAll(page.Next, "+", "%2B")
	}
}
