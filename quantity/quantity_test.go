package quantity_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

func TestIn(t *testing.T) {
	f := func(in, unit, want string) {
		t.Helper()
		got, err := quantity.MustParse(in).In(quantity.MustUnit(unit))
		if err != nil || got.String() != want {
			t.Errorf("%s in %s = %v, %v, want %s", in, unit, got, err, want)
		}
	}
	f("1 MWh", "kWh", "1000 kWh")
	f("120 万Nm3", "Nm3", "1200000 Nm3")
	f("120 1e4Nm3", "万Nm3", "120 万Nm3")
	f("3.5 万kWh", "MWh", "35 MWh")
	f("2 万t", "t", "20000 t")
	f("1 tce", "GJ", "29.3076 GJ") // GB/T 2589: 7000 kcal/kg
	f("1 kcal", "kJ", "4.1868 kJ")
	f("28 ℃", "K", "301.15 K")
	f("68 degF", "degC", "20 degC")
	f("527.67 degR", "degF", "68 degF")
	f("0.6634 kgCO2/kWh", "tCO2/MWh", "0.6634 tCO2/MWh")
	f("7.17 tCH4/万Nm3", "kgCH4/Nm3", "0.717 kgCH4/Nm3")
	f("32%", "", "0.32")
	f("32 %:dry", "fraction:dry", "0.32 fraction:dry")
	f("1 atm", "kPa", "101.325 kPa")
	f("1 吨标煤", "kgce", "1000 kgce")
	f("1,250.5 t", "kg", "1250500 kg")
	f("44/12 tCO2/tC", "kgCO2/kgC", "11/3 kgCO2/kgC")
	f("4.1868 kJ/(kg.K)", "MJ/(t.K)", "4.1868 MJ/(t.K)")
	f("1 scf", "m3@60F", "0.028316846592 m3@60F")
	f("85 m3@work:wet/min", "m3@work:wet/h", "5100 m3@work:wet/h")
}

func TestRefuses(t *testing.T) {
	f := func(a, b, en string) {
		t.Helper()
		_, err := quantity.MustParse(a).Add(quantity.MustParse(b))
		if err == nil || !strings.Contains(err.Error(), en) {
			t.Errorf("%s + %s: error %v, want %q", a, b, err, en)
		}
		if fault.KindOf(err) != fault.Invalid || fault.Tell(err, lang.ZH) == fault.Tell(err, lang.EN) {
			t.Errorf("%s + %s: not told in both languages: %v", a, b, err)
		}
	}
	f("1 t", "1 GJ", "wrong dimension")
	f("1 Nm3", "1 m3@20C", "wrong gas state")
	f("1 Nm3", "1 m3", "wrong gas state")
	f("1 Nm3:wet", "1 Nm3:dry", "dry and wet")
	f("1 tC", "1 tCO2", "wrong substance")
	f("1 tCH4", "1 tCO2e", "wrong substance")
	f("90 kPa", "-18 kPa(g)", "gauge and absolute")
	f("20 degC", "20 degC", "two temperatures")
}

func TestParseRefuses(t *testing.T) {
	f := func(in, en string) {
		t.Helper()
		if q, err := quantity.Parse(in); err == nil || !strings.Contains(err.Error(), en) {
			t.Errorf("Parse(%q) = %v, %v, want error with %q", in, q, err, en)
		}
	}
	f("", "no number")
	f("abc", "no number")
	f("12,5 t", "commas")
	f("1,25,000 t", "commas")
	f("1e999 t", "exponent")
	f("1/0 t", "denominator")
	f("5 kwh", "did you mean kWh")
	f("5 GJoule", "unknown unit")
	f("5 GJ/", "unknown unit")
	f(strings.Repeat("9", 300), "at most")
}

func TestTagsCancelInFormulas(t *testing.T) {
	// Flow and concentration on the same basis give a pure volume without one.
	mul := func(in ...string) quantity.Quantity {
		q := quantity.MustParse(in[0])
		for _, s := range in[1:] {
			q = q.Mul(quantity.MustParse(s))
		}
		return q
	}
	if got, err := mul("100 Nm3:dry", "32 %:dry").In(quantity.MustUnit("Nm3")); err != nil || got.String() != "32 Nm3" {
		t.Errorf("dry × dry = %v, %v", got, err)
	}
	if got, err := mul("100 Nm3:wet", "32 %:dry").In(quantity.MustUnit("Nm3")); err == nil {
		t.Errorf("wet × dry = %v, want an error", got)
	}
	if got, err := mul("100 万m3@20C", "7.17 tCH4/万Nm3").In(quantity.MustUnit("tCH4")); err == nil {
		t.Errorf("20 °C volume × 0 °C density = %v, want an error", got)
	}
	// TV01: diesel 1250 t, table S of the reference vectors.
	got, err := mul("1250 t", "42.652 GJ/t", "0.02020 tC/GJ", "0.98", "44/12 tCO2/tC").In(quantity.MustUnit("tCO2"))
	if err != nil || got.Fixed(6) != "3,869.887047" {
		t.Errorf("TV01 = %v, %v", got.Fixed(6), err)
	}
}

func TestGasStates(t *testing.T) {
	got, err := quantity.MustParse("1000000 m3@20C").AtState(quantity.At0C)
	if err != nil || got.Fixed(2) != "931,775.54" || got.Unit().String() != "Nm3" { // TV06
		t.Errorf("AtState = %v, %v", got, err)
	}
	// TV13: 85 m³/min working, 28 °C, −18.0 kPa gauge at 90.2 kPa, saturated, 34.5 % dry.
	p, err := quantity.Absolute(quantity.MustParse("-18.0 kPa(g)"), quantity.MustParse("90.2 kPa"))
	if err != nil || p.MustIn(quantity.MustUnit("kPa")).Number() != "72.2" {
		t.Fatalf("Absolute = %v, %v", p, err)
	}
	temp := quantity.MustParse("28 degC")
	sat, err := quantity.Saturation(temp)
	if err != nil || sat.Fixed(6) != "3.773519" {
		t.Fatalf("Saturation = %v, %v", sat, err)
	}
	x, err := sat.Div(p)
	if err != nil {
		t.Fatal(err)
	}
	flow := quantity.MustParse("85 m3@work:wet/min")
	wetFlow, err := flow.Normal(quantity.Conditions{Temperature: temp, Pressure: p}, quantity.At0C)
	if err != nil || wetFlow.Fixed(6) != "54.936103" || wetFlow.Unit().String() != "Nm3:wet/min" {
		t.Fatalf("wet = %v, %v", wetFlow, err)
	}
	dryFlow, err := flow.Normal(quantity.Conditions{Temperature: temp, Pressure: p, Moisture: &x}, quantity.At0C)
	if err != nil || dryFlow.Fixed(6) != "52.064878" {
		t.Fatalf("dry = %v, %v", dryFlow, err)
	}
	pure, err := dryFlow.Mul(quantity.MustParse("34.5 %:dry")).In(quantity.MustUnit("Nm3/min"))
	if err != nil || pure.Fixed(6) != "17.962383" {
		t.Fatalf("pure = %v, %v", pure, err)
	}
	if _, err := flow.AtState(quantity.At0C); err == nil {
		t.Error("a working volume converted without T and P")
	}
}

func TestRound(t *testing.T) {
	f := func(in string, places int, mode quantity.Mode, want string) {
		t.Helper()
		if got := quantity.MustParse(in).Round(places, mode).String(); got != want {
			t.Errorf("Round(%s, %d, %d) = %s, want %s", in, places, mode, got, want)
		}
	}
	f("2.345 t", 2, quantity.HalfUp, "2.35 t")
	f("2.345 t", 2, quantity.HalfEven, "2.34 t")
	f("2.355 t", 2, quantity.HalfEven, "2.36 t")
	f("-2.5 t", 0, quantity.HalfUp, "-3 t")
	f("-2.5 t", 0, quantity.HalfEven, "-2 t")
	f("2/3 t", 3, quantity.HalfUp, "0.667 t")
}

func TestShown(t *testing.T) {
	q := quantity.MustParse("1234567.891 万Nm3")
	if zh, en := q.Text(2, lang.ZH), q.Text(2, lang.EN); zh != "1,234,567.89 万Nm³" || en != "1,234,567.89 10⁴ Nm³" {
		t.Errorf("Text = %q, %q", zh, en)
	}
	for in, want := range map[string]string{"1/3": "0.333333", "1234567.125": "1,234,567.125", "0.0005": "0.0005", "2/3000": "0.000666667", "-5/2": "-2.5"} {
		if got := quantity.MustParse(in).Significant(6); got != want {
			t.Errorf("Significant(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestParsePrints(t *testing.T) {
	units := []string{"t", "GJ/t", "tC/GJ", "万Nm3", "tCO2/万Nm3", "kJ/(kg.K)", "degC", "kPa(g)", "%:dry", "m3@20C:wet/min", "tCO2e/tCH4", "", "scf", "1/a", "MWh.tCO2/kWh"}
	rapid.Check(t, func(t *rapid.T) {
		u := quantity.MustUnit(rapid.SampledFrom(units).Draw(t, "unit"))
		n := rapid.Int64().Draw(t, "num")
		d := rapid.Int64Range(1, 1e12).Draw(t, "den")
		q := quantity.New(big.NewRat(n, d), u)
		back, err := quantity.Parse(q.String())
		if err != nil || !back.Equal(q) || back.Unit().String() != q.Unit().String() {
			t.Fatalf("Parse(%s) = %v, %v", q, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1 t", "1,250.5 t", "44/12 tCO2/tC", "120 万Nm3", "-18 kPa(g)", "5 kJ/(kg.K)", "1e4Nm3", "３２％", "^", "1 ()", "1 t^-3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := quantity.Parse(s)
		if err != nil {
			return
		}
		if back, err := quantity.Parse(q.String()); err != nil || !back.Equal(q) {
			t.Fatalf("Parse(%q) = %s, which reads back as %v, %v", s, q, back, err)
		}
	})
}
