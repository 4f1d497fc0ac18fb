package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"lingtan/lang"
)

// page is an address that needs no token: it tells nothing of any mine.
type page struct {
	method, path string
	handle       http.HandlerFunc
}

// pages are the addresses outside the table: what is here is all that is open.
func (s *server) pages(spec []byte, routes []route) []page {
	chapters := chaptersOf(spec, routes)
	home := s.html(homePage, nil)
	if s.Page != nil {
		home = s.Page.ServeHTTP
	}
	return []page{
		{http.MethodGet, "/{$}", home},
		{http.MethodGet, "/docs", s.html(docsPage, chapters)},
		{http.MethodGet, "/openapi.json", frozen("application/json", spec)},
		{http.MethodGet, "/healthz", s.health},
		{http.MethodGet, "/session/ways", s.ways},
		{http.MethodPost, "/session", s.signIn},
		{http.MethodPost, "/first-start", s.firstStart},
		{http.MethodGet, "/oidc/{provider}", s.leave},
		{http.MethodGet, "/oidc/{provider}/callback", s.comeBack},
		{http.MethodDelete, "/session", s.signOut},
	}
}

// frozen serves bytes that never change while the program runs.
func frozen(kind string, body []byte) http.HandlerFunc {
	sum := sha256.Sum256(body)
	etag := `W/"` + hex.EncodeToString(sum[:16]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("ETag", etag)
		h.Set("Cache-Control", "no-cache")
		if (Conditional{r.Header.Get("If-None-Match")}).has(etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body) // a client that is gone is nobody to be told
	}
}

//go:embed page.css
var style string

//go:embed home.html
var homePage string

//go:embed docs.html
var docsPage string

//go:embed refused.html
var refusedPage string

// html renders a page in both languages when the program starts, and serves
// the reader's. Its style stands in it, and is all that a browser may apply.
func (s *server) html(text string, data any) http.HandlerFunc {
	policy := stylePolicy()
	served := map[lang.Tag]http.HandlerFunc{}
	for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
		served[tag] = frozen("text/html; charset=utf-8", render(text, tag, s.Version, data))
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		served[tagOf(r.Context())](w, r)
	}
}

// stylePolicy lets a page apply the one style that stands in it.
func stylePolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func render(text string, tag lang.Tag, version string, data any) []byte {
	words := template.FuncMap{
		"T":     func(zh, en string) string { return lang.T(zh, en).In(tag) },
		"in":    func(t lang.Text) string { return t.In(tag) },
		"doc":   func(s string) string { return bilingual(s).In(tag) },
		"tag":   func() lang.Tag { return tag },
		"style": func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own file
	}
	page := template.Must(template.New("page").Funcs(words).Parse(text))
	var out bytes.Buffer
	if err := page.Execute(&out, map[string]any{"Version": version, "Data": data}); err != nil {
		panic(err) // our own template over our own routes: every start runs it
	}
	return out.Bytes()
}

// health tells a supervisor whether the program can answer: it can where its
// database does.
func (s *server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	status, word := http.StatusOK, "ok"
	if err := s.Store.Ping(ctx); err != nil {
		visitOf(ctx).err = err
		status, word = http.StatusServiceUnavailable, "database unreachable"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": word, "version": s.Version})
}
