package source

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

func TestFeeds(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"push.toml":  "[device]\nprotocol = \"push\"\nname = \"a\"\n[push]\n[[channel]]\nname = \"north/ch4\"\npoint = \"heat\"\n",
		"wrong.toml": "[device\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mine := *newBench(t).mine
	mine.Points = points(t, []string{"heat", "GJ"})
	d := &Devices{Folder: folder, Mine: mine}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	wait(t, "the devices to be read", func() bool { return len(d.Health()) == 2 })
	if got, want := d.Feeds(), map[string]Feed{"heat": {"push", "north/ch4"}}; !maps.Equal(got, want) {
		t.Errorf("Feeds() = %v, want %v", got, want)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
