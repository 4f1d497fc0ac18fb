package api

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

func onePoint(point string) (reading.ID, bool) { return 7, point == "p" }

func TestDecodeBatch(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"readings":[{"point":"p","t":"2024-01-01T08:00:00+08:00","v":1.5}]}`, ""},
		{`{"readings":[{"point":"p","t":1704067200000,"v":-0.0,"q":"bad","seq":9}]}`, ""},
		{`{"readings":[{"point":"p","t":"2024-01-01","v":1}]}`, `t: "2024-01-01" is no instant`},
		{`{"readings":[{"point":"p","t":null,"v":1}]}`, `t: "null" is no instant`},
		{`{"readings":[{"point":"p","t":1,"v":"1"}]}`, "the JSON is wrong at byte"},
		{`{"readings":[{"point":"p","t":1,"v":1e999}]}`, "the JSON is wrong at byte"},
		{`{"readings":[{"point":"p","t":1,"v":1}]} x`, "there is more after the JSON"},
		{`{"readings":[{"point":"p","t":1,"v":1,"w":2}]}`, "unknown field"},
		{`[]`, "the JSON is wrong"},
		{``, "the JSON is wrong"},
		{`{}`, "a batch of 0 readings"},
		{`{"readings":[{"point":"p","t":1,"v":1,"q":"suspect","why":["calibrating","too_slow"]}]}`, `why: there is no reason "too_slow"`},
		{`{"readings":[{"point":"p","t":1,"v":1,"q":"quarantined"}]}`, `quality "quarantined"`},
	} {
		got := ""
		if _, err := decodeBatch([]byte(c.in), onePoint); err != nil {
			got = fault.Tell(err, lang.EN)
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("decodeBatch(%s) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDecodeBatchValues(t *testing.T) {
	b, err := decodeBatch([]byte(`{"readings":[{"point":"p","t":"2024-01-01T08:00:00.250+08:00","v":1.5,"q":"suspect","why":["calibrating","device_fault"],"seq":3}]}`), onePoint)
	if err != nil {
		t.Fatal(err)
	}
	want := reading.Reading{Series: 7, T: 1704067200250, V: 1.5, Q: reading.Suspect, Why: reading.Calibrating | reading.DeviceFault, Seq: 3}
	if len(b.Readings) != 1 || b.Readings[0] != want {
		t.Errorf("decodeBatch = %+v, want %+v", b.Readings, want)
	}
}

// FuzzDecodeBatch looks for bytes that make the decoder fall, let a wrong row
// through, or refuse without a word in both languages.
func FuzzDecodeBatch(f *testing.F) {
	for _, seed := range []string{
		`{"readings":[{"point":"p","t":1704067200000,"v":1}]}`,
		`{"readings":[{"point":"p","t":"2024-01-01T08:00:00+08:00","v":1.5,"q":"manual","seq":-1}]}`,
		`{"readings":[{"point":"q","t":1}]}`, `{"readings":null}`, `{"readings":[null]}`, "{\n\n[", "\x00", `{"readings":[{"t":"99999-01-01T00:00:00Z"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b, err := decodeBatch(in, onePoint)
		if err != nil {
			if zh := fault.Tell(err, lang.ZH); zh == "" || fault.KindOf(err) != fault.Invalid || !utf8.ValidString(zh) && utf8.Valid(in) {
				t.Errorf("decodeBatch(%q) = %v, %q", in, err, zh)
			}
			return
		}
		if len(b.Readings) == 0 || len(b.Readings) > maxBatch {
			t.Errorf("decodeBatch(%q) gave %d readings", in, len(b.Readings))
		}
		for _, r := range b.Readings {
			if r.Series != 7 || r.Q > reading.Bad || r.V != r.V {
				t.Errorf("decodeBatch(%q) gave %+v", in, r)
			}
		}
	})
}
