package rule

import (
	"slices"
	"strings"

	"lingtan/lang"
)

// papers finds kinds of evidence that the plan asks for and the cell lacks. A
// paper that is named and kept elsewhere, as the mine's own archive keeps what
// was filed before the platform, is taken at its word.
func papers(c cell) (lang.Text, lang.Text, bool) {
	have := c.Papers(c.row.ID(), c.month)
	elsewhere := slices.ContainsFunc(have, func(p Paper) bool { return p.SHA256 == "" })
	var lacking []string
	for _, kind := range c.row.Cell.Required {
		if !elsewhere && !slices.ContainsFunc(have, func(p Paper) bool { return p.Kind == kind }) {
			lacking = append(lacking, kind)
		}
	}
	hint := lang.T("上传单据,或说明为什么没有", "attach the documents, or say why there are none")
	switch {
	case len(lacking) > 0:
		var zh, en []string
		for _, kind := range lacking {
			zh, en = append(zh, PaperTitle(kind).ZH), append(en, PaperTitle(kind).EN)
		}
		return lang.T("缺凭证:"+strings.Join(zh, "、"), "evidence missing: "+strings.Join(en, ", ")), hint, true
	case len(c.row.Cell.Required) == 0 && len(c.row.Evidence) > 0 && len(have) == 0:
		return lang.T("缺凭证", "evidence missing"), hint, true
	}
	return lang.Text{}, lang.Text{}, false
}

// PaperTitle tells a kind of evidence to a reader.
func PaperTitle(kind string) lang.Text {
	if t, known := paperTitles[kind]; known {
		return t
	}
	return lang.Same(kind)
}

//nolint:gochecknoglobals // a table that is read only
var paperTitles = map[string]lang.Text{
	"weighbill": lang.T("过磅单", "weighbill"), "assay": lang.T("化验单", "assay report"), "invoice": lang.T("发票", "invoice"),
	"calibration": lang.T("检定证书", "calibration certificate"), "photo": lang.T("照片", "photo"), "other": lang.T("其他", "other"),
}

// reused finds a file that proves another month of the same row already: a
// yearly contract may, a weighbill may not.
func reused(c cell) (lang.Text, lang.Text, bool) {
	for _, p := range c.Papers(c.row.ID(), c.month) {
		if p.SHA256 == "" {
			continue
		}
		for i := range Month(sigmaMonths) {
			before := c.month - 1 - i
			if slices.ContainsFunc(c.Papers(c.row.ID(), before), func(q Paper) bool { return q.SHA256 == p.SHA256 }) {
				return lang.T("同一份凭证已用于 %s", "the same file proves %s already").Format(before.String()),
					lang.T("换成本月的凭证,或说明为什么可以共用", "attach this month's, or say why one serves both"), true
			}
		}
	}
	return lang.Text{}, lang.Text{}, false
}
