package source

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const pushFile = "[device]\nprotocol = \"push\"\nmax_frame = 4096\n[push]\npoints = true\n[[channel]]\nname = \"meter\"\npoint = \"energy\"\nunit = \"MWh\"\n"

// receiveAs posts a body with headers, given as name and value in turn.
func receiveAs(t *testing.T, l *Line, body string, query map[string]string, headers ...string) error {
	t.Helper()
	r, ok := l.Device.Receiver()
	if !ok {
		t.Fatal("not a receiver")
	}
	h := map[string]string{}
	for i := 0; i < len(headers); i += 2 {
		h[headers[i]] = headers[i+1]
	}
	return r.Receive(t.Context(), l, Post{Body: []byte(body), Header: func(n string) string { return h[n] }, Query: func(n string) string { return query[n] }})
}

func TestPush(t *testing.T) {
	b := newBench(t, "energy", "kWh", "gas", "m3")
	l := b.line(t, "gateway", pushFile)
	body := `{"id":"e1","readings":[
		{"channel":"meter","t":"2026-03-02T08:00:00+08:00","v":1.5,"q":"good","seq":3},
		{"channel":"meter","t":1772409601,"v":2000,"unit":"Wh"},
		{"point":"energy","t":1772409602000,"v":7,"q":"bad","why":["calibrating"],"recv":1772409700000},
		{"point":"gas","t":1772409600000,"v":"2","unit":"L"},
		{"channel":"new","t":1772409600000,"v":null},
		{"point":"nowhere","t":1772409600000,"v":"NaN","q":"suspect"}]}`
	if err := receiveAs(t, l, body, nil); err != nil {
		t.Fatal(err)
	}
	const at = 1772409600000
	want := []reading.Reading{
		{Series: 1, T: at, V: 1500, Seq: 3},
		{Series: 1, T: at + 1000, V: 2},
		{Series: 1, T: at + 2000, V: 7, Q: reading.Bad, Why: reading.Calibrating, Recv: 1772409700000},
		{Series: 2, T: at, V: 0.002},
		{Series: 1000, T: at, V: math.NaN(), Q: reading.Bad, Why: reading.Sentinel},
		{Series: 1001, T: at, V: math.NaN(), Q: reading.Bad, Why: reading.NotNumber},
	}
	got := b.all()
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		g := got[i]
		if w.Recv == 0 {
			g.Recv = 0
		}
		if g.V != g.V && w.V != w.V {
			g.V, w.V = 0, 0
		}
		if g != w {
			t.Errorf("reading %d is %+v, want %+v", i+1, g, w)
		}
	}
	if err := receiveAs(t, l, body, nil); err != nil || len(b.all()) != len(want) {
		t.Errorf("a repeat: %v, %d readings", err, len(b.all()))
	}
	if err := receiveAs(t, l, strings.Replace(body, "1.5", "1.6", 1), nil); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another content under the same id: %v", err)
	}
}

// TestPushMarksAreBounded: however many events, a device leaves so many marks.
func TestPushMarksAreBounded(t *testing.T) {
	b := newBench(t, "energy", "kWh")
	l := b.line(t, "gateway", pushFile)
	post := func(i int) {
		t.Helper()
		if err := receiveAs(t, l, fmt.Sprintf(`{"id":"event-%d","readings":[{"channel":"meter","t":%d,"v":1}]}`, i, 1772409600+i), nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2000 {
		post(i)
	}
	if len(b.marks) > pushSlots || len(b.all()) != 2000 {
		t.Errorf("%d marks, %d readings", len(b.marks), len(b.all()))
	}
	post(1999)
	if len(b.all()) != 2000 {
		t.Error("the last event was taken in twice")
	}
}

func TestPushIsWholeOrNothing(t *testing.T) {
	b := newBench(t, "energy", "kWh")
	l := b.line(t, "gateway", pushFile)
	ok := `{"channel":"meter","t":1772409600,"v":1}`
	for _, c := range []struct{ name, body, want string }{
		{"half", `{"id":"a","readings":[` + ok, "not understood"},
		{"a word misspelt", `{"readings":[{"channel":"meter","t":1,"v":1,"quality":"bad"}]}`, "quality"},
		{"no readings", `{"id":"a","readings":[]}`, "1 to 100000 readings"},
		{"neither", `{"readings":[` + ok + `,{"t":1772409600,"v":1}]}`, "row 2"},
		{"no number", `{"readings":[{"channel":"meter","v":"much"}]}`, "no number"},
		{"no value", `{"readings":[{"channel":"meter"}]}`, "no number"},
		{"no instant", `{"readings":[{"channel":"meter","t":"now","v":1}]}`, "not understood"},
		{"no reason", `{"readings":[{"channel":"meter","v":1,"why":["moon"]}]}`, "moon"},
		{"another unit", `{"readings":[` + ok + `,{"channel":"meter","v":1,"unit":"kg"}]}`, "kg"},
		{"long id", `{"id":"` + strings.Repeat("x", 200) + `","readings":[` + ok + `]}`, "128 bytes"},
		{"two objects", `{"readings":[` + ok + `]}{}`, "text after"},
	} {
		err := receiveAs(t, l, c.body, nil)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Tell(err, lang.EN), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if len(b.all()) != 0 || l.Health().Refused != 11 {
		t.Errorf("%d readings, %d refused", len(b.all()), l.Health().Refused)
	}
	b.setFail(os.ErrClosed)
	if err := receiveAs(t, l, `{"id":"z","readings":[`+ok+`]}`, nil); fault.KindOf(err) != fault.Internal {
		t.Errorf("the store's failure is told as %v", err)
	}
	b.setFail(nil)
	if err := receiveAs(t, l, `{"id":"z","readings":[`+ok+`]}`, nil); err != nil || len(b.all()) != 1 {
		t.Errorf("after a failure: %v, %d readings", err, len(b.all()))
	}
	strict := b.line(t, "strict", strings.Replace(pushFile, "points = true", "points = false", 1))
	if err := receiveAs(t, strict, `{"readings":[{"point":"gas","v":1}]}`, nil); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a point that is not its own: %v", err)
	}
}

func TestUnpack(t *testing.T) {
	b := newBench(t, "energy", "kWh")
	l := b.line(t, "gateway", pushFile)
	pack := func(content []byte) (gz, zs string) {
		var buf bytes.Buffer
		z := gzip.NewWriter(&buf)
		if _, err := z.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		e, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return buf.String(), string(e.EncodeAll(content, nil))
	}
	gz, zs := pack([]byte(`{"readings":[{"channel":"meter","t":1772409600,"v":1}]}`))
	bombGz, bombZs := pack(make([]byte, 10<<20))
	for _, c := range []struct{ encoding, body, want string }{
		{"gzip", gz, ""},
		{"zstd", zs, ""},
		{"gzip", bombGz, "65536 bytes when unpacked"},
		{"zstd", bombZs, "65536 bytes when unpacked"},
		{"gzip", gz[:20], "damaged"},
		{"zstd", zs[:10], "damaged"},
		{"gzip", "plain", "damaged"},
		{"br", gz, "not understood"},
	} {
		err := receiveAs(t, l, c.body, nil, "Content-Encoding", c.encoding)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(fault.Tell(err, lang.EN), c.want)) {
			t.Errorf("%s of %d bytes: %v, want %q", c.encoding, len(c.body), err, c.want)
		}
	}
	if len(b.all()) != 2 {
		t.Errorf("%d readings", len(b.all()))
	}
}

func FuzzPush(f *testing.F) {
	f.Add(`{"id":"e","readings":[{"channel":"meter","t":"2026-03-02T08:00:00+08:00","v":1.5,"unit":"kWh","q":"good","why":["stopped"],"seq":1}]}`)
	f.Add(`{"readings":[{"point":"p","v":null},{"channel":"c","t":1772409600,"v":"NaN"}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		b, err := decodePush([]byte(body), beijing)
		if err != nil {
			return
		}
		if len(b.values) != len(b.Readings) || len(b.values) == 0 || len(b.values) > maxPosted {
			t.Fatalf("%d values of %d readings", len(b.values), len(b.Readings))
		}
		for _, v := range b.values {
			if v.V != v.V && v.Q.Counts() {
				t.Fatalf("a NaN counts: %s", body)
			}
		}
	})
}
