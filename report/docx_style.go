package report

import (
	"fmt"

	"lingtan/lang"
)

// The faces of official Chinese documents: 宋体 for the text, 黑体 for titles,
// and a Western face beside each for what they do not draw well.
const (
	textLatin, textAsian = "Times New Roman", "宋体"
	headLatin, headAsian = "Arial", "黑体"
)

// paragraphStyle is a style of paragraphs.
type paragraphStyle struct {
	id            string
	name          string // the built-in one where there is one: programs translate it
	halfPoints    int
	head          bool // in the face of titles
	bold          bool
	align         string // left, center or right
	before, after int    // in twentieths of a point
	keep          bool   // with the paragraph that follows
	breaks        bool   // begins a page
	level         int    // in the outline; 0 is none
	indent        int    // of the first line, in hundredths of a character
}

func (d Document) styles() element {
	indent := 200
	if d.Tag == lang.EN {
		indent = 0
	}
	all := []paragraphStyle{
		{id: "Title", name: "Title", halfPoints: 36, head: true, bold: true, align: "center", before: 1800, after: 400},
		{id: "Subtitle", name: "Subtitle", halfPoints: 28, align: "center", after: 900},
		{id: "Heading1", name: "heading 1", halfPoints: 32, head: true, bold: true, align: "left", before: 360, after: 180, keep: true, breaks: true, level: 1},
		{id: "Heading2", name: "heading 2", halfPoints: 24, head: true, bold: true, align: "left", before: 240, after: 100, keep: true, level: 2},
		{id: "BodyText", name: "Body Text", halfPoints: 21, align: "left", before: 60, after: 60, indent: indent},
		{id: "Caption", name: "caption", halfPoints: 20, head: true, align: "center", before: 200, after: 80, keep: true},
		{id: "TableHead", name: "Table Head", halfPoints: 17, head: true, bold: true, align: "center", before: 20, after: 20},
		{id: "TableText", name: "Table Text", halfPoints: 17, align: "left", before: 20, after: 20},
		{id: "TableCenter", name: "Table Center", halfPoints: 17, align: "center", before: 20, after: 20},
		{id: "TableNumber", name: "Table Number", halfPoints: 17, align: "right", before: 20, after: 20},
		{id: "TableNote", name: "Table Note", halfPoints: 16, align: "left", before: 40, after: 120},
		{id: "Header", name: "header", halfPoints: 16, align: "center"},
		{id: "Footer", name: "footer", halfPoints: 16, align: "center"},
	}
	out := el("w:styles",
		el("w:docDefaults", el("w:rPrDefault", el("w:rPr", fonts(textLatin, textAsian), val("w:sz", "21"), val("w:szCs", "21"),
			el("w:lang").with("w:val", "en-US").with("w:eastAsia", "zh-CN"))), el("w:pPrDefault", el("w:pPr"))),
		el("w:style", val("w:name", "Normal"), el("w:qFormat")).with("w:type", "paragraph").with("w:default", "1").with("w:styleId", "Normal"),
	)
	for _, s := range all {
		out.kids = append(out.kids, s.style())
	}
	out.kids = append(out.kids,
		character("Reference", val("w:color", "4472C4"), val("w:sz", "16"), val("w:vertAlign", "superscript")),
		character("Unverified", val("w:color", "C00000"), val("w:sz", "14")))
	return word2006(out)
}

func fonts(latin, asian string) element {
	return el("w:rFonts").with("w:ascii", latin).with("w:hAnsi", latin).with("w:eastAsia", asian).with("w:cs", latin)
}

// style writes a paragraph style.
func (s paragraphStyle) style() element {
	p := el("w:pPr")
	if s.keep {
		p.kids = append(p.kids, el("w:keepNext"))
	}
	if s.breaks {
		p.kids = append(p.kids, el("w:pageBreakBefore"))
	}
	p.kids = append(p.kids, el("w:spacing").with("w:before", fmt.Sprint(s.before)).with("w:after", fmt.Sprint(s.after)))
	if s.indent > 0 {
		p.kids = append(p.kids, el("w:ind").with("w:firstLineChars", fmt.Sprint(s.indent)).with("w:firstLine", fmt.Sprint(s.indent*s.halfPoints/10)))
	}
	p.kids = append(p.kids, val("w:jc", s.align))
	if s.level > 0 {
		p.kids = append(p.kids, val("w:outlineLvl", fmt.Sprint(s.level-1)))
	}
	r := el("w:rPr", fonts(textLatin, textAsian))
	if s.head {
		r = el("w:rPr", fonts(headLatin, headAsian))
	}
	if s.bold {
		r.kids = append(r.kids, el("w:b"))
	}
	r.kids = append(r.kids, val("w:sz", fmt.Sprint(s.halfPoints)), val("w:szCs", fmt.Sprint(s.halfPoints)))
	return el("w:style", val("w:name", s.name), val("w:basedOn", "Normal"), el("w:qFormat"), p, r).
		with("w:type", "paragraph").with("w:styleId", s.id)
}

func character(id string, props ...any) element {
	return el("w:style", val("w:name", id), el("w:rPr", props...)).with("w:type", "character").with("w:styleId", id)
}
