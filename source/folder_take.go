package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// take imports one file and puts it where it belongs: done, or failed with the
// reasons. What is not the file's fault is returned, and the file stays.
func (w *watch) take(ctx context.Context, a arrival) error {
	rejects, err := w.rejects(a)
	if err != nil {
		return err
	}
	w.line.Heard(0)
	report, err := w.tables(ctx, a, rejects)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil:
		w.tell(ctx, a, report)
		return w.finish(a, w.line.Now())
	case fault.KindOf(err) == fault.Internal:
		return err // the disk, or the engine
	}
	before, known, broken := w.line.mine.Marks.Mark(ctx, "imported/"+report.SHA256)
	switch {
	case broken != nil:
		return broken
	case known: // read to its end before, by a run that was cut off or under another name
		w.line.Log().InfoContext(ctx, "file was imported before", "file", a.name, "rows", before.Pos)
		w.line.Refuse([]byte(a.name), err)
		return w.finish(a, w.line.Now())
	case fault.KindOf(err) == fault.Conflict:
		return nil // still being written: it is looked at again
	}
	w.line.Refuse([]byte(a.name), err)
	return w.refuse(a, err)
}

// tables runs the import. It goes on where one that was cut off ended.
func (w *watch) tables(ctx context.Context, a arrival, rejects string) (Report, error) {
	var heard int64
	return Import{
		Path: a.path, Mapping: w.mapping, Points: w.line.mine.Points, Sink: through{w.line}, Marks: w.line.mine.Marks,
		Now: w.line.Now, Seq: w.seq, Batch: folderBatch, Rejects: rejects, Lang: lang.ZH,
		Progress: func(p Progress) {
			if p.Phase != "import" {
				return
			}
			w.line.count(func(h *Health) {
				h.Bytes += p.Bytes - heard
				h.LastHeard = w.line.Now()
			})
			heard = p.Bytes
		},
	}.Run(ctx)
}

// rejects is the list of a file's rows that were not understood, beside the
// place the file goes to.
func (w *watch) rejects(a arrival) (string, error) {
	dir := filepath.Join(w.done, w.line.Now().In(w.zone).Format(time.DateOnly))
	if w.remove {
		dir = w.failed
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fault.Conflict.Say(lang.T("不能建立文件夹:%v", "cannot make a folder: %v"), err).
			Do(lang.T("平台的用户须能写该文件夹", "the platform's user must be able to write there"))
	}
	return filepath.Join(dir, a.name+".errors.csv"), nil
}

// tell tells the rows and points of a file that were left out.
func (w *watch) tell(ctx context.Context, a arrival, r Report) {
	w.line.Log().InfoContext(ctx, "file imported", "file", a.name, "rows", r.Rows, "readings", r.Readings, "rejected", r.Rejected)
	if r.Rejected > 0 {
		why := []error{fault.Invalid.Say(lang.T("文件 %s 有 %d 处读不懂", "%d places of file %[1]s were not understood"), a.name, r.Rejected).
			Do(lang.T("见 %s", "see %s"), r.RejectsFile)}
		for _, j := range r.Examples {
			why = append(why, r.Fault(j))
		}
		w.line.Refuse([]byte(a.name), errors.Join(why...))
	}
	for _, u := range r.Unknowns {
		w.line.Refuse(fmt.Appendf(nil, "%s: %s", a.name, u.Point), fault.NotFound.Say(lang.T("文件 %s 的测点 %.60q 未映射,%d 行未读", "point %.60[2]q of file %[1]s is not mapped, %[3]d rows were left out"), a.name, u.Point, u.Rows).
			Do(lang.T("在映射的 [long] points 中说明它", "say under points of [long] in the mapping what it is")))
	}
}
