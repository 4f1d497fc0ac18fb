package series

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// The environment that makes the test binary a child which appends until it
// is killed.
const (
	childEngine = "LINGTAN_APPEND_ENGINE"
	childDir    = "LINGTAN_APPEND_DIR"
	childFirst  = "LINGTAN_APPEND_FIRST"
)

// engines opens engines by name, for the child has no other way to say it.
var engines = map[string]func(context.Context, Options) (reading.Series, error){
	"lite": func(ctx context.Context, o Options) (reading.Series, error) { return OpenLite(ctx, o) },
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childEngine); name != "" {
		if err := appendForever(engines[name], os.Getenv(childDir), os.Getenv(childFirst)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// appendForever appends batches of ten and says the number of each one that
// is acknowledged.
func appendForever(open func(context.Context, Options) (reading.Series, error), dir, first string) error {
	var n int64
	if _, err := fmt.Sscan(first, &n); err != nil {
		return err
	}
	s, err := open(context.Background(), Options{Dir: dir, MemoryMB: 256})
	if err != nil {
		return err
	}
	for ; ; n++ {
		batch := reading.Batch{Marks: []reading.Mark{{Key: "n", Pos: n}}}
		for i := range int64(10) {
			batch.Readings = append(batch.Readings, reading.Reading{Series: 1, T: monday + n*1000 + i, V: float64(n)})
		}
		if err := s.Append(context.Background(), batch); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// survivesKill kills the child in the midst of appending, several times:
// what it acknowledged is stored, each reading once, and the mark with it.
func survivesKill(t *testing.T, name string) {
	t.Helper()
	dir, first := t.TempDir(), int64(0)
	for range 4 {
		last := killed(t, name, dir, first)
		s, err := engines[name](t.Context(), Options{Dir: dir, MemoryMB: 256})
		if err != nil {
			t.Fatal(err)
		}
		stored := int64(0)
		for r, err := range s.Scan(t.Context(), reading.All()) {
			if err != nil {
				t.Fatal(err)
			}
			if want := monday + stored/10*1000 + stored%10; r.T != want {
				t.Fatalf("reading %d is of %d, want %d: lost or doubled", stored, r.T, want)
			}
			stored++
		}
		m, _, err := s.Mark(t.Context(), "n")
		if err != nil || stored%10 != 0 || stored/10 <= last || m.Pos != stored/10-1 {
			t.Fatalf("acknowledged to batch %d, stored %d readings, mark %d, %v", last, stored, m.Pos, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		first = stored / 10
	}
}

// killed runs the child until it has acknowledged some batches, kills it, and
// gives the last one acknowledged.
func killed(t *testing.T, name, dir string, first int64) (last int64) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEngine+"="+name, childDir+"="+dir, fmt.Sprintf("%s=%d", childFirst, first))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	last = -1
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("child says %q: %v", lines.Text(), err)
		}
		if last == first+37 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || last < first+37 {
		t.Fatalf("child ended by itself at %d: %v", last, err)
	}
	return last
}

// healsSeal puts an engine into the state of a crash between the segment and
// the deletion: the catalogue knows the segment, the hot table still has its
// rows.
func healsSeal(t *testing.T, name string) {
	t.Helper()
	dir := t.TempDir()
	open := func() reading.Series {
		s, err := engines[name](t.Context(), Options{Dir: dir, MemoryMB: 256})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	var rs []reading.Reading
	for i := range int64(500) {
		rs = append(rs, reading.Reading{Series: 1 + reading.ID(i%3), T: monday + i*60_000, V: float64(i)})
	}
	if err := s.Append(t.Context(), reading.Batch{Readings: rs}); err != nil {
		t.Fatal(err)
	}
	before, err := s.Dirty(t.Context(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	v, err := openVault(t.Context(), dir, Catalog(dir))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.write(t.Context(), "2025-01", int64(len(rs)), s.Scan(t.Context(), reading.All())); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer func() { _ = s.Close() }()
	n := 0
	for _, err := range s.Scan(t.Context(), reading.All()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	after, err := s.Dirty(t.Context(), 1<<20)
	if n != len(rs) || err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Fatalf("healed: %d readings, want %d; dirty %v, want %v; %v", n, len(rs), after, before, err)
	}
}

// tellsFaults checks what a person is told.
func tellsFaults(t *testing.T, name string) {
	t.Helper()
	dir := t.TempDir()
	first := exec.Command(os.Args[0])
	first.Env = append(os.Environ(), childEngine+"="+name, childDir+"="+dir, childFirst+"=0")
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the child says nothing")
	}
	_, err = engines[name](t.Context(), Options{Dir: dir})
	mustTell(t, "a folder in use", err, fault.Conflict, "正被另一个进程使用", "in use by another process", dir)
	_ = first.Process.Kill() // and Wait tells that it was
	_ = first.Wait()

	s, err := engines[name](t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	segments, err := s.Seal(t.Context(), time.UnixMilli(monday).AddDate(1, 0, 0).UnixMilli())
	if err != nil || len(segments) == 0 {
		t.Fatalf("Seal = %v, %v", segments, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "segments", segments[0].Name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	mustTell(t, "a damaged segment", scanError(t, name, dir), fault.Conflict, "已损坏或被改动", "is damaged or was changed", segments[0].Name)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	mustTell(t, "a missing segment", scanError(t, name, dir), fault.NotFound, "不存在", "is missing", segments[0].Name)
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = engines[name](t.Context(), Options{Dir: filepath.Join(dir, "file")})
	mustTell(t, "no folder", err, fault.Invalid, "无法使用", "cannot be used", "file")
}

func scanError(t *testing.T, name, dir string) error {
	t.Helper()
	s, err := engines[name](t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, err := range s.Scan(t.Context(), reading.All()) {
		if err != nil {
			return err
		}
	}
	return nil
}

func mustTell(t *testing.T, what string, err error, kind fault.Kind, zh, en, name string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("%s: %v of kind %s, want %s", what, err, fault.KindOf(err), kind)
	}
	chinese, english := fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN)
	if !strings.Contains(chinese, zh) || !strings.Contains(english, en) || !strings.Contains(chinese, name) {
		t.Errorf("%s is told as\n%s\n%s", what, chinese, english)
	}
}

func TestLiteKilled(t *testing.T) { survivesKill(t, "lite") }
func TestLiteHeals(t *testing.T)  { healsSeal(t, "lite") }
func TestLiteFaults(t *testing.T) { tellsFaults(t, "lite") }
