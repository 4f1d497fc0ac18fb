//go:build !cgo

package series

import (
	"context"

	"lingtan/reading"
)

// Open opens the best engine this build has: SQLite, for DuckDB needs cgo.
func Open(ctx context.Context, o Options) (reading.Series, error) { return OpenLite(ctx, o) }

// Load makes the database of the engine that Open opens.
func Load(ctx context.Context, o Options, open func(name string) (ImageFile, error)) error {
	return LoadLite(ctx, o, open)
}
