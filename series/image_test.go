//go:build cgo

package series_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lingtan/reading"
	"lingtan/series"
)

// kind is an engine as an image sees it.
type kind struct {
	name string
	open func(context.Context, series.Options) (reading.Series, error)
	load func(context.Context, series.Options, func(string) (series.ImageFile, error)) error
}

func kinds() []kind {
	return []kind{
		{"duck", func(ctx context.Context, o series.Options) (reading.Series, error) { return series.OpenDuck(ctx, o) }, series.LoadDuck},
		{"lite", func(ctx context.Context, o series.Options) (reading.Series, error) { return series.OpenLite(ctx, o) }, series.LoadLite},
	}
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// state is everything an engine answers.
type state struct {
	readings []reading.Reading
	hours    []reading.Hour
	latest   []reading.Reading
	dirty    reading.Dirty
	mark     reading.Mark
}

func stateOf(t *testing.T, e reading.Series) (s state) {
	t.Helper()
	all := reading.Query{From: -reading.Forever, To: reading.Forever}
	for r, err := range e.Scan(t.Context(), all) {
		if err != nil {
			t.Fatal(err)
		}
		if math.IsNaN(r.V) {
			r.V, r.Why = 0, r.Why|1<<31 // NaN is not equal to itself
		}
		s.readings = append(s.readings, r)
	}
	for h, err := range e.Hours(t.Context(), all) {
		if err != nil {
			t.Fatal(err)
		}
		s.hours = append(s.hours, h)
	}
	var err error
	if s.latest, err = e.Latest(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if s.dirty, err = e.Dirty(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	if s.mark, _, err = e.Mark(t.Context(), "gw"); err != nil {
		t.Fatal(err)
	}
	return s
}

// batch is some hours of readings from an instant on, with what engines like to lose.
func batch(from time.Time, hours int) reading.Batch {
	var b reading.Batch
	for i := range hours * 4 {
		at := from.Add(time.Duration(i) * 15 * time.Minute).UnixMilli()
		for id := reading.ID(1); id <= 3; id++ {
			b.Readings = append(b.Readings, reading.Reading{Series: id, T: at, V: float64(i) / 3, Seq: int64(i), Recv: at + 5})
		}
	}
	at := from.UnixMilli()
	b.Readings = append(b.Readings,
		reading.Reading{Series: 9, T: at, V: math.Copysign(0, -1)}, reading.Reading{Series: 9, T: at + 1, V: math.NaN(), Q: reading.Bad, Why: 3},
		reading.Reading{Series: 9, T: at + 2, V: math.MaxFloat64}, reading.Reading{Series: 9, T: at, V: 1, Seq: 7})
	b.Marks = []reading.Mark{{Key: "gw", Pos: at, Note: "读到这里"}}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestImage copies each engine at work into each: what it held at the instant
// is there, what came later is not, however much was sealed in between.
func TestImage(t *testing.T) {
	may, june := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, from := range kinds() {
		for _, to := range kinds() {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				ctx, dir, copied := t.Context(), t.TempDir(), t.TempDir()
				e, err := from.open(ctx, series.Options{Dir: dir, MemoryMB: 256})
				must(t, err)
				defer e.Close()
				april := may.AddDate(0, -1, 0)
				must(t, e.Append(ctx, batch(april, 48)))
				must(t, e.PutHours(ctx, reading.Write{Hours: []reading.Hour{{Series: 1, Hour: april.Unix() / 3600, Amount: 5, CoveredMS: 3600_000, N: 4, Flags: 1}}, Upto: 100}))
				if _, err := e.Seal(ctx, may.UnixMilli()); err != nil {
					t.Fatal(err)
				}
				must(t, e.Append(ctx, batch(may, 48)))
				want := stateOf(t, e)

				release := e.(series.Imaged).Still()
				image, err := e.(series.Imaged).Image(ctx)
				release()
				must(t, err)
				must(t, e.Append(ctx, batch(may.AddDate(0, 0, 9), 24)))
				if _, err := e.Seal(ctx, june.UnixMilli()); err != nil {
					t.Fatal(err)
				}
				if image.Arrived() != int64(len(want.readings)) {
					t.Errorf("an image of %d readings, %d had arrived", image.Arrived(), len(want.readings))
				}
				files := map[string][]byte{}
				for _, name := range series.ImageFiles() {
					var out bytes.Buffer
					must(t, image.Write(ctx, name, &out))
					files[name] = out.Bytes()
				}
				must(t, image.Close())

				copySegments(t, dir, copied)
				open := func(name string) (series.ImageFile, error) { return memory{bytes.NewReader(files[name])}, nil }
				must(t, to.load(ctx, series.Options{Dir: copied, MemoryMB: 256}, open))
				back, err := to.open(ctx, series.Options{Dir: copied, MemoryMB: 256})
				must(t, err)
				defer back.Close()
				if got := stateOf(t, back); !reflect.DeepEqual(got, want) {
					t.Errorf("%d readings, %d hours, dirty %+v, mark %+v came back, want %d, %d, %+v, %+v",
						len(got.readings), len(got.hours), got.dirty, got.mark, len(want.readings), len(want.hours), want.dirty, want.mark)
				}
				must(t, back.Append(ctx, batch(june, 2))) // and it goes on
			})
		}
	}
}

// copySegments takes along the segments that the catalogue had at the instant:
// April alone.
func copySegments(t *testing.T, from, to string) {
	t.Helper()
	list, err := series.Catalog(from).List(t.Context())
	must(t, err)
	must(t, os.MkdirAll(filepath.Join(to, "segments"), 0o750))
	for _, s := range list {
		if s.Month != "2026-04" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(from, "segments", s.Name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(to, "segments", s.Name), data, 0o600))
		must(t, series.Catalog(to).Add(t.Context(), s))
	}
}

// TestLoadRefuses loads what is no image, and leaves an engine that is empty.
func TestLoadRefuses(t *testing.T) {
	for _, k := range kinds() {
		for _, spoilt := range []string{"state.json", "hot.parquet"} {
			dir := t.TempDir()
			open := func(name string) (series.ImageFile, error) {
				if name == spoilt || name != "state.json" {
					return memory{bytes.NewReader([]byte(strings.Repeat("scrap", 40)))}, nil
				}
				return memory{bytes.NewReader([]byte(`{"arrived":1}`))}, nil
			}
			if err := k.load(t.Context(), series.Options{Dir: dir, MemoryMB: 128}, open); err == nil || !strings.Contains(err.Error(), spoilt) {
				t.Errorf("%s took scrap for %s: %v", k.name, spoilt, err)
			}
		}
	}
}

var _ io.Closer = memory{}
