package source

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// maxShown is how much of an unreadable cell is told back.
const maxShown = 80

// Reject is one row, or one cell of it, that was not imported.
type Reject struct {
	Row      int       `json:"row"` // 1 is the file's first line or row
	Column   string    `json:"column,omitempty"`
	Read     string    `json:"read"`
	Expected lang.Text `json:"expected"`
	Do       lang.Text `json:"do"`
}

// reject makes a Reject of what was read; its place is filled in by whoever
// knows it.
func reject(read []byte, expected, do lang.Text) *Reject {
	return &Reject{Read: shown(read), Expected: expected, Do: do}
}

func (r Reject) at(row int, column string) Reject {
	r.Row, r.Column = row, column
	return r
}

// Fault tells the reject as a fault of the named file.
func (r Reject) Fault(file string) *fault.Fault {
	return fault.Invalid.Say(lang.T("读到 %q,应为%s", "read %q, expected %s"), r.Read, r.Expected).
		Do(r.Do).At(fault.Place{File: file, Row: r.Row, Column: r.Column})
}

// shown cuts a long cell and makes what does not print visible.
func shown(b []byte) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), maxShown)]), "�")
	if len(b) > maxShown {
		s += "…"
	}
	return s
}

// rejectHead are the columns of the file of rejects.
var rejectHead = []lang.Text{ //nolint:gochecknoglobals // a constant table
	lang.T("文件", "file"), lang.T("行", "row"), lang.T("列", "column"), lang.T("读到", "read"),
	lang.T("应为", "expected"), lang.T("怎么办", "what to do"),
}

// rejects writes the rejects of one import to a CSV. It grows under a name of
// its own and gets its name when it is whole, so a file of that name is never a
// half. An interrupted import leaves none: the next one reads the file from its
// beginning, though it delivers only what is behind the mark, and writes all.
type rejects struct {
	path string // "" writes none
	file string // told in the first column
	tag  lang.Tag
	most int64
	kept int64
	out  *os.File
	csv  *csv.Writer
}

func (r *rejects) part() string { return r.path + ".part" }

// add writes one reject; beyond the limit they are only counted by the caller.
func (r *rejects) add(j Reject) error {
	if r.path == "" || r.kept >= r.most {
		return nil
	}
	if r.out == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	r.kept++
	return r.wrote(r.csv.Write([]string{r.file, strconv.Itoa(j.Row), j.Column, harmless(j.Read), j.Expected.In(r.tag), j.Do.In(r.tag)}))
}

// wrote tells why the list cannot be written, a full disk for one.
func (r *rejects) wrote(err error) error {
	if err == nil {
		return nil
	}
	return fault.Invalid.Say(lang.T("错误清单 %s 不能写:%s", "cannot write the list of errors %s: %s"), r.path, err).
		Do(lang.T("腾出磁盘空间,或换一个可写的目录放错误清单;然后重新运行,已入库的行不会重复", "free disk space or name a folder that can be written, then run again: rows that are in stay in and are not repeated"))
}

// harmless keeps a spreadsheet from computing what a stranger wrote.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (r *rejects) create() error {
	out, err := os.Create(r.part())
	if err != nil {
		return r.wrote(err)
	}
	// Spreadsheets take a CSV without the mark for the local code page.
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return errors.Join(err, out.Close())
	}
	r.out, r.csv = out, csv.NewWriter(out)
	head := make([]string, len(rejectHead))
	for i, h := range rejectHead {
		head[i] = h.In(r.tag)
	}
	return r.csv.Write(head)
}

// keep gives the file its name.
func (r *rejects) keep() error {
	if r.out == nil {
		return nil
	}
	out := r.out
	r.out = nil
	r.csv.Flush()
	err := errors.Join(r.csv.Error(), out.Sync(), out.Close())
	if err == nil {
		err = os.Rename(r.part(), r.path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(r.path))
	}
	if err != nil {
		return errors.Join(r.wrote(err), os.Remove(r.part()))
	}
	return nil
}

// drop takes an unfinished file away; after keep there is none.
func (r *rejects) drop() error {
	if r.out == nil {
		return nil
	}
	err := errors.Join(r.out.Close(), os.Remove(r.part()))
	r.out = nil
	return err
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the folder that a file was just written to
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
