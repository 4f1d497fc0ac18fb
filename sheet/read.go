package sheet

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/lang"
)

// maxUnpacked bounds what a workbook grows to in memory.
const maxUnpacked = 128 << 20

// Book is a workbook that came back.
type Book struct {
	book   *excelize.File
	sheet  string
	site   string
	months map[int]string // by column
	rows   []line
	stamps map[string]rowStamp // by row
}

// line is one row of the workbook.
type line struct {
	number int
	id     string
	unit   string
	cells  map[string]string // raw text, by month
}

// rowStamp is what a row showed when the workbook was written.
type rowStamp struct {
	ID    string           `json:"id"`
	Unit  string           `json:"unit"`
	Cells map[string]stamp `json:"cells"` // by month
}

// stamp is what a cell showed, and which filing that was.
type stamp struct {
	Filing string `json:"f,omitempty"`
	Shown  string `json:"s,omitempty"`
}

// Open reads a workbook that Write wrote and others may have changed.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	if size > MaxSize {
		return nil, fault.Invalid.Say(lang.T("工作簿超过 %d MB", "the workbook is larger than %d MB"), MaxSize>>20).Do(lang.T("重新导出后再填", "export it again and fill that in"))
	}
	if err := evidence.CheckWorkbook(r, size); err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, notOurs()
	}
	t := &Book{book: book, months: map[int]string{}, stamps: map[string]rowStamp{}}
	if err := t.read(); err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return t, nil
}

// Close lets the workbook go.
func (t *Book) Close() error { return t.book.Close() }

// Site is whose workbook it says it is.
func (t *Book) Site() string { return t.site }

// Months are the first and the last of its columns; none gives two empty texts.
func (t *Book) Months() (first, last string) {
	for _, m := range t.months {
		if first == "" || m < first {
			first = m
		}
		last = max(last, m)
	}
	return first, last
}

func notOurs() error {
	return fault.Invalid.Say(lang.T("不是本平台导出的填报工作簿,或其隐藏的键被删去", "not a filing workbook of this platform, or its hidden keys are gone")).
		Do(lang.T("在“数据填报”页重新导出,再把数填进去", "export it again on the filing page and fill that in"))
}

func (t *Book) read() error {
	if err := t.readStamps(); err != nil {
		return err
	}
	for _, name := range t.book.GetSheetList() {
		if key, err := t.book.GetCellValue(name, address(keyColumn, keyRow)); err == nil && key == format && name != stampSheet {
			t.sheet = name
			return t.readRows()
		}
	}
	return notOurs()
}

func (t *Book) readStamps() error {
	rows, err := t.book.Rows(stampSheet)
	if err != nil {
		return notOurs()
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil || len(cells) == 0 {
			return notOurs()
		}
		switch {
		case n == 0 && (cells[0] != format || len(cells) < 2):
			return notOurs()
		case n == 0:
			t.site = cells[1]
		case n > MaxRows:
			return tooMany()
		default:
			var s rowStamp
			if err := json.Unmarshal([]byte(cells[0]), &s); err != nil {
				return notOurs()
			}
			t.stamps[s.ID] = s
		}
	}
	if err := rows.Error(); err != nil {
		return notOurs()
	}
	return nil
}

func tooMany() error {
	return fault.Invalid.Say(lang.T("工作簿多于 %d 行或 %d 列", "the workbook has more than %d rows or %d columns"), MaxRows, maxColumns).
		Do(lang.T("分几次导出和导入", "export and import it in parts"))
}

func (t *Book) readRows() error {
	rows, err := t.book.Rows(t.sheet)
	if err != nil {
		return notOurs()
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		switch {
		case err != nil:
			return notOurs()
		case n > MaxRows || len(cells) > maxColumns:
			return tooMany()
		case n == keyRow:
			t.keys(cells)
		case len(cells) > 0 && cells[0] != "" && n > stateRow:
			t.rows = append(t.rows, t.line(n, cells))
		}
	}
	if err := rows.Error(); err != nil {
		return notOurs()
	}
	return nil
}

func (t *Book) keys(cells []string) {
	for i, month := range cells {
		if i+1 >= firstColumn && month != "" {
			t.months[i+1] = month
		}
	}
}

func (t *Book) line(n int, cells []string) line {
	at := func(column int) string {
		if column > len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[column-1])
	}
	l := line{number: n, id: at(keyColumn), unit: at(unitColumn), cells: map[string]string{}}
	for column, month := range t.months {
		l.cells[month] = at(column)
	}
	return l
}

// column finds the column of a month.
func (t *Book) column(month string) int {
	for column, m := range t.months {
		if m == month {
			return column
		}
	}
	return 0
}
