package series

import (
	"testing"

	"lingtan/reading"
)

func openLite(t *testing.T, dir string) reading.Series {
	t.Helper()
	l, err := OpenLite(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return l
}
