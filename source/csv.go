package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/fault"
	"lingtan/lang"
)

// maxSpan is how many lines a quoted row may span. Nothing a meter says has as
// many; a quote that was never closed is given up soon.
const maxSpan = 64

// lines is a table of comma-separated lines (RFC 4180, and what programs make
// of it). It splits the bytes where they lie, without copying them.
type lines struct {
	d       Dialect
	in      io.Reader
	closer  io.Closer
	columns []string

	buf    []byte
	r, w   int // unread bytes
	eof    bool
	number int // of the line at r
	skips  bool
	ragged bool // the last row came without its line end
	cells  [][]byte
	quoted []byte // cells whose quotes were taken out
}

// counted tells how many bytes were read.
type counted struct {
	io.Reader
	read func(n int64)
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read(int64(n))
	return n, err
}

func hasZero(b []byte) bool { return bytes.IndexByte(b, 0) >= 0 }

func openCSV(s *survey, d Dialect, read func(n int64)) (*lines, error) {
	if d.Encoding == "utf-8" && !s.utf8 {
		return nil, fault.Invalid.Say(lang.T("映射文件写 encoding = \"utf-8\",内容却不是", `the mapping says encoding = "utf-8", the content is not`)).
			Do(lang.T("写 encoding = \"auto\" 或 \"gb18030\"", `write encoding = "auto" or "gb18030"`))
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, openFault(s.path, err)
	}
	if _, err := f.Seek(int64(s.bom), io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	var in io.Reader = counted{f, read}
	if d.Encoding == "gb18030" || d.Encoding == Auto && !s.utf8 {
		in = simplifiedchinese.GB18030.NewDecoder().Reader(in)
	}
	t := newLines(in, d)
	t.closer = f
	if err := t.head(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return t, nil
}

func newLines(in io.Reader, d Dialect) *lines {
	return &lines{d: d, in: in, buf: make([]byte, 256<<10), skips: len(d.Comment) > 0}
}

// head leaves out what comes before the table and reads the names of the columns.
func (t *lines) head() error {
	for range t.d.Skip {
		end, err := t.line(0)
		if err != nil {
			return err
		}
		t.consume(end)
	}
	if !t.d.Header {
		t.columns = t.d.Names
		return nil
	}
	row, err := t.Next()
	var bad *Malformed
	switch {
	case errors.Is(err, io.EOF):
		return fault.Invalid.Say(lang.T("文件没有表头", "the file has no header")).
			Do(lang.T("检查 skip;没有表头的文件写 names", "check skip; for a file without a header write names"))
	case errors.As(err, &bad):
		return bad.Reject.Fault("")
	case err != nil:
		return err
	}
	t.columns = namesOf(row)
	return nil
}

func namesOf(row Row) []string {
	out := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		out[i] = strings.TrimSpace(strings.TrimPrefix(string(c), "\ufeff"))
	}
	return out
}

// Columns are the names of the cells.
func (t *lines) Columns() []string { return t.columns }

// Ragged tells that the last row has no line end: it may have been cut off
// within its last cell, which nothing else would show.
func (t *lines) Ragged() bool { return t.ragged }

// Close closes the file.
func (t *lines) Close() error { return t.closer.Close() }

// Next yields the next row that is neither blank nor a comment.
func (t *lines) Next() (Row, error) {
	for {
		end, err := t.line(0)
		if errors.Is(err, errTooLong) {
			return Row{}, t.giveUp()
		}
		if err != nil {
			return Row{}, err
		}
		text := chomp(t.buf[t.r : t.r+end])
		if len(text) == 0 || t.skips && t.comment(text) {
			t.consume(end)
			continue
		}
		row := Row{Number: t.number + 1}
		if bytes.IndexByte(text, '"') >= 0 {
			return t.long(row, end)
		}
		whole := t.buf[t.r+end-1] == '\n'
		t.split(text)
		t.consume(end)
		row.Cells = t.cells
		return row, t.fits(&row, whole)
	}
}

func (t *lines) comment(text []byte) bool {
	for _, c := range t.d.Comment {
		if len(text) >= len(c) && string(text[:len(c)]) == c {
			return true
		}
	}
	return false
}

// split cuts a line without quotes.
func (t *lines) split(text []byte) {
	t.cells = t.cells[:0]
	from := 0
	for i, c := range text {
		if c == t.d.Delimiter {
			t.cells = append(t.cells, text[from:i])
			from = i + 1
		}
	}
	t.cells = append(t.cells, text[from:])
}

// long reads a row with quotes, which may span lines. Where it does not come
// out right, only its first line is given up: a quote that someone forgot to
// close must not swallow the rows behind it.
func (t *lines) long(row Row, end int) (Row, error) {
	first := end
	for span := 1; ; {
		text := chomp(t.buf[t.r : t.r+end])
		open, ok := t.unquote(text)
		row.Cells = t.cells
		switch {
		case ok && !open:
			err := t.fits(&row, t.buf[t.r+end-1] == '\n')
			if err != nil {
				end = first
			}
			t.consume(end)
			return row, err
		case !ok:
			read := bytes.Clone(chomp(t.buf[t.r : t.r+first]))
			t.consume(first)
			return row, malformed(row.Number, read, lang.T("引号成对的格(引号内的引号写两次)", "cells whose quotes close (a quote within is written twice)"), lang.T("改正该行", "correct the row"))
		}
		next, err := t.line(end)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errTooLong) {
			return row, err
		}
		if span++; err != nil || span > maxSpan {
			read := bytes.Clone(chomp(t.buf[t.r : t.r+first]))
			t.consume(first)
			return row, malformed(row.Number, read, lang.T("引号闭合的一行", "a row whose quote closes"), lang.T("补上引号;若在文件末尾,文件可能被截断,请重新导出", "close the quote; at the end of the file, it may be cut off: export it again"))
		}
		end = next
	}
}

// unquote cuts a row with quotes; open tells that it ends within one.
func (t *lines) unquote(text []byte) (open, ok bool) {
	t.cells, t.quoted = t.cells[:0], t.quoted[:0]
	if cap(t.quoted) < len(text) { // so that growing never moves what cells point at
		t.quoted = make([]byte, 0, 2*len(text))
	}
	for i := 0; ; {
		if i == len(text) || text[i] != '"' {
			n := bytes.IndexByte(text[i:], t.d.Delimiter)
			if n < 0 {
				t.cells = append(t.cells, text[i:])
				return false, true
			}
			t.cells = append(t.cells, text[i:i+n])
			i += n + 1
			continue
		}
		from := len(t.quoted)
		for i++; ; i++ {
			n := bytes.IndexByte(text[i:], '"')
			if n < 0 {
				return true, true
			}
			t.quoted = append(t.quoted, text[i:i+n]...)
			if i += n + 1; i == len(text) || text[i] != '"' {
				break
			}
			t.quoted = append(t.quoted, '"')
		}
		t.cells = append(t.cells, t.quoted[from:])
		switch {
		case i == len(text):
			return false, true
		case text[i] != t.d.Delimiter:
			return false, false
		}
		i++
	}
}

// fits compares the cells with the columns. Empty cells beyond the last column
// come from programs that end every line with a comma.
func (t *lines) fits(row *Row, whole bool) error {
	want := len(t.columns)
	t.ragged = !whole
	switch n := len(row.Cells); {
	case want == 0 && n > MaxColumns:
		return malformed(row.Number, nil, lang.T("至多 16384 列", "at most 16,384 columns"), lang.T("拆分文件", "split the file"))
	case want == 0 || n == want:
		return nil
	case n > want && len(bytes.Join(row.Cells[want:], nil)) == 0:
		row.Cells = row.Cells[:want]
		return nil
	case n < want && !whole:
		return malformed(row.Number, bytes.Join(row.Cells, []byte{t.d.Delimiter}), lang.T("%d 格,读到 %d 格且没有行尾", "%d cells, there are %d and no end of line").Format(want, n),
			lang.T("文件末尾被截断,请重新导出", "the file is cut off: export it again"))
	default:
		return malformed(row.Number, bytes.Join(row.Cells, []byte{t.d.Delimiter}), lang.T("%d 格,读到 %d 格", "%d cells, there are %d").Format(want, n),
			lang.T("检查分隔符和小数点;含逗号的格加引号", "check the delimiter and the decimal mark; quote cells that hold a comma"))
	}
}

func malformed(row int, read []byte, expected, do lang.Text) *Malformed {
	return &Malformed{Reject{Row: row, Read: shown(read), Expected: expected, Do: do}}
}
