package source

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/quantity"
)

// shape is what a recording must come out as.
type shape struct {
	rows  int64
	first string
	last  string
	sum   string // of the first column
}

// recording gives the real file where LINGTAN_REAL_DATA names a folder that
// holds it, and else one of the same shape, made up here: its licence keeps the
// real one out of this project.
func recording(t *testing.T, path string, want shape, made func() (string, shape)) (string, shape) {
	t.Helper()
	if dir := os.Getenv("LINGTAN_REAL_DATA"); dir != "" {
		return filepath.Join(dir, path), want
	}
	text, want := made()
	return write(t, filepath.Base(path), text), want
}

// steel makes a year of 15-minute rows with the trap of its model: the row that
// ends a day carries the day's own date and 0:00, and the very last is 00:00.
func steel() (string, shape) {
	var b strings.Builder
	b.WriteString("\ufeffdate,Usage_kWh,Lagging_Current_Reactive.Power_kVarh,Leading_Current_Reactive_Power_kVarh,CO2(tCO2),NSM,WeekStatus\r\n")
	random := rand.New(rand.NewPCG(2018, 15))
	sum := int64(0)
	day := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	for ; day.Year() == 2018; day = day.AddDate(0, 0, 1) {
		for q := 1; q <= 96; q++ {
			clock := fmt.Sprintf("%d:%02d", q/4%24, q%4*15)
			if q == 96 && day.YearDay() == 365 {
				clock = "00:00"
			}
			use := random.Int64N(15_000)
			sum += use
			fmt.Fprintf(&b, "%d/%d/2018 %s,%d.%02d,2.95,0,0,%d,Weekday\r\n", day.Day(), day.Month(), clock, use/100, use%100, q*900%86400)
		}
	}
	return b.String(), shape{35_040, "2018-01-01T00:15:00+09:00", "2019-01-01T00:00:00+09:00", hundredths(sum)}
}

// hundredths prints n/100 exactly.
func hundredths(n int64) string { return quantity.New(big.NewRat(n, 100), quantity.One).Number() }

// TestSteelYear reads a year whose days end at 0:00 of their own date.
func TestSteelYear(t *testing.T) {
	path, want := recording(t, "steel_industry_15min/Steel_industry_data.csv",
		shape{35_040, "2018-01-01T00:15:00+09:00", "2019-01-01T00:00:00+09:00", "959636.71"}, steel)
	sink := &book{}
	report, err := Import{
		Path: path, Mapping: mappingFile(t, "steel_15min.toml"), Sink: sink, Marks: sink, Now: time.Now,
		Points: points(t, []string{"steel-active", "kWh", "end"}), Rejects: filepath.Join(t.TempDir(), "errors.csv"),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check(t, report, want)
	for i, r := range sink.readings {
		if i > 0 && r.T-sink.readings[i-1].T != 15*60*1000 {
			t.Fatalf("row %d is %d ms behind the one above it, want 15 min", i+2, r.T-sink.readings[i-1].T)
		}
	}
}

// methane makes a recording without times, under a description that begins with @.
func methane() (string, shape) {
	var b strings.Builder
	b.WriteString("@RELATION made-up\n\n% a comment\n@ATTRIBUTE 'MM31' real\n\n@DATA\n")
	sum := int64(0)
	for i := range int64(19_096) {
		sum += 17 + i%80
		fmt.Fprintf(&b, "0.%02d,1.%d,2.%d,2.0,1.0,1076.0,0.0,1.3\n", 17+i%80, i%10, i%4)
	}
	return b.String(), shape{19_096, "2014-03-02T00:00:00+01:00", "2014-03-08T15:07:30+01:00", hundredths(sum)}
}

// TestMethaneRecording stamps rows by their number.
func TestMethaneRecording(t *testing.T) {
	path, want := recording(t, "methane_mine_polsl/methane.arff",
		shape{19_096, "2014-03-02T00:00:00+01:00", "2014-03-08T15:07:30+01:00", ""}, methane)
	sink := &book{}
	report, err := Import{
		Path: path, Mapping: mappingFile(t, "methane_arff.toml"), Sink: sink, Marks: sink, Now: time.Now,
		Points:  points(t, []string{"mm31", "%"}, []string{"mm116", "%"}, []string{"as038", "m/s"}, []string{"ba13", "kPa"}),
		Rejects: filepath.Join(t.TempDir(), "errors.csv"),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check(t, report, want)
	if v := sink.readings[3].V; v != 107.6 {
		t.Errorf("1076.0 hPa came out as %v kPa, want 107.6", v)
	}
}

func check(t *testing.T, got Report, want shape) {
	t.Helper()
	if got.Rows != want.rows || got.Rejected != 0 || got.Missing != 0 {
		t.Errorf("%d rows, %d rejected, %d missing, want %d, 0, 0", got.Rows, got.Rejected, got.Missing, want.rows)
	}
	p := got.Points[len(got.Points)-1]
	for _, s := range got.Points {
		if s.Back+s.Same > 0 {
			t.Errorf("point %s: %d stamps go back and %d repeat, want none", s.Point, s.Back, s.Same)
		}
		if s.Point == "steel-active" || s.Point == "mm31" {
			p = s
		}
	}
	at := func(x time.Time) string {
		zone, _ := time.Parse(time.RFC3339, want.first)
		return x.In(zone.Location()).Format(time.RFC3339)
	}
	if at(p.First) != want.first || at(p.Last) != want.last {
		t.Errorf("%s … %s, want %s … %s", at(p.First), at(p.Last), want.first, want.last)
	}
	if want.sum != "" && p.Sum.Number() != want.sum {
		t.Errorf("sum %s, want %s", p.Sum.Number(), want.sum)
	}
}
