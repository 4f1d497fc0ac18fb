package board_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/board"
	"lingtan/factor"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/quantity"
	"lingtan/reading"
)

//go:embed testdata/small.toml
var small string

// xiaoyao is the small mine at an instant, its file changed as a test likes.
func xiaoyao(tb testing.TB, at string, changes ...string) *stage {
	tb.Helper()
	text := strings.NewReplacer(changes...).Replace(small)
	described, err := inventory.OpenMine("small.toml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	s := &stage{described: described, ids: map[string]reading.ID{}, hours: map[reading.ID][]reading.Hour{}, raw: map[reading.ID][]reading.Reading{}, closed: map[string]inventory.Inventory{}}
	for i, p := range described.Site.Points {
		s.ids[p.ID] = reading.ID(i + 1)
	}
	s.clock = instant(tb, described.Site, at)
	return s
}

// run lets the meters count evenly over a month: the feeder 2 MWh an hour, the
// engine 1000 kWh, the photovoltaic 500 kWh, the scale 60 t.
func (s *stage) run(year int, month time.Month) {
	p := s.described.Site.Calendar.Month(year, month)
	from, to := p.Millis()
	for _, m := range []struct {
		point  string
		amount int64
	}{{"feeder", 2}, {"engine", 1000}, {"pv", 500}, {"scale", 60}} {
		id := s.ids[m.point]
		for at := from; at < min(to, s.clock.UnixMilli()); at += reading.HourMS {
			s.hours[id] = append(s.hours[id], reading.Hour{Series: id, Hour: at / reading.HourMS, Amount: m.amount * 1e9, CoveredMS: reading.HourMS, N: 1})
		}
	}
}

// papers files a month: "gas#vent 10 万Nm3" and so on.
func (s *stage) file(month string, cells ...string) {
	for _, c := range cells {
		cell, amount, _ := strings.Cut(c, " ")
		source, parameter, _ := strings.Cut(cell, "#")
		s.filings = append(s.filings, filing.Filing{
			ID: fmt.Sprintf("f%d", len(s.filings)), Cell: filing.Cell{Site: "xiaoyao", Source: source, Parameter: parameter, Month: month},
			Quantity: quantity.MustParse(amount), How: activity.Filed, By: "统计员", At: s.clock,
		})
	}
}

// usual are the filings of an ordinary month.
var usual = []string{
	"gas#vent 10 万Nm3", "gas#drain 20 万Nm3", "gas#utilised 8 万Nm3", "post-mining#raw_coal 50000 t", "boiler#amount 100 t",
	"grid#supplied 88 MWh", "heat#heat 1000 GJ",
}

// january is the small mine when January 2025 is over, and nothing else is known.
func january(tb testing.TB, changes ...string) *stage {
	tb.Helper()
	s := xiaoyao(tb, "2025-02-01 00:00", changes...)
	s.run(2025, 1)
	s.file("2025-01", usual...)
	return s
}

func (s *stage) overview(tb testing.TB, ask board.Ask) board.Overview {
	tb.Helper()
	out, err := s.desk().Overview(tb.Context(), ask)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// figures lists every figure of an overview by its id.
func figures(o board.Overview) map[string]board.Figure {
	all := append([]board.Figure{o.Total, o.Year.Budget, o.Year.ToDate, o.Year.Allowed, o.Year.Used, o.Year.Left, o.Year.Forecast, o.Quality.Coverage, o.Quality.Estimated}, o.Scopes...)
	all = append(append(append(append(all, o.Beside...), o.Tiles...), o.Gas.Rates...), o.Measures.Target...)
	for _, m := range o.Months {
		all = append(all, m.Total)
		for _, p := range m.Parts {
			all = append(all, p.Figure)
		}
		if m.Budget != nil {
			all = append(all, *m.Budget)
		}
		if m.Expected != nil {
			all = append(all, *m.Expected)
		}
	}
	for _, s := range o.Sources {
		all = append(all, s.Figure)
	}
	for _, n := range o.Gas.Nodes {
		all = append(all, n.Figure)
	}
	for _, c := range o.Gas.Checks {
		all = append(all, c.In, c.Out, c.Imbalance)
	}
	for _, m := range o.Measures.Items {
		all = append(all, m.Planned, m.Through, m.Measured)
	}
	out := map[string]board.Figure{}
	for _, f := range all {
		out[f.ID] = f
	}
	return out
}

func told(v *string) string {
	if v == nil {
		return "null"
	}
	return *v
}

// TestByHand: January of the small mine, reckoned on paper, in tCO2e at AR2:
// ventilated 10 × 7.17 × 21, vented (20 − 8) × 7.17 × 21, post-mining 50 000 ×
// 2.01 kg × 21, boiler 100 × 23.736 × 0.02618 × 0.99 × 44/12, power
// (1488 − 88) × 0.6634, heat 1000 × 0.11.
func TestByHand(t *testing.T) {
	got := figures(january(t).overview(t, board.Ask{From: "2025-01", To: "2025-01"}))
	for id, want := range map[string]string{
		"overview.total":                   "6687.37127824 tCO2e",
		"overview.scope1":                  "5648.61127824 tCO2e",
		"overview.scope2":                  "1038.76 tCO2e",
		"overview.beside.without_indirect": "5648.61127824 tCO2e",
		"overview.source.gas.c-vam":        "1505.7 tCO2e",
		"overview.source.gas.c-drain":      "1806.84 tCO2e",
		"overview.source.post-mining.c-s1": "2110.5 tCO2e",
		"overview.source.boiler.c-s1":      "225.57127824 tCO2e",
		"overview.source.grid.c-power":     "928.76 tCO2e",
		"overview.source.heat.c-heat":      "110 tCO2e",
		"overview.month.2025-01":           "6687.37127824 tCO2e",
		"overview.month.2025-01.c-s1":      "2336.07127824 tCO2e",
		"overview.month.2025-02":           "6040.20631583 tCO2e", // 28 days of January's mean
		"overview.budget.2025-02":          "6000 tCO2e",
		"overview.year.budget":             "84000 tCO2e",
		"overview.year.allowed":            "7000 tCO2e",
		"overview.year.left":               "77312.62872176 tCO2e",
		"overview.year.used":               "7.961156284 %",
		"overview.year.forecast":           "78738.403759923 tCO2e", // × 365 ÷ 31
		"overview.gas_utilisation":         "40 %",
		"overview.gas.drainage":            "66.666666667 %",
		"overview.gas.liberated":           "30 万Nm3",
		"overview.gas.vented":              "12 万Nm3",
		"overview.electrification":         "66.666666667 %",
		"overview.intensity":               "0.133747426 tCO2e/t",
		"overview.self_supply":             "40.858505564 %", // (744 + 372 − 88) ÷ (1488 + 1028)
		"overview.reduction_year":          "300 tCO2e",
		"overview.reduction_2030":          "350 tCO2e",
		"overview.measure.fans.measured":   "null tCO2e",
		"overview.quality.coverage":        "100 %",
		"overview.quality.estimated":       "0 %",
	} {
		f, ok := got[id]
		if told := told(f.Value) + " " + f.Unit; !ok || told != want {
			t.Errorf("%s = %s, want %s", id, told, want)
		}
	}
	for id, want := range map[string]board.Kind{
		"overview.total": board.Mixed, "overview.source.gas.c-vam": board.Filed, "overview.month.2025-01.c-heat": board.Filed,
		"overview.quality.coverage": board.Mixed, "overview.month.2025-02": board.Forecast, "overview.electrification": board.Filed,
	} {
		if got[id].Kind != want {
			t.Errorf("%s is %s, want %s", id, got[id].Kind, want)
		}
	}
	if f := got["overview.gas_utilisation"].Formula; f.EN != "utilised 8 10⁴ Nm³ ÷ drained 20 10⁴ Nm³ = 40 %" || f.ZH != "利用 8 万Nm³ ÷ 抽采 20 万Nm³ = 40 %" {
		t.Errorf("formula of the utilisation: %v", f)
	}
	if f := got["overview.month.2025-01.c-vam"]; len(f.Inputs) != 1 || f.Inputs[0].Ref.Line != "gas/2025-01:ch4_underground" || told(f.Inputs[0].Value) != "1505.7" {
		t.Errorf("inputs of January's return air: %+v", f.Inputs)
	}
}

// TestMissing: what is not known is null with its reason, and what a sum leaves
// out is told.
func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name    string
		stage   func() *stage
		missing []string // figures that have no value
		total   string
		lacking []string // of the total
	}{
		{"no budget", func() *stage { return january(t, "year = 2025\nnode", "year = 2031\nnode") }, []string{"overview.year.budget", "overview.year.allowed", "overview.year.used", "overview.year.left"}, "6687.37127824", nil},
		{"no fleet and no measures", func() *stage {
			cut, _, _ := strings.Cut(small, "[[vehicle]]")
			_, budget, _ := strings.Cut(small, "[[budget]]")
			return january(t, small, cut+"[[budget]]"+budget)
		}, []string{"overview.electrification", "overview.reduction_year", "overview.reduction_2030"}, "6687.37127824", nil},
		{"no filings", func() *stage {
			s := xiaoyao(t, "2025-02-01 00:00")
			s.run(2025, 1)
			return s
		}, []string{"overview.scope1", "overview.gas_utilisation", "overview.intensity"}, "987.1392", []string{
			"boiler#amount@2025-01", "gas#drain@2025-01", "gas#utilised@2025-01", "gas#vent@2025-01", "grid#supplied@2025-01", "heat#heat@2025-01", "post-mining#raw_coal@2025-01",
		}},
		{"no readings", func() *stage {
			s := xiaoyao(t, "2025-02-01 00:00")
			s.file("2025-01", usual...)
			return s
		}, []string{"overview.self_supply", "overview.source.grid.c-power"}, "5758.61127824", []string{"grid#purchased@2025-01"}},
		{"no coal, so that emissions lack a source", func() *stage {
			s := xiaoyao(t, "2025-02-01 00:00")
			s.run(2025, 1)
			s.file("2025-01", "gas#vent 10 万Nm3", "gas#drain 20 万Nm3", "gas#utilised 8 万Nm3", "boiler#amount 100 t", "grid#supplied 88 MWh", "heat#heat 1000 GJ")
			return s
		}, []string{"overview.intensity"}, "4576.87127824", []string{"post-mining#raw_coal@2025-01"}},
		{"nothing at all", func() *stage { return xiaoyao(t, "2025-02-01 00:00") }, []string{"overview.total", "overview.scope1", "overview.scope2", "overview.year.used", "overview.year.left", "overview.year.forecast", "overview.quality.coverage"}, "null", []string{"*@2025-01"}},
	} {
		o := c.stage().overview(t, board.Ask{From: "2025-01", To: "2025-01"})
		got := figures(o)
		for _, id := range c.missing {
			if f := got[id]; f.Value != nil || f.ID != "" && (f.Missing.ZH == "" || f.Missing.EN == "") {
				t.Errorf("%s: %s = %s, because %v; want null with a reason", c.name, id, told(f.Value), f.Missing)
			}
		}
		if total := got["overview.total"]; told(total.Value) != c.total || strings.Join(total.Lacking, " ") != strings.Join(c.lacking, " ") || total.LackCount != len(c.lacking) {
			t.Errorf("%s: total %s lacks %v, want %s and %v", c.name, told(total.Value), total.Lacking, c.total, c.lacking)
		}
		speaks(t, c.name, o)
	}
}

// TestToDo: what is not filed is told once, with who answers and the cell; a
// calibration that ran out stands with its unit.
func TestToDo(t *testing.T) {
	s := xiaoyao(t, "2025-03-01 00:00")
	for m := range 2 {
		s.run(2025, time.Month(m+1))
		s.file(fmt.Sprintf("2025-%02d", m+1), usual[:3]...)
	}
	q := s.overview(t, board.Ask{From: "2025-01", To: "2025-02"}).Quality
	if len(q.ToDo) < 5 || q.Counts.Hard != 4 || q.Counts.Explain != 3 {
		t.Fatalf("to do: %+v %+v", q.Counts, q.ToDo)
	}
	found := map[string]board.ToDo{}
	for _, todo := range q.ToDo {
		found[todo.Code+" "+todo.Cell] = todo
	}
	coal := found["plan.filing_missing post-mining#raw_coal"]
	if strings.Join(coal.Periods, " ") != "2025-01 2025-02" || coal.Severity != activity.Hard || coal.OwnerName.EN != "Xiaoyao Mine · 统计员" {
		t.Errorf("raw coal: %+v", coal)
	}
	if due := found["site.calibration_overdue "]; strings.Join(due.Points, " ") != "feeder" || due.OwnerName.EN != "Power" || due.Due.IsZero() {
		t.Errorf("calibration: %+v", due)
	}
}

// books is the service that closes the stage's inventories, of which none is closed.
func (s *stage) books() *inventory.Service {
	return &inventory.Service{
		Mine: func(context.Context, string) (*inventory.Mine, error) { return s.described, nil }, Meters: s,
		Refresh: func(context.Context) error { return nil },
		Series:  func(context.Context, string) (func(string) (reading.ID, bool), error) { return s.number, nil },
		Filings: filings{s}, Books: closedBooks{}, Now: s.desk().Now,
		Factors: func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
	}
}

// content is what January would be closed with.
func (s *stage) content(tb testing.TB) inventory.Content {
	tb.Helper()
	out, err := s.books().Compute(tb.Context(), inventory.Close{Site: "xiaoyao", Period: "2025-01", Edition: "cn-coal-2014", Accept: "a test"})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// TestJSON holds the shape that the pages read to a file.
func TestJSON(t *testing.T) {
	o := january(t).overview(t, board.Ask{From: "2025-01", To: "2025-01"})
	o.Months, o.Days = o.Months[:2], o.Days[:2]
	body, err := json.MarshalIndent(o, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/small.json", string(body)+"\n")
	if strings.Contains(string(body), `"inputs": null`) || strings.Contains(string(body), `NaN`) {
		t.Error("a list is null")
	}
}
