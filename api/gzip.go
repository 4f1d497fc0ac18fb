package api

import (
	"compress/gzip"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// packFrom is the size from which packing pays: below a packet's worth the
// header costs more than it saves.
const packFrom = 1 << 10

// eventStream is the type of what goes on for as long as somebody listens.
const eventStream = "text/event-stream"

// packed packs text that is long enough, for clients that take it.
func packed(next http.Handler) http.Handler {
	pool := &sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding, Accept-Language")
		if r.Method == http.MethodHead || !accepts(r.Header.Get("Accept-Encoding")) {
			next.ServeHTTP(w, r)
			return
		}
		p := &packer{ResponseWriter: w, pool: pool}
		next.ServeHTTP(p, r)
		p.close()
	})
}

// accepts tells whether a client takes gzip; q=0 says that it does not.
func accepts(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if name == "gzip" && q != "q=0" && q != "q=0.0" {
			return true
		}
	}
	return false
}

// packer holds an answer back until it knows whether it is long enough.
type packer struct {
	http.ResponseWriter
	pool   *sync.Pool
	status int
	held   []byte
	zip    *gzip.Writer
	plain  bool
}

func (p *packer) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *packer) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	switch {
	case p.plain:
		return p.ResponseWriter.Write(b)
	case p.zip != nil:
		return p.zip.Write(b)
	case !packable(p.Header()):
		p.plain = true
		p.ResponseWriter.WriteHeader(p.status)
		return p.ResponseWriter.Write(b)
	}
	p.held = append(p.held, b...)
	if len(p.held) < packFrom {
		return len(b), nil
	}
	return len(b), p.pack()
}

// pack begins the packed answer with what was held.
func (p *packer) pack() error {
	h := p.Header()
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	p.ResponseWriter.WriteHeader(p.status)
	p.zip = p.pool.Get().(*gzip.Writer)
	p.zip.Reset(p.ResponseWriter)
	_, err := p.zip.Write(p.held)
	p.held = nil
	return err
}

// close ends the answer. A client that is gone is nobody to be told.
func (p *packer) close() {
	switch {
	case p.zip != nil:
		_ = p.zip.Close()
		p.pool.Put(p.zip)
	case !p.plain && p.status != 0:
		p.ResponseWriter.WriteHeader(p.status)
		if len(p.held) > 0 {
			_, _ = p.ResponseWriter.Write(p.held)
		}
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// packable tells whether the body is text that is not packed yet. Documents
// in XLSX and DOCX are packed by themselves, and a stream may not wait until
// enough of it has come together.
func packable(h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return h.Get("Content-Encoding") == "" && kind != eventStream && (strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") ||
		slices.Contains([]string{"application/json", "application/toml"}, kind))
}
