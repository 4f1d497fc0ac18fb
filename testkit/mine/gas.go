package mine

// line is a drainage line at its pump, on the suction side.
type line struct {
	id, zh, en string
	pure       float64 // Nm³/min of CH4, yearly mean
	percent    float64 // CH4, wet
	suction    float64 // kPa below the barometer
}

// lines are what the stations draw. The high-suction lines draw rich gas from
// boreholes, all of which is used; the low-suction lines draw lean gas from the
// goaf, below the 8 % of GB 21522-2024, which is vented.
var lines = [...]line{ //nolint:gochecknoglobals // a constant table
	{"north-high", "北站高负压", "North station, high suction", 33.4, 38, 32},
	{"north-low", "北站低负压", "North station, low suction", 26.2, 6.4, 14},
	{"south-high", "南站高负压", "South station, high suction", 26.6, 34, 30},
	{"south-low", "南站低负压", "South station, low suction", 24.3, 5.9, 13},
}

// use is a stream of rich gas behind the stations, metered in Nm³.
type use struct {
	id, zh, en string
	share      float64 // of the rich gas, before what the season moves
}

var uses = [...]use{ //nolint:gochecknoglobals // a constant table
	{"engines-n", "北电厂进气", "Gas to the north engines", 0.41},
	{"engines-s", "南电厂进气", "Gas to the south engines", 0.30},
	{"boilers", "瓦斯锅炉进气", "Gas to the boilers", 0.12},
	{"sale", "外输瓦斯", "Gas sold", 0.17},
}

// lost is the share of rich gas between the stations and the meters of use.
const lost = 0.004

// shaft is a return-air shaft.
type shaft struct {
	id, zh, en string
	air        float64 // m³/min as it flows
	ch4, co2   float64 // %, wet
	celsius    float64
}

var shafts = [...]shaft{ //nolint:gochecknoglobals // a constant table
	{"shaft-1", "一号回风井", "Return shaft 1", 13_600, 0.47, 0.075, 18},
	{"shaft-2", "二号回风井", "Return shaft 2", 12_100, 0.51, 0.081, 19},
	{"shaft-3", "三号回风井", "Return shaft 3", 8_900, 0.44, 0.070, 17},
}

const barometerKPa = 90.2

// atFlow tells a volume at 0 °C and 101.325 kPa as it flows.
func atFlow(normal, kPa, celsius float64) float64 {
	return normal * (101.325 / kPa) * ((273.15 + celsius) / 273.15)
}

// stream is what a meter of gas sees.
type stream struct{ flow, percent, co2, celsius, gauge float64 }

// gas is the state of all streams in one quarter of an hour.
type gas struct {
	lines  [len(lines)]stream
	uses   [len(uses)]stream
	shafts [len(shafts)]stream
	flare  stream
	engine float64 // pure CH4 to the engines, Nm³/min
	boiler float64
}

// gasAt makes the streams of a quarter.
func (m *Mine) gasAt(q int) (g gas) {
	d, share := q/96, float64(q%96)/96
	day := m.dayAt(d)
	rich, mixed := m.drain(&g, q, d, share)
	percent := 100 * rich / mixed
	rich *= 1 - lost
	if day.flaring {
		g.flare = stream{flow: 0.06 * rich / percent * 100, percent: percent}
		rich *= 0.94
	}
	m.useUp(&g, q, d, share, rich, percent, day.heating)
	m.ventilate(&g, q, d, share, day)
	return g
}

// drain makes the stations' lines and tells the rich gas: pure, and mixed.
func (m *Mine) drain(g *gas, q, d int, share float64) (rich, mixed float64) {
	for i, l := range lines {
		slow := smooth(m.seed, 20+i, d, share)
		pure := l.pure * (1 + 0.05*slow + 0.01*spread(noise(m.seed, 30+i, q, 0)))
		percent := l.percent * (1 + 0.06*smooth(m.seed, 40+i, d, share) + 0.01*spread(noise(m.seed, 50+i, q, 0)))
		kPa := barometerKPa - l.suction + 0.6*spread(noise(m.seed, 60+i, q, 0))
		celsius := 24 + 3*m.dayAt(d).season
		flow := pure / percent * 100
		g.lines[i] = stream{flow: atFlow(flow, kPa, celsius), percent: percent, celsius: celsius, gauge: kPa - barometerKPa}
		if i%2 == 0 {
			rich, mixed = rich+pure, mixed+flow
		}
	}
	return rich, mixed
}

// useUp divides the rich gas: boilers burn more in winter, and the rest is sold.
func (m *Mine) useUp(g *gas, q, d int, share, rich, percent, heating float64) {
	left := rich
	for i, u := range uses {
		pure := rich * u.share * (1 + 0.03*smooth(m.seed, 70+i, d, share))
		switch u.id {
		case "boilers":
			pure = rich * u.share * (0.25 + 1.5*heating)
			g.boiler = pure
		case "sale":
			pure = left
		default:
			g.engine += pure
		}
		left -= pure
		measured := percent * (1 + 0.008*spread(noise(m.seed, 80+i, q, 0)))
		g.uses[i] = stream{flow: pure / percent * 100, percent: measured}
	}
}

// ventilate makes the shafts: more gas where more coal is won.
func (m *Mine) ventilate(g *gas, q, d int, share float64, day *day) {
	for i, s := range shafts {
		work := 0.8 + 0.2*day.coal/11_000
		ch4 := s.ch4 * work * (1 + 0.08*smooth(m.seed, 90+i, d, share) + 0.04*spread(noise(m.seed, 100+i, q, 0)))
		g.shafts[i] = stream{
			flow:    s.air * (1 + 0.015*spread(noise(m.seed, 110+i, q, 0))),
			percent: ch4,
			co2:     s.co2 * (1 + 0.06*spread(noise(m.seed, 120+i, q, 0))),
			celsius: s.celsius + 1.5*day.season,
			gauge:   -2.6 + 0.1*spread(noise(m.seed, 130+i, q, 0)),
		}
	}
}
