package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"lingtan/api"
	"lingtan/testkit"
)

var update = flag.Bool("update", false, "write the golden files")

// TestSurface holds the routes to a file that is read before it is committed.
func TestSurface(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	var got strings.Builder
	for _, op := range h.operations() {
		var params []string
		for _, p := range op.Parameters {
			if p.Name != "lang" {
				params = append(params, p.Name)
			}
		}
		fmt.Fprintf(&got, "%-4s %-55s %-22s %-16s %s\n", op.method, op.path, op.ID, op.Action, strings.Join(params, " "))
	}
	const golden = "testdata/surface.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the surface is\n%s\nwant\n%s\nread the difference, then run with -update", got.String(), want)
	}
}

func TestOpenAPI(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	text := h.must(call{method: "GET", path: "/openapi.json"})
	for _, want := range []string{`"openapi":"3.1`, `"InventoryInventory"`, `"StandardLine"`, `"application/problem+json"`, `"bearer"`, `"Batch"`} {
		if !strings.Contains(text, want) {
			t.Errorf("openapi.json has no %s", want)
		}
	}
	if strings.Contains(text, "ErrorModel") {
		t.Error("openapi.json tells errors in another form than the server answers")
	}
	var doc struct {
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for ref := range strings.SplitSeq(text, `"$ref":"#/components/schemas/`) {
		name, _, _ := strings.Cut(ref, `"`)
		if name != "{" && name != "" && doc.Components.Schemas[name] == nil {
			t.Errorf("openapi.json points to %q, which is not in it", name)
		}
	}
}

// TestSchema holds the types of the page to what is served: they are made of
// this file, which is indented so that a difference can be read.
func TestSchema(t *testing.T) {
	served := build(t, testkit.SQLite(t)).must(call{method: "GET", path: "/openapi.json"})
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(served), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	const golden = "../web/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is not what is served; write it and the types of the page with\n\tgo test ./api -run TestSchema -update && npm run --prefix web types\nand read the difference", golden)
	}
}

func TestPages(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		path, lang string
		has        []string
	}{
		{"/", "zh-CN,zh;q=0.9", []string{"/docs", "/openapi.json", "矿山"}},
		{"/", "en-GB", []string{"/docs", "/openapi.json", "Greenhouse-gas"}},
		{"/docs", "zh", []string{"关账", "/api/v1/sites/{site}/inventories", "curl -H", "schema-StandardLine", "精确值"}},
		{"/docs", "en", []string{"close a month or a year", "id of the point", "exact"}},
		{"/docs?lang=en", "zh", []string{"close a month or a year"}},
		{"/healthz", "en", []string{`"status":"ok"`}},
	} {
		w := h.do(call{method: "GET", path: c.path, header: map[string]string{"Accept-Language": c.lang}})
		for _, want := range c.has {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("GET %s in %s = %d has no %q", c.path, c.lang, w.Code, want)
			}
		}
		for _, bad := range []string{"<script", "https://", "src=", "ZgotmplZ"} {
			if strings.Contains(w.Body.String(), bad) {
				t.Errorf("GET %s has %q: a mine has no internet", c.path, bad)
			}
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("GET %s has the policy %q", c.path, policy)
		}
	}
}

// TestNowhere makes sure that an address or a method that is not there is told
// as all else is.
func TestNowhere(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/api/v1/nothing", 404, "not_found"},
		{"GET", "/etc/passwd", 404, "not_found"},
		{"DELETE", "/api/v1/sites", 405, "method_not_allowed"},
	} {
		w := h.do(call{who: "administrator@all", method: c.method, path: c.path})
		if w.Code != c.status || !strings.Contains(w.Body.String(), `"code":"`+c.code+`"`) {
			t.Errorf("%s %s = %d %s, want %d %s", c.method, c.path, w.Code, w.Body, c.status, c.code)
		}
	}
}

// TestFrozen makes sure that what never changes is not sent twice.
func TestFrozen(t *testing.T) {
	h := build(t, testkit.SQLite(t)).closed()
	for _, path := range []string{closed, closed + "/report", closed + "/report?format=csv&lang=zh", "/openapi.json"} {
		first := h.do(call{who: "viewer@xiaoyao", method: "GET", path: path})
		etag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || etag == "" || first.Body.Len() == 0 {
			t.Fatalf("GET %s = %d, etag %q, %d bytes", path, first.Code, etag, first.Body.Len())
		}
		again := h.do(call{who: "viewer@xiaoyao", method: "GET", path: path, header: map[string]string{"If-None-Match": etag}})
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != etag {
			t.Errorf("GET %s with its etag = %d, %d bytes", path, again.Code, again.Body.Len())
		}
		head := h.do(call{who: "viewer@xiaoyao", method: "HEAD", path: path})
		if head.Code != http.StatusOK || head.Header().Get("ETag") != etag {
			t.Errorf("HEAD %s = %d, etag %q, want %q", path, head.Code, head.Header().Get("ETag"), etag)
		}
		other := h.do(call{who: "viewer@daling", method: "GET", path: path, header: map[string]string{"If-None-Match": etag}})
		if path != "/openapi.json" && other.Code != http.StatusForbidden {
			t.Errorf("GET %s of another mine with an etag = %d", path, other.Code)
		}
	}
}

func TestPacked(t *testing.T) {
	h := build(t, testkit.SQLite(t)).closed()
	plain := h.must(call{who: "viewer@xiaoyao", method: "GET", path: closed})
	w := h.do(call{who: "viewer@xiaoyao", method: "GET", path: closed, header: map[string]string{"Accept-Encoding": "br, gzip;q=0.8"}})
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() >= len(plain)/2 {
		t.Fatalf("%d bytes came as %q with %d", len(plain), w.Header().Get("Content-Encoding"), w.Body.Len())
	}
	zip, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(zip); err != nil || string(got) != plain {
		t.Errorf("unpacked are %d bytes, %v, want %d", len(got), err, len(plain))
	}
	for path, encoding := range map[string]string{"/api/v1/gwps": "gzip", "/api/v1/sites": "gzip;q=0"} {
		if w := h.do(call{who: "viewer@xiaoyao", method: "GET", path: path, header: map[string]string{"Accept-Encoding": encoding}}); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("GET %s, %d bytes, came packed for %s", path, w.Body.Len(), encoding)
		}
	}
}

// TestLimits sends what is too large, too slow to read or not JSON at all.
func TestLimits(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		name string
		call
		status int
	}{
		{"a batch beyond 32 MiB", call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/readings", body: strings.Repeat(" ", 32<<20+1)}, 413},
		{"a filing beyond 1 MiB", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/coal-0001", body: strings.Repeat(" ", 1<<20+1)}, 413},
		{"XML", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/coal-0001", body: "<x/>", header: map[string]string{"Content-Type": "text/xml"}}, 415},
		{"what curl calls a form, and is read", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/coal-0001", body: `{}`, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 422},
		{"no body where one is needed", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/coal-0001"}, 400},
		{"a page of a million", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/points?limit=1000000"}, 422},
		{"fifty-one points", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?period=2024-01&point=" + strings.Repeat("feeder,", 50) + "feeder"}, 422},
	} {
		if w := h.do(c.call); w.Code != c.status {
			t.Errorf("%s = %d, want %d: %.300s", c.name, w.Code, c.status, w.Body)
		}
	}
}

// TestIncomplete makes sure that a service that is not there is found at the
// start and not by a reader.
func TestIncomplete(t *testing.T) {
	if _, err := api.New(api.Services{}); err == nil || !strings.Contains(err.Error(), "Store") || !strings.Contains(err.Error(), "Bundle") {
		t.Errorf("New(nothing) = %v", err)
	}
}

// TestDocumented makes sure that the text for people names every route with
// what it asks for.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	h := build(t, testkit.SQLite(t))
	for _, op := range h.operations() {
		row := "| `" + op.method + " " + strings.TrimPrefix(op.path, "/api/v1") + "` |"
		_, after, found := strings.Cut(string(text), row)
		line, _, _ := strings.Cut(after, "\n")
		if !found || !strings.HasSuffix(line, "| `"+op.Action+"` |") {
			t.Errorf("docs/api.md has no row %s … %s", row, op.Action)
		}
	}
}
