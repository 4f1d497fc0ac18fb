//go:build cgo

package series

import (
	"context"

	"lingtan/reading"
)

// Open opens the best engine this build has: DuckDB.
func Open(ctx context.Context, o Options) (reading.Series, error) { return OpenDuck(ctx, o) }
