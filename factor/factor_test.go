package factor_test

import (
	"strings"
	"testing"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

func TestBuiltin(t *testing.T) {
	set := factor.Builtin()
	if set.Len() != 557 {
		t.Errorf("the library has %d rows, want 557", set.Len())
	}
	marks := map[factor.Confidence]int{}
	for _, f := range set.All() {
		marks[f.Confidence]++
		if f.Source == "" || f.Set != factor.BuiltinID {
			t.Errorf("%s has no source or set", f.ID())
		}
	}
	if marks[factor.Read] == 0 || marks[factor.Sure] == 0 || marks[factor.Unverified] == 0 {
		t.Errorf("marks = %v, want all three", marks)
	}
}

func TestFindByDataYear(t *testing.T) {
	set := factor.Builtin()
	f := func(kind, key string, year int, want string) {
		t.Helper()
		got, err := set.Find(kind, key, year)
		if err != nil || got.Value.String() != want {
			t.Errorf("Find(%s, %s, %d) = %v, %v, want %s", kind, key, year, got.Value, err, want)
		}
	}
	f("grid_province", "CN-14", 2021, "0.7222 kgCO2/kWh")
	f("grid_province", "CN-14", 2022, "0.7096 kgCO2/kWh")
	f("grid_province", "CN-14", 2023, "0.6634 kgCO2/kWh")
	f("grid_province", "CN-14", 2025, "0.6634 kgCO2/kWh") // the latest published not later than the year
	f("grid_national", "avg", 2023, "0.5306 kgCO2/kWh")
	f("fuel_ncv", "S:diesel", 2024, "42.652 GJ/t")
	f("density", "NDRC:CH4", 2024, "7.17 tCH4/万Nm3")
	f("ipcc_abandoned_t1", "1976-2000", 2016, "0.469 百万m3@20C/a")
}

func TestFindRefuses(t *testing.T) {
	set := factor.Builtin()
	_, err := set.Find("grid_province", "CN-14", 2020)
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.Tell(err, lang.ZH), "没有数据年份 2020 的值") {
		t.Errorf("Find for 2020 = %v", err)
	}
	if _, err := set.Find("grid_province", "CN-54", 2023); err == nil {
		t.Error("Tibet has no published factor, yet one was found")
	}
	if _, err := set.Find("ipcc_abandoned_t1", "1976-2000", 2024); err == nil {
		t.Error("an inventory year beyond the table was served")
	}
}

func TestGWP(t *testing.T) {
	f := func(id, gas, want string) {
		t.Helper()
		g, err := factor.FindGWP(id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.Of(factor.Builtin(), gas)
		if err != nil || got.Value.Number() != want {
			t.Errorf("%s of %s = %v, %v, want %s", id, gas, got.Value, err, want)
		}
	}
	f("AR2", "CH4", "21")
	f("AR4", "CH4", "25")
	f("AR5", "CH4", "28")
	f("AR5-fossil", "CH4", "30")
	f("AR6", "CH4", "27.9")
	f("AR6-fossil", "CH4", "29.8")
	f("AR6-fossil", "N2O", "273")
	f("AR6-20", "CH4", "82.5")
	f("AR6-20", "CO2", "1")
	if _, err := factor.FindGWP("AR7"); err == nil {
		t.Error("AR7 was accepted")
	}
}

const header = "kind,key,name_zh,name_en,value,unit,valid_from,valid_to,source,confidence\n"

func TestParseReportsEveryFault(t *testing.T) {
	_, err := factor.Parse("x", "x.csv", []byte(header+
		"grid_province,CN-14,山西,Shanxi,abc,kgCO2/kWh,2023-01-01,,s,A\n"+
		"grid_province,CN-15,内蒙古,Inner Mongolia,0.6,kgCO2/kwh2,2023-01-01,,s,A\n"+
		"grid_province,CN-13,河北,Hebei,0.6,kgCO2/kWh,2023/01/01,,s,A\n"+
		"grid_province,CN-12,天津,Tianjin,0.6,kgCO2/kWh,2023-01-01,2022-01-01,s,A\n"+
		"grid_province,CN-11,北京,Beijing,0.6,kgCO2/kWh,2023-01-01,,s,Z\n"))
	if got := len(fault.Split(err)); got != 5 {
		t.Errorf("%d faults, want 5:\n%v", got, err)
	}
	if !strings.Contains(err.Error(), "x.csv, row 2, value: read \"abc\"") {
		t.Errorf("no place: %v", err)
	}
	if _, err := factor.Parse("x", "x.csv", []byte("a,b\n")); err == nil {
		t.Error("a wrong header was accepted")
	}
	if _, err := factor.Parse("x", "x.csv", []byte(header+
		"of,a,,a,1,,2020-01-01,2021-06-30,s,A\nof,a,,a,2,,2021-01-01,,s,A\n")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("overlapping validity: %v", err)
	}
}

func TestCompareWarnsWhereAnotherTableDiffers(t *testing.T) {
	// The 2021 and 2022 national values exchanged, as seen in one program.
	other, err := factor.Parse("other", "o.csv", []byte(header+
		"grid_national,avg,,n,0.5366,kgCO2/kWh,2021-01-01,2021-12-31,o,B\n"+
		"grid_national,avg,,n,0.5568,kgCO2/kWh,2022-01-01,2022-12-31,o,B\n"+
		"grid_national,avg,,n,0.5306,tCO2/MWh,2023-01-01,,o,B\n"+
		"grid_province,CN-54,西藏,Tibet,0.1,kgCO2/kWh,2023-01-01,,o,C\n"))
	if err != nil {
		t.Fatal(err)
	}
	diff := factor.Builtin().Compare(other)
	if len(diff) != 3 || diff[0].Year != 2021 || diff[0].Mine.Value.Number() != "0.5568" || diff[2].Mine != nil {
		t.Errorf("Compare = %+v", diff)
	}
}

func TestLapses(t *testing.T) {
	m := func(month string) factor.Measurement {
		return factor.Measurement{Source: "boiler", Parameter: "ncv", Month: month, Value: quantity.MustParse("21.3 GJ/t")}
	}
	got := factor.Lapses([]factor.Measurement{m("2024-01"), m("2024-03")}, []string{"2024-01", "2024-02", "2024-03"})
	if len(got) != 1 || got[0].Month != "2024-02" {
		t.Errorf("Lapses = %v, want 2024-02 alone", got)
	}
}
