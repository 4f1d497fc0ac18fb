package peers

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/source"
)

// HTTP serves the stage's devices as the platform does, and gives the address
// that a device posts to: 204 when all is durable, 4xx where the sender is
// wrong, 503 where we are.
func (s *Stage) HTTP(device string) string {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/sites/peers/devices/{device}/write", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
		if err == nil {
			err = s.Devices.Receive(r.Context(), r.PathValue("device"), source.Post{Body: body, Header: r.Header.Get, Query: r.URL.Query().Get})
		}
		answer(w, err)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	s.t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			s.t.Error(err)
		}
	})
	return fmt.Sprintf("http://%s/api/v1/sites/peers/devices/%s/write", l.Addr(), device)
}

func answer(w http.ResponseWriter, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status := map[fault.Kind]int{fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Forbidden: http.StatusForbidden}[fault.KindOf(err)]
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	http.Error(w, fault.Tell(err, lang.EN), status)
}

// post runs curl with a body on its standard input, and wants a status.
func post(tb testing.TB, want, body, url string, more ...string) {
	tb.Helper()
	args := append([]string{"-s", "-o", "-", "-w", "\n%{http_code}", "--data-binary", "@-", url}, more...)
	cmd := command(tb, "curl", "curl", args...)
	cmd.Stdin = strings.NewReader(body)
	out, err := cmd.CombinedOutput()
	if said := strings.TrimSpace(string(out)); err != nil || !strings.HasSuffix(said, want) {
		tb.Fatalf("curl: %v, want %s, heard %s", err, want, said)
	}
}
