package mine

import (
	"fmt"
	"time"
)

// counter is a register in kWh behind transformers.
func counter(id, zh, en, org string, ct, pt int, ratedKW float64, kw func(*hour, uint64) float64) series {
	return series{
		id: id, zh: zh, en: en, org: org, kind: "counter", unit: "kWh", step: hourly, places: 2, digits: 6, ct: ct, pt: pt,
		maxRate: ratedKW * 2 / float64(ct*pt), rate: kw, uncertainty: "0.5 %", meter: meter{"DTSD341", "0.5S"},
	}
}

// wobble moves a number by up to a share.
func wobble(x uint64, share float64) float64 { return 1 + share*spread(x) }

// mainSeries are the two 35 kV lines to the grid, each way.
func mainSeries() []series {
	var out []series
	for i, share := range []float64{0.54, 0.46} {
		id, zh, en := fmt.Sprintf("main-%d", i+1), fmt.Sprintf("35 kV 进线 %d", i+1), fmt.Sprintf("35 kV line %d", i+1)
		in := counter(id+"-import", zh+" 正向有功", en+" import", "electromechanical", 120, 350, 20_000, func(h *hour, _ uint64) float64 { return share * h.imported() })
		back := counter(id+"-export", zh+" 反向有功", en+" export", "electromechanical", 120, 350, 20_000, func(h *hour, _ uint64) float64 { return share * h.exported() })
		for _, s := range []series{in, back} {
			s.source, s.attrs, s.meter, s.uncertainty = "grid", `{ system = "grid" }`, meter{"DTSD719", "0.2S"}, "0.4 %"
			s.places = 4
			out = append(out, s)
		}
	}
	return out
}

// engines is the number of gas engines of 1 MW.
const engines = 12

// engineSeries are the engines' generators. One has its current transformer
// changed in March 2025.
func engineSeries(m *Mine) []series {
	out := make([]series, 0, engines)
	for i := range engines {
		id := fmt.Sprintf("engine-%02d", i+1)
		s := counter(id, fmt.Sprintf("%d 号瓦斯机组", i+1), fmt.Sprintf("Gas engine %d", i+1), "power-house", 20, 100, 1000,
			func(h *hour, x uint64) float64 { return h.generated / engines * wobble(x, 0.04) })
		s.attrs = `{ system = "generation" }`
		s.first = 12_000 + 731*int64(i)
		if i == 5 {
			s.change = &change{m.hourOf(2025, 3, 1, 8), 30, "机组增容,100/5 换 150/5"}
		}
		out = append(out, s)
	}
	return out
}

// hourOf gives the number of an hour of the mine's zone.
func (m *Mine) hourOf(year int, month time.Month, dayOf, hourOfDay int) int {
	return int(time.Date(year, month, dayOf, hourOfDay, 0, 0, 0, m.zone).Sub(m.start) / time.Hour)
}

// inverters is the number of PV inverters.
const inverters = 24

// solarSeries are the inverters' registers and the pyranometer.
func solarSeries() []series {
	var out []series
	for i := range inverters {
		s := counter(fmt.Sprintf("pv-%02d", i+1), fmt.Sprintf("光伏 %d 号逆变器", i+1), fmt.Sprintf("PV inverter %d", i+1), "electromechanical", 40, 1, 500,
			func(h *hour, x uint64) float64 { return h.solar / inverters * wobble(x, 0.05) })
		s.attrs, s.first = `{ system = "solar" }`, 3_000+97*int64(i)
		out = append(out, s)
	}
	return append(out, series{
		id: "pv-irradiance", zh: "水平面辐照度", en: "Irradiance", org: "electromechanical", kind: "gauge", unit: "W/m2", step: hourly,
		low: 0, high: 1500, meter: meter{"TBQ-2", "2 %"}, attrs: `{ system = "solar" }`,
		ofHour: func(h *hour, _ uint64) float64 { return 1150 * h.day.sun[h.ofDay] },
	})
}

// chargers of the electric vehicles.
const (
	vehicles = 53
	electric = 50
)

// chargerSeries are the chargers' registers, most of it by night.
func chargerSeries(m *Mine) []series {
	out := make([]series, 0, electric)
	for i := range electric {
		mean := 24 + float64(noise(m.seed, 300, i, 0)%40) // kWh a day
		s := counter(fmt.Sprintf("charger-%02d", i+1), fmt.Sprintf("%d 号充电桩", i+1), fmt.Sprintf("Charger %d", i+1), "transport", 1, 1, 60,
			func(h *hour, x uint64) float64 {
				if h.ofDay >= 7 && h.ofDay != 12 || x%5 == 0 {
					return 0
				}
				return mean / 6.4 * wobble(x, 0.3)
			})
		s.attrs, s.meter, s.uncertainty = `{ system = "fleet" }`, meter{"DTSY341", "1"}, "1 %"
		out = append(out, s)
	}
	return out
}
