package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"lingtan/lang"
	"lingtan/ledger"
)

// formType is what curl says of a body unless told otherwise. No route takes forms,
// so it is read as what the route takes.
const formType = "application/x-www-form-urlencoded"

// around puts what every request meets around the routes, outermost first:
// a number and a line in the log, headers, a turn, compression.
func (s *server) around(mux *http.ServeMux) http.Handler {
	var count atomic.Uint64
	born := strconv.FormatInt(s.Now().UnixMilli(), 36)
	inner := packed(s.found(mux))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.Now()
		v := &visit{id: born + "-" + strconv.FormatUint(count.Add(1), 36), tag: language(r), address: s.address(r), leave: sync.OnceFunc(s.running.leave)}
		r = r.WithContext(ledger.From(context.WithValue(r.Context(), visitKey{}, v), v.address))
		out := &recorder{ResponseWriter: w}
		defer func() {
			s.rescue(recover(), out, r, v)
			s.record(r, out, v, float64(s.Now().Sub(start).Microseconds())/1000)
		}()
		guard(out.Header(), v, s.secure(r))
		if r.Header.Get("Content-Type") == formType {
			r.Header.Del("Content-Type")
		}
		if err := s.running.enter(r.Context()); err != nil {
			write(out, problemOf(r.Context(), err))
			return
		}
		defer v.leave()
		inner.ServeHTTP(out, r)
	})
}

// language is what the reader asked for, in the address or by the browser.
func language(r *http.Request) lang.Tag {
	if tag := r.URL.Query().Get("lang"); tag != "" {
		return lang.Parse(tag)
	}
	return lang.Parse(r.Header.Get("Accept-Language"))
}

// guard sets what keeps a browser from doing more with an answer than show it.
func guard(h http.Header, v *visit, secure bool) {
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", v.id)
	h.Set("Content-Language", string(v.tag))
}

// found answers addresses and methods that are not there as it answers all
// else, in the reader's language.
func (s *server) found(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		seen := &recorder{ResponseWriter: &nobody{header: w.Header()}}
		h.ServeHTTP(seen, r)
		if seen.status < http.StatusBadRequest { // a path that is only written untidily
			h.ServeHTTP(w, r)
			return
		}
		if s.Page != nil && ofPage(r) {
			s.Page.ServeHTTP(w, r)
			return
		}
		v := visitOf(r.Context())
		text := statusText(seen.status).In(v.tag)
		code := strings.ReplaceAll(strings.ToLower(http.StatusText(seen.status)), " ", "_")
		write(w, &Problem{Type: "about:blank", Title: text, Status: seen.status, Code: code, Detail: text + " · /docs", ID: v.id})
	})
}

// ofPage tells whether an address that no route has may be one of the page's.
func ofPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/api/")
}

// rescue turns a panic into an answer, if there was none yet. A handler that
// aborts on purpose goes on to do so: the connection ends, and the client sees
// that what it has is not whole.
func (s *server) rescue(cause any, out *recorder, r *http.Request, v *visit) {
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // the very value is asked for
		panic(cause)
	}
	v.err = fmt.Errorf("panic: %v", cause)
	s.Log.LogAttrs(r.Context(), slog.LevelError, "request panicked", slog.String("request_id", v.id),
		slog.String("cause", fmt.Sprint(cause)), slog.String("stack", string(debug.Stack())))
	if out.status == 0 {
		write(out, problemOf(r.Context(), v.err))
	}
}

// record writes the request's line: neither query nor body nor header, in
// which secrets travel.
func (s *server) record(r *http.Request, out *recorder, v *visit, ms float64) {
	level := slog.LevelInfo
	if out.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("request_id", v.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", out.status), slog.Int64("bytes", out.bytes), slog.Float64("ms", ms), slog.String("actor", v.actor.ID), slog.String("address", v.address),
	}
	if v.err != nil {
		attrs = append(attrs, slog.String("error", v.err.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// write answers with a problem outside huma.
func write(w http.ResponseWriter, p *Problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client that is gone is nobody to be told
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// nobody takes a body that is thrown away and keeps its headers.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(p []byte) (int, error) { return len(p), nil }
func (n *nobody) WriteHeader(int)             {}
