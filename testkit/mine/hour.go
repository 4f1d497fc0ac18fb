package mine

// hour is the state of the mine's energy in one hour, in kW on the primary side.
type hour struct {
	n         int // since the data begin
	day       *day
	ofDay     int
	shift     float64 // how hard the mine works, about 1
	load      float64
	generated float64
	solar     float64
	heat      float64 // GJ/h asked for
	boiler    float64 // pure CH4 to the boilers, Nm³/min
}

const (
	// loadKW is the mine's mean power: 38 kWh for a tonne of 4 Mt a year.
	loadKW = 17_000
	// methaneKWh is the lower heating value of a Nm³ of methane, 35.9 MJ.
	methaneKWh = 9.97
	// engineShare is the electrical efficiency of the engines.
	engineShare = 0.36
	// solarKW is what is installed.
	solarKW = 12_000
	// heatGJ is the mine's heat load on the coldest day, per hour.
	heatGJ = 62
)

// hourAt makes the hour's state; engine and boiler are the hour's mean of pure
// CH4 in Nm³/min.
func (m *Mine) hourAt(n int, engine, boiler float64) hour {
	d := m.dayAt(n / 24)
	h := hour{n: n, day: d, ofDay: n % 24, boiler: boiler}
	h.shift = shifts[h.ofDay] * (0.55 + 0.45*d.coal/11_350)
	h.load = loadKW * h.shift * (1 + 0.03*d.season*d.season + 0.02*spread(noise(m.seed, 200, n, 0)))
	h.generated = engine * 60 * methaneKWh * engineShare
	h.solar = solarKW * d.sun[h.ofDay]
	h.heat = heatGJ*d.heating + 6
	return h
}

// shifts is the day's course: the maintenance shift runs from eight to four.
var shifts = [24]float64{ //nolint:gochecknoglobals // a constant table
	1.06, 1.07, 1.07, 1.06, 1.05, 1.04, 1.00, 0.92, 0.86, 0.87, 0.89, 0.90,
	0.88, 0.88, 0.90, 0.94, 1.00, 1.04, 1.07, 1.08, 1.08, 1.07, 1.06, 1.06,
}

// balance is what the grid gives or takes.
func (h *hour) balance() float64 { return h.load - h.generated - h.solar }

func (h *hour) imported() float64 { return max(0, h.balance()) }
func (h *hour) exported() float64 { return max(0, -h.balance()) }
