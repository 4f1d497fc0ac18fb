package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/source"
)

const beltMapping = `[mapping]
kind = "readings"
[time]
column = "t"
layouts = ["yyyy-MM-dd HH:mm"]
[[column]]
name = "belt"
point = "belt"
`

// beltFile writes n minutes of the belt, with a cell that is none.
func beltFile(n int) string {
	var b strings.Builder
	b.WriteString("t,belt\n2024-01-01 00:00,x\n")
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&b, "%s,%d\n", at.Add(time.Duration(i+1)*time.Minute).Format("2006-01-02 15:04"), i%10)
	}
	return b.String()
}

// platform opens an empty platform with the mine of the scripts.
func platform(tb testing.TB) *app {
	tb.Helper()
	data := tb.TempDir()
	c := &cli{tag: lang.EN, env: env{
		stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, now: time.Now,
		getenv: func(key string) string { return map[string]string{"LINGTAN_DATA": data}[key] },
	}}
	c.root() // makes the flags that settings are read from
	a, err := c.open(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
	})
	file, err := os.ReadFile("testdata/mine.toml")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := a.store.PutSite(tb.Context(), "small", string(file), "test"); err != nil {
		tb.Fatal(err)
	}
	return a
}

// handedIn is a job as a request leaves it.
func handedIn(tb testing.TB, a *app, text string) api.ImportJob {
	tb.Helper()
	file, err := source.NewHanded(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := file.Save("belt.csv", strings.NewReader(text), 1<<30); err != nil {
		tb.Fatal(err)
	}
	m, err := a.mine(tb.Context(), "small")
	if err != nil {
		tb.Fatal(err)
	}
	job := api.ImportJob{Import: a.importOf(m), File: file}
	job.Path, job.By, job.Lang = file.Path, "demo-filler", lang.EN
	if job.Mapping, err = source.ParseMapping("mapping.toml", []byte(beltMapping)); err != nil {
		tb.Fatal(err)
	}
	return job
}

// through waits for a run's end.
func through(tb testing.TB, i *imports, id string) api.ImportRun {
	tb.Helper()
	for range 600 {
		run, err := i.Find(tb.Context(), "small", id)
		if err != nil {
			tb.Fatal(err)
		}
		if run.State != reading.ImportRunning {
			return run
		}
		time.Sleep(50 * time.Millisecond)
	}
	tb.Fatal("the import does not end")
	return api.ImportRun{}
}

func TestHandedIn(t *testing.T) {
	a := platform(t)
	i := newImports(a)
	job := handedIn(t, a, beltFile(100))
	began, err := i.Start(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	run := through(t, i, began.ID)
	if run.State != reading.ImportDone || run.Accepted != 100 || run.Refused != 1 || run.Report == nil || run.Report.Readings != 100 || run.By != "demo-filler" {
		t.Errorf("the run is %+v", run)
	}
	if _, err := os.Stat(job.Path); !os.IsNotExist(err) {
		t.Errorf("the upload is still there: %v", err)
	}
	list, err := i.Rejects(t.Context(), "small", began.ID)
	if err != nil || !strings.Contains(string(list), "belt.csv,2,belt,x") {
		t.Errorf("the list of errors is %q, %v", list, err)
	}
	row, err := a.store.Import(t.Context(), "small", began.ID)
	if err != nil || row.State != reading.ImportDone || row.By != "demo-filler" || row.Accepted != 100 || row.ErrorsFile != began.ID+".errors.csv" {
		t.Errorf("on record is %+v, %v", row, err)
	}
	again, err := i.Start(t.Context(), handedIn(t, a, beltFile(100)))
	if err != nil {
		t.Fatal(err)
	}
	if run := through(t, i, again.ID); run.State != reading.ImportFailed || fault.KindOf(run.Failed) != fault.Conflict || run.Cancelled {
		t.Errorf("the same file again: %+v", run)
	}
	for _, bad := range []string{"none", "../" + began.ID, "20240101T000000.000Z-00000000"} {
		if _, err := i.Rejects(t.Context(), "small", bad); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the errors of %q: %v", bad, err)
		}
	}
	i.stop()
	if _, err := i.Start(t.Context(), handedIn(t, a, beltFile(3))); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a server that stops took a file: %v", err)
	}
}

// TestHandedInCancelled cancels an import under way, which goes on later from
// where it was; a mine takes one at a time.
func TestHandedInCancelled(t *testing.T) {
	a := platform(t)
	i := newImports(a)
	t.Cleanup(i.stop)
	text := beltFile(60_000)
	job := handedIn(t, a, text)
	gate := make(chan struct{})
	job.Sink, job.Batch = &slow{Sink: job.Sink, first: gate}, 1000
	began, err := i.Start(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	<-gate // the first batch is durable
	if _, err := i.Start(t.Context(), handedIn(t, a, text)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second import of the mine: %v", err)
	}
	if _, err := i.Cancel(t.Context(), "small", began.ID); err != nil {
		t.Fatal(err)
	}
	run := through(t, i, began.ID)
	if run.State != reading.ImportFailed || !run.Cancelled || run.Accepted == 0 || run.Accepted >= 60_000 {
		t.Errorf("the cancelled run is %+v", run)
	}
	if _, err := i.Cancel(t.Context(), "small", began.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("cancelled twice: %v", err)
	}
	next, err := i.Start(t.Context(), handedIn(t, a, text))
	if err != nil {
		t.Fatal(err)
	}
	on := through(t, i, next.ID)
	if on.State != reading.ImportDone || on.Report.Resumed == 0 || on.Accepted+run.Accepted != 60_000 {
		t.Errorf("it went on with %+v after %d", on.Report, run.Accepted)
	}
}

// slow is a sink that takes its time once the first batch is in.
type slow struct {
	source.Sink
	first chan struct{}
	n     int
}

func (s *slow) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	if s.n++; s.n > 1 {
		select {
		case <-ctx.Done():
			return reading.Receipt{}, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	receipt, err := s.Sink.Accept(ctx, b)
	if s.n == 1 {
		close(s.first)
	}
	return receipt, err
}
