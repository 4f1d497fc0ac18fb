package source

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	benchMeters  = 200
	benchMinutes = 7*24*60 + 1 // a week by the minute, both ends: 2,016,200 readings
)

// week writes 200 cumulative meters over 7 days by the minute.
func week(b *testing.B, long bool) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "week.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	if long {
		fmt.Fprintln(w, "time,point,value")
	} else {
		fmt.Fprint(w, "time")
		for m := range benchMeters {
			fmt.Fprintf(w, ",meter-%03d", m)
		}
		fmt.Fprintln(w)
	}
	start := time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC)
	for i := range benchMinutes {
		stamp := start.Add(time.Duration(i) * time.Minute).Format("2006-01-02 15:04:05")
		if !long {
			fmt.Fprint(w, stamp)
		}
		for m := range benchMeters {
			value := 100_000 + int64(m)*1000 + int64(i)*int64(3+m%7)
			if long {
				fmt.Fprintf(w, "%s,meter-%03d,%d.%02d\n", stamp, m, value/100, value%100)
			} else {
				fmt.Fprintf(w, ",%d.%02d", value/100, value%100)
			}
		}
		if !long {
			fmt.Fprintln(w)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkCSV surveys, parses and hands over the week's 2.02 M readings; the
// sink does nothing. rows/s counts readings. Parse alone is one goroutine.
func BenchmarkCSV(b *testing.B) {
	names := make([][]string, 0, benchMeters)
	wide := "[mapping]\nkind = \"readings\"\n[time]\ncolumn = \"time\"\nlayouts = [\"yyyy-MM-dd HH:mm:ss\"]\n"
	long := wide + "[long]\npoint = \"point\"\nvalue = \"value\"\n"
	for m := range benchMeters {
		names = append(names, []string{fmt.Sprintf("meter-%03d", m), "kWh"})
		wide += fmt.Sprintf("[[column]]\nname = \"meter-%03d\"\npoint = \"meter-%03d\"\nunit = \"kWh\"\n", m, m)
	}
	for _, form := range []struct {
		name, mapping string
		long          bool
	}{{"long", long, true}, {"wide", wide, false}} {
		m, err := ParseMapping("bench.toml", []byte(form.mapping))
		if err != nil {
			b.Fatal(err)
		}
		path := week(b, form.long)
		b.Run(form.name+"/parse", func(b *testing.B) { benchParse(b, path, m, points(b, names...)) })
		b.Run(form.name+"/import", func(b *testing.B) { benchImport(b, path, m, points(b, names...)) })
	}
}

func benchParse(b *testing.B, path string, m *Mapping, points Points) {
	b.Helper()
	for b.Loop() {
		s := survey{path: path, format: CSV, utf8: true}
		t, err := s.open(m.Dialect, func(int64) {})
		if err != nil {
			b.Fatal(err)
		}
		d, err := newDecoder(m, t.Columns(), points, path)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			row, err := t.Next()
			if err != nil {
				break
			}
			if d.row(row); len(d.out) >= DefaultBatch {
				n, d.out = n+len(d.out), d.out[:0]
			}
		}
		if n += len(d.out); n != benchMeters*benchMinutes {
			b.Fatalf("%d readings, want %d", n, benchMeters*benchMinutes)
		}
	}
	b.ReportMetric(float64(benchMeters*benchMinutes*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchImport(b *testing.B, path string, m *Mapping, points Points) {
	b.Helper()
	for b.Loop() {
		report, err := Import{Path: path, Mapping: m, Points: points, Sink: &void{}, Now: time.Now}.Run(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if report.Delivered != benchMeters*benchMinutes {
			b.Fatalf("%d readings, want %d", report.Delivered, benchMeters*benchMinutes)
		}
	}
	b.ReportMetric(float64(benchMeters*benchMinutes*b.N)/b.Elapsed().Seconds(), "rows/s")
}
