package site

import (
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Basis says whether water vapour counts in a gas volume or share.
type Basis string

// The bases. Unsaid means that nothing is said of it.
const (
	Unsaid Basis = ""
	Dry    Basis = ":dry"
	Wet    Basis = ":wet"
)

// volumes are the units of a gas volume by its state.
var volumes = [...]string{ //nolint:gochecknoglobals // a constant table; Go has no constant arrays
	quantity.Working: "m3@work", quantity.At0C: "Nm3", quantity.At60F: "m3@60F", quantity.At20C: "m3@20C",
}

// FlowState tells the reference state and the basis of a gas flow's unit; ok is
// false where the unit is no gas flow or names no state.
func FlowState(u quantity.Unit) (state quantity.State, basis Basis, ok bool) {
	for state, volume := range volumes {
		for _, basis := range []Basis{Unsaid, Dry, Wet} {
			if u.Same(quantity.MustUnit(volume + string(basis) + "/h")) {
				return quantity.State(state), basis, true
			}
		}
	}
	return 0, Unsaid, false
}

// ShareBasis tells the basis of a concentration's unit; ok is false where the
// unit is no volume share.
func ShareBasis(u quantity.Unit) (basis Basis, ok bool) {
	for _, basis := range []Basis{Unsaid, Dry, Wet} {
		if u.Same(quantity.MustUnit("%" + string(basis))) {
			return basis, true
		}
	}
	return Unsaid, false
}

// gauge gives the gauge point that a key names, with a fault where it does not.
func (s *Site) gauge(t *Section, key, id string) (Point, bool) {
	p, ok := s.Point(id)
	t.known(key, id, lang.T("点", "point"), ok)
	if ok && p.Kind != Gauge {
		t.Fail(key, fault.Invalid.Say(lang.T("点 %s 是 %s,应为瞬时量 gauge", "point %s is a %s, expected a gauge"), id, p.Kind).
			Do(lang.T("流量与浓度须按共同的最短步长相乘,累计量做不到", "flow and concentration are multiplied at the shortest common step, which a total cannot be")))
		return p, false
	}
	return p, ok
}

// checkStream faults a gas whose flow and concentration cannot be multiplied.
func (s *Site) checkStream(t *Section, g *Gas) {
	flow, ok := s.gauge(t, "flow", g.Flow)
	if !ok {
		return
	}
	state, flowBasis, ok := FlowState(flow.Unit)
	if !ok {
		s.stateless(t, flow)
		return
	}
	if flowPer(flow.Unit) <= 0 {
		t.Fail("flow", fault.Invalid.Say(lang.T("流量点 %s 的单位 %s 过大或不成整数毫秒", "the unit %[2]s of flow point %[1]s is too large to integrate by the millisecond"), flow.ID, flow.Unit).
			Do(lang.T("用 m3/min、m3/h 或 m3/s", "use m3/min, m3/h or m3/s")))
	}
	if share, ok := ShareBasis(s.UnitOf(g.Concentration)); ok {
		checkBasis(t, g, flowBasis, share)
	}
	checkConditions(t, g, state)
	g.State = gasState(t, g.Flow, state)
}

func (s *Site) stateless(t *Section, flow Point) {
	if flow.Unit.Same(quantity.MustUnit("m3/h")) {
		t.Fail("flow", fault.Invalid.Say(lang.T("流量点 %s 的单位 %s 没有写气体状态", "the unit %[2]s of flow point %[1]s names no gas state"), flow.ID, flow.Unit).
			Do(lang.T("写明 m3@work:wet/min(工况)、Nm3/min(0 ℃)或 m3@20C/min;0 ℃ 与 20 ℃ 相差 7 %",
				"write m3@work:wet/min as it flows, Nm3/min at 0 °C or m3@20C/min; 0 °C and 20 °C differ by 7 %")))
		return
	}
	t.Fail("flow", fault.Invalid.Say(lang.T("点 %s 的单位 %s 不是气体流量", "the unit %[2]s of point %[1]s is no flow of gas"), flow.ID, flow.Unit).
		Do(lang.T("写流量点的编号,单位如 m3@work:wet/min", "name a point of flow, with a unit such as m3@work:wet/min")))
}

// checkBasis faults a dry share of a wet flow without the humidity that tells
// one from the other, and a humidity that would have no use.
func checkBasis(t *Section, g *Gas, flow, share Basis) {
	said := func(b Basis) lang.Text {
		switch b {
		case Dry:
			return lang.T("干基", "dry")
		case Wet:
			return lang.T("湿基", "wet")
		case Unsaid:
		}
		return lang.T("未说明", "not said")
	}
	switch {
	case flow == Wet && share == Dry && t.Has("humidity"):
	case flow == share && t.Has("humidity"):
		t.Fail("humidity", fault.Invalid.Say(lang.T("流量与浓度同为%s,湿度用不上", "flow and concentration are both %s, so the humidity has no use"), said(flow)).
			Do(lang.T("删去 humidity,或改正点的单位", "remove humidity, or mend the units of the points")))
	case flow == Wet && share == Dry:
		t.Fail("concentration", fault.Invalid.Say(lang.T("流量 %s 为湿基而浓度 %s 为干基,没有湿度无法换算", "flow %s is wet and concentration %s is dry, which needs the humidity"), g.Flow, t.Text("concentration")).
			Do(lang.T(`写上 humidity(点或如 "95 %"),或改正点的单位`, `write humidity, a point or such as "95 %", or mend the units of the points`)))
	case flow != share:
		t.Fail("concentration", fault.Invalid.Say(lang.T("流量 %s 为%s而浓度 %s 为%s", "flow %s is %s and concentration %s is %s"), g.Flow, said(flow), t.Text("concentration"), said(share)).
			Do(lang.T("在两个点的单位里写明同一基准(:wet 或 :dry)", "name one basis in the units of both points, :wet or :dry")))
	}
}

// checkConditions faults a working flow without its temperature and pressure,
// and a standard flow with them: the correction would be applied twice.
func checkConditions(t *Section, g *Gas, state quantity.State) {
	needed := state == quantity.Working || t.Has("humidity")
	for _, key := range []string{"temperature", "pressure"} {
		switch {
		case needed && !t.Has(key):
			t.Fail("flow", fault.Invalid.Say(lang.T("流量 %s 是工况,缺少 %s", "flow %s is told as it flows, and %s is missing"), g.Flow, key).
				Do(lang.T(`写点的编号或常数,如 temperature = "28 degC"、pressure = "-18 kPa(g)"`,
					`write a point or a constant, such as temperature = "28 degC" and pressure = "-18 kPa(g)"`)))
		case !needed && t.Has(key):
			t.Fail(key, fault.Invalid.Say(lang.T("流量 %s 已是标准状态,再用 %s 会换算两次", "flow %s already tells a reference state, and %s would convert it twice"), g.Flow, key).
				Do(lang.T("删去该项;若流量实为工况,把点的单位写成 m3@work…", "remove it; if the flow is told as it flows, the unit of its point is m3@work…")))
		}
	}
}

// gasState reads the state of the result: at 0 °C where the flow is told as it
// flows, else the flow's own, which the plan may tell in another.
func gasState(t *Section, id string, flow quantity.State) quantity.State {
	own := map[quantity.State]string{quantity.Working: "0C", quantity.At0C: "0C", quantity.At20C: "20C", quantity.At60F: "60F"}[flow]
	word := own
	if t.Has("state") {
		word = t.Choice("state", "0C", "20C", "60F")
	}
	if flow != quantity.Working && word != own {
		t.Fail("state", fault.Invalid.Say(lang.T("读到 %q,流量 %s 的状态是 %s", "read %q, and the state of flow %s is %s"), word, id, own).
			Do(lang.T("删去 state;监测计划的单位会按需换算", "remove state; the unit in the monitoring plan converts where needed")))
	}
	state, _ := quantity.ParseState(word) // one of the words above
	return state
}
