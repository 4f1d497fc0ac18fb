package mine

import (
	"fmt"
	"strings"
)

// area is a group of 10 kV and 660 V feeders with its share of the load.
type area struct {
	id, zh, en, org string
	feeders         int
	share           float64
	ct, pt          int
}

// areas hold 97 % of the load; the rest is loss.
var areas = [...]area{ //nolint:gochecknoglobals // a constant table
	{"fan", "主通风机", "Main fan", "ventilation", 6, 0.14, 60, 100},
	{"pump-gas", "瓦斯抽采泵", "Drainage pump", "drainage", 8, 0.08, 40, 100},
	{"belt", "主运皮带", "Main belt", "production", 12, 0.13, 40, 100},
	{"face", "综采工作面", "Longwall face", "production", 22, 0.17, 40, 100},
	{"heading", "掘进工作面", "Heading", "production", 22, 0.09, 60, 6},
	{"hoist", "提升机", "Hoist", "electromechanical", 4, 0.04, 60, 100},
	{"compressor", "压风机", "Compressor", "electromechanical", 8, 0.07, 40, 100},
	{"dewatering", "主排水泵", "Dewatering pump", "electromechanical", 10, 0.05, 40, 100},
	{"prep", "选煤厂", "Preparation plant", "prep-plant", 52, 0.15, 40, 1},
	{"surface", "地面低压", "Surface low voltage", "electromechanical", 40, 0.05, 40, 1},
}

// rolling is the feeder whose register passes 999999 in the first summer, and
// swapped the one whose meter is changed in September 2024.
const (
	rolling = "surface-07"
	swapped = "compressor-03"
)

// feederSeries are the registers of all feeders.
func feederSeries(m *Mine) []series {
	var out []series
	for k, a := range areas {
		for i := range a.feeders {
			// Standing shares of an area, about even.
			share := a.share / float64(a.feeders) * (1 + 0.3*spread(noise(m.seed, 310+k, i, 0)))
			s := counter(fmt.Sprintf("%s-%02d", a.id, i+1), fmt.Sprintf("%s %d 号馈线", a.zh, i+1), fmt.Sprintf("%s feeder %d", a.en, i+1), a.org,
				a.ct, a.pt, 3*share*loadKW, func(h *hour, x uint64) float64 { return share * h.load * wobble(x, 0.08) })
			s.attrs = `{ system = "consumption", area = "` + a.id + `" }`
			s.first = int64(noise(m.seed, 330+k, i, 0) % 400_000)
			s.mishap(m)
			out = append(out, s)
		}
	}
	return out
}

// mishap gives the two feeders their history.
func (s *series) mishap(m *Mine) {
	switch s.id {
	case rolling:
		s.first = 997_400
	case swapped:
		s.replaced = &replacement{hour: m.hourOf(2024, 9, 10, 10), minute: 30, serial: "DT2409103"}
	}
}

// coalSeries are the belt scales: an amount for each hour.
func coalSeries() []series {
	out := make([]series, 0, 3)
	for i, share := range []float64{0.46, 0.34, 0.20} {
		out = append(out, series{
			id: fmt.Sprintf("scale-%d", i+1), zh: fmt.Sprintf("主井皮带秤 %d", i+1), en: fmt.Sprintf("Belt scale %d", i+1), org: "production",
			kind: "delta", unit: "t", step: hourly, places: 1, uncertainty: "0.5 %", meter: meter{"ICS-17", "0.5"}, attrs: `{ system = "coal" }`,
			rate: func(h *hour, x uint64) float64 { return share * h.day.coal / 24 * wobble(x, 0.1) },
		})
	}
	return out
}

// heatSeries are the heat meters and the temperatures of the heating station.
func heatSeries() []series {
	var out []series
	for i, name := range []string{"机组余热", "瓦斯锅炉", "燃煤锅炉", "压风余热", "水源热泵", "井口保温", "浴室", "办公区"} {
		share := [...]float64{0.42, 0.33, 0.04, 0.09, 0.12, 0.46, 0.31, 0.23}[i]
		out = append(out, series{
			id: fmt.Sprintf("heat-%d", i+1), zh: name + "热量表", en: fmt.Sprintf("Heat meter %d", i+1), org: "heating", kind: "counter", unit: "GJ",
			step: hourly, places: 3, digits: 7, maxRate: 100, uncertainty: "2 %", meter: meter{"超声热量表", "2"}, attrs: `{ system = "heat" }`,
			rate: func(h *hour, x uint64) float64 { return share * h.heat * wobble(x, 0.05) },
		})
	}
	for i, name := range []string{"供水一", "供水二", "供水三", "供水四", "回水一", "回水二", "回水三", "回水四"} {
		base := 78 - 24*float64(i/4)
		out = append(out, series{
			id: fmt.Sprintf("heat-t-%d", i+1), zh: "热网" + name + "温度", en: fmt.Sprintf("Heating water temperature %d", i+1), org: "heating", kind: "gauge",
			unit: "degC", step: hourly, places: 1, low: 0, high: 150, meter: meter{"Pt1000", "B"}, attrs: `{ system = "heat" }`,
			ofHour: func(h *hour, x uint64) float64 { return base - 12*(1-h.day.heating) + spread(x) },
		})
	}
	return out
}

const waterMeters = 24

// waterSeries are the meters of mine water, treated and used again.
func waterSeries() []series {
	out := make([]series, 0, waterMeters)
	for i := range waterMeters {
		group := [...]string{"矿井水处理", "回用", "生活用水"}[i%3]
		mean := [...]float64{46, 30, 4}[i%3]
		out = append(out, series{
			id: fmt.Sprintf("water-%02d", i+1), zh: fmt.Sprintf("%s %d 号水表", group, i/3+1), en: fmt.Sprintf("Water meter %d", i+1), org: "water", kind: "counter",
			unit: "m3", step: hourly, places: 1, digits: 8, maxRate: 400, uncertainty: "2 %", meter: meter{"电磁水表", "2"},
			attrs: `{ system = "water", group = "` + strings.Fields("treated reused domestic")[i%3] + `" }`,
			rate:  func(h *hour, x uint64) float64 { return mean * h.shift * wobble(x, 0.2) },
		})
	}
	return out
}

// stackSeries are what the boiler house's stack is watched for (CEMS): more
// flue gas the colder it is. They come last: the noise of a point is that of
// its place.
func stackSeries() []series {
	stack := func(id, zh, en, unit string, places int, high float64, model, accuracy string, value func(cold, x float64) float64) series {
		return series{
			id: "stack-" + id, zh: "锅炉烟囱" + zh, en: "Boiler stack " + en, org: "heating", kind: "gauge", unit: unit, step: hourly, places: places,
			high: high, meter: meter{model, accuracy}, attrs: `{ system = "cems", station = "stack" }`,
			ofHour: func(h *hour, x uint64) float64 { return value(h.day.heating, spread(x)) },
		}
	}
	return []series{
		stack("q", "烟气流量", "flue gas", "m3@work:wet/min", 1, 6000, "皮托管", "±5 %", func(cold, x float64) float64 { return 240 + 1200*cold + 20*x }),
		stack("co2", "二氧化碳", "CO2", "mg/m3", 0, 400_000, "NDIR", "±2 %", func(cold, x float64) float64 { return 118_000 + 16_000*cold + 2500*x }),
		stack("o2", "含氧量", "oxygen", "%", 2, 21, "氧化锆", "±0.3 %", func(cold, x float64) float64 { return 8.4 - 2.1*cold + 0.2*x }),
		stack("t", "烟气温度", "temperature", "degC", 1, 300, "PT100", "±1 ℃", func(cold, x float64) float64 { return 108 + 26*cold + 2*x }),
	}
}

// plots of restored land.
const plots = 20

// plotSeries are soil moisture and temperature of the plots.
func plotSeries() []series {
	out := make([]series, 0, 2*plots)
	for i := range plots {
		id, zh := fmt.Sprintf("plot-%02d", i+1), fmt.Sprintf("修复样地 %d ", i+1)
		attrs := `{ system = "restoration", plot = "` + id + `" }`
		out = append(out,
			series{
				id: id + "-moisture", zh: zh + "土壤含水", en: fmt.Sprintf("Plot %d soil moisture", i+1), org: "restoration", kind: "gauge", unit: "%",
				step: hourly, places: 1, low: 0, high: 60, meter: meter{"FDR", "±2 %"}, attrs: attrs,
				ofHour: func(h *hour, x uint64) float64 { return 18 + 5*h.day.season + 2*spread(x) },
			},
			series{
				id: id + "-t", zh: zh + "土温", en: fmt.Sprintf("Plot %d soil temperature", i+1), org: "restoration", kind: "gauge", unit: "degC",
				step: hourly, places: 1, low: -40, high: 60, meter: meter{"Pt1000", "B"}, attrs: attrs,
				ofHour: func(h *hour, x uint64) float64 { return 10 + 12*h.day.season + 0.5*spread(x) },
			})
	}
	return out
}
