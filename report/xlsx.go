package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"lingtan/lang"
)

func init() {
	registerFormat(Format{
		ID: "xlsx", Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Title: lang.T("Excel 工作簿", "Excel workbook"), encode: encodeXLSX,
	})
}

// Names of the sheets that are no table of the document.
var (
	sheetCover = lang.T("封面", "Cover") //nolint:gochecknoglobals // constant
	sheetText  = lang.T("正文", "Text")  //nolint:gochecknoglobals // constant
	sheetIndex = lang.T("索引", "Index") //nolint:gochecknoglobals // constant
)

// The rows of a table's sheet: caption and subtitle stand above its header.
const (
	headRow  = 3
	firstRow = headRow + 1
)

// workbook is a document being written as XLSX. A fault sticks.
type workbook struct {
	*excelize.File
	doc    Document
	styles map[string]int
	rows   map[string]int // of the index sheet, by reference
	sheets int
	err    error
}

// encodeXLSX writes a sheet for each table, a cover, the text and the index.
// A number is a number: what is shown is rounded by the cell's format from the
// nearest float, and the exact text stands in the cell's comment.
func encodeXLSX(w io.Writer, d Document) error {
	b := &workbook{File: excelize.NewFile(), doc: d, styles: map[string]int{}, rows: map[string]int{}}
	defer b.Close()
	for i, e := range d.Index {
		b.rows[e.Ref] = firstRow + i
	}
	b.properties()
	b.cover()
	b.text()
	for _, t := range d.Tables() {
		b.table(t)
	}
	b.index()
	if b.err != nil {
		return fmt.Errorf("write report %s: %w", d.Inventory, b.err)
	}
	b.SetActiveSheet(0)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write report %s: %w", d.Inventory, err)
	}
	return nil
}

// do keeps the first fault.
func (b *workbook) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *workbook) in(t lang.Text) string { return t.In(b.doc.Tag) }

// properties are fixed by the document, so that equal documents give equal bytes.
func (b *workbook) properties() {
	at := b.doc.At.UTC().Format(time.RFC3339)
	b.do(b.SetDocProps(&excelize.DocProperties{
		Creator: "Lingtan 零碳", LastModifiedBy: "Lingtan 零碳", Created: at, Modified: at, Title: b.in(b.doc.Title),
		Subject: b.doc.Inventory, Identifier: b.doc.Hash, Language: b.doc.language(), Version: fmt.Sprint(b.doc.Version),
	}))
	b.do(b.SetAppProps(&excelize.AppProperties{Application: "Lingtan"}))
	b.do(b.SetDefaultFont(b.font()))
}

func (d Document) language() string {
	if d.Tag == lang.EN {
		return "en-US"
	}
	return "zh-CN"
}

// sheet adds a sheet, set for A4.
func (b *workbook) sheet(title string, wide bool) string {
	if b.sheets++; b.sheets == 1 {
		b.do(b.SetSheetName(b.GetSheetName(0), title))
	} else if _, err := b.NewSheet(title); err != nil {
		b.do(err)
	}
	a4, width, height, orientation := 9, 1, 0, "portrait"
	if wide {
		orientation = "landscape"
	}
	fit := true
	b.do(b.SetPageLayout(title, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &width, FitToHeight: &height}))
	b.do(b.SetSheetProps(title, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.do(b.SetHeaderFooter(title, &excelize.HeaderFooterOptions{
		OddHeader: "&L" + ampersand(b.in(b.doc.Title)) + "&R&A", OddFooter: "&L" + ampersand(b.doc.Inventory) + "&R&P / &N",
	}))
	return title
}

// ampersand keeps a text from being read as a code of the header.
func ampersand(s string) string { return strings.ReplaceAll(s, "&", "&&") }

// put writes a text: always a string, so that one that begins with = is no formula.
func (b *workbook) put(sheet string, col, row int, text string, style int) string {
	cell, err := excelize.CoordinatesToCellName(col, row)
	b.do(err)
	b.do(b.SetCellStr(sheet, cell, text))
	b.do(b.SetCellStyle(sheet, cell, cell, style))
	return cell
}

// link leads from a cell to a place in the workbook.
func (b *workbook) link(sheet, cell, to string, row int) {
	b.do(b.SetCellHyperLink(sheet, cell, fmt.Sprintf("'%s'!A%d", to, row), "Location"))
}

func (b *workbook) cover() {
	s := b.sheet(b.in(sheetCover), false)
	b.do(b.SetColWidth(s, "A", "A", 26))
	b.do(b.SetColWidth(s, "B", "B", 64))
	b.put(s, 1, 1, b.in(b.doc.Title), b.style(look{title: true}))
	b.do(b.MergeCell(s, "A1", "B1"))
	b.do(b.SetRowHeight(s, 1, 48))
	row := 3
	for _, f := range b.doc.Front {
		b.put(s, 1, row, b.in(f.Label), b.style(look{head: true}))
		b.put(s, 2, row, b.in(f.Value), b.style(look{}))
		row++
	}
	row++
	b.put(s, 1, row, b.in(lang.T("目录", "Contents")), b.style(look{caption: true}))
	entry := func(sheet, title string) {
		row++
		cell := b.put(s, 1, row, sheet, b.style(look{link: true}))
		b.link(s, cell, sheet, 1)
		b.put(s, 2, row, title, b.style(look{}))
	}
	entry(b.in(sheetText), b.in(lang.T("各章文字说明", "The text of the chapters")))
	for _, t := range b.doc.Tables() {
		entry(b.in(t.Short), b.in(t.Title))
	}
	entry(b.in(sheetIndex), b.in(indexTitle))
}

// text holds the chapters' paragraphs, with a link where a table stands. They
// run over two columns: a page is never made narrower than a single one.
func (b *workbook) text() {
	s := b.sheet(b.in(sheetText), false)
	b.do(b.SetColWidth(s, "A", "B", 44))
	row := 0
	put := func(text string, l look) string {
		row++
		return b.span(s, row, 2, text, l)
	}
	for _, c := range b.doc.Chapters {
		put(b.in(c.Title), look{caption: true})
		for _, block := range c.Blocks {
			switch {
			case block.Table != nil:
				b.link(s, put("→ "+b.in(block.Table.Title), look{link: true}), b.in(block.Table.Short), 1)
			case !block.Heading.IsZero():
				put(b.in(block.Heading), look{strong: true})
			default:
				put(b.in(block.Text), look{plain: true})
			}
		}
		row++
	}
}

var indexTitle = lang.T("数字索引:编号与清单中可打开的计算", "Index: each reference and the calculation it opens") //nolint:gochecknoglobals // constant

func (b *workbook) index() {
	s := b.sheet(b.in(sheetIndex), false)
	b.do(b.SetColWidth(s, "A", "A", 10))
	b.do(b.SetColWidth(s, "B", "B", 72))
	b.caption(s, b.in(indexTitle), 2)
	b.put(s, 1, headRow, b.in(lang.T("编号", "Ref")), b.style(look{head: true}))
	b.put(s, 2, headRow, b.in(lang.T("计算行、合计、指标、输入或因子", "Line, total, figure, input or factor")), b.style(look{head: true}))
	for i, e := range b.doc.Index {
		b.put(s, 1, firstRow+i, e.Ref, b.style(look{}))
		b.put(s, 2, firstRow+i, strings.Join(Short(e.IDs), "\n"), b.style(look{}))
	}
	b.freeze(s)
}
