package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// done is what the mark of a completed file remembers.
type done struct {
	File    string `json:"file"`
	Mapping string `json:"mapping"` // SHA-256
	Rows    int64  `json:"rows"`
}

// marks finds out how far this file has been read. The key is made of both the
// file and the mapping: rows understood otherwise are other rows.
func (r *run) marks(ctx context.Context) error {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", r.survey.sha256, r.Mapping.SHA256, r.Seq))
	r.key = "import/" + hex.EncodeToString(sum[:])
	if r.Marks == nil {
		return nil
	}
	before, known, err := r.Marks.Mark(ctx, r.doneKey())
	if err != nil {
		return fmt.Errorf("read the mark of %s: %w", r.Path, err)
	}
	if known {
		return r.again(before)
	}
	own, known, err := r.Marks.Mark(ctx, r.key)
	if err != nil {
		return fmt.Errorf("read the mark of %s: %w", r.Path, err)
	}
	if known {
		r.after, r.report.Resumed = own.Pos, own.Pos
	}
	return nil
}

func (r *run) doneKey() string { return "imported/" + r.survey.sha256 }

// again refuses a file that was imported before, unless it is asked for, or
// nothing is going to be written.
func (r *run) again(before reading.Mark) error {
	var d done
	if err := json.Unmarshal([]byte(before.Note), &d); err != nil {
		return fmt.Errorf("read the mark of %s: %w", r.Path, err)
	}
	same := lang.T("同一映射", "the same mapping")
	if d.Mapping != r.Mapping.SHA256 {
		same = lang.T("另一映射", "another mapping")
	}
	text := lang.T("这个文件已导入过(当时名为 %s,%d 行,%s)", "this file was imported before (as %s, %d rows, with %s)").Format(d.File, d.Rows, same)
	if r.DryRun || r.Force {
		r.report.Warnings = append(r.report.Warnings, text)
		return nil
	}
	return fault.Conflict.Say(text).Do(lang.T("相同读数只计一次,确需重来请加 --force", "the same reading counts once; to import it again all the same use --force")).
		At(fault.Place{File: r.Path})
}

// whole makes sure that the file read is the file surveyed, and not one that
// some program is still writing.
func (r *run) whole() error {
	table, text := r.table.(*lines)
	if !text {
		return nil
	}
	if r.bytes += int64(r.survey.bom); r.bytes != r.survey.bytes {
		return fault.Conflict.Say(lang.T("读取时文件变了:先是 %d 字节,后是 %d", "the file changed while it was read: %d bytes, then %d"), r.survey.bytes, r.bytes).
			Do(lang.T("等写文件的程序结束后重新运行", "wait until the program that writes it has ended, then run again")).At(fault.Place{File: r.Path})
	}
	if table.Ragged() {
		r.report.Warnings = append(r.report.Warnings, lang.T("最后一行没有行尾:若文件被截断,其最后一格可能不完整", "the last row has no line end: if the file was cut off, its last cell may be incomplete"))
	}
	return nil
}

// doneMark says that the file was read to its end.
func (r *run) doneMark(rows int64) (reading.Mark, error) {
	note, err := json.Marshal(done{File: filepath.Base(r.Path), Mapping: r.Mapping.SHA256, Rows: rows})
	return reading.Mark{Key: r.doneKey(), Pos: rows, Note: string(note)}, err
}
