package api_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http/httptest"
	"net/textproto"
	"os"
	"strings"
	"testing"

	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/testkit"
)

// Start runs an import before it answers, as nothing else waits for it here.
func (h *house) Start(ctx context.Context, job api.ImportJob) (api.ImportRun, error) {
	report, err := job.Run(ctx)
	run := api.ImportRun{Import: reading.Import{ID: "one", Site: job.Site, By: job.By, State: reading.ImportDone}, Report: &report, Failed: err}
	if err != nil {
		run.State = reading.ImportFailed
	}
	h.run = run
	return run, job.File.Remove()
}

// Find gives the import begun last.
func (h *house) Find(_ context.Context, site, id string) (api.ImportRun, error) {
	if id != h.run.ID || site != h.run.Site {
		return api.ImportRun{}, fault.NotFound.Say(lang.T("没有导入 %s", "there is no import %s"), id)
	}
	return h.run, nil
}

// Cancel finds that it has ended.
func (h *house) Cancel(ctx context.Context, site, id string) (api.ImportRun, error) {
	run, err := h.Find(ctx, site, id)
	if err == nil {
		err = fault.Conflict.Say(lang.T("已结束", "it has ended"))
	}
	return run, err
}

// Rejects has a list of no rows.
func (h *house) Rejects(ctx context.Context, site, id string) ([]byte, error) {
	_, err := h.Find(ctx, site, id)
	return []byte("file,row\n"), err
}

// form writes a form of pairs of field and text; "file" has a file's name behind a colon.
func form(pairs ...string) (body, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		field, name, isFile := strings.Cut(pairs[i], ":")
		head := `form-data; name="` + field + `"`
		if isFile {
			head += `; filename="` + name + `"`
		}
		part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {head}})
		_, _ = part.Write([]byte(pairs[i+1]))
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

const (
	june    = "time,spare,remark\n2024-06-01 00:00:00,12.5,a\n2024-06-01 01:00:00,x,b\n"
	mapJune = "[mapping]\nkind = \"readings\"\n[time]\ncolumn = \"time\"\nlayouts = [\"yyyy-MM-dd HH:mm:ss\"]\n[[column]]\nname = \"spare\"\npoint = \"spare\"\n"
	mapFile = "[mapping]\nkind = \"filings\"\n[filing]\nsource = \"s\"\nparameter = \"p\"\nmonth = \"m\"\nquantity = \"q\"\n"
)

// send posts a form.
func (h *house) send(who, path string, pairs ...string) *httptest.ResponseRecorder {
	h.tb.Helper()
	body, kind := form(pairs...)
	return h.do(call{who: who, method: "POST", path: sites + "/xiaoyao" + path, body: body, header: map[string]string{"Content-Type": kind}})
}

func TestImports(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		name, who, path string
		pairs           []string
		status          int
		has             []string
	}{
		{"a mapping is suggested", "filler@xiaoyao", "/import-suggestion", []string{"file:june.csv", june}, 200, []string{`"use":"time"`, `"point":"spare"`, `[[column]]`, `"rows":[["2024-06-01 00:00:00","12.5","a"]`}},
		{"of a file that is none", "filler@xiaoyao", "/import-suggestion", []string{"file:a.bin", "a\x00b"}, 422, []string{"a.bin", "zero bytes"}},
		{"all is understood, nothing written", "filler@xiaoyao", "/import-preview", []string{"mapping", mapJune, "file:june.csv", june}, 200, []string{`"dry_run":true`, `"readings":1`, `"rejected":1`, `"row":3`, `"file":"june.csv"`}},
		{"a mapping with faults", "filler@xiaoyao", "/import-preview", []string{"mapping", strings.ReplaceAll(mapJune, `"spare"`, `"spar"`) + "x = 1\n", "file:june.csv", june}, 422, []string{`"file":"mapping.toml"`, `"row":`}},
		{"a mapping of another file", "filler@xiaoyao", "/import-preview", []string{"mapping", strings.Replace(mapJune, `name = "spare"`, `name = "none"`, 1), "file:june.csv", june}, 422, []string{`"file":"june.csv"`, "none"}},
		{"no mapping", "filler@xiaoyao", "/import-preview", []string{"file:june.csv", june}, 422, []string{"mapping.toml"}},
		{"no file", "filler@xiaoyao", "/import-preview", []string{"mapping", mapJune}, 422, []string{"no file"}},
		{"two files", "filler@xiaoyao", "/import-preview", []string{"file:a.csv", june, "file:b.csv", june}, 422, []string{"two files"}},
		{"a field there is not", "filler@xiaoyao", "/imports", []string{"files", "x"}, 422, []string{"files"}},
		{"a correction number that is none", "filler@xiaoyao", "/imports", []string{"mapping", mapJune, "seq", "-1", "file:june.csv", june}, 422, []string{`"column":"seq"`}},
		{"a machine files no values", "gateway@xiaoyao", "/imports", []string{"mapping", mapFile, "file:june.csv", june}, 403, []string{"forbidden"}},
		{"a name that would lead elsewhere", "filler@xiaoyao", "/import-preview", []string{"mapping", mapJune, `file:..\..\.june.csv`, june}, 200, []string{`"file":"june.csv"`}},
		{"the import", "filler@xiaoyao", "/imports", []string{"mapping", mapJune, "file:june.csv", june}, 201, []string{`"state":"done"`, `"by":"filler@xiaoyao"`, `"delivered":1`}},
		{"the same again", "filler@xiaoyao", "/imports", []string{"mapping", mapJune, "file:june.csv", june}, 201, []string{`"state":"failed"`, "imported before"}},
		{"the same again, asked for", "filler@xiaoyao", "/imports", []string{"mapping", mapJune, "force", "true", "file:june.csv", june}, 201, []string{`"state":"done"`}},
	} {
		w := h.send(c.who, c.path, c.pairs...)
		if w.Code != c.status {
			t.Errorf("%s = %d, want %d: %.400s", c.name, w.Code, c.status, w.Body)
		}
		for _, want := range c.has {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: no %s in %.600s", c.name, want, w.Body)
			}
		}
		if left, err := os.ReadDir(h.uploads); err != nil && !os.IsNotExist(err) || len(left) > 0 {
			t.Errorf("%s left %v, %v", c.name, left, err)
		}
	}
	for path, status := range map[string]int{"/imports/one": 200, "/imports/one/errors": 200, "/imports/two": 404, "/imports/two/errors": 404} {
		if w := h.do(call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao" + path}); w.Code != status {
			t.Errorf("GET %s = %d, want %d", path, w.Code, status)
		}
	}
	if w := h.do(call{who: "filler@xiaoyao", method: "DELETE", path: sites + "/xiaoyao/imports/one"}); w.Code != 409 {
		t.Errorf("cancelling what has ended = %d", w.Code)
	}
}

// TestUploadCut makes sure that a form that breaks off leaves nothing behind.
func TestUploadCut(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	body, kind := form("mapping", mapJune, "file:june.csv", june)
	for _, c := range []struct{ body, kind string }{{body[:len(body)-60], kind}, {body[:200], kind}, {"", kind}, {body, "application/json"}, {body, "multipart/form-data"}} {
		w := h.do(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/imports", body: c.body, header: map[string]string{"Content-Type": c.kind}})
		if left, _ := os.ReadDir(h.uploads); w.Code != 422 || len(left) > 0 {
			t.Errorf("%d bytes of %q = %d %.200s, left %v", len(c.body), c.kind, w.Code, w.Body, left)
		}
	}
}
