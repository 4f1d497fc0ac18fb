package series

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// plainRow is a row of the segments written before reasons were kept.
type plainRow struct {
	Series int64   `parquet:"series,dict,zstd"`
	T      int64   `parquet:"t,delta,zstd"`
	V      float64 `parquet:"v,plain,zstd"`
	Q      int32   `parquet:"q,dict,zstd"`
	Seq    int64   `parquet:"seq,delta,zstd"`
	Recv   int64   `parquet:"recv,delta,zstd"`
}

// The tables of before reasons were kept, as each engine had them.
const plainTables = `
CREATE TABLE hot (arr BIGINT NOT NULL, series BIGINT NOT NULL, t BIGINT NOT NULL, recv BIGINT NOT NULL,
  v DOUBLE NOT NULL, q UTINYINT NOT NULL, seq BIGINT NOT NULL);
CREATE TABLE last (series BIGINT NOT NULL, t BIGINT NOT NULL, recv BIGINT NOT NULL, v DOUBLE NOT NULL, q UTINYINT NOT NULL, seq BIGINT NOT NULL);`

const plainTablesLite = `
CREATE TABLE hot (arr INTEGER PRIMARY KEY, series INTEGER NOT NULL, t INTEGER NOT NULL, recv INTEGER NOT NULL,
  v INTEGER NOT NULL, q INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE last (series INTEGER PRIMARY KEY, t INTEGER NOT NULL, recv INTEGER NOT NULL, v INTEGER NOT NULL, q INTEGER NOT NULL, seq INTEGER NOT NULL);`

// plainReadings are what such a folder holds: one in a sealed month and among
// the last, one hot.
func plainReadings() []reading.Reading {
	sealed := reading.Reading{Series: 1, T: monday - 40*24*reading.HourMS, Recv: 5, V: 1.5, Seq: 3}
	hot := reading.Reading{Series: 2, T: monday, Recv: 6, V: -2.25, Q: reading.Suspect, Seq: 4}
	return []reading.Reading{sealed, hot}
}

// plainFolder makes a folder as it was, the database by the engine's own words.
func plainFolder(t *testing.T, driver, file, tables string, value func(float64) any) string {
	t.Helper()
	dir, rs := t.TempDir(), plainReadings()
	db, err := sql.Open(driver, filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	hot, sealed := rs[1], rs[0]
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(tables)
	run("INSERT INTO hot VALUES (2, ?, ?, ?, ?, ?, ?)", int64(hot.Series), hot.T, hot.Recv, value(hot.V), int64(hot.Q), hot.Seq)
	run("INSERT INTO last VALUES (?, ?, ?, ?, ?, ?)", int64(sealed.Series), sealed.T, sealed.Recv, value(sealed.V), int64(sealed.Q), sealed.Seq)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	plainSegment(t, dir, sealed)
	return dir
}

func plainSegment(t *testing.T, dir string, r reading.Reading) {
	t.Helper()
	const name = "2024-12.1.parquet"
	if err := os.MkdirAll(filepath.Join(dir, "segments"), 0o750); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "segments", name)
	rows := []plainRow{{int64(r.Series), r.T, r.V, int32(r.Q), r.Seq, r.Recv}}
	if err := parquet.WriteFile(path, rows); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	err = Catalog(dir).Add(t.Context(), reading.Segment{
		Name: name, SHA256: hex.EncodeToString(sum[:]), Month: "2024-12", From: r.T, To: r.T, Rows: 1, Series: 1, UptoArrival: 1, Clean: true,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// opensPlain checks that a folder of before reasons were kept opens, answers as
// it did, takes reasons from then on, and mixes segments of both sorts.
func opensPlain(t *testing.T, dir string, open func(*testing.T, string) reading.Series) {
	t.Helper()
	want := plainReadings()
	late := reading.Reading{Series: 1, T: want[0].T + 60_000, Recv: 7, V: 3, Seq: 9, Why: reading.CameLate}
	for _, step := range []func(reading.Series){
		func(reading.Series) {},
		func(s reading.Series) {
			if err := s.Append(t.Context(), reading.Batch{Readings: []reading.Reading{late}}); err != nil {
				t.Fatal(err)
			}
			want = slices.Insert(want, 1, late)
		},
		func(s reading.Series) {
			if _, err := s.Seal(t.Context(), monday-20*24*reading.HourMS); err != nil {
				t.Fatal(err)
			}
		},
	} {
		s := open(t, dir)
		step(s)
		plainAnswers(t, s, want)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func plainAnswers(t *testing.T, s reading.Series, want []reading.Reading) {
	t.Helper()
	var got []reading.Reading
	for r, err := range s.Scan(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Scan = %+v, want %+v", got, want)
	}
	last, err := s.Latest(t.Context(), nil)
	if wanted := want[len(want)-2:]; err != nil || !slices.Equal(last, wanted) {
		t.Errorf("Latest = %+v, %v, want %+v", last, err, wanted)
	}
	sums := 0.0
	for sum, err := range s.(Summer).Sums(t.Context(), reading.Query{From: want[0].T - 2*reading.HourMS, To: want[0].T + 2*reading.HourMS}) {
		if err != nil {
			t.Fatal(err)
		}
		n, _ := sum.Sum.Int64()
		sums += float64(n) / 1e9
	}
	if before := map[int]float64{2: 1.5, 3: 4.5}[len(want)]; sums != before {
		t.Errorf("Sums = %v, want %v", sums, before)
	}
}

func TestLiteOpensPlain(t *testing.T) {
	dir := plainFolder(t, "sqlite", "readings.sqlite", plainTablesLite, func(v float64) any { return int64(math.Float64bits(v)) })
	opensPlain(t, dir, openLite)
}
