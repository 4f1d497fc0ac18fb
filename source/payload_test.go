package source

import (
	"math"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// beijing is where the tests' devices stand.
var beijing = time.FixedZone("+08:00", 8*3600)

// openPayload reads a payload's keys as they stand in a device's file.
func openPayload(tb testing.TB, keys string) *payload {
	tb.Helper()
	doc, err := site.Open("test.toml", []byte("[x]\n"+keys))
	if err != nil {
		tb.Fatal(err)
	}
	r := doc.Read()
	s := r.Table("x")
	p := readPayload(s, beijing)
	s.Close()
	if err := r.Err(); err != nil {
		tb.Fatal(err)
	}
	return &p
}

func TestPayload(t *testing.T) {
	const at = 1772409600000 // 2026-03-02 08:00 in Beijing
	nan := math.NaN()
	for _, c := range []struct {
		name, keys, message string
		want                []Value
		fault               string
	}{
		{
			name: "readings", keys: "", message: `{"ts":"2026-03-02T08:00:00+08:00","seq":7,"v":{"b":{"value":1.5,"q":"good"},"a":2}}`,
			want: []Value{{Channel: "a", T: at, V: 2, Seq: 7}, {Channel: "b", T: at, V: 1.5, Seq: 7}},
		},
		{
			name: "flat, seconds", keys: `payload = "flat"`, message: `{"t":1772409600,"flow":1.2,"on":true,"name":"pump","deep":{"er":3}}`,
			want: []Value{{Channel: "deep.er", T: at, V: 3}, {Channel: "flow", T: at, V: 1.2}, {Channel: "on", T: at, V: 1}},
		},
		{
			name: "flat, quality by path", keys: "payload = \"flat\"\ntime = \"head.at\"\nvalues = \"data\"\nvalue = \"val\"\nq = \"ok\"\n[x.quality]\nbad = [\"no\"]", message: `{"head":{"at":1772409600000},"data":{"flow":{"val":"1.2","ok":"no"}}}`,
			want: []Value{{Channel: "flow", T: at, V: 1.2, Q: reading.Bad, Why: reading.Uncertain}},
		},
		{
			name: "µs and a member's own instant", keys: "", message: `{"ts":1772409600000000,"v":{"a":{"value":1,"ts":1772409660000},"b":{"value":2}}}`,
			want: []Value{{Channel: "a", T: at + 60_000, V: 1}, {Channel: "b", T: at, V: 2}},
		},
		{name: "local time", keys: "", message: `{"ts":"2026-03-02 08:00:00.250","v":{"a":1}}`, want: []Value{{Channel: "a", T: at + 250, V: 1}}},
		{name: "no instant", keys: "", message: `{"v":{"a":1}}`, want: []Value{{Channel: "a", V: 1}}},
		{
			name: "none is no zero", keys: "", message: `{"v":{"a":null,"b":{"value":null,"q":"calibrating"}}}`,
			want: []Value{{Channel: "a", V: nan, Q: reading.Bad, Why: reading.Sentinel}, {Channel: "b", V: nan, Q: reading.Bad, Why: reading.Sentinel | reading.Calibrating}},
		},
		{name: "unknown word", keys: "", message: `{"v":{"a":{"value":1,"q":"meh"}}}`, want: []Value{{Channel: "a", V: 1, Q: reading.Suspect, Why: reading.Uncertain}}},
		{name: "batch", keys: "", message: `[{"ts":1772409600,"v":{"a":1}},{"ts":1772409601,"v":{"a":2}}]`, want: []Value{{Channel: "a", T: at, V: 1}, {Channel: "a", T: at + 1000, V: 2}}},
		{name: "bare number", keys: `payload = "number"`, message: " 1.25\n", want: []Value{{V: 1.25}}},
		{name: "bare NaN", keys: `payload = "number"`, message: "NaN", want: []Value{{V: nan, Q: reading.Bad, Why: reading.NotNumber}}},
		{name: "half a message", keys: "", message: `{"ts":1772409600,"v":{"a":1`, fault: "not JSON"},
		{name: "two messages", keys: "", message: `{"v":{}} {"v":{}}`, fault: "not JSON"},
		{name: "a text is no value", keys: "", message: `{"v":{"a":"on fire","b":1}}`, want: []Value{{Channel: "b", V: 1}}, fault: "no number"},
		{name: "a list is no value", keys: "", message: `{"v":{"a":[1,2]}}`, fault: "a list"},
		{name: "too large", keys: "", message: `{"v":{"a":1e999}}`, fault: "too large"},
		{name: "an instant that is none", keys: "", message: `{"ts":"soon","v":{"a":1}}`, fault: "not understood"},
		{name: "an instant of 1970", keys: "", message: `{"ts":0,"v":{"a":1}}`, fault: "not understood"},
		{name: "no values", keys: "", message: `{"ts":1772409600}`, fault: `no object "v"`},
		{name: "deep", keys: `payload = "flat"`, message: strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30), fault: "nested"},
		{name: "a text for a number", keys: `payload = "number"`, message: "twelve", fault: "not a number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := openPayload(t, c.keys).Values([]byte(c.message))
			if !sameValues(got, c.want) {
				t.Errorf("Values(%s) = %+v, want %+v", c.message, got, c.want)
			}
			if told := fault.Tell(err, lang.EN); (err == nil) != (c.fault == "") || !strings.Contains(told, c.fault) {
				t.Errorf("Values(%s) tells %q, want %q", c.message, told, c.fault)
			}
		})
	}
}

// sameValues compares values to the bit, NaN as well.
func sameValues(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		bits := math.Float64bits(x.V) == math.Float64bits(y.V) || x.V != x.V && y.V != y.V
		if x.V, y.V = 0, 0; !bits || x != y {
			return false
		}
	}
	return true
}

func TestInstants(t *testing.T) {
	for text, want := range map[string]int64{
		"1772409600": 1772409600000, "1772409600.25": 1772409600250, "1772409600250": 1772409600250, "1772409600250000": 1772409600250,
		"1772409600250000000": 1772409600250, "2026-03-02T00:00:00.25Z": 1772409600250, "2026-03-02T08:00:00": 1772409600000,
		"20260302080000": 1772409600000, "631152000": 631152000000, "7258118399": 7258118399000,
	} {
		if got, err := instantOf(text, beijing); got != want || err != nil {
			t.Errorf("instantOf(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "631151999", "1e300", "NaN", "2026-13-01T00:00:00Z", "yesterday"} {
		if got, err := instantOf(text, beijing); err == nil {
			t.Errorf("instantOf(%q) = %d", text, got)
		}
	}
}

func FuzzPayload(f *testing.F) {
	for _, s := range []string{`{"ts":"2026-03-02T08:00:00+08:00","v":{"a":{"value":1.2,"q":"good"}}}`, `{"t":1772409600,"flow":1.2}`, `1.2`, `[{"v":{"a":null}}]`, `{"v":{"a":{"b":{"c":"1"}}}}`} {
		f.Add(s, "readings")
		f.Add(s, "flat")
		f.Add(s, "number")
	}
	f.Fuzz(func(t *testing.T, message, form string) {
		p, known := payloadForms[form]
		if !known {
			return
		}
		p.words, p.zone = usualWords, beijing
		values, err := p.Values([]byte(message))
		if len(values) > maxValues || err == nil && values == nil && !strings.ContainsAny(message, "{[") {
			t.Fatalf("%q gives %d values, %v", message, len(values), err)
		}
		again, _ := p.Values([]byte(message))
		if !sameValues(values, again) {
			t.Fatalf("%q reads once as %v, then as %v", message, values, again)
		}
		for _, v := range values {
			if v.V != v.V && v.Q.Counts() {
				t.Fatalf("%q gives a NaN that counts", message)
			}
		}
	})
}
