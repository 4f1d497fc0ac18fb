package plan_test

import (
	"context"
	"iter"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
)

// world is what a test gathers from: hours by point, and filings by cell.
type world struct {
	t     *testing.T
	hours map[string][]reading.Hour
	filed map[string]activity.Value // "source#name 2024-06"
}

var (
	_     plan.Meters  = (*world)(nil)
	_     plan.Filings = (*world)(nil)
	names              = []string{"ch4", "in-1", "in-2", "out", "t"}
)

func series(point string) (reading.ID, bool) {
	i := slices.Index(names, point)
	return reading.ID(i + 1), i >= 0
}

// newWorld has two nano amounts of every point in every hour around June 2024.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, hours: map[string][]reading.Hour{}, filed: map[string]activity.Value{}}
	from := reading.HourOf(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
	for _, point := range names {
		id, _ := series(point)
		for h := from; h < from+92*24; h++ {
			w.hours[point] = append(w.hours[point], reading.Hour{Series: id, Hour: h, Amount: 2_000_000_000, CoveredMS: reading.HourMS, N: 4})
		}
	}
	w.file("boiler#amount", "120 t", activity.Evidence{Kind: "file", ID: "a"}, activity.Evidence{Kind: "laboratory", ID: "b"})
	w.file("boiler#ncv", "22.5 GJ/t")
	return w
}

func (w *world) file(cell, q string, evidence ...activity.Evidence) {
	w.filed[cell+" 2024-06"] = activity.Value{Quantity: quantity.MustParse(q), Evidence: evidence}
}

// lose drops n hours of a point from a day of June on.
func (w *world) lose(point string, day, n int) {
	from := reading.HourOf(time.Date(2024, 6, day, 0, 0, 0, 0, time.UTC).UnixMilli())
	w.hours[point] = slices.DeleteFunc(w.hours[point], func(h reading.Hour) bool { return h.Hour >= from && h.Hour < from+int64(n) })
}

func (w *world) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		for _, h := range w.hours[names[q.Series[0]-1]] {
			if at := h.Hour * reading.HourMS; at >= q.From && at < q.To && !yield(h, nil) {
				return
			}
		}
	}
}

func (w *world) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	var out []reading.Total
	for _, id := range q.Series {
		for i := range bounds[1:] {
			t := reading.Total{Series: id, From: bounds[i], To: bounds[i+1], Amount: new(big.Int)}
			for h := range w.Hours(ctx, reading.Query{Series: []reading.ID{id}, From: t.From, To: t.To}) {
				t.Amount.Add(t.Amount, big.NewInt(h.Amount))
				t.CoveredMS, t.Hours, t.Flags = t.CoveredMS+h.CoveredMS, t.Hours+1, t.Flags|h.Flags
			}
			if t.Hours > 0 {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

func (w *world) Filed(_ context.Context, site, source, parameter, month string) (activity.Value, bool, error) {
	if site != "small" {
		w.t.Errorf("Filed of site %q", site)
	}
	v, ok := w.filed[source+"#"+parameter+" "+month]
	return v, ok, nil
}

// gather gathers a period and lists the findings of a source as "code severity".
func (w *world) gather(name string) (map[string]activity.Activity, []activity.Finding, error) {
	w.t.Helper()
	doc, s := load(w.t, "small.toml")
	p, err := plan.Parse(doc, s, words)
	if err != nil {
		w.t.Fatal(err)
	}
	when, err := s.Calendar.Parse(name)
	if err != nil {
		w.t.Fatal(err)
	}
	acts, findings, err := plan.Gather(context.Background(), plan.Inputs{Site: s, Plan: p, Period: when, Meters: w, Series: series, Filings: w})
	byID := map[string]activity.Activity{}
	for _, a := range acts {
		byID[a.ID] = a
	}
	return byID, findings, err
}

func (w *world) june() (map[string]activity.Activity, []activity.Finding) {
	w.t.Helper()
	acts, findings, err := w.gather("2024-06")
	if err != nil {
		w.t.Fatal(err)
	}
	return acts, findings
}

func codes(findings []activity.Finding, source string) string {
	var out []string
	for _, f := range findings {
		if f.Source == source {
			out = append(out, f.Code+" "+string(f.Severity))
		}
	}
	return strings.Join(out, ", ")
}

func TestGatherWhole(t *testing.T) {
	acts, findings := newWorld(t).june()
	if len(acts) != 4 {
		t.Fatalf("%d activities, want 4", len(acts))
	}
	gas := acts["gas/2024-06"]
	v := gas.Values["vent"]
	// 720 h × 2 m³ at 20 °C, told at 0 °C in 10⁴ m³, exactly.
	want := big.NewRat(720*2*27315, 29315*10_000)
	if v.Quantity.Rat().Cmp(want) != 0 || v.Quantity.Unit().String() != "万Nm3" {
		t.Errorf("vent = %s, want %s 万Nm3", v.Quantity, want)
	}
	if v.How != activity.Metered || v.Meter.Covered != 1 || v.Meter.Substituted != 0 || v.Meter.Rule != "" || v.Meter.Hours != 720 {
		t.Errorf("vent's meter = %+v", v.Meter)
	}
	if v.Uncertainty.FloatString(2) != "0.12" || v.Owner != "vent/测风员" || v.Evidence[0] != (activity.Evidence{Kind: "readings", ID: "ch4"}) {
		t.Errorf("vent = %+v", v)
	}
	if got := codes(findings, "gas"); got != "" {
		t.Errorf("findings = %s", got)
	}
	if gas.Kind != "underground_ch4" || acts["boiler/2024-06"].Item != "bituminous" || acts["boiler/2024-06"].Attrs["use"] != "heat" {
		t.Errorf("activities = %+v", acts)
	}
	// 1440 + 1440 kWh less 1440 kW·h.
	power := acts["grid/2024-06"].Values["purchased"]
	if power.Quantity.String() != "1.44 MWh" || power.Uncertainty != nil {
		t.Errorf("purchased = %s ± %v, want 1.44 MWh of unknown uncertainty: out has none", power.Quantity, power.Uncertainty)
	}
	// Equal parts of ±3 % and ±4 %: √(0.03² + 0.04²) / 2.
	if u := acts["grid/2024-06"].Values["supplied"].Uncertainty; u == nil || u.FloatString(4) != "0.0250" {
		t.Errorf("supplied ± %v, want 0.0250", u)
	}
	boiler := acts["boiler/2024-06"]
	if got := strings.Join(boiler.Names(), " "); got != "amount ncv" {
		t.Errorf("boiler has %s, want amount ncv: of is the edition's", got)
	}
	if a := boiler.Values["amount"]; a.How != activity.Filed || a.Uncertainty.FloatString(2) != "0.02" || a.Owner != "vent/统计员" {
		t.Errorf("amount = %+v", a)
	}
	if n := boiler.Values["ncv"]; n.How != activity.Laboratory {
		t.Errorf("ncv was obtained by %s", n.How)
	}
	if got := acts["heat/2024-06"].Values["temperature"].Quantity.String(); got != "2 degC" {
		t.Errorf("temperature = %s, want the mean, 2 degC", got)
	}
}

func TestGatherMissing(t *testing.T) {
	for _, c := range []struct {
		name   string
		lose   func(w *world)
		source string
		field  string
		want   string // the value, "" for none
		codes  string
	}{
		{"a short gap of a gas is interpolated", func(w *world) { w.lose("ch4", 5, 12) }, "gas", "vent", "720", "plan.substituted note"},
		{"a gap of more than a tenth blocks", func(w *world) { w.lose("ch4", 5, 100) }, "gas", "vent", "720", "plan.substituted hard"},
		{"no reading at all has no value", func(w *world) { w.hours["ch4"] = nil }, "gas", "vent", "", "plan.meter_missing hard"},
		{"a bill stands in for a meter", func(w *world) { w.lose("in-1", 5, 1); w.file("grid#purchased", "1500 kWh") }, "grid", "purchased", "1.5 MWh", "plan.filed_for_meter explain, plan.substituted note"},
		{"a meter without a bill has no value", func(w *world) { w.lose("in-1", 5, 1) }, "grid", "purchased", "", "plan.meter_missing hard, plan.substituted note"},
		{"no rule puts nothing in", func(w *world) { w.lose("t", 5, 1) }, "heat", "temperature", "", "plan.meter_missing hard"},
		{"an edition's default stands in for a meter", func(w *world) { w.lose("out", 5, 1) }, "heat", "heat", "", "plan.defaulted explain"},
		{"an unfiled amount has no value", func(w *world) { delete(w.filed, "boiler#amount 2024-06") }, "boiler", "amount", "", "plan.filing_missing hard"},
		{"an untested coal takes the default", func(w *world) { delete(w.filed, "boiler#ncv 2024-06") }, "boiler", "ncv", "", "plan.defaulted explain"},
		{"a value without its papers", func(w *world) { w.file("boiler#amount", "1 kt", activity.Evidence{Kind: "file"}) }, "boiler", "amount", "1000 t", "plan.evidence_missing explain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.lose(w)
			acts, findings := w.june()
			v, ok := acts[c.source+"/2024-06"].Values[c.field]
			if ok != (c.want != "") {
				t.Fatalf("%s = %v, there %v", c.field, v.Quantity, ok)
			}
			if got := strings.ReplaceAll(codes(findings, c.source), ", plan.calibration_overdue explain", ""); got != c.codes {
				t.Errorf("findings = %s, want %s", got, c.codes)
			}
			if c.want == "720" { // hours of a steady flow, whatever was lost
				if want := big.NewRat(720*2*27315, 29315*10_000); v.Quantity.Rat().Cmp(want) != 0 {
					t.Errorf("%s = %s, want %s", c.field, v.Quantity, want)
				}
			} else if ok && v.Quantity.String() != c.want {
				t.Errorf("%s = %s, want %s", c.field, v.Quantity, c.want)
			}
		})
	}
}

func TestGatherShares(t *testing.T) {
	w := newWorld(t)
	w.lose("ch4", 5, 36)
	for i := range w.hours["ch4"] {
		if h := &w.hours["ch4"][i]; h.Hour == reading.HourOf(time.Date(2024, 6, 20, 0, 0, 0, 0, time.UTC).UnixMilli()) {
			h.CoveredMS, h.Amount = 50*60_000, h.Amount/6*5 // ten minutes lost: the hour is told by its own mean
		}
	}
	acts, findings := w.june()
	m := acts["gas/2024-06"].Values["vent"].Meter
	if m.Substituted != 36.0/720 || m.Estimated != 1.0/720 || m.Rule != "platform" {
		t.Errorf("meter = %+v", m)
	}
	if got := acts["gas/2024-06"].Values["vent"].Quantity.Significant(9); got != quantity.New(big.NewRat(720*2*27315, 29315*10_000), quantity.One).Significant(9) {
		t.Errorf("vent = %s", got)
	}
	if got := codes(findings, "gas"); got != "plan.substituted note, plan.estimated note" {
		t.Errorf("findings = %s", got)
	}
	for _, f := range findings {
		if f.Code == "plan.substituted" && (f.Text.ZH != "风排瓦斯:5.00 % 的小时为替代值(规则 platform)" || f.Text.EN != "Ventilation methane: 5.00 % of the hours are substituted by rule platform") {
			t.Errorf("text = %+v", f.Text)
		}
		if f.Owner != "vent/测风员" && f.Source == "gas" || f.Period != "2024-06" {
			t.Errorf("finding = %+v", f)
		}
	}
}

func TestGatherNegative(t *testing.T) {
	w := newWorld(t)
	for i := range w.hours["out"] {
		w.hours["out"][i].Amount *= 10
	}
	acts, findings := w.june()
	if got := acts["grid/2024-06"].Values["purchased"].Quantity.String(); got != "-11.52 MWh" {
		t.Errorf("purchased = %s, want -11.52 MWh: nothing is clamped", got)
	}
	// The calibration of in-1 ran out on the first of June.
	if got := codes(findings, "grid"); got != "plan.negative hard, plan.calibration_overdue explain, plan.calibration_overdue explain" {
		t.Errorf("findings = %s", got)
	}
}

func TestGatherDoubtful(t *testing.T) {
	w := newWorld(t)
	for i := range w.hours["in-2"] {
		w.hours["in-2"][i].Flags = reading.Contested
	}
	_, findings := w.june()
	if got := codes(findings, "grid"); got != "plan.calibration_overdue explain, plan.doubtful explain, plan.calibration_overdue explain, plan.doubtful explain" {
		t.Errorf("findings = %s", got)
	}
}

func TestGatherBeforeThePlan(t *testing.T) {
	w := newWorld(t)
	acts, findings, err := w.gather("2023-12")
	if err != nil || len(acts) != 0 {
		t.Errorf("Gather(2023-12) = %v, %v, want nothing", acts, err)
	}
	if got := codes(findings, "gas"); got != "plan.not_in_force explain, plan.meter_missing hard" {
		t.Errorf("findings = %s", got)
	}
}

func TestGatherMonths(t *testing.T) {
	acts, _, err := newWorld(t).gather("2024")
	if err != nil {
		t.Fatal(err)
	}
	// May to July have readings; a coal is filed for June alone.
	for _, id := range []string{"gas/2024-06", "gas/2024-07", "boiler/2024-06"} {
		if _, ok := acts[id]; !ok {
			t.Errorf("no activity %s in %d", id, len(acts))
		}
	}
	if _, ok := acts["boiler/2024-07"]; ok {
		t.Error("an activity of a month nothing was filed for")
	}
}

func TestGatherRefuses(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.gather("2024-06-05"); err == nil || !strings.Contains(fault.Tell(err, lang.ZH), "不是整月") {
		t.Errorf("Gather of a day = %v", err)
	}
	w.file("boiler#amount", "120 GJ")
	if _, _, err := w.gather("2024-06"); err == nil || !strings.Contains(err.Error(), "boiler#amount 2024-06: wrong dimension: read GJ, expected t") {
		t.Errorf("Gather of GJ for t = %v", err)
	}
	doc, s := load(t, "small.toml")
	p, err := plan.Parse(doc, s, words)
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) (reading.ID, bool) { return 0, false }
	_, _, err = plan.Gather(context.Background(), plan.Inputs{Site: s, Plan: p, Period: s.Calendar.Month(2024, 6), Meters: w, Series: none, Filings: w})
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("Gather without series = %v", err)
	}
	var never period.Period
	if _, _, err := plan.Gather(context.Background(), plan.Inputs{Site: s, Plan: p, Period: never}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("Gather of no period = %v", err)
	}
}
