package site_test

import (
	"math/big"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

const judgedMine = `
[site]
id = "judged"
name = "判"
province = "CN-14"
zone = "Asia/Shanghai"
barometer = "90 kPa"
mine = "opencast"
[entity]
name = "某公司"
credit_code = "91140000MA0QLK202H"
[[org]]
id = "mine"
name = "矿"
[[point]]
id = "c"
name = "甲烷"
org = "mine"
kind = "gauge"
unit = "%:wet"
step = "1 min"
range = [0, 4]
max_step = "1 %"
flat_after = "6 h"
flat_while = [{ point = "q", above = "60000 m3@work:wet/h" }, { point = "fan", above = "0.2 MW" }]
[[point]]
id = "q"
name = "风量"
org = "mine"
kind = "gauge"
unit = "m3@work:wet/min"
step = "15 min"
max_hold = "40 min"
max_step = "30 m3@work:wet/s/h"
[[point]]
id = "fan"
name = "功率"
org = "mine"
kind = "gauge"
unit = "kW"
step = "10 s"
max_step = "20 kW/s"
[[point]]
id = "t"
name = "温度"
org = "mine"
kind = "gauge"
unit = "degC"
step = "10 s"
max_step = "3 K/min"
[[point]]
id = "p"
name = "负压"
org = "mine"
kind = "gauge"
unit = "kPa(g)"
step = "10 s"
max_step = "500 Pa"
[[point]]
id = "line-q"
name = "流量"
org = "mine"
kind = "gauge"
unit = "m3@20C/min"
step = "10 s"
[[point]]
id = "line-c"
name = "浓度"
org = "mine"
kind = "gauge"
unit = "%"
step = "10 s"
[[point]]
id = "pure"
name = "纯量表"
org = "mine"
kind = "gauge"
unit = "Nm3/min"
step = "10 s"
[[point]]
id = "main"
name = "总表"
org = "mine"
kind = "counter"
unit = "MWh"
step = "1 h"
[[point]]
id = "feeder"
name = "馈线"
org = "mine"
kind = "counter"
unit = "kWh"
step = "1 h"
flat_after = "1 d"
[[gas]]
id = "line-ch4"
name = "纯量"
org = "mine"
flow = "line-q"
concentration = "line-c"
[[check]]
id = "power"
name = { zh = "电量平衡", en = "Power balance" }
kind = "parts"
main = ["main", "feeder"]
parts = ["fan"]
tolerance = "4 %"
over = "day"
[[check]]
id = "gas"
name = "纯量比对"
kind = "pure"
main = "pure"
parts = ["line-ch4"]
[[check]]
id = "halves"
name = "分量"
kind = "parts"
main = "main"
parts = "feeder"
`

func parseJudged(t *testing.T) *site.Site {
	t.Helper()
	s, err := site.Parse("judged.toml", []byte(judgedMine))
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	return s
}

func TestJudgement(t *testing.T) {
	s := parseJudged(t)
	ids := map[string]reading.ID{"c": 1, "q": 2, "fan": 3}
	number := func(id string) reading.ID { return ids[id] }
	c, _ := s.Point("c")
	j := s.Judgement(c, number)
	if *j.Range != (reading.Range{Low: 0, High: 4}) || j.MaxStep != (reading.MaxStep{Change: 1}) || j.FlatAfter != 6*time.Hour || j.Hold != 2*time.Minute {
		t.Errorf("Judgement(c) = %+v", j)
	}
	// The signals stand further down, in units of their own.
	want := []reading.Running{{Series: 2, Above: 1000, Hold: 40 * time.Minute}, {Series: 3, Above: 200, Hold: 20 * time.Second}}
	if len(j.FlatWhile) != 2 || j.FlatWhile[0] != want[0] || j.FlatWhile[1] != want[1] {
		t.Errorf("FlatWhile = %+v, want %+v", j.FlatWhile, want)
	}
	f := func(id string, want reading.MaxStep) {
		t.Helper()
		p, _ := s.Point(id)
		if got := s.Judgement(p, number); got.MaxStep != want || got.Range != nil || got.FlatWhile != nil {
			t.Errorf("Judgement(%s) = %+v, want the step %+v", id, got, want)
		}
	}
	f("q", reading.MaxStep{Change: 30, Per: time.Minute}) // 30 m³/s in an hour are 1800 m³/min in 60 min
	f("fan", reading.MaxStep{Change: 1200, Per: time.Minute})
	f("t", reading.MaxStep{Change: 3, Per: time.Minute})
	f("p", reading.MaxStep{Change: 0.5})
	f("feeder", reading.MaxStep{})
	if p, _ := s.Point("feeder"); p.FlatAfter != 24*time.Hour {
		t.Errorf("feeder: flat after %s", p.FlatAfter)
	}
}

func TestChecks(t *testing.T) {
	s := parseJudged(t)
	power, _ := s.Check("power")
	if power.Kind != site.Parts || power.Tolerance.Cmp(big.NewRat(4, 100)) != 0 || power.Over != 24*time.Hour || len(power.Main) != 2 || len(power.Parts) != 1 || power.Name.EN != "Power balance" {
		t.Errorf("Check(power) = %+v", power)
	}
	gas, _ := s.Check("gas")
	halves, _ := s.Check("halves")
	if gas.Kind != site.Pure || gas.Tolerance.Cmp(big.NewRat(2, 100)) != 0 || gas.Over != time.Hour || halves.Tolerance.Cmp(big.NewRat(3, 100)) != 0 || len(halves.Parts) != 1 {
		t.Errorf("left out: %+v and %+v, want 2 %% and 3 %%, by the hour", gas, halves)
	}
	f := func(c site.Check, id, want string) {
		t.Helper()
		if got := s.Scale(c, id); got == nil || got.RatString() != want {
			t.Errorf("Scale(%s, %s) = %v, want %s", c.ID, id, got, want)
		}
	}
	f(power, "main", "1")
	f(power, "feeder", "1/1000")
	f(power, "fan", "1/1000") // kW.h beside MWh
	f(gas, "pure", "1")
	// m³ at 20 °C in Nm³, told in Nm³/min·h: 273.15/293.15, by 60 minutes.
	f(gas, "line-ch4", new(big.Rat).SetFrac64(27315, 29315*60).RatString())
	if s.Scale(power, "line-ch4") != nil || s.Scale(power, "nobody") != nil {
		t.Error("Scale of what is told in another unit is not nil")
	}
	if _, ok := s.Check("none"); ok {
		t.Error("Check(none) is there")
	}
}
