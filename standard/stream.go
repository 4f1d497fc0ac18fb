package standard

import (
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// stream is a gas flow told as its meter saw it; the fields of one begin with
// its prefix. The physics is that of section 4.8 of the reference:
//
//	V_std = V_work × (P_abs ÷ 101.325 kPa) × (273.15 K ÷ T)
//	V_dry = V_wet × (1 − x_H2O),  x_H2O = RH × P_sat(t) ÷ P_abs
//	V_CH4 = V × C, with C on the basis of V
type stream struct {
	prefix string
	title  lang.Text
}

var gaugeHint = lang.T("须为绝对压力,或写表压 kPa(g) 并给出当地大气压 barometer;海拔 1,000 m 处约 90 kPa", //nolint:gochecknoglobals // constant
	"must be absolute, or gauge as kPa(g) with the local barometer; about 90 kPa at 1,000 m")

func (s stream) fields(uncertainty string) []Field {
	title := func(zh, en string) lang.Text { return lang.T("%s:"+zh, "%s: "+en).Format(s.title) }
	return []Field{
		{
			Name: s.prefix + "flow", Title: title("流量(恒定)", "flow, constant"), Min: "0", Uncertainty: uncertainty,
			Units: []string{"m3@work:wet/min", "m3@work:dry/min", "m3@work/min", "Nm3:wet/min", "Nm3:dry/min", "Nm3/min"},
		},
		{Name: s.prefix + "concentration", Title: title("甲烷浓度", "CH4 concentration"), Units: []string{"", "fraction:wet", "fraction:dry"}, Min: "0", Max: "1", Hint: fractionHint},
		{Name: s.prefix + "temperature", Title: title("气温", "gas temperature"), Units: []string{"degC"}, Min: "-40", Max: "90"},
		{Name: s.prefix + "pressure", Title: title("压力", "pressure"), Units: []string{"kPa", "kPa(g)"}, Min: "40", Max: "1100", Hint: gaugeHint},
		{Name: s.prefix + "humidity", Title: title("相对湿度", "relative humidity"), Units: []string{""}, Min: "0", Max: "1", Hint: fractionHint},
	}
}

func barometerField() Field {
	return Field{Name: "barometer", Title: lang.T("当地大气压", "local barometer"), Units: []string{"kPa"}, Min: "50", Max: "110", Hint: gaugeHint}
}

// pure gives the methane of the stream over the activity's period.
func (s stream) pure(c *Calculation, symbol string) Term {
	c.need(s.prefix+"concentration", "")
	flow, share := c.Value("q", s.prefix+"flow"), c.Value("C", s.prefix+"concentration")
	normal := flow
	if isWorking(flow.Quantity.Unit()) {
		normal = s.normal(c, flow)
	}
	normal = s.onBasis(c, normal, share)
	pure := c.Product("q_CH4", "Nm3/min", normal, share)
	return c.Product(symbol, "万Nm3", pure, c.PeriodIn("h", "h"))
}

// normal converts a working flow to 0 °C and 101.325 kPa.
func (s stream) normal(c *Calculation, flow Term) Term {
	ratio := c.Quotient("P/P₀", "", s.absolute(c), c.Const("P₀", "101.325 kPa"))
	cold := c.Quotient("T₀/T", "", c.Const("T₀", "273.15 K"), c.Value("T", s.prefix+"temperature"))
	// The gas changes its state with P and T: so does the tag of its unit.
	return c.Product("q_N", tagged("Nm3", basisOf(flow))+"/min", flow, ratio, cold, c.Const("N", "1 Nm3/m3@work"))
}

// absolute is P_baro + P_gauge, suction negative; an absolute pressure is itself.
func (s stream) absolute(c *Calculation) Term {
	p := c.Value("P", s.prefix+"pressure")
	if c.err != nil || p.Quantity.Unit().Same(quantity.MustUnit("kPa")) {
		return p
	}
	if !c.Has("barometer") {
		c.Fail(fault.Invalid.Say(lang.T("压力读到表压 %s,缺少当地大气压(barometer)", "pressure read as gauge %s, the local barometer is missing"), p.Quantity).
			Do(gaugeHint).At(c.act.Values[s.prefix+"pressure"].At).At(fault.Place{Column: s.prefix + "pressure"}))
		return Term{}
	}
	// A gauge pressure is a difference of pressures.
	asRead := p.Quantity
	p.Quantity = quantity.New(p.Quantity.MustIn(quantity.MustUnit("kPa(g)")).Rat(), quantity.MustUnit("kPa"))
	abs := c.Sum("P", "kPa", c.Value("P_baro", "barometer"), p.named("P_gauge"))
	if c.err == nil && abs.Quantity.Sign() <= 0 {
		c.Fail(fault.Invalid.Say(lang.T("表压 %s 低于真空", "gauge pressure %s is below vacuum"), asRead).Do(gaugeHint))
	}
	return abs
}

// onBasis tells the flow on the basis of the concentration, wet or dry.
func (s stream) onBasis(c *Calculation, flow, share Term) Term {
	from, to := basisOf(flow), basisOf(share)
	if c.err != nil || from == to {
		return flow
	}
	if from == "" || to == "" || !c.Has(s.prefix+"humidity") {
		c.Fail(fault.Invalid.Say(lang.T("干湿基不符:流量%s,浓度%s", "dry and wet gas mixed: the flow is %s, the concentration %s"), basisName(from), basisName(to)).
			Do(lang.T("写明同为湿基(:wet)或同为干基(:dry);一湿一干时须给出相对湿度 %shumidity", "tell both wet (:wet) or both dry (:dry); of one wet and one dry, give the relative humidity as %shumidity"), s.prefix).
			At(c.act.Values[s.prefix+"concentration"].At).At(fault.Place{Column: s.prefix + "concentration"}))
		return Term{}
	}
	dryShare := s.dryShare(c)
	if to == "dry" {
		return c.Product("q_dry", "Nm3:dry/min", flow, dryShare, c.Const("dry/wet", "1 Nm3:dry/Nm3:wet"))
	}
	grown := c.Quotient("1/(1−x)", "", c.Const("1", "1"), dryShare)
	return c.Product("q_wet", "Nm3:wet/min", flow, grown, c.Const("wet/dry", "1 Nm3:wet/Nm3:dry"))
}

// dryShare is 1 − x_H2O.
func (s stream) dryShare(c *Calculation) Term {
	vapour := c.saturation("P_sat", c.Value("t", s.prefix+"temperature"))
	full := c.Quotient("P_sat/P", "", vapour, s.absolute(c))
	x := c.Product("x_H2O", "", c.Value("RH", s.prefix+"humidity"), full)
	return c.Sum("1−x_H2O", "", c.Const("1", "1"), Minus(x))
}

// saturation is the vapour pressure of water by Magnus' formula.
func (c *Calculation) saturation(symbol string, t Term) Term {
	out := c.record(symbol, "", []Term{t}, func() (quantity.Quantity, error) { return quantity.Saturation(t.Quantity) },
		func(_ int, result float64) float64 {
			above := t.Quantity.MustIn(quantity.MustUnit("degC")).Float() + 243.04
			return result * 17.625 * 243.04 / (above * above)
		})
	c.express("0.61094 kPa × exp(17.625 t ÷ (t + 243.04 °C))")
	return out
}

// express tells the last step by the expression a formula prints.
func (c *Calculation) express(expression string) {
	if c.err == nil {
		c.steps[len(c.steps)-1].Expression = expression
	}
}

// need fails, with the field's name, where the activity tells no such value.
func (c *Calculation) need(names ...string) {
	for _, name := range names {
		if name != "" && !c.Has(name) {
			c.Value("", name)
		}
	}
}

func isWorking(u quantity.Unit) bool {
	return u.Same(quantity.MustUnit("m3@work:wet/min")) || u.Same(quantity.MustUnit("m3@work:dry/min")) || u.Same(quantity.MustUnit("m3@work/min"))
}

// basisOf is "wet", "dry", or empty for a flow or share that does not say.
func basisOf(t Term) string {
	for _, basis := range []string{"wet", "dry"} {
		for _, unit := range []string{"m3@work:" + basis + "/min", "Nm3:" + basis + "/min", "scf:" + basis + "/min", "fraction:" + basis} {
			if t.Quantity.Unit().Same(quantity.MustUnit(unit)) {
				return basis
			}
		}
	}
	return ""
}

func tagged(unit, basis string) string {
	if basis == "" {
		return unit
	}
	return unit + ":" + basis
}

func basisName(basis string) lang.Text {
	switch basis {
	case "wet":
		return lang.T("湿基", "wet")
	case "dry":
		return lang.T("干基", "dry")
	}
	return lang.T("未注明", "of no stated basis")
}
