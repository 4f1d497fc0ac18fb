package source

import (
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"lingtan/fault"
	"lingtan/lang"
)

// sheet is a table of a workbook's sheet. Its rows are streamed; of the
// workbook only the shared texts are in memory.
type sheet struct {
	d       Dialect
	book    *excelize.File
	rows    *excelize.Rows
	columns []string
	number  int
	cells   [][]byte
	text    []byte // of the cells, one behind the other
}

func openSheet(path string, d Dialect) (*sheet, error) {
	// Raw values, since a formatted date may show neither its year nor its hour.
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, damaged("XLSX", err)
	}
	t := &sheet{d: d, book: book}
	if err := t.start(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// damaged tells that a packed file cannot be opened.
func damaged(format string, err error) error {
	return fault.Invalid.Say(lang.T("%s 文件损坏、被截断或解压后过大:%s", "the %s file is damaged, cut off or unpacks to too much: %s"), format, err).
		Do(lang.T("重新导出或重新传输;仍不行则导出为 CSV", "export or transfer it again; failing that, export it as CSV"))
}

func (t *sheet) start() error {
	names := t.book.GetSheetList()
	name := t.d.Sheet
	if name == "" && len(names) > 0 {
		name = names[0]
	}
	rows, err := t.book.Rows(name)
	var missing excelize.ErrSheetNotExist
	switch {
	case errors.As(err, &missing):
		return fault.Invalid.Say(lang.T("工作簿没有工作表 %q", "the workbook has no sheet %q"), name).
			Do(lang.T("改正 sheet,现有:%s", "correct sheet; there are: %s"), strings.Join(names, ", ")).At(fault.Place{Column: "sheet"})
	case err != nil:
		return damaged("XLSX", err)
	}
	t.rows = rows
	for t.number < t.d.Skip && rows.Next() {
		t.number++
		if _, err := rows.Columns(); err != nil {
			return damaged("XLSX", err)
		}
	}
	if !t.d.Header {
		t.columns = t.d.Names
		return nil
	}
	return t.head()
}

func (t *sheet) head() error {
	row, err := t.Next()
	if errors.Is(err, io.EOF) {
		return fault.Invalid.Say(lang.T("工作表没有表头", "the sheet has no header")).
			Do(lang.T("检查 sheet 与 skip", "check sheet and skip"))
	}
	t.columns = namesOf(row)
	return err
}

// Columns are the names of the cells.
func (t *sheet) Columns() []string { return t.columns }

// Date1904 tells whether the workbook counts its days from 1904.
func (t *sheet) Date1904() bool {
	props, err := t.book.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}

// Next yields the next row that has a cell. A workbook keeps no empty cells
// behind the last full one, so a short row is filled up.
func (t *sheet) Next() (Row, error) {
	for t.rows.Next() {
		t.number++
		values, err := t.rows.Columns()
		if err != nil {
			return Row{}, fault.At(damaged("XLSX", err), fault.Place{Row: t.number})
		}
		if !t.take(values) {
			continue
		}
		row := Row{Number: t.number, Cells: t.cells}
		if want := len(t.columns); want > 0 && len(values) > want && strings.TrimSpace(strings.Join(values[want:], "")) != "" {
			return row, malformed(row.Number, t.cells[want], lang.T("%d 格,读到 %d 格", "%d cells, there are %d").Format(want, len(values)),
				lang.T("给多出的列写表头,或删去", "give the further columns a header, or delete them"))
		}
		return row, nil
	}
	if err := t.rows.Error(); err != nil {
		return Row{}, damaged("XLSX", err)
	}
	return Row{}, io.EOF
}

// take copies the values into cells; false means that none is full.
func (t *sheet) take(values []string) bool {
	t.cells, t.text = t.cells[:0], t.text[:0]
	size := 0
	for _, v := range values {
		size += len(v)
	}
	if cap(t.text) < size {
		t.text = make([]byte, 0, 2*size)
	}
	for _, v := range values {
		from := len(t.text)
		t.text = append(t.text, v...)
		t.cells = append(t.cells, t.text[from:])
	}
	for len(t.cells) < len(t.columns) {
		t.cells = append(t.cells, nil)
	}
	return size > 0
}

// Close closes the workbook and removes what was unpacked beside it.
func (t *sheet) Close() error {
	var err error
	if t.rows != nil {
		err = t.rows.Close()
	}
	return errors.Join(err, t.book.Close())
}
