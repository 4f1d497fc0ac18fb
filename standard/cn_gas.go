package standard

import (
	"cmp"
	"slices"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// cnUnderground: E_CH4_ug = (Q_vent + Q_drain − Q_flare − Q_utilised) × 7.17,
// all Q in 10⁴ Nm³ of pure CH4 at 0 °C, 101.325 kPa. The full utilised volume
// is subtracted; the method knows no combustion efficiency.
func cnUnderground() Kind {
	pure := func(name, zh, en, uncertainty string) Field {
		return Field{Name: name, Title: lang.T(zh, en), Units: []string{"万Nm3"}, Min: "0", Uncertainty: uncertainty}
	}
	return Kind{
		Name: "underground_ch4", Title: lang.T("井工开采甲烷逸散", "underground CH4"), Clause: "E_CH4_ug",
		Fields: slices.Concat([]Field{
			pure("vent", "风排甲烷量", "CH4 in return air", "15 %"),
			pure("drain", "抽采甲烷量", "CH4 drained", "5 %"),
			pure("flared", "火炬销毁甲烷量", "CH4 destroyed by flaring", "5 %"),
			pure("utilised", "利用甲烷量", "CH4 utilised", "5 %"),
			pure("vam_utilised", "乏风利用甲烷量", "CH4 of ventilation air utilised", "5 %"),
			{Name: "vent_rate", Title: lang.T("月平均风排甲烷流量", "monthly mean CH4 flow in return air"), Units: []string{"Nm3/min"}, Min: "0", Uncertainty: "15 %"},
			{Name: "vent_days", Title: lang.T("通风日数", "ventilated days"), Units: []string{"d"}, Min: "0", Max: "366"},
			{Name: "relative_emission", Title: lang.T("相对瓦斯涌出量(20 ℃)", "relative gas emission (20 °C)"), Units: []string{"m3@20C/t"}, Min: "0", Max: "200", Uncertainty: "30 %"},
			{Name: "raw_coal", Title: lang.T("原煤产量", "raw coal output"), Units: []string{"t"}, Min: "0", Uncertainty: "1 %"},
			{
				Name: "density", Title: lang.T("甲烷密度", "density of CH4"), Units: []string{"tCH4/万Nm3"}, Min: "7.1", Max: "7.2",
				Hint: lang.T("0 ℃ 时为 7.17 t/万Nm³(0.717 kg/Nm³);0.67 kg/m³ 是 20 ℃ 的值", "7.17 t per 10⁴ Nm³ (0.717 kg/Nm³) at 0 °C; 0.67 kg/m³ is for 20 °C"),
			},
			barometerField(),
		}, returnAir().fields("15 %"), drainageGas().fields("5 %")),
		Compute: computeUnderground,
	}
}

// The streams that may be told by a constant flow: the return air of a shaft,
// and the gas of a drainage station, under suction.
func returnAir() stream   { return stream{"", lang.T("回风", "return air")} }
func drainageGas() stream { return stream{"drain_", lang.T("抽采", "drainage")} }

func computeUnderground(c *Calculation) {
	if c.Has("relative_emission") {
		byRelativeEmission(c)
		return
	}
	rho := c.ValueOr("ρ", "density", func() Term { return c.Table("ρ", "density", "NDRC:CH4") })
	zero := func(symbol, name string) Term { return c.ValueOrZero(symbol, name, "万Nm3") }
	vent, drain, flared, utilised := ventilated(c), drained(c), zero("Q_flare", "flared"), zero("Q_util", "utilised")
	balance := []Term{vent, drain, Minus(flared), Minus(utilised)}
	if c.Has("vam_utilised") {
		used := c.Value("Q_vam", "vam_utilised")
		balance = append(balance, Minus(used))
		c.Tally("Q_vam", used)
	}
	net := c.Sum("Q_net", "万Nm3", balance...)
	c.Tally("Q_vent", vent)
	c.Tally("Q_drain", drain)
	if c.Has("utilised") {
		c.Tally("Q_util", utilised)
	}
	c.Tally("Q_net", net)
	c.Emit("ch4_underground", Direct, "CH4", "E_CH4_ug = (Q_vent + Q_drain − Q_flare − Q_util) × 7.17", c.Product("E_CH4_ug", "tCH4", net, rho))
}

// ventilated gives the methane of the return air: the integrated volume of a
// mine with continuous monitoring, else the monthly mean flow times the
// ventilated days, else a constant working flow converted to 0 °C.
func ventilated(c *Calculation) Term {
	switch {
	case c.Has("vent"):
		return c.Value("Q_vent", "vent")
	case c.Has("vent_rate"):
		days := c.ValueOr("d", "vent_days", func() Term { return c.PeriodIn("d", "d") })
		return c.Product("Q_vent", "万Nm3", c.Value("q", "vent_rate"), days)
	case c.Has("flow"):
		return returnAir().pure(c, "Q_vent")
	}
	c.Fail(fault.Invalid.Say(lang.T("缺少风排甲烷量", "the methane of the return air is missing")).
		Do(lang.T("给出 vent(万Nm³),或 vent_rate(Nm³/min),或 flow、concentration、temperature、pressure",
			"give vent (10⁴ Nm³), or vent_rate (Nm³/min), or flow, concentration, temperature and pressure")))
	return Term{}
}

// drained gives the methane of all drainage systems; a mine that has none
// drains nothing.
func drained(c *Calculation) Term {
	if c.Has("drain_flow") && !c.Has("drain") {
		return drainageGas().pure(c, "Q_drain")
	}
	return c.ValueOrZero("Q_drain", "drain", "万Nm3")
}

// byRelativeEmission is not of the guideline: where a mine has no flow data,
// output × relative emission of the yearly gas appraisal, at 20 °C with
// 0.67 kg/m³ (provincial guideline, IPCC Tier 2). The relative emission
// includes drainage already (C), so drainage is not added again.
func byRelativeEmission(c *Calculation) {
	volume := c.Product("Q", "m3@20C", c.Value("AD", "raw_coal"), c.Value("q", "relative_emission"))
	mass := c.Product("E_CH4_ug", "tCH4", volume, c.Table("ρ", "density", "IPCC:CH4"))
	c.Emit("ch4_underground", Direct, "CH4", "E_CH4_ug = AD × q × 0.67 (provincial guideline, IPCC Tier 2)", mass)
}

// refuseOverOne refuses volume fractions of a mixture that exceed the whole.
func refuseOverOne(c *Calculation) {
	sum := quantity.Int(0, quantity.One)
	for _, name := range []string{"ch4", "c2h6", "c3h8", "c4h10", "co"} {
		if s, err := sum.Add(c.act.Values[name].Quantity); err == nil {
			sum = s
		}
	}
	if over, err := sum.Cmp(quantity.Int(1, quantity.One)); err == nil && over > 0 {
		c.Fail(fault.Invalid.Say(lang.T("各气体体积分数之和 %s 大于 1", "the volume fractions sum to %s, more than 1"), sum.Significant(significant)).Do(fractionHint))
	}
}

// reviewGas looks at each mine's gas balance. A negative net is an error in
// the data, told and never clamped: clamping month by month moves the year.
func reviewGas(r *Review) {
	for _, a := range r.Activities("underground_ch4") {
		if a.Values["relative_emission"].Quantity.Sign() > 0 {
			r.Find(a, "gas.relative_emission", activity.Explain,
				lang.T("无流量数据,按相对瓦斯涌出量估算", "no flow data: estimated from the relative gas emission"),
				lang.T("安装连续监测后改用实测", "install continuous monitoring and use it"))
		}
		if a.Values["flow"].Quantity.Sign() > 0 || a.Values["drain_flow"].Quantity.Sign() > 0 {
			r.Find(a, "gas.constant_flow", activity.Explain,
				lang.T("按恒定流量与浓度计算,未逐时积分", "computed from a constant flow and concentration, not integrated"),
				lang.T("有读数时用抽采、风排计量点积分", "where readings exist, integrate them"))
		}
	}
	for _, l := range r.Lines("ch4_underground") {
		if l.Mass.Sign() >= 0 {
			continue
		}
		if a, ok := r.activity(l.Activity); ok {
			r.Find(a, "gas.negative_net", activity.Hard,
				lang.T("甲烷净逸散量为负:%s", "net methane is negative: %s").Format(told(l.Mass)),
				lang.T("数据有误,不作截零处理;核对该期风排、抽采与利用", "the data are wrong and are not clamped to zero; check ventilation, drainage and use of the period"))
		}
	}
	reviewUtilised(r)
	reviewFlareBalance(r)
}

// reviewUtilised asks that no more gas is used than there is: of each activity
// that tells its drained volume, and of all together.
func reviewUtilised(r *Review) {
	hint := lang.T("核对计量点、气体状态与边界;乏风利用须单列", "check meters, gas states and boundary; ventilation air utilised is told apart")
	flag := func(a activity.Activity, code string, text lang.Text, used, there quantity.Quantity) bool {
		over, err := used.Cmp(there)
		if err != nil || over <= 0 {
			return false
		}
		r.Find(a, code, activity.Hard, text.Format(told(used), told(there)), hint)
		return true
	}
	drainage := lang.T("利用量 %s 大于抽采量 %s", "utilised %s exceeds drained %s")
	found := false
	mines := r.Activities("underground_ch4")
	for _, a := range mines {
		drain, has := a.Values["drain"]
		found = has && flag(a, "gas.utilised_over_drained", drainage, a.Values["utilised"].Quantity, drain.Quantity) || found
	}
	if used, ok := r.Tally("Q_util", "万Nm3"); ok && !found {
		drain, _ := r.Tally("Q_drain", "万Nm3")
		flag(mines[0], "gas.utilised_over_drained", drainage, used.Quantity, drain.Quantity)
	}
	if used, ok := r.Tally("Q_vam", "万Nm3"); ok {
		vent, _ := r.Tally("Q_vent", "万Nm3")
		flag(mines[0], "gas.vam_over_vent", lang.T("乏风利用量 %s 大于风排量 %s", "ventilation air utilised %s exceeds the methane ventilated %s"), used.Quantity, vent.Quantity)
	}
}

// reviewFlareBalance asks that what a flare burned leaves the underground
// balance, and no more than that.
func reviewFlareBalance(r *Review) {
	flares := r.Activities("flare")
	destroyed, ok := r.Tally("Q_flare,CH4", "万Nm3")
	if !ok {
		return
	}
	r.Calculation().Figure(Figure{ID: "ch4_flared", Title: lang.T("火炬销毁甲烷量", "methane destroyed by flaring"), Clause: "Q × V_CH4 × OF"}, destroyed)
	if len(r.Activities("underground_ch4")) == 0 {
		return
	}
	subtracted, _ := r.Sum("underground_ch4", "flared", "万Nm3")
	hint := lang.T("flared = 火炬气量 × 甲烷分数 × 氧化率 = %s", "flared = volume × CH4 fraction × oxidation factor = %s").Format(told(destroyed.Quantity))
	apart, err := subtracted.Sub(destroyed.Quantity)
	tolerance := destroyed.Quantity.Mul(quantity.MustParse("0.01"))
	switch {
	case subtracted.IsZero() && !destroyed.Quantity.IsZero():
		r.Find(flares[0], "gas.flare_not_subtracted", activity.Explain,
			lang.T("有火炬燃烧,但井工甲烷平衡未扣减火炬销毁量(flared)", "gas was flared, but the underground balance subtracts none (flared)"), hint)
	case err == nil && apart.Abs().Rat().Cmp(tolerance.Rat()) > 0:
		r.Find(flares[0], "gas.flare_differs", activity.Explain,
			lang.T("井工甲烷平衡扣减的火炬销毁量 %s 与火炬燃烧不符", "the underground balance subtracts %s as flared, which the flare does not match").Format(told(subtracted)), hint)
	}
}

func (r *Review) activity(id string) (activity.Activity, bool) {
	i, ok := slices.BinarySearchFunc(r.run.acts, id, func(a activity.Activity, id string) int { return cmp.Compare(a.ID, id) })
	if !ok {
		return activity.Activity{}, false
	}
	return r.run.acts[i], true
}

// gasRates are 瓦斯利用率 = utilised / drained and 瓦斯抽采率 = drained /
// (drained + ventilated), pure CH4 of one state, period and boundary. The
// denominator of the utilisation rate is drained gas, not all gas; ventilation
// air that is used has a rate of its own, or the first could exceed 100 %.
func gasRates(r *Review) {
	vent, ok := r.Tally("Q_vent", "万Nm3")
	drain, _ := r.Tally("Q_drain", "万Nm3")
	utilised, used := r.Tally("Q_util", "万Nm3")
	net, _ := r.Tally("Q_net", "万Nm3")
	if !ok {
		return
	}
	r.Calculation().Figure(Figure{ID: "ch4_net_volume", Title: lang.T("甲烷净逸散体积(0 ℃)", "net methane volume (0 °C)"), Clause: "Q_vent + Q_drain − Q_flare − Q_util"}, net)
	if vam, ok := r.Tally("Q_vam", "万Nm3"); ok && vent.Quantity.Sign() > 0 {
		r.Figure(Figure{ID: "vam_utilisation", Title: lang.T("乏风瓦斯利用率", "ventilation air methane utilisation rate"), Clause: "Q_vam ÷ Q_vent"}, "%", vam, vent)
	}
	if drain.Quantity.Sign() <= 0 {
		return
	}
	if used {
		r.Figure(Figure{ID: "gas_utilisation", Title: lang.T("瓦斯利用率", "gas utilisation rate"), Clause: "Q_util ÷ Q_drain"}, "%", utilised, drain)
	}
	c := r.Calculation()
	all := c.Sum("Q", "万Nm3", drain, vent)
	c.Figure(Figure{ID: "gas_drainage", Title: lang.T("瓦斯抽采率", "gas drainage rate"), Clause: "Q_drain ÷ (Q_drain + Q_vent)"}, c.Quotient("gas_drainage", "%", drain, all))
}
