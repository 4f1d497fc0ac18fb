package sheet

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"lingtan/lang"
	"lingtan/quantity"
)

// workbook is a grid being written. A fault sticks.
type workbook struct {
	*excelize.File
	grid   Grid
	tag    lang.Tag
	name   string // of the sheet
	styles map[look]int
	stamps []rowStamp
	err    error
}

// Write writes a grid as XLSX in a reader's language. Equal grids give equal bytes.
func Write(w io.Writer, g Grid, tag lang.Tag) error {
	b := &workbook{File: excelize.NewFile(), grid: g, tag: tag, name: sheetName.In(tag), styles: map[look]int{}}
	defer b.Close()
	b.properties()
	b.do(b.SetSheetName(b.GetSheetName(0), b.name))
	b.head()
	for i, row := range g.Rows {
		b.row(firstRow+i, row)
	}
	b.layout()
	b.protect()
	b.stamp()
	if b.err != nil {
		return fmt.Errorf("write grid of %s: %w", g.Site, b.err)
	}
	b.SetActiveSheet(0)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write grid of %s: %w", g.Site, err)
	}
	return nil
}

// do keeps the first fault.
func (b *workbook) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *workbook) properties() {
	at := b.grid.Made.UTC().Format("2006-01-02T15:04:05Z")
	b.do(b.SetDocProps(&excelize.DocProperties{
		Creator: "Lingtan 零碳", LastModifiedBy: "Lingtan 零碳", Created: at, Modified: at, Title: b.grid.Name.In(b.tag), Subject: b.grid.Site,
	}))
	b.do(b.SetAppProps(&excelize.AppProperties{Application: "Lingtan"}))
}

func address(column, row int) string {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "" // all are within a sheet: rows and columns are bounded
	}
	return cell
}

// text writes a text, never a formula. One that would become a formula when
// somebody edits the cell carries the mark of a quoted text.
func (b *workbook) text(column, row int, text string, l look) {
	l.quoted = risky(text)
	cell := address(column, row)
	b.do(b.SetCellStr(b.name, cell, text))
	b.do(b.SetCellStyle(b.name, cell, cell, b.style(l)))
}

// risky tells whether a spreadsheet program would take a text for a formula
// when it is typed.
func risky(text string) bool {
	return text != "" && strings.ContainsAny(text[:1], "=+-@\t\r")
}

func (b *workbook) head() {
	g := b.grid
	b.text(keyColumn, keyRow, format, look{})
	b.text(titleColumn, keyRow, g.Site, look{})
	title := lang.T("%s 数据填报", "%s: filing").Format(g.Name)
	b.text(groupColumn, titleRow, title.In(b.tag), look{title: true})
	hint := lang.T(
		"只有浅黄色单元格可以填写;没有的值留空,不要写 0。填好后在“数据填报”页导入,接受前会逐格列出差异。",
		"Only the pale yellow cells take a value; leave a missing one empty, do not write 0. Import the workbook on the filing page: every difference is shown before it is taken.")
	b.text(groupColumn, hintRow, hint.In(b.tag), look{note: true})
	for i, t := range []lang.Text{lang.T("类别", "Group"), lang.T("参数", "Parameter"), lang.T("要求", "Needs"), lang.T("单位", "Unit")} {
		b.text(groupColumn+i, headRow, t.In(b.tag), look{head: true})
		b.text(groupColumn+i, stateRow, "", look{head: true})
	}
	for i, m := range g.Months {
		b.text(firstColumn+i, keyRow, m.Month, look{})
		b.text(firstColumn+i, headRow, m.Month, look{head: true})
		b.text(firstColumn+i, stateRow, m.State.In(b.tag), look{head: true})
	}
}

func (b *workbook) row(at int, r Row) {
	b.text(keyColumn, at, r.ID, look{})
	b.text(groupColumn, at, r.Group.In(b.tag), look{body: true})
	b.text(titleColumn, at, r.Title.In(b.tag), look{body: true})
	b.text(noteColumn, at, r.Note.In(b.tag), look{body: true, small: true})
	open, s := false, rowStamp{ID: r.ID, Unit: r.Unit.String(), Cells: map[string]stamp{}}
	for i, m := range b.grid.Months {
		cell := b.grid.Cells[Key{r.ID, m.Month}]
		b.cell(firstColumn+i, at, r, cell)
		s.Cells[m.Month] = stamp{cell.Filing, shown(cell)}
		open = open || cell.Open
	}
	b.text(unitColumn, at, r.Unit.String(), look{body: true, open: open && len(r.Units) > 1})
	if open && len(r.Units) > 1 {
		b.choice(address(unitColumn, at), r.Units)
	}
	b.stamps = append(b.stamps, s)
}

// cell writes a value as a number, where a number of a sheet holds it exactly,
// else as the text that does.
func (b *workbook) cell(column, row int, r Row, c Cell) {
	cell := address(column, row)
	l := look{body: true, open: c.Open, number: numberFormat(r.Decimals)}
	switch {
	case !c.Has:
		b.do(b.SetCellStyle(b.name, cell, cell, b.style(l)))
		return
	case exactly(shown(c)):
		b.do(b.SetCellFloat(b.name, cell, c.Value.Float(), -1, 64))
	default:
		b.do(b.SetCellStr(b.name, cell, shown(c)))
	}
	b.do(b.SetCellStyle(b.name, cell, cell, b.style(l)))
}

// shown is what stands in a cell: the exact decimal. A fraction has none, and is
// shown to more places than anybody weighs.
func shown(c Cell) string {
	if !c.Has {
		return ""
	}
	if text := c.Value.Number(); !strings.Contains(text, "/") {
		return text
	}
	return c.Value.Significant(maxExact)
}

// maxExact is how many digits a number of a sheet keeps (IEEE 754 binary64).
const maxExact = 15

func exactly(text string) bool {
	digits := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(text, "-"), ".", ""), "0")
	return len(digits) <= maxExact
}

// numberFormat shows a number with at least so many places, and more where it has them.
func numberFormat(decimals int) string {
	if decimals <= 0 {
		return "#,##0.######"
	}
	return "#,##0." + strings.Repeat("0", decimals) + strings.Repeat("#", max(0, 6-decimals))
}

// choice lets a cell take one of the row's units and nothing else.
func (b *workbook) choice(cell string, units []quantity.Unit) {
	var words []string
	for _, u := range units {
		words = append(words, u.String())
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = cell
	b.do(v.SetDropList(words))
	v.SetError(excelize.DataValidationErrorStyleStop, b.in("单位", "Unit"), b.in("从列表中选一个单位", "choose a unit of the list"))
	b.do(b.AddDataValidation(b.name, v))
}

func (b *workbook) in(zh, en string) string { return lang.T(zh, en).In(b.tag) }

// layout sets widths, hides the keys and keeps the heads in sight.
func (b *workbook) layout() {
	last, err := excelize.ColumnNumberToName(max(firstColumn, firstColumn+len(b.grid.Months)-1))
	b.do(err)
	for _, w := range []struct {
		from, to string
		chars    float64
	}{{"A", "A", 4}, {"B", "B", 16}, {"C", "C", 34}, {"D", "D", 18}, {"E", "E", 10}, {"F", last, 14}} {
		b.do(b.SetColWidth(b.name, w.from, w.to, w.chars))
	}
	a4, landscape, wide, high, fit := 9, "landscape", 1, 0, true
	b.do(b.SetPageLayout(b.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
	b.do(b.SetSheetProps(b.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.do(b.SetColVisible(b.name, "A", false))
	b.do(b.SetRowVisible(b.name, keyRow, false))
	b.do(b.SetPanes(b.name, &excelize.Panes{Freeze: true, XSplit: unitColumn, YSplit: stateRow, TopLeftCell: address(firstColumn, firstRow), ActivePane: "bottomRight"}))
}

// protect keeps all but the open cells from slips of the hand. It is no lock,
// and has no password: what comes back is checked as if there were none.
func (b *workbook) protect() {
	if n := len(b.grid.Rows); n > 0 && len(b.grid.Months) > 0 {
		v := excelize.NewDataValidation(true)
		v.Sqref = address(firstColumn, firstRow) + ":" + address(firstColumn+len(b.grid.Months)-1, firstRow+n-1)
		b.do(v.SetRange(0, 1e15, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, b.in("不是非负数", "Not a number from 0 up"), b.in("一般填不小于 0 的数;1.2 万 这样的写法也能导入", "a value is a number from 0 up; what is written as 1.2 万 is read as well"))
		b.do(b.AddDataValidation(b.name, v))
	}
	b.do(b.ProtectSheet(b.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true}))
	b.do(b.ProtectWorkbook(&excelize.WorkbookProtectionOptions{LockStructure: true}))
}

// stamp writes, on a sheet that nobody sees, what each cell showed and which
// filing that was: what was changed since, here and there, is told by it.
func (b *workbook) stamp() {
	if _, err := b.NewSheet(stampSheet); err != nil {
		b.do(err)
		return
	}
	for i, text := range []string{format, b.grid.Site, b.grid.Node, b.grid.Made.UTC().Format("2006-01-02T15:04:05Z")} {
		b.do(b.SetCellStr(stampSheet, address(i+1, 1), text))
	}
	for i, s := range b.stamps {
		text, err := json.Marshal(s)
		b.do(err)
		b.do(b.SetCellStr(stampSheet, address(1, i+2), string(text)))
	}
	b.do(b.ProtectSheet(stampSheet, &excelize.SheetProtectionOptions{}))
	b.do(b.SetSheetVisible(stampSheet, false, true))
}
