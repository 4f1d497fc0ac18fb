package site_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

var update = flag.Bool("update", false, "write the golden files")

// TestFaults reads every file of testdata and compares what is said of it, in
// both languages, to the text beside it.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) < 10 {
		t.Fatalf("Glob = %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = site.Parse(filepath.Base(file), data)
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", fault.Tell(err, lang.ZH)+"\n\n"+fault.Tell(err, lang.EN)+"\n")
			if err != nil && fault.KindOf(err) != fault.Invalid {
				t.Errorf("Parse: kind %s, want invalid", fault.KindOf(err))
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}
