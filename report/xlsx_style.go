package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"lingtan/lang"
)

// look is what a cell looks like; equal looks share one style.
type look struct {
	title, caption, head, note, strong, plain, link bool
	bold, center, unverified                        bool
	number                                          string // a number format; empty is text
}

func (b *workbook) font() string {
	if b.doc.Tag == lang.EN {
		return "Calibri"
	}
	return "宋体"
}

// headFont is the face of titles, the black one in Chinese.
func (b *workbook) headFont() string {
	if b.doc.Tag == lang.EN {
		return "Calibri"
	}
	return "黑体"
}

// style gives the number of a look's style, made on first use.
func (b *workbook) style(l look) int {
	key := fmt.Sprintf("%+v", l)
	if id, ok := b.styles[key]; ok {
		return id
	}
	id, err := b.NewStyle(b.draw(l))
	b.do(err)
	b.styles[key] = id
	return id
}

func (b *workbook) draw(l look) *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: b.font(), Size: 10, Bold: l.bold || l.strong},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	}
	switch {
	case l.title:
		s.Font = &excelize.Font{Family: b.headFont(), Size: 18, Bold: true}
		s.Alignment.Horizontal = "center"
		return s
	case l.caption:
		s.Font = &excelize.Font{Family: b.headFont(), Size: 13, Bold: true}
		return s
	case l.note:
		s.Font.Color = "595959"
		s.Font.Size = 9
		return s
	case l.link:
		s.Font.Color = "0563C1"
		return s
	case l.strong, l.plain:
		return s
	case l.head:
		s.Font = &excelize.Font{Family: b.headFont(), Size: 10, Bold: true}
		s.Alignment.Horizontal = "center"
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBE4"}}
	case l.center:
		s.Alignment.Horizontal = "center"
	case l.number != "":
		s.Alignment.Horizontal = "right"
		s.Alignment.WrapText = false
		s.CustomNumFmt = &l.number
	}
	if l.unverified {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FDE9D9"}}
		s.Font.Color = "9C2A00"
	}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		s.Border = append(s.Border, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
	}
	return s
}
