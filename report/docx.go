package report

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"lingtan/lang"
)

func init() {
	registerFormat(Format{
		ID: "docx", Media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		Title: lang.T("Word 文档", "Word document"), encode: encodeDOCX,
	})
}

// encodeDOCX writes WordprocessingML (ECMA-376) by itself: no kept library
// under a permissive licence writes it. The package holds what the document
// needs and no more; its entries carry no time, so equal documents give equal
// bytes.
func encodeDOCX(w io.Writer, d Document) error {
	p := &page{Document: d}
	z := zip.NewWriter(w)
	for _, part := range []struct {
		name string
		body element
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", packageRelations()},
		{"docProps/core.xml", d.coreProperties()},
		{"docProps/app.xml", appProperties()},
		{"word/document.xml", p.document()},
		{"word/_rels/document.xml.rels", documentRelations()},
		{"word/styles.xml", d.styles()},
		{"word/settings.xml", settings()},
		{"word/header1.xml", d.header()},
		{"word/footer1.xml", d.footer()},
	} {
		f, err := z.Create(part.name)
		if err == nil {
			_, err = f.Write(part.body.bytes())
		}
		if err != nil {
			return fmt.Errorf("write report %s: %w", d.Inventory, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write report %s: %w", d.Inventory, err)
	}
	return nil
}

// page is a document being written as DOCX.
type page struct {
	Document
	body []any
	wide bool // the chapter being written is turned
}

func (p *page) in(t lang.Text) string { return t.In(p.Tag) }

func (p *page) add(e ...element) { p.body = append(p.body, e) }

// document writes the cover, the chapters and the index. A section ends where
// the page turns; its properties stand in its last paragraph.
func (p *page) document() element {
	p.cover()
	for i, c := range p.Chapters {
		if i > 0 && c.Wide != p.wide {
			p.add(el("w:p", el("w:pPr", p.section())))
		}
		p.wide = c.Wide
		p.chapter(c)
	}
	if p.wide {
		p.add(el("w:p", el("w:pPr", p.section())))
		p.wide = false
	}
	p.index()
	p.add(p.section())
	return word2006(el("w:document", el("w:body", p.body...)))
}

// section sets A4, upright or turned, with 2.2 cm around (in twentieths of a point).
func (p *page) section() element {
	size := el("w:pgSz").with("w:w", "11906").with("w:h", "16838")
	if p.wide {
		size = el("w:pgSz").with("w:w", "16838").with("w:h", "11906").with("w:orient", "landscape")
	}
	margins := el("w:pgMar")
	for _, side := range []string{"top", "right", "bottom", "left"} {
		margins = margins.with("w:"+side, "1247")
	}
	margins = margins.with("w:header", "624").with("w:footer", "624").with("w:gutter", "0")
	return el("w:sectPr",
		el("w:headerReference").with("w:type", "default").with("r:id", "rId3"),
		el("w:footerReference").with("w:type", "default").with("r:id", "rId4"),
		size, margins)
}

// textWidth is what the page leaves between its margins.
func (p *page) textWidth() int {
	if p.wide {
		return 16838 - 2*1247
	}
	return 11906 - 2*1247
}

func (p *page) cover() {
	p.add(paragraph("Title", run(p.in(p.Title), face{})), paragraph("Subtitle", run(p.in(p.Subtitle), face{})))
	t := &Table{Columns: []Column{{Width: 18}, {Width: 44}}}
	for _, f := range p.Front {
		t.row(Body, word(f.Label), word(f.Value))
	}
	p.add(p.grid(t, false))
}

func (p *page) chapter(c Chapter) {
	p.add(paragraph("Heading1", run(p.in(c.Title), face{})))
	for _, b := range c.Blocks {
		switch {
		case b.Table != nil:
			p.table(b.Table)
		case !b.Heading.IsZero():
			p.add(paragraph("Heading2", run(p.in(b.Heading), face{})))
		default:
			p.add(paragraph("BodyText", run(p.in(b.Text), face{})))
		}
	}
}

func (p *page) table(t *Table) {
	p.add(paragraph("Caption", run(p.in(t.Title), face{})), p.grid(t, true))
	p.add(paragraph("TableNote", run(p.in(t.Note), face{})))
}

// index lists what every reference opens; each row is the bookmark its
// references lead to.
func (p *page) index() {
	p.add(paragraph("Heading1", run(p.in(indexTitle), face{})))
	t := &Table{Columns: []Column{column("编号", "Ref", 6, ""), column("计算行、合计、指标、输入或因子", "Line, total, figure, input or factor", 60, "")}}
	grid := p.frame(t)
	grid.kids = append(grid.kids, p.headRow(t))
	for i, e := range p.Index {
		ref := paragraph("TableText", bookmarked(i+1, e.Ref, run(e.Ref, face{})))
		ids := paragraph("TableText", run(strings.Join(Short(e.IDs), "\n"), face{}))
		grid.kids = append(grid.kids, el("w:tr", el("w:trPr", el("w:cantSplit")), p.cell(t, 0, 1, "", ref), p.cell(t, 1, 1, "", ids)))
	}
	p.add(grid, paragraph("TableNote")) // a body does not end with a table
}
