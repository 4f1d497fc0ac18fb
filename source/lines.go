package source

import (
	"bytes"
	"errors"
	"io"

	"lingtan/lang"
)

// errTooLong is a line beyond MaxRow.
var errTooLong = errors.New("row too long")

func chomp(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// line finds the end of the line that holds the byte at from, counted from the
// first unread one; its newline is within. Only the file's last line may lack it.
func (t *lines) line(from int) (end int, err error) {
	for {
		if i := bytes.IndexByte(t.buf[t.r+from:t.w], '\n'); i >= 0 {
			return from + i + 1, nil
		}
		if t.eof {
			if t.r+from >= t.w {
				return 0, io.EOF
			}
			return t.w - t.r, nil
		}
		if t.w-t.r > MaxRow {
			return 0, errTooLong
		}
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
}

// giveUp leaves a line out that is longer than any row may be.
func (t *lines) giveUp() error {
	number, read := t.number+1, bytes.Clone(t.buf[t.r:t.r+maxShown+1])
	for {
		if i := bytes.IndexByte(t.buf[t.r:t.w], '\n'); i >= 0 {
			t.consume(i + 1)
			break
		}
		if t.r = t.w; t.eof {
			break
		}
		if err := t.fill(); err != nil {
			return err
		}
	}
	return malformed(number, read, lang.T("不超过 1 MiB 的一行", "a row of at most 1 MiB"), lang.T("检查换行符和引号", "check the line ends and the quotes"))
}

// fill reads more, moving the unread bytes to the front or growing the buffer.
func (t *lines) fill() error {
	if t.r > 0 {
		copy(t.buf, t.buf[t.r:t.w])
		t.w -= t.r
		t.r = 0
	}
	if t.w == len(t.buf) {
		t.buf = append(t.buf, make([]byte, len(t.buf))...)
	}
	n, err := t.in.Read(t.buf[t.w:])
	t.w += n
	if errors.Is(err, io.EOF) {
		t.eof, err = true, nil
	}
	return err
}

// consume moves behind n bytes and counts their lines.
func (t *lines) consume(n int) {
	if n > 0 && t.buf[t.r+n-1] == '\n' {
		t.number++
		if inner := t.buf[t.r : t.r+n-1]; bytes.IndexByte(inner, '\n') >= 0 {
			t.number += bytes.Count(inner, []byte{'\n'})
		}
	}
	t.r += n
}
