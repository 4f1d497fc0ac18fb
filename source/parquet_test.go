package source

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"lingtan/fault"
	"lingtan/lang"
)

type parquetRow struct {
	Time  time.Time `parquet:"时间,timestamp(microsecond)"`
	Value *float64  `parquet:"主变 电量,optional"`
	Note  string    `parquet:"备注"`
}

func parquetFile(tb testing.TB) string {
	tb.Helper()
	a, b := 1.5, 1.7505
	start := time.Date(2024, 5, 31, 16, 15, 0, 0, time.UTC)
	path := filepath.Join(tb.TempDir(), "a.parquet")
	err := parquet.WriteFile(path, []parquetRow{{start, &a, "正常"}, {start.Add(15 * time.Minute), &b, ""}, {start.Add(time.Hour), nil, ""}})
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestParquet(t *testing.T) {
	m := wide(t, `format = "parquet"`)
	sink, report, err := bring(t, parquetFile(t), m)
	wantMain(t, sink, err)
	if report.Missing != 1 {
		t.Errorf("%d missing, want 1", report.Missing)
	}
}

// TestDecimals spells Parquet's decimals.
func TestDecimals(t *testing.T) {
	for n, want := range map[int64]string{-5: "-0.005", 0: "0.000", 12345: "12.345"} {
		if got := string(decimalSpeller(3)(nil, parquet.Int64Value(n))); got != want {
			t.Errorf("%d·10⁻³ is spelt %s, want %s", n, got, want)
		}
	}
}

// TestParquetSpelling spells every type as a cell.
func TestParquetSpelling(t *testing.T) {
	at := time.Date(2024, 6, 1, 0, 15, 0, 250_000_000, time.UTC)
	type row struct {
		I32    int32            `parquet:"i32"`
		I64    int64            `parquet:"i64"`
		F32    float32          `parquet:"f32"`
		F64    float64          `parquet:"f64"`
		Text   string           `parquet:"text"`
		Money  int64            `parquet:"money,decimal(2:18)"`
		Small  int32            `parquet:"small,decimal(1:9)"`
		Millis time.Time        `parquet:"millis,timestamp(millisecond)"`
		Nanos  time.Time        `parquet:"nanos,timestamp(nanosecond)"`
		Old    deprecated.Int96 `parquet:"old"`
		None   *float64         `parquet:"none,optional"`
	}
	// 2024-06-01 is Julian day 2460463 (from noon); the rest is nanoseconds.
	nanos := uint64(at.Hour()*3600+at.Minute()*60+at.Second())*1e9 + uint64(at.Nanosecond())
	path := filepath.Join(t.TempDir(), "a.parquet")
	err := parquet.WriteFile(path, []row{{
		I32: -7, I64: 1 << 60, F32: 0.1, F64: 1e-7, Text: "主变", Money: -1234, Small: 5, Millis: at, Nanos: at,
		Old: deprecated.Int96{uint32(nanos), uint32(nanos >> 32), 2_460_463},
	}})
	if err != nil {
		t.Fatal(err)
	}
	table, err := openParquet(path)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	r, err := table.Next()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for i, name := range table.Columns() {
		got[name] = string(r.Cells[i])
	}
	const stamp = "2024-06-01T00:15:00.250Z"
	for name, want := range map[string]string{
		"i32": "-7", "i64": "1152921504606846976", "f32": "0.1", "f64": "1e-07", "text": "主变", "money": "-12.34", "small": "0.5",
		"millis": stamp, "nanos": stamp, "old": stamp, "none": "",
	} {
		if got[name] != want {
			t.Errorf("%s is spelt %q, want %q", name, got[name], want)
		}
	}
	if _, err := table.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("behind the last row: %v", err)
	}
}

// TestNestedParquet is refused: a list in a cell is no reading.
func TestNestedParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := parquet.WriteFile(path, []struct{ Values []float64 }{{[]float64{1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := openParquet(path); !strings.Contains(fault.Tell(err, lang.EN), "column Values is nested or repeated; export a flat table") {
		t.Errorf("said %v", err)
	}
}

// TestLocalParquet takes instants without a zone as the mapping's clock.
func TestLocalParquet(t *testing.T) {
	c := at(t, "Asia/Shanghai", stampLayouts...)
	spell := stampSpeller(time.Microsecond, false)
	text := spell(nil, parquet.Int64Value(time.Date(2024, 6, 1, 8, 0, 0, 0, time.UTC).UnixMicro()))
	ms, bad := c.read(text)
	if want := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC).UnixMilli(); bad != nil || ms != want {
		t.Errorf("%s read as %d, want %d (%v)", text, ms, want, bad)
	}
}
