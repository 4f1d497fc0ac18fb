package export

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	_ "time/tzdata" // the mine's zone, wherever the tests run

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
	"lingtan/site"
)

const text = `
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

[[point]]
id = "power"
name = "功率"
org = "mine"
kind = "gauge"
unit = "kW"
step = "15 s"

[[point]]
id = "flow"
name = "流量"
org = "mine"
kind = "gauge"
unit = "Nm3/min"
step = "15 s"

[[point]]
id = "methane"
name = "甲烷"
org = "mine"
kind = "gauge"
unit = "%"
step = "15 s"

[[gas]]
id = "pure"
name = "纯量"
org = "mine"
flow = "flow"
concentration = "methane"
`

// book is readings and hours in memory, in order.
type book struct {
	readings []reading.Reading
	hours    []reading.Hour
}

func (b book) Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		for _, r := range b.readings {
			if ctx.Err() != nil {
				yield(reading.Reading{}, ctx.Err())
				return
			}
			if slices.Contains(q.Series, r.Series) && r.T >= q.From && r.T < q.To && !yield(r, nil) {
				return
			}
		}
	}
}

func (b book) Hours(_ context.Context, q reading.Query) iter.Seq2[reading.Hour, error] {
	return func(yield func(reading.Hour, error) bool) {
		for _, h := range b.hours {
			if slices.Contains(q.Series, h.Series) && !yield(h, nil) {
				return
			}
		}
	}
}

func open(tb testing.TB, b book) Mine {
	tb.Helper()
	s, err := site.Parse("mine.toml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	numbers := map[string]reading.ID{"power": 1, "flow": 2, "methane": 3, "pure": 4}
	return Mine{Site: s, Series: b, Number: func(point string) (reading.ID, bool) { id, ok := numbers[point]; return id, ok }}
}

// in is a file read back.
func in[R any](t *testing.T, m Mine, r Request) []R {
	t.Helper()
	var out bytes.Buffer
	n, err := m.Write(t.Context(), &out, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[R](bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || int64(len(rows)) != n {
		t.Fatalf("%d rows were written, %d read, %v", n, len(rows), err)
	}
	return rows
}

const hour = reading.HourMS

// TestReadings writes all that was sent, to the bit, and settled ones alone.
func TestReadings(t *testing.T) {
	all := []reading.Reading{
		{Series: 1, T: hour, V: 5, Seq: 2, Recv: hour + 7},
		{Series: 1, T: hour, V: 4, Seq: 1, Recv: hour + 5},
		{Series: 1, T: hour + 1, V: math.Copysign(0, -1), Q: reading.Manual},
		{Series: 1, T: hour + 2, V: math.Float64frombits(0x7ff8_0000_dead_beef), Q: reading.Bad, Why: reading.NotNumber | reading.DeviceFault},
		{Series: 1, T: 9 * hour, V: 1, Q: reading.Quarantined},
		{Series: 2, T: hour, V: 1},
	}
	m := open(t, book{readings: all})
	got := in[Row](t, m, Request{What: Readings, Points: []string{"flow", "power"}, From: hour, To: 9 * hour})
	want := []Row{
		{"power", hour, 5, "kW", "good", "", 2, hour + 7},
		{"power", hour, 4, "kW", "good", "", 1, hour + 5},
		{"power", hour + 1, math.Copysign(0, -1), "kW", "manual", "", 0, 0},
		{"power", hour + 2, all[3].V, "kW", "bad", "device_fault,not_number", 0, 0},
		{"flow", hour, 1, "Nm3/min", "good", "", 0, 0},
	}
	if !slices.EqualFunc(got, want, func(a, b Row) bool {
		same := math.Float64bits(a.Value) == math.Float64bits(b.Value)
		a.Value, b.Value = 0, 0
		return same && a == b
	}) {
		t.Errorf("readings are\n%+v, want\n%+v", got, want)
	}
	settled := in[Row](t, m, Request{What: Settled, Points: []string{"power"}, From: 0, To: 10 * hour})
	if len(settled) != 2 || settled[0] != want[0] || settled[1].Quality != "manual" {
		t.Errorf("settled are %+v", settled)
	}
}

// TestHours writes amounts as they stand and exactly.
func TestHours(t *testing.T) {
	m := open(t, book{hours: []reading.Hour{
		{Series: 1, Hour: 3, Amount: -2e9, CoveredMS: hour},
		{Series: 4, Hour: 3, Amount: 1_500_000_001, CoveredMS: hour / 2, Flags: reading.Estimated | reading.Contested},
	}})
	got := in[HourRow](t, m, Request{What: Hours, Points: []string{"pure", "power"}, From: 0, To: 9 * hour})
	want := []HourRow{
		{"power", 3 * hour, -2, -2e9, "kW.h", 1, ""},
		{"pure", 3 * hour, 1.500000001, 1_500_000_001, "Nm3", 0.5, "estimated,contested"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("hours are\n%+v, want\n%+v", got, want)
	}
}

// TestStream makes sure that a file leaves while it is made.
func TestStream(t *testing.T) {
	var many []reading.Reading
	for i := range 3*groupRows + 5 {
		many = append(many, reading.Reading{Series: 1, T: int64(i), V: float64(i)})
	}
	m := open(t, book{readings: many})
	count := &meter{}
	in := book{readings: many}
	m.Series = watched{in, func() { count.mid = append(count.mid, count.n) }}
	var told []Progress
	rows, err := m.Write(t.Context(), count, Request{What: Readings, Points: []string{"flow", "power"}, From: 0, To: 1 << 40}, func(p Progress) { told = append(told, p) })
	if err != nil || rows != int64(len(many)) || len(told) != 1 || told[0] != (Progress{"power", 0, 2, 0}) {
		t.Fatalf("%d rows, %v, told %+v", rows, err, told)
	}
	if n := len(count.mid); n != 3 || count.mid[0] != 0 || count.mid[1] == 0 || count.mid[1] >= count.mid[2] || count.mid[2] >= count.n {
		t.Errorf("of %d bytes there were %v while it was read", count.n, count.mid)
	}
}

// watched looks on while readings are taken, at every group of rows and a bit.
type watched struct {
	book
	look func()
}

func (w watched) Scan(ctx context.Context, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		n := 0
		for r, err := range w.book.Scan(ctx, q) {
			if n++; n%(groupRows+2*batchRows) == 1 {
				w.look()
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

type meter struct {
	n   int64
	mid []int64
}

func (m *meter) Write(p []byte) (int, error) { m.n += int64(len(p)); return len(p), nil }

// TestEndings stops when nobody waits any more, and tells what can not be written.
func TestEndings(t *testing.T) {
	m := open(t, book{readings: []reading.Reading{{Series: 1, T: 1}}})
	r := Request{What: Readings, Points: []string{"power"}, From: 0, To: hour}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Write(ctx, io.Discard, r, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := m.Write(t.Context(), full{}, r, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestRefusals tells everything that is wrong with a request, and writes nothing.
func TestRefusals(t *testing.T) {
	m := open(t, book{})
	for _, c := range []struct {
		name string
		Request
		want []string
	}{
		{"nothing", Request{}, []string{`cannot export ""`, "the end is not after", "no point is named"}},
		{"unknown", Request{What: Hours, Points: []string{"power", "nowhere", "power"}, To: 1}, []string{`no point "nowhere"`, "power is named twice"}},
		{"a gas", Request{What: Settled, Points: []string{"pure"}, To: 1}, []string{"pure is worked out from other points"}},
	} {
		count := &meter{}
		_, err := m.Write(t.Context(), count, c.Request, nil)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) || count.n > 0 {
				t.Errorf("%s: %v and %d bytes, want %q", c.name, err, count.n, want)
			}
		}
	}
	if got := (Request{What: Hours, From: 0, To: hour}).Name("beigou"); got != "beigou.hours.19700101T0000Z-19700101T0100Z.parquet" {
		t.Errorf("the file is called %s", got)
	}
}
