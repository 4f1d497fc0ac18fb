package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// busy is a platform at work: meters send, somebody files, and somebody backs
// it all up meanwhile.
type busy struct {
	*fed
	dsn     string
	testdir string
	stop    chan struct{}
	working sync.WaitGroup
	filed   int
	paper   string // hash of the one file of evidence
}

func newBusy(t *testing.T, dsn string) *busy {
	t.Helper()
	t.Setenv("LINGTAN_DATABASE", dsn)
	dir := t.TempDir()
	b := &busy{fed: newFed(t, filepath.Join(dir, "data")), dsn: dsn, testdir: dir, stop: make(chan struct{})}
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	// A year that is closed, so that there are sealed months, an inventory and its postings.
	list := filepath.Join(dir, "feeder.csv")
	if err := writeReadings(list, time.Hour, "2024-01-01", "2025-01-01", "1000"); err != nil {
		t.Fatal(err)
	}
	b.run("import", list, "--mapping", filepath.Join(testdata, "feeder.toml"))
	b.run("import", filepath.Join(testdata, "filings.csv"), "--errors", filepath.Join(dir, "rejects.csv"), "--mapping", filepath.Join(testdata, "filings.toml"))
	b.run("close", "--period", "2024")
	b.run("bundle", "small.2024.cn-coal-2014.v1", "-o", filepath.Join(dir, "bundle.zip")) // seals the months
	return b
}

// work sends readings and filings until the test has what it wants.
func (b *busy) work(filler string) {
	b.working.Go(func() {
		for {
			select {
			case <-b.stop:
				return
			default:
				b.feed(200 * time.Millisecond)
			}
		}
	})
	b.working.Go(func() {
		for before := ""; ; b.filed++ {
			select {
			case <-b.stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
			id := fmt.Sprintf("coal-%06d", b.filed)
			body := fmt.Sprintf(`{"source":"boiler","parameter":"amount","month":"2025-01","quantity":"%d t","supersedes":%q}`, 100+b.filed, before)
			if err := b.put(filler, "/api/v1/sites/small/filings/"+id, body); err != nil {
				b.Error(err)
				return
			}
			before = id
		}
	})
}

func (b *busy) put(key, path, body string) error {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPut, b.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(w.Body)
		return fmt.Errorf("%s: %s %s", path, w.Status, said)
	}
	return nil
}

// prove hands a paper in.
func (b *busy) prove(key string) {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "过磅单.pdf")
	if err != nil {
		b.Fatal(err)
	}
	paper := []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
	if _, err := part.Write(paper); err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(form.WriteField("kind", "weighbill"), form.Close()); err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.url+"/api/v1/sites/small/evidence", &body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Body.Close()
	if said, _ := io.ReadAll(w.Body); w.StatusCode/100 != 2 {
		b.Fatalf("hand a paper in: %s %s", w.Status, said)
	}
	b.paper = hashOf(paper)
}

// acknowledged copies what is known to be durable.
func (b *busy) acknowledged() map[int64]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := map[int64]bool{}
	for at := range b.acked {
		out[at] = true
	}
	return out
}
