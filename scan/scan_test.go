package scan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lingtan/scan"
)

// eicar is the text that every scanner takes for a virus, in two halves so that
// none finds it here.
var eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// daemon answers INSTREAM as clamd does, or in its own way.
func daemon(tb testing.TB, answer func(data []byte) string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "clamd.ctl")
	l, err := net.Listen("unix", path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn, answer)
		}
	}()
	return path
}

func serve(conn net.Conn, answer func(data []byte) string) {
	defer conn.Close()
	head := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, head); err != nil || string(head) != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var data []byte
	for {
		var n uint32
		if binary.Read(conn, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			_, _ = io.WriteString(conn, answer(data))
			return
		}
		piece := make([]byte, n)
		if _, err := io.ReadFull(conn, piece); err != nil {
			return
		}
		data = append(data, piece...)
	}
}

func clamlike(data []byte) string {
	if bytes.Contains(data, []byte(eicar)) {
		return "stream: Eicar-Signature FOUND\x00"
	}
	return "stream: OK\x00"
}

func TestClamd(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 128<<10/16*3) // three chunks to the byte
	for _, tt := range []struct {
		name, virus string
		data        []byte
	}{
		{"nothing", "", nil},
		{"a line", "", []byte("1250.5 t")},
		{"whole chunks", "", big},
		{"more than whole chunks", "", append(bytes.Clone(big), 1)},
		{"the test virus", "Eicar-Signature", []byte("x" + eicar)},
		{"the test virus across chunks", "Eicar-Signature", append(bytes.Clone(big[:128<<10-10]), eicar...)},
	} {
		var got []byte
		c := scan.Clamd{Network: "unix", Patience: 5 * time.Second, Address: daemon(t, func(data []byte) string { got = data; return clamlike(data) })}
		virus, err := c.Scan(t.Context(), bytes.NewReader(tt.data), int64(len(tt.data)))
		if err != nil || virus != tt.virus || !bytes.Equal(got, tt.data) {
			t.Errorf("%s: %q, %v, %d of %d bytes came", tt.name, virus, err, len(got), len(tt.data))
		}
	}
}

func TestClamdSaysNothing(t *testing.T) {
	for name, address := range map[string]string{
		"too large":   daemon(t, func([]byte) string { return "INSTREAM size limit exceeded. ERROR\x00" }),
		"hangs up":    daemon(t, func([]byte) string { return "" }),
		"falls still": daemon(t, func([]byte) string { time.Sleep(3 * time.Second); return "stream: OK\x00" }),
		"not there":   filepath.Join(t.TempDir(), "none"),
	} {
		began := time.Now()
		c := scan.Clamd{Network: "unix", Address: address, Patience: 300 * time.Millisecond}
		virus, err := c.Scan(t.Context(), strings.NewReader("1250.5 t"), 8)
		if err == nil || virus != "" || time.Since(began) > 2*time.Second {
			t.Errorf("%s: %q, %v after %v", name, virus, err, time.Since(began))
		}
	}
}

// script writes a program for the shell.
func script(tb testing.TB, text string) []string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "scanner")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		tb.Fatal(err)
	}
	return []string{path}
}

func TestCommand(t *testing.T) {
	clam := script(t, `if grep -q EICAR-STANDARD; then echo "stdin: Eicar-Signature FOUND"; echo "infected: 1"; exit 1; fi; echo "stdin: OK"`)
	for _, tt := range []struct {
		name, data, virus string
		args              []string
		fails             bool
	}{
		{"clean", "1250.5 t", "", clam, false},
		{"a virus", eicar, "Eicar-Signature", clam, false},
		{"a virus without a name", eicar, "unnamed", script(t, "exit 1"), false},
		{"does not read", strings.Repeat("x", 1<<20), "", script(t, "exit 0"), false},
		{"its own fault", "x", "", script(t, "echo no database; exit 2"), true},
		{"no such program", "x", "", []string{filepath.Join(t.TempDir(), "none")}, true},
		{"hangs", "x", "", script(t, "sleep 5"), true},
		{"is killed", "x", "", script(t, "kill -9 $$"), true},
	} {
		c := scan.Command{Args: tt.args, Patience: 500 * time.Millisecond}
		virus, err := c.Scan(context.Background(), strings.NewReader(tt.data), int64(len(tt.data)))
		if (err != nil) != tt.fails || virus != tt.virus {
			t.Errorf("%s: %q, %v, want %q", tt.name, virus, err, tt.virus)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]any{
		"clamd:/run/clamav/clamd.ctl":     &scan.Clamd{Network: "unix", Address: "/run/clamav/clamd.ctl", Patience: scan.Patience},
		"clamd://10.0.0.9:3310":           &scan.Clamd{Network: "tcp", Address: "10.0.0.9:3310", Patience: scan.Patience},
		"command:clamscan --no-summary -": &scan.Command{Args: []string{"clamscan", "--no-summary", "-"}, Patience: scan.Patience},
		"":                                nil, "clamd:": nil, "clamd://host": nil, "command: ": nil, "clamscan": nil, "http://x": nil,
	} {
		got, err := scan.Parse(in)
		if (err == nil) != (want != nil) || want != nil && !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
}
