package source

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// fields1201 are the fields of the tables that carry values, in the standard's
// order. A device's file may order them otherwise.
var fields1201 = map[string][]string{ //nolint:gochecknoglobals // a constant table
	"CDSS": {"point", "type", "place", "value", "unit", "state", "time"},
	"TJSJ": {"point", "type", "place", "unit", "begin", "end", "max", "max_time", "min", "min_time", "avg", "time"},
	"FZSS": {"point", "run", "power", "time"},
	"CDDY": {
		"point", "system", "substation", "type", "kind", "unit", "high", "low", "alarm_high", "alarm_high_off", "alarm_low", "alarm_low_off",
		"cut_high", "cut_high_off", "cut_low", "cut_low_off", "on", "off", "place", "x", "y", "z", "relations", "time",
	},
}

// states1201 are the bits of a point's state, and sums of them. Only an alarm
// and its power-off leave a value that counts.
var states1201 = map[string]verdict{ //nolint:gochecknoglobals // a constant table
	"0":   {},
	"1":   {why: reading.DeviceAlarm},
	"2":   {why: reading.DeviceAlarm}, // over its limit, and so the power is off
	"4":   {reading.Bad, reading.Calibrating},
	"8":   {reading.Bad, reading.OverScale},
	"16":  {reading.Bad, reading.LinkLost},                      // the sub-station is faulty
	"32":  {reading.Bad, reading.LinkLost | reading.NotCurrent}, // not polled
	"64":  {reading.Bad, reading.Maintenance},                   // paused
	"128": {reading.Bad, reading.DeviceFault},
}

// verdict tells what a state says of a value; bits nobody explained spoil it.
func (m *mtt1201) verdict(state string) verdict {
	state = strings.TrimSpace(state)
	if v, ok := m.states[state]; ok || state == "" {
		return v
	}
	n, err := strconv.ParseUint(state, 10, 16)
	if err != nil {
		return verdict{reading.Bad, reading.Uncertain}
	}
	var out verdict
	for bit := uint64(1); bit <= n; bit <<= 1 {
		if n&bit == 0 {
			continue
		}
		v, known := m.states[strconv.FormatUint(bit, 10)]
		if !known {
			v = verdict{reading.Bad, reading.Uncertain}
		}
		out.q, out.why = max(out.q, v.q), out.why|v.why
	}
	return out
}

// row1201 is a record whose fields have names.
type row1201 map[string]string

func (m *mtt1201) row(table string, record []string) row1201 {
	names := m.fields[table]
	out := make(row1201, len(names))
	for i, field := range record {
		if i < len(names) && names[i] != "" {
			out[names[i]] = strings.TrimSpace(field)
		}
	}
	return out
}

// definition1201 is what CDDY says of a mapped point. It is kept by a mark, for
// the definitions come once and the values every few seconds.
type definition1201 struct {
	Unit string   `json:"unit,omitempty"`
	High *float64 `json:"high,omitempty"`
	Low  *float64 `json:"low,omitempty"`
	On   string   `json:"on,omitempty"`
	Off  string   `json:"off,omitempty"`
}

func (r row1201) definition() definition1201 {
	d := definition1201{Unit: r["unit"], On: r["on"], Off: r["off"]}
	high, errHigh := strconv.ParseFloat(r["high"], 64)
	low, errLow := strconv.ParseFloat(r["low"], 64)
	if errHigh == nil && errLow == nil && high > low {
		d.High, d.Low = &high, &low
	}
	return d
}

// beyond tells whether a value is out of the sensor's range, whichever way the
// two files spell the unit.
func (m *mtt1201) beyond(v float64, unit string, d definition1201) bool {
	if d.High == nil {
		return false
	}
	if unit != d.Unit {
		from, err := m.unit(unit)
		to, err2 := m.unit(d.Unit)
		by, err3 := ratioOf(from, big.NewRat(1, 1), to)
		if err != nil || err2 != nil || err3 != nil {
			return false // told by convert
		}
		v = by.apply(v)
	}
	return v > *d.High || v < *d.Low
}

// number reads a value: a number, or what a switch calls its two states.
func (m *mtt1201) number(text string, d definition1201) (v float64, ok bool) {
	switch text {
	case "":
		return 0, false
	case d.On:
		return 1, true
	case d.Off:
		return 0, true
	}
	if v, ok = m.words[text]; ok {
		return v, true
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// target1201 is the point of a channel: in which unit a value is handed on.
type target1201 struct {
	unit     quantity.Unit
	declared bool   // by the device's file, gas state and all
	stamp    string // of the point
}

// convert tells a value in the unit it is handed on in. A text such as m3/min
// says nothing of a gas's state, so that only a unit in the device's file can.
func (m *mtt1201) convert(v float64, text string, to target1201) (float64, error) {
	if text == "" {
		return v, nil
	}
	from, err := m.unit(text)
	if err != nil {
		return 0, err
	}
	by, err := ratioOf(from, big.NewRat(1, 1), to.unit)
	if err == nil {
		return by.apply(v), nil
	}
	if to.declared {
		if by, err := ratioOf(from, big.NewRat(1, 1), stateless(to.unit)); err == nil {
			return by.apply(v), nil
		}
	}
	return 0, fault.Invalid.Say(lang.T("文件中的单位 %.30q 与 %s 不是同一种量,或未说明气体状态", "the file's unit %.30q is no unit of %s, or says nothing of the gas's state"), text, to.unit).
		Do(lang.T("在通道写 unit(如 \"m3@20C:dry/min\"),或在 [mtt1201.units] 说明该文字", `write unit in the channel (such as "m3@20C:dry/min"), or explain the text under [mtt1201.units]`))
}

// unit reads a unit as files write it.
func (m *mtt1201) unit(text string) (quantity.Unit, error) {
	if u, ok := m.units[text]; ok {
		return u, nil
	}
	return quantity.ParseUnit(text)
}

// stateless takes the gas state and the moisture out of a unit.
func stateless(u quantity.Unit) quantity.Unit {
	text := strings.NewReplacer("Nm3", "m3", "@work", "", "@0C", "", "@20C", "", "@60F", "", ":dry", "", ":wet", "").Replace(u.String())
	if plain, err := quantity.ParseUnit(text); err == nil {
		return plain
	}
	return u
}
