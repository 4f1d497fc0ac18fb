package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"lingtan/lang"
)

func (b *workbook) table(t *Table) {
	s := b.sheet(b.in(t.Short), len(t.Columns) > 5)
	high := 1
	for i, c := range t.Columns {
		letter, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.do(b.SetColWidth(s, letter, letter, c.chars()))
		b.put(s, i+1, headRow, c.head(b.doc.Tag), b.style(look{head: true}))
		high = max(high, lines(c.head(b.doc.Tag), c.chars()))
	}
	b.do(b.SetRowHeight(s, headRow, lineHeight*float64(high)+6))
	b.caption(s, b.in(t.Title), len(t.Columns))
	for i, r := range t.Rows {
		b.row(s, firstRow+i, t, r)
	}
	if !t.Note.IsZero() {
		b.span(s, firstRow+len(t.Rows), len(t.Columns), b.in(t.Note), look{note: true})
	}
	b.freeze(s)
}

func (b *workbook) caption(sheet, title string, columns int) {
	b.span(sheet, 1, columns, title, look{caption: true})
	b.span(sheet, 2, columns, b.in(b.doc.Subtitle), look{note: true})
}

// chars is a column's width in Latin characters, wide enough for a number.
func (c Column) chars() float64 { return max(11, 1.8*float64(c.Width)) }

// span writes a text over all columns and gives its row the height it wraps to.
func (b *workbook) span(sheet string, row, columns int, text string, l look) string {
	from := b.put(sheet, 1, row, text, b.style(l))
	to, err := excelize.CoordinatesToCellName(columns, row)
	b.do(err)
	b.do(b.MergeCell(sheet, from, to))
	width := 0.0
	for i := 1; i <= columns; i++ {
		letter, err := excelize.ColumnNumberToName(i)
		b.do(err)
		w, err := b.GetColWidth(sheet, letter)
		b.do(err)
		width += w
	}
	b.do(b.SetRowHeight(sheet, row, lineHeight*float64(lines(text, width))+6))
	return from
}

const lineHeight = 15 // points of a line of the body

// lines estimates on how many lines a text wraps in a column: a Chinese
// character is as wide as two Latin ones.
func lines(text string, width float64) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		chars := utf8.RuneCountInString(line) + (len(line)-utf8.RuneCountInString(line))/2
		n += 1 + int(float64(chars)/max(width, 1))
	}
	return n
}

func (b *workbook) row(sheet string, at int, t *Table, r Row) {
	if r.Weight == Span {
		b.span(sheet, at, len(t.Columns), b.in(r.Cells[0].Text), look{note: true})
		return
	}
	high := 1
	for i, c := range r.Cells {
		if c.Figure != nil {
			b.figure(sheet, i+1, at, c.Figure, t.Columns[i], r.Weight == Sum)
			continue
		}
		text := b.in(c.Text)
		b.put(sheet, i+1, at, text, b.style(look{bold: r.Weight == Sum, center: text == dash}))
		high = max(high, lines(text, t.Columns[i].chars()))
	}
	b.do(b.SetRowHeight(sheet, at, lineHeight*float64(high)+4))
}

// figure writes a number with its exact text in a comment and a link to the
// index, which names what opens it.
func (b *workbook) figure(sheet string, col, row int, f *Figure, c Column, bold bool) {
	cell, err := excelize.CoordinatesToCellName(col, row)
	b.do(err)
	l := look{number: f.numberFormat(c, b.doc.Tag), unverified: f.Unverified(), bold: bold}
	b.do(b.SetCellFloat(sheet, cell, f.Value.Float(), -1, 64))
	b.do(b.SetCellStyle(sheet, cell, cell, b.style(l)))
	b.link(sheet, cell, b.in(sheetIndex), b.rows[f.Ref])
	b.do(b.AddComment(sheet, excelize.Comment{
		Cell: cell, Author: "Lingtan", Text: f.comment(b.doc.Tag), Width: 360, Height: 140,
	}))
}

// numberFormat shows the rounded number, with its unit where the column has
// none, and the mark of one that is not verified.
func (f Figure) numberFormat(c Column, tag lang.Tag) string {
	s := "#,##0"
	if f.Places > 0 {
		s += "." + strings.Repeat("0", f.Places)
	}
	if unit := f.Value.Unit().In(tag); c.Unit == nil && unit != "" {
		s += `" ` + unit + `"`
	}
	if f.Unverified() {
		s += fmt.Sprintf(`" %s"`, unverified.In(tag))
	}
	return s + "_ " // a space's room before the border
}

// comment tells the exact value, the confidence and what opens the figure.
func (f Figure) comment(tag lang.Tag) string {
	exact := strings.TrimSpace(f.Value.Number() + " " + f.Value.Unit().In(tag))
	return lang.T("%s\n精确值:%s\n可信度:%s\n打开:%s", "%s\nExact: %s\nConfidence: %s\nOpens: %s").
		Format(f.Ref, exact, f.Mark.Title(), strings.Join(Short(f.IDs), "\n")).In(tag)
}

// freeze keeps the header in sight and repeats it on every printed page.
func (b *workbook) freeze(sheet string) {
	b.do(b.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: fmt.Sprintf("A%d", firstRow), ActivePane: "bottomLeft"}))
	b.do(b.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, headRow, headRow), Scope: sheet,
	}))
}
