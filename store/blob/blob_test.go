package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/store/blob"
)

const (
	bucket = "evidence"
	access = "lingtan"
	secret = "a secret/with+signs"
)

var noon = time.Date(2026, 4, 2, 4, 0, 0, 0, time.UTC)

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// kept is a store with a way to its bytes behind its back.
type kept struct {
	evidence.Blobs
	dir string // where a hash's bytes lie, below
}

func (k kept) at(sum string) string { return filepath.Join(k.dir, sum[:2], sum[2:4], sum) }

func folder(tb testing.TB) kept {
	tb.Helper()
	dir := tb.TempDir()
	f, err := blob.OpenFolder(dir, func() time.Time { return noon })
	if err != nil {
		tb.Fatal(err)
	}
	return kept{f, dir}
}

// gateway starts a real S3 server over a folder, and gives its address.
func gateway(tb testing.TB, dir string) string {
	tb.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	host := port.Addr().String()
	if err := port.Close(); err != nil {
		tb.Fatal(err)
	}
	run := exec.Command("go", "tool", "-modfile=../../tools/s3/go.mod", "versitygw", "--access", access, "--secret", secret, "--port", host, "--quiet", "posix", "--nometa", dir)
	var said bytes.Buffer
	run.Stdout, run.Stderr, run.SysProcAttr = &said, &said, &syscall.SysProcAttr{Setpgid: true}
	if err := run.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = syscall.Kill(-run.Process.Pid, syscall.SIGKILL)
		_ = run.Wait()
	})
	for range 600 { // a machine that never built it takes two minutes
		conn, err := net.DialTimeout("tcp", host, time.Second)
		if err == nil {
			_ = conn.Close()
			return host
		}
		time.Sleep(500 * time.Millisecond)
	}
	tb.Fatalf("the S3 server does not listen: %s", said.String())
	return ""
}

func s3(tb testing.TB) (kept, string) {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, bucket), 0o700); err != nil {
		tb.Fatal(err)
	}
	host := gateway(tb, dir)
	address := fmt.Sprintf("s3+http://%s:a%%20secret%%2Fwith%%2Bsigns@%s/%s/mine/files?region=us-east-1", access, host, bucket)
	s, err := blob.OpenS3(tb.Context(), address, tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return kept{s, filepath.Join(dir, bucket, "mine", "files")}, host
}

func TestFolder(t *testing.T) { suite(t, folder(t)) }

func TestS3(t *testing.T) {
	k, host := s3(t)
	suite(t, k)
	for name, address := range map[string]string{
		"another secret": "s3+http://lingtan:geheim@" + host + "/evidence?region=us-east-1",
		"no bucket":      "s3+http://lingtan:a%20secret%2Fwith%2Bsigns@" + host + "/none?region=us-east-1",
		"nobody there":   "s3+http://lingtan:geheim@127.0.0.1:1/evidence?region=us-east-1",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err := blob.OpenS3(ctx, address, t.TempDir())
		cancel()
		if err == nil || fault.KindOf(err) == fault.Internal || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// suite is what every store has to do the same way.
func suite(t *testing.T, k kept) {
	t.Helper()
	data := bytes.Repeat([]byte("过磅单 "), 200_000)
	sum := sumOf(data)
	put := func(sum string, data []byte) error {
		return k.Put(t.Context(), sum, bytes.NewReader(data), int64(len(data)))
	}
	read := func(sum string) ([]byte, error) {
		in, err := k.Open(t.Context(), sum)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return io.ReadAll(in)
	}
	if _, err := read(sum); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what was never put: %v", err)
	}
	for range 2 {
		if err := put(sum, data); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := read(sum); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	if entries := filesBelow(t, k.dir); len(entries) != 1 {
		t.Errorf("kept once, and there are %v", entries)
	}
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.ToUpper(sum), sum + "0", sum[:63] + "/"} {
		if err := put(bad, data); fault.KindOf(err) != fault.Invalid {
			t.Errorf("put under %q: %v", bad, err)
		}
		if _, err := read(bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("open %q: %v", bad, err)
		}
	}
	flip(t, k.at(sum))
	if _, err := read(sum); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), sum[:16]) {
		t.Errorf("one flipped byte: %v", err)
	}
	if err := put(sum, data); err != nil {
		t.Fatal(err)
	}
	if got, err := read(sum); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the original was handed in again, and %d bytes came back, %v", len(got), err)
	}
}

func flip(tb testing.TB, path string) {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func filesBelow(tb testing.TB, dir string) (files []string) {
	tb.Helper()
	err := filepath.WalkDir(dir, func(at string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, at)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// TestFolderWhole: what does not come whole, or is not what it says, leaves
// nothing behind.
func TestFolderWhole(t *testing.T) {
	k := folder(t)
	data := []byte("1250.5 t")
	for name, r := range map[string]io.Reader{
		"another file": strings.NewReader("1250.6 t"), "cut off": bytes.NewReader(data[:4]), "longer": strings.NewReader("1250.5 tt"), "broken off": io.MultiReader(bytes.NewReader(data), broken{}),
	} {
		if err := k.Put(t.Context(), sumOf(data), r, int64(len(data))); err == nil {
			t.Errorf("%s was kept", name)
		}
	}
	if left := filesBelow(t, k.dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	half := filepath.Join(k.dir, "coming", "half")
	if err := os.WriteFile(half, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.OpenFolder(k.dir, time.Now); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("what a crash left half written is still there")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestSweep: what a mine has is never removed, nor what was put a moment ago.
func TestSweep(t *testing.T) {
	k := folder(t)
	var sums []string
	for _, text := range []string{"kept", "orphan", "fresh orphan"} {
		sums = append(sums, sumOf([]byte(text)))
		if err := k.Put(t.Context(), sums[len(sums)-1], strings.NewReader(text), int64(len(text))); err != nil {
			t.Fatal(err)
		}
	}
	for _, sum := range sums[:2] {
		if err := os.Chtimes(k.at(sum), noon, noon.Add(-48*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(k.at(sums[2]), noon, noon); err != nil {
		t.Fatal(err)
	}
	has := func(_ context.Context, sum string) (bool, error) { return sum == sums[0], nil }
	n, err := k.Blobs.(*blob.Folder).Sweep(t.Context(), noon.Add(-24*time.Hour), has)
	if err != nil || n != 1 {
		t.Fatalf("Sweep = %d, %v, want 1", n, err)
	}
	for i, there := range []bool{true, false, true} {
		if _, err := os.Stat(k.at(sums[i])); (err == nil) != there {
			t.Errorf("file %d is there: %v, want %v", i, err == nil, there)
		}
	}
}

func TestCheckS3(t *testing.T) {
	for in, good := range map[string]bool{
		"s3://k:s@host/bucket": true, "s3+http://k:s@127.0.0.1:9000/bucket/a/b?region=cn-north-1": true,
		"": false, "s3://host/bucket": false, "s3://k:geheim@host": false, "http://k:geheim@host/bucket": false, "s3://k:geheim@/bucket": false, "s3://k:geheim%zz@host/b": false,
	} {
		if err := blob.CheckS3(in); (err == nil) != good || err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("CheckS3(%q) = %v", in, err)
		}
	}
}

// BenchmarkPut50MB keeps a file of the largest size, and BenchmarkOpen50MB reads
// it again, hash and all.
func BenchmarkPut50MB(b *testing.B) {
	k := folder(b)
	data := make([]byte, evidence.MaxSize)
	for n := uint64(0); b.Loop(); n++ {
		b.StopTimer()
		binary.LittleEndian.PutUint64(data, n)
		sum := sumOf(data)
		b.StartTimer()
		if err := k.Put(b.Context(), sum, bytes.NewReader(data), int64(len(data))); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		_ = os.Remove(k.at(sum))
		b.StartTimer()
	}
	b.SetBytes(evidence.MaxSize)
}

func BenchmarkOpen50MB(b *testing.B) {
	k := folder(b)
	data := make([]byte, evidence.MaxSize)
	sum := sumOf(data)
	if err := k.Put(b.Context(), sum, bytes.NewReader(data), int64(len(data))); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(evidence.MaxSize)
	for b.Loop() {
		in, err := k.Open(b.Context(), sum)
		if err != nil {
			b.Fatal(err)
		}
		_ = in.Close()
	}
}
