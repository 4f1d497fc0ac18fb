//go:build cgo

package series

import (
	"testing"

	"lingtan/reading"
	"lingtan/testkit"
)

func TestDuck(t *testing.T) { testkit.Series(t, openDuck) }

func openDuck(t *testing.T, dir string) reading.Series {
	t.Helper()
	d, err := OpenDuck(t.Context(), Options{Dir: dir, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDuckAnyWay(t *testing.T) { anyWay(t, openDuck, "12") }
