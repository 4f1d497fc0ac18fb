package api_test

import (
	"encoding/json"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lingtan/api"
	"lingtan/reading"
	"lingtan/testkit"
	"lingtan/testkit/mine"
)

const dashboardFile = "../deploy/grafana/lingtan-dashboard.json"

// dashboard is as much of Grafana's file as is asked of the API.
type dashboard struct {
	UID        string `json:"uid"`
	Templating struct {
		List []struct{ Name, Type, Definition string } `json:"list"`
	} `json:"templating"`
	Panels []struct {
		Title, Type string
		Datasource  struct{ UID string } `json:"datasource"`
		Targets     []struct {
			Expr    string `json:"expr"`
			Instant bool   `json:"instant"`
		} `json:"targets"`
	} `json:"panels"`
}

// TestDashboard asks everything that the ready dashboard asks, of two days of
// the demonstration mine, and wants something to draw.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(text, &d); err != nil || d.UID != "lingtan" || len(d.Panels) < 15 {
		t.Fatalf("%s: %d panels, %v", dashboardFile, len(d.Panels), err)
	}
	h := build(t, testkit.SQLite(t))
	end := h.qingling()
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			h.asksFor(v.Definition)
		}
	}
	ofDevices := 0
	for _, p := range d.Panels {
		if p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("%s is drawn from %q, %d targets", p.Title, p.Datasource.UID, len(p.Targets))
		}
		for _, target := range p.Targets {
			expr := strings.NewReplacer("$site", mine.ID, "$point", "north-high-c|main-1-import", "$gwp", "21").Replace(target.Expr)
			found := h.drawn(expr, target.Instant, end)
			// The house has no device at work and no open hour; what is asked of them must be well asked.
			if now := strings.Contains(expr, "lingtan_device") || strings.Contains(expr, "lingtan_emission"); now {
				ofDevices++
			} else if found == 0 || strings.Contains(expr, "$") {
				t.Errorf("%s has nothing to draw from %s", p.Title, expr)
			}
		}
	}
	if ofDevices > 4 {
		t.Errorf("%d targets have nothing to be drawn from in this test", ofDevices)
	}
}

// qingling takes in two days of the demonstration mine, and gives their end.
func (h *house) qingling() time.Time {
	h.tb.Helper()
	demo := mine.New(mine.Seed)
	if _, err := h.store.PutSite(h.tb.Context(), mine.ID, string(demo.File()), "test"); err != nil {
		h.tb.Fatal(err)
	}
	m, err := h.mine(h.tb.Context(), mine.ID)
	if err != nil {
		h.tb.Fatal(err)
	}
	number := h.gases(m)
	days := 0
	for batch := range demo.Readings(number) {
		if _, err := m.Readings.Accept(h.tb.Context(), reading.Batch{Readings: batch}); err != nil {
			h.tb.Fatal(err)
		}
		if days++; days == 2 {
			break
		}
	}
	return demo.Period().Start().Add(48 * time.Hour)
}

// gases gives the mine the series that are worked out of others.
func (h *house) gases(m *api.Mine) func(point string) reading.ID {
	h.tb.Helper()
	measured, derived := m.Number, map[string]reading.ID{}
	for _, g := range m.Site.Gases {
		ids, err := h.store.SeriesID(h.tb.Context(), m.Site.ID, g.ID)
		if err != nil {
			h.tb.Fatal(err)
		}
		derived[g.ID] = ids[0]
	}
	m.Number = func(point string) (reading.ID, bool) {
		if id, ok := derived[point]; ok {
			return id, true
		}
		return measured(point)
	}
	number := func(point string) reading.ID { id, _ := m.Number(point); return id }
	var products []reading.Product
	for _, g := range m.Site.Gases {
		products = append(products, m.Site.Product(g, number))
	}
	m.Readings.Products = func() []reading.Product { return products }
	return number
}

// drawn asks as a panel does, and tells how many series there are.
func (h *house) drawn(expr string, instant bool, end time.Time) int {
	h.tb.Helper()
	ask := url.Values{"query": {expr}, "time": {strconv.FormatInt(end.Unix(), 10)}}
	path := "/query?"
	if !instant {
		path = "/query_range?"
		ask.Set("start", strconv.FormatInt(end.Add(-24*time.Hour).Unix(), 10))
		ask.Set("end", ask.Get("time"))
		ask.Set("step", "900")
	}
	var answer struct {
		Data struct {
			Result []json.RawMessage `json:"result"`
		} `json:"data"`
	}
	body := h.must(call{who: "viewer@all", method: "GET", path: sites + "/" + mine.ID + "/prometheus/api/v1" + path + ask.Encode()})
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		h.tb.Fatal(err)
	}
	return len(answer.Data.Result)
}

// asksFor resolves label_values(selector, label), as a variable does.
func (h *house) asksFor(definition string) {
	h.tb.Helper()
	inner, _ := strings.CutPrefix(strings.TrimSuffix(definition, ")"), "label_values(")
	i := strings.LastIndex(inner, ",")
	selector, label := strings.ReplaceAll(inner[:i], "$site", mine.ID), strings.TrimSpace(inner[i+1:])
	body := h.must(call{who: "viewer@all", method: "GET", path: sites + "/" + mine.ID + "/prometheus/api/v1/label/" + label + "/values?match[]=" + url.QueryEscape(selector)})
	if !strings.Contains(body, `"data":["`) {
		h.tb.Errorf("%s gives %s", definition, body)
	}
}
