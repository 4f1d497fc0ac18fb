package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"lingtan/reading"
)

// FuzzLines: whatever the bytes, the splitter ends, tells rows in order, and
// does not depend on how the bytes arrive; what is plain CSV of equal rows comes
// out as encoding/csv has it.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a,b\r\n\"1\n,\",2", "a\n\"", "a,b\n\"\"\"\",2\n", "\n\n,\n", "a\n\"1\"x\n\"\n"} {
		f.Add([]byte(s))
	}
	d := Dialect{Delimiter: ',', Header: true}
	f.Fuzz(func(t *testing.T, in []byte) {
		got := cellsOf(t, bytes.NewReader(in), d)
		if slow := cellsOf(t, iotest.HalfReader(bytes.NewReader(in)), d); !slices.Equal(got, slow) {
			t.Fatalf("%q read slowly, %q at once", slow, got)
		}
		if bytes.ContainsAny(in, "\r\xef") { // encoding/csv has its own ideas of a lone \r
			return
		}
		r := csv.NewReader(bytes.NewReader(in))
		want, err := r.ReadAll()
		if err != nil || len(want) == 0 || len(want[0]) > MaxColumns {
			return
		}
		for i, row := range want[1:] {
			if _, cells, _ := strings.Cut(got[i], ":"); cells != strings.Join(row, "|") {
				t.Fatalf("row %d is %q, encoding/csv has %q", i, got[i], row)
			}
		}
	})
}

// FuzzMapping: a mapping is read or refused with a place, never a panic.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(longMapping))
	f.Add([]byte(strings.Replace(wideMapping, "%s", "delimiter = \"tab\"", 1)))
	f.Add([]byte("[mapping]\nkind=\"filings\"\n[filing]\nsource=\"a\"\n[filing.fixed]\nmonth=\"2024-06\"\n"))
	f.Add([]byte("[[time]]\n[long]\nlong=1\n[[long]]"))
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := ParseMapping("m.toml", in)
		if err != nil {
			return
		}
		if m.Kind == KindReadings {
			d, err := newDecoder(m, []string{"t", "p", "v", "q"}, points(t, []string{"main", "kWh"}), "a.csv")
			if err == nil {
				d.row(Row{Number: 2, Cells: [][]byte{[]byte("2024-01-01 00:00"), []byte("main"), []byte("1"), nil}})
			}
		}
	})
}

// FuzzClock: what is read lies where meters' files lie, whatever the layout.
func FuzzClock(f *testing.F) {
	f.Add("yyyy-MM-dd HH:mm:ss", "2024-06-01 08:00:00.5", false)
	f.Add("d/m/yyyy H:MM", "31/12/2018 0:00", true)
	f.Add("yyyyMMddHHmmssSSS", "20240601080000123", false)
	f.Add("excel", "45444.5", true)
	f.Add("rfc3339", "2024-06-01T08:00:00+08:00", false)
	f.Fuzz(func(t *testing.T, spelling, in string, midnight bool) {
		l, err := compile(spelling)
		if err != nil {
			return
		}
		zone, err := time.LoadLocation("Europe/Warsaw")
		if err != nil {
			t.Fatal(err)
		}
		c := clock{zone: zone, layouts: []layout{l}, midnight: midnight}
		first, bad := c.read([]byte(in))
		if bad != nil {
			return
		}
		if last := time.Date(lastYear+1, 1, 2, 0, 0, 0, 0, time.UTC).UnixMilli(); first < reading.Oldest || first > last {
			t.Fatalf("%q as %s is %s", in, spelling, time.UnixMilli(first).UTC())
		}
		if again, _ := c.read([]byte(in)); again != first {
			t.Fatalf("%q as %s is %d, then %d", in, spelling, first, again)
		}
	})
}

// FuzzTables: bytes that call themselves a workbook or a Parquet file are read
// or refused, never a panic.
func FuzzTables(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("PAR1\x15\x00\x15\x00PAR1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		path := write(t, "a.bin", string(in))
		s, err := look(t.Context(), path, 1<<20, func(int64) {})
		if err != nil {
			return
		}
		table, err := s.open(Dialect{Format: Auto, Encoding: Auto, Delimiter: ',', Header: true}, func(int64) {})
		if err != nil {
			return
		}
		defer table.Close()
		for range 100 {
			_, err := table.Next()
			var bad *Malformed
			if errors.Is(err, io.EOF) || err != nil && !errors.As(err, &bad) {
				return
			}
		}
	})
}
