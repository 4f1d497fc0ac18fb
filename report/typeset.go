package report

import (
	"strings"
	"unicode"

	"lingtan/lang"
)

// typeset sets the punctuation of the whole document's Chinese wordings, which
// come from many rooms, as printed Chinese has it.
func (d *draft) typeset() {
	doc := &d.doc
	set := func(texts ...*lang.Text) {
		for _, t := range texts {
			t.ZH = fullWidth(t.ZH)
		}
	}
	set(&doc.Title, &doc.Subtitle)
	for i := range doc.Front {
		set(&doc.Front[i].Label, &doc.Front[i].Value)
	}
	for i := range doc.Chapters {
		set(&doc.Chapters[i].Title)
		for j := range doc.Chapters[i].Blocks {
			set(&doc.Chapters[i].Blocks[j].Heading, &doc.Chapters[i].Blocks[j].Text)
		}
	}
	for _, t := range doc.Tables() {
		set(&t.Short, &t.Title, &t.Note)
		for i := range t.Columns {
			set(&t.Columns[i].Title)
		}
		for _, r := range t.Rows {
			for i := range r.Cells {
				set(&r.Cells[i].Text)
			}
		}
	}
}

var wide = map[rune]rune{',': '，', ';': '；', ':': '：', '?': '？', '!': '！', '(': '（', ')': '）'} //nolint:gochecknoglobals // constant table

// fullWidth widens punctuation that touches a Chinese character: 山西(CN-14)
// becomes 山西（CN-14）, and 09:30 stays. A bracket closes as it was opened.
func fullWidth(s string) string {
	if !strings.ContainsFunc(s, han) {
		return s
	}
	in := []rune(s)
	out := make([]rune, 0, len(in))
	var opened []bool
	for i, r := range in {
		w, known := wide[r]
		touches := i > 0 && han(out[len(out)-1]) || i+1 < len(in) && han(in[i+1])
		switch {
		case r == ' ' && len(out) > 0 && isWide(out[len(out)-1]):
			continue
		case r == '(':
			opened = append(opened, touches)
		case r == ')' && len(opened) > 0:
			touches, opened = opened[len(opened)-1], opened[:len(opened)-1]
		}
		if known && touches {
			r = w
		}
		out = append(out, r)
	}
	return string(out)
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) || isWide(r) }

// isWide tells full-width punctuation.
func isWide(r rune) bool { return r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60 }
