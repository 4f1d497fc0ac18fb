package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lingtan/dump"
	"lingtan/fault"
	"lingtan/lang"
)

// Check is one thing that was verified.
type Check struct {
	Name string
	Text lang.Text // what was found good
	Err  error
}

// Report tells what verification found.
type Report struct {
	Manifest Manifest
	Checks   []Check
}

// Err joins what did not hold.
func (r Report) Err() error {
	var faults []error
	for _, c := range r.Checks {
		faults = append(faults, c.Err)
	}
	return errors.Join(faults...)
}

// maxManifest bounds what is read of a stranger's manifest: a million files.
const maxManifest = 256 << 20

// ReadManifest reads what a backup says of itself.
func ReadManifest(files fs.FS) (Manifest, error) {
	var m Manifest
	f, err := files.Open(ManifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.Invalid.Say(lang.T("没有 %s:不是备份,或备份没有做完", "there is no %s: it is no backup, or one that was cut off"), ManifestFile).
			Do(lang.T("核对路径,或重做备份", "check the path, or make the backup again"))
	}
	if err != nil {
		return m, fmt.Errorf("open the manifest: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m); err != nil {
		return m, changed(ManifestFile)
	}
	if !strings.HasPrefix(m.Format, family) {
		return m, fault.Invalid.Say(lang.T("这不是备份(%.40s)", "this is no backup (%.40s)"), m.Format).Do(lang.T("核对路径", "check the path"))
	}
	if m.Format != Format {
		return m, fault.Invalid.Say(lang.T("备份格式 %.40q,本程序只认识 %s", "a backup of format %.40q, this program knows %s"), m.Format, Format).
			Do(lang.T("用更新的程序打开", "open it with a newer program"))
	}
	for _, f := range m.Files {
		if !Local(f.Name) {
			return m, fault.Invalid.Say(lang.T("清单里有越界的文件名 %.100q", "the manifest names a file outside the backup, %.100q"), f.Name)
		}
	}
	return m, nil
}

// changed says of a file that it is not as it was written.
func changed(name string) error {
	return fault.Conflict.Say(lang.T("%s 已被改动或损坏", "%s was changed or is damaged"), name).
		Do(lang.T("用另一份备份", "use another backup")).At(fault.Place{File: name})
}

// verifier holds what earlier checks have opened for later ones.
type verifier struct {
	ctx   context.Context //nolint:containedctx // one verification, from start to end
	files fs.FS
	m     Manifest
	sums  map[string]string // of the files that are as they were
	tell  func(Progress)
}

// Verify checks a backup from its bytes to its books, offline. seal checks the
// archive itself; it is nil for a folder.
func Verify(ctx context.Context, files fs.FS, seal func() error, tell func(Progress)) Report {
	v := &verifier{ctx: ctx, files: files, sums: map[string]string{}, tell: tell}
	var r Report
	check := func(name string, do func() (lang.Text, error)) {
		if err := ctx.Err(); err != nil {
			r.Checks = append(r.Checks, Check{Name: name, Err: err})
			return
		}
		text, err := do()
		r.Checks = append(r.Checks, Check{name, text, err})
	}
	var err error
	if v.m, err = ReadManifest(files); err != nil {
		r.Checks = []Check{{Name: "manifest", Err: err}}
		return r
	}
	r.Manifest = v.m
	check("files", v.checkFiles)
	check("ledger", v.checkLedger)
	check("inventories", v.checkInventories)
	check("segments", v.checkSegments)
	check("evidence", v.checkEvidence)
	if seal != nil {
		check("seal", func() (lang.Text, error) { return lang.T("封印完好", "the seal holds"), v.checkSeal(seal, r) })
	}
	return r
}

// checkSeal says of a seal that does not hold, while every file does, where the
// change must lie.
func (v *verifier) checkSeal(seal func() error, r Report) error {
	err := seal()
	if err == nil {
		return nil
	}
	if r.Err() != nil {
		return nil //nolint:nilerr // the file that was changed has been named, and the seal says nothing more
	}
	return fault.Conflict.Say(lang.T("封印不符:各文件完好,改动在压缩包自身的目录、文件头或封印里", "the seal does not hold: every file is as it was, the change lies in the archive's own headers or in its seal")).
		Do(lang.T("用另一份备份", "use another backup"))
}

// checkFiles compares every file with the manifest, and finds files of which it
// says nothing.
func (v *verifier) checkFiles() (lang.Text, error) {
	var faults []error
	known := map[string]bool{ManifestFile: true}
	var p Progress
	for _, f := range v.m.Files {
		known[f.Name] = true
		if err := v.ctx.Err(); err != nil {
			return lang.Text{}, err
		}
		sum, n, err := v.hash(f.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			faults = append(faults, fault.Conflict.Say(lang.T("缺少文件 %s", "the file %s is missing"), f.Name).At(fault.Place{File: f.Name}))
		case err != nil || sum != f.SHA256 || n != f.Bytes:
			faults = append(faults, changed(f.Name))
		default:
			v.sums[f.Name] = sum
		}
		p.File, p.Files, p.Bytes = f.Name, p.Files+1, p.Bytes+n
		if v.tell != nil {
			v.tell(p)
		}
	}
	err := fs.WalkDir(v.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !known[name] {
			faults = append(faults, fault.Conflict.Say(lang.T("多出文件 %.200s", "there is a file too many, %.200s"), name).At(fault.Place{File: name}))
		}
		return err
	})
	return lang.T("%d 个文件,%d 字节", "%d files, %d bytes").Format(len(v.m.Files), v.m.Size()), errors.Join(append(faults, err)...)
}

func (v *verifier) hash(name string) (string, int64, error) {
	f, err := v.files.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.CopyBuffer(sum, f, make([]byte, 1<<20))
	return hex.EncodeToString(sum.Sum(nil)), n, err
}

// rows walks a table, giving the named columns of each row.
func (v *verifier) rows(table string, columns []string, row func([]any) error) error {
	name := RelationFile(table)
	if v.sums[name] == "" {
		return fault.Conflict.Say(lang.T("%s 不完好,此项未核查", "%s is not as it was, so this was not verified"), name)
	}
	f, err := v.files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return dump.EachRow(f, columns, row)
}
