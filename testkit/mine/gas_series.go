package mine

import "fmt"

const quarter, hourly = "15 min", "1 h"

// gasSeries are the sensors of shafts, drainage lines and streams of use.
func gasSeries() []series {
	var out []series
	for i, s := range shafts {
		at := func(g *gas) *stream { return &g.shafts[i] }
		judged := fmt.Sprintf("\nmax_step = \"1 %%:wet\"\nflat_after = \"6 h\"\nflat_while = [{ point = \"%s-q\", above = \"1000 m3@work:wet/min\" }]", s.id)
		attrs := `{ system = "ventilation", station = "` + s.id + `" }`
		out = append(out,
			placed(gauge(s.id+"-q", s.zh+"风量", s.en+" air", "ventilation", "m3@work:wet/min", 0, 20_000, func(g *gas) float64 { return at(g).flow }), attrs, 0, "FSY1 风速", "±5 %"),
			judgedBy(judged, placed(gauge(s.id+"-c", s.zh+"甲烷", s.en+" methane", "ventilation", "%:wet", 0, 4, func(g *gas) float64 { return at(g).percent }), attrs, 2, "GJC4", "±0.06 %CH4")),
			placed(gauge(s.id+"-co2", s.zh+"二氧化碳", s.en+" CO2", "ventilation", "%:wet", 0, 5, func(g *gas) float64 { return at(g).co2 }), attrs, 3, "GRG5H", "±0.02 %"),
			placed(gauge(s.id+"-t", s.zh+"温度", s.en+" temperature", "ventilation", "degC", -40, 60, func(g *gas) float64 { return at(g).celsius }), attrs, 1, "GWD50", "±0.5 ℃"),
			placed(gauge(s.id+"-p", s.zh+"负压", s.en+" suction", "ventilation", "kPa(g)", -10, 10, func(g *gas) float64 { return at(g).gauge }), attrs, 2, "GPY10", "1.0"),
		)
	}
	for i, l := range lines {
		at := func(g *gas) *stream { return &g.lines[i] }
		judged := fmt.Sprintf("\nmax_step = \"10 %%:wet\"\nflat_after = \"6 h\"\nflat_while = [{ point = \"%s-q\", above = \"10 m3@work:wet/min\" }]", l.id)
		attrs := `{ system = "drainage", station = "` + l.id + `" }`
		out = append(out,
			placed(gauge(l.id+"-q", l.zh+"混合流量", l.en+" mixed flow", "drainage", "m3@work:wet/min", 0, 1500, func(g *gas) float64 { return at(g).flow }), attrs, 1, "V 锥", "1.0"),
			judgedBy(judged, placed(gauge(l.id+"-c", l.zh+"甲烷", l.en+" methane", "drainage", "%:wet", 0, 100, func(g *gas) float64 { return at(g).percent }), attrs, 2, "GJG100J", "±2 %")),
			placed(gauge(l.id+"-t", l.zh+"温度", l.en+" temperature", "drainage", "degC", -40, 100, func(g *gas) float64 { return at(g).celsius }), attrs, 1, "GWP100", "±0.5 ℃"),
			placed(gauge(l.id+"-p", l.zh+"负压", l.en+" suction", "drainage", "kPa(g)", -90, 20, func(g *gas) float64 { return at(g).gauge }), attrs, 2, "GPD100", "0.5"),
		)
	}
	for i, u := range uses {
		at := func(g *gas) *stream { return &g.uses[i] }
		out = append(out, streamSeries(u.id, u.zh, u.en, at)...)
	}
	return append(out, streamSeries("flare", "火炬进气", "Gas to the flare", func(g *gas) *stream { return &g.flare })...)
}

// airSeries are what the wall's section shows besides: the air that comes down,
// a little less than goes up with the leakage at the fans, and methane where
// coal is cut, most of which other splits dilute before it reaches a shaft.
func airSeries() []series {
	intake := func(g *gas) float64 {
		sum := 0.0
		for _, s := range g.shafts {
			sum += s.flow
		}
		return 0.96 * sum
	}
	face := func(g *gas) float64 { return 0.9 * g.shafts[0].percent }
	at := func(station, section string) string {
		return fmt.Sprintf(`{ system = "ventilation", station = %q, section = %q }`, station, section)
	}
	return []series{
		placed(gauge("intake-q", "进风总风量", "Intake air", "ventilation", "m3@work:wet/min", 0, 60_000, intake), at("intake", "intake_air"), 0, "FSY1 风速", "±5 %"),
		placed(gauge("workface-c", "工作面甲烷", "Methane at the face", "ventilation", "%:wet", 0, 4, face), at("face", "face_ch4"), 2, "GJC4", "±0.06 %CH4"),
	}
}

// streamSeries are flow and methane of a stream metered at 0 °C.
func streamSeries(id, zh, en string, at func(*gas) *stream) []series {
	attrs := `{ system = "utilisation", station = "` + id + `" }`
	return []series{
		placed(gauge(id+"-q", zh+"流量", en+" flow", "drainage", "Nm3/min", 0, 300, func(g *gas) float64 { return at(g).flow }), attrs, 2, "旋进旋涡,温压补偿", "1.5"),
		placed(gauge(id+"-c", zh+"甲烷", en+" methane", "drainage", "%", 0, 100, func(g *gas) float64 { return at(g).percent }), attrs, 2, "红外 GJG100H", "±2 %"),
	}
}

func gauge(id, zh, en, org, unit string, low, high float64, value func(*gas) float64) series {
	return series{id: id, zh: zh, en: en, org: org, kind: "gauge", unit: unit, step: quarter, low: low, high: high, ofGas: value}
}

// judgedBy adds by what the readings are judged.
func judgedBy(lines string, s series) series {
	s.judged = lines
	return s
}

// placed adds where the instrument belongs, its decimals, model and accuracy.
func placed(s series, attrs string, places int, model, accuracy string) series {
	s.attrs, s.places, s.meter = attrs, places, meter{model, accuracy}
	return s
}
