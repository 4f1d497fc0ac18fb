package series

import (
	"context"
	"fmt"
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

// best is the order of the rows of a hot table, as reading.Compare; the last
// ties, NaN payloads and the sign of zero, are settled in Go.
const best = "series, t, q, seq DESC, v DESC"

// Sum is the plain sum of a series' hour: of its counted values, exact.
type Sum struct {
	Series reading.ID
	Hour   int64 // hours since 1970
	N      int64
	Sum    reading.Wide // nano
}
