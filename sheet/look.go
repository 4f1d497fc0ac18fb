package sheet

import (
	"github.com/xuri/excelize/v2"

	"lingtan/lang"
)

// look is what a cell looks like; equal looks share one style.
type look struct {
	title, note, head, body, small bool
	open                           bool   // takes a value
	quoted                         bool   // a text that would be a formula if it were typed
	number                         string // its format; empty is text
}

// style gives the number of a look's style, made on first use.
func (b *workbook) style(l look) int {
	if id, ok := b.styles[l]; ok {
		return id
	}
	id, err := b.NewStyle(b.draw(l))
	b.do(err)
	if l.quoted && err == nil {
		quoted := true
		b.Styles.CellXfs.Xf[id].QuotePrefix = &quoted
	}
	b.styles[l] = id
	return id
}

const textFormat = 49 // "@", of ECMA-376 part 1, 18.8.30

func (b *workbook) draw(l look) *excelize.Style {
	family := "宋体"
	if b.tag == lang.EN {
		family = "Calibri"
	}
	s := &excelize.Style{
		Font: &excelize.Font{Family: family, Size: 10}, Alignment: &excelize.Alignment{Vertical: "center"}, Protection: &excelize.Protection{Locked: !l.open},
	}
	if l.quoted {
		s.NumFmt = textFormat
	}
	switch {
	case l.title:
		s.Font.Size, s.Font.Bold = 14, true
		return s
	case l.note:
		s.Font.Color = "595959"
		return s
	case l.head:
		s.Font.Bold = true
		s.Alignment.Horizontal = "center"
		s.Fill = fill("DDEBE4")
	case l.open:
		s.Fill = fill("FFF8DC")
	case l.body && l.number != "":
		s.Fill = fill("F2F2F2")
	}
	if l.small {
		s.Font.Size, s.Font.Color = 9, "595959"
	}
	if l.number != "" {
		s.Alignment.Horizontal = "right"
		s.CustomNumFmt = &l.number
	}
	if l.head || l.body {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
		}
	}
	return s
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}
