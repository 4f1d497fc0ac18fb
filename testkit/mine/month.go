package mine

import (
	"fmt"
	"math"
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/quantity"
)

// month is what is filed of one month.
type month struct {
	name     string
	end      time.Time
	coal     float64 // t
	exported float64 // MWh
	imported float64 // MWh
	flared   float64 // 万Nm3 of pure CH4 into the flare
	burned   float64 // 万Nm3 of mixed gas into the flare
	percent  float64 // methane of the rich gas, mean
	cold     float64 // days of full heat load
	days     int

	generated, solar float64 // MWh
}

// account runs over months once, from one to before another, and sums what is
// filed of them. They are numbered from the beginning of the data and go on
// behind its end.
func (m *Mine) account(from, to int) []month {
	out := make([]month, to-from)
	start := time.Date(firstYear, time.Month(from+1), 1, 0, 0, 0, 0, m.zone)
	for i := range out {
		first := start.AddDate(0, i, 0)
		out[i].name, out[i].end = first.Format("2006-01"), first.AddDate(0, 1, 0)
	}
	hours := int(start.AddDate(0, to-from, 0).Sub(m.start) / time.Hour)
	for n := int(start.Sub(m.start) / time.Hour); n < hours; n++ {
		d := m.dayAt(n / 24)
		f := &out[d.month-from]
		engine := 0.0
		for q := 4 * n; q < 4*n+4; q++ {
			g := m.gasAt(q)
			engine += g.engine / 4
			f.flared += g.flare.flow * g.flare.percent / 100 * 15 / 1e4
			f.burned += g.flare.flow * 15 / 1e4
			f.percent += g.uses[0].percent
		}
		h := m.hourAt(n, engine, 0)
		f.exported += h.exported() / 1000
		f.imported += h.imported() / 1000
		f.generated += h.generated / 1000
		f.solar += h.solar / 1000
		if n%24 == 0 {
			f.coal, f.cold, f.days = f.coal+d.coal, f.cold+d.heating, f.days+1
		}
	}
	for i := range out {
		out[i].percent /= float64(out[i].days * 96)
	}
	return out
}

// flarePercent is what the flare's samples show: the gas it burned, or in a
// month without, the rich gas that stood before it.
func (m *month) flarePercent() float64 {
	if m.burned == 0 {
		return m.percent
	}
	return 100 * m.flared / m.burned
}

// form is one parameter that is filed, and by whom.
type form struct {
	source, parameter string
	unit              string
	places            int
	how               activity.How
	by, note          string
	evidence          string
	value             func(m *month, x float64) float64 // x is noise of the month, −1 to 1
}

// forms are all parameters of the plan that are filed.
var forms = [...]form{ //nolint:gochecknoglobals // a constant table
	{"underground", "flared", "万Nm3", 4, activity.Filed, "抽采监测员", "火炬累计纯量 × 销毁效率 98 %", "抽采月报", func(m *month, _ float64) float64 { return m.flared * 0.98 }},
	{"post-mining", "raw_coal", "t", 0, activity.Filed, "统计员", "皮带秤产量,经月末盘煤修正", "原煤产量月报", func(m *month, _ float64) float64 { return m.coal }},
	{"coal-boiler", "amount", "t", 2, activity.Filed, "统计员", "磅单合计", "燃料消耗月报与磅单", func(m *month, x float64) float64 { return 38*m.cold*0.3 + 6 + x }},
	{"coal-boiler", "ncv", "GJ/t", 3, activity.Laboratory, "化验员", "按批次质量加权的月平均,收到基", "煤质化验报告", func(_ *month, x float64) float64 { return 22.6 + 0.5*x }},
	{"diesel", "amount", "t", 2, activity.Filed, "油料管理员", "库存盘点法:期初 + 购入 − 期末", "油料出入库台账", func(m *month, x float64) float64 { return 44 + m.coal/20_000 + 3*x }},
	{"flare", "ch4", "%", 2, activity.Laboratory, "化验员", "色谱分析月平均", "气样化验报告", func(m *month, x float64) float64 { return m.flarePercent() + 0.1*x }},
	{"grid", "supplied", "MWh", 3, activity.Filed, "电费会计", "电网公司上网电量结算", "上网电量结算单", func(m *month, _ float64) float64 { return m.exported }},
	{"grid", "purchased", "MWh", 3, activity.Filed, "电费会计", "电网公司电费账单,供表计缺失时使用", "电费账单", func(m *month, _ float64) float64 { return m.imported }},
	{"grid", "certificates", "MWh", 0, activity.Filed, "绿证专员", "当月核销的绿证,一证一兆瓦时", "绿证核销单", func(_ *month, x float64) float64 { return 600 + math.Round(100*x) }},
	{"district-heat", "heat", "GJ", 2, activity.Filed, "统计员", "供热公司结算", "热费结算单", func(m *month, x float64) float64 { return 150*m.cold + 20*(1+x) }},
}

// Filings are the monthly values of both years, in order of the months.
func (m *Mine) Filings() []filing.Filing { return m.filings(0, (lastYear-firstYear+1)*12) }

// FilingsSince are the monthly values from the end of the two years up to an
// instant, of months that had ended by then.
func (m *Mine) FilingsSince(to time.Time) []filing.Filing {
	last := len(m.months)
	for !time.Date(firstYear, time.Month(last+2), 1, 0, 0, 0, 0, m.zone).After(to) {
		last++
	}
	longer := *m
	longer.months = append(slices.Clone(m.months), m.account(len(m.months), last)...)
	return longer.filings(len(m.months), last)
}

func (m *Mine) filings(from, to int) []filing.Filing {
	b := &books{m, recordTable()}
	out := make([]filing.Filing, 0, (len(forms)+len(b.records))*(to-from))
	for i := from; i < to; i++ {
		month := &m.months[i]
		for k, f := range forms {
			out = append(out, filed(month, f, f.value(month, m.luck(k, i))))
		}
		for k, r := range b.records {
			out = append(out, filed(month, r.form(), r.value(b, i, m.luck(len(forms)+k, i))))
		}
	}
	return out
}

// form tells a record as a form is told.
func (r *record) form() form {
	f := form{source: r.source, parameter: r.name, unit: r.unit, places: r.places, how: activity.Filed, by: r.duty, evidence: r.zh}
	if r.lab {
		f.how = activity.Laboratory
	}
	return f
}

func filed(month *month, f form, v float64) filing.Filing {
	id := fmt.Sprintf("%s-%s-%s", month.name, f.source, f.parameter)
	kind := "file"
	if f.how == activity.Laboratory {
		kind = "laboratory"
	}
	return filing.Filing{
		ID:       id,
		Cell:     filing.Cell{Site: ID, Source: f.source, Parameter: f.parameter, Month: month.name},
		Quantity: quantity.MustParse(fmt.Sprintf("%.*f %s", f.places, v, quantity.MustUnit(f.unit))),
		How:      f.how, By: f.by, At: month.end.AddDate(0, 0, 4).Add(9 * time.Hour).UTC(), Note: f.note,
		Evidence: []activity.Evidence{{Kind: kind, ID: id, Note: f.evidence + " " + month.name}},
	}
}
