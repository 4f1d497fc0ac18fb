package simulate_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lingtan/simulate"
	"lingtan/source"
	"lingtan/testkit/mine"
)

// TestInstall holds that the device files give every point of the mine once,
// that what a person changed in them stays, and that a port somebody else has
// is exchanged for a free one.
func TestInstall(t *testing.T) {
	folder, home := filepath.Join(t.TempDir(), "devices"), filepath.Join(t.TempDir(), "home")
	if err := simulate.Install(folder, home); err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := source.ReadDevice(strings.TrimSuffix(filepath.Base(name), ".toml"), data)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Channels {
			if given[c.Point] != "" {
				t.Errorf("%s is given by %s and by %s", c.Point, given[c.Point], d.ID)
			}
			given[c.Point] = d.ID
		}
	}
	for _, point := range mine.New(mine.Seed).PointIDs() {
		if given[point] == "" {
			t.Errorf("no device gives %s", point)
		}
	}

	changed := filepath.Join(folder, "stack.toml")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	mine := "# mine\n" + local.ReplaceAllString(read(t, changed), l.Addr().String())
	if err := os.WriteFile(changed, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	word := read(t, filepath.Join(home, "gateway.password"))
	if err := simulate.Install(folder, home); err != nil {
		t.Fatal(err)
	}
	if got := read(t, changed); !strings.HasPrefix(got, "# mine\n") || strings.Contains(got, l.Addr().String()) || !local.MatchString(got) {
		t.Errorf("the changed file, whose port is taken, became\n%.400s", got)
	}
	if read(t, filepath.Join(home, "gateway.password")) != word || len(word) < 20 {
		t.Error("the password changed, or is none")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
