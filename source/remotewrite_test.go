package source

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const remoteFile = `
[device]
protocol = "remotewrite"
max_rate = 1000000
[[channel]]
match = {__name__ = "energy_kwh", meter = "main"}
point = "energy"
[[channel]]
name = "up{job=\"meter\"}"
point = "up"
`

// writeRequest encodes series: labels as name and value in turn, then samples.
func writeRequest(series ...series) []byte {
	var b []byte
	for _, s := range series {
		var one []byte
		for i := 0; i+1 < len(s.labels); i += 2 {
			l := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), s.labels[i])
			l = protowire.AppendString(protowire.AppendTag(l, 2, protowire.BytesType), s.labels[i+1])
			one = protowire.AppendBytes(protowire.AppendTag(one, 1, protowire.BytesType), l)
		}
		for _, p := range s.samples {
			x := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(p.v))
			x = protowire.AppendVarint(protowire.AppendTag(x, 2, protowire.VarintType), uint64(p.ms))
			one = protowire.AppendBytes(protowire.AppendTag(one, 2, protowire.BytesType), x)
		}
		b = protowire.AppendBytes(protowire.AppendTag(b, 1, protowire.BytesType), one)
	}
	return b
}

type series struct {
	labels  []string
	samples []sample
}

func TestRemoteWrite(t *testing.T) {
	b := newBench(t, "energy", "kWh", "up", "1")
	l := b.line(t, "prometheus", remoteFile)
	const at = 1772409600000
	stale := math.Float64frombits(staleMarker)
	body := writeRequest(
		series{[]string{"__name__", "energy_kwh", "instance", "i", "meter", "main"}, []sample{{1, at}, {2, at + 1}, {stale, at + 2}, {math.NaN(), at + 3}}},
		series{[]string{"__name__", "up", "job", "meter"}, []sample{{1, at}}},
		series{[]string{"__name__", "energy_kwh", "meter", "other"}, []sample{{7, at}, {8, 0}}},
	)
	post := func(body []byte, headers ...string) error {
		return receiveAs(t, l, string(snappy.Encode(nil, body)), nil, headers...)
	}
	if err := post(body); err != nil {
		t.Fatal(err)
	}
	got := b.all()
	if len(got) != 5 || got[0].Series != 1 || got[0].V != 1 || got[1].T != at+1 || got[2].Q != reading.Bad || got[2].Why != reading.NotNumber || got[3].Series != 2 || got[4].V != 7 {
		t.Errorf("%+v", got)
	}
	if u := l.Unmapped(); len(u) != 1 || u[0].Channel != `energy_kwh{meter="other"}` {
		t.Errorf("unmapped %+v", u)
	}
	if l.Health().Refused != 1 {
		t.Errorf("a sample of 1970: %d refused", l.Health().Refused)
	}
	var many []string
	for i := range maxLabels + 1 {
		many = append(many, fmt.Sprint("l", i), "x")
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"half", post(body[:len(body)-3]), "malformed"},
		{"no snappy", receiveAs(t, l, "\xff\xff\xff\xff\xff\xff", nil), "damaged"},
		{"a bomb", receiveAs(t, l, string(snappy.Encode(nil, make([]byte, 65<<20))), nil), "when unpacked"},
		{"a lie of its length", receiveAs(t, l, "\x80\x80\x80\x20\x00", nil), "when unpacked"},
		{"labels", post(writeRequest(series{many, []sample{{1, at}}})), "labels"},
		{"a label twice", post(writeRequest(series{[]string{"a", "1", "a", "2"}, []sample{{1, at}}})), "twice"},
		{"version 2", post(body, "Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"), "1.0 alone"},
	} {
		if fault.KindOf(c.err) != fault.Invalid || !strings.Contains(fault.Tell(c.err, lang.EN), c.want) {
			t.Errorf("%s: %v, want %q", c.name, c.err, c.want)
		}
	}
}

// TestRemoteWriteCloseness: who asks for more labels is meant more closely.
func TestRemoteWriteCloseness(t *testing.T) {
	p := &remoteDriver{names: map[string]string{}}
	p.matchers = []matcher{{map[string]string{"__name__": "e", "meter": "main"}, "close"}, {map[string]string{"__name__": "e"}, "far"}}
	for want, labels := range map[string][]label{
		"close": {{[]byte("__name__"), []byte("e")}, {[]byte("meter"), []byte("main")}},
		"far":   {{[]byte("__name__"), []byte("e")}, {[]byte("meter"), []byte("side")}},
		"f":     {{[]byte("__name__"), []byte("f")}},
	} {
		for range 2 { // named, and remembered
			if got, err := p.channel(labels); got != want || err != nil {
				t.Errorf("channel = %q, %v, want %q", got, err, want)
			}
		}
	}
}

func FuzzRemoteWrite(f *testing.F) {
	f.Add(writeRequest(series{[]string{"__name__", "e", "a", "b"}, []sample{{1.5, 1772409600000}}}))
	f.Add([]byte{0x0a, 0x02, 0x12, 0x00})
	f.Fuzz(func(t *testing.T, body []byte) {
		p := &remoteDriver{names: map[string]string{}}
		values, err := p.values(body)
		if err != nil {
			return
		}
		for _, v := range values {
			if v.T == 0 || v.V != v.V && v.Q.Counts() || len(v.Channel) > 8*len(body)+8 {
				t.Fatalf("%+v", v)
			}
		}
		again, err := p.values(bytes.Clone(body))
		if err != nil || !sameValues(values, again) {
			t.Fatalf("read once as %v, then as %v, %v", values, again, err)
		}
	})
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

func (nowhere) Accept(context.Context, reading.Batch) (reading.Receipt, error) {
	return reading.Receipt{}, nil
}

// BenchmarkRemoteWrite takes posts of 5,000 series with two samples each in, up
// to the sink.
func BenchmarkRemoteWrite(b *testing.B) {
	const number = 5000
	var file strings.Builder
	file.WriteString("[device]\nprotocol = \"remotewrite\"\nmax_rate = 1000000\n")
	points := map[string]Point{}
	var all []series
	for i := range number {
		id := fmt.Sprintf("p%d", i)
		fmt.Fprintf(&file, "[[channel]]\nmatch = {__name__ = \"reading\", point = %q}\npoint = %q\n", id, id)
		points[id] = Point{Series: reading.ID(i + 1)}
		all = append(all, series{[]string{"__name__", "reading", "instance", "10.0.0.1:9100", "job", "mine", "point", id}, []sample{{float64(i), 1772409600000}, {float64(i) + 1, 1772409601000}}})
	}
	d, err := ReadDevice("prometheus", []byte(file.String()))
	if err != nil {
		b.Fatal(err)
	}
	l, err := newLine(d, &Mine{Points: func(id string) (Point, bool) { p, ok := points[id]; return p, ok }, Sink: nowhere{}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	l.limit.SetLimit(1e12)
	r, _ := d.Receiver()
	post := Post{Body: snappy.Encode(nil, writeRequest(all...)), Header: func(string) string { return "" }}
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Receive(b.Context(), l, post); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*2*number/b.Elapsed().Seconds(), "readings/s")
}
