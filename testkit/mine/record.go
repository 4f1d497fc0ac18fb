package mine

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// record is what is filed beside the parameters of the plan: stocks,
// deliveries, running hours, samples. No formula asks for it.
type record struct {
	source, name string
	zh, en       string
	unit         string
	places       int
	org, duty    string
	lab          bool
	papers       string // kinds of papers each month needs, as the plan writes them
	suggest      string // points beside it
	value        func(b *books, i int, x float64) float64
}

// books are the mine's own, month by month, from which forms are filled.
type books struct {
	m       *Mine
	records []record
}

func (b *books) month(i int) *month { return &b.m.months[i] }

// form gives what another form of the month says, as it is written there.
func (b *books) form(source, parameter string, i int) float64 {
	for k := range forms {
		if f := &forms[k]; f.source == source && f.parameter == parameter {
			return rounded(f.value(b.month(i), b.m.luck(k, i)), f.places)
		}
	}
	for k := range b.records {
		if r := &b.records[k]; r.source == source && r.name == parameter {
			return rounded(r.value(b, i, b.m.luck(len(forms)+k, i)), r.places)
		}
	}
	panic("no form " + source + "/" + parameter) // a slip of this file
}

func rounded(v float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(v*scale) / scale
}

// stock is what lies there at a month's end: about its mean, counted to the unit.
func (b *books) stock(k int, mean, share float64, i int) float64 {
	return math.Round(mean * (1 + share*spread(noise(b.m.seed, 700+k, i+1, 0))))
}

// luck is the noise of a form's month.
func (m *Mine) luck(k, i int) float64 { return spread(noise(m.seed, 500+k, i, 0)) }

// steady is a value that moves little from month to month.
func steady(mean, share float64) func(*books, int, float64) float64 {
	return func(_ *books, _ int, x float64) float64 { return mean * (1 + share*x) }
}

// daily is a value that goes with the days of the month.
func daily(mean, share float64) func(*books, int, float64) float64 {
	return func(b *books, i int, x float64) float64 { return mean * float64(b.month(i).days) / 30 * (1 + share*x) }
}

// ofCoal is a share of the coal that was won.
func ofCoal(share, wobble float64) func(*books, int, float64) float64 {
	return func(b *books, i int, x float64) float64 { return b.month(i).coal * share * (1 + wobble*x) }
}

const (
	weighed   = `"weighbill"`
	assayed   = `"assay"`
	invoiced  = `"invoice"`
	delivered = `"weighbill", "invoice"`
)

// recordTable lists all of them, by source in the order of the plan.
func recordTable() []record {
	return []record{
		{"underground", "fan_hours", "主通风机运行时间", "Running hours of the main fans", "h", 0, "ventilation", "测风员", false, "", "", func(b *books, i int, _ float64) float64 { return 72 * float64(b.month(i).days) }},
		{"underground", "roadway", "掘进进尺", "Roadway driven", "m", 0, "production", "统计员", false, "", "", daily(1120, 0.06)},
		{"underground", "drilling", "抽采钻孔进尺", "Drainage boreholes drilled", "m", 0, "drainage", "抽采监测员", false, "", "", daily(18_400, 0.06)},
		{"underground", "boreholes", "在抽钻孔数", "Boreholes in drainage", "", 0, "drainage", "抽采监测员", false, "", "", steady(1460, 0.03)},
		{"underground", "pump_hours", "抽采泵运行时间", "Running hours of the drainage pumps", "h", 0, "drainage", "抽采监测员", false, "", "", func(b *books, i int, x float64) float64 { return 48*float64(b.month(i).days) + 6*x }},
		{"underground", "rich_percent", "高浓度气甲烷分数(化验)", "Methane of the rich gas, sampled", "%", 2, "laboratory", "化验员", true, assayed, "", func(b *books, i int, x float64) float64 { return b.month(i).percent + 0.3*x }},
		{"underground", "explosive", "炸药消耗", "Explosives used", "kg", 0, "production", "火工品管理员", false, invoiced, "", daily(9800, 0.05)},
		{"underground", "detonators", "雷管消耗", "Detonators used", "", 0, "production", "火工品管理员", false, "", "", daily(15_600, 0.05)},
		{"post-mining", "days", "生产天数", "Days of production", "d", 0, "production", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return float64(b.month(i).days - 1) }},
		{"post-mining", "opening", "原煤期初库存", "Raw coal, opening stock", "t", 0, "production", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(0, 62_000, 0.25, i-1) }},
		{"post-mining", "washed", "入洗原煤", "Raw coal washed", "t", 0, "prep-plant", "统计员", false, weighed, "", func(b *books, i int, x float64) float64 { return b.month(i).coal * (0.86 + 0.02*x) }},
		{"post-mining", "sold", "外销原煤", "Raw coal sold", "t", 0, "production", "统计员", false, delivered, "", func(b *books, i int, _ float64) float64 {
			return b.form("post-mining", "opening", i) + b.form("post-mining", "raw_coal", i) - b.form("post-mining", "washed", i) - b.form("post-mining", "closing", i)
		}},
		{"post-mining", "closing", "原煤期末库存", "Raw coal, closing stock", "t", 0, "production", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(0, 62_000, 0.25, i) }},
		{"post-mining", "clean", "精煤产量", "Clean coal", "t", 0, "prep-plant", "统计员", false, weighed, "", ofCoal(0.52, 0.02)},
		{"post-mining", "middlings", "中煤产量", "Middlings", "t", 0, "prep-plant", "统计员", false, weighed, "", ofCoal(0.17, 0.03)},
		{"post-mining", "slime", "煤泥产量", "Slime", "t", 0, "prep-plant", "统计员", false, weighed, "", ofCoal(0.05, 0.03)},
		{"post-mining", "gangue", "洗选矸石", "Gangue of washing", "t", 0, "prep-plant", "统计员", false, "", "", ofCoal(0.11, 0.03)},
		{"post-mining", "ash", "原煤灰分(干基)", "Ash of raw coal, dry", "%", 2, "laboratory", "化验员", true, assayed, "", steady(27.4, 0.03)},
		{"post-mining", "moisture", "原煤全水分", "Total moisture of raw coal", "%", 2, "laboratory", "化验员", true, assayed, "", steady(7.8, 0.05)},
		{"post-mining", "sulphur", "原煤全硫(干基)", "Sulphur of raw coal, dry", "%", 2, "laboratory", "化验员", true, assayed, "", steady(0.62, 0.06)},
		{"post-mining", "heat", "原煤低位发热量", "Net calorific value of raw coal", "GJ/t", 3, "laboratory", "化验员", true, assayed, "", steady(21.9, 0.015)},
		{"gas-engines", "hours", "机组运行时间", "Running hours of the engines", "h", 0, "power-house", "值长", false, "", "", func(b *books, i int, x float64) float64 { return 12*24*float64(b.month(i).days)*0.92 + 40*x }},
		{"gas-engines", "starts", "机组启停次数", "Starts of the engines", "", 0, "power-house", "值长", false, "", "", func(_ *books, _ int, x float64) float64 { return 30 + 4*x }},
		{"gas-engines", "generated", "瓦斯发电量", "Electricity generated", "MWh", 3, "power-house", "值长", false, "", ids("engine", engines), func(b *books, i int, x float64) float64 { return b.month(i).generated * (1 + 0.004*x) }},
		{"gas-engines", "own_use", "厂用电量", "Electricity the power house used", "MWh", 3, "power-house", "值长", false, "", "", func(b *books, i int, x float64) float64 { return b.month(i).generated * (0.041 + 0.001*x) }},
		{"gas-engines", "oil", "润滑油消耗", "Lubricating oil", "t", 2, "power-house", "值长", false, invoiced, "", steady(3.6, 0.06)},
		{"gas-boilers", "hours", "瓦斯锅炉运行时间", "Running hours of the gas boilers", "h", 0, "heating", "司炉班长", false, "", "", func(b *books, i int, _ float64) float64 { return 24*float64(b.month(i).days) - 8 }},
		{"gas-boilers", "feed", "锅炉补水量", "Feed water", "m3", 0, "heating", "司炉班长", false, "", "", daily(2650, 0.05)},
		{"coal-boiler", "opening", "锅炉煤期初库存", "Boiler coal, opening stock", "t", 2, "heating", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(1, 40, 0.06, i-1) }},
		{"coal-boiler", "bought", "锅炉煤购入", "Boiler coal bought", "t", 2, "heating", "统计员", false, delivered, "", func(b *books, i int, _ float64) float64 {
			return b.form("coal-boiler", "closing", i) + b.form("coal-boiler", "amount", i) - b.form("coal-boiler", "opening", i)
		}},
		{"coal-boiler", "closing", "锅炉煤期末库存", "Boiler coal, closing stock", "t", 2, "heating", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(1, 40, 0.06, i) }},
		{"coal-boiler", "ash", "锅炉煤灰分(收到基)", "Ash of boiler coal, as received", "%", 2, "laboratory", "化验员", true, assayed, "", steady(19.6, 0.04)},
		{"coal-boiler", "moisture", "锅炉煤全水分", "Total moisture of boiler coal", "%", 2, "laboratory", "化验员", true, assayed, "", steady(8.9, 0.05)},
		{"coal-boiler", "sulphur", "锅炉煤全硫(收到基)", "Sulphur of boiler coal, as received", "%", 2, "laboratory", "化验员", true, assayed, "", steady(0.71, 0.05)},
		{"coal-boiler", "limestone", "脱硫石灰石", "Limestone of the desulphurisation", "t", 2, "heating", "统计员", false, weighed, "", func(b *books, i int, x float64) float64 {
			return 0.026*b.form("coal-boiler", "amount", i) + 0.2 + 0.1*x
		}},
		{"coal-boiler", "slag", "炉渣与粉煤灰", "Slag and fly ash", "t", 2, "heating", "统计员", false, "", "", func(b *books, i int, _ float64) float64 { return 0.198 * b.form("coal-boiler", "amount", i) }},
		{"diesel", "opening", "柴油期初库存", "Diesel, opening stock", "t", 2, "transport", "油料管理员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(2, 62, 0.25, i-1) }},
		{"diesel", "bought", "柴油购入", "Diesel bought", "t", 2, "transport", "油料管理员", false, invoiced, "", func(b *books, i int, _ float64) float64 {
			return b.form("diesel", "closing", i) + b.form("diesel", "amount", i) - b.form("diesel", "opening", i)
		}},
		{"diesel", "closing", "柴油期末库存", "Diesel, closing stock", "t", 2, "transport", "油料管理员", false, "", "", func(b *books, i int, _ float64) float64 { return b.stock(2, 62, 0.25, i) }},
		{"diesel", "trucks", "其中:运输车队领用", "Of it: the truck fleet", "t", 2, "transport", "油料管理员", false, "", "", func(b *books, i int, _ float64) float64 { return 0.58 * b.form("diesel", "amount", i) }},
		{"diesel", "loaders", "其中:装载与推土机领用", "Of it: loaders and dozers", "t", 2, "transport", "油料管理员", false, "", "", func(b *books, i int, _ float64) float64 { return 0.29 * b.form("diesel", "amount", i) }},
		{"diesel", "underground", "其中:井下无轨胶轮车领用", "Of it: underground vehicles", "t", 2, "transport", "油料管理员", false, "", "", func(b *books, i int, _ float64) float64 { return 0.12 * b.form("diesel", "amount", i) }},
		{"diesel", "density", "柴油密度", "Density of diesel", "kg/L", 4, "laboratory", "化验员", true, assayed, "", steady(0.8405, 0.004)},
		{"diesel", "distance", "车队行驶里程", "Distance of the fleet", "km", 0, "transport", "油料管理员", false, "", "", daily(41_500, 0.05)},
		{"flare", "hours", "火炬运行时间", "Running hours of the flare", "h", 0, "drainage", "抽采监测员", false, "", "", func(b *books, i int, _ float64) float64 {
			if b.month(i).burned == 0 {
				return 0
			}
			return 72
		}},
		{"flare", "destruction", "销毁效率(检测)", "Destruction, tested", "%", 2, "laboratory", "化验员", true, "", "", func(_ *books, _ int, x float64) float64 { return 98.4 + 0.3*x }},
		{"grid", "billed", "电费账单购电量", "Electricity of the bill", "MWh", 3, "finance", "电费会计", false, invoiced, `"main-1-import", "main-2-import"`, func(b *books, i int, x float64) float64 { return b.month(i).imported * (1 + 0.003*x) }},
		{"grid", "peak", "其中:峰段", "Of it: peak", "MWh", 3, "finance", "电费会计", false, "", "", func(b *books, i int, _ float64) float64 { return 0.31 * b.form("grid", "billed", i) }},
		{"grid", "flat", "其中:平段", "Of it: shoulder", "MWh", 3, "finance", "电费会计", false, "", "", func(b *books, i int, _ float64) float64 { return 0.33 * b.form("grid", "billed", i) }},
		{"grid", "valley", "其中:谷段", "Of it: off-peak", "MWh", 3, "finance", "电费会计", false, "", "", func(b *books, i int, _ float64) float64 { return 0.35 * b.form("grid", "billed", i) }},
		{"grid", "demand", "最大需量", "Highest demand", "kW", 0, "electromechanical", "电能计量员", false, "", "", steady(18_900, 0.04)},
		{"grid", "power_factor", "功率因数", "Power factor", "", 3, "electromechanical", "电能计量员", false, "", "", steady(0.957, 0.01)},
		{"grid", "solar", "光伏发电量", "Electricity of photovoltaics", "MWh", 3, "electromechanical", "电能计量员", false, "", ids("pv", inverters), func(b *books, i int, x float64) float64 { return b.month(i).solar * (1 + 0.003*x) }},
		{"district-heat", "supply", "供水温度(月均)", "Supply temperature, mean", "degC", 1, "heating", "统计员", false, "", "", func(b *books, i int, x float64) float64 {
			return 62 + 14*b.month(i).cold/float64(b.month(i).days) + 0.5*x
		}},
		{"district-heat", "return", "回水温度(月均)", "Return temperature, mean", "degC", 1, "heating", "统计员", false, "", "", func(b *books, i int, x float64) float64 {
			return 44 + 9*b.month(i).cold/float64(b.month(i).days) + 0.5*x
		}},
		{"district-heat", "area", "采暖面积", "Heated floor", "m2", 0, "heating", "统计员", false, "", "", steady(186_400, 0)},
	}
}

// ids lists the points of a numbered kind, as the file writes them.
func ids(kind string, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%q", fmt.Sprintf("%s-%02d", kind, i+1))
	}
	return strings.Join(out, ", ")
}

// writeRecords writes the records of the plan and the rules of its stocks.
func (m *Mine) writeRecords(b *bytes.Buffer) {
	for _, r := range recordTable() {
		fmt.Fprintf(b, "\n[[record]]\nsource = %q\nname = %q\ntitle = { zh = %q, en = %q }\nunit = %q\ndecimals = %d\nowner = { department = %q, duty = %q }\n",
			r.source, r.name, r.zh, r.en, r.unit, r.places, r.org, r.duty)
		if r.lab {
			b.WriteString("how = \"laboratory\"\n")
		}
		if r.papers != "" {
			fmt.Fprintf(b, "required = [%s]\n", r.papers)
		}
		if r.suggest != "" {
			fmt.Fprintf(b, "suggest = [%s]\n", r.suggest)
		}
	}
}
