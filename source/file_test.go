package source

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

const longMapping = goodMapping + `
[long]
point = "p"
value = "v"
quality = "q"
unit = "MWh"
points = { "1号主变" = "main" }
[quality]
good = ["N", "正常"]
suspect = "?"
bad = ["F"]
`

// hours writes n rows of two points, with a bad row now and then.
func hours(n int) string {
	var b strings.Builder
	b.WriteString("t,p,v,q\n")
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		point, value := "1号主变", fmt.Sprint(i)
		if i%2 == 1 {
			point = "spare"
		}
		if i%97 == 50 {
			value = "x" + value
		}
		fmt.Fprintf(&b, "%s,%s,%s,N\n", start.Add(time.Duration(i/2)*time.Hour).Format("2006-01-02 15:04"), point, value)
	}
	return b.String()
}

func job(tb testing.TB, path string, sink *book) Import {
	tb.Helper()
	return Import{
		Path: path, Mapping: mapping(tb, longMapping), Sink: sink, Marks: sink, Now: time.Now, Batch: 100, Lang: lang.EN,
		Points: points(tb, []string{"main", "kWh"}, []string{"spare", "kWh"}),
	}
}

// listOf reads a list of errors.
func listOf(tb testing.TB, path string) [][]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestDryRun(t *testing.T) {
	path := write(t, "a.csv", hours(300))
	sink := &book{}
	im := job(t, path, sink)
	im.DryRun = true
	r, err := im.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sink.accepts != 0 || r.Delivered != 0 {
		t.Error("something was written")
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if r.Rows != 300 || r.Readings != 297 || r.Rejected != 3 || len(r.Examples) != 3 || len(r.Preview) != previewRows {
		t.Errorf("%+v, %d examples, %d preview rows, want 300 rows, 297 readings, 3 rejected", r.Tally, len(r.Examples), len(r.Preview))
	}
	second := r.Preview[1]
	want := Understanding{Point: "spare", At: r.Preview[0].Cells[0].At, Value: 1000, Unit: "kWh", Quality: "good"}
	if second.Row != 3 || len(second.Cells) != 1 || second.Cells[0] != want {
		t.Errorf("row %d was understood as %+v, want %+v", second.Row, second.Cells, want)
	}
	if said := r.Fault(r.Examples[0]).In(lang.EN); !strings.Contains(said, "a.csv, row 52, v: read \"x50\", expected a number") {
		t.Errorf("said %q", said)
	}
}

// TestOneBadRow: whatever a row holds, the others come in.
func TestOneBadRow(t *testing.T) {
	for _, c := range []struct {
		name, row string
		column    string // "" is no reject
		do        string
	}{
		{"no number", "2024-01-01 01:00,main,many,N", "v", "missing in the mapping"},
		{"no time", "yesterday,main,1,N", "t", "layouts"},
		{"the other order of a date", "01/02/2024 01:00,main,1,N", "t", "layouts"},
		{"unknown quality", "2024-01-01 01:00,main,1,X", "v", "[quality]"},
		{"unknown point", "2024-01-01 01:00,elsewhere,1,N", "p", "define it in the site file"},
		{"a comma too many", "2024-01-01 01:00,main,1,5,N", "", "quote cells that hold a comma"},
		{"undecodable", "2024-01-01 01:00,main,\xff\xfe\xfa,N", "v", "correct the cell"},
		{"a quote", "2024-01-01 01:00,\"main,1,N", "", "close the quote"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "t,p,v,q\n2024-01-01 00:00,main,1,N\n" + c.row + "\n2024-01-01 02:00,main,2,\n2024-01-01 03:00,main,--,N\n"
			sink := &book{}
			r, err := job(t, write(t, "a.csv", text), sink).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(sink.readings) != 2 || sink.readings[1].V != 2000 || r.Missing != 1 || r.Rejected+r.Unknown != 1 {
				t.Fatalf("readings %+v, %+v, want 2 readings, 1 missing, 1 rejected", sink.readings, r.Tally)
			}
			listed := listOf(t, r.RejectsFile)
			if len(listed) != 2 || listed[1][1] != "3" || listed[1][2] != c.column || !strings.Contains(listed[1][5], c.do) {
				t.Errorf("listed %q, want row 3, column %q, %q", listed, c.column, c.do)
			}
		})
	}
}

// TestUnknownPoints are told once each, with their count.
func TestUnknownPoints(t *testing.T) {
	text := "t,p,v,q\n" + strings.Repeat("2024-01-01 00:00,a,1,N\n2024-01-01 00:00,b,1,N\n2024-01-01 00:00,weight,1,N\n", 5)
	im := job(t, write(t, "a.csv", text), &book{})
	im.Points = points(t, []string{"main", "kWh"}, []string{"weight", "t"})
	r, err := im.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Unknowns) != 3 || r.Unknowns[0].Point != "a" || r.Unknowns[0].Rows != 5 || r.Unknown != 15 || len(listOf(t, r.RejectsFile)) != 4 {
		t.Errorf("%+v, want a, b and weight with 5 rows each, listed once", r.Unknowns)
	}
	if said := r.Unknowns[2].Reason.EN; !strings.Contains(said, "wrong dimension: read MWh, expected t") {
		t.Errorf("said %q of a point of another dimension", said)
	}
}

// TestQuality carries the file's marks over.
func TestQuality(t *testing.T) {
	text := "t,p,v,q\n2024-01-01 00:00,main,1,正常\n2024-01-01 01:00,main,1,?\n2024-01-01 02:00,main,1,F\n2024-01-01 03:00,main,1,\n"
	sink := &book{}
	if _, err := job(t, write(t, "a.csv", text), sink).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []reading.Quality{reading.Good, reading.Suspect, reading.Bad, reading.Good} {
		if sink.readings[i].Q != want {
			t.Errorf("row %d has quality %d, want %d", i+2, sink.readings[i].Q, want)
		}
	}
}

// TestStamp moves what a file stamps at an interval's start to the end, where
// the point is stamped with it, and back.
func TestStamp(t *testing.T) {
	for _, c := range []struct {
		file, interval, point string
		want                  time.Duration
	}{
		{"start", "", "end", 15 * time.Minute}, // of the point's step
		{"start", `interval = "5 min"`, "end", 5 * time.Minute},
		{"end", "", "start", -15 * time.Minute},
		{"end", "", "end", 0},
		{"start", "", "", 0}, // a momentary value has no interval
	} {
		m := mapping(t, strings.Replace(goodMapping, "[time]", "[time]\nstamp = \""+c.file+"\"\n"+c.interval, 1)+"[[column]]\nname = \"v\"\npoint = \"main\"\n")
		sink := &book{}
		_, err := Import{
			Path: write(t, "a.csv", "t,v\n2024-06-01 08:00,1\n"), Mapping: m, Sink: sink, Now: time.Now,
			Points: points(t, []string{"main", "kWh", c.point}),
		}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := time.UnixMilli(sink.readings[0].T).Sub(time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)); got != c.want {
			t.Errorf("a %s stamp for a point stamped %q moved by %s, want %s", c.file, c.point, got, c.want)
		}
	}
}

// TestGoesBack warns of the midnight trap where the mapping does not tell it.
func TestGoesBack(t *testing.T) {
	m := mapping(t, goodMapping+"[[column]]\nname = \"v\"\npoint = \"main\"\n")
	_, r, err := bring(t, write(t, "a.csv", "t,v\n2024-06-01 23:45,1\n2024-06-01 00:00,1\n2024-06-02 00:15,1\n"), m)
	if err != nil {
		t.Fatal(err)
	}
	want := `the times of point main go back 1 times, first at row 3 (last is 2024-06-02 00:15:00); where 0:00 ends its day write midnight = "same_day", and check the order of day and month`
	if len(r.Warnings) != 1 || r.Warnings[0].EN != want || !strings.Contains(r.Warnings[0].ZH, "从第 3 行起 1 次倒退") {
		t.Errorf("warned %q, want %q", r.Warnings, want)
	}
}

type sinkFunc func(context.Context, reading.Batch) (reading.Receipt, error)

func (f sinkFunc) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	return f(ctx, b)
}

// TestRagged warns of a last row without its line end.
func TestRagged(t *testing.T) {
	m := mapping(t, goodMapping+"[[column]]\nname = \"v\"\npoint = \"main\"\n")
	for text, want := range map[string]int{"t,v\n2024-06-01 00:00,1.5\n": 0, "t,v\n2024-06-01 00:00,1.5": 1} {
		if _, r, err := bring(t, write(t, "a.csv", text), m); err != nil || len(r.Warnings) != want || r.Readings != 1 {
			t.Errorf("%q: %d warnings, %d readings (%v), want %d and 1", text, len(r.Warnings), r.Readings, err, want)
		}
	}
}

// TestProgress ends at the file's end, with a rate.
func TestProgress(t *testing.T) {
	path := write(t, "a.csv", hours(30_000))
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	im := job(t, path, &book{})
	im.Now = func() time.Time { now = now.Add(100 * time.Millisecond); return now }
	var told []Progress
	im.Progress = func(p Progress) { told = append(told, p) }
	r, err := im.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := told[len(told)-1]
	if len(told) < 3 || last.Phase != "import" || last.Bytes != r.Bytes || last.Of != r.Bytes || last.Rate <= 0 {
		t.Errorf("told %d times, last %+v of %d bytes", len(told), last, r.Bytes)
	}
}

// TestRejectsHaveALimit: beyond it they are counted and not listed.
func TestRejectsHaveALimit(t *testing.T) {
	im := job(t, write(t, "a.csv", "t,p,v,q\n"+strings.Repeat("2024-01-01 00:00,main,=cmd(),N\n", 50)), &book{})
	im.MaxRejects = 10
	r, err := im.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	listed := listOf(t, r.RejectsFile)
	if r.Rejected != 50 || len(listed) != 11 || listed[1][3] != "'=cmd()" {
		t.Errorf("%d rejected, %d listed, %q, want 50, 10 and the head, and no formula", r.Rejected, len(listed), listed[1])
	}
}

// TestSumIsExact adds tenths as tenths.
func TestSumIsExact(t *testing.T) {
	m := mapping(t, goodMapping+"[[column]]\nname = \"v\"\npoint = \"main\"\n")
	_, r, err := bring(t, write(t, "a.csv", "t,v\n"+strings.Repeat("2024-06-01 00:00,0.1\n", 1000)), m)
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Points[0]; !s.Sum.Equal(quantity.MustParse("100 kWh")) || s.Same != 999 {
		t.Errorf("sum %s of %d repeated stamps, want 100 kWh of 999", s.Sum, s.Same)
	}
}

// TestRejectsCannotBeWritten stops with what to do; run again, it goes on.
func TestRejectsCannotBeWritten(t *testing.T) {
	im := job(t, write(t, "a.csv", hours(300)), &book{})
	im.Rejects = filepath.Join(im.Path, "errors.csv") // the file is no folder
	_, err := im.Run(t.Context())
	if said := fault.Tell(err, lang.EN); !strings.Contains(said, "cannot write the list of errors") || !strings.Contains(said, "run again") {
		t.Errorf("said %q", said)
	}
	im.Rejects = ""
	if r, err := im.Run(t.Context()); err != nil || r.Readings != 297 {
		t.Errorf("run again: %d readings (%v), want 297", r.Readings, err)
	}
}
