package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lingtan/quantity"
	"lingtan/reading"
)

// book is a sink that remembers, as an engine does.
type book struct {
	readings []reading.Reading
	marks    map[string]reading.Mark
	accepts  int
	dieAfter int // accepts; 0 never
}

var errKilled = errors.New("killed")

var (
	_ Sink  = (*book)(nil)
	_ Marks = (*book)(nil)
	_ Sink  = (*reading.Service)(nil)
	_ Marks = reading.Series(nil)
)

func (b *book) Accept(_ context.Context, batch reading.Batch) (reading.Receipt, error) {
	if b.dieAfter > 0 && b.accepts >= b.dieAfter {
		return reading.Receipt{}, errKilled
	}
	b.accepts++
	b.readings = append(b.readings, batch.Readings...)
	if b.marks == nil {
		b.marks = map[string]reading.Mark{}
	}
	for _, m := range batch.Marks {
		b.marks[m.Key] = m
	}
	return reading.Receipt{Accepted: len(batch.Readings)}, nil
}

func (b *book) Mark(_ context.Context, key string) (reading.Mark, bool, error) {
	m, known := b.marks[key]
	return m, known, nil
}

// points makes a site of "id unit" pairs, with series counted from 1. A third
// word is the stamp of a delta.
func points(tb testing.TB, pairs ...[]string) Points {
	tb.Helper()
	known := map[string]Point{}
	for i, p := range pairs {
		u, err := quantity.ParseUnit(p[1])
		if err != nil {
			tb.Fatal(err)
		}
		known[p[0]] = Point{Series: reading.ID(i + 1), Unit: u}
		if len(p) > 2 {
			known[p[0]] = Point{Series: reading.ID(i + 1), Unit: u, Stamp: p[2], Step: 15 * time.Minute}
		}
	}
	return func(id string) (Point, bool) {
		p, ok := known[id]
		return p, ok
	}
}

// write puts a file into a folder of the test.
func write(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// mapping reads a mapping that must be right.
func mapping(tb testing.TB, text string) *Mapping {
	tb.Helper()
	m, err := ParseMapping("mapping.toml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func mappingFile(tb testing.TB, name string) *Mapping {
	tb.Helper()
	path := filepath.Join("testdata", "mappings", name)
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	m, err := ParseMapping(path, text)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// void is a sink that takes everything and keeps nothing.
type void struct{}

func (void) Accept(_ context.Context, b reading.Batch) (reading.Receipt, error) {
	return reading.Receipt{Accepted: len(b.Readings)}, nil
}
