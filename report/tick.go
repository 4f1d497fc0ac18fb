package report

import (
	"slices"

	"lingtan/lang"
)

// way is how a number was obtained, as the guideline's tables tick it.
type way uint8

// The ways. The guideline knows the first three; what was filed from documents
// or stated in a calculation file is neither and says so.
const (
	measured way = iota
	calculated
	byDefault
	filed
	stated
)

func (w way) title() lang.Text {
	return [...]lang.Text{
		lang.T("实测", "measured"), lang.T("计算", "calculated"), lang.T("缺省", "default"), lang.T("填报", "filed"), lang.T("给定", "stated"),
	}[w]
}

// ticks makes the cell of a number's ways: the form's own boxes, ticked or
// not, and whatever else the months used.
func (g group) ticks(symbol string, boxes ...way) Cell {
	var ways []way
	for _, p := range g.parts(symbol) {
		if w := g.way(p); !slices.Contains(ways, w) {
			ways = append(ways, w)
		}
	}
	if len(ways) == 0 {
		return absent()
	}
	for _, w := range ways {
		if !slices.Contains(boxes, w) {
			boxes = append(boxes, w)
		}
	}
	var out lang.Text
	for i, w := range boxes {
		sign, lead := "□", "\n"
		if slices.Contains(ways, w) {
			sign = "√"
		}
		if i == 0 {
			lead = ""
		}
		out = lang.T(out.ZH+lead+sign+w.title().ZH, out.EN+lead+sign+"\u00a0"+w.title().EN)
	}
	return word(out)
}
