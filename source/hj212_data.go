package source

import (
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// fields212 are the fields that are not values: they say something of one.
var fields212 = map[string]bool{"Flag": true, "EFlag": true, "SampleTime": true, "Info": true} //nolint:gochecknoglobals // a constant table

// told212 is one name=value of a message's CP.
type told212 struct{ factor, field, text string }

// items takes a message's CP apart: its DataTime and all the rest. Items end
// with a semicolon and their parts with a comma, and since a part names its
// factor itself, a logger that takes one for the other is understood too.
func (m HJ212Message) items() (at string, out []told212) {
	for part := range strings.FieldsFuncSeq(m.CP, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, found := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		cut := strings.LastIndexByte(name, '-')
		switch {
		case !found:
		case name == "DataTime":
			at = value
		case cut > 0:
			out = append(out, told212{m.whole(name[:cut]), name[cut+1:], value})
		}
	}
	return at, out
}

// whole mends a factor of five digits that lost its letter, as in the
// standard's own sample 01018-Rtd: of water w, of air a. Codes of 2005 have
// three signs.
func (m HJ212Message) whole(factor string) string {
	if len(factor) != 5 || strings.Trim(factor, "0123456789") != "" {
		return factor
	}
	switch m.ST {
	case "21", "24", "32", "52":
		return "w" + factor
	case "22", "27", "31", "39", "51":
		return "a" + factor
	}
	return factor
}

// values understands a message that carries data. Parts of a record need not be
// put together: each names the record by its DataTime and the factors that are
// its own, and its QN is another one each time. What is not understood is told
// beside the values that are.
func (t *station212) values(m HJ212Message, cn int) (values []Value, faults []error) {
	text, items := m.items()
	if len(items) == 0 {
		return nil, nil
	}
	start, why := t.begin(text, cn)
	if why != nil {
		return nil, []error{why}
	}
	flags := map[string]verdict{}
	for _, i := range items {
		if i.field == "Flag" {
			flags[i.factor] = t.verdict(i.text)
		}
	}
	seq := t.sequence(m.QN)
	for _, i := range items {
		if fields212[i.field] {
			continue
		}
		v, state := number212(i.text)
		if state == wrong212 {
			faults = append(faults, fault.Invalid.Say(lang.T("%s-%s=%.20q 不是数", "%s-%s=%.20q is not a number"), i.factor, i.field, i.text).
				Do(lang.T("核对数采仪的输出", "check what the logger writes")))
		}
		if state != sound212 {
			continue
		}
		name := t.prefix + address212{i.factor, i.field, cn}.String()
		said := flags[i.factor]
		values = append(values, Value{Channel: name, T: t.instant(name, start, cn), V: v, Q: said.q, Why: said.why, Seq: seq})
	}
	return values, faults
}

func (t *station212) verdict(flag string) verdict {
	if v, ok := t.flags[flag]; ok {
		return v
	}
	if flag == "" {
		return verdict{}
	}
	return doubtful
}

// begin is when a record begins: DataTime is the instant of a sample, and the
// beginning of an interval.
func (t *station212) begin(text string, cn int) (time.Time, error) {
	at, err := time.ParseInLocation("20060102150405", text[:min(len(text), 14)], t.zone)
	switch {
	case text == "" && (cn == cnReal || cn == cnState):
		return time.Time{}, nil // the server's clock serves, and says so
	case err != nil:
		return at, fault.Invalid.Say(lang.T("DataTime=%.20q 不是时间", "DataTime=%.20q is not a time"), text).
			Do(lang.T("应为 14 位 yyyyMMddHHmmss", "it must be 14 digits, yyyyMMddHHmmss"))
	case t.stampEnd:
		return moved212(at, cn, t.minutes, -1), nil
	}
	return at, nil
}

// instant is what a channel's point stores of a record: its beginning or, where
// the site's file says so, its end.
func (t *station212) instant(channel string, start time.Time, cn int) int64 {
	if start.IsZero() {
		return 0
	}
	if minutes, end := t.ends[channel]; end {
		start = moved212(start, cn, minutes, 1)
	}
	return start.UnixMilli()
}

// moved212 goes from one end of a record to the other. A day is the logger's
// own, of 23 or 25 hours where its zone has summer time.
func moved212(at time.Time, cn int, minutes time.Duration, direction int) time.Time {
	switch cn {
	case cnMinute:
		return at.Add(time.Duration(direction) * minutes)
	case cnHour:
		return at.Add(time.Duration(direction) * time.Hour)
	case cnDay, cnRunning:
		return time.Date(at.Year(), at.Month(), at.Day()+direction, at.Hour(), at.Minute(), at.Second(), 0, at.Location())
	}
	return at
}

// sequence makes a later QN a correction of an earlier one. A message sent
// again has the QN it had, and so changes nothing.
func (t *station212) sequence(qn string) int64 {
	if len(qn) != 17 {
		return 0
	}
	at, err := time.ParseInLocation("20060102150405.000", qn[:14]+"."+qn[14:], t.zone)
	if err != nil || at.UnixMilli() < reading.Oldest {
		return 0
	}
	return at.UnixMilli()
}

// How a number reads.
const (
	sound212 = iota
	empty212 // there is no value
	wrong212
)

// number212 reads a number. Loggers write nothing, a dash or NaN where they
// have none.
func number212(text string) (v float64, state int) {
	switch strings.ToLower(text) {
	case "", "-", "--", "nan", "null", "/":
		return 0, empty212
	}
	if strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, wrong212
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, wrong212
	}
	return v, sound212
}
