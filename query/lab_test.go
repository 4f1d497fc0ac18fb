package query

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the mine's zone, wherever the tests run

	"lingtan/reading"
	"lingtan/site"
)

// mine is a mine of three meters.
const mine = `
[site]
id = "beigou"
name = "北沟矿"
province = "CN-14"
zone = "Asia/Shanghai"
mine = "underground"
gas_grade = "high"

[entity]
name = "北沟煤业"
credit_code = "91140000A00000001F"

[[org]]
id = "mine"
name = "北沟矿"

[[org]]
id = "ventilation"
name = "通风区"
parent = "mine"

[[source]]
id = "grid"
name = "外购电力"
org = "mine"
kind = "electricity"

[[point]]
id = "feeder"
name = "主变进线"
org = "mine"
source = "grid"
kind = "counter"
unit = "kWh"
step = "1 h"
ct = 80

[[point]]
id = "power"
name = "功率"
org = "mine"
kind = "gauge"
unit = "kW"
step = "15 s"

[[point]]
id = "methane"
name = "甲烷"
org = "ventilation"
kind = "gauge"
unit = "%"
step = "1 min"
max_hold = "3 min"
`

// start is an hour of the tests, 2024-06-01 08:00 in Shanxi.
var start = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) int64 { return start.Add(d).UnixMilli() }

// book is readings in memory, in order, with the hours that follow from them.
type book struct {
	readings []reading.Reading
	rules    map[reading.ID]reading.Rule
	scans    int
}

func (b *book) Scan(_ context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	b.scans++
	return func(yield func(reading.Reading, error) bool) {
		for _, r := range b.readings {
			if slices.Contains(q.Series, r.Series) && r.T >= q.From && r.T < q.To && !yield(r, nil) {
				return
			}
		}
	}
}

func (b *book) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		ids := slices.Sorted(slices.Values(q.Series))
		for _, id := range ids {
			of := slices.DeleteFunc(slices.Clone(b.readings), func(r reading.Reading) bool { return r.Series != id })
			buckets := reading.FoldSlice(of, func(reading.ID) reading.Limit { return b.rules[id].Limit() })
			hours, _ := reading.Amounts(b.rules[id], buckets, reading.HourOf(q.From), reading.HourOf(q.To+reading.HourMS-1))
			for _, h := range hours {
				if !yield(h, nil) {
					return
				}
			}
		}
	}
}

func (b *book) Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error) {
	totals := map[reading.ID]*reading.Total{}
	for h := range b.Hours(ctx, q) {
		t := totals[h.Series]
		if t == nil {
			t = &reading.Total{Series: h.Series, From: bounds[0], To: bounds[1], Amount: new(big.Int)}
			totals[h.Series] = t
		}
		t.Amount.Add(t.Amount, big.NewInt(h.Amount))
		t.Hours++
	}
	var out []reading.Total
	for _, t := range totals {
		out = append(out, *t)
	}
	return out, nil
}

// lab is a mine with an engine.
type lab struct {
	tb     testing.TB
	engine *Engine
	book   *book
	mine   Mine
}

var numbers = map[string]reading.ID{"feeder": 1, "power": 2, "methane": 3}

func newLab(tb testing.TB, l Limits, rs ...reading.Reading) *lab {
	tb.Helper()
	s, err := site.Parse("mine.toml", []byte(mine))
	if err != nil {
		tb.Fatal(err)
	}
	b := &book{readings: rs, rules: map[reading.ID]reading.Rule{}}
	slices.SortFunc(b.readings, reading.Compare)
	for _, p := range s.Points {
		b.rules[numbers[p.ID]] = p.Rule()
	}
	return &lab{tb: tb, engine: New(l), book: b, mine: Mine{
		Site: s, Readings: b, Now: start.Add(48 * time.Hour), Refresh: func(context.Context) error { return nil },
		Number: func(point string) (reading.ID, bool) { id, ok := numbers[point]; return id, ok },
	}}
}

// said is an answer, decoded.
type said struct {
	Status   string   `json:"status"`
	Warnings []string `json:"warnings"`
	Data     struct {
		Type   string `json:"resultType"`
		Result []struct {
			Metric map[string]string    `json:"metric"`
			Value  [2]json.RawMessage   `json:"value"`
			Values [][2]json.RawMessage `json:"values"`
		} `json:"result"`
	} `json:"data"`
}

func (l *lab) written(a *Answer, err error) string {
	l.tb.Helper()
	if err != nil {
		l.tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := a.Write(&b); err != nil {
		l.tb.Fatal(err)
	}
	return b.String()
}

func (l *lab) said(a *Answer, err error) said {
	l.tb.Helper()
	var out said
	text := l.written(a, err)
	if err := json.Unmarshal([]byte(text), &out); err != nil || out.Status != "success" {
		l.tb.Fatalf("%v: %s", err, text)
	}
	return out
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

// instant asks for one value, and gives its text; "" is none.
func (l *lab) instant(expr string, d time.Duration) string {
	l.tb.Helper()
	a := l.said(l.engine.Instant(l.tb.Context(), l.mine, url.Values{"query": {expr}, "time": {seconds(at(d))}}))
	if len(a.Data.Result) == 0 {
		return ""
	}
	return strings.Trim(string(a.Data.Result[0].Value[1]), `"`)
}

// over asks for a stretch, and gives the only series' values.
func (l *lab) over(expr string, from, to, step time.Duration) []string {
	l.tb.Helper()
	a := l.said(l.engine.Range(l.tb.Context(), l.mine, url.Values{
		"query": {expr}, "start": {seconds(at(from))}, "end": {seconds(at(to))}, "step": {fmt.Sprint(step.Seconds())},
	}))
	var out []string
	if len(a.Data.Result) > 1 {
		l.tb.Fatalf("%s has %d series", expr, len(a.Data.Result))
	}
	for _, r := range a.Data.Result {
		for _, v := range r.Values {
			out = append(out, string(v[0])+"="+strings.Trim(string(v[1]), `"`))
		}
	}
	return out
}

func say(id reading.ID, d time.Duration, v float64) reading.Reading {
	return reading.Reading{Series: id, T: at(d), V: v}
}

// counter is a day of the feeder, 2 kWh an hour before CT, the hours from
// "silent" on left out.
func counter(hours int, silent ...int) []reading.Reading {
	var out []reading.Reading
	for i := range hours + 1 {
		if !slices.Contains(silent, i) {
			out = append(out, say(1, time.Duration(i)*time.Hour, 1000+2*float64(i)))
		}
	}
	return out
}
