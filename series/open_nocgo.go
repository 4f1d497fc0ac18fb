//go:build !cgo

package series

import (
	"context"

	"lingtan/reading"
)

// Open opens the best engine this build has: SQLite, for DuckDB needs cgo.
func Open(ctx context.Context, o Options) (reading.Series, error) { return OpenLite(ctx, o) }
