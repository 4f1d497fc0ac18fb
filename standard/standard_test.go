package standard_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
	"lingtan/standard"
)

// natural counts the calendar months of China.
func natural(t *testing.T) period.Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return period.Natural(zone)
}

// deed makes an activity of "kind/item source when" and "name = 1250 t ± 3 %".
func deed(t *testing.T, what string, values ...string) activity.Activity {
	t.Helper()
	f := strings.Fields(what)
	kind, item, _ := strings.Cut(f[0], "/")
	p, err := natural(t).Parse(f[2])
	if err != nil {
		t.Fatal(err)
	}
	a := activity.Activity{
		ID: f[1] + "/" + f[2], Kind: kind, Item: item, Source: f[1], Name: lang.Same(f[1]),
		Period: p, Attrs: map[string]string{}, Values: map[string]activity.Value{},
	}
	for _, v := range values {
		name, rest, _ := strings.Cut(v, " = ")
		amount, within, stated := strings.Cut(rest, " ± ")
		q, err := quantity.Parse(amount)
		if err != nil { // a word is an attribute
			a.Attrs[name] = rest
			continue
		}
		value := activity.Value{Quantity: q, How: activity.Stated}
		if stated {
			value.Uncertainty = quantity.MustParse(within).MustIn(quantity.One).Rat()
		}
		a.Values[name] = value
	}
	return a
}

func compute(t *testing.T, edition string, acts ...activity.Activity) standard.Result {
	t.Helper()
	r, err := standard.Compute(request(t, edition, acts...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func request(t *testing.T, edition string, acts ...activity.Activity) standard.Request {
	t.Helper()
	return standard.Request{Edition: edition, Activities: acts, Factors: factor.Builtin(), Province: "CN-14", Calendar: natural(t)}
}

// mine is a small year of every kind of the Chinese method.
func mine(t *testing.T) []activity.Activity {
	t.Helper()
	return []activity.Activity{
		deed(t, "combustion/diesel diesel 2023", "amount = 1250 t ± 2 %"),
		deed(t, "combustion/mine_gas engines 2023", "ch4 = 1380 万Nm3"),
		deed(t, "flare flare 2023", "volume = 120 万Nm3", "ch4 = 32 %"),
		deed(t, "underground_ch4 mine 2023-01", "vent = 150 万Nm3", "drain = 200 万Nm3", "flared = 37.632 万Nm3", "utilised = 115 万Nm3"),
		deed(t, "underground_ch4 mine 2023-02", "vent_rate = 33.3 Nm3/min", "drain = 200 万Nm3", "utilised = 130 万Nm3"),
		deed(t, "post_mining coal 2023", "grade = high", "raw_coal = 3 Mt"),
		deed(t, "underground_co2 co2 2023", "vent = 310 万Nm3"),
		deed(t, "electricity grid 2023", "purchased = 86500 MWh", "supplied = 21300 MWh", "certificates = 2000 MWh"),
		deed(t, "heat heat 2023", "heat = 7000 GJ"),
		deed(t, "electricity old-b 2020", "net = 100 MWh", "ef = 0.7 tCO2/MWh"), // years without a residual factor: findings
		deed(t, "electricity old-a 2020", "net = 100 MWh", "ef = 0.7 tCO2/MWh"),
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	acts := mine(t)
	want, err := json.Marshal(compute(t, "cn-coal-2014", acts...))
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		chance.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
		got, err := json.Marshal(compute(t, "cn-coal-2014", acts...))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("another order gives another result:\n%s\nwant\n%s", got, want)
		}
	}
}

func TestEveryLineCitesItsClause(t *testing.T) {
	for _, l := range compute(t, "cn-coal-2014", mine(t)...).Lines {
		if l.Clause == "" || len(l.Steps) == 0 || len(l.Inputs) == 0 || l.Confidence == "" {
			t.Errorf("%s: clause %q, %d steps, %d inputs, confidence %q", l.ID, l.Clause, len(l.Steps), len(l.Inputs), l.Confidence)
		}
		last := l.Steps[len(l.Steps)-1].Result
		if !last.Equal(l.Mass) {
			t.Errorf("%s: the last step gives %v, the line %v", l.ID, last, l.Mass)
		}
	}
}

// TestMissingIsNotZero: no residual factor is published for 2020, so that there
// is no market-based total, and the others stand.
func TestMissingIsNotZero(t *testing.T) {
	r := compute(t, "cn-coal-2014", deed(t, "electricity grid 2020", "net = 100 MWh", "ef = 0.7 tCO2/MWh"))
	if _, err := r.Total("total_market"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the market-based total of a year without a residual factor: %v", err)
	}
	if total, err := r.Total("total"); err != nil || total.CO2e.String() != "70 tCO2e" {
		t.Errorf("total = %v, %v", total.CO2e, err)
	}
}

// TestPeriodsAreNamedWithoutACalendar: natural months where the mine gives none.
func TestPeriodsAreNamedWithoutACalendar(t *testing.T) {
	req := request(t, "cn-coal-2014", deed(t, "heat heat 2023-05", "heat = 7000 GJ"))
	req.Calendar = period.Calendar{}
	r, err := standard.Compute(req)
	if err != nil || r.Lines[0].Period != "2023-05" {
		t.Errorf("Compute = %+v, %v", r.Lines, err)
	}
}

// TestLinesKeepOnlyTheirSteps: the two lines of electricity share an input and
// nothing else.
func TestLinesKeepOnlyTheirSteps(t *testing.T) {
	r := compute(t, "cn-coal-2014", mine(t)...)
	location, err := r.Line("grid/2023:electricity")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range location.Factors {
		if f.Kind != "grid_province" {
			t.Errorf("the location-based line names %s", f.ID())
		}
	}
	for _, s := range location.Steps {
		if strings.Contains(s.Symbol, "market") || s.Symbol == "AD_res" {
			t.Errorf("the location-based line has the step %s", s.Symbol)
		}
	}
}

// TestEveryItemComputes runs each listed item of combustion by both tables:
// what a table lacks is told as a missing factor, never computed.
func TestEveryItemComputes(t *testing.T) {
	edition, err := standard.Find("cn-coal-2014")
	if err != nil {
		t.Fatal(err)
	}
	kind, err := edition.Kind("combustion")
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range kind.Items {
		served := false
		for _, table := range []string{"S", "G"} {
			for _, amount := range []string{"amount = 1 t", "amount = 1 万Nm3", "ch4 = 1 万Nm3"} {
				req := request(t, edition.ID, deed(t, "combustion/"+item+" x 2023", amount))
				req.Choices = map[string]string{"fuel_table": table}
				_, err := standard.Compute(req)
				served = served || err == nil
				if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.NotFound {
					t.Errorf("%s by table %s: %v", item, table, err)
				}
			}
		}
		if !served {
			t.Errorf("no table serves %s", item)
		}
	}
}

// TestFactorsHaveNoGap: a factor that an edition asks for by year is there for
// every year from its first to the last of its table, or to today's.
func TestFactorsHaveNoGap(t *testing.T) {
	const today = 2026
	set := factor.Builtin()
	first, last := map[string]int{}, map[string]int{}
	for _, f := range set.All() {
		key := f.Kind + " " + f.Key
		if first[key] == 0 || f.Year() < first[key] {
			first[key] = f.Year()
		}
		end := today
		if f.To != "" {
			if _, err := fmt.Sscanf(f.To, "%4d", &end); err != nil {
				t.Fatal(err)
			}
		}
		last[key] = max(last[key], end)
	}
	for _, kind := range []string{"grid_province", "grid_national", "grid_region", "ipcc_abandoned_t1"} {
		for key := range first {
			k, name, _ := strings.Cut(key, " ")
			if k != kind {
				continue
			}
			for year := first[key]; year <= min(last[key], today); year++ {
				if _, err := set.Find(k, name, year); err != nil {
					t.Errorf("%s %d: %v", key, year, err)
				}
			}
		}
	}
}

// TestEditionsAreWhole: what the floor plan asks of every edition's file.
func TestEditionsAreWhole(t *testing.T) {
	for _, e := range standard.Editions() {
		if e.Title.ZH == "" || e.Title.EN == "" || e.Document.IsZero() || len(e.Notes) == 0 {
			t.Errorf("%s: title, document or notes are missing", e.ID)
		}
		if _, err := factor.FindGWP(e.GWP); err != nil {
			t.Errorf("%s: %v", e.ID, err)
		}
		for _, c := range e.Choices {
			if !slices.Contains(c.Values, c.Default) {
				t.Errorf("%s: choice %s has no value %q", e.ID, c.Name, c.Default)
			}
		}
		for _, k := range e.Kinds {
			if k.Clause == "" || k.Title.ZH == "" || k.Title.EN == "" || k.Compute == nil {
				t.Errorf("%s: kind %s lacks clause, title or formula", e.ID, k.Name)
			}
			names := map[string]bool{}
			for _, f := range k.Fields {
				if names[f.Name] || f.Title.ZH == "" || f.Title.EN == "" {
					t.Errorf("%s: field %s of %s is there twice or has no title", e.ID, f.Name, k.Name)
				}
				names[f.Name] = true
				for _, u := range f.Units {
					if _, err := quantity.ParseUnit(u); err != nil {
						t.Errorf("%s: field %s: %v", e.ID, f.Name, err)
					}
				}
			}
		}
	}
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want)) }

// TestIntervals is arithmetic by hand on totals of one formula.
func TestIntervals(t *testing.T) {
	half := func(r standard.Result) (float64, standard.Interval) {
		t.Helper()
		total, err := r.Total("total")
		if err != nil {
			t.Fatal(err)
		}
		return (total.Interval.High - total.CO2e.Float()) / total.CO2e.Float(), total.Interval
	}
	t.Run("a product of 3 % and 4 % is within 5 %", func(t *testing.T) {
		got, interval := half(compute(t, "cn-coal-2014", deed(t, "heat heat 2023", "heat = 100 GJ ± 3 %", "ef = 0.11 tCO2/GJ ± 4 %")))
		if !near(got, 0.05) || !near(interval.Stated, 1) {
			t.Errorf("relative half-width %v, stated %v, want 0.05 and 1", got, interval.Stated)
		}
		if n := interval.Narrowing; len(n) != 2 || n[0].Input != "input:heat#ef" || !near(n[0].Share, 0.64) {
			t.Errorf("Narrowing = %+v, want ef first with 64 %%", n)
		}
	})
	t.Run("an input of two lines moves both", func(t *testing.T) {
		// CO2 of the flare and its unburnt CH4 move together with the volume.
		acts := deed(t, "flare flare 2023", "volume = 1 百万m3@20C ± 10 %", "efficiency = 0.98 ± 0 %")
		r := compute(t, "ipcc-2006-coal", acts)
		if got, _ := half(r); !near(got, 0.10) {
			t.Errorf("relative half-width %v, want 0.10: the lines add linearly", got)
		}
	})
	t.Run("the months of one meter move together", func(t *testing.T) {
		r := compute(t, "cn-coal-2014", deed(t, "heat a 2023-01", "heat = 300 GJ ± 10 %", "ef = 0.1 tCO2/GJ ± 0 %"), deed(t, "heat a 2023-02", "heat = 400 GJ ± 10 %", "ef = 0.1 tCO2/GJ ± 0 %"))
		got, interval := half(r)
		if n := interval.Narrowing; !near(got, 0.1) || len(n) != 1 || n[0].Input != "input:a#heat" || len(n[0].Members) != 2 {
			t.Errorf("relative half-width %v by %+v, want 0.10 by input:a#heat of two months", got, n)
		}
	})
	t.Run("independent inputs add by squares", func(t *testing.T) {
		got, _ := half(compute(t, "cn-coal-2014", deed(t, "heat a 2023", "heat = 300 GJ ± 10 %", "ef = 0.1 tCO2/GJ ± 0 %"), deed(t, "heat b 2023", "heat = 400 GJ ± 10 %", "ef = 0.1 tCO2/GJ ± 0 %")))
		if !near(got, 0.1*math.Hypot(300, 400)/700) {
			t.Errorf("relative half-width %v, want %v", got, 0.1*math.Hypot(300, 400)/700)
		}
	})
	t.Run("a difference widens", func(t *testing.T) {
		// 100 − 90 with 1 % each: √(1² + 0.9²) on 10.
		got, _ := half(compute(t, "cn-coal-2014", deed(t, "electricity grid 2023", "purchased = 100 MWh ± 1 %", "supplied = 90 MWh ± 1 %", "ef = 0.5 tCO2/MWh ± 0 %")))
		if !near(got, math.Hypot(1, 0.9)/10) {
			t.Errorf("relative half-width %v, want %v", got, math.Hypot(1, 0.9)/10)
		}
	})
	t.Run("a net of zero is not certain", func(t *testing.T) {
		r := compute(t, "cn-coal-2014", deed(t, "electricity grid 2023", "purchased = 100 MWh ± 1 %", "supplied = 100 MWh ± 1 %", "ef = 0.5 tCO2/MWh ± 0 %"))
		total, err := r.Total("total")
		if err != nil || !near(total.Interval.High, 0.5*math.Hypot(1, 1)) {
			t.Errorf("interval of a zero total = %+v, %v", total.Interval, err)
		}
	})
	t.Run("the outer share of a quotient narrows the other way", func(t *testing.T) {
		r := compute(t, "sink-ipcc-2006", deed(t, "stock_change/broadleaf hill 2024",
			"area = 10 ha ± 0 %", "agb1 = 0 t/ha ± 0 %", "agb2 = 20 t/ha ± 0 %", "years = 5 a ± 10 %", "r = 0.46 ± 0 %", "cf = 0.47 tC/t ± 0 %"))
		l, err := r.Line("hill/2024:removal")
		if err != nil || !near(l.Sensitivity["input:hill/2024#years"], -l.Mass.Float()) {
			t.Errorf("slope by the denominator %v, want %v, %v", l.Sensitivity, -l.Mass.Float(), err)
		}
	})
	t.Run("what is not stated is told, not taken for none", func(t *testing.T) {
		// The diesel's amount is stated, its default factors are not.
		_, interval := half(compute(t, "cn-coal-2014", deed(t, "combustion/diesel diesel 2023", "amount = 1250 t ± 2 %"),
			deed(t, "heat heat 2023", "heat = 100 GJ ± 3 %", "ef = 0.11 tCO2/GJ ± 4 %")))
		if want := 11 / (11 + 3869.887046933333); !near(interval.Stated, want) {
			t.Errorf("stated %v, want %v", interval.Stated, want)
		}
	})
	t.Run("the field's assumption stands where the plan states none", func(t *testing.T) {
		got, _ := half(compute(t, "cn-coal-2014", deed(t, "underground_ch4 mine 2023", "vent = 100 万Nm3")))
		if !near(got, 0.15) {
			t.Errorf("relative half-width %v, want the 15 %% of ventilation", got)
		}
	})
}

// TestSlopes compares each line's slopes with the change of the line when an
// input really moves by a millionth.
func TestSlopes(t *testing.T) {
	const step = 1e-6
	acts := []activity.Activity{
		deed(t, "underground_ch4 mine 2023", "flow = 12000 m3@work:wet/min", "concentration = 0.35 fraction:dry", "temperature = 22 degC", "pressure = 91 kPa", "humidity = 0.9"),
		deed(t, "flare flare 2023", "volume = 120 万Nm3", "ch4 = 0.32", "c2h6 = 0.01"),
		deed(t, "heat heat 2023", "hot_water = 500 t", "temperature = 75 degC", "steam = 12 t", "enthalpy = 2763.5 kJ/kg"),
		deed(t, "electricity grid 2023", "purchased = 86500 MWh", "supplied = 21300 MWh"),
	}
	before := compute(t, "cn-coal-2014", acts...)
	for i, a := range acts {
		for name, value := range a.Values {
			moved := slices.Clone(acts)
			moved[i].Values = map[string]activity.Value{}
			maps.Copy(moved[i].Values, a.Values)
			grown := new(big.Rat).Mul(value.Quantity.Rat(), new(big.Rat).SetFloat64(1+step))
			value.Quantity = quantity.New(grown, value.Quantity.Unit())
			moved[i].Values[name] = value
			after := compute(t, "cn-coal-2014", moved...)
			for j, l := range before.Lines {
				want := (after.Lines[j].Mass.Float() - l.Mass.Float()) / step
				got := l.Sensitivity["input:"+a.InputID(name)]
				if math.Abs(got-want) > 1e-4*math.Abs(l.Mass.Float()) {
					t.Errorf("%s by %s: slope %v, the line moves %v", l.ID, name, got, want)
				}
			}
		}
	}
}
