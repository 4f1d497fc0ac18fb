package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lingtan/api"
	"lingtan/bundle"
	"lingtan/series"
	"lingtan/testkit"
)

// workbook takes the grid of two months as somebody.
func (h *house) workbook(who, site string) []byte {
	h.tb.Helper()
	return []byte(h.must(call{who: who, method: "GET", path: sites + "/" + site + "/grid.xlsx?from=2024-01&to=2024-02"}))
}

// edited changes cells of a workbook: pairs of an address and a value.
func edited(tb testing.TB, data []byte, pairs ...string) string {
	tb.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	defer book.Close()
	for i := 0; i < len(pairs); i += 2 {
		if err := book.SetCellStr("Filing", pairs[i], pairs[i+1]); err != nil {
			tb.Fatal(err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// compared hands a workbook back.
func (h *house) compared(who, site, data string) (api.SheetDiff, int, string) {
	h.tb.Helper()
	body, kind := form("file:填报.xlsx", data)
	w := h.do(call{who: who, method: "POST", path: sites + "/" + site + "/grid-diff", body: body, header: map[string]string{"Content-Type": kind}})
	var out api.SheetDiff
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			h.tb.Fatal(err)
		}
	}
	return out, w.Code, w.Body.String()
}

// TestWorkbookComesBack takes the grid out, fills it in, sees what it would
// change, files that as a block, and takes it out once more.
func TestWorkbookComesBack(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	filler := "filler@" + own
	h.must(call{who: filler, method: "PUT", path: sites + "/" + own + "/filings/coal-2024-01", body: `{"source":"post-mining","parameter":"raw_coal","month":"2024-01","quantity":"100000.5 t"}`})
	data := h.workbook(filler, own)
	if d, _, text := h.compared(filler, own, string(data)); len(d.Changes) != 0 || d.Unchanged != 4 {
		t.Errorf("nothing was changed: %s", text)
	}
	row, ok := rowOf(t, data, "post-mining/raw_coal")
	if !ok {
		t.Fatal("the workbook has no row for the coal")
	}
	changed := edited(t, data, "F"+row, "12.5 万", "G"+row, "99,000")
	d, _, text := h.compared(filler, own, changed)
	if len(d.Changes) != 2 || d.Changes[0].Before != "100000.5" || d.Changes[0].After != "125000" || d.Changes[1].After != "99000" || d.Changes[0].Address != "Filing!F"+row {
		t.Fatalf("changes: %s", text)
	}
	block := map[string]any{"cells": []map[string]string{
		{"row": "post-mining/raw_coal", "month": "2024-01", "value": d.Changes[0].After, "unit": d.Changes[0].Unit, "supersedes": "coal-2024-01"},
	}}
	body, err := json.Marshal(block)
	if err != nil {
		t.Fatal(err)
	}
	if text := h.must(call{who: filler, method: "POST", path: sites + "/" + own + "/cells", body: string(body)}); !strings.Contains(text, `"saved":1`) {
		t.Fatalf("filed: %s", text)
	}
	if d, _, text := h.compared(filler, own, changed); len(d.Changes) != 1 || d.Changes[0].Month != "2024-02" || d.Unchanged != 3 {
		t.Errorf("after one of them was filed: %s", text)
	}
	late := edited(t, data, "F"+row, "5")
	if d, _, text := h.compared(filler, own, late); len(d.Changes) != 1 || !d.Changes[0].Stale || d.Changes[0].Before != "125000" {
		t.Errorf("an old workbook over a newer value: %s", text)
	}
	words := edited(t, data, "F"+row, "约 5")
	if d, _, text := h.compared(filler, own, words); len(d.Changes) != 1 || len(d.Changes[0].Errors) != 1 || d.Changes[0].Errors[0].Place.Column != "Filing!F"+row {
		t.Errorf("words: %s", text)
	}
	if d, _, _ := h.compared(filler+"/works", own, changed); len(d.Changes) != 2 || len(d.Changes[0].Errors) == 0 {
		t.Errorf("a filler of another unit: %+v", d)
	}
	if _, code, text := h.compared("filler@"+other, other, changed); code != http.StatusUnprocessableEntity || !strings.Contains(text, "not of "+other) {
		t.Errorf("at another mine: %d %s", code, text)
	}
	if left, err := os.ReadDir(h.uploads); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

// rowOf finds the row of a parameter by its hidden key.
func rowOf(tb testing.TB, data []byte, id string) (string, bool) {
	tb.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	defer book.Close()
	found, err := book.SearchSheet("Filing", id)
	if err != nil || len(found) != 1 {
		return "", false
	}
	return strings.TrimPrefix(found[0], "A"), true
}

// TestWorkbookRefused: what is no workbook of ours, or does more than hold cells.
func TestWorkbookRefused(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	filler := "filler@" + own
	whole := h.workbook(filler, own)
	book, err := excelize.OpenReader(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	book.Pkg.Store("xl/vbaProject.bin", []byte("x"))
	macro, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("xl/workbook.xml")
	if err == nil {
		_, err = w.Write(make([]byte, 64<<20))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ data, says string }{
		"text":      {"1250.5", "damaged"},
		"macros":    {macro.String(), "macros"},
		"a bomb":    {bomb.String(), "unpacks to too much"},
		"cut off":   {string(whole[:len(whole)/2]), "damaged"},
		"too large": {strings.Repeat("x", 10<<20+1), "larger than 10 MB"},
		"no stamps": {edited(t, whole, "A1", "mine"), "not a filing workbook"},
		"nothing":   {"", "damaged"},
	} {
		if _, code, text := h.compared(filler, own, tt.data); code/100 != 4 || !strings.Contains(text, tt.says) {
			t.Errorf("%s = %d, want %s: %.300s", name, code, tt.says, text)
		}
	}
	if w := h.do(call{who: filler, method: "GET", path: sites + "/" + own + "/grid.xlsx?from=2024-01&to=2031-01"}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("seven years = %d", w.Code)
	}
}

// locked files January with a paper and others, has it reviewed and locked.
func (h *house) locked(more ...string) string {
	h.tb.Helper()
	filler, reviewer := "filler@"+own, "reviewer@"+own
	h.must(call{who: filler, method: "POST", path: sites + "/" + own + "/readings", body: hours()})
	f := h.handIn(filler, own, "weighbill", "过磅单.pdf", aPDF)
	h.must(call{
		who: filler, method: "PUT", path: sites + "/" + own + "/cells/post-mining/raw_coal/2024-01",
		body: `{"value":"100000","unit":"t","supersedes":"","evidence":["` + strings.Join(append(more, f.SHA256), `","`) + `"],"note":"见过磅单"}`,
	})
	for _, step := range []struct{ who, step string }{{filler, "submit"}, {reviewer, "approve"}, {"second@" + own, "lock"}} {
		h.must(call{who: step.who, method: "POST", path: sites + "/" + own + "/months/2024-01/" + step.step, body: `{}`})
	}
	return f.SHA256
}

// TestPackage takes the package of a locked month and verifies it as lingtan
// verify does; then a byte of the evidence is changed behind the program's back.
func TestPackage(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	early := h.do(call{who: "reviewer@" + own, method: "GET", path: sites + "/" + own + "/months/2024-01/package"})
	if early.Code != http.StatusConflict || !strings.Contains(early.Body.String(), "no evidence package yet") {
		t.Errorf("of a draft = %d %s", early.Code, early.Body)
	}
	sum := h.locked()
	path := sites + "/" + own + "/months/2024-01/package"
	w := h.do(call{who: "banker@" + own, method: "GET", path: path})
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" || w.Header().Get("Content-Disposition") != "attachment; filename=xiaoyao.2024-01.zip" {
		t.Fatalf("the package = %d %v %.300s", w.Code, w.Header(), w.Body)
	}
	data := w.Body.Bytes()
	r := bundle.Verify(t.Context(), bytes.NewReader(data), int64(len(data)), series.Read)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		t.Logf("%s: %s", c.Name, c.Text.EN)
	}
	if r.Manifest.Month != "2024-01" || r.Inventory.Content.Period != "2024-01" {
		t.Errorf("it is of %+v, its inventory of %q", r.Manifest.Month, r.Inventory.Content.Period)
	}
	if again := h.must(call{who: "verifier@" + own, method: "GET", path: path}); again != string(data) {
		t.Error("another reader gets other bytes")
	}
	page := unpacked(t, data, "forms/grid.html")
	for _, want := range []string{"100000", "过磅单.pdf", `href="../evidence/` + sum[:16] + `-`, "见过磅单", "已锁定 locked"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	blob := filepath.Join(filepath.Dir(h.uploads), "evidence", sum[:2], sum[2:4], sum)
	if err := os.WriteFile(blob, []byte(strings.Replace(aPDF, "Catalog", "Katalog", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := h.do(call{who: "verifier@" + own, method: "GET", path: path})
	if broken.Code != http.StatusConflict || !strings.Contains(broken.Body.String(), "过磅单.pdf") {
		t.Errorf("with a changed file = %d %s", broken.Code, broken.Body)
	}
}

func unpacked(tb testing.TB, data []byte, name string) string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	in, err := z.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(in); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// BenchmarkPackage packs a locked month with 20 papers of 5 MB: each is read
// through twice, once before the first byte goes out and once on its way.
func BenchmarkPackage(b *testing.B) {
	h := build(b, testkit.SQLite(b))
	h.evidence.Quota = 1 << 30
	var papers []string
	for i := range 20 {
		scan := fmt.Sprintf("%%PDF-1.4\n%% %d\n%s\n%%%%EOF\n", i, strings.Repeat("0123456789abcdef", 5<<20/16))
		papers = append(papers, h.handIn("filler@"+own, own, "weighbill", fmt.Sprintf("过磅单 %d.pdf", i), scan).SHA256)
	}
	h.locked(papers...)
	b.SetBytes(100 << 20)
	for b.Loop() {
		h.must(call{who: "verifier@" + own, method: "GET", path: sites + "/" + own + "/months/2024-01/package"})
	}
}
