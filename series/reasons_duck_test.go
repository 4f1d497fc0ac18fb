//go:build cgo

package series

import "testing"

func TestDuckOpensPlain(t *testing.T) {
	opensPlain(t, plainFolder(t, "duckdb", "readings.duckdb", plainTables, func(v float64) any { return v }), openDuck)
}
