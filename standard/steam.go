package standard

import (
	"math"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Enthalpy of steam by IAPWS-IF97 (release R7-97(2012)): region 4 gives the
// temperature of saturation, region 2 the enthalpy of steam. The release was not
// re-opened (B); the coefficients give its check values to every digit, which a
// test holds.
const (
	gasConstant   = 0.461526 // kJ/(kg·K), of water
	steamPlaces   = 4        // decimals of a kJ/kg kept
	saturationEnd = 623.15   // K, the end of region 2 at saturation
)

var saturationCoefficients = [10]float64{ //nolint:gochecknoglobals // constant table
	0.11670521452767e4, -0.72421316703206e6, -0.17073846940092e2, 0.12020824702470e5, -0.32325550322333e7,
	0.14915108613530e2, -0.48232657361591e4, 0.40511340542057e6, -0.23855557567849, 0.65017534844798e3,
}

// saturationKelvin is the temperature at which water boils at a pressure in MPa.
func saturationKelvin(mpa float64) float64 {
	n, beta := saturationCoefficients, math.Pow(mpa, 0.25)
	e := beta*beta + n[2]*beta + n[5]
	f := n[0]*beta*beta + n[3]*beta + n[6]
	g := n[1]*beta*beta + n[4]*beta + n[7]
	d := 2 * g / (-f - math.Sqrt(f*f-4*e*g))
	return (n[9] + d - math.Sqrt((n[9]+d)*(n[9]+d)-4*(n[8]+n[9]*d))) / 2
}

// steamEnthalpy is the enthalpy of steam in kJ/kg at a pressure in MPa and a
// temperature in K.
func steamEnthalpy(mpa, kelvin float64) float64 {
	tau, sum := 540/kelvin, 0.0
	for _, c := range idealSteam {
		sum += c.n * c.j * math.Pow(tau, c.j-1)
	}
	for _, c := range residualSteam {
		sum += c.n * math.Pow(mpa, c.i) * c.j * math.Pow(tau-0.5, c.j-1)
	}
	return gasConstant * kelvin * tau * sum
}

// steamFields are read beside the mass of steam, where no enthalpy is given.
func steamFields() []Field {
	hint := lang.T("须为绝对压力;表压写 MPa(g) 并给出当地大气压 barometer", "must be absolute; gauge is MPa(g) with the local barometer")
	return []Field{
		{Name: "steam_pressure", Title: lang.T("蒸汽压力", "pressure of steam"), Units: []string{"MPa", "MPa(g)"}, Min: "0.05", Max: "10", Hint: hint},
		{Name: "steam_temperature", Title: lang.T("蒸汽温度(过热)", "temperature of superheated steam"), Units: []string{"degC"}, Min: "100", Max: "600"},
		barometerField(),
	}
}

// steamByPressure gives En of saturated steam, or of superheated steam where
// its temperature is told.
func steamByPressure(c *Calculation) Term {
	p := stream{"steam_", lang.T("蒸汽", "steam")}.absolute(c)
	if c.err != nil {
		return Term{}
	}
	mpa := func(q quantity.Quantity) float64 { return q.MustIn(quantity.MustUnit("MPa")).Float() }
	boils := saturationKelvin(mpa(p.Quantity))
	if !c.Has("steam_temperature") {
		saturated := func(mpa float64) float64 { return steamEnthalpy(mpa, saturationKelvin(mpa)) }
		return c.enthalpy("h″(p), IAPWS-IF97", []Term{p}, func(x []float64) float64 { return saturated(mpa(quantityOf(x[0], p))) })
	}
	t := kelvins([]Term{c.Value("T", "steam_temperature")})[0]
	if t.Quantity.Float() < boils || boils > saturationEnd {
		c.Fail(fault.Invalid.Say(lang.T("蒸汽温度 %.1f K 低于饱和温度 %.1f K", "steam of %.1f K is below saturation, %.1f K"), t.Quantity.Float(), boils).
			Do(lang.T("核对压力(绝对)与温度;湿蒸汽须给出比焓 enthalpy", "check pressure (absolute) and temperature; for wet steam give enthalpy")))
		return Term{}
	}
	return c.enthalpy("h(p, T), IAPWS-IF97", []Term{p, t}, func(x []float64) float64 { return steamEnthalpy(mpa(quantityOf(x[0], p)), x[1]) })
}

func quantityOf(x float64, like Term) quantity.Quantity {
	q, err := quantity.FromFloat(x, like.Quantity.Unit())
	if err != nil {
		return like.Quantity
	}
	return q
}

// enthalpy records a step of a float function; its slopes are differences.
func (c *Calculation) enthalpy(expression string, terms []Term, of func([]float64) float64) Term {
	at := make([]float64, len(terms))
	for i, t := range terms {
		at[i] = t.Quantity.Float()
	}
	out := c.record("En", ", ", terms, func() (quantity.Quantity, error) {
		q, err := quantity.FromFloat(of(at), quantity.MustUnit("kJ/kg"))
		return q.Round(steamPlaces, quantity.HalfUp), err
	}, func(i int, _ float64) float64 {
		const step = 1e-5
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i], down[i] = at[i]*(1+step), at[i]*(1-step)
		return (of(up) - of(down)) / (2 * step * at[i])
	})
	c.express(expression)
	out.confidence = out.confidence.Worse(factor.Sure)
	return out
}

// power is one term of IF97: n π^i τ^j.
type power struct{ i, j, n float64 }

var idealSteam = []power{ //nolint:gochecknoglobals // constant table
	{0, 0, -0.96927686500217e1},
	{0, 1, 0.10086655968018e2},
	{0, -5, -0.56087911283020e-2},
	{0, -4, 0.71452738081455e-1},
	{0, -3, -0.40710498223928},
	{0, -2, 0.14240819171444e1},
	{0, -1, -0.43839511319450e1},
	{0, 2, -0.28408632460772},
	{0, 3, 0.21268463753307e-1},
}

var residualSteam = []power{ //nolint:gochecknoglobals // constant table
	{1, 0, -0.17731742473213e-2},
	{1, 1, -0.17834862292358e-1},
	{1, 2, -0.45996013696365e-1},
	{1, 3, -0.57581259083432e-1},
	{1, 6, -0.50325278727930e-1},
	{2, 1, -0.33032641670203e-4},
	{2, 2, -0.18948987516315e-3},
	{2, 4, -0.39392777243355e-2},
	{2, 7, -0.43797295650573e-1},
	{2, 36, -0.26674547914087e-4},
	{3, 0, 0.20481737692309e-7},
	{3, 1, 0.43870667284435e-6},
	{3, 3, -0.32277677238570e-4},
	{3, 6, -0.15033924542148e-2},
	{3, 35, -0.40668253562649e-1},
	{4, 1, -0.78847309559367e-9},
	{4, 2, 0.12790717852285e-7},
	{4, 3, 0.48225372718507e-6},
	{5, 7, 0.22922076337661e-5},
	{6, 3, -0.16714766451061e-10},
	{6, 16, -0.21171472321355e-2},
	{6, 35, -0.23895741934104e2},
	{7, 0, -0.59059564324270e-17},
	{7, 11, -0.12621808899101e-5},
	{7, 25, -0.38946842435739e-1},
	{8, 8, 0.11256211360459e-10},
	{8, 36, -0.82311340897998e1},
	{9, 13, 0.19809712802088e-7},
	{10, 4, 0.10406965210174e-18},
	{10, 10, -0.10234747095929e-12},
	{10, 14, -0.10018179379511e-8},
	{16, 29, -0.80882908646985e-10},
	{16, 50, 0.10693031879409},
	{18, 57, -0.33662250574171},
	{20, 20, 0.89185845355421e-24},
	{20, 35, 0.30629316876232e-12},
	{20, 48, -0.42002467698208e-5},
	{21, 21, -0.59056029685639e-25},
	{22, 53, 0.37826947613457e-5},
	{23, 39, -0.12768608934681e-14},
	{24, 26, 0.73087610595061e-28},
	{24, 40, 0.55414715350778e-16},
	{24, 58, -0.94369707241210e-6},
}
