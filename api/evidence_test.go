package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/evidence"
	"lingtan/store/blob"
	"lingtan/testkit"
)

const (
	aPDF  = "%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
	aCSV  = "日期,净重\n2024-01-05,1250.5\n"
	worse = "%PDF-1.4\n<< /S /JavaScript /JS (app.alert(1)) >>\n%%EOF\n"
)

// keeper keeps files in a folder of the test's own.
func (h *house) keeper() *evidence.Keeper {
	folder, err := blob.OpenFolder(filepath.Join(filepath.Dir(h.uploads), "evidence"), clock)
	if err != nil {
		h.tb.Fatal(err)
	}
	h.evidence = &evidence.Keeper{Blobs: folder, Catalog: h.store, Now: clock, Quota: 1 << 20}
	return h.evidence
}

// handIn hands a file in and gives what the answer says of it.
func (h *house) handIn(who, site, kind, name, data string) evidence.File {
	h.tb.Helper()
	body, contentType := form("kind", kind, "file:"+name, data)
	text := h.must(call{who: who, method: "POST", path: sites + "/" + site + "/evidence", body: body, header: map[string]string{"Content-Type": contentType}})
	var f evidence.File
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		h.tb.Fatal(err)
	}
	return f
}

func TestEvidenceComesBack(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, tt := range []struct {
		name, data, kind            string
		media, disposition, sandbox string
	}{
		{"过磅单 1 月.pdf", aPDF, "weighbill", evidence.PDF, "inline; filename*=utf-8''%E8%BF%87%E7%A3%85%E5%8D%95%201%20%E6%9C%88.pdf", "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"},
		{"script.pdf", worse, "other", evidence.PDF, "attachment; filename=script.pdf", "sandbox; default-src 'none'; frame-ancestors 'none'"},
		{`..\..\weights;1.csv`, aCSV, "assay", evidence.Text, `attachment; filename="weights;1.csv"`, "sandbox; default-src 'none'; frame-ancestors 'none'"},
	} {
		f := h.handIn("filler@"+own, own, tt.kind, tt.name, tt.data)
		if f.Type != tt.media || f.Size != int64(len(tt.data)) || f.By != "filler@"+own || f.State != evidence.Clean || f.Known {
			t.Errorf("%s was taken in as %+v", tt.name, f)
		}
		if again := h.handIn("filler@"+own, own, tt.kind, tt.name, tt.data); !again.Known || again.SHA256 != f.SHA256 {
			t.Errorf("%s again: %+v", tt.name, again)
		}
		w := h.do(call{who: "verifier@" + own, method: "GET", path: sites + "/" + own + "/evidence/" + f.SHA256})
		if w.Code != http.StatusOK || w.Body.String() != tt.data {
			t.Errorf("%s came back as %d, %d bytes", tt.name, w.Code, w.Body.Len())
		}
		for key, want := range map[string]string{
			"Content-Type": tt.media, "Content-Disposition": tt.disposition, "Content-Security-Policy": tt.sandbox, "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, key, got, want)
			}
		}
		same := h.do(call{who: "verifier@" + own, method: "GET", path: sites + "/" + own + "/evidence/" + f.SHA256, header: map[string]string{"If-None-Match": w.Header().Get("ETag")}})
		if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
			t.Errorf("%s with its etag = %d, %d bytes", tt.name, same.Code, same.Body.Len())
		}
	}
	if left, err := os.ReadDir(h.uploads); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

func TestEvidenceRefused(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, tt := range []struct {
		name  string
		pairs []string
		says  string
	}{
		{"a page", []string{"kind", "other", "file:a.html", "<script>alert(1)</script>"}, `ends in \".html\"`},
		{"a page called text in a PDF's name", []string{"kind", "other", "file:a.pdf", "<script>alert(1)</script>"}, "the content is text"},
		{"a program", []string{"kind", "other", "file:a.pdf", "MZ\x90\x00\x03"}, "not taken in"},
		{"no kind", []string{"file:a.csv", aCSV}, "no kind of evidence"},
		{"a kind there is not", []string{"kind", "'; DROP TABLE", "file:a.csv", aCSV}, "no kind of evidence"},
		{"no file", []string{"kind", "other"}, "no file"},
		{"two files", []string{"kind", "other", "file:a.csv", aCSV, "file:b.csv", aCSV}, "two files"},
		{"another field", []string{"mapping", "x"}, "mapping"},
		{"51 MB", []string{"kind", "other", "file:a.txt", strings.Repeat("x", 51<<20)}, "larger than 50 MB"},
		{"beyond what a mine may keep", []string{"kind", "other", "file:a.txt", strings.Repeat("x", 1<<20+1)}, "beyond the limit"},
	} {
		body, kind := form(tt.pairs...)
		w := h.do(call{who: "filler@" + own, method: "POST", path: sites + "/" + own + "/evidence", body: body, header: map[string]string{"Content-Type": kind}})
		if w.Code/100 != 4 || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s = %d, want %s: %.300s", tt.name, w.Code, tt.says, w.Body)
		}
	}
	if list := h.must(call{who: "filler@" + own, method: "GET", path: sites + "/" + own + "/evidence"}); list != `{"items":[]}`+"\n" {
		t.Errorf("kept all the same: %s", list)
	}
	if left, err := os.ReadDir(h.uploads); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

// TestEvidenceIsTheMines: who knows a hash of another mine's file learns nothing
// by it, not even that the file is there.
func TestEvidenceIsTheMines(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	f := h.handIn("filler@"+own, own, "invoice", "发票.pdf", aPDF)
	theirs := h.do(call{who: "filler@" + other, method: "GET", path: sites + "/" + other + "/evidence/" + f.SHA256})
	nobodys := h.do(call{who: "filler@" + other, method: "GET", path: sites + "/" + other + "/evidence/" + strings.Repeat("0", 64)})
	if theirs.Code != http.StatusNotFound || nobodys.Code != http.StatusNotFound {
		t.Errorf("another mine's file = %d, nobody's = %d", theirs.Code, nobodys.Code)
	}
	told := func(body, hash, id string) string {
		return strings.ReplaceAll(strings.ReplaceAll(body, hash, "…"), id, "")
	}
	a := told(theirs.Body.String(), f.SHA256, theirs.Header().Get("X-Request-Id"))
	b := told(nobodys.Body.String(), strings.Repeat("0", 64), nobodys.Header().Get("X-Request-Id"))
	if a != b {
		t.Errorf("a file that another mine has and one that nobody has answer differently:\n%s\n%s", a, b)
	}
	if list := h.must(call{who: "filler@" + other, method: "GET", path: sites + "/" + other + "/evidence"}); strings.Contains(list, f.SHA256) {
		t.Errorf("another mine lists it: %s", list)
	}
	mine := h.handIn("filler@"+other, other, "invoice", "发票.pdf", aPDF)
	if mine.SHA256 != f.SHA256 || mine.Known {
		t.Errorf("handed in at the other mine too: %+v", mine)
	}
	for _, path := range []string{"/../../" + f.SHA256, "/..%2f" + f.SHA256, "/" + strings.ToUpper(f.SHA256), "/" + f.SHA256[:63], "/%2e%2e%2fetc%2fpasswd"} {
		if w := h.do(call{who: "filler@" + own, method: "GET", path: sites + "/" + own + "/evidence" + path}); w.Code == http.StatusOK || w.Code >= 500 {
			t.Errorf("GET …/evidence%s = %d", path, w.Code)
		}
	}
}

func TestEvidenceUses(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	used := h.handIn("filler@"+own, own, "weighbill", "过磅单.pdf", aPDF)
	spare := h.handIn("filler@"+own, own, "assay", "化验.csv", aCSV)
	for _, m := range []string{"2024-01", "2024-02"} {
		h.must(call{
			who: "filler@" + own, method: "PUT", path: sites + "/" + own + "/filings/coal-" + m,
			body: `{"source":"post-mining","parameter":"raw_coal","month":"` + m + `","quantity":"100000 t","evidence":[{"kind":"file","id":"过磅单.pdf","sha256":"` + used.SHA256 + `"}]}`,
		})
	}
	var list struct {
		Items []struct {
			SHA256 string
			Uses   []struct{ Source, Parameter, Month, Filing string }
		}
	}
	read := func(query string) {
		t.Helper()
		list.Items = nil
		if err := json.Unmarshal([]byte(h.must(call{who: "reviewer@" + own, method: "GET", path: sites + "/" + own + "/evidence" + query})), &list); err != nil {
			t.Fatal(err)
		}
	}
	if read(""); len(list.Items) != 2 {
		t.Fatalf("lists %+v", list.Items)
	}
	for _, row := range list.Items {
		if want := map[string]int{used.SHA256: 2, spare.SHA256: 0}[row.SHA256]; len(row.Uses) != want {
			t.Errorf("%s is used by %+v, want %d", row.SHA256, row.Uses, want)
		}
	}
	read("?month=2024-02")
	if len(list.Items) != 1 || list.Items[0].SHA256 != used.SHA256 || len(list.Items[0].Uses) != 1 || list.Items[0].Uses[0].Month != "2024-02" || list.Items[0].Uses[0].Source != "post-mining" {
		t.Errorf("of February: %+v", list.Items)
	}
	unit := "filler@" + own + "/works" // whose unit files none of it
	if text := h.must(call{who: unit, method: "GET", path: sites + "/" + own + "/evidence"}); strings.Contains(text, used.SHA256) {
		t.Errorf("a filler of one unit sees another's: %s", text)
	}
	if w := h.do(call{who: unit, method: "GET", path: sites + "/" + own + "/evidence/" + used.SHA256}); w.Code != http.StatusNotFound {
		t.Errorf("a filler of one unit opens another's: %d", w.Code)
	}
	theirs := h.handIn(unit, own, "photo", "own.csv", aCSV+"x")
	if text := h.must(call{who: unit, method: "GET", path: sites + "/" + own + "/evidence/" + theirs.SHA256}); text != aCSV+"x" {
		t.Errorf("their own file is %q", text)
	}
}

// TestEvidenceDamaged: a byte was changed on the disk, and the answer says in
// which file.
func TestEvidenceDamaged(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	f := h.handIn("filler@"+own, own, "weighbill", "过磅单.pdf", aPDF)
	path := filepath.Join(filepath.Dir(h.uploads), "evidence", f.SHA256[:2], f.SHA256[2:4], f.SHA256)
	if err := os.WriteFile(path, []byte(strings.Replace(aPDF, "Catalog", "Katalog", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	w := h.do(call{who: "reviewer@" + own, method: "GET", path: sites + "/" + own + "/evidence/" + f.SHA256})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "过磅单.pdf") || !strings.Contains(w.Body.String(), "was changed") {
		t.Errorf("a changed file = %d: %s", w.Code, w.Body)
	}
}

// TestEvidenceTooFast hands in more than a person can, in no time.
func TestEvidenceTooFast(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	body, kind := form("kind", "no such kind", "file:a.csv", aCSV)
	last := 0
	for range 125 {
		last = h.do(call{who: "filler@" + own, method: "POST", path: sites + "/" + own + "/evidence", body: body, header: map[string]string{"Content-Type": kind}}).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 125th = %d, want 429", last)
	}
	h.handIn("filler@all", own, "assay", "a.csv", aCSV) // another person
}

// BenchmarkPutEvidence hands a file of 50 MB in over HTTP: streamed to disk,
// hashed, looked through, kept, recorded.
func BenchmarkPutEvidence(b *testing.B) {
	h := build(b, testkit.SQLite(b))
	h.evidence.Quota = 1 << 40
	data := []byte(strings.Repeat("2024-01-05,1250.5\n", evidence.MaxSize/18))
	at := time.Now()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		at = at.Add(time.Second)
		copy(data, at.Format("2006-01-02T15:04:05"))
		h.handIn("filler@"+own, own, "weighbill", "a.csv", string(data))
	}
}
