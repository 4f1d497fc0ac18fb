package api_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"lingtan/testkit"
)

const (
	panels     = sites + "/xiaoyao/prometheus/api/v1"
	recordings = "testdata/grafana"
)

// TestGrafana plays what Grafana's data source sends (pkg/promlib/client of
// Grafana's source writes it so), and holds the answers to
// those written beside it.
func TestGrafana(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/xiaoyao/readings", body: hours()})
	files, err := filepath.Glob(recordings + "/*.txtar")
	if err != nil || len(files) < 18 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			recording := txtar.Parse(text)
			w := h.play(recording.Files[0].Data)
			got := strconv.Itoa(w.Code) + " " + w.Header().Get("Content-Type") + "\n" + w.Body.String()
			if *update {
				recording.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(recording), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(recording.Files[1].Data); got != want {
				t.Errorf("the answer is\n%swant\n%s", got, want)
			}
		})
	}
}

// play sends a request as it stands in a recording, with a viewer's token. Its
// answers are too short to be packed.
func (h *house) play(raw []byte) *httptest.ResponseRecorder {
	h.tb.Helper()
	_, body, _ := strings.Cut(string(raw), "\n\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(raw))))
	if err != nil {
		h.tb.Fatal(err)
	}
	r.Body = io.NopCloser(strings.NewReader(strings.TrimSuffix(body, "\n")))
	r.ContentLength = -1
	r.Header.Set("Authorization", "Bearer "+h.tokens["viewer@"+own])
	r.Header.Set("Accept-Language", "en")
	r.Header.Del("Accept-Encoding")
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r.WithContext(h.tb.Context()))
	return w
}

// TestPanelRefusals answers as Prometheus does what the door lets in, in the
// reader's language, and shows nothing of what is ours to mend.
func TestPanelRefusals(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for _, c := range []struct {
		name, who, path, lang string
		status                int
		has                   string
	}{
		{"in Chinese", "viewer@" + own, panels + "/query?query=sum(", "zh", 400, `"errorType":"bad_data","error":"表达式有误`},
		{"no mine", "viewer@all", sites + "/nowhere/prometheus/api/v1/query?query=1", "en", 404, `"errorType":"not_found"`},
		{"another's mine", "viewer@" + other, panels + "/query?query=1", "en", 403, `"code":"forbidden"`},
		{"who may not read", "gateway@" + own, panels + "/query?query=1", "en", 403, `"code":"forbidden"`},
	} {
		w := h.do(call{who: c.who, method: "GET", path: c.path, header: map[string]string{"Accept-Language": c.lang}})
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) {
			t.Errorf("%s: %d %s, want %d with %s", c.name, w.Code, w.Body, c.status, c.has)
		}
	}
}
