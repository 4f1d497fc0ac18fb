package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// Limits on what a file may ask of us.
const (
	// DefaultMaxBytes is the largest file read unless the caller allows more: a
	// year of 200 points by the minute is 2 GB as text.
	DefaultMaxBytes = 4 << 30
	// MaxRow is the longest row: 16,384 columns of 60 characters fit.
	MaxRow = 1 << 20
	// MaxColumns is a workbook's own limit, taken for all formats.
	MaxColumns = 16_384
	// MaxUnpacked bounds what a packed workbook grows to: a few kilobytes can
	// be made to unpack into all of a disk.
	MaxUnpacked = 2 << 30
)

// Table yields the rows of a file in order. Memory stays bounded whatever the
// file's size.
type Table interface {
	// Columns are the names of the cells, in order.
	Columns() []string
	// Next yields the next row, io.EOF behind the last. A *Malformed is one
	// bad row; the table goes on behind it.
	Next() (Row, error)
	Close() error
}

// Row is one row. Its cells are valid until Next is called again.
type Row struct {
	Number int // in the file; 1 is the first line or row
	Cells  [][]byte
}

// Malformed is a row that does not fit the table.
type Malformed struct{ Reject Reject }

// Error tells the row in English.
func (m *Malformed) Error() string { return m.Reject.Fault("").Error() }

// survey is what one quick pass over a file tells before anything is imported.
type survey struct {
	path   string
	bytes  int64
	sha256 string
	format string
	utf8   bool // valid throughout
	zero   bool // has a zero byte
	bom    int  // bytes of a UTF-8 mark
}

// look reads a file through: its hash names it, and a binary, too large or
// oddly encoded one is refused while nothing has been written yet.
func look(ctx context.Context, path string, maxBytes int64, step func(n int64)) (survey, error) {
	s := survey{path: path, utf8: true}
	f, err := os.Open(path)
	if err != nil {
		return s, openFault(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return s, fmt.Errorf("look at %s: %w", path, err)
	}
	s.bytes = info.Size()
	if err := sized(info, maxBytes); err != nil {
		return s, fault.At(err, fault.Place{File: path})
	}
	if err := s.through(ctx, f, step); err != nil {
		return s, fmt.Errorf("read %s: %w", path, err)
	}
	return s, fault.At(s.judge(), fault.Place{File: path})
}

func openFault(path string, err error) error {
	kind := fault.Invalid
	if errors.Is(err, fs.ErrNotExist) {
		kind = fault.NotFound
	}
	return kind.Say(lang.T("文件不能打开:%s", "cannot open the file: %s"), err).
		Do(lang.T("检查路径和读取权限", "check the path and that it may be read")).At(fault.Place{File: path})
}

func sized(info fs.FileInfo, most int64) error {
	switch {
	case !info.Mode().IsRegular():
		return fault.Invalid.Say(lang.T("不是普通文件", "not an ordinary file")).
			Do(lang.T("给出一个 CSV、XLSX 或 Parquet 文件", "name one CSV, XLSX or Parquet file"))
	case info.Size() > most:
		return fault.Invalid.Say(lang.T("文件 %d 字节,超过上限 %d", "file of %d bytes, the limit is %d"), info.Size(), most).
			Do(lang.T("按月拆分文件,或提高上限(--import-limit-gb)", "split the file by month, or raise the limit (--import-limit-gb)"))
	case info.Size() == 0:
		return fault.Invalid.Say(lang.T("文件是空的", "the file is empty")).
			Do(lang.T("重新导出该文件", "export the file again"))
	}
	return nil
}

// through hashes the bytes and looks at their encoding.
func (s *survey) through(ctx context.Context, f io.Reader, step func(n int64)) error {
	hash := sha256.New()
	buf := make([]byte, 1<<20)
	kept := 0 // bytes of a rune cut by the buffer's end
	for first := true; ; {
		n, err := io.ReadFull(f, buf[kept:])
		chunk := buf[:kept+n]
		hash.Write(buf[kept : kept+n])
		if first {
			first = false
			s.format = sniff(chunk)
			if len(chunk) >= 3 && string(chunk[:3]) == "\ufeff" {
				s.bom = 3
			}
		}
		last := err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
		if s.format == CSV {
			kept = s.encoding(chunk, last)
		}
		step(int64(n))
		switch {
		case last:
			s.sha256 = hex.EncodeToString(hash.Sum(nil))
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
		copy(buf, chunk[len(chunk)-kept:])
	}
}

// encoding looks at a piece of text and gives the bytes of the rune its end cut.
func (s *survey) encoding(chunk []byte, last bool) (kept int) {
	s.zero = s.zero || hasZero(chunk)
	if !s.utf8 {
		return 0
	}
	if !last {
		for kept < utf8.UTFMax && kept < len(chunk) && !utf8.RuneStart(chunk[len(chunk)-1-kept]) {
			kept++
		}
		if kept++; kept > len(chunk) || utf8.FullRune(chunk[len(chunk)-kept:]) {
			kept = 0
		}
	}
	s.utf8 = utf8.Valid(chunk[:len(chunk)-kept])
	return kept
}

// sniff tells a format by its first bytes; what is none of the others is text.
func sniff(head []byte) string {
	begins := func(s string) bool { return len(head) >= len(s) && string(head[:len(s)]) == s }
	switch {
	case begins("PK\x03\x04"), begins("PK\x05\x06"):
		return XLSX
	case begins("PAR1"):
		return Parquet
	case begins("\xd0\xcf\x11\xe0"):
		return "xls"
	case begins("\xff\xfe"), begins("\xfe\xff"):
		return "utf-16"
	case begins("\x1f\x8b"):
		return "gzip"
	}
	return CSV
}

// judge refuses what is no table.
func (s *survey) judge() error {
	switch {
	case s.format == "xls":
		return fault.Invalid.Say(lang.T("这是旧式 XLS 文件或加密的工作簿", "this is an old XLS file or an encrypted workbook")).
			Do(lang.T("在 Excel 或 WPS 中去掉密码,另存为 XLSX 或 CSV", "remove the password and save it as XLSX or CSV"))
	case s.format == "utf-16":
		return fault.Invalid.Say(lang.T("文件是 UTF-16 编码(Excel 的\"Unicode 文本\")", `the file is in UTF-16 (Excel's "Unicode text")`)).
			Do(lang.T("另存为\"CSV UTF-8\"", `save it as "CSV UTF-8"`))
	case s.format == "gzip":
		return fault.Invalid.Say(lang.T("文件是 gzip 压缩的", "the file is packed with gzip")).
			Do(lang.T("先解压", "unpack it first"))
	case s.zero:
		return fault.Invalid.Say(lang.T("不是文本文件(含零字节),也不是 XLSX 或 Parquet", "a binary file (it has zero bytes) that is neither XLSX nor Parquet")).
			Do(lang.T("检查文件是否损坏或选错,重新导出为 CSV、XLSX 或 Parquet", "check that it is the right file and whole, and export it again as CSV, XLSX or Parquet"))
	}
	return nil
}

// open opens the file as the table it is.
func (s *survey) open(d Dialect, read func(n int64)) (Table, error) {
	if d.Format != Auto && d.Format != s.format {
		return nil, fault.Invalid.Say(lang.T("映射文件写 format = %q,内容却是 %s", "the mapping says format = %q, the content is %s"), d.Format, s.format).
			Do(lang.T("改正 format 或写 auto;若文件名对而内容不对,文件可能损坏", "correct format or write auto; if the name is right and the content is not, the file may be damaged")).
			At(fault.Place{File: s.path})
	}
	var t Table
	var err error
	switch s.format {
	case XLSX:
		t, err = openSheet(s.path, d)
	case Parquet:
		t, err = openParquet(s.path)
	default:
		t, err = openCSV(s, d, read)
	}
	return t, fault.At(err, fault.Place{File: s.path})
}
