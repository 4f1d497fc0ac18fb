package standard

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

var unflooded = Attr{Name: "state", Title: lang.T("淹没状态", "flooding"), Values: []string{"dry", "flooded"}} //nolint:gochecknoglobals // constant

// ipccAbandonedT1: CH4[Gg] = N × share gassy × EF(inventory year, closure
// band) × 0.67 − recovered; the factor table ends with inventory year 2016.
func ipccAbandonedT1() Kind {
	return Kind{
		Name: "abandoned_t1", Title: lang.T("废弃矿井甲烷(层级1)", "abandoned mines CH4 (Tier 1)"), Clause: "eq. 4.1.10",
		Attrs: []Attr{{
			Name: "closed", Title: lang.T("关闭时段", "years of closure"), Required: true,
			Values: []string{"1901-1925", "1926-1950", "1951-1975", "1976-2000", "2001-present"},
		}},
		Fields: []Field{
			{Name: "mines", Title: lang.T("未淹没矿井数", "unflooded mines"), Units: []string{""}, Min: "0", Required: true},
			{Name: "gassy_share", Title: lang.T("瓦斯矿井占比", "share of gassy mines"), Units: []string{""}, Min: "0", Max: "1", Required: true, Hint: fractionHint},
			volume20("recovered", "回收甲烷(纯,20 ℃)", "CH4 recovered (pure, 20 °C)", "5 %"),
		},
		Compute: func(c *Calculation) {
			wholeYear(c)
			ef := c.Factor("EF", "ipcc_abandoned_t1", c.Attr("closed"))
			made := c.Product("V", "百万m3@20C", c.Value("N", "mines"), c.Value("share", "gassy_share"), ef, c.Const("year", "1 a"))
			emitAbandoned(c, "eq. 4.1.10: CH4 = N × share × EF × 0.67 − R", made)
		},
	}
}

// ipccAbandoned, Tier 2 and 3: CH4 = q0 × (1 + a·t)^b × 0.67e-6 − recovered,
// a and b by the rank of the coal. A flooded mine counts zero. The Chinese
// research variant tells dry mines q0 × (1 + b·D·t)^(−1/b) and flooded ones
// q0 × exp(−D·t).
func ipccAbandoned() Kind {
	return Kind{
		Name: "abandoned", Title: lang.T("废弃矿井甲烷(层级2、3)", "abandoned mines CH4 (Tier 2, 3)"), Clause: "eq. 4.1.11",
		Items: []string{"anthracite", "bituminous", "subbituminous"}, Attrs: []Attr{unflooded},
		Fields: []Field{
			{Name: "q0", Title: lang.T("关闭时排放速率(20 ℃)", "emission rate at closure (20 °C)"), Units: []string{"m3@20C/a"}, Min: "0", Required: true, Uncertainty: "50 %"},
			{Name: "years", Title: lang.T("关闭后年数", "years since closure"), Units: []string{"a"}, Min: "0", Max: "150", Required: true},
			volume20("recovered", "回收甲烷(纯,20 ℃)", "CH4 recovered (pure, 20 °C)", "5 %"),
		},
		Compute: func(c *Calculation) {
			wholeYear(c)
			left, clause := ipccDecay(c), "eq. 4.1.11, 4.1.12: CH4 = q0 × (1 + a·t)^b × 0.67 − R"
			if c.Choice("decay") == "china" {
				left, clause = chinaDecay(c), "research variant: CH4 = q0 × f(t) × 0.67 − R"
			}
			made := c.Product("V", "m3@20C", c.Value("q0", "q0"), left, c.Const("year", "1 a"))
			emitAbandoned(c, clause, made)
		},
	}
}

func emitAbandoned(c *Calculation, clause string, made Term) {
	net := c.Sum("V−R", "m3@20C", made, Minus(c.ValueOrZero("R", "recovered", "m3@20C")))
	c.Emit("abandoned", Direct, "CH4", clause, c.Product("CH4", "tCH4", net, c.Table("ρ", "density", "IPCC:CH4")))
}

func ipccDecay(c *Calculation) Term {
	if c.Attr("state") == "flooded" {
		return c.Const("flooded", "0")
	}
	at := c.Product("a·t", "", c.Table("a", "ipcc_abandoned_t2", "a:"+c.Item()), c.Value("t", "years"))
	base := c.Sum("1+a·t", "", c.Const("1", "1"), at)
	return c.Power("f(t)", base, c.Table("b", "ipcc_abandoned_t2", "b:"+c.Item()))
}

func chinaDecay(c *Calculation) Term {
	if c.Attr("state") == "flooded" {
		dt := c.Product("D·t", "", c.Table("D", "abandoned_cn", "D_flooded"), c.Value("t", "years"))
		return c.Power("f(t)", c.Const("e", "2.718281828459045"), Minus(dt))
	}
	b := c.Table("b", "abandoned_cn", "b")
	bdt := c.Product("b·D·t", "", b, c.Table("D", "abandoned_cn", "D_dry"), c.Value("t", "years"))
	base := c.Sum("1+b·D·t", "", c.Const("1", "1"), bdt)
	return c.Power("f(t)", base, Minus(c.Quotient("1/b", "", c.Const("1", "1"), b)))
}

// wholeYear refuses yearly factors for a part of a year.
func wholeYear(c *Calculation) {
	if days := c.act.Period.Duration() / (24 * time.Hour); days < 365 || days > 366 {
		c.Fail(fault.Invalid.Say(lang.T("期间 %d 日,须为一整年", "the period has %d days, expected a whole year"), int64(days)).
			Do(lang.T("按年给出,如 period = \"2016\"", `give it by the year, such as period = "2016"`)))
	}
}
