package ui

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestServe(t *testing.T) {
	u, err := read(fstest.MapFS{
		".keep":              {},
		"index.html":         {Data: []byte("<head>" + strings.Repeat("<p>页</p>", 100))},
		"assets/main-1a2.js": {Data: []byte(strings.Repeat("let a = 1\n", 100))},
		"assets/inter.woff2": {Data: []byte("wOF2")},
	})
	if err != nil || !u.Built() || len(u.files) != 3 {
		t.Fatalf("read: %v, %d files", err, len(u.files))
	}
	for _, tt := range []struct {
		path, accept, match string
		status              int
		kind, encoding      string
		cache               string
	}{
		{"/", "gzip", "", 200, "text/html; charset=utf-8", "gzip", "no-cache"},
		{"/overview", "", "", 200, "text/html; charset=utf-8", "", "no-cache"},
		{"/emissions/source/shaft-1", "gzip", "", 200, "text/html; charset=utf-8", "gzip", "no-cache"},
		{"/emissions/inventories/qingling.2025.cn-coal-2014.v2", "gzip", "", 200, "text/html; charset=utf-8", "gzip", "no-cache"},
		{"/a/b/c/d/e/f/g/h/i/j", "gzip", "", 404, "text/plain; charset=utf-8", "", ""},
		{"/assets/main-1a2.js", "gzip", "", 200, "text/javascript; charset=utf-8", "gzip", "public, max-age=31536000, immutable"},
		{"/assets/inter.woff2", "gzip", "", 200, "font/woff2", "", "public, max-age=31536000, immutable"},
		{"/assets/none.js", "gzip", "", 404, "text/plain; charset=utf-8", "", ""},
		{"/../ui.go", "", "", 404, "text/plain; charset=utf-8", "", ""},
		{"/.keep", "", "", 404, "text/plain; charset=utf-8", "", ""},
		{"/", "gzip", u.files[index].etag, 304, "text/html; charset=utf-8", "", "no-cache"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://mine"+strings.ReplaceAll(tt.path, "..", "%2e%2e"), nil)
		r.Header.Set("Accept-Encoding", tt.accept)
		r.Header.Set("If-None-Match", tt.match)
		w := httptest.NewRecorder()
		u.ServeHTTP(w, r)
		h := w.Header()
		if w.Code != tt.status || h.Get("Content-Type") != tt.kind || h.Get("Content-Encoding") != tt.encoding || h.Get("Cache-Control") != tt.cache {
			t.Errorf("%s = %d, %q, %q, %q", tt.path, w.Code, h.Get("Content-Type"), h.Get("Content-Encoding"), h.Get("Cache-Control"))
		}
		if p := h.Get("Content-Security-Policy"); tt.status == 200 && (!strings.Contains(p, "default-src 'self'") || strings.Contains(p, "unsafe-eval")) {
			t.Errorf("%s: policy %q", tt.path, p)
		}
	}
}

// TestBelow asks for the page below its root: it finds its files from there.
func TestBelow(t *testing.T) {
	u, err := read(fstest.MapFS{"index.html": {Data: []byte("<html><head><title>零碳</title>")}})
	if err != nil {
		t.Fatal(err)
	}
	for address, base := range map[string]string{
		"/": "", "/overview": "", "/emissions/": "../", "/emissions/plan": "../", "/emissions/inventories/q.v1": "../../",
	} {
		w := httptest.NewRecorder()
		u.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://mine"+address, nil))
		want := "<html><head><title>零碳</title>"
		if base != "" {
			want = `<html><head><base href="` + base + `"><title>零碳</title>`
		}
		if got := w.Body.String(); got != want {
			t.Errorf("%s = %s, want %s", address, got, want)
		}
	}
}

func TestNotBuilt(t *testing.T) {
	u, err := read(fstest.MapFS{".keep": {}})
	if err != nil || u.Built() {
		t.Errorf("an empty folder is built: %v", err)
	}
}
