package live

import (
	"encoding/json"
	"math"
	"strconv"

	"lingtan/lang"
	"lingtan/reading"
)

// Point is a point or derived gas with what never changes of it; events carry
// its Values.
type Point struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind" enum:"counter,delta,gauge,gas"`
	Name       lang.Text `json:"name"`
	Org        string    `json:"org"`
	Source     string    `json:"source,omitempty"`
	Unit       string    `json:"unit,omitempty"` // of the value; a gas has none
	AmountUnit string    `json:"amount_unit"`    // of the amounts; the rate is that per hour
	Values     Values    `json:"values"`
}

// Values are a point's Numbers, encoded once for all viewers:
//
//	{"id":"feeder","t":1750000000000,"value":123.4,"quality":"good","reasons":["came_late"],
//	 "stale":false,"rate":240.5,"today":{"amount":1923,"covered_share":0.98,"estimated_share":0,"flags":["estimated"]},
//	 "month":{…},"year":{…},"fault":{"t":…,"quality":"bad","reasons":["device_fault"]}}
//
// Unknown ones are null.
//
// value is the last counted reading at t; fault is a later one that does not
// count, which a restart forgets. Of a gas, t is the last instant all its
// inputs speak for. stale means that t is too old for rate to be told.
type Values struct{ raw []byte }

// MarshalJSON gives the values as they were encoded.
func (v Values) MarshalJSON() ([]byte, error) { return v.raw, nil }

// Numbers is what Values hold, as a reader finds them.
type Numbers struct {
	ID      string   `json:"id"`
	T       *int64   `json:"t" doc:"ms UTC"`
	Value   *float64 `json:"value,omitempty" nullable:"true" doc:"T 时刻计入的读数;气体没有 | the reading that counts at t; a gas has none"`
	Quality string   `json:"quality,omitempty" enum:"good,manual,suspect,bad,quarantined"`
	Reasons []string `json:"reasons,omitempty" doc:"品质的理由 | the reasons for the quality"`
	Fault   *Doubt   `json:"fault,omitempty" doc:"之后的不计入的读数 | a later reading, which does not count"`
	Stale   bool     `json:"stale" doc:"t 过旧,不报速率 | t is too old for a rate to be told"`
	Rate    *float64 `json:"rate" doc:"每小时,单位为累计量的 | per hour, in the unit of amounts"`
	Today   Sum      `json:"today"`
	Month   Sum      `json:"month"`
	Year    Sum      `json:"year"`
}

// Doubt is a reading that does not count.
type Doubt struct {
	T       int64    `json:"t" doc:"ms UTC"`
	Quality string   `json:"quality" enum:"good,manual,suspect,bad,quarantined"`
	Reasons []string `json:"reasons,omitempty"`
}

// Sum is what a stretch has come to so far.
type Sum struct {
	Amount    *float64 `json:"amount" doc:"没有已知的小时为 null | null: no hour is known"`
	Covered   float64  `json:"covered_share"`
	Estimated float64  `json:"estimated_share"`
	Flags     []string `json:"flags,omitempty"`
}

// Lookup reads one number of the values, "today.amount"; ok is false where it is null.
func (v Values) Lookup(path ...string) (f float64, ok bool) {
	var at any
	if json.Unmarshal(v.raw, &at) != nil {
		return 0, false
	}
	for _, key := range path {
		table, _ := at.(map[string]any)
		at = table[key]
	}
	f, ok = at.(float64)
	return f, ok
}

func (h *Hall) describe(p *point) Point {
	return Point{
		ID: p.id, Kind: string(p.site.Kind), Name: p.site.Name, Org: p.site.Org, Source: p.site.Source,
		Unit: p.site.Unit.String(), AmountUnit: p.unit.String(), Values: Values{p.encode(h.cut)},
	}
}

func (h *Hall) describeGas(g *gas) Point {
	return Point{
		ID: g.id, Kind: "gas", Name: g.site.Name, Org: g.site.Org, Source: g.site.Source,
		AmountUnit: g.unit.String(), Values: Values{g.encode(h.cut, nil)},
	}
}

// meters lists what points and gases have in common.
func (h *Hall) meters() []*meter {
	if h.all == nil {
		for _, p := range h.points {
			h.all = append(h.all, &p.meter)
		}
		for _, g := range h.gases {
			h.all = append(h.all, &g.meter)
		}
	}
	return h.all
}

// tellPoints sends the points that moved, each encoded once for all viewers.
func (h *Hall) tellPoints() {
	var parts []part
	for _, p := range h.points {
		if p.moved {
			p.pace(h.cut)
			parts = append(parts, part{p.id, p.encode(h.cut)})
			p.tell()
		}
	}
	for _, g := range h.gases {
		if g.moved {
			parts = append(parts, part{g.id, g.encode(h.cut, nil)})
			g.tell()
		}
	}
	if len(parts) > 0 {
		h.ring.post(list(Points, parts))
	}
}

// tell takes the mark off and hands it to the sources, which are worked out at
// the next second.
func (m *meter) tell() {
	m.moved = false
	for _, s := range m.sources {
		s.moved = true
	}
}

// encode prints a point's values by hand: five thousand a second with
// encoding/json would be a tenth of a core.
func (p *point) encode(c *cut) []byte {
	b := make([]byte, 0, 384)
	if p.last.Series != 0 {
		b = append(b, `"value":`...)
		b = number(b, p.last.V, true)
		b = judged(append(b, ','), p.last)
	}
	if p.fault.Series != 0 && p.fault.T > p.last.T {
		b = append(b, `"fault":{"t":`...)
		b = strconv.AppendInt(b, p.fault.T, 10)
		b = judged(append(b, ','), p.fault)
		b = append(b[:len(b)-1], '}', ',')
	}
	return p.meter.encode(c, b)
}

// encode prints what points and gases have in common, and what is given.
func (m *meter) encode(c *cut, more []byte) []byte {
	b := append(make([]byte, 0, 512), `{"id":`...)
	b = strconv.AppendQuote(b, m.id) // an id is plain letters
	b = append(b, `,"t":`...)
	if m.rateT == never {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, m.rateT, 10)
	}
	b = append(b, ',')
	b = append(b, more...)
	b = append(b, `"stale":`...)
	b = strconv.AppendBool(b, m.stale(c))
	b = append(b, `,"rate":`...)
	b = number(b, m.rate, m.rated)
	for k, name := range [stretches]string{`,"today":`, `,"month":`, `,"year":`} {
		b = append(b, name...)
		b = m.amount(b, stretch(k), c)
	}
	return append(b, '}')
}

// amount prints what a stretch has come to so far.
func (m *meter) amount(b []byte, k stretch, c *cut) []byte {
	s, elapsed := m.of(k, c), c.elapsedMS(k)
	b = append(b, `{"amount":`...)
	b = number(b, units(s.amount), s.hours > 0)
	b = append(b, `,"covered_share":`...)
	b = number(b, min(float64(s.coveredMS)/float64(elapsed), 1), true)
	b = append(b, `,"estimated_share":`...)
	b = number(b, min(float64(s.estimated*reading.HourMS)/float64(elapsed), 1), true)
	b = names(append(b, ','), "flags", flagNames(s.flags))
	b[len(b)-1] = '}'
	return b
}

// units tells nano-units as a number for a board.
func units(nano reading.Wide) float64 {
	if nano.Sign() < 0 {
		return -units(nano.Neg())
	}
	return (float64(nano.Hi)*(1<<64) + float64(nano.Lo)) / 1e9
}

// judged prints a reading's quality and its reasons, with a comma behind.
func judged(b []byte, r reading.Reading) []byte {
	b = append(b, `"quality":"`...)
	b = append(b, [...]string{"good", "manual", "suspect", "bad", "quarantined"}[r.Q]...)
	b = append(b, `",`...)
	return names(b, "reasons", r.Why.Names())
}

// names prints a list of plain words, if there are any, with a comma behind;
// where there are none, what b ends with serves as the comma.
func names(b []byte, key string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(b, '"')
	b = append(b, key...)
	b = append(b, `":[`...)
	for _, n := range list {
		b = append(b, '"')
		b = append(b, n...)
		b = append(b, `",`...)
	}
	b[len(b)-1] = ']'
	return append(b, ',')
}

// number prints a number, or null where it is not known or is none.
func number(b []byte, v float64, known bool) []byte {
	if !known || math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}
