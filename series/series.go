package series

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"

	"lingtan/reading"
)

// Options say where an engine keeps its data and what it may use.
type Options struct {
	Dir      string          // a folder of its own
	Catalog  reading.Catalog // of sealed segments; nil keeps it in Dir
	MemoryMB int             // DuckDB only; 0 means 1024
	Threads  int             // DuckDB only; 0 means all
}

func (o Options) catalog() reading.Catalog {
	if o.Catalog == nil {
		return Catalog(o.Dir)
	}
	return o.Catalog
}

func (o Options) memoryMB() int {
	if o.MemoryMB <= 0 {
		return 1024
	}
	return o.MemoryMB
}

func (o Options) threads() int {
	if o.Threads <= 0 {
		return runtime.NumCPU()
	}
	return o.Threads
}

// prepare makes the folder and reads the catalogue.
func (o Options) prepare(ctx context.Context) (*vault, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil || o.Dir == "" {
		return nil, unusable(o.Dir, fmt.Errorf("not a folder's path"))
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, unusable(dir, err)
	}
	return openVault(ctx, dir, o.catalog())
}

// Summer is what both engines also offer: plain hourly sums, fast where the
// data is known to be clean.
type Summer interface {
	Sums(ctx context.Context, q reading.Query) iter.Seq2[Sum, error]
}

var _ Summer = (*Lite)(nil)

// Sum is the plain sum of a series' hour: of its counted values, exact.
type Sum struct {
	Series reading.ID
	Hour   int64 // hours since 1970
	N      int64
	Sum    reading.Wide // nano
}

// sumBuckets takes the sums of buckets that count anything.
func sumBuckets(in iter.Seq2[reading.Bucket, error]) iter.Seq2[Sum, error] {
	return func(yield func(Sum, error) bool) {
		for b, err := range in {
			if err == nil && b.N == 0 {
				continue
			}
			if !yield(Sum{b.Series, b.Hour, int64(b.N), b.Sum}, err) || err != nil {
				return
			}
		}
	}
}
