package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/reading"
)

const dropMapping = `[mapping]
kind = "readings"
[time]
column = "t"
layouts = ["yyyy-MM-dd HH:mm"]
[[column]]
name = "kWh"
point = "main"
`

// folderBench is a mine with a folder that is looked at all the time.
func folderBench(t *testing.T, replace ...string) (b *bench, l *Line, dir string) {
	t.Helper()
	b = newBench(t, "main", "kWh")
	dir = t.TempDir()
	mapping := filepath.Join(t.TempDir(), "m.toml")
	if err := os.WriteFile(mapping, []byte(dropMapping), 0o600); err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("testdata/devices/folder.toml")
	if err != nil {
		t.Fatal(err)
	}
	all := append(replace, `"/srv/lingtan/in" `, fmt.Sprintf("%q\npoll = \"100 ms\" ", dir), "/srv/lingtan/mappings/steel_15min.toml", mapping, `"5 s" `, `"300 ms" `)
	return b, b.line(t, "exports", strings.NewReplacer(all...).Replace(string(example))), dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func table(from, n int) string {
	var out strings.Builder
	out.WriteString("t,kWh\n")
	for i := range n {
		out.WriteString(time.Date(2026, 3, 2, 8, from+i, 0, 0, time.UTC).Format("2006-01-02 15:04,") + fmt.Sprintln(1000+4*(from+i)))
	}
	return out.String()
}

func TestFolder(t *testing.T) {
	b, l, dir := folderBench(t)
	b.start(t, l)
	done := filepath.Join(dir, "done", time.Now().In(l.Device.Zone).Format(time.DateOnly))
	put(t, filepath.Join(dir, "a.csv"), table(0, 61))
	put(t, filepath.Join(dir, "b.csv"), table(61, 2)+"never,5\n")
	put(t, filepath.Join(dir, "c.csv"), "a file,without\nthe,columns\n")
	put(t, filepath.Join(dir, "notes.txt"), "not asked for")
	put(t, filepath.Join(dir, "d.csv.part"), table(100, 1))
	wait(t, "the files", func() bool {
		return there(filepath.Join(done, "a.csv")) && there(filepath.Join(done, "b.csv")) && there(filepath.Join(dir, "failed", "c.csv.errors.txt"))
	})
	if rs := b.all(); len(rs) != 63 || rs[60].V != 1240 || rs[60].At() != time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) {
		t.Errorf("%d readings", len(rs))
	}
	if !there(filepath.Join(done, "b.csv.errors.csv")) || there(filepath.Join(done, "a.csv.errors.csv")) || !there(filepath.Join(dir, "notes.txt")) || !there(filepath.Join(dir, "d.csv.part")) {
		t.Error("the lists of errors, or the files of others, are not where they should be")
	}
	if h := l.Health(); h.State != Up || h.Delivered != 63 || h.Refused != 2 || h.Frames != 3 || h.Bytes < 1000 {
		t.Errorf("health %+v", h)
	}
	// Dropped again under another name it is known, and put away.
	put(t, filepath.Join(dir, "again.csv"), table(0, 61))
	wait(t, "the file", func() bool { return there(filepath.Join(done, "again.csv")) })
	if len(b.all()) != 63 || l.Health().Refused != 3 {
		t.Errorf("imported twice: %d", len(b.all()))
	}
}

// TestFolderWaits: a file that grows, or that an office program has open, is
// left alone until it rests.
func TestFolderWaits(t *testing.T) {
	b, l, dir := folderBench(t)
	b.start(t, l)
	text := table(0, 61)
	put(t, filepath.Join(dir, ".~lock.held.csv#"), "")
	put(t, filepath.Join(dir, "held.csv"), table(200, 1))
	for i := range 10 {
		put(t, filepath.Join(dir, "grows.csv"), text[:len(text)*(i+1)/10])
		time.Sleep(100 * time.Millisecond)
		if len(b.all()) != 0 {
			t.Fatal("imported while it grew")
		}
	}
	wait(t, "the file", func() bool { return len(b.all()) == 61 })
	if err := os.Remove(filepath.Join(dir, ".~lock.held.csv#")); err != nil {
		t.Fatal(err)
	}
	wait(t, "the other", func() bool { return len(b.all()) == 62 })
}

// TestFolderKeepsFiles: what is not a file's fault moves no file, and is the
// device's fault until it is mended.
func TestFolderKeepsFiles(t *testing.T) {
	b, l, dir := folderBench(t)
	f := l.Device.driver.(*folder)
	put(t, filepath.Join(dir, "a.csv"), table(0, 3))
	put(t, f.mapping, strings.Replace(dropMapping, "main", "other", 1))
	b.start(t, l)
	wait(t, "the fault", func() bool {
		h := l.Health()
		return h.State == Down && strings.Contains(h.Fault.Error(), `no point "other"`)
	})
	b.tray.mu.Lock()
	b.fail = os.ErrDeadlineExceeded // then the disk
	b.tray.mu.Unlock()
	put(t, f.mapping, dropMapping+"\n")
	wait(t, "the next fault", func() bool { return l.Health().Failed > 0 })
	if !there(filepath.Join(dir, "a.csv")) {
		t.Fatal("the file is gone")
	}
	b.tray.mu.Lock()
	b.fail = nil
	b.tray.mu.Unlock()
	wait(t, "the readings", func() bool { return len(b.all()) == 3 })
}

// TestFolderGoesOn: an import that was cut off goes on behind its last durable
// row, and one cut off just before its file was moved is not repeated.
func TestFolderGoesOn(t *testing.T) {
	b, l, dir := folderBench(t, `max_rate = 50_000`, `max_rate = 1_000_000`)
	var text strings.Builder
	text.WriteString("t,kWh\n")
	for i := range 3 * folderBatch {
		fmt.Fprintf(&text, "%s,%d\n", time.UnixMilli(int64(i)*60_000+1.7e12).UTC().Format("2006-01-02 15:04"), i)
	}
	put(t, filepath.Join(dir, "long.csv"), text.String())
	cut := &cutting{tray: b.tray, after: 2}
	b.mine.Sink = cut
	b.start(t, l)
	wait(t, "the rest", func() bool { return len(b.all()) >= 3*folderBatch })
	wait(t, "the move", func() bool { return !there(filepath.Join(dir, "long.csv")) })
	seen := map[int64]int{}
	for _, r := range b.all() {
		seen[r.T]++
	}
	if len(seen) != 3*folderBatch || len(b.all()) != 3*folderBatch || cut.times < 3 {
		t.Errorf("%d readings of %d instants, %d batches", len(b.all()), len(seen), cut.times)
	}
}

// cutting is a sink whose disk fails once, after some batches.
type cutting struct {
	*tray

	after, times int
}

func (c *cutting) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	if c.times++; c.times == c.after {
		return reading.Receipt{}, os.ErrDeadlineExceeded
	}
	return c.tray.Accept(ctx, b)
}

// TestFolderFile tells what a device's file gets wrong.
func TestFolderFile(t *testing.T) {
	example, err := os.ReadFile("testdata/devices/folder.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"/srv/lingtan/in" `, `"in" `, "whole path"},
		{`"/srv/lingtan/mappings/`, `"`, "whole path"},
		{`"*.csv"`, `"[.csv"`, "patterns"},
		{`stable = "5 s"`, `stable = "5 d"`, "stretch of time"},
		{`seq = 0`, `seq = -1`, "whole number"},
		{"seq = 0", "seq = 0\n[[channel]]\nname = \"a\"\npoint = \"b\"\n#", "in its mapping"},
	} {
		if !strings.Contains(string(example), c.old) {
			t.Errorf("%q is not in the example", c.old)
		}
		if _, err := ReadDevice("exports", []byte(strings.Replace(string(example), c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.new, err)
		}
	}
}
