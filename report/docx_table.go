package report

import "fmt"

// grid writes a table's rows, with a header that is repeated on every page.
func (p *page) grid(t *Table, head bool) element {
	grid := p.frame(t)
	if head {
		grid.kids = append(grid.kids, p.headRow(t))
	}
	for _, r := range t.Rows {
		row := p.row(t, r, !head)
		if head && len(t.Rows) <= wholeRows {
			row = keepNext(row)
		}
		grid.kids = append(grid.kids, row)
	}
	return grid
}

// wholeRows is how many rows a table may have to be kept on one page, with its
// note; a longer one is broken between rows.
const wholeRows = 14

// keepNext keeps every paragraph of a row on the page of what follows it.
func keepNext(e element) element {
	kids := make([]any, 0, len(e.kids)+1)
	for _, k := range e.kids {
		if x, ok := k.(element); ok {
			k = keepNext(x)
		}
		kids = append(kids, k)
	}
	if e.name == "w:pPr" {
		kids = append(kids, el("w:keepNext"))
	}
	e.kids = kids
	return e
}

// frame makes an empty table with borders and fixed columns, so that every
// program lays it out alike.
func (p *page) frame(t *Table) element {
	borders := el("w:tblBorders")
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		borders.kids = append(borders.kids, val("w:"+side, "single").with("w:sz", "4").with("w:space", "0").with("w:color", "7F7F7F"))
	}
	margins := el("w:tblCellMar")
	for _, side := range []string{"left", "right"} {
		margins.kids = append(margins.kids, el("w:"+side).with("w:w", "60").with("w:type", "dxa"))
	}
	columns := el("w:tblGrid")
	for i := range t.Columns {
		columns.kids = append(columns.kids, el("w:gridCol").with("w:w", fmt.Sprint(p.width(t, i))))
	}
	return el("w:tbl", el("w:tblPr",
		el("w:tblW").with("w:w", fmt.Sprint(p.textWidth())).with("w:type", "dxa"),
		val("w:jc", "center"), borders, el("w:tblLayout").with("w:type", "fixed"), margins,
	), columns)
}

// width shares the page's width among the columns.
func (p *page) width(t *Table, i int) int {
	sum := 0
	for _, c := range t.Columns {
		sum += c.Width
	}
	return p.textWidth() * t.Columns[i].Width / sum
}

// cell makes a cell over some columns, shaded where a colour is given.
func (p *page) cell(t *Table, i, columns int, shade string, kids ...any) element {
	width := 0
	for n := range columns {
		width += p.width(t, i+n)
	}
	props := el("w:tcPr", el("w:tcW").with("w:w", fmt.Sprint(width)).with("w:type", "dxa"))
	if columns > 1 {
		props.kids = append(props.kids, val("w:gridSpan", fmt.Sprint(columns)))
	}
	if shade != "" {
		props.kids = append(props.kids, val("w:shd", "clear").with("w:color", "auto").with("w:fill", shade))
	}
	props.kids = append(props.kids, val("w:vAlign", "center"))
	return el("w:tc", append([]any{props}, kids...)...)
}

const (
	shadeHead       = "DDEBE4"
	shadeSum        = "F2F2F2"
	shadeUnverified = "FDE9D9"
)

func (p *page) headRow(t *Table) element {
	row := el("w:tr", el("w:trPr", el("w:cantSplit"), el("w:tblHeader")))
	for i, c := range t.Columns {
		row.kids = append(row.kids, p.cell(t, i, 1, shadeHead, paragraph("TableHead", run(c.head(p.Tag), face{}))))
	}
	return row
}

// row writes a row; of a list of facts the first column is its head.
func (p *page) row(t *Table, r Row, facts bool) element {
	row := el("w:tr", el("w:trPr", el("w:cantSplit")))
	if r.Weight == Span {
		row.kids = append(row.kids, p.cell(t, 0, len(t.Columns), "", paragraph("TableText", run(p.in(r.Cells[0].Text), face{}))))
		return row
	}
	for i, c := range r.Cells {
		shade := ""
		switch {
		case c.Figure != nil && c.Figure.Unverified():
			shade = shadeUnverified
		case r.Weight == Sum:
			shade = shadeSum
		case facts && i == 0:
			shade = shadeHead
		}
		if c.Figure != nil {
			row.kids = append(row.kids, p.cell(t, i, 1, shade, p.figure(c.Figure, t.Columns[i], r.Weight == Sum)))
			continue
		}
		text, style := p.in(c.Text), "TableText"
		if text == dash {
			style = "TableCenter"
		}
		row.kids = append(row.kids, p.cell(t, i, 1, shade, paragraph(style, run(text, face{bold: r.Weight == Sum}))))
	}
	return row
}

// figure sets a number, its unit where the column has none, the mark of one
// that is not verified, and the small reference that leads to the index.
func (p *page) figure(f *Figure, c Column, bold bool) element {
	text := f.Shown()
	if c.Unit == nil {
		text = f.Told(p.Tag)
	}
	kids := []any{run(text, face{bold: bold})}
	if f.Unverified() {
		kids = append(kids, run("\u00a0"+p.in(unverified), face{style: "Unverified"}))
	}
	return paragraph("TableNumber", append(kids, refer(f.Ref, run("\u00a0"+f.Ref, face{style: "Reference"})))...)
}
