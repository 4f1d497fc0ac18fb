package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// examplesDir holds the worked examples of all editions.
const examplesDir = "../../standard/testdata"

// told is what a command line ended with.
type told struct {
	code        int
	out, errors string
}

// try runs a command line inside this process, in English.
func try(t *testing.T, args ...string) told {
	t.Helper()
	now, err := time.Parse(time.RFC3339, clock)
	if err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	code := run(t.Context(), env{
		args: args, stdin: strings.NewReader(""), stdout: &out, stderr: &errors,
		getenv: func(name string) string { return map[string]string{"LINGTAN_LANG": "en"}[name] },
		now:    func() time.Time { return now },
	})
	return told{code, out.String(), errors.String()}
}

// TestExamples computes every worked example by the command line: the totals
// are those it prints, and what is refused is refused in both languages by the
// message it prints.
func TestExamples(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir(examplesDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".txtar" {
			return err
		}
		n++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		parts := map[string]string{}
		for _, f := range txtar.Parse(data).Files {
			parts[f.Name] = string(f.Data)
		}
		t.Run(filepath.Base(filepath.Dir(path))+"/"+d.Name(), func(t *testing.T) {
			if fails, ok := parts["fails"]; ok {
				refused(t, path, fails)
				return
			}
			totals(t, path, parts["want"])
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 100 {
		t.Errorf("%d examples, want all of them", n)
	}
}

// totals compares the totals that an example prints, "total ID [GWP] = N tCO2e".
func totals(t *testing.T, path, want string) {
	t.Helper()
	if got := try(t, "calc", path); got.code != exitOK || !strings.Contains(got.out, "what the example prints") {
		t.Fatalf("ends with %d\n%s%s", got.code, got.out, got.errors)
	}
	for line := range strings.Lines(want) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		words := strings.Fields(name)
		if !ok || words[0] != "total" {
			continue
		}
		args := []string{"calc", path, "--json"}
		if len(words) == 3 {
			args = append(args, "--gwp", words[2])
		}
		number, unit, _ := strings.Cut(value, " ")
		_, decimals, _ := strings.Cut(number, ".")
		if got := total(t, words[1], len(decimals), args...); got != value {
			t.Errorf("%s is %s, want %s %s", name, got, number, unit)
		}
	}
}

// total computes and gives one total with some decimals.
func total(t *testing.T, id string, decimals int, args ...string) string {
	t.Helper()
	var result struct {
		Totals []struct{ ID, CO2e string }
	}
	got := try(t, args...)
	if err := json.Unmarshal([]byte(got.out), &result); err != nil {
		t.Fatalf("%v: %s", err, got.errors)
	}
	for _, one := range result.Totals {
		if one.ID != id {
			continue
		}
		number, unit, _ := strings.Cut(one.CO2e, " ")
		exact, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Fatalf("total %s is %q", id, one.CO2e)
		}
		return exact.FloatString(decimals) + " " + unit
	}
	return "missing"
}

// refused compares the message in both languages, the Chinese one first.
func refused(t *testing.T, path, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	for i, tag := range []string{"zh", "en"} {
		got := try(t, "--lang", tag, "calc", path)
		if got.code != exitFault || got.out != "" {
			t.Errorf("ends with %d and prints %q, want %d and nothing", got.code, got.out, exitFault)
		}
		half := lines[i*len(lines)/2 : (i+1)*len(lines)/2]
		message := strings.Join(half, "\n")
		message = strings.TrimPrefix(strings.ReplaceAll("\n"+message, "\ncalc.toml", "\n"+path+"/calc.toml"), "\n")
		prefix := map[string]string{"zh": "错误:", "en": "error: "}[tag]
		if got.errors != prefix+message+"\n" {
			t.Errorf("says\n%s\nwant\n%s", got.errors, prefix+message)
		}
	}
}
