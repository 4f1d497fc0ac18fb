package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	glanced    = 256 << 10 // bytes of a text that are looked at
	glanceRows = 50        // rows below the header
	titleRows  = 30        // rows above it: a title, the time of the export
)

// Head is the beginning of a file as it most likely is meant.
type Head struct {
	Format    string     `json:"format"`
	Delimiter string     `json:"delimiter,omitempty"` // of a text, as a mapping writes it
	Skip      int        `json:"skip,omitempty"`      // lines or rows above the header
	Columns   []string   `json:"columns"`
	Rows      [][]string `json:"rows"` // the first ones, as wide as the header
}

// Glance reads the beginning of a file. Of a text the first 256 KiB are enough;
// workbooks and Parquet files keep their contents at their end and are needed whole.
func Glance(ctx context.Context, path string, maxBytes int64) (Head, error) {
	s, err := look(ctx, path, maxBytes, func(int64) {})
	if err != nil {
		return Head{}, err
	}
	var h Head
	switch s.format {
	case XLSX:
		h, err = glanceSheet(path)
	case Parquet:
		h, err = glanceParquet(path)
	default:
		h, err = glanceText(path)
	}
	if err == nil && len(h.Columns) == 0 {
		err = fault.Invalid.Say(lang.T("文件开头没有表", "there is no table at the beginning of the file")).
			Do(lang.T("检查是否选错文件或工作表,表头应在前 30 行之内", "check that it is the right file or sheet; its header is to be among the first 30 rows"))
	}
	h.Format = s.format
	for _, row := range h.Rows {
		for i, cell := range row {
			row[i] = shown([]byte(cell))
		}
	}
	return h, fault.At(err, fault.Place{File: path})
}

func glanceText(path string) (Head, error) {
	f, err := os.Open(path)
	if err != nil {
		return Head{}, openFault(path, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, glanced))
	if err != nil {
		return Head{}, err
	}
	if end := bytes.LastIndexByte(text, '\n'); end >= 0 && len(text) == glanced {
		text = text[:end+1] // a row that was cut off would be another row
	}
	if text = bytes.TrimPrefix(text, []byte("\ufeff")); !utf8.Valid(text) {
		if text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(text); err != nil {
			return Head{}, err
		}
	}
	h, delimiter := headOf(text)
	rows, err := first(newLines(bytes.NewReader(text), Dialect{Delimiter: delimiter, Skip: h.Skip, Header: true}))
	h.Columns, h.Rows = rows.Columns, rows.Rows
	return h, err
}

// headOf finds the delimiter and the header of a text: what cuts most lines
// into the same number of cells, and the first line that has as many.
func headOf(text []byte) (h Head, delimiter byte) {
	all := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	best := 0
	delimiter, h.Delimiter = ',', ","
	for _, name := range []string{",", ";", "|", "tab"} {
		d := name[0]
		if name == "tab" {
			d = '\t'
		}
		width, lines := commonest(all[:min(len(all), titleRows+glanceRows)], d)
		if score := lines * (width - 1); score > best {
			best, delimiter, h.Delimiter = score, d, name
			h.Skip = max(slices.IndexFunc(all, func(line string) bool { return cellsIn(line, d) == width && allSaid(line, d) }),
				slices.IndexFunc(all, func(line string) bool { return cellsIn(line, d) == width }))
		}
	}
	return h, delimiter
}

// commonest gives the number of cells that most lines have, and how many do.
func commonest(all []string, d byte) (width, lines int) {
	count := map[int]int{}
	for _, line := range all {
		n := cellsIn(line, d)
		if count[n]++; count[n] > lines && n > 1 {
			width, lines = n, count[n]
		}
	}
	return width, lines
}

// cellsIn counts the cells of a line; a delimiter between quotes is none.
func cellsIn(line string, d byte) int {
	n, quoted := 1, false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == d && !quoted:
			n++
		}
	}
	return n
}

// allSaid tells whether every cell of a line says something, as a header's do: a
// spreadsheet's title is saved with empty cells behind it.
func allSaid(line string, d byte) bool {
	return !slices.ContainsFunc(strings.Split(line, string(d)), func(cell string) bool { return strings.TrimSpace(cell) == "" })
}

// glanceSheet takes for the header of a sheet the first row that is as wide as
// the rows below it.
func glanceSheet(path string) (h Head, err error) {
	t, err := openSheet(path, Dialect{})
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	rows, err := rowsOf(t, titleRows+glanceRows)
	if err != nil {
		return h, err
	}
	width := 0
	for _, r := range rows {
		width = max(width, full(r.cells))
	}
	at := slices.IndexFunc(rows, func(r glimpsed) bool { return width > 1 && full(r.cells)*2 > width })
	if at < 0 {
		return h, nil
	}
	h.Skip, h.Columns = rows[at].number-1, rows[at].cells
	for _, r := range rows[at+1:] {
		h.Rows = append(h.Rows, fitted(r.cells, len(h.Columns)))
	}
	return h, nil
}

func glanceParquet(path string) (h Head, err error) {
	t, err := openParquet(path)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	return first(t)
}

// first gives the columns of a table and its first rows.
func first(t Table) (Head, error) {
	if l, text := t.(*lines); text {
		if err := l.head(); err != nil {
			return Head{}, err
		}
	}
	h := Head{Columns: t.Columns()}
	rows, err := rowsOf(t, glanceRows)
	for _, r := range rows {
		h.Rows = append(h.Rows, fitted(r.cells, len(h.Columns)))
	}
	return h, err
}

// glimpsed is a row that outlives the next one.
type glimpsed struct {
	number int
	cells  []string
}

// rowsOf reads so many rows; those that do not fit the table are left out.
func rowsOf(t Table, most int) ([]glimpsed, error) {
	var out []glimpsed
	for len(out) < most {
		row, err := t.Next()
		var bad *Malformed
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case errors.As(err, &bad):
			continue
		case err != nil:
			return nil, err
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = strings.TrimSpace(string(c))
		}
		out = append(out, glimpsed{row.Number, cells})
	}
	return out, nil
}

// full counts the cells that say something.
func full(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

func fitted(cells []string, width int) []string {
	for len(cells) < width {
		cells = append(cells, "")
	}
	return cells[:width]
}
