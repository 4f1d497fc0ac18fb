//go:build cgo

package series_test

import (
	"testing"

	"lingtan/reading"
	"lingtan/series"
	"lingtan/testkit"
)

func TestDuck(t *testing.T) {
	testkit.Series(t, func(t *testing.T, dir string) reading.Series {
		t.Helper()
		d, err := series.OpenDuck(t.Context(), series.Options{Dir: dir, MemoryMB: 512})
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}
