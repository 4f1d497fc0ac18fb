// Package ui owns the built web page: its files are embedded, packed once, and
// served from memory.
package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// policy is what the page may do: everything comes from here. Styles may stand
// in elements, for the charts and the widgets set them there; scripts may not.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

const index = "index.html"

// UI serves the page.
type UI struct {
	files map[string]file
	below []file // the page for addresses one, two … steps below its root
}

// file is one file, as it is and packed.
type file struct {
	kind, etag    string
	plain, packed []byte
	neverChanges  bool // its name holds its hash
}

// New reads the embedded page. Where the program was built without it, Built is
// false and nothing is served.
func New() (*UI, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return read(root)
}

func read(root fs.FS) (*UI, error) {
	u := &UI{files: map[string]file{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		u.files[name] = prepare(name, data)
		return nil
	})
	if f, ok := u.files[index]; ok {
		for n := range deepest {
			base := []byte(`<head><base href="` + strings.Repeat("../", n+1) + `">`)
			u.below = append(u.below, prepare(index, bytes.Replace(f.plain, []byte("<head>"), base, 1)))
		}
	}
	return u, err
}

func prepare(name string, data []byte) file {
	sum := sha256.Sum256(data)
	f := file{kind: kindOf(name), etag: `"` + hex.EncodeToString(sum[:12]) + `"`, plain: data, neverChanges: strings.HasPrefix(name, "assets/")}
	switch path.Ext(name) {
	case ".woff2", ".png", ".jpg":
		return f
	}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one
	_, _ = w.Write(data)                                    // a buffer takes everything
	_ = w.Close()
	if out.Len() < len(data) {
		f.packed = out.Bytes()
	}
	return f
}

// kinds are told here, for a machine's own table may be short of them.
var kinds = map[string]string{ //nolint:gochecknoglobals // a constant table
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json", ".map": "application/json",
}

func kindOf(name string) string {
	if kind, ok := kinds[path.Ext(name)]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// Built tells whether the page is in this program.
func (u *UI) Built() bool { _, ok := u.files[index]; return ok }

// ofPage tells whether an address is one that the page's router knows: it has no
// dot, or names a thing below a board, as an inventory, whose id has dots.
func ofPage(name string) bool {
	return !strings.HasPrefix(name, "assets/") && (strings.Contains(name, "/") || !strings.Contains(name, "."))
}

// deepest is how far below its root an address of the page lies at most.
const deepest = 8

// page is the page for an address so far below its root. Its own files are told
// relative to the root, for a portal may serve it below any path: only the way
// back up is known here.
func (u *UI) page(below int) (file, bool) {
	f, ok := u.files[index]
	if !ok || below <= 0 || below > deepest {
		return f, ok && below <= deepest
	}
	return u.below[below-1], true
}

// ServeHTTP answers a file; an address of the page itself gets the page, whose
// router knows it.
func (u *UI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f, ok := u.files[name]
	if name == index || !ok && ofPage(name) {
		f, ok = u.page(strings.Count(r.URL.Path, "/") - 1)
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Encoding")
	if f.neverChanges {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.plain
	if f.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, bytes.NewReader(body)) // a client that is gone is nobody to be told
	}
}
