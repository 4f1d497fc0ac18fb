package source

import (
	"math"
	"strings"
	"testing"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

func lineFile(channel string) string {
	return "[device]\nprotocol = \"lineprotocol\"\n[lineprotocol]\nchannel = \"" + channel + "\"\n[[channel]]\nname = \"pump.flow\"\npoint = \"flow\"\n"
}

func TestLineProtocol(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l := b.line(t, "telegraf", lineFile("{device}.{field}"))
	body := strings.Join([]string{
		"# a comment", "",
		`gas,device=pump flow=1.5,n=3i,u=4u,ok=t,state="on, really" 1772409600000`,
		"gas,device=pump flow=oops 1772409600000",
		"gas flow=2 1772409600000",
		"gas,device=pump flow=3",
		"gas,device=pump",
		"gas,device=pump flow=4 1772409660000",
	}, "\n")
	err := receiveAs(t, l, body, map[string]string{"precision": "ms"})
	told := fault.Tell(err, lang.EN)
	for _, want := range []string{"line 4", "line 7", `there is no "device"`} {
		if !strings.Contains(strings.ReplaceAll(told, "row", "line"), want) {
			t.Errorf("%q is not told in %s", want, told)
		}
	}
	if fault.KindOf(err) != fault.Invalid || l.Health().Refused != 3 {
		t.Errorf("%v, %d refused", err, l.Health().Refused)
	}
	const at = 1772409600000
	var known []reading.Reading
	for _, r := range b.all() {
		if r.Series == 1 {
			known = append(known, r)
		}
	}
	if len(b.all()) != 6 || len(known) != 3 || known[0].T != at || known[0].V != 1.5 || known[1].Why != reading.ServerTime || known[1].T != known[1].Recv || known[2].T != at+60_000 {
		t.Errorf("%+v", b.all())
	}
	if err := receiveAs(t, l, "a b=1", map[string]string{"precision": "h"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a precision that is none: %v", err)
	}
}

func TestLinePrecision(t *testing.T) {
	usual, err := parseTemplate(usualLineChannel, nil)
	if err != nil {
		t.Fatal(err)
	}
	for precision, at := range map[string]string{"": "1772409600000000000", "ns": "1772409600000000000", "us": "1772409600000000", "ms": "1772409600000", "s": "1772409600"} {
		values, bad, err := decodeLines([]byte(`pump,b=2,a=1 flow=1 `+at), precisions[precision], usual)
		want := []Value{{Channel: "pump,a=1,b=2.flow", T: 1772409600000, V: 1}}
		if err != nil || len(bad) > 0 || !sameValues(values, want) {
			t.Errorf("%q: %+v, %v, %v", precision, values, bad, err)
		}
	}
}

func TestManyBadLines(t *testing.T) {
	b := newBench(t, "flow", "m3/min")
	l := b.line(t, "telegraf", lineFile("{measurement}.{field}"))
	err := receiveAs(t, l, strings.Repeat("bad\n", 1000), nil)
	if parts := fault.Split(err); len(parts) != maxBadLines+1 || !strings.Contains(parts[maxBadLines].Error(), "900 lines more") {
		t.Errorf("%d faults", len(parts))
	}
}

func FuzzLineProtocol(f *testing.F) {
	f.Add("pump,area=gas flow=1.5,n=3i,u=4u,ok=t,s=\"x\" 1772409600000000000\nbad\n", byte(0))
	f.Add("a b=1\n\n# c\n\\, =1 1", byte(3))
	f.Fuzz(func(t *testing.T, body string, precision byte) {
		usual, _ := parseTemplate(usualLineChannel, nil)
		values, bad, err := decodeLines([]byte(body), lineprotocol.Precision(precision%4), usual)
		if err != nil {
			return
		}
		lines := strings.Count(body, "\n") + 1
		for _, b := range bad {
			if b.row < 0 || b.row > lines {
				t.Fatalf("line %d of %d is bad in %q", b.row, lines, body)
			}
		}
		if len(bad) > lines {
			t.Fatalf("%d bad lines of %d", len(bad), lines)
		}
		for _, v := range values {
			if math.IsNaN(v.V) || math.IsInf(v.V, 0) {
				t.Fatalf("%q gives %v", body, v.V)
			}
		}
	})
}
