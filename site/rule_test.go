package site_test

import (
	"os"
	"testing"
	"time"

	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
)

func small(t *testing.T) *site.Site {
	t.Helper()
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Parse("small.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPointRule(t *testing.T) {
	p, ok := small(t).Point("feeder")
	if !ok {
		t.Fatal("no point feeder")
	}
	r := p.Rule()
	if err := r.Validate(); err != nil {
		t.Errorf("Validate() = %v", err)
	}
	if r.Kind != reading.Counter || r.Step != time.Hour || r.Modulus != 1e6 || r.MaxRate != 10 {
		t.Errorf("Rule() = %+v", r)
	}
	// 400/5 × 10000/100 = 8000, then 600/5 × 10000/100 = 12000 from 08:00 in Shanxi.
	changed := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	want := []reading.Factor{{From: 0, Num: 8000, Den: 1}, {From: changed, Num: 12000, Den: 1}}
	if len(r.Factors) != 2 || r.Factors[0] != want[0] || r.Factors[1] != want[1] {
		t.Errorf("Factors = %v, want %v", r.Factors, want)
	}
	swap := reading.Replacement{At: time.Date(2024, 9, 1, 2, 30, 0, 0, time.UTC).UnixMilli(), Final: 812345.6}
	if len(r.Replacements) != 1 || r.Replacements[0] != swap {
		t.Errorf("Replacements = %v, want %v", r.Replacements, swap)
	}
}

func TestPointRuleKinds(t *testing.T) {
	f := func(p site.Point, want reading.Rule, unit string) {
		t.Helper()
		got := p.Rule()
		if got.Kind != want.Kind || got.Stamp != want.Stamp || got.MaxHold != want.MaxHold || got.Modulus != 0 || got.Factors != nil {
			t.Errorf("Rule(%s) = %+v, want %+v", p.Kind, got, want)
		}
		if u := p.AmountUnit().String(); u != unit {
			t.Errorf("AmountUnit(%s) = %s, want %s", p.Kind, u, unit)
		}
	}
	f(site.Point{Kind: site.Gauge, Unit: quantity.MustUnit("kW"), MaxHold: time.Minute}, reading.Rule{Kind: reading.Gauge, MaxHold: time.Minute}, "kW.h")
	f(site.Point{Kind: site.Delta, Unit: quantity.MustUnit("t"), Stamp: "start"}, reading.Rule{Kind: reading.Delta, Stamp: reading.Start}, "t")
	f(site.Point{Kind: site.Delta, Unit: quantity.MustUnit("t"), Stamp: "end"}, reading.Rule{Kind: reading.Delta}, "t")
	f(site.Point{Kind: site.Counter, Unit: quantity.MustUnit("kWh")}, reading.Rule{Kind: reading.Counter}, "kWh")
}

// TestProduct integrates one hour of ventilation methane through the product
// and compares it to the exact conversion of the same numbers.
func TestProduct(t *testing.T) {
	s := small(t)
	g, ok := s.Gas("vent-ch4")
	if !ok {
		t.Fatal("no gas vent-ch4")
	}
	ids := map[string]reading.ID{"vent-q": 1, "vent-c": 2, "vent-p": 3, "vent-ch4": 9}
	p := s.Product(g, func(id string) reading.ID { return ids[id] })
	at := func(id reading.ID, v float64) []reading.Reading {
		rs := make([]reading.Reading, 0, 4)
		for q := range int64(4) {
			rs = append(rs, reading.Reading{Series: id, T: q * 15 * 60_000, V: v})
		}
		return rs
	}
	hours := p.Hours(map[reading.ID][]reading.Reading{1: at(1, 12000), 2: at(2, 0.32), 3: at(3, -2.5)}, 0, 1)
	if len(hours) != 1 || hours[0].Series != 9 || hours[0].CoveredMS != reading.HourMS {
		t.Fatalf("Hours = %+v, want one whole hour of series 9", hours)
	}
	pressure, err := quantity.Absolute(quantity.MustParse("-2.5 kPa(g)"), *s.Barometer)
	if err != nil {
		t.Fatal(err)
	}
	exact, err := quantity.MustParse("720000 m3@work").Normal(quantity.Conditions{Temperature: quantity.MustParse("18 degC"), Pressure: pressure}, quantity.At0C)
	if err != nil {
		t.Fatal(err)
	}
	want := exact.Float() * 0.0032
	if got := float64(hours[0].Amount) / 1e9; got < want*(1-1e-9) || got > want*(1+1e-9) {
		t.Errorf("Hours = %v Nm3, want %v", got, want)
	}
}

// TestProductConditions reads a flow told in another time and a dry share of a
// wet flow.
func TestProductConditions(t *testing.T) {
	s, err := site.Parse("wet.toml", []byte(`
[site]
id = "wet"
name = "湿"
province = "CN-14"
zone = "Asia/Shanghai"
mine = "opencast"
[entity]
name = "某公司"
credit_code = "91140000MA0QLK202H"
[[org]]
id = "mine"
name = "矿"
[[point]]
id = "q"
name = "流量"
org = "mine"
kind = "gauge"
unit = "m3@work:wet/h"
step = "1 min"
[[point]]
id = "c"
name = "浓度"
org = "mine"
kind = "gauge"
unit = "%:dry"
step = "10 s"
max_hold = "30 s"
[[gas]]
id = "g"
name = "气"
org = "mine"
flow = "q"
concentration = "c"
temperature = "30 degC"
pressure = "75 kPa"
humidity = "100 %"
state = "20C"
`))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]reading.ID{"q": 1, "c": 2, "g": 3}
	p := s.Product(s.Gases[0], func(id string) reading.ID { return ids[id] })
	switch {
	case p.FlowPer != time.Hour || p.To != reading.At20C || !p.Working:
		t.Errorf("Product: flow per %s to %v, working %v", p.FlowPer, p.To, p.Working)
	case p.FlowOn != reading.OnWet || p.PercOn != reading.OnDry || p.Humidity.Constant != 100:
		t.Errorf("Product: bases %v %v humidity %+v", p.FlowOn, p.PercOn, p.Humidity)
	case p.Flow.MaxHold != 2*time.Minute || p.Percent.MaxHold != 30*time.Second:
		t.Errorf("Product: holds %s and %s", p.Flow.MaxHold, p.Percent.MaxHold)
	case p.Pressure != reading.Absolute || p.Baro != nil:
		t.Errorf("Product: pressure %v barometer %v", p.Pressure, p.Baro)
	}
	if got := s.Gases[0].Unit().String(); got != "m3@20C" {
		t.Errorf("Unit() = %s, want m3@20C", got)
	}
}
