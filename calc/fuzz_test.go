package calc_test

import (
	"path/filepath"
	"testing"
	_ "time/tzdata"

	"golang.org/x/tools/txtar"

	"lingtan/calc"
	"lingtan/fault"
	"lingtan/standard"
)

// FuzzRead: no file makes the reader or a formula fall over, and what they
// refuse is the file's fault, not ours.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("../standard/testdata/*/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatalf("no examples to begin with: %v", err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		req, err := calc.Read("calc.toml", data)
		if err == nil {
			_, err = standard.Compute(req)
		}
		for _, e := range fault.Split(err) {
			if fault.KindOf(e) == fault.Internal {
				t.Errorf("an internal fault: %v", e)
			}
		}
	})
}
