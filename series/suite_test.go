package series_test

import (
	"testing"

	"lingtan/reading"
	"lingtan/series"
	"lingtan/testkit"
)

func TestLite(t *testing.T) {
	testkit.Series(t, func(t *testing.T, dir string) reading.Series {
		t.Helper()
		l, err := series.OpenLite(t.Context(), series.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return l
	})
}
