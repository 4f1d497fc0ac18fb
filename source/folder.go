package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// folderBatch is how many readings of a file are made durable at once: small
// enough that live values beside them wait less than a second.
const folderBatch = 20_000

func init() {
	register("folder", protocol{title: lang.T("文件夹(CSV、XLSX、Parquet)", "watched folder (CSV, XLSX, Parquet)"), read: readFolder})
}

// folder imports the tables that people and programs drop, by a mapping.
type folder struct {
	inbox

	mapping string // its file
	match   []string
	every   time.Duration
	stable  time.Duration // a file unchanged for so long is finished
	seq     int64         // of its readings
}

func readFolder(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	f := &folder{}
	if own == nil {
		r.Table("folder") // tells that it is missing
		return f
	}
	f.inbox = readInbox(own, d.Zone)
	own.Need("mapping")
	f.mapping = own.Text("mapping")
	if f.mapping != "" && !filepath.IsAbs(f.mapping) {
		own.Wrong("mapping", lang.T("映射文件的完整路径", "the whole path of the mapping file"))
	}
	f.match = own.Texts("match")
	for _, pattern := range f.match {
		if _, err := filepath.Match(pattern, ""); err != nil {
			own.Wrong("match", lang.T(`文件名样式,如 "*.csv"`, `patterns of file names, such as "*.csv"`))
		}
	}
	f.every = patience(own, "poll", 100*time.Millisecond, time.Hour, 2*time.Second)
	f.stable = patience(own, "stable", 100*time.Millisecond, time.Hour, 5*time.Second)
	f.seq = own.Int("seq", 0, 1<<40)
	for _, s := range channels {
		s.Fail("point", fault.Invalid.Say(lang.T("文件夹的测点写在映射文件里", "the points of a folder are in its mapping")).
			Do(lang.T("删去 [[channel]]", "take [[channel]] out")))
	}
	return f
}

// watch is a folder under watch.
type watch struct {
	*folder

	line    *Line
	mapping *Mapping
	at      stamp // of the mapping's file
	seen    map[string]sighting
}

// sighting is how a file was seen, and since when unchanged.
type sighting struct {
	stamp stamp
	since time.Time
}

// Run imports what is dropped until the context ends.
func (f *folder) Run(ctx context.Context, l *Line) error {
	w := &watch{folder: f, line: l, seen: map[string]sighting{}}
	return repeat(ctx, f.every, func() error { return w.look(ctx) })
}

// look imports the files that are finished, oldest first.
func (w *watch) look(ctx context.Context) error {
	if err := w.learn(); err != nil {
		return err
	}
	files, err := w.list()
	if err != nil {
		return err
	}
	w.line.Up()
	oldestFirst(files, func(a arrival) int64 { return a.stamp.at.UnixNano() })
	seen := map[string]sighting{}
	for _, a := range files {
		if !w.wanted(a.name) {
			continue
		}
		s, before := w.seen[a.path]
		if !before || s.stamp != a.stamp {
			s = sighting{a.stamp, w.line.Now()}
		}
		seen[a.path] = s
		if w.line.Now().Sub(s.since) < w.stable || locked(a.path) {
			continue
		}
		if err := w.take(ctx, a); err != nil {
			return err
		}
		delete(seen, a.path)
	}
	w.seen = seen
	return nil
}

// wanted tells whether a file is one of those to be imported. Lists of errors
// that an import left here are not.
func (w *watch) wanted(name string) bool {
	for _, pattern := range w.match {
		if ok, _ := filepath.Match(pattern, name); ok { // its form was checked
			return true
		}
	}
	return len(w.match) == 0
}

// locked tells whether an office program has a file open: it puts a file of its
// own beside it.
func locked(path string) bool {
	dir, name := filepath.Split(path)
	for _, lock := range []string{".~lock." + name + "#", "~$" + name} {
		if _, err := os.Lstat(filepath.Join(dir, lock)); err == nil {
			return true
		}
	}
	return false
}

// learn reads the mapping when its file has changed. One that does not fit the
// mine is told as the device's fault: the files wait.
func (w *watch) learn() error {
	info, err := os.Stat(w.folder.mapping)
	if err != nil {
		return fault.NotFound.Say(lang.T("映射文件不可读:%v", "the mapping cannot be read: %v"), err).
			Do(lang.T("改正 [folder] 的 mapping", "mend mapping under [folder]"))
	}
	now := stamp{info.Size(), info.ModTime()}
	if w.mapping != nil && now == w.at {
		return nil
	}
	text, err := os.ReadFile(w.folder.mapping)
	if err != nil {
		return err
	}
	m, err := ParseMapping(filepath.Base(w.folder.mapping), text)
	if err != nil {
		return err
	}
	if m.Kind != KindReadings {
		return fault.Invalid.Say(lang.T("映射是填报表的", "the mapping is of filed values")).
			Do(lang.T("填报表由人提交;文件夹只收读数", "filed values are handed in by people; a folder takes readings")).At(fault.Place{File: m.Name})
	}
	if err := w.fits(m); err != nil {
		return err
	}
	w.mapping, w.at = m, now
	return nil
}

// fits tells the mapping's points that the mine does not have.
func (w *watch) fits(m *Mapping) error {
	var faults []error
	check := func(point string, at fault.Place) {
		if _, ok := w.line.mine.Points(point); !ok {
			faults = append(faults, fault.NotFound.Say(lang.T("没有测点 %q", "there is no point %q"), point).
				Do(lang.T("先在矿点文件中定义它,或改正映射", "define it in the site file first, or mend the mapping")).At(at))
		}
	}
	for _, c := range m.Columns {
		check(c.Point, c.at("point"))
	}
	if m.Long != nil {
		for _, point := range m.Long.Points {
			check(point, m.Long.at("points"))
		}
	}
	return errors.Join(faults...)
}

// through is a line as the sink of an import: it waits where the device's file
// says so, and counts.
type through struct{ *Line }

// Accept implements [Sink].
func (t through) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	if err := t.slow(ctx, len(b.Readings)); err != nil {
		return reading.Receipt{}, err
	}
	return t.commit(ctx, b)
}
