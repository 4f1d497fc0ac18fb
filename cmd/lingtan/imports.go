package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/source"
)

// keptRuns is how many ended imports of the platform are told with their whole
// report; of all others the record remains.
const keptRuns = 50

// imports runs what is handed in over HTTP, behind the requests.
type imports struct {
	a *app

	mu    sync.Mutex
	runs  map[string]*importRun // by id
	order []string              // of ids, oldest first
	ended bool
	work  sync.WaitGroup
}

// importRun is an import under way, or one that ended not long ago.
type importRun struct {
	told      api.ImportRun
	stop      context.CancelFunc
	underWay  bool
	cancelled bool
}

// newImports makes the runner, and takes away what a kill left of the uploads.
func newImports(a *app) *imports {
	_ = os.RemoveAll(a.folder.path(uploads)) // what cannot be removed only takes room
	return &imports{a: a, runs: map[string]*importRun{}}
}

// uploads is the folder of files that are handed in, rejects that of the lists
// of what was not understood of them.
const (
	uploads = "uploads"
	rejects = "imports"
)

// Start begins a run; a mine takes one file at a time.
func (i *imports) Start(ctx context.Context, job api.ImportJob) (api.ImportRun, error) {
	m, err := i.a.mine(ctx, job.Site)
	if err != nil {
		return api.ImportRun{}, err
	}
	began := i.a.now()
	id, err := importID(began)
	if err != nil {
		return api.ImportRun{}, err
	}
	if err := os.MkdirAll(i.a.folder.path(rejects, job.Site), 0o750); err != nil {
		return api.ImportRun{}, unwritable(i.a.folder.path(rejects, job.Site), err)
	}
	job.Rejects = i.a.folder.path(rejects, job.Site, id+".errors.csv")
	run, stop := context.WithCancel(context.WithoutCancel(ctx)) // the request ends long before
	r := &importRun{stop: stop, underWay: true, told: api.ImportRun{Import: reading.Import{
		ID: id, Site: job.Site, File: filepath.Base(job.Path), Mapping: job.Mapping.SHA256, State: reading.ImportRunning, By: job.By,
		StartedAt: began.UTC(), UpdatedAt: began.UTC(),
	}}}
	if err := i.enter(r); err != nil {
		stop()
		return api.ImportRun{}, err
	}
	i.work.Go(func() {
		defer stop()
		i.run(run, r, m, job)
	})
	return i.tell(r), nil
}

// enter lets one import of a mine at a time begin.
func (i *imports) enter(r *importRun) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.ended {
		return fault.Conflict.Say(lang.T("服务正在停止", "the server is stopping")).Do(lang.T("启动后再试", "try again when it is up"))
	}
	for _, other := range i.runs {
		if other.underWay && other.told.Site == r.told.Site {
			return fault.Conflict.Say(lang.T("正在导入 %s", "%s is being imported"), other.told.File).
				Do(lang.T("等它结束,或中止它", "wait until it is through, or cancel it"))
		}
	}
	if len(i.order) >= keptRuns && !i.runs[i.order[0]].underWay {
		delete(i.runs, i.order[0])
		i.order = i.order[1:]
	}
	i.runs[r.told.ID] = r
	i.order = append(i.order, r.told.ID)
	return nil
}

// run does the work, and puts it on record.
func (i *imports) run(ctx context.Context, r *importRun, m *mineAt, job api.ImportJob) {
	began := i.a.now()
	job.Progress = func(p source.Progress) {
		i.change(r, func(t *api.ImportRun) {
			t.Phase, t.Bytes, t.Of, t.Done, t.Rate, t.UpdatedAt = p.Phase, p.Bytes, p.Of, p.Rows, p.Rate, i.a.now().UTC()
		})
	}
	var report source.Report
	err := guarded(ctx, func(ctx context.Context) (err error) {
		report, err = job.Run(ctx)
		return err
	})
	e := ended{id: r.told.ID, site: job.Site, by: job.By, mapping: job.Mapping, report: report, began: began, failed: err}
	if report.RejectsFile != "" {
		e.list = filepath.Base(report.RejectsFile)
	}
	err = errors.Join(err, i.a.record(ctx, e))
	if err == nil && report.Delivered > 0 {
		err = i.recompute(ctx, r, m)
	}
	i.end(r, report, errors.Join(err, job.File.Remove()))
}

// recompute brings the hours up to the readings that came in.
func (i *imports) recompute(ctx context.Context, r *importRun, m *mineAt) error {
	_, err := m.readings.Refresh(ctx, func(done, total int) {
		i.change(r, func(t *api.ImportRun) {
			t.Phase, t.Bytes, t.Of, t.UpdatedAt = "hours", int64(done), int64(total), i.a.now().UTC()
		})
	})
	return err
}

func (i *imports) change(r *importRun, by func(*api.ImportRun)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	by(&r.told)
}

func (i *imports) end(r *importRun, report source.Report, failed error) {
	i.change(r, func(t *api.ImportRun) {
		if t.ErrorsFile = ""; report.RejectsFile != "" {
			t.ErrorsFile = filepath.Base(report.RejectsFile)
		}
		report.RejectsFile = "" // where it lies is the server's own
		t.Bytes, t.Of, t.Rate = 0, 0, 0
		t.State, t.Phase, t.SHA256, t.Report, t.Failed, t.UpdatedAt = reading.ImportDone, "", report.SHA256, &report, failed, i.a.now().UTC()
		t.Done, t.Total, t.Accepted, t.Refused = report.Rows, report.Rows, report.Delivered, report.Rejected+report.Unknown
		if t.Cancelled = failed != nil && r.cancelled; failed != nil {
			t.State = reading.ImportFailed
		}
		r.underWay = false
	})
}

func (i *imports) tell(r *importRun) api.ImportRun {
	i.mu.Lock()
	defer i.mu.Unlock()
	return r.told
}

// Find tells how far an import is; of one that ended long ago, what is on record.
func (i *imports) Find(ctx context.Context, site, id string) (api.ImportRun, error) {
	if r := i.of(site, id); r != nil {
		return i.tell(r), nil
	}
	row, err := i.a.store.Import(ctx, site, id)
	return api.ImportRun{Import: row}, err
}

func (i *imports) of(site, id string) *importRun {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r := i.runs[id]; r != nil && r.told.Site == site {
		return r
	}
	return nil
}

// Cancel lets an import end behind the batch that is on its way.
func (i *imports) Cancel(ctx context.Context, site, id string) (api.ImportRun, error) {
	r := i.of(site, id)
	if r == nil {
		run, err := i.Find(ctx, site, id)
		if err == nil {
			err = fault.Conflict.Say(lang.T("导入 %s 已结束", "import %s has ended"), id)
		}
		return run, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if !r.underWay {
		return r.told, fault.Conflict.Say(lang.T("导入 %s 已结束", "import %s has ended"), id)
	}
	r.cancelled = true
	r.stop()
	return r.told, nil
}

// importPattern is an id of importID; nothing else names a file.
var importPattern = regexp.MustCompile(`^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}$`)

// Rejects gives the list of what was not understood of an import.
func (i *imports) Rejects(_ context.Context, site, id string) ([]byte, error) {
	missing := fault.NotFound.Say(lang.T("导入 %.64q 没有错误清单", "import %.64q has no list of errors"), id).
		Do(lang.T("没有拒收的行;命令行导入的清单在原文件旁", "no row was rejected; of an import by the command line the list lies beside the file"))
	if !importPattern.MatchString(id) {
		return nil, missing
	}
	list, err := os.ReadFile(i.a.folder.path(rejects, site, id+".errors.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing
	}
	return list, err
}

// stop cancels what is under way and waits for it.
func (i *imports) stop() {
	i.mu.Lock()
	i.ended = true
	for _, r := range i.runs {
		r.stop()
	}
	i.mu.Unlock()
	i.work.Wait()
}
