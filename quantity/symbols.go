package quantity

import (
	"math/big"
	"strings"
)

// symbol is a unit's name with what one of it is in base units
// (kg, m, s, K, kmol and the tags).
type symbol struct {
	scale  *big.Rat
	offset *big.Rat
	dim    dimension
	name   string // canonical name, when the key is another spelling
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("quantity: bad constant " + s)
	}
	return r
}

func dims(pairs ...int8) (d dimension) {
	for i := 0; i < len(pairs); i += 2 {
		d[pairs[i]] = pairs[i+1]
	}
	return d
}

// symbols is the table of every unit the product reads. It is written once.
var symbols = buildSymbols() //nolint:gochecknoglobals // a constant table; Go has no constant maps

func buildSymbols() map[string]symbol {
	table := map[string]symbol{}
	add := func(dim dimension, rows string) {
		for line := range strings.Lines(rows) {
			f := strings.Fields(line)
			if len(f) < 2 {
				continue
			}
			for i, key := range f[1:] {
				s := symbol{scale: rat(f[0]), dim: dim, name: f[1]}
				if i == 0 {
					s.name = ""
				}
				table[key] = s
			}
		}
	}
	add(dims(mass, 1), `
1000           t 吨 tonne 公吨
1              kg 千克 公斤
1/1000         g 克
1/1000000      mg 毫克
1000000        kt 千吨
1000000000     Mt 百万吨
45359237/100000000 lb
0.454          lb.epa`) // 40 CFR 98.323 prints 0.454 kg/lb; FF-1 must use it
	add(dims(length, 1), `
1       m 米
1000    km 公里
0.3048  ft`)
	add(dims(length, 2), `
1      m2 m² 平方米
10000  ha 公顷`)
	add(dims(length, 3), `
1              m3 m³ 立方米 方
1/1000         L 升
0.028316846592 ft3 cf`)
	add(dims(duration, 1), `
1         s 秒
1/1000    ms
60        min 分钟
3600      h hr 小时
86400     d day 天
604800    week 周
31536000  a yr year 年`) // a year of 365 days; periods, not this, count real days
	add(dims(mass, 1, length, 2, duration, -2), `
1             J 焦
1000          kJ 千焦
1000000       MJ 兆焦
1000000000    GJ 吉焦 百万千焦
1000000000000 TJ 太焦
3600          Wh
3600000       kWh kW.h 千瓦时 度
3600000000    MWh 兆瓦时
3600000000000 GWh
4186.8        kcal 千卡 大卡
29307600      kgce 千克标准煤 千克标煤
29307600000   tce 吨标准煤 吨标煤`)
	add(dims(mass, 1, length, 2, duration, -3), `
1         W 瓦
1000      kW 千瓦
1000000   MW 兆瓦`)
	pressure := dims(mass, 1, length, -1, duration, -2)
	const pascals = `
1               Pa 帕
100             hPa mbar
1000            kPa 千帕
1000000         MPa 兆帕
100000          bar
101325          atm
101325/760      mmHg`
	add(pressure, pascals)
	add(pressure.plus(dims(gauge, 1), 1), gaugeRows(pascals))
	add(dims(amount, 1), `
1       kmol
1/1000  mol`)
	add(dims(temperature, 1), `
1    K
5/9  degR °R`)
	table["degC"] = symbol{scale: rat("1"), offset: rat("273.15"), dim: dims(temperature, 1)}
	table["degF"] = symbol{scale: rat("5/9"), offset: rat("459.67"), dim: dims(temperature, 1)}
	for alias, name := range map[string]string{"°C": "degC", "℃": "degC", "°F": "degF", "℉": "degF", "摄氏度": "degC"} {
		s := table[name]
		s.name = name
		table[alias] = s
	}
	add(dimension{}, `
1         fraction
1/100     % percent
1/1000    ‰ permil
1/1000000 ppm
1/100     %vol`)
	addSubstances(table)
	addStates(table)
	return table
}

// gaugeRows spells each pressure unit as a gauge pressure: kPa(g), kPa表压.
func gaugeRows(pascals string) string {
	var b strings.Builder
	for line := range strings.Lines(pascals) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		b.WriteString(f[0] + " " + f[1] + "(g) " + f[1] + "表压\n")
	}
	return b.String()
}

// addSubstances makes tCO2, kgCH4, tC, tCO2e … of the plain masses.
func addSubstances(table map[string]symbol) {
	for suffix, axis := range map[string]int8{"C": carbon, "CO2": co2, "CH4": ch4, "N2O": n2o, "SF6": sf6, "CO2e": co2e} {
		for _, m := range []string{"t", "kg", "g", "mg", "kt", "Mt", "lb", "lb.epa"} {
			s := table[m]
			s.dim[axis]++
			table[m+suffix] = s
		}
	}
	for alias, name := range map[string]string{"tCO2eq": "tCO2e", "kgCO2eq": "kgCO2e", "吨CO2": "tCO2", "tCO₂": "tCO2", "kgCO₂": "kgCO2", "tCH₄": "tCH4", "tCO₂e": "tCO2e"} {
		s := table[name]
		s.name = name
		table[alias] = s
	}
}

// tradeNames are the volumes that have a name of their own, and print as such.
var tradeNames = map[string]string{"m3@0C": "Nm3", "ft3@60F": "scf", "ft3@work": "acf"} //nolint:gochecknoglobals // constant table

// addStates gives volumes their gas states and moisture, and concentrations
// their basis: a share of the dry gas is m³ of the part per m³ of dry gas.
func addStates(table map[string]symbol) {
	states := map[string]int8{"@work": working, "@0C": at0C, "@60F": at60F, "@20C": at20C}
	moisture := map[string]int8{"": -1, ":dry": dry, ":wet": wet}
	for _, volume := range []string{"m3", "ft3", "L"} {
		for state, axis := range states {
			for basis, tag := range moisture {
				s := table[volume]
				s.dim[axis]++
				if tag >= 0 {
					s.dim[tag]++
				}
				spelling := volume + state + basis
				if trade := tradeNames[volume+state]; trade != "" {
					table[trade+basis] = s
					s.name = trade + basis
				}
				table[spelling] = s
			}
		}
	}
	for _, share := range []string{"%", "fraction", "ppm"} {
		for basis, tag := range moisture {
			if tag >= 0 {
				s := table[share]
				s.dim[tag]--
				table[share+basis] = s
			}
		}
	}
	for spelling, name := range map[string]string{"Nm³": "Nm3", "标方": "Nm3", "标准立方米": "Nm3", "Sm3": "m3@20C"} {
		s := table[name]
		s.name = name
		table[spelling] = s
	}
}
