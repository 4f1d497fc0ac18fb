//go:build cgo

package series

import (
	"context"

	"lingtan/reading"
)

// Open opens the best engine this build has: DuckDB.
func Open(ctx context.Context, o Options) (reading.Series, error) { return OpenDuck(ctx, o) }

// Load makes the database of the engine that Open opens.
func Load(ctx context.Context, o Options, open func(name string) (ImageFile, error)) error {
	return LoadDuck(ctx, o, open)
}
